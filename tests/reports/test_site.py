"""The static site: whole, escaped, self-contained, of one mind with the marks."""

import re
from dataclasses import replace
from html.parser import HTMLParser
from importlib import resources

import pytest

from grader.gradebook import Gradebook
from grader.gradebook.cells import readable
from grader.reports.site import page_of, part_page, said, site, staff_page, student_page

VOID = {"meta", "link", "br", "img", "rect", "line", "input", "hr"}


class Page(HTMLParser):
    """A page's elements, links and text; complains of tags that do not match."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open, self.tags, self.attributes, self.ids = [], [], [], []
        self.text = ""
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += attrs
        self.ids += [value for name, value in attrs if name == "id"]
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.open.pop()

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.text += data


@pytest.fixture(scope="module")
def pages(classroom, tmp_path_factory) -> dict[str, Page]:
    """Every page of the site by its path."""
    out = tmp_path_factory.mktemp("site")
    site(classroom[0], out, classroom[1])
    found = {path.relative_to(out).as_posix(): path for path in out.rglob("*.html")}
    return {name: Page(path.read_text(encoding="utf-8")) for name, path in found.items()}


def test_there_is_a_page_for_everybody_and_everything(pages, classroom):
    """The class, each part, each student."""
    book = classroom[0]
    wanted = {"index.html"} | {page(one) for one in book.students for page in (student_page, staff_page)}
    wanted |= {part_page(each.name, part.id) for each in book.assignments for part in each.parts}
    assert set(pages) == wanted


def test_pages_stand_alone(pages):
    """No script, no handler, nothing fetched; every link leads to a place that is there."""
    for name, page in pages.items():
        assert not {"script", "img", "iframe", "object", "form", "base"} & set(page.tags), name
        assert not [key for key, _ in page.attributes if key.startswith("on")]
        for key, value in page.attributes:
            if key in ("href", "src") and value != "data:,":
                path, _, anchor = value.partition("#")
                target = path.removeprefix("../") or name
                assert target in pages, (name, value)
                assert not anchor or ("id", anchor) in pages[target].attributes, (name, value)
            assert key not in ("src", "srcset", "action", "data")
    style = resources.files("grader.reports").joinpath("templates/style.css").read_text(encoding="utf-8")
    assert "url(" not in style
    assert "@import" not in style


def test_pages_can_be_heard(pages):
    """Language, landmarks, one main heading, a title, unique ids, labels that exist, headers with a scope."""
    for name, page in pages.items():
        assert ("lang", "en") in page.attributes
        assert [page.tags.count(tag) for tag in ("header", "main", "footer", "h1", "title")][:4] == [
            1,
            1,
            1,
            1,
        ], name
        assert len(page.ids) == len(set(page.ids)), name
        for key, value in page.attributes:
            if key in ("aria-labelledby", "aria-describedby"):
                assert set(value.split()) <= set(page.ids), (name, value)
        assert page.tags.count("th") == sum(key == "scope" for key, _ in page.attributes)


def test_totals_are_those_of_the_gradebook(pages, classroom):
    """A student's page and the index say the same, pending parts included."""
    for each in classroom[0].graded:
        text = pages[student_page(each.student)].text
        assert f": {readable(each.final)} of {readable(each.available)}" in text
        for mark in each.marks:
            earned = (
                f"{str(mark.verdict).replace('_', ' ')}, {readable(mark.marks)} of {readable(mark.available)}"
            )
            assert earned in text
    assert f"parts waiting for a person{classroom[0].pending}\n" in pages["index.html"].text


def test_code_shows_the_lines_concerned(pages, classroom):
    """The line that an exception names is marked, in words too."""
    crashed = next(e for e in classroom[0].graded for m in e.marks if m.verdict == "crashed")
    text = pages[student_page(crashed.student)].text
    assert '13 concerned        raise ValueError("no")' in text
    assert "<b>not bold</b>" in text


def test_the_staffs_text_stays_with_the_staff(pages):
    """Students' pages can be handed out."""
    assert not any("rtol 1e-7" in page.text for name, page in pages.items() if name.startswith("students"))
    assert any("rtol 1e-7" in page.text for name, page in pages.items() if name.startswith("parts"))
    assert any("rtol 1e-7" in page.text for name, page in pages.items() if name.startswith("staff"))


