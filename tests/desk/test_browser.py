"""The hand-marking page, driven in a real browser by its keys."""

from fractions import Fraction

from grader.desk.queue import Desk
from grader.desk.server import door
from grader.gradebook import Gradebook

WHO = "(document.querySelector('#who') || document.body).textContent"


def marks_of(run, part="why"):
    book = Gradebook.read(run.out)
    return {one.student: mark.marks for one in book.graded for mark in one.marks if mark.part == part}


def test_a_class_is_marked_by_keyboard(run, desk, serving, browser):
    """Digits, arrows, a comment used before, Enter: four answers are marked without a mouse."""
    with serving(desk) as server:
        browser.go(server.address)
        browser.see("document.querySelector('a.begin').click()")
        browser.until("document.querySelector('#marks')")
        assert browser.see(WHO) == "<script>alert(1)</script>"
        assert "</textarea><script>alert(2)</script>" in browser.see(
            "document.querySelector('.answer').textContent"
        )
        assert "The slope <vanishes> & stalls." in browser.see("document.body.innerText")
        assert browser.see("document.querySelectorAll('script').length") == 1
        browser.press("1", "r", *"Too short.", "Escape", "Enter")
        browser.until(f"{WHO}.includes('Ada')")
        browser.press("ArrowUp", "ArrowUp", "ArrowUp", "2")
        assert browser.see("marks.value") == "2"  # what the arrows left is replaced
        browser.press("ArrowDown", "a")
        assert browser.see("[marks.value, reason.value].join('|')") == "1.5|Too short."
        browser.press("Enter")
        browser.until(f"{WHO} === 'bob'")
        browser.press("ArrowRight")
        browser.until(f"{WHO} === '王小明'")
        browser.press("ArrowLeft")
        browser.until(f"{WHO} === 'bob'")
        browser.press("9", "Enter")
        browser.until("document.querySelector('#problem')")
        browser.press("0", "Enter")
        browser.until(f"{WHO} === '王小明'")
        browser.press("2", "Enter")
        browser.until("document.title === 'Marking by hand'")
        server.pages.settle(at_once=True)
    assert marks_of(run) == {
        "<script>alert(1)</script>": Fraction(1),
        "ada": Fraction(3, 2),
        "bob": Fraction(0),
        "eve": Fraction(0),
        "王小明": Fraction(2),
    }
    complaints = browser.complaints()
    # The browser itself notes the refused form, which the page meant.
    assert [one for one in complaints if "422" not in str(one)] == []


def test_names_are_hidden_where_that_is_wished(run, serving, browser):
    """Neither the page nor its address holds an id or a name."""
    with serving(Desk(run, "rb", anonymous=True)) as server:
        browser.go(server.address)
        browser.see("document.querySelector('a.begin').click()")
        seen = []
        for _ in range(4):
            browser.until(f"{WHO}.startsWith('Answer') && !{seen!r}.includes({WHO})")
            seen.append(browser.see(WHO))
            shown = browser.see("document.documentElement.outerHTML + location.href")
            assert not [name for name in ("ada", "Lovelace", "bob", "王小明") if name in shown]
            browser.press("ArrowRight")
        assert len(set(seen)) == 4


def test_the_door_leads_to_the_page(run, desk, serving, browser):
    """A browser that is started with the file ends on the page, secret and all."""
    with serving(desk) as server:
        browser.ask("Page.navigate", url=door(run.out, server.address).as_uri())
        browser.until("document.title === 'Marking by hand'")
        assert browser.see("location.href") == server.address
