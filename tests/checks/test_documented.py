"""Every kind and every key of a rubric is in the documentation."""

import dataclasses
from pathlib import Path

import pytest

from grader.checks.registry import kinds

PAGE = (Path(__file__).parents[2] / "docs" / "checks.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", kinds())
def test_every_key_is_documented(name):
    """A section for each kind of ours, and in it every key."""
    section = PAGE.partition(f"\n## `{name}`\n")[2].partition("\n## ")[0]
    keys = [field.name for field in dataclasses.fields(kinds()[name].options)]
    assert section
    assert [key for key in keys if f"`{key}`" not in section] == []
