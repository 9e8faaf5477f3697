"""Arguments as a rubric writes them."""

import numpy as np
import pytest

from grader.rubric.arguments import written
from grader.rubric.problems import BadValue
from grader.values.codec import Seeded

ARRAYS = [
    ([1, 2], [1, 2], int),
    ([1, 2.0], [1.0, 2.0], float),
    ([[1, 2], [3, 4]], [[1, 2], [3, 4]], int),
    ([], [], float),
    ([True, False], [True, False], bool),
    ({"zeros": [2, 3]}, np.zeros((2, 3)), float),
    ({"zeros": 2}, np.zeros(2), float),
    ({"full": {"shape": [2], "value": 7}}, [7, 7], int),
    ({"linspace": [0, 1, 3]}, [0.0, 0.5, 1.0], float),
]


@pytest.mark.parametrize(("spec", "value", "kind"), ARRAYS)
def test_numbers_in_a_list_are_an_array(spec, value, kind):
    """A list of numbers is an array, of integers where each is written as one."""
    made = written(spec)
    assert isinstance(made, np.ndarray)
    assert made.dtype == np.dtype(kind)
    np.testing.assert_array_equal(made, value)


PLAIN = [
    (3, 3),
    (2.5, 2.5),
    ("valid", "valid"),
    (None, None),
    ({"float": 3}, 3.0),
    ({"int": 3}, 3),
    ({"text": "3"}, "3"),
    ({"complex": [1, 2]}, 1 + 2j),
    ({"rng": 7}, Seeded(7)),
    ({"list": [1, "a"]}, [1, "a"]),
    ({"tuple": [1, {"tuple": []}]}, (1, ())),
    ({"dict": {"k": 1}}, {"k": 1}),
    (["a", "b"], ["a", "b"]),
]


@pytest.mark.parametrize(("spec", "value"), PLAIN)
def test_everything_else_says_what_it_is(spec, value):
    """Scalars are themselves, and a mapping of one key names the kind of value."""
    made = written(spec)
    assert (made, type(made)) == (value, type(value))


def test_a_list_of_lists_stays_a_list_where_it_is_written_so():
    """`{list: …}` keeps ragged rows apart, each of them an array."""
    made = written({"list": [[1.0, 2.0], [3.0]]})
    assert [part.tolist() for part in made] == [[1.0, 2.0], [3.0]]


def test_symbols_are_real():
    """Symbols are SymPy's, and real."""
    sympy = pytest.importorskip("sympy")
    assert written({"symbol": "x"}) == sympy.Symbol("x", real=True)
    assert written({"symbols": ["a", "b"]}) == sympy.symbols("a b", real=True)


BAD = [
    ([[1, 2], [3]], (), "one length"),
    ({"tupel": [1]}, ("tupel",), "unknown kind of value 'tupel'"),
    ({"a": 1, "b": 2}, (), "several keys"),
    ({"zeros": [-1]}, ("zeros",), "not negative"),
    ({"zeros": [10**9]}, ("zeros",), "more than"),
    ({"float": "x"}, ("float",), "can't be made"),
    ({"text": 3}, ("text",), "quotes"),
    ({"list": [1, {"tuple": [{"intt": 1}]}]}, ("list", 1, "tuple", 0, "intt"), "unknown kind"),
    ({"full": {"shape": [2]}}, ("full",), "needs"),
    ({"linspace": [1, 2]}, ("linspace",), "first, last"),
]


@pytest.mark.parametrize(("spec", "at", "says"), BAD)
def test_a_value_that_means_nothing_says_where(spec, at, says):
    """The fault leads to the spot inside the value."""
    with pytest.raises(BadValue, match=says) as caught:
        written(spec)
    assert caught.value.at == at
