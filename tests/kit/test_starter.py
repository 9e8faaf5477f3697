"""Starters: every signature, the question in the course's words, nothing else."""

import ast
import inspect
import json
from fractions import Fraction
from pathlib import Path

import pytest

from grader.kit.sheet import entries
from grader.kit.source import Source
from grader.kit.starter import Starter
from grader.model import Assignment, Check, Part, Question, SourceFile
from grader.rubric import Course

ROOT = Path(__file__).resolve().parents[2]
COURSE = Course(ROOT)


def starter(name):
    return Starter(COURSE.assignment(name), COURSE.reference(name).signature)


@pytest.mark.parametrize("name", COURSE.names)
def test_a_starter_has_every_entry_and_none_is_written(name):
    """The file and the notebook define every name that the rubric asks for, unwritten."""
    made = starter(name)
    for file, text in ((f"{name}.py", made.file()), (f"{name}.ipynb", made.notebook())):
        source = Source(SourceFile(file, text.encode()))
        for part in made.assignment.parts:
            for entry in entries(part):
                assert source.line(entry), entry
                assert source.is_unwritten(entry), entry


@pytest.mark.parametrize("name", COURSE.names)
def test_a_starter_says_what_is_asked(name):
    """Each part's `ask` stands in the file, and the file is Python."""
    text = starter(name).file()
    ast.parse(text)
    words = " ".join(text.replace("#", " ").split())
    for part in COURSE.assignment(name).parts:
        assert " ".join(part.ask.replace("#", " ").replace('"""', "'''").split()) in words


def test_several_constants_are_asked_for_once():
    """The text of a part is not repeated before each of them."""
    text = starter("tiny_cnn_training").file()
    assert text.count("The data have n rows and m columns") == 1
    assert text.endswith("raise NotImplementedError\n")
    assert "runtime_hidden = ...\n\n\nruntime_final = ...\n" in text


def test_a_notebook_is_of_the_current_format():
    """Cells have unique ids, code cells no output, and each part is checked below its own cell."""
    book = json.loads(starter("warm_up").notebook())
    assert (book["nbformat"], book["nbformat_minor"]) == (4, 5)
    ids = [cell["id"] for cell in book["cells"]]
    assert len(ids) == len(set(ids))
    code = ["".join(cell["source"]) for cell in book["cells"] if cell["cell_type"] == "code"]
    assert code[0].endswith("%load_ext check")
    assert code[1:] == [
        "def sigmoid(x):\n    raise NotImplementedError", "%grader 1",
        "def softmax(x):\n    raise NotImplementedError", "%grader 2", "%grader",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "ask",
    ['ends with a quote "', 'has """ in it', "ends with \\", r"\frac{1}{2}", "# comment", "{braces} %s", ""],
)
def test_any_text_may_be_asked(ask):
    """Quotes, backslashes and braces of a question don't break the starter."""
    part = Part(
        "p",
        "q",
        "",
        Fraction(1),
        (Check("numeric", "f", Fraction(1)), Check("numeric", "c", Fraction(1))),
        ask,
    )
    assignment = Assignment("made_up", "", (Question("q", "", (part,)),))
    signatures = {"f": inspect.signature(lambda x, n=2, *rest: x)}
    tree = ast.parse(Starter(assignment, signatures.get).file())
    (function,) = [node for node in tree.body if isinstance(node, ast.FunctionDef)]
    assert ast.unparse(function.args) == "x, n=2, *rest"
