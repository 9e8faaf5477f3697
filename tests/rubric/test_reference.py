"""The course's own answers."""

import sys

import numpy as np
import pytest

from grader.errors import CourseCodeError
from grader.model import Ask, Missing, Probe, Raised, Returned, Unanswerable
from grader.rubric import Reference
from grader.values.codec import Seeded


@pytest.fixture
def reference(folder):
    """The small course's reference."""
    return Reference(folder.root / "reference" / "tiny.py")


def test_an_entry_is_called_with_the_arguments(reference):
    """A probe comes back as what the function returns."""
    seen = reference.answer(Probe("shifted", (3.0, 2)))
    assert isinstance(seen, Returned)
    assert seen.value == 8.0


HOWS = [
    (Probe("LIMIT", (), Ask.VALUE), Returned),
    (Probe("LIMIT", (1,), Ask.EITHER), Returned),
    (Probe("LIMIT", (1,)), Unanswerable),
    (Probe("none"), Missing),
    (Probe("fails", (1,)), Raised),
    (Probe("double", ()), Raised),
    (Probe("double", (np.ones(1000),), Ask.ALLOCATION), Returned),
]


@pytest.mark.parametrize(("probe", "kind"), HOWS)
def test_whatever_happens_is_an_observation(reference, probe, kind):
    """Constants, missing names and exceptions are answers like any other."""
    assert isinstance(reference.answer(probe), kind)


def test_allocation_is_measured(reference):
    """The peak of an array of 1000 numbers is at least its bytes."""
    assert reference.answer(Probe("double", (np.ones(1000),), Ask.ALLOCATION)).peak_bytes >= 8000


def test_arguments_are_copies(reference):
    """What an entry changes in place stays its own."""
    x = np.zeros(2)
    reference.answer(Probe("grows", (x,)))
    assert x.tolist() == [0.0, 0.0]


def test_a_seeded_argument_becomes_the_same_generator_each_time(reference):
    """`Seeded(7)` is default_rng(7) for whoever is asked."""
    wanted = np.random.default_rng(7).normal()
    assert reference.answer(Probe("draws", (Seeded(7),))).value == wanted
    assert reference.answer(Probe("draws", (Seeded(7),))).value == wanted


def test_one_question_is_evaluated_once(folder):
    """Equal questions, even in fresh arrays, cost one evaluation."""
    path = folder.reference("calls = []\ndef f(x):\n    calls.append(1)\n    return x\n")
    reference = Reference(path)
    for _ in range(3):
        reference.answer(Probe("f", (np.arange(3),), case="named otherwise"))
    args = (np.arange(4),)
    for _ in range(3):
        reference.answer(Probe("f", args))
    assert len(reference.value("calls")) == 2


def test_another_function_may_answer_for_an_entry(reference):
    """A mistake is the same file with one name answered by another; the file itself stays as it is."""
    wrong = reference.instead("double", "double_wrong_sign")
    assert wrong.answer(Probe("double", (1.0,))).value == -2.0
    assert wrong.answer(Probe("shifted", (1.0,))).value == 3.0
    assert reference.answer(Probe("double", (1.0,))).value == 2.0
    assert isinstance(reference.instead("double", "nowhere").answer(Probe("double", (1.0,))), Missing)


def test_a_value_may_answer_for_an_entry(reference):
    """A value stands in for an entry, and a string is one where it is said to be no name."""
    assert reference.instead("LIMIT", 7).answer(Probe("LIMIT", (), Ask.VALUE)).value == 7
    text = reference.instead("LIMIT", "double", named=False)
    assert text.answer(Probe("LIMIT", (), Ask.VALUE)).value == "double"
    assert reference.instead("double", lambda x: x).answer(Probe("double", (4,))).value == 4


def test_stand_ins_are_called_by_the_files_own_functions(reference):
    """With its own `double` replaced, everything that calls `double` calls the stand-in."""
    own = reference.following({"double": lambda x: 10 * x})
    assert own.answer(Probe("shifted", (1.0,))).value == 11.0
    assert own.answer(Probe("double", (1.0,))).value == 10.0
    assert reference.answer(Probe("shifted", (1.0,))).value == 3.0


def test_stand_ins_are_asked_once_for_the_same_question_and_told_to_nobody(reference):
    """What was computed with one student's stand-ins is remembered for that student alone."""
    calls = []
    for name in ("ada", "bo"):
        own = reference.following({"double": lambda x, name=name: calls.append(name) or x})
        own.answer(Probe("shifted", (1.0,)))
        own.answer(Probe("shifted", (1.0,)))
    assert calls == ["ada", "bo"]
    assert reference.answer(Probe("shifted", (1.0,))).value == 3.0


def test_stand_ins_reach_helpers_and_caches(folder):
    """A helper that remembers its answers asks the stand-in anew."""
    path = folder.reference(
        """
        from functools import lru_cache
        def base(x):
            return x
        @lru_cache
        def helper(x):
            return base(x)
        def top(x):
            return helper(x) + 1
        """
    )
    reference = Reference(path)
    assert reference.answer(Probe("top", (1,))).value == 2
    assert reference.following({"base": lambda x: 100}).answer(Probe("top", (1,))).value == 101


def test_a_stand_in_for_nothing_is_our_fault(reference):
    """An unknown name is an error of the course."""
    with pytest.raises(CourseCodeError, match="defines no 'doubel'"):
        reference.following({"doubel": lambda x: x})


def test_nothing_is_left_in_the_interpreter(folder, reference):
    """No module of that name, and no compiled file beside the reference."""
    assert not any(
        getattr(module, "__file__", None) == str(reference.path) for module in sys.modules.values()
    )
    assert [path.name for path in (folder.root / "reference").iterdir()] == ["tiny.py"]


def test_signature_and_source_are_told(reference):
    """Parameters and the text of a definition can be read."""
    assert list(reference.signature("shifted").parameters) == ["x", "by"]
    assert reference.signature("LIMIT") is None
    assert reference.source("double").startswith("def double(x):")
    assert reference.source("LIMIT") == "LIMIT = 3"


BROKEN = [
    ("def f(:\n", "does not compile", 1),
    ("x = 1\nraise ValueError('no')\n", "raised ValueError: no", 2),
    ("def f():\n    return 1 / 0\n\nf()\n", "raised ZeroDivisionError", 2),
]


@pytest.mark.parametrize(("text", "says", "line"), BROKEN)
def test_a_broken_reference_says_where(folder, text, says, line):
    """A reference that does not compile or raises is an error at its line."""
    with pytest.raises(CourseCodeError, match=says) as caught:
        Reference(folder.reference(text))
    assert caught.value.where.line == line


def test_a_missing_reference_says_what_it_should_be(tmp_path):
    """The file's path and a hint."""
    with pytest.raises(CourseCodeError, match="there is no reference file"):
        Reference(tmp_path / "none.py")
