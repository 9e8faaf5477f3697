"""One rule of closeness: shape first, then value, the reference second."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from grader.errors import CheckError
from grader.model import Interval, OneOf
from grader.values.closeness import DEFAULT, Fault, Tolerance, as_array, compare, single_precision

NAN, INF = float("nan"), float("inf")
VECTOR = np.array([1.0, -2.0, 3.0])
ABOUT = Tolerance(rtol=0, atol=0.005)

CLOSE = [
    ("a list for an array", [1, -2, 3], VECTOR),
    ("a tuple for an array", (1.0, -2.0, 3.0), VECTOR),
    ("a list of 0-d arrays", [np.array(1.0), np.array(-2), np.array(3.0)], VECTOR),
    ("rows for a matrix", [VECTOR, VECTOR], np.array([VECTOR, VECTOR])),
    ("a 0-d array for a number", np.array(2.5), 2.5),
    ("a NumPy number for a number", np.float64(2.5), 2.5),
    ("an integer for a float", 3, 3.0),
    ("a float for an integer", 65536.0, 65536),
    ("a boolean for 0 or 1", np.array([True, False]), np.array([1.0, 0.0])),
    ("True for 1", True, 1),
    ("a complex number without imaginary part", 2 + 0j, 2.0),
    ("a complex number", 1 + 2j, 1 + 2j),
    ("nan for nan", [1.0, NAN], np.array([1.0, NAN])),
    ("infinities of the same sign", [INF, -INF], np.array([INF, -INF])),
    ("minus zero", -0.0, 0.0),
    ("an underflow for a tiny number", 0.0, 4e-18),
    ("a sum in another order", 0.1 + 0.2, 0.3),
    ("single precision", np.float32(1 / 3), 1 / 3),
    ("single precision through .item()", np.float32(1 / 3).item(), 1 / 3),
    ("single precision after cancelling", np.array([1.2e-7], np.float32), np.array([2e-7])),
    ("a fraction", Fraction(1, 4), 0.25),
    ("a large integer", 10**40, 10**40),
    ("a float for a large integer", 1e23, 10**23),
    ("nothing for nothing", [], np.empty(0)),
    ("a list for a tuple", [1, 2.0], (1, 2.0)),
    ("an array's rows for a tuple of arrays", np.array([VECTOR, VECTOR]), (VECTOR, VECTOR)),
    ("a tuple for a list of arrays of several shapes", (VECTOR, 1.0), [VECTOR, 1.0]),
    ("a dictionary in another order", {"b": 2, "a": [1.0]}, {"a": np.array([1.0]), "b": 2.0}),
    ("an interval's inside", [0.5, -1], Interval(np.array([0, -1]), np.array([1, -1]))),
    ("an interval's end, rounded", 1 + 1e-12, Interval(0, 1)),
    ("an open end", 1e300, Interval(0, INF)),
    ("the second of two", 1.4, OneOf((1.3808, 1.4))),
    ("alternatives inside a tuple", (2, 0.9), (2.0, OneOf((0.8808, 0.9)))),
]

FAR = [
    ("no broadcasting of a number", 1.0, np.ones(3), Fault.SHAPE),
    ("no broadcasting of a row", np.ones((1, 3)), np.ones(3), Fault.SHAPE),
    ("a column for a vector", np.ones((3, 1)), np.ones(3), Fault.SHAPE),
    ("a list of one for a number", [2.5], 2.5, Fault.SHAPE),
    ("a number for a list of one", 2.5, np.array([2.5]), Fault.SHAPE),
    ("empty for something", [], np.ones(2), Fault.SHAPE),
    ("empty for a number", np.empty(0), 1.0, Fault.SHAPE),
    ("an empty matrix for a matrix", np.empty((0, 0)), np.eye(2), Fault.SHAPE),
    ("empty for a tuple", (), (1.0, VECTOR), Fault.LENGTH),
    ("too long a tuple", (1.0, VECTOR, 2), (1.0, VECTOR), Fault.LENGTH),
    ("a number for a tuple", 1.0, (1.0, VECTOR), Fault.KIND),
    ("text that spells it", "2.5", 2.5, Fault.KIND),
    ("texts that spell it", ["1", "-2", "3"], VECTOR, Fault.KIND),
    ("None", None, 0.0, Fault.KIND),
    ("None among numbers", [1.0, None, 3.0], VECTOR, Fault.KIND),
    ("a ragged list", [[1.0], [1.0, 2.0]], np.ones((2, 2)), Fault.KIND),
    ("a dictionary", {0: 1.0}, 1.0, Fault.KIND),
    ("a number for a dictionary", 1.0, {"a": 1.0}, Fault.KIND),
    ("another key", {"c": 1.0}, {"a": 1.0}, Fault.KEYS),
    ("nan for a number", NAN, 0.0, Fault.VALUE),
    ("a number for nan", 0.0, NAN, Fault.VALUE),
    ("infinity for a number", INF, 1e308, Fault.VALUE),
    ("a number for infinity", 1e308, INF, Fault.VALUE),
    ("infinity of the other sign", -INF, INF, Fault.VALUE),
    ("nan for infinity", NAN, INF, Fault.VALUE),
    ("an imaginary part", 2 + 1e-3j, 2.0, Fault.VALUE),
    ("a part in a million", 1 + 1e-6, 1.0, Fault.VALUE),
    ("the integer next door", 25_557_033, 25_557_032, Fault.VALUE),
    ("the integer next door as a float", 25_557_033.0, 25_557_032, Fault.VALUE),
    ("the large integer next door", 10**40 + 1, 10**40, Fault.VALUE),
    ("int64 at its ends", np.array([2**63 - 1]), np.array([-(2**63)]), Fault.VALUE),
    ("half precision", np.float16(1 / 3), 1 / 3, Fault.VALUE),
    ("a wrong answer cast to single precision", np.array([1.001, -2, 3], np.float32), VECTOR, Fault.VALUE),
    ("a short decimal is not single precision", 0.5, 0.500001, Fault.VALUE),
    ("outside an interval", [1.1, -1], Interval(np.array([0, -1]), np.array([1, -1])), Fault.VALUE),
    ("nan in an interval", NAN, Interval(0, 1), Fault.VALUE),
    ("a number for an interval of arrays", 0.5, Interval(np.zeros(2), np.ones(2)), Fault.SHAPE),
    ("text for an interval", "0.5", Interval(0, 1), Fault.KIND),
    ("neither of two", 1.5, OneOf((1.3808, 1.4)), Fault.VALUE),
    ("a shape at fault outranks a value", (9.0, np.ones(2)), (1.0, VECTOR), Fault.SHAPE),
]


@pytest.mark.parametrize(("answer", "reference"), [pytest.param(*row[1:], id=row[0]) for row in CLOSE])
def test_close(answer, reference):
    """What a fair marker accepts is close."""
    assert compare(answer, reference).close


@pytest.mark.parametrize(("answer", "reference", "fault"), [pytest.param(*row[1:], id=row[0]) for row in FAR])
def test_far(answer, reference, fault):
    """What is not close says what is at fault."""
    assert compare(answer, reference).fault is fault


@pytest.mark.parametrize(
    ("answer", "reference", "tolerance", "close"),
    [
        (0.885, 0.8808, ABOUT, True),
        (0.8859, 0.8808, ABOUT, False),
        (0.0, 1e-9, Tolerance(rtol=1, atol=0), True),
        (1e-9, 0.0, Tolerance(rtol=1, atol=0), False),
        (25_500_000, 25_557_032, Tolerance(rtol=0.01), True),
        (1.0, 1.0, Tolerance(0, 0), True),
        (np.float32(0.1), 0.1, Tolerance(0, 0), False),
        (10**40 + 10**35, 10**40, Tolerance(rtol=1e-4), True),
        (0.505, OneOf((0.5, Interval(0.6, 0.7))), ABOUT, True),
    ],
)
def test_tolerance_is_the_rubrics(answer, reference, tolerance, close):
    """The relative part is of the reference, and what the rubric says is what is used."""
    assert compare(answer, reference, tolerance).close is close


def test_the_worst_entry_is_told():
    """A comparison counts the wrong entries and finds the one that is furthest off."""
    compared = compare([[1.0, 2.0], [3.5, 8.0]], np.array([[1.0, 2.0], [3.0, 4.0]]))
    assert (compared.wrong, compared.size, compared.worst, compared.error) == (2, 4, (1, 1), 1.0)
    assert compared.found == {"finite"}


@pytest.mark.parametrize(("entry", "found"), [(NAN, "nan"), (INF, "inf"), (-INF, "inf"), (9.0, "finite")])
def test_wrong_entries_are_sorted(entry, found):
    """NaN, infinities and finite values are told apart, and rank as the worst."""
    compared = compare([1.0, entry, 3.0000001], VECTOR)
    assert compared.found == {found}
    assert compared.worst == (1,)


def test_the_first_fault_has_a_path():
    """In a nested answer the component at fault is named."""
    path, leaf = compare((1.0, {"w": [1.0, 5.0]}), (1.0, {"w": np.array([1.0, 2.0])})).first_fault()
    assert (path, leaf.worst) == ((1, "w"), (1,))
    assert compare(1.0, 1.0).first_fault() is None


@pytest.mark.parametrize("reference", ["text", None, {1: "x"}, (1.0, "x"), np.array(["x"]), OneOf(())])
def test_a_reference_without_numbers_is_our_fault(reference):
    """A key that holds no numbers raises: no student is marked against it."""
    with pytest.raises(CheckError):
        compare({1: 1.0} if isinstance(reference, dict) else (1.0, 1.0), reference)


@pytest.mark.parametrize(
    ("value", "single"),
    [
        (np.float32(0.5), True),
        (np.float32([0.1, 0.7]).astype(float), True),
        (np.array([0.5, 0.25]), False),
        (np.array([0.1, 0.2]), False),
        (np.array([np.float32(0.1), 0.2]), False),
        (np.array([1, 2]), False),
        (np.float16(0.1), False),
    ],
)
def test_single_precision_is_seen(value, single):
    """Twenty-four bits are known by the dtype, or by every number holding just as many."""
    assert single_precision(as_array(value)) is single


finite = st.floats(allow_nan=False, allow_infinity=False, allow_subnormal=False)
arrays = hnp.arrays(np.float64, hnp.array_shapes(max_dims=3, max_side=4, min_side=0), elements=st.floats())


@given(arrays)
@settings(max_examples=50)
def test_everything_is_close_to_itself(array):
    """An array equals itself and its lists, NaN and infinities included."""
    assert compare(array, array).close
    assert not array.size or compare(array.tolist(), array).close


@given(arrays, st.integers(1, 3))
@settings(max_examples=50)
def test_no_other_shape_is_close(array, axes):
    """More axes are another shape, whatever the values are."""
    assert compare(array.reshape((1,) * axes + array.shape), array).fault is Fault.SHAPE


@given(finite, finite)
@settings(max_examples=100)
def test_the_rule_is_the_rule(answer, reference):
    """For plain numbers close means what the formula says, 24 bits and the last bit aside."""
    allowed = DEFAULT.atol + DEFAULT.rtol * abs(reference)
    error = abs(answer - reference)
    close = compare(answer, reference).close
    if not single_precision(as_array(answer)) and abs(error - allowed) > 1e-14 * abs(reference):
        assert close is (error <= allowed)


@given(st.integers(), st.integers())
@settings(max_examples=100)
def test_integers_are_compared_exactly(answer, reference):
    """Integers of any size are close only if they are equal."""
    assert compare(answer, reference).close is (answer == reference)


@given(
    st.recursive(
        st.none() | st.text() | st.floats() | st.integers() | st.complex_numbers(),
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=3),
    )
)
@settings(max_examples=100)
def test_any_answer_is_compared(answer):
    """Whatever comes back, a comparison comes out, and nothing is close to NaN but NaN."""
    assert compare(answer, VECTOR).fault or as_array(answer).shape == (3,)
    assert compare(answer, (VECTOR, Interval(0, 1), {"a": 10**30})).fault
