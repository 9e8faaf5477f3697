"""A self-check in words: for a terminal, for a notebook, and for a machine. Words stand beside every sign.

What the student's code printed or raised is somebody else's text: `checks.texts` has taken control characters
out, and here it is escaped for HTML.
"""

from __future__ import annotations

import html
import os
import sys
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import TextIO

from grader.kit.selfcheck import LATER, UNWRITTEN, SelfCheck, Tally
from grader.kit.sheet import entries
from grader.model import Mark, Part, Verdict

SCHEMA = "grader-check/1"
WORDS = {
    Verdict.CORRECT: ("✓", "right", "32"),
    Verdict.PARTIAL: ("~", "partly right", "33"),
    Verdict.INCORRECT: ("✗", "not right", "31"),
    Verdict.MISSING: ("·", "to do", "33"),
    Verdict.CRASHED: ("!", "raises", "31"),
    Verdict.TIMED_OUT: ("!", "too slow", "31"),
    Verdict.OUT_OF_MEMORY: ("!", "memory", "31"),
    Verdict.OUTPUT_LIMIT: ("!", "prints a lot", "31"),
    Verdict.FORBIDDEN: ("!", "not allowed", "31"),
    Verdict.PENDING: ("…", "judged later", "36"),
    Verdict.UNGRADED: ("?", "not judged", "35"),
    Verdict.SKIPPED: ("?", "not judged", "35"),
}
WIDE = 12
NARROWEST, WIDEST = 32, 100
STOPPED = "It is not there, since the file does not run to its end."
GLUE = "\N{NO-BREAK SPACE}"
ASCII = str.maketrans({"✓": "+", "✗": "x", "·": "-", "…": "~", "–": "-"})


@dataclass(frozen=True, slots=True)
class Style:
    """How to write in a terminal.

    Attributes:
        colour: whether colours are wanted.
        width: in characters.
        again: the command that checks again, for the advice at the end.
    """

    colour: bool = False
    width: int = 88
    again: str = "grader check"


def style_of(stream: TextIO, again: str) -> Style:
    """What a stream can show; NO_COLOR and FORCE_COLOR are respected."""
    from shutil import get_terminal_size

    modern = sys.platform != "win32" or "WT_SESSION" in os.environ
    wanted = bool(os.environ.get("FORCE_COLOR")) or (stream.isatty() and modern)
    width = max(NARROWEST, min(get_terminal_size().columns, WIDEST))
    return Style(wanted and not os.environ.get("NO_COLOR"), width, again)


def command(name: str, paths: Sequence[Path], options: Sequence[str] = ()) -> str:
    """A command with the files and options that it was given, as a shell reads it."""
    from shlex import join
    from subprocess import list2cmdline

    quoted = list2cmdline if sys.platform == "win32" else join
    return f"{name} {quoted([*map(str, paths), *options])}".rstrip()


def write(text: str, stream: TextIO, end: str = "\n") -> None:
    """Print a text, whatever the stream's encoding can hold."""
    encoding = stream.encoding or "utf-8"
    try:
        text.encode(encoding)
    except UnicodeEncodeError:
        text = text.translate(ASCII).encode(encoding, errors="replace").decode(encoding)
    stream.write(text + end)
    stream.flush()


def shown(marks: Fraction) -> str:
    """Marks as people write them: 3, 2.5, 1.67."""
    return str(marks.numerator) if marks.denominator == 1 else f"{float(marks):.4g}"


def counted(some: str, of: str, word: str) -> str:
    """A share in words: 0 of 1 mark, 2 of 4 public cases."""
    return f"{some} of {of} {word}{'' if of == '1' else 's'}"


def text(found: SelfCheck, style: Style | None = None) -> str:
    """The whole self-check for a terminal."""
    style = style or Style()
    sheet = found.sheet.assignment
    heading = f"{sheet.name}: {sheet.title}".rstrip(": ")
    lines = [f"{heading}  ({found.place})" if found.place else heading, ""]
    for fault in found.graded.faults:
        lines += [*_wrapped(f"! {fault}", style, ""), ""]
    wide = max((len(mark.part) for mark in found.graded.marks), default=0)
    for mark in found.graded.marks:
        lines += _part(found, mark, wide, style)
    lines += ["", *_wrapped(total(found), style, "")]
    advice = next_step(found, style.again)
    return "\n".join(lines + (_wrapped(advice, style, "") if advice else []))


def _part(found: SelfCheck, mark: Mark, wide: int, style: Style) -> list[str]:
    sign, word, colour = WORDS[mark.verdict]
    part = found.sheet.assignment.part(mark.part)
    label = f"{sign} {word:<{WIDE}}"
    title = f"{mark.part:<{wide}}  {part.title if part else ''}".rstrip()
    how = cases(found.tallies[mark.part])
    fits = len(f"  {label} {title}  ({how})") <= style.width
    line = f"  \x1b[{colour}m{label}\x1b[0m {title}" if style.colour else f"  {label} {title}"
    lines = [f"{line}  ({how})" if how and fits else line]
    if how and not fits:
        lines += _wrapped(f"({how})", style, "        ")
    for paragraph in said(found, mark):
        lines += _wrapped(paragraph, style, "        ")
    return lines


