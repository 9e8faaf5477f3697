"""Zips of feedback to upload again, and the round trip through each system."""

import io
import re
import zipfile

import pytest

from grader.errors import ExportError
from grader.exports.base import Request, export


def zipped(*names: str) -> bytes:
    """A zip with empty members."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name in names:
            archive.writestr(name, "")
    return stream.getvalue()


def made(tmp_path, book, form, *names: str, **request) -> tuple[dict[str, str], tuple[str, ...]]:
    """Member → text, and the notes."""
    (tmp_path / "submissions.zip").write_bytes(zipped(*names))
    asked = Request(template=tmp_path / "submissions.zip", **request)
    exported = export(book, form, tmp_path / "feedback.zip", asked)
    with zipfile.ZipFile(exported.paths[0]) as archive:
        return {name: archive.read(name).decode() for name in archive.namelist()}, exported.notes


def test_canvas_gets_its_own_names_back(tmp_path, book):
    """One file a student, under the exact stem of a downloaded name: numbers bind it."""
    names = ("doejane_LATE_12345_67890_warm_up-1.py", "doejane_12345_67891_utils.py", "x_999_5_warm_up.py")
    files, notes = made(tmp_path, book, "feedback-canvas", *names, pages={"12345": "<html>page"})
    assert files == {"doejane_LATE_12345_67890_warm_up-1.html": "<html>page"}
    (name,) = files
    assert [token for token in name.split("_") if token.isdigit()][:2] == ["12345", "67890"]
    assert any("12347 is left out" in note for note in notes)
    assert any(note.startswith("4711 is not in") for note in notes)


@pytest.mark.parametrize("tail", ["file/warm_up.py", "file_/warm_up.py", "file_warm_up.py"])
def test_moodle_gets_a_folder_of_the_participant(tmp_path, book, tail):
    """Whichever way it was downloaded; Moodle splits at underscores."""
    files, _ = made(tmp_path, book, "feedback-moodle", f"Jane Doe_12345_assignsubmission_{tail}")
    (name,) = files
    assert name == "Jane Doe_12345_assignsubmission_file_/feedback.txt"
    assert re.fullmatch(r"[^_]+_\d+_[a-z]+_[a-z]+_", name.split("/")[0])
    assert "a.1: 1.67 of 5 (partial)" in files[name]
    assert "SECRET" not in files[name]


@pytest.mark.parametrize(
    ("form", "name", "back"),
    [
        ("feedback-canvas", "hw/doejane_12345_67890_warm_up.py", "doejane_12345_67890_warm_up.txt"),
        (
            "feedback-moodle",
            "hw/Jane Doe_12345_assignsubmission_file/warm_up.py",
            "Jane Doe_12345_assignsubmission_file_/feedback.txt",
        ),
    ],
)
def test_a_zip_that_was_packed_again_will_do(tmp_path, book, form, name, back):
    """What can be graded with a folder around it can be answered too; the folder is not sent back."""
    files, _ = made(tmp_path, book, form, name)
    assert list(files) == [back]


def test_a_name_from_a_mac_is_found(tmp_path, book):
    """UTF-8 that does not say so is read here as it was when it was graded."""
    stand_in = "x" * len("müller".encode())
    data = zipped(f"{stand_in}_12345_67890_warm_up.py").replace(stand_in.encode(), "müller".encode())
    (tmp_path / "in.zip").write_bytes(data)
    exported = export(book, "feedback-canvas", tmp_path / "out.zip", Request(template=tmp_path / "in.zip"))
    with zipfile.ZipFile(exported.paths[0]) as archive:
        assert archive.namelist() == ["müller_12345_67890_warm_up.txt"]


@pytest.mark.parametrize("form", ["feedback-canvas", "feedback-moodle"])
def test_another_zip_is_refused(tmp_path, book, form):
    """Nothing in it is named as the system names things."""
    with pytest.raises(ExportError, match="named as"):
        made(tmp_path, book, form, "ada/warm_up.py")
