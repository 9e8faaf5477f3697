"""The page for marking by hand: this machine alone, one secret address, plain forms, every text escaped.

    GET  /TOKEN/                the parts, and how much there is to do
    GET  /TOKEN/PLACE/          the answers to a part
    GET  /TOKEN/PLACE/ITEM      one answer beside the model answer, with a form
    POST /TOKEN/PLACE/ITEM      a decision, then on to the next
    POST /TOKEN/end             write the run's files and stop

The page works without its script, which only adds keys. Other programs of this user could listen on this
machine, other sites could make a browser call it: so nothing is answered without the token, under another
host's name or from another origin.
"""

from __future__ import annotations

import hmac
import secrets
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib import resources
from pathlib import Path
from socketserver import TCPServer
from time import monotonic
from typing import Any, cast
from urllib.parse import parse_qs, urlsplit

from jinja2 import Environment, PackageLoader, StrictUndefined

from grader.desk.queue import Desk, Item, Place
from grader.errors import GraderError, UsageError
from grader.gradebook.cells import marks_of, moment, number, readable, replace_file

ADDRESS = "127.0.0.1"
LONGEST_FORM = 64_000
SHORT = 8  # a decimal that fits its field; else the fraction stands there
SETTLE_AFTER = 3.0
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; script-src 'self'; img-src data:;"
    " form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}
FILES = {"style.css": "text/css", "mark.js": "text/javascript"}


@dataclass(frozen=True)
class Reply:
    """What is sent back; `to` is where a browser goes on, `last` ends the server."""

    body: str = ""
    status: HTTPStatus = HTTPStatus.OK
    kind: str = "text/html"
    to: str = ""
    last: bool = False


NOT_FOUND = Reply("There is nothing here.", HTTPStatus.NOT_FOUND, "text/plain")


