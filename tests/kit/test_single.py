"""The checker as one file."""

import ast

import pytest

from grader.errors import GraderError
from grader.kit import single


def test_only_what_students_may_have_is_in_it():
    """No rubric, no reference, no gradebook; and nothing but the standard library, NumPy and SymPy is imported."""
    found = single.modules({"numeric", "growth"})
    rooms = {path.split("/")[1] for path in found}
    assert rooms.isdisjoint(single.FORBIDDEN)
    assert {"grader/kit/main.py", "grader/checks/numeric.py", "grader/values/codec.py"} <= set(found)
    heavy = {"pydantic", "yaml", "click", "rich", "pandas", "jinja2"}
    for path, text in found.items():
        for node in ast.walk(ast.parse(text)):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            assert {name.partition(".")[0] for name in names}.isdisjoint(heavy), path


def test_the_same_modules_give_the_same_file():
    """A kit can be compared with the one that was given out."""
    assert single.checker({"numeric"}) == single.checker({"numeric"})


def test_a_module_that_is_not_for_students_stops_it(monkeypatch):
    """If the self-check came to import the rubric, no kit would be made."""
    monkeypatch.setattr(single, "ROOTS", ("grader.rubric.course",))
    with pytest.raises(GraderError, match="not for students"):
        single.modules(())


def test_the_checker_is_python():
    """It compiles, and its archive is text."""
    text = single.checker({"numeric"})
    ast.parse(text)
    assert text.isascii()
