"""Asking functions of this process: what every Observation looks like without a box."""

from __future__ import annotations

import array
import collections
import dataclasses
import fractions
import itertools

import numpy as np
import pytest
import sympy as sp

from grader.model import (
    Ask,
    Limits,
    Missing,
    OutOfMemory,
    OutputLimit,
    Probe,
    Raised,
    Returned,
    Submission,
    Unanswerable,
)
from grader.sandbox.inprocess import FakeRunner, InProcessSession
from grader.values.codec import Seeded

LIMITS = Limits()
Pair = collections.namedtuple("Pair", "a b")


def ask(namespace: dict, *args: object, how: Ask = Ask.CALL, entry: str = "f"):
    """One question to one namespace."""
    return InProcessSession(namespace).ask([Probe(entry, args, how)], LIMITS)[0]


class Tensor:
    """Something that only NumPy can read."""

    def __array__(self, dtype=None, copy=None):
        return np.arange(2.0)


@dataclasses.dataclass
class Gradients:
    """Two answers by name."""

    theta: object
    w: object


class Unmarked:
    """An object that nobody can read."""


class Number(float):
    """A float that says it equals everything."""

    def __eq__(self, other):
        return True

    __hash__ = float.__hash__


def masked():
    """An array with a hidden entry."""
    return np.ma.masked_array([1.0, 2.0], [False, True])


@pytest.mark.parametrize(
    ("value", "plain", "note"),
    [
        (Number(2), 2.0, ""),
        (np.longdouble(1.5), np.float64(1.5), "long double"),
        (np.array([[1.0, 2.0]]).view(np.matrix), np.array([[1.0, 2.0]]), ""),
        (masked(), np.array([1.0, 2.0]), "mask dropped"),
        (np.array([1, 2.5], dtype=object), np.array([1, 2.5]), "made numbers"),
        (np.array([[1], [2, 3]], dtype=object), [[1], [2, 3]], ""),
        (range(3), [0, 1, 2], ""),
        (Pair(1, 2), (1, 2), ""),
        (collections.OrderedDict(a=1), {"a": 1}, ""),
        (fractions.Fraction(1, 2), 0.5, "Fraction"),
        (Tensor(), np.arange(2.0), "made an array"),
        (array.array("d", [1.0, 2.0]), np.array([1.0, 2.0]), "made an array"),
        (Gradients(2.0, [1]), (2.0, [1]), "a tuple of its fields"),
        (sp.SparseMatrix([[1]]), sp.Matrix([[1]]), ""),
        (sp.Array([1, 2]), [sp.Integer(1), sp.Integer(2)], ""),
        ("a\ud800", "a?", "surrogate"),
        (np.array(3.0), np.array(3.0), ""),
        (None, None, ""),
    ],
)
def test_answers_become_plain_data(value, plain, note):
    """What is a number, array or list by another name arrives as one, and the note says so."""
    seen = ask({"f": lambda: value})
    assert isinstance(seen, Returned)
    assert type(seen.value) is type(plain)
    assert np.array_equal(np.asarray(seen.value, dtype=object), np.asarray(plain, dtype=object))
    assert note in seen.note
    assert bool(seen.note) == bool(note)


@pytest.mark.parametrize(
    "value",
    [
        (x for x in (1, 2)),
        map(abs, (1, -2)),
        {1: 0, 2: 0}.keys(),
        iter((1, 2)),
        itertools.chain([1], [2]),
        itertools.accumulate([1, 1]),
    ],
)
def test_streams_are_lists(value):
    """What gives its entries one after the other is as good as a list of them."""
    assert ask({"f": lambda: value}).value == [1, 2]


def test_a_stream_without_an_end_is_too_large():
    """A million entries are taken, and no more."""
    seen = ask({"f": lambda: map(int, itertools.repeat(1))})
    assert isinstance(seen, OutputLimit)


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        (len, "gives a function"),
        ({1}, "gives a set, which has no order"),
        (int, "gives a class"),
        (..., "gives nothing yet but `...`"),
        (object(), "gives an object"),
        (Unmarked(), "gives an object of class Unmarked"),
        (np.array(["a"]), "gives an array of text"),
        (np.random.default_rng(), "gives a Generator"),
    ],
)
def test_what_is_not_data_is_unanswerable(value, reason):
    """Functions, sets and objects are named for what they are."""
    seen = ask({"f": lambda: value})
    assert isinstance(seen, Unanswerable)
    assert seen.reason == reason


@pytest.mark.parametrize(
    ("target", "how", "value", "called"),
    [
        (5, Ask.VALUE, 5, False),
        (lambda: 5, Ask.VALUE, 5, True),
        (5, Ask.EITHER, 5, False),
        (lambda x: x + 1, Ask.EITHER, 3, True),
        (sp.Symbol("x"), Ask.EITHER, sp.Symbol("x"), False),
        (sp.Lambda(sp.Symbol("x"), sp.Symbol("x") ** 2), Ask.EITHER, 4, True),
        (np.negative, Ask.CALL, -2, True),
    ],
)
def test_entries_are_called_or_taken(target, how, value, called):
    """A function is called, anything else is taken as it is; SymPy's symbols are no functions."""
    seen = ask({"f": target}, *([] if how is Ask.VALUE else [2]), how=how)
    assert isinstance(seen, Returned)
    assert (seen.value, seen.called) == (value, called)


