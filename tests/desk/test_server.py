"""The page's server: nothing without the token, nothing from elsewhere, every text escaped."""

import http.client
import os
import re
from fractions import Fraction
from urllib.parse import urlencode

import pytest

from grader.desk.server import HEADERS, LONGEST_FORM, door
from grader.gradebook import Gradebook


@pytest.fixture
def server(desk, serving):
    with serving(desk) as server:
        yield server


def ask(server, method, path, form=None, **headers):
    """One request as a browser would make it, unless headers say otherwise."""
    connection = http.client.HTTPConnection("127.0.0.1", server.server_port, timeout=10)
    body = urlencode(form) if form is not None else None
    connection.request(method, path, body, {name.replace("_", "-"): value for name, value in headers.items()})
    answer = connection.getresponse()
    text = answer.read().decode()
    connection.close()
    return answer, text


def at(server, path=""):
    return f"/{server.pages.token}/{path}"


def test_it_listens_on_this_machine_alone(server):
    """The address is the loopback's, with a secret of 192 bits."""
    assert server.server_address[0] == "127.0.0.1"
    assert re.fullmatch(r"http://127\.0\.0\.1:\d+/[\w-]{32}/", server.address)


@pytest.mark.skipif(os.name != "posix", reason="permissions of POSIX")
def test_the_secret_is_for_this_user_alone(server, tmp_path):
    """The file that leads a browser to the page can't be read by others."""
    path = door(tmp_path, server.address)
    assert server.address in path.read_text(encoding="utf-8")
    assert path.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    ("method", "path", "headers", "status"),
    [
        ("GET", "{t}/", {}, 200),
        ("GET", "{t}/style.css", {}, 200),
        ("GET", "/", {}, 404),
        ("GET", "/wrong/", {}, 404),
        ("GET", "/\u00e9\u00e9/".encode("latin-1").decode("latin-1"), {}, 404),
        ("GET", "{t}x/", {}, 404),
        ("GET", "{t}/../../etc/passwd", {}, 404),
        ("GET", "{t}/99/", {}, 404),
        ("GET", "{t}/0/99", {}, 404),
        ("GET", "{t}/-1/0", {}, 404),
        ("GET", "{t}/0/99999999999999999999", {}, 404),
        ("GET", "{t}/", {"Host": "evil.example"}, 403),
        ("GET", "{t}/", {"Host": "localhost"}, 403),
        ("GET", "{t}/", {"Origin": "http://evil.example"}, 403),
        ("POST", "{t}/0/0", {"Origin": "http://evil.example"}, 403),
        ("POST", "{t}/0/0", {"Origin": "null"}, 403),
        ("POST", "/wrong/0/0", {}, 404),
        ("PUT", "{t}/0/0", {}, 501),
        ("OPTIONS", "{t}/0/0", {}, 501),
    ],
)
def test_who_gets_an_answer(server, method, path, headers, status):
    """The token, this host's name and our own origin are all needed."""
    if not path.isascii():
        path = "/%C3%A9/"
    path = path.replace("{t}", f"/{server.pages.token}")
    form = {"marks": "1"} if method == "POST" else None
    answer, _ = ask(server, method, path, form, **headers)
    assert answer.status == status
    assert "Access-Control-Allow-Origin" not in answer.headers


def test_every_page_carries_the_policies(server):
    """No page may load from elsewhere, be framed, be cached or leak its address."""
    for path in ("", "0/", "0/1", "mark.js", "nothing"):
        answer, _ = ask(server, "GET", at(server, path))
        assert {name: answer.headers[name] for name in HEADERS} == HEADERS


def test_a_form_that_is_too_long_is_not_read(server):
    """A length above the limit, or none, is refused at once."""
    answer, _ = ask(server, "POST", at(server, "0/0"), Content_Length=str(LONGEST_FORM + 1))
    assert answer.status == 413
    answer, _ = ask(server, "POST", at(server, "0/0"), Content_Length="-1")
    assert answer.status == 413


def test_texts_of_students_are_text(server):
    """Ids, answers and code of theirs never become elements."""
    for path in ("0/", "0/0", "0/1", "0/2", "1/0"):
        _, text = ask(server, "GET", at(server, path))
        assert text.count("<script") == (1 if "/" in path and not path.endswith("/") else 0)
        assert "<b>" not in text


def test_marking_without_the_script(run, server):
    """A plain form does it: save, go on to the next that waits, finish."""
    answer, _ = ask(server, "POST", at(server, "0/0"), {"marks": "1.5", "reason": " So\r\nso. "})
    assert (answer.status, answer.headers["Location"]) == (303, at(server, "0/1"))
    answer, text = ask(server, "POST", at(server, "0/1"), {"marks": "12", "reason": "kept <i>"})
    assert answer.status == 422
    assert "kept &lt;i&gt;" in text
    assert "worth 0 to 2" in text
    _, text = ask(server, "POST", at(server, "end"), {})
    assert "Everything is kept" in text
    server.pages.settle(at_once=True)
    one = next(one for one in Gradebook.read(run.out).graded if one.student.startswith("<script>"))
    assert (one.marks[0].marks, one.marks[0].feedback) == (Fraction(3, 2), "So\nso.")


@pytest.mark.parametrize(("typed", "shown"), [("1/3", "1/3"), ("1.5", "1.5"), ("1,25", "1.25"), ("2", "2")])
def test_a_decision_is_shown_as_a_person_would_write_it(server, typed, shown):
    """A third fits its field, and the time of the decision is no machine's."""
    ask(server, "POST", at(server, "0/0"), {"marks": typed, "reason": "So."})
    _, text = ask(server, "GET", at(server, "0/0"))
    assert f'value="{shown}"' in text
    assert re.search(r"Decided by <bdi>\w+</bdi> on \d+ \w+ \d{4}, \d\d:\d\d \(UTC\+0000\)\.", text)


def test_a_decision_is_taken_back_on_the_page(server, desk):
    """And the page stays where it is, to give another."""
    place = at(server, "1/2?show=all")
    ask(server, "POST", place, {"marks": "1", "reason": "idea"})
    answer, _ = ask(server, "POST", place, {"withdraw": "1", "marks": "1", "reason": "no"})
    assert answer.headers["Location"] == place
    assert desk.items(desk.places[1])[2].decision is None
