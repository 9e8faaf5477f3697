"""Names of files about somebody."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.gradebook.cells import file_name

IDS = (
    "ada",
    "Ada",
    "ADA",
    "ada.",
    "ada ",
    "con",
    "nul.txt",
    "../x",
    "/x",
    "a/b",
    "a\\b",
    "",
    "\u00e9",
    "e\u0301",
    "x" * 300,
)


def test_names_are_different_and_safe_on_every_file_system():
    """Case, Windows' reserved names, separators and length."""
    names = [file_name(each) for each in IDS]
    assert len({name.casefold() for name in names}) == len(IDS)
    assert file_name("ada") == "ada"
    assert not {"con", "nul.txt"} & set(names)


@settings(max_examples=200)
@given(st.text(max_size=200))
def test_no_name_leaves_its_folder(text):
    """No separator, no leading dot, short enough, and storable."""
    name = file_name(text)
    assert not set(name) & set('/\\:*?"<>|\0\n')
    assert name[:1] != "."
    assert 0 < len(name.encode("utf-8")) <= 250


@pytest.mark.parametrize("text", ["0042", "doe-jane", "s_1.b"])
def test_ordinary_ids_are_their_own_names(text):
    """People look for them."""
    assert file_name(text) == text