def test_a_value_can_not_be_called():
    """Calling what is no function is unanswerable, not the student's exception."""
    seen = ask({"f": 3.0})
    assert isinstance(seen, Unanswerable)
    assert seen.reason == "f is a float, not a function"


def test_exceptions_carry_the_lines_they_came_from():
    """Type, message and the frames of the code that raised; even SystemExit is only an answer."""

    def f():
        raise SystemExit("\x1b[31mbye\x07")

    seen = ask({"f": f})
    assert isinstance(seen, Raised)
    assert (seen.type, seen.message) == ("SystemExit", "bye")
    assert [frame.function for frame in seen.frames] == ["f"]
    assert seen.frames[0].file == "test_inprocess.py"


def test_hostile_exceptions_are_cut():
    """An exception whose message is huge or can't be printed is still an answer."""

    class Loud(Exception):
        def __str__(self):
            raise Loud

    def f(x):
        raise (ValueError("a" * 10**6) if x else Loud)

    huge, loud = InProcessSession({"f": f}).ask([Probe("f", (1,)), Probe("f", (0,))], LIMITS)
    assert len(huge.message) == 2000
    assert loud.message == "(its message can't be shown)"


@pytest.mark.parametrize(
    ("entry", "found"), [("dh_dteta", "dh_dtheta"), ("dhdtheta", "dh_dtheta"), ("zzz", "")]
)
def test_missing_names_the_nearest(entry, found):
    """A name that is not there comes with the one that looks most like it."""
    seen = ask({"dh_dtheta": 1, "_private": 2}, entry=entry)
    assert isinstance(seen, Missing)
    assert (seen.entry, seen.nearest) == (entry, found)


def test_arguments_are_copies_and_changes_are_seen():
    """Changing an argument changes nobody else's, and its position is reported."""
    mine = np.zeros(3)

    def f(a, b, c):
        b[0] = 1
        c.append(object())
        return b

    seen = ask({"f": f}, mine, mine, [1])
    assert seen.mutated == (1, 2)
    assert not mine.any()
    assert seen.value.tolist() == [1, 0, 0]


def test_generators_among_arguments_are_fresh():
    """Each question gets a generator of its own, and drawing from it is no change."""
    session = InProcessSession({"f": lambda rng: rng.integers(10**9)})
    first, second = session.ask([Probe("f", (Seeded(4),))] * 2, LIMITS)
    assert first.value == second.value
    assert first.mutated == ()


def test_allocation_is_measured_without_the_first_calls_costs():
    """Peak allocation grows with what is allocated, and a cache filled once does not count."""
    cache = []

    def f(n):
        if not cache:
            cache.append(np.ones(10**6))
        return float(np.ones(n).sum())

    small, large = (ask({"f": f}, n, how=Ask.ALLOCATION) for n in (1000, 100_000))
    assert 8000 <= small.peak_bytes < 20_000
    assert 800_000 <= large.peak_bytes < 820_000


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        (np.broadcast_to(0.0, 10**9), OutputLimit),
        ("a" * (33 << 20), OutputLimit),
        ([[]] * (2 << 20), OutputLimit),
    ],
    ids=["view", "text", "list"],
)
def test_answers_that_are_too_large_are_output(value, kind):
    """An answer over the limits is refused without being laid out."""
    seen = ask({"f": lambda: value})
    assert isinstance(seen, kind)
    assert seen.what == "returned"


def test_running_out_of_memory_is_its_own_verdict():
    """MemoryError is not the student's exception."""
    assert isinstance(ask({"f": lambda: np.ones(1 << 60)}), OutOfMemory | Raised)
    assert isinstance(ask({"f": lambda: bytearray(1 << 60)}), OutOfMemory)


def test_a_person_can_interrupt():
    """Ctrl-C in one's own process is not an answer."""

    def f():
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        ask({"f": f})


def test_a_fake_runner_answers_by_student():
    """Each student's own namespace comes before the common one."""
    with FakeRunner({"f": 1}, submissions={"ada": {"f": 2}}) as runner:
        for student, value in (("ada", 2), ("bob", 1)):
            with runner.open(Submission(student, "a", ()), LIMITS) as session:
                assert session.ask([Probe("f", how=Ask.VALUE)], LIMITS)[0].value == value


@pytest.mark.parametrize(
    ("function", "answer"),
    [
        (lambda n, m, k: [n, m, k], ["n", "m", "k"]),
        (lambda k, n: [n, k], ["n", "k"]),
        (lambda: "n*m", "n*m"),
        (lambda *sizes: list(sizes), ["n", "m", "k"]),
    ],
)
def test_either_gives_a_function_the_symbols_that_it_has_parameters_for(function, answer):
    """A function of fewer symbols gets them by name, and one without parameters stands for its value."""
    seen = ask({"f": function}, *sp.symbols("n m k"), how=Ask.EITHER)
    assert isinstance(seen, Returned)
    assert (seen.value if isinstance(answer, str) else [str(one) for one in seen.value]) == answer


def test_either_does_not_guess_what_a_stranger_parameter_means():
    """A function of fewer parameters with other names is called with everything, and raises."""
    seen = ask({"f": lambda a, b: a}, *sp.symbols("n m k"), how=Ask.EITHER)
    assert isinstance(seen, Raised)
