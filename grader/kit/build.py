"""`grader kit`: what students get, built from what may leave the course, and searched before it does."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from grader.errors import LeakError
from grader.kit import leaks, secrets, single, wire
from grader.kit.sheet import PUBLIC_SEED, Sheet, public_only, recorded
from grader.kit.starter import Starter
from grader.model import Assignment, Returned

if TYPE_CHECKING:
    from grader.rubric import Course

GRADING_SEEDS = (PUBLIC_SEED, 1)
"""The seeds whose hidden cases are looked for: what the kit was drawn from, and what a run grades with."""
EPOCH = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class Kit:
    """A kit, built and searched.

    Attributes:
        name: the assignment's name, which is the folder's in the zip.
        files: what students get, by name.
        sheet: the public cases in it.
        looked_for: how many secrets were looked for.
    """

    name: str
    files: Mapping[str, bytes]
    sheet: Sheet
    looked_for: int

    def zip(self) -> bytes:
        """The kit as a zip: the same course gives the same bytes."""
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, content in self.files.items():
                entry = zipfile.ZipInfo(f"{self.name}/{name}", EPOCH)
                entry.external_attr = 0o644 << 16
                archive.writestr(entry, content, compress_type=zipfile.ZIP_DEFLATED)
        return buffer.getvalue()

    def __str__(self) -> str:
        """What is in it, and what students can't check with it."""
        sheet = self.sheet
        lines = [f"  {name}  {len(content)} bytes" for name, content in self.files.items()]
        parts = sheet.assignment.parts
        judged = {part.id: [one for one in part.checks if sheet.judged(part, one)] for part in parts}
        public = sum(len(one.cases) for checks in judged.values() for one in checks)
        later = [part for part, checks in judged.items() if not checks]
        hidden = sum(sheet.hidden.values())
        lines.append(f"Public cases that are judged: {public}; hidden ones, which stay here: {hidden}.")
        if later:
            lines.append(f"Judged only when they are graded: {', '.join(later)}.")
        return "\n".join([*lines, f"Searched for {self.looked_for} secrets of the course: none found."])


def build(course: Course, name: str, seeds: tuple[int, ...] = GRADING_SEEDS) -> Kit:
    """Build an assignment's kit and search it.

    Args:
        course: the course.
        name: the assignment.
        seeds: what the course grades with: their hidden cases are looked for.

    Raises:
        LeakError: something in it gives the reference, a hidden case or a mistake away.
        RubricError: the rubric is wrong.
        CourseCodeError: the reference is.
    """
    assignment, reference = course.assignment(name, seed=PUBLIC_SEED), course.reference(name)
    sheet = recorded(public_only(assignment), reference)
    answering = {one.entry: one.reference or one.entry for part in assignment.parts for one in part.checks}
    starter = Starter(sheet.assignment, lambda entry: reference.signature(answering[entry]))
    kinds = {
        one.kind
        for part in sheet.assignment.parts
        for one in part.checks
        if sheet.judged(part, one) or one.options is not None
    }
    texts = {
        "README.md": readme(sheet),
        f"{name}.py": starter.file(),
        f"{name}.ipynb": starter.notebook(),
        "check.py": single.checker(kinds),
        "cases.json": wire.dumps(sheet),
    }
    files = {file: text.encode("utf-8") for file, text in texts.items()}
    known = secrets.collect(
        [course.assignment(name, seed=seed) for seed in dict.fromkeys((*seeds, PUBLIC_SEED))],
        reference,
        shipped(sheet),
        told=public_texts(sheet.assignment),
        own=[*single.modules(kinds).values(), single.TEMPLATE],
    )
    refuse_leaks(files, known)
    return Kit(name, files, sheet, known.count)


def refuse_leaks(files: Mapping[str, bytes], known: secrets.Secrets) -> None:
    """Look through the files for the course's secrets.

    Raises:
        LeakError: one was found, or a file could not be searched.
    """
    found = leaks.scan(files, known)
    if found:
        shown = "\n".join(f"  {leak}" for leak in found[:20])
        more = f"\n  … and {len(found) - 20} more" if len(found) > 20 else ""
        hint = "rename or reword what students get, or what must stay here, so that the two differ"
        raise LeakError(f"the kit would give away:\n{shown}{more}", hint=hint)


def public_texts(assignment: Assignment) -> list[str]:
    """What the rubric says to everybody: titles, questions, what is asked, and the names of public cases."""
    texts = [assignment.title]
    for question in assignment.questions:
        texts += [question.title, question.text]
        for part in question.parts:
            texts += [part.title, part.ask, *(check.label for check in part.checks)]
            texts += [case.name for check in part.checks for case in check.cases]
    return texts


def shipped(sheet: Sheet) -> list[object]:
    """The values that a kit holds: the arguments of public cases, and the recorded answers to them."""
    cases = [case.args for part in sheet.assignment.parts for check in part.checks for case in check.cases]
    answers = [answer.value for answer in sheet.answers.values() if isinstance(answer, Returned)]
    return [*cases, *answers]


def readme(sheet: Sheet) -> str:
    """The kit's README, in Markdown."""
    assignment = sheet.assignment
    rows = [
        f"| {part.id} | {part.title} | {part.marks} | {_decided(sheet, part.id)} |"
        for part in assignment.parts
    ]
    table = "\n".join(["| part | what | marks | before the deadline |", "|---|---|---|---|", *rows])
    return README.format(name=assignment.name, title=assignment.title or assignment.name, table=table)


def _decided(sheet: Sheet, part_id: str) -> str:
    part = sheet.assignment.part(part_id)
    checks = part.checks if part else ()
    public = sum(len(one.cases) for one in checks if part and sheet.judged(part, one))
    return f"{public} public case{'s' if public != 1 else ''}" if public else "judged when it is graded"


README = """\
# {title}

Write your answers into `{name}.py`, or into the notebook `{name}.ipynb`: one of the two. Then check:

    python check.py                 everything
    python check.py PART            one part, one question or one function
    python check.py --watch         again whenever you save
    python check.py pack            make the zip that you hand in

In the notebook, `%load_ext check` and then `%grader PART` do the same. You need Python 3.11 or later with
NumPy and SymPy (`python -m pip install numpy sympy`), and no connection: nothing leaves your computer. In
Colab, upload `check.py` and `cases.json` beside the notebook.

The check knows the public cases only; `cases.json` holds their inputs and the right answers to them. Hidden
cases decide the rest, so a part that is right here can still be wrong on inputs that no public case has.

{table}
"""
