"""The schema that editors read."""

from pathlib import Path

import jsonschema
import pytest

from grader.rubric import json_schema
from grader.rubric.document import read
from grader.rubric.loading import as_text

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def validator():
    """A validator of rubrics."""
    schema = json_schema()
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema)


@pytest.mark.parametrize("name", sorted(path.name for path in (ROOT / "rubrics").glob("*.yaml")))
def test_the_courses_rubrics_fit(validator, name):
    """What the reader accepts, an editor does not mark."""
    document = read(ROOT / "rubrics" / name, as_text)
    assert [error.message for error in validator.iter_errors(document.data)] == []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("title: Tiny", "titel: Tiny"),
        ("check: numeric", "check: numerik"),
        ("entry: double", "entry: double\n        up_too: 3"),
        ("public: true", "publik: true"),
        ("repeat: 3", "repeat: many"),
        ("like: double_wrong_sign", "like: 7"),
    ],
)
def test_faults_are_marked(validator, folder, old, new):
    """Unknown keys, kinds and wrong types are marked as the reader would."""
    assert not list(validator.iter_errors(read(folder.root / "rubrics" / "tiny.yaml", as_text).data))
    assert list(validator.iter_errors(read(folder.change(old, new), as_text).data))
