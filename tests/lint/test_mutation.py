"""Faults in a syntax tree."""

import ast

import numpy as np
import pytest

from grader.lint.mutation import Swap, mutations

FAULTS = [
    ("a + b", {"a - b", "a", "b"}),
    ("a - b", {"a + b", "a", "-b"}),
    ("a * b", {"a", "b"}),
    ("a / b", {"a", "a * b"}),
    ("a @ b", {"b @ a"}),
    ("a ** b", {"a"}),
    ("a < b", {"a <= b"}),
    ("a == b", {"a != b"}),
    ("a and b", {"a or b"}),
    ("-a", {"a"}),
    ("f(3)", {"4"}),
    ("f(0.5)", {"1.5"}),
    ("a.T", {"a"}),
    ("a[::-1]", {"a", "2", "1"}),
    ("np.sum(a)", {"np.mean(a)"}),
    ("np.floor(a)", {"np.ceil(a)"}),
    ("np.outer(a, b)", {"np.outer(b, a)"}),
    ("np.transpose(a)", {"a"}),
    ("'text'", set()),
    ("True", set()),
]


@pytest.mark.parametrize(("source", "wanted"), FAULTS)
def test_each_expression_has_its_faults(source, wanted):
    """The faults are those that students make."""
    definition = ast.parse(f"x = [{source}]").body[0]
    assert {one.after for one in mutations(definition)} >= wanted
    assert bool(wanted) == any(True for _ in mutations(definition))


def test_the_tree_is_whole_again_afterwards():
    """Each fault is taken back before the next, and after the last."""
    source = "def f(a, b):\n    c = -a + 2 * b\n    return c if a < b else c.T"
    (definition,) = ast.parse(source).body
    texts = [ast.unparse(definition) for _ in mutations(definition)]
    assert len(set(texts)) == len(texts) >= 8
    assert ast.unparse(definition) == source


@pytest.mark.parametrize(
    "source",
    [
        "def f(a):\n    '''Doc 1 + 1.'''",
        "def f(a: int = 3 + 4) -> 5: pass",
        "def f(a):\n    raise ValueError(1 + 2)",
        "def f(a):\n    assert a < 3",
        "def f(a):\n    while a < 3:\n        a = a + 1",
    ],
)
def test_guards_loops_and_texts_are_left_alone(source):
    """A fault there would hang, or would be one of the course's own manners."""
    assert list(mutations(ast.parse(source).body[0])) == []


def test_a_swapped_product_of_vectors_is_the_same():
    """Only a product with a matrix in it can be told from its swap."""
    swap = Swap()
    assert swap(np.arange(3.0), np.ones(3)) == 3.0
    assert swap.commutes
    swap(np.ones((3, 3)), np.ones(3))
    assert not swap.commutes