@dataclass
class Pages:
    """The pages of a desk: a request in, a reply out, one at a time.

    Args:
        desk: what is marked.
        token: the secret first piece of every path.
    """

    desk: Desk
    token: str
    said_at: float = field(default=0.0, init=False)
    _lock: threading.Lock = field(default_factory=threading.Lock, init=False)

    def reply(self, method: str, target: str, form: Mapping[str, str] | None = None) -> Reply:
        """The reply to a request; a path without the token is like one that does not exist."""
        parts = urlsplit(target)
        token, _, path = parts.path.lstrip("/").partition("/")
        if not hmac.compare_digest(token.encode("utf-8", "replace"), self.token.encode()):
            return NOT_FOUND
        everything = parse_qs(parts.query).get("show") == ["all"]
        with self._lock:
            if method == "POST":
                return self._post(path, form or {}, everything)
            if path in FILES:
                return Reply(_file(path), kind=FILES[path])
            return self._get(path, everything)

    def settle(self, *, at_once: bool = False) -> None:
        """Write the run's files, a while after the last word so that nobody waits for it."""
        if at_once or monotonic() - self.said_at > SETTLE_AFTER:
            self.desk.settle()  # works from the store, so the pages need not wait

    def _get(self, path: str, everything: bool) -> Reply:
        if not path:
            return self._overview()
        place, item = self._found(path)
        if place is None:
            return NOT_FOUND
        if item is not None:
            return self._item(place, item, everything)
        return self._list(place) if path.endswith("/") else NOT_FOUND

    def _post(self, path: str, form: Mapping[str, str], everything: bool) -> Reply:
        if path == "end":
            return Reply(self._render("end.html"), last=True)
        place, item = self._found(path)
        if place is None or item is None:
            return NOT_FOUND
        reason = form.get("reason", "").replace("\r\n", "\n").strip()
        try:
            marks = None if "withdraw" in form else marks_of(form.get("marks", ""))
            self.desk.say(item, marks, reason)
        except (GraderError, ValueError) as error:
            message = error.message if isinstance(error, GraderError) else str(error)
            return self._item(place, item, everything, said=form, problem=message)
        self.said_at = monotonic()
        if "withdraw" in form:
            return Reply(status=HTTPStatus.SEE_OTHER, to=self._path(place, item, everything))
        after = self._beside(place, item, 1, everything)
        to = self._path(place, after, everything) if after else f"/{self.token}/"
        return Reply(status=HTTPStatus.SEE_OTHER, to=to)

    def _found(self, path: str) -> tuple[Place | None, Item | None]:
        """The part and the answer that a path names by their numbers."""
        first, _, second = path.partition("/")
        places = self.desk.places
        place = places[int(first)] if _is_number(first) and int(first) < len(places) else None
        items = self.desk.items(place) if place and _is_number(second) else []
        if second and not (_is_number(second) and int(second) < len(items)):
            return None, None
        return place, items[int(second)] if second else None

    def _path(self, place: Place, item: Item | None, everything: bool) -> str:
        number_ = "" if item is None else str(item.number)
        show = "?show=all" if everything and item is not None else ""
        return f"/{self.token}/{self.desk.places.index(place)}/{number_}{show}"

    def _beside(self, place: Place, item: Item, step: int, everything: bool) -> Item | None:
        """The next answer in a direction, of all or of those that somebody should look at."""
        items = self.desk.items(place)
        rest = items[item.number + 1 :] if step > 0 else items[: item.number][::-1]
        if step > 0 and not everything:  # what was passed over comes again
            rest += items[: item.number]
        return next((each for each in rest if everything or each.open), None)

    def _overview(self) -> Reply:
        lines = []
        self.desk.refresh()
        for place in self.desk.places:
            items = self.desk.items(place)
            first = next((item for item in items if item.open), None)
            counts = {
                "pending": sum(item.open and not item.stale for item in items),
                "stale": sum(item.stale for item in items),
                "decided": sum(item.decision is not None for item in items),
                "all": len(items),
            }
            begin = self._path(place, first, everything=False) if first else ""
            lines.append((place, counts, begin, self._path(place, None, everything=False)))
        lines.sort(key=lambda line: not line[2])  # what waits first, else in the rubric's order
        waiting = sum(counts["pending"] + counts["stale"] for _, counts, _, _ in lines)
        return Reply(self._render("overview.html", lines=lines, waiting=waiting))

    def _list(self, place: Place) -> Reply:
        items = [(item, self._path(place, item, everything=True)) for item in self.desk.items(place)]
        return Reply(self._render("list.html", place=place, items=items))

    def _item(
        self,
        place: Place,
        item: Item,
        everything: bool,
        said: Mapping[str, str] | None = None,
        problem: str = "",
    ) -> Reply:
        said = said or _in_force(item)
        text = self._render(
            "item.html",
            place=place,
            item=item,
            answers=self.desk.answers(item),
            rows=self.desk.code(item),
            comments=self.desk.comments(place),
            said=said,
            problem=problem,
            left=sum(each.open for each in self.desk.items(place)),
            **{
                name: self._path(place, other, everything) if other else ""
                for name, other in (
                    ("before", self._beside(place, item, -1, everything)),
                    ("after", self._beside(place, item, 1, everything)),
                )
            },
        )
        return Reply(text, HTTPStatus.UNPROCESSABLE_ENTITY if problem else HTTPStatus.OK)

    def _render(self, template: str, **values: Any) -> str:
        text = self._environment.get_template(template).render(**values)
        return "".join(c if c.isprintable() or c in "\n\t" or ord(c) > 0x9F else "\ufffd" for c in text)

    @cached_property
    def _environment(self) -> Environment:
        environment = Environment(
            loader=PackageLoader("grader.desk"), autoescape=True, undefined=StrictUndefined,
            trim_blocks=True, lstrip_blocks=True,
        )  # fmt: skip
        environment.filters.update(
            mark=readable, moment=moment, number=number, words=lambda text: str(text).replace("_", " ")
        )
        environment.globals.update(desk=self.desk, base=f"/{self.token}/")
        return environment


