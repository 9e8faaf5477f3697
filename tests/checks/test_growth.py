"""Growth of memory: judged by measured peaks, robust against what does not grow."""

import tracemalloc

import numpy as np
import pytest

from grader.checks.growth import GrowthOptions, grows_faster
from grader.checks.registry import kind
from grader.errors import CheckError
from grader.model import Ask, Case, Check, Missing, OutOfMemory, Raised, Returned, TimedOut, Verdict

SIZES = (128, 256, 512, 1024)


def peaks(function):
    return [(n, int(function(n))) for n in SIZES]


@pytest.mark.parametrize(
    ("function", "power", "faster"),
    [
        (lambda n: 8 * n, 1, False),
        (lambda n: 8 * n * np.log2(n), 1, False),
        (lambda n: 10**8 + 8 * n, 1, False),
        (lambda n: 10**8 if n == 128 else 8 * n, 1, False),
        (lambda n: 500, 1, False),
        (lambda n: 0, 0, False),
        (lambda n: 8 * n, 0, False),
        (lambda n: 800 * n, 0, True),
        (lambda n: 8 * n * n, 1, True),
        (lambda n: n * n, 1, True),
        (lambda n: 10**8 + 8 * n * n, 1, True),
        (lambda n: 8 * n * n, 2, False),
        (lambda n: 8 * n**3, 2, True),
        (lambda n: 24 * n**1.5 + 3000 * (n % 3), 1, False),
    ],
)
def test_rises_tell_the_power(function, power, faster):
    """Fixed tables, warm-up and noise cancel; the power of n shows."""
    assert grows_faster(peaks(function), power) is faster


def softmax(x):
    powers = np.exp(x - x.max())
    return powers / powers.sum()


def direct(x, g):
    s = softmax(x)
    return s * (g - s @ g)


def by_jacobian(x, g):
    s = softmax(x)
    return (np.diag(s) - np.outer(s, s)) @ g


def row_by_row(x, g):
    s = softmax(x)
    return np.array([((np.arange(len(s)) == i) * s - s[i] * s) @ g for i in range(len(s))])


def by_lists(x, g):
    s = softmax(x).tolist()
    table = [[(i == j) * a - a * b for j, b in enumerate(s)] for i, a in enumerate(s)]
    return [sum(a * b for a, b in zip(row, g, strict=True)) for row in table]


class Running:
    """A key that runs functions here and measures them."""

    def __init__(self, function):
        self.function = function

    def answer(self, probe):
        tracemalloc.start()
        value = self.function(*probe.args)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return Returned(value, peak_bytes=peak if probe.how is Ask.ALLOCATION else None)

    def value(self, name):
        return None


VECTORS = Case("by hand", (np.array([1.0, 2.0, -0.5]), np.array([1.0, -1.0, 2.0])), ("x", "g"), public=True)


def checked(**options):
    return Check("growth", "softmax_vjp", 2, GrowthOptions(**options), (VECTORS,))


def judged(function, check=None):
    growth, check = kind("growth"), check or checked()
    seen = [Running(function).answer(probe) for probe in growth.probes(check)]
    return growth.judge(check, Running(direct), seen)


@pytest.mark.parametrize(
    ("function", "verdict", "credit"),
    [
        (direct, Verdict.CORRECT, 1),
        (row_by_row, Verdict.CORRECT, 1),
        (by_jacobian, Verdict.PARTIAL, 0.5),
        (by_lists, Verdict.PARTIAL, 0.5),
        (lambda x, g: -direct(x, g), Verdict.INCORRECT, 0),
        (lambda x, g: direct(x, g) if len(x) < 100 else np.zeros(len(x)), Verdict.INCORRECT, 0),
    ],
)
def test_real_functions_are_measured(function, verdict, credit):
    """The direct product and one row at a time pass; a whole Jacobian earns half; a cheat at large n nothing."""
    outcome = judged(function)
    assert (outcome.verdict, outcome.credit) == (verdict, credit), outcome.for_student


@pytest.mark.parametrize("failure", [OutOfMemory(1024), TimedOut(2.0), Raised("MemoryError", "")])
def test_failing_at_large_sizes_alone_is_too_much_memory(failure):
    """Right values at small sizes and no answer at large ones: the share for right values."""
    growth, check = kind("growth"), checked()
    probes = growth.probes(check)
    seen = [Running(direct).answer(probe) if len(probe.args[0]) < 500 else failure for probe in probes]
    outcome = growth.judge(check, Running(direct), seen)
    assert (outcome.verdict, outcome.credit) == (Verdict.PARTIAL, 0.5)


def test_an_unmeasured_answer_is_our_fault():
    """A box that can't measure leaves the part ungraded."""
    growth, check = kind("growth"), checked()
    seen = [Returned(direct(*probe.args)) for probe in growth.probes(check)]
    with pytest.raises(CheckError, match="did not measure"):
        growth.judge(check, Running(direct), seen)


@pytest.mark.parametrize("options", [{"sizes": (64, 128)}, {"sizes": ()}])
def test_three_sizes_are_needed(options):
    """Two sizes can't tell a power from a constant."""
    with pytest.raises(CheckError, match="three sizes"):
        kind("growth").probes(checked(**options))


def test_a_vector_is_needed():
    """Without a vector among the arguments nothing grows."""
    check = Check("growth", "f", 1, GrowthOptions(), (Case("one", (1.0,)),))
    with pytest.raises(CheckError, match="vector"):
        kind("growth").judge(check, Running(direct), (Missing("f"),))
