"""The registry finds kinds by themselves and refuses doubles."""

import subprocess
import sys

import pytest

from grader.checks import registry
from grader.checks.numeric import CHECK
from grader.errors import CheckError


def test_kinds_are_found_by_their_file_names():
    """Each kind is found under its module's name, and by name alone."""
    assert registry.kinds()["numeric"] is CHECK
    assert registry.kind("numeric") is CHECK
    assert all(name == kind.kind for name, kind in registry.kinds().items())


@pytest.mark.parametrize("name", ["numerical", "base", "registry", "", "../numeric", "os"])
def test_an_unknown_kind_is_refused(name):
    """A name that is no kind's, a helper module's among them, is an error that names it."""
    with pytest.raises(CheckError, match="no kind of check"):
        registry.kind(name)


def test_two_kinds_of_one_name_are_refused():
    """An installed kind can't take the place of another."""
    with pytest.raises(CheckError, match="two kinds"):
        registry.collect([("numeric", CHECK), ("numeric", CHECK)])


def test_a_kind_under_a_foreign_name_is_refused():
    """A file's name, or an entry point's, is its kind's name."""
    with pytest.raises(CheckError, match="'numeric' is found under the name 'number'"):
        registry.collect([("number", CHECK)])


def test_the_mapping_is_read_only():
    """Nobody registers a kind by writing into the mapping."""
    with pytest.raises(TypeError):
        registry.kinds()["mine"] = CHECK


def test_a_numeric_check_does_not_wait_for_sympy():
    """Loading one kind loads neither SymPy nor pandas."""
    code = (
        "import sys; from grader.checks.registry import kind; kind('numeric');"
        "print({'sympy', 'pandas'} & {*sys.modules})"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"
