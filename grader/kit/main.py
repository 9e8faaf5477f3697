"""`python check.py`: the self-check of a kit, with Python, NumPy and SymPy alone.

python check.py                    check everything in this folder
python check.py a.theta            one part, or one question, or one function
python check.py my_answer.py       another file
python check.py --watch            check again whenever the file is saved
python check.py pack               make the zip that is handed in
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from grader.errors import GraderError, UsageError
from grader.kit import handin, telling
from grader.kit.selfcheck import check
from grader.kit.sheet import RecordedKey, Sheet, entries, parts_named
from grader.kit.watching import watch
from grader.kit.wire import loads
from grader.model import Part
from grader.sandbox.subprocesses import SubprocessRunner

CASES = "cases.json"
FAILED, USAGE, BROKEN, INTERRUPTED = 1, 2, 3, 130


def run(folder: Path, argv: Sequence[str] | None = None) -> int:
    """Check, watch or pack; returns the exit code: 0 right, 1 not yet, 2 usage, 3 a fault of the checker.

    Args:
        folder: where the kit lies.
        argv: the command line; the process's own by default.
    """
    wanted = _parser().parse_args(argv)
    try:
        sheet = read(folder)
        return _pack(folder, sheet, wanted) if wanted.what[:1] == ["pack"] else _check(folder, sheet, wanted)
    except UsageError as error:
        return _tell(f"error: {error}", USAGE)
    except GraderError as error:
        return _tell(f"the checker failed, which is no fault of yours: {error}", BROKEN)
    except KeyboardInterrupt:
        return _tell("stopped", INTERRUPTED)


def read(folder: Path) -> Sheet:
    """The kit's public cases.

    Raises:
        UsageError: they are not there, or damaged.
    """
    try:
        return loads((folder / CASES).read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        hint = "keep check.py and cases.json of the kit together in one folder"
        raise UsageError(f"there is no {CASES} in {folder}", hint=hint) from error


def split(arguments: Sequence[str]) -> tuple[list[Path], list[str]]:
    """Which arguments are files or folders, and which name parts."""
    paths, parts = [], []
    for one in arguments:
        is_path = one.endswith(handin.SUFFIXES) or "/" in one or "\\" in one or Path(one).exists()
        paths.append(Path(one)) if is_path else parts.append(one)
    return paths, parts


def chosen_parts(sheet: Sheet, wanted: Sequence[str]) -> tuple[Part, ...]:
    """The parts of these names; all of them where there are none.

    Raises:
        UsageError: nothing is called so; a near miss is named.
    """
    try:
        return parts_named(sheet, wanted)
    except KeyError as error:
        parts, name = sheet.assignment.parts, error.args[0]
        near = [one for part in parts for one in (part.question, *entries(part))]
        what = f"{sheet.assignment.name} has no part {name!r}"
        raise unknown(what, name, [part.id for part in parts], near) from error


def unknown(what: str, name: str, known: Sequence[str], also: Sequence[str] = ()) -> UsageError:
    """What to say of a name that is not known: a near miss, also of other names, or what there is."""
    from difflib import get_close_matches

    near = get_close_matches(name, [*known, *also], n=1)
    return UsageError(what, hint=f"did you mean {near[0]}?" if near else f"there is {', '.join(known)}")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        "check.py", description="Check your work on the public cases; hidden ones decide the rest."
    )
    parser.add_argument("what", nargs="*", metavar="PART or FILE", help="only these parts; or `pack`")
    parser.add_argument("--watch", action="store_true", help="check again whenever the file is saved")
    parser.add_argument("--json", action="store_true", help="for a machine to read")
    return parser


def _answer(folder: Path, sheet: Sheet, paths: Sequence[Path]) -> Path:
    name = sheet.assignment.name
    places = [path for path in paths if path.is_dir()] or [Path.cwd(), folder]
    files = [path for path in paths if not path.is_dir()]
    if len(files) > 1:
        raise UsageError(f"there are {len(files)} files to check", hint="name one of them")
    if files:
        return files[0]
    for place in places:
        for path in handin.find(place, [name]):
            return path
    raise handin.no_file(places[0], [name])


def _check(folder: Path, sheet: Sheet, wanted: argparse.Namespace) -> int:
    paths, names = split(wanted.what)
    parts, path = chosen_parts(sheet, names), _answer(folder, sheet, paths)
    code = FAILED

    def once() -> None:
        nonlocal code
        with SubprocessRunner() as runner:
            found = check(
                handin.submission(path, sheet.assignment.name),
                sheet,
                RecordedKey(sheet.answers),
                runner,
                parts,
            )
        if wanted.json:
            telling.write(json.dumps(telling.plain(found), indent=2), sys.stdout)
        else:
            again = telling.command("python check.py", paths)
            telling.write(telling.text(found, telling.style_of(sys.stdout, again)), sys.stdout)
        code = FAILED if found.failed else 0

    if wanted.watch:
        watch([path], once, sys.stderr)
    else:
        once()
    return code


def _pack(folder: Path, sheet: Sheet, wanted: argparse.Namespace) -> int:
    paths, others = split(wanted.what[1:])
    if others:
        raise UsageError(
            f"there is no file {others[0]}", hint="pack takes the file that is handed in, or nothing"
        )
    telling.write(str(handin.pack(_answer(folder, sheet, paths), sheet)), sys.stdout)
    return 0


def _tell(text: str, code: int) -> int:
    telling.write(text, sys.stderr)
    return code