class Handler(BaseHTTPRequestHandler):
    """One connection: what any page may not do is refused before a page is asked."""

    timeout = 30
    server_version = "grader"
    sys_version = ""

    def do_GET(self) -> None:
        """Show a page."""
        self._answer({})

    def do_POST(self) -> None:
        """Take a form, from our own pages alone."""
        length = self.headers.get("Content-Length", "")
        if not _is_number(length) or int(length) > LONGEST_FORM:
            self._send(Reply("too much", HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "text/plain"))
            return
        body = self.rfile.read(int(length)).decode("utf-8", "replace")
        self._answer({name: values[-1] for name, values in parse_qs(body, keep_blank_values=True).items()})

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the standard library's signature
        """Nothing: the address holds the token."""

    def _answer(self, form: Mapping[str, str]) -> None:
        server = cast("Server", self.server)
        own = f"{ADDRESS}:{server.server_port}"
        origin = self.headers.get("Origin")
        foreign = origin is not None if self.command == "GET" else origin not in (None, f"http://{own}")
        if self.headers.get("Host") != own or foreign:
            self._send(Reply("Not from here.", HTTPStatus.FORBIDDEN, "text/plain"))
            return
        reply = server.pages.reply(self.command, self.path, form)
        self._send(reply)
        if reply.last:
            threading.Thread(target=server.shutdown).start()

    def _send(self, reply: Reply) -> None:
        body = reply.body.encode("utf-8", "replace")
        self.send_response(reply.status)
        for name, value in HEADERS.items():
            self.send_header(name, value)
        self.send_header("Content-Type", f"{reply.kind}; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        if reply.to:
            self.send_header("Location", reply.to)
        self.end_headers()
        self.wfile.write(body)


class Server(ThreadingHTTPServer):
    """Serves a desk on this machine alone, and writes the run's files when nobody is busy."""

    daemon_threads = True

    def __init__(self, desk: Desk, port: int = 0) -> None:
        self.pages = Pages(desk, secrets.token_urlsafe(24))
        super().__init__((ADDRESS, port), Handler)

    @property
    def address(self) -> str:
        """Where the page is, secret included."""
        return f"http://{ADDRESS}:{self.server_port}/{self.pages.token}/"

    def server_bind(self) -> None:
        """Bind, without the look-up of a name that the library does: it could leave this machine."""
        TCPServer.server_bind(self)
        self.server_name, self.server_port = ADDRESS, self.server_address[1]

    def service_actions(self) -> None:
        """Called by the server's loop, about twice a second."""
        self.pages.settle()


def door(out: Path, address: str) -> Path:
    """A file for this user alone that leads to the page.

    A browser is started with the file's name: a command line, with a secret in it, could be read by others.
    """
    path = out / "mark.html"
    replace_file(path, f'<!doctype html><meta http-equiv="refresh" content="0;url={address}">', private=True)
    return path


def serve(desk: Desk, port: int, opened: Callable[[str], None]) -> None:
    """Serve a desk until its page ends it or Ctrl-C does; then write the run's files.

    Raises:
        UsageError: the port is taken.
    """
    try:
        server = Server(desk, port)
    except OSError as error:
        raise UsageError(f"port {port} can't be used: {error.strerror}") from error
    with server:
        opened(server.address)
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            pass
        finally:
            server.pages.settle(at_once=True)


def _file(name: str) -> str:
    return resources.files("grader.desk").joinpath("templates", name).read_text(encoding="utf-8")


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 8


def _in_force(item: Item) -> Mapping[str, str]:
    """What the form shows first: the decision in force, if there is one."""
    word = item.decision
    if word is None or word.marks is None:
        return {"marks": "", "reason": ""}
    decimal = str(number(word.marks))
    return {"marks": decimal if len(decimal) <= SHORT else str(word.marks), "reason": word.reason}
