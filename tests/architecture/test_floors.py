"""The house: floors, sizes, docstrings, annotations, read off the source itself."""

import ast
import sys
from functools import cache
from itertools import pairwise
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FLOORS = [
    {"__main__"},
    {"cli"},
    {"reports", "exports", "kit", "desk", "notebook", "api"},
    {"batch", "lint"},
    {"grading", "gradebook"},
    {"intake", "rubric", "scoring"},
    {"checks", "sandbox"},
    {"values"},
    {"model"},
    {"errors"},
]
STOREY = {room: level for level, rooms in enumerate(reversed(FLOORS)) for room in rooms}
LINES_A_MODULE, LINES_A_FUNCTION, MODULES = 400, 40, 190
BROAD_EXCEPTS = {
    "grader.sandbox.answering": "the child's outermost guard: whatever the student's code raises is the answer",
    "grader.sandbox.tracing": "a student's exception may raise when it is printed",
    "grader.sandbox.loading": "whatever a top level raises is what stopped it",
    "grader.sandbox.locking": "a throw-away child tells why a wall does not stand",
    "grader.sandbox.child": "before any student code has run: the box is at fault, and says so",
    "grader.sandbox.server": "the fork server tells its starter why it can't serve",
    "grader.cli.app": "a bug of ours ends a command with the documented code",
    "grader.grading.marking": "the fence around judging: a bug of ours makes a part ungraded, never a zero",
    "grader.rubric.reference": "what a known mistake or the course's code raises is its answer",
    "grader.batch.workers": "cleans up and raises again",
    "grader.batch.store": "rolls back and raises again",
    "grader.desk.queue": "notes that nothing was written, and raises again",
}


def modules():
    return sorted((ROOT / "grader").rglob("*.py"))


@cache
def tree(path):
    return ast.parse(path.read_text(encoding="utf-8"))


def name_of(path):
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imported(path):
    """Every module of ours that a file names in an import, anywhere in it."""
    known = {name_of(one) for one in modules()}
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            names = [f"{node.module}.{alias.name}" for alias in node.names] + [node.module]
        else:
            continue
        for name in names:
            if name in known and name.startswith("grader"):
                yield name, node.lineno


def room(name):
    return name.split(".")[1] if "." in name else ""


def functions(path):
    return [node for node in ast.walk(tree(path)) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]


def test_every_module_stands_on_a_floor():
    """A new package or module at the top must be given its place in the table."""
    rooms = {room(name_of(path)) for path in modules()} - {""}
    assert rooms <= set(STOREY), f"no floor for {sorted(rooms - set(STOREY))}"


@pytest.mark.parametrize("path", modules(), ids=name_of)
def test_imports_go_down_never_up(path):
    """A module imports from its own package and the floors below, not from a neighbour or above."""
    own = room(name_of(path))
    if not own:
        pytest.skip("the package's own front door")
    wrong = [
        f"line {line}: {name}"
        for name, line in imported(path)
        if room(name) and room(name) != own and STOREY[room(name)] >= STOREY[own]
    ]
    assert wrong == []


def test_no_import_cycle():
    """Following imports, those inside functions too, never leads back to where it began."""
    edges = {}
    for path in modules():
        name = name_of(path)
        edges[name] = {to for to, _ in imported(path)} - {name}
        for to in list(edges[name]):  # `from package import module` names both: keep the module
            if any(other.startswith(to + ".") for other in edges[name]):
                edges[name].discard(to)
    edges["grader"] = set()  # the front door imports lazily, by name
    seen, path = set(), []

    def visit(name):
        if name in path:
            pytest.fail(" -> ".join([*path[path.index(name) :], name]))
        if name in seen:
            return
        path.append(name)
        for to in sorted(edges.get(name, ())):
            visit(to)
        path.pop()
        seen.add(name)

    for name in sorted(edges):
        visit(name)


@pytest.mark.parametrize(
    "path", [*modules(), *sorted((ROOT / "reference").glob("*.py"))], ids=lambda path: path.name
)
def test_modules_and_functions_stay_small(path):
    """At most 400 lines a module and 40 a function; a reference file may be as long as its assignment."""
    if "reference" not in path.parts[-2]:
        assert len(path.read_text(encoding="utf-8").splitlines()) <= LINES_A_MODULE
    long = {node.name: node.end_lineno - node.lineno + 1 for node in functions(path)}
    assert {name: lines for name, lines in long.items() if lines > LINES_A_FUNCTION} == {}


@pytest.mark.parametrize("path", modules(), ids=name_of)
def test_every_public_name_has_a_docstring(path):
    """Modules, public classes and public functions say what they are; private helpers may be silent."""
    classes = [node for node in ast.walk(tree(path)) if isinstance(node, ast.ClassDef)]
    bodies = [tree(path).body, *(node.body for node in classes if not node.name.startswith("_"))]
    defined = [node for body in bodies for node in body if isinstance(node, ast.FunctionDef)]
    public = [node for node in [*classes, *defined] if not node.name.startswith("_")]
    silent = [node.name for node in public if not ast.get_docstring(node)]
    assert ast.get_docstring(tree(path))
    assert silent == []


@pytest.mark.parametrize("path", modules(), ids=name_of)
def test_everything_is_annotated(path):
    """Every parameter and every return has a type."""
    bare = []
    for node in functions(path):
        arguments = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
        missing = [a.arg for a in arguments if a.annotation is None and a.arg not in ("self", "cls", "mcs")]
        if missing or (node.returns is None and node.name != "__init__"):
            bare.append(f"{node.name} (line {node.lineno})")
    assert bare == []


def test_no_global_statement():
    """State has an owner object."""
    found = [
        name_of(path) for path in modules() for node in ast.walk(tree(path)) if isinstance(node, ast.Global)
    ]
    assert found == []


def test_broad_excepts_are_few_and_explained():
    """Only the guards in the table catch everything, each with its reason where it stands."""
    found = []
    for path in modules():
        source = path.read_text(encoding="utf-8").splitlines()
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.ExceptHandler) and (
                node.type is None
                or {one.id for one in ast.walk(node.type) if isinstance(one, ast.Name)}
                & {"Exception", "BaseException"}
            ):
                line = source[node.lineno - 1]
                assert "#" in line, f"{name_of(path)}:{node.lineno} catches everything and does not say why"
                found.append(f"{name_of(path)}:{node.lineno}")
    assert {place.split(":")[0] for place in found} == set(BROAD_EXCEPTS), found


def test_there_are_not_too_many_modules():
    """A reader must be able to hold the listing in mind."""
    assert len([path for path in modules() if path.name != "__init__.py"]) <= MODULES


def test_no_pickle_and_no_eval_outside_the_box():
    """Nothing that runs a string or rebuilds an object from a stream, except where student code is run."""
    forbidden = {"eval", "exec", "compile"}
    found = []
    for path in modules():
        for node in ast.walk(tree(path)):
            called = (
                isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in forbidden
            )
            pickled = isinstance(node, ast.Import) and any(
                a.name in ("pickle", "marshal", "shelve") for a in node.names
            )
            if called or pickled:
                found.append(name_of(path))
    allowed = {"grader.rubric.reference"}  # the course's own Python, trusted
    assert {name for name in found if not name.startswith("grader.sandbox")} <= allowed


def test_floors_are_written_from_the_top_down():
    """The table itself has each room once."""
    rooms = [one for floor in FLOORS for one in floor]
    assert len(rooms) == len(set(rooms))
    assert all(STOREY[min(upper)] > STOREY[min(lower)] for upper, lower in pairwise(FLOORS))
    assert sys.version_info >= (3, 11)