def said(found: SelfCheck, mark: Mark) -> list[str]:
    """What there is to say of a part beyond its word: nothing of what is right, unwritten or judged later."""
    texts = mark.feedback.splitlines()
    if found.stopped and mark.verdict is Verdict.MISSING and mark.feedback != UNWRITTEN:
        texts = [STOPPED]
    elif mark.feedback in (UNWRITTEN, LATER) or (
        mark.verdict is Verdict.CORRECT and not mark.followed_through
    ):
        texts = []
    advice = dict.fromkeys(one for outcome in mark.outcomes for one in outcome.advice)
    return [*texts, *(f"Advice: {one}" for one in advice)]


def cases(tally: Tally) -> str:
    """How many public cases are right, and how many are hidden."""
    hidden = f"{tally.hidden} hidden" if tally.hidden else ""
    public = counted(str(tally.right), str(tally.public), "public case") if tally.public else ""
    return ", ".join(one for one in (public, hidden) if one)


def total(found: SelfCheck) -> str:
    """The last line: marks so far, public cases, hidden ones."""
    graded, tally = found.graded, found.tally
    waiting = [mark for mark in graded.marks if mark.verdict is Verdict.PENDING]
    later = sum((mark.available - (mark.marks or 0) for mark in waiting), Fraction(0))
    words = f"{counted(shown(graded.raw), shown(graded.available), 'mark')} so far"
    if later:
        words += f" ({shown(later)} more can only be judged when it is graded)"
    words += f": {counted(str(tally.right), str(tally.public), 'public case')}" if tally.public else ""
    return words + ("; hidden ones decide the rest." if tally.hidden else ".")


def next_step(found: SelfCheck, again: str) -> str:
    """What to do next, in one line."""
    bad = (mark for mark in found.graded.marks if mark.verdict not in (Verdict.CORRECT, Verdict.PENDING))
    mark = next(bad, None)
    if mark is None:
        return "Nothing is left to do for the public cases. Think of inputs that they leave out."
    again = again.replace(" ", GLUE)  # a command is copied in one piece
    if found.stopped and mark.verdict is Verdict.MISSING:
        return f"Next: mend what stops {found.file or 'it'}, as told above, then: {again}"
    part = found.sheet.assignment.part(mark.part)
    names = " and ".join(f"`{name}`" for name in (entries(part) if part else ()))
    line = found.lines.get(mark.part, 0)
    place = f" in {found.file}" if found.file else ""
    place += f", line {line}" if line and found.file.endswith(".py") else ""
    verb = "write" if mark.verdict is Verdict.MISSING else "look at"
    return f"Next: {verb} {names}{place}, then: {again}{GLUE}{mark.part}"


def _wrapped(text: str, style: Style, indent: str) -> list[str]:
    lines = textwrap.wrap(
        text, style.width, initial_indent=indent, subsequent_indent=indent, break_on_hyphens=False
    )
    return [line.replace(GLUE, " ") for line in lines]


def page(found: SelfCheck) -> str:
    """The self-check for a notebook: a table in HTML, everything escaped."""
    rows = "".join(_row(found, mark) for mark in found.graded.marks)
    faults = "".join(f"<p>{html.escape(fault)}</p>" for fault in found.graded.faults)
    sheet = found.sheet.assignment
    return (
        f"<div><strong>{html.escape(sheet.name)}</strong> {html.escape(sheet.title)}{faults}"
        f'<table style="text-align:left"><thead><tr><th scope="col">Part</th><th scope="col">Result</th>'
        f'<th scope="col">What was seen</th></tr></thead><tbody>{rows}</tbody></table>'
        f"<p>{html.escape(total(found))}</p></div>"
    )


def _row(found: SelfCheck, mark: Mark) -> str:
    sign, word, _ = WORDS[mark.verdict]
    part: Part | None = found.sheet.assignment.part(mark.part)
    texts = [cases(found.tallies[mark.part]), *said(found, mark)]
    seen = "<br>".join(html.escape(one) for one in texts if one)
    title = html.escape(part.title if part else "")
    return (
        f'<tr><th scope="row" style="text-align:left">{html.escape(mark.part)}</th>'
        f'<td style="text-align:left">{sign} {html.escape(word)}</td>'
        f'<td style="text-align:left">{title}<br>{seen}</td></tr>'
    )


def plain(found: SelfCheck) -> dict[str, object]:
    """The self-check for a machine: schema `grader-check/1`."""
    graded, tally = found.graded, found.tally
    return {
        "schema": SCHEMA,
        "assignment": graded.assignment,
        "file": found.file,
        "marks": float(graded.raw),
        "available": float(graded.available),
        "public": {"right": tally.right, "cases": tally.public},
        "hidden": tally.hidden,
        "faults": list(graded.faults),
        "parts": [
            {
                "id": mark.part,
                "marks": None if mark.marks is None else float(mark.marks),
                "available": float(mark.available),
                "verdict": str(mark.verdict),
                "public": {"right": found.tallies[mark.part].right, "cases": found.tallies[mark.part].public},
                "hidden": found.tallies[mark.part].hidden,
                "line": found.lines.get(mark.part, 0),
                "feedback": mark.feedback,
            }
            for mark in graded.marks
        ],
    }
