"""How long a decision about a formula takes: milliseconds a pair by what the pair tries, and a derivation.

    python benchmarks/formula.py [REPEATS]

CPU time of this process, the median of the repeats for each pair; nothing is cached between repeats but
what a grader keeps anyway (the contexts of the three precisions).
"""

from __future__ import annotations

import statistics
import sys
import time
from collections import defaultdict
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import yaml

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from grader.checks.derivation import CHECK as DERIVATION
from grader.checks.derivation import DerivationOptions
from grader.model import Check, Missing, Returned
from grader.values.equivalence import equivalent

PAIRS = Path(__file__).resolve().parents[1] / "tests" / "values" / "pairs.yaml"
VERDICTS = ("equal", "different", "unreadable", "undecided")


def timed(run: Callable[[], object], repeats: int) -> float:
    """Median milliseconds of CPU."""
    times = []
    for _ in range(repeats):
        start = time.process_time()
        run()
        times.append((time.process_time() - start) * 1000)
    return statistics.median(times)


def row(name: str, times: list[float]) -> str:
    """Count, median, 95th percentile and maximum in one line."""
    ordered = sorted(times)
    high = ordered[min(len(ordered) - 1, int(len(ordered) * 0.95))]
    return f"{name:44} {len(ordered):5} {statistics.median(ordered):9.2f} {high:9.2f} {ordered[-1]:9.2f}"


def pairs(repeats: int) -> tuple[dict[str, list[float]], int]:
    """Times by category and by verdict, and how many verdicts were wrong."""
    times: dict[str, list[float]] = defaultdict(list)
    wrong = 0
    for group in yaml.safe_load(PAIRS.read_text(encoding="utf-8")):
        for verdict in VERDICTS:
            for answer, reference in group.get(verdict, ()):

                def decide(a: str = answer, b: str = reference, group: dict = group) -> str:
                    return equivalent(a, b, group["variables"], where=group.get("where", ())).verdict

                wrong += decide() != verdict
                spent = timed(decide, repeats)
                times[group["name"]].append(spent)
                times[f"verdict: {verdict}"].append(spent)
                times["all"].append(spent)
    return times, wrong


class NoReference:
    """A key that leaves the word to the rubric."""

    def answer(self, probe):
        return Missing(probe.entry)

    def value(self, name):
        raise KeyError(name)


def derivation(repeats: int) -> float:
    """Milliseconds to judge the shift of a softmax of three in four lines."""
    names = ("x1", "x2", "x3")
    shifted, plain = "+".join(f"exp({x}+c)" for x in names), "+".join(f"exp({x})" for x in names)
    lines = [
        [f"exp({x}+c)/({shifted})" for x in names],
        [f"exp({x})*exp(c)/({shifted})" for x in names],
        [f"exp({x})*exp(c)/(exp(c)*({plain}))" for x in names],
        [f"exp({x})/({plain})" for x in names],
    ]
    options = DerivationOptions(
        dict.fromkeys((*names, "c"), "real"),
        tuple(lines[0]),
        tuple(lines[-1]),
        ("c",),
        last_must_not_use=("c",),
    )
    check = Check("derivation", "steps", Fraction(4), options)
    outcome = DERIVATION.judge(check, NoReference(), (Returned(lines),))
    if not outcome.right:
        raise SystemExit(outcome.for_student)
    return timed(lambda: DERIVATION.judge(check, NoReference(), (Returned(lines),)), repeats)


def main() -> None:
    repeats = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    times, wrong = pairs(repeats)
    print(f"{'milliseconds a pair':44} {'pairs':>5} {'median':>9} {'95 %':>9} {'longest':>9}")
    for name, spent in times.items():
        print(row(name, spent))
    print(f"\nwrong verdicts: {wrong}")
    print(f"a derivation of four lines of three: {derivation(repeats):.1f} ms")


if __name__ == "__main__":
    main()