def test_a_stale_decision_is_told_to_the_staff(classroom):
    """The student reads that a person decided, and why; that somebody must look again is for the staff."""
    book = classroom[0]
    one = book.graded[0]
    marks = (replace(one.marks[0], flags=("overridden", "stale_override")), *one.marks[1:])
    changed = Gradebook([replace(one, marks=marks)], book.assignments)
    assert "the answer has changed since" in page_of(changed, one.student, staff=True)
    assert "the answer has changed since" not in page_of(changed, one.student)
    assert page_of(changed, one.student).count("Decided by a person.") == 1


def test_hidden_cases_are_told_to_the_staff_alone(pages, classroom):
    """A student sees public cases and a count of the others; the staff sees every input and expected value."""
    mark = next(
        (e.student, m) for e in classroom[0].graded for m in e.marks if m.outcomes and m.outcomes[0].evidence
    )
    own, theirs = pages[student_page(mark[0])].text, pages[staff_page(mark[0])].text
    assert "x = 1; answered 2" in own
    assert "Hidden cases: 1 of 2 right." in own
    assert "expected 31337" not in own
    assert "random 1" not in own
    assert "x = 0.7; answered 2; expected 31337" in theirs


def test_flags_and_faults_are_shown_to_the_staff(pages, classroom):
    """Flags on the part's page, right answers included; faults of hand-ins on the index."""
    for each in classroom[0].graded:
        for mark in each.marks:
            if mark.flags:
                assert "near time limit" in pages[part_page(each.assignment, mark.part)].text
    assert any(mark.flags for each in classroom[0].graded for mark in each.marks)
    faults = sum(bool(each.faults) for each in classroom[0].of("baby_cnn"))
    assert f"Hand-ins with a fault: {faults}" in pages["index.html"].text


def test_a_page_for_a_student_has_no_links(classroom):
    """It leads nowhere that they may not go."""
    text = page_of(classroom[0], "00010", classroom[1])
    assert {link[0] for link in re.findall(r'<a [^>]*href="([^"]*)"', text)} == {"#"}


def test_writing_again_removes_who_is_gone(classroom, tmp_path):
    """No stale page of a student of an earlier run."""
    book = classroom[0]
    site(book, tmp_path)
    fewer = Gradebook([each for each in book.graded if each.student != "00010"], book.assignments)
    site(fewer, tmp_path)
    assert not (tmp_path / student_page("00010")).exists()
    assert (tmp_path / student_page("00011")).exists()


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("the `h(1-h)` is <b>", "the <code>h(1-h)</code> is &lt;b&gt;"),
        ("`<i>`", "<code>&lt;i&gt;</code>"),
        ("one ` alone <", "one ` alone &lt;"),
    ],
)
def test_backticks_are_code_and_the_rest_is_text(text, html):
    """Nothing else in feedback is markup."""
    assert str(said(text)) == html


def _luminance(colour: str) -> float:
    """Relative luminance (WCAG 2.2)."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _contrast(one: str, other: str) -> float:
    high, low = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("theme", [0, 1])
def test_text_has_contrast_in_both_themes(theme):
    """At least 4.5 to 1 on every ground that it stands on (WCAG 2.2, AA)."""
    style = resources.files("grader.reports").joinpath("templates/style.css").read_text(encoding="utf-8")
    block = re.findall(r":root \{(.*?)\}", style, flags=re.DOTALL)[theme]
    colours = dict(re.findall(r"--(\w+): (#[0-9a-f]{6})", block))
    for ink in ("ink", "soft", "link", "right", "part", "wrong", "wait"):
        for ground in ("paper", "panel"):
            assert _contrast(colours[ink], colours[ground]) >= 4.5, (ink, ground)
    for ground in ("low", "high", "mark"):
        assert _contrast(colours["ink"], colours[ground]) >= 4.5, ground
    assert _contrast(colours["soft"], colours["mark"]) >= 3
