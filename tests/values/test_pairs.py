"""A table of pairs of formulas with the verdict that each deserves: `pairs.yaml`."""

from pathlib import Path

import pytest
import yaml

from grader.values.equivalence import equivalent

GROUPS = yaml.safe_load(Path(__file__).with_name("pairs.yaml").read_text(encoding="utf-8"))
PAIRS = [
    pytest.param(group, answer, reference, verdict, id=f"{group['name']}: {answer[:60]!a} {verdict}")
    for group in GROUPS
    for verdict in ("equal", "different", "unreadable", "undecided")
    for answer, reference in group.get(verdict, ())
]


@pytest.mark.parametrize(("group", "answer", "reference", "verdict"), PAIRS)
def test_pair(group, answer, reference, verdict):
    """Each pair comes out as it should, with a reason in words."""
    found = equivalent(answer, reference, group["variables"], where=group.get("where", ()))
    assert found.verdict == verdict, found
    assert found.reason
    assert (found.verdict == "unreadable") == (found.fault != "")


def test_the_table_is_large():
    """The table holds more than 800 pairs, so that a thinned-out one is noticed."""
    assert len(PAIRS) > 800


@pytest.mark.parametrize("seed", [1, 2, 3])
@pytest.mark.parametrize("group", GROUPS, ids=lambda group: group["name"])
def test_verdicts_do_not_hang_on_the_seed(group, seed):
    """Other random points lead to the same verdicts, for every eighth pair of the table."""
    for verdict in ("equal", "different"):
        for answer, reference in group.get(verdict, ())[seed::8]:
            found = equivalent(answer, reference, group["variables"], where=group.get("where", ()), seed=seed)
            assert found.verdict == verdict, (answer, reference, found)
