"""The reference of warm_up against SciPy, and its mistakes against the reference."""

import numpy as np
import pytest
import scipy.special
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from reference import warm_up

REAL = st.floats(-1000, 1000)


@given(arrays(float, st.integers(1, 9), elements=REAL))
def test_sigmoid_is_scipys_expit(x):
    """The sigmoid agrees with SciPy's expit to full precision, saturated or not."""
    np.testing.assert_allclose(warm_up.sigmoid(x), scipy.special.expit(x), rtol=1e-12, atol=1e-300)


@pytest.mark.parametrize("shape", [(), (3,), (2, 3), (2, 1, 4)])
def test_sigmoid_keeps_the_shape(shape):
    """A number, a vector, a matrix and more come back in their own shape."""
    assert np.shape(warm_up.sigmoid(np.ones(shape))) == shape


@given(arrays(float, st.integers(1, 9), elements=REAL))
def test_softmax_is_scipys(x):
    """The softmax agrees with SciPy's and adds up to 1."""
    p = warm_up.softmax(x)
    np.testing.assert_allclose(p, scipy.special.softmax(x), rtol=1e-12, atol=1e-300)
    assert p.sum() == pytest.approx(1)


@pytest.mark.parametrize(
    ("mistake", "right"),
    [
        ("sigmoid_as_tanh", "sigmoid"),
        ("sigmoid_of_minus_x", "sigmoid"),
        ("sigmoid_as_tanh_of_minus_x", "sigmoid"),
        ("softmax_not_normalised", "softmax"),
        ("softmax_by_largest", "softmax"),
    ],
)
def test_each_mistake_differs(mistake, right):
    """A named mistake is not the right answer."""
    x = np.array([0.3, -1.2, 2.0])
    assert not np.allclose(getattr(warm_up, mistake)(x), getattr(warm_up, right)(x), atol=1e-3)


def test_mistakes_are_what_they_are_called():
    """Each mistake equals its own formula, written out number by number."""
    x = np.array([0.3, -1.2, 2.0])
    np.testing.assert_allclose(warm_up.sigmoid_as_tanh(x), [2 / (1 + np.exp(-2 * v)) - 1 for v in x])
    np.testing.assert_allclose(warm_up.sigmoid_of_minus_x(x), [1 / (1 + np.exp(v)) for v in x])
    np.testing.assert_allclose(warm_up.softmax_by_largest(x), [np.exp(v) / np.exp(2.0) for v in x])
    np.testing.assert_allclose(warm_up.softmax_not_normalised(x), [np.e**v for v in x])
