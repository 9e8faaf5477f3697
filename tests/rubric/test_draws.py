"""Generators of inputs."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.rubric.draws import Dice, draw, seed_of
from grader.rubric.problems import BadValue
from grader.values.codec import Seeded


def rolled(spec, seed=1, **names):
    """One draw from a fresh stream."""
    return draw(Dice(np.random.default_rng(seed), names), spec)


SHAPES = [
    ({"normal": {"shape": [3, 2]}}, (3, 2)),
    ({"normal": {}}, ()),
    ({"uniform": {"shape": 4, "low": -1, "high": 1}}, (4,)),
    ({"integer": {"low": 2, "high": 5, "shape": [6]}}, (6,)),
    ({"choice": {"of": [1, 2], "shape": [3]}}, (3,)),
    ({"permutation": {"of": 5}}, (5,)),
    ({"subset": {"of": 9, "size": 4}}, (4,)),
    ({"one_hot": {"size": 3}}, (3,)),
    ({"labels": {"shape": ["N"]}}, (7,)),
    ({"image": {"shape": ["N", "2*N - 1"]}}, (7, 13)),
    ({"saturated": {"shape": [4], "size": 800}}, (4,)),
]


@pytest.mark.parametrize(("spec", "shape"), SHAPES)
def test_a_draw_has_its_shape_and_repeats_from_its_seed(spec, shape):
    """The same stream gives the same value, of the shape that is asked."""
    first, again = rolled(spec, N=7), rolled(spec, N=7)
    assert np.shape(first) == shape
    np.testing.assert_array_equal(first, again)


def test_scalars_are_python_numbers():
    """Without a shape, numbers are plain floats and integers."""
    assert type(rolled({"normal": None})) is float
    assert type(rolled({"integer": {"high": 3}})) is int
    assert rolled({"choice": {"of": ["full"]}}) == "full"
    assert isinstance(rolled({"rng": None}), Seeded)


@given(st.integers(0, 2**32))
def test_draws_keep_their_bounds(seed):
    """Integers include both ends, subsets are distinct, labels are classes, saturated entries are large."""
    assert set(rolled({"integer": {"low": 1, "high": 2, "shape": [9]}}, seed)) <= {1, 2}
    assert len(set(rolled({"subset": {"of": [4, 6, 8], "size": 3}}, seed))) == 3
    assert set(rolled({"labels": {"shape": [9], "classes": 3}}, seed)) <= {0, 1, 2}
    assert rolled({"one_hot": {"size": 4}}, seed).sum() == 1
    large = np.abs(rolled({"saturated": {"shape": [5], "size": 40}}, seed))
    assert (large > 30).all()
    assert (large < 50).all()


BAD = [
    ({"norml": {}}, "unknown generator"),
    ({"normal": {"shap": [1]}}, "unknown key 'shap'"),
    ({"integer": {}}, "needs 'high'"),
    ({"normal": {"shape": ["K"]}}, "no size 'K'"),
    ({"normal": {"shape": ["N(1)"]}}, "is not a size"),
    ({"normal": {"shape": ["N //"]}}, "is not a size"),
    ({"normal": {"shape": [1.5]}}, "must be an integer"),
    ({"integer": {"low": 3, "high": 2}}, "low is above high"),
    ({"subset": {"of": 2, "size": 3}}, "can't be drawn"),
    ({"choice": {"of": []}}, "nothing to draw from"),
    ({"normal": 3}, "keys of 'normal'"),
    (7, "a generator is written"),
    ({"uniform": {"low": "a"}}, "no size 'a'"),
]


@pytest.mark.parametrize(("spec", "says"), BAD)
def test_a_generator_that_can_not_be_drawn_says_why(spec, says):
    """Every fault is one kind of error, in words."""
    with pytest.raises(BadValue, match=says):
        rolled(spec, N=7)


def test_seeds_differ_by_every_part():
    """A seed depends on each of its parts and on where one ends."""
    seeds = {seed_of(*parts) for parts in [(1, "a", 1), (1, "a", 2), (2, "a", 1), (1, "b", 1), ("1a", 1)]}
    assert len(seeds) == 5
