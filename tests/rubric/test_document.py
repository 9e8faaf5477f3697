"""YAML by the 1.2 core rules, with the place of everything."""

import contextlib
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.errors import RubricError, Where
from grader.rubric.document import Document, parse, read, shown

WORDS = [
    ("no", "no"),
    ("on", "on"),
    ("y", "y"),
    ("1e-6", 1e-6),
    ("1E3", 1000.0),
    (".5", 0.5),
    ("1.", 1.0),
    ("+1.5", 1.5),
    ("0123", 123),
    ("-7", -7),
    ("0o17", 15),
    ("0x1F", 31),
    (".inf", math.inf),
    ("-.INF", -math.inf),
    ("~", None),
    ("null", None),
    ("true", True),
    ("FALSE", False),
    ("1_000", "1_000"),
    ("12:30", "12:30"),
    ("2026-12-01", "2026-12-01"),
    ("1/2", "1/2"),
    ("'5'", "5"),
    ('"no"', "no"),
    ("!!str 5", "5"),
]


@pytest.mark.parametrize(("text", "value"), WORDS)
def test_a_scalar_means_what_the_core_schema_says(text, value):
    """A plain scalar has its YAML 1.2 type, so no Norwegian `no` and no octal surprise."""
    got = parse(f"a: {text}\n", "f").data["a"]
    assert (got, type(got)) == (value, type(value))


def test_nan_is_read():
    """`.nan` is not a number."""
    assert math.isnan(parse("a: .nan", "f").data["a"])


def test_every_value_knows_its_place():
    """Values and keys are found by the path that leads to them."""
    document = parse("a: 1\nb:\n  - c: 2\n    d: [3, 44]\n", "f.yaml")
    assert str(document.where(("b", 0, "d", 1))) == "f.yaml:4:12"
    assert str(document.where(("b", 0, "d"), key=True)) == "f.yaml:4:5"
    assert document.where(("a",)).caret() == ("    a: 1", "       ^")


def test_the_place_of_what_is_not_there_is_the_thing_around_it():
    """A missing key is reported where its mapping starts."""
    assert str(parse("a:\n  b: 1\n", "f").where(("a", "zz"))) == "f:2:3"


def test_text_keys_keep_their_writing():
    """Where text is wanted, `1.10` stays itself."""
    document = parse("id: 1.10\nmarks: 1.10\n", "f", lambda place: place[-1:] == ("id",))
    assert document.data == {"id": "1.10", "marks": 1.1}


REFUSED = [
    ("", "empty"),
    ("a: [1,", "not YAML"),
    ("a: b: c", "not YAML"),
    ("a: &x [*x]", "leads back to itself"),
    ("--- 1\n--- 2", "not YAML"),
    ("a: \x00", "not YAML"),
    ("[" * 500 + "]" * 500, "nested deeper"),
    ("[" * 5000 + "]" * 5000, "nest"),  # some parsers stop before we do
]


@pytest.mark.parametrize(("text", "says"), REFUSED)
def test_what_is_not_one_document_is_refused(text, says):
    """Broken, endless and empty files are an error with a place, never a crash."""
    with pytest.raises(RubricError, match=says) as caught:
        parse(text, "f.yaml")
    assert caught.value.where is not None


NOT_YAML = [
    ("a:\n\tb: 2", "f.yaml:2:1", "never by tabs"),
    ("a: {b: 1\nc: 2", "that begins in line 1", "bracket is not closed"),
    ("a: b: c", "f.yaml:1:5", "quotes around a text"),
    ("a: *b", "f.yaml:1:4", "needs an anchor"),
    (
        "a: 1\n---\nb: 2",
        "expected a single document in the stream but found another",
        "leave the line --- out",
    ),
    ("a: 1\nb: x\x1by", "f.yaml:2:5", "delete it"),
]


@pytest.mark.parametrize(("text", "says", "hint"), NOT_YAML)
def test_what_is_not_yaml_is_told_with_its_place_and_a_way_out(text, says, hint):
    """A parser's words are put in order, under the line and its caret, with what is most often behind them."""
    with pytest.raises(RubricError) as caught:
        parse(text, "f.yaml")
    assert says in str(caught.value)
    assert hint in str(caught.value.hint)
    assert caught.value.where.caret()


def test_a_file_in_another_encoding_is_told_with_its_place(tmp_path):
    """What is not UTF-8 has a line, a column and what to do."""
    (tmp_path / "f.yaml").write_bytes("a: 1\nb: é".encode("latin-1"))
    with pytest.raises(RubricError, match="save the file as UTF-8") as caught:
        read(tmp_path / "f.yaml")
    assert (caught.value.where.line, caught.value.where.column) == (2, 4)


@pytest.mark.parametrize(
    ("before", "beneath"), [("a: ", "   "), ("a:\t", "  \t"), ("漢: ", "    ")], ids=["plain", "tab", "wide"]
)
def test_a_caret_stands_under_its_place(before, beneath):
    """Tabs and wide characters before the place do not move it."""
    line, caret = Where("f", 1, len(before) + 1, before + "x").caret()
    assert (line, caret) == (f"    {before}x", f"    {beneath}^")


def test_of_a_long_line_the_piece_around_the_place_is_shown():
    """A line of thousands of characters still has its caret."""
    line, caret = Where("f", 1, 3001, "-" * 3000 + "x" + "-" * 3000).caret()
    assert len(line) < 200
    assert line[caret.index("^")] == "x"


def test_aliases_may_not_unfold_to_billions():
    """Ten lines of aliases to aliases are refused before they fill the memory."""
    lines = ["a0: &a0 [1, 1, 1, 1, 1, 1, 1, 1, 1, 1]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 12)]
    with pytest.raises(RubricError, match="unfold"):
        parse("\n".join(lines), "f")


def test_an_alias_stands_for_its_anchor():
    """An alias is read where it stands, with its own place."""
    assert parse("a: &x {b: 1}\nc: *x\n", "f").data == {"a": {"b": 1}, "c": {"b": 1}}


FAULTS = [
    ("a: 1\nb: 2\na: 3\n", "f:3:1: 'a' is written twice here, first in line 1"),
    ("a: !foo 3\n", "tag !foo"),
    ("? [1]\n: 2\n", "a key must be a word"),
]


@pytest.mark.parametrize(("text", "says"), FAULTS)
def test_a_fault_that_leaves_the_rest_readable_is_noted(text, says):
    """A double key, a foreign tag and a strange key are noted beside what could be read."""
    assert says in str(parse(text, "f").problems[0])


def test_a_file_that_is_not_there_or_not_utf8_says_so(tmp_path):
    """Reading a file fails in words."""
    with pytest.raises(RubricError, match="can't be read"):
        read(tmp_path / "none.yaml")
    (tmp_path / "latin.yaml").write_bytes(b"a: 1\nb: \xe9\n")
    with pytest.raises(RubricError, match="not UTF-8") as caught:
        read(tmp_path / "latin.yaml")
    assert caught.value.where.line == 2


@given(st.text(max_size=60))
def test_any_text_is_a_document_or_one_error(text):
    """Whatever is written, the reader returns a Document or raises RubricError."""
    with contextlib.suppress(RubricError):
        assert isinstance(parse(text, "f"), Document)


def test_paths_are_told_from_the_current_folder(tmp_path, monkeypatch):
    """Inside the current folder a path is relative, as CI systems want it; elsewhere it is whole."""
    path = tmp_path / "rubrics" / "a.yaml"
    assert shown(path) == str(path)
    monkeypatch.chdir(tmp_path)
    assert shown(path) == "rubrics/a.yaml"
