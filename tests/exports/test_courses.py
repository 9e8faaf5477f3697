"""Filling the instructors' own grade files."""

import difflib

import pytest

from grader.errors import ExportError
from grader.exports.base import Request, export

CANVAS = """Student,ID,SIS User ID,SIS Login ID,Section,HW 3 (98765),HW 2 (98764),Current Score
,,,,,Manual Posting,,
    Points Possible,,,,,10,4,(read only)
"Doe, Jane",12345,0042,jdoe,"Sec ""A"", 01",,3.5,88
"Müller, Jürgen",99,0043,jm,Sec 01,1,,
"Lee, Ann",12347,0044,al,Sec 01,2,,
"Poe, Ed",12348,0045,ep,Sec 01,EX,,
"Li, Bo",4711,0046,bl,Sec 01,EX,,
"Student, Test",1,,x,Sec 01,,,
"""
MOODLE = """Identifier,"Full name",Email,Status,Grade,"Maximum grade","Last modified","Feedback comments"
"Participant 12345","Jane Doe",jane@example.edu,"Submitted - ",,8.00,-,
"Participant 12346","Jürgen Müller",j@example.edu,"Submitted - ",1.00,8.00,"Tuesday, 3 Nov","old"
"""


def fill(tmp_path, book, form, raw: bytes, **request) -> tuple[bytes, tuple[str, ...]]:
    """The filled file and the notes."""
    (tmp_path / "template.csv").write_bytes(raw)
    exported = export(
        book, form, tmp_path / "out.csv", Request(template=tmp_path / "template.csv", **request)
    )
    return exported.paths[0].read_bytes(), exported.notes


def changed(before: bytes, after: bytes, encoding: str = "utf-8") -> list[str]:
    """The lines that differ, new text only."""
    old, new = (text.decode(encoding).splitlines(keepends=True) for text in (before, after))
    return [line[2:] for line in difflib.ndiff(old, new) if line.startswith("+ ")]


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_canvas_changes_one_column_and_nothing_else(tmp_path, book, end, mark):
    """By id and by name; excused stays; pending stays; every other byte is theirs."""
    raw = (mark + CANVAS.replace("\n", end)).encode()
    out, notes = fill(tmp_path, book, "canvas", raw)
    assert changed(raw, out) == [
        f'"Doe, Jane",12345,0042,jdoe,"Sec ""A"", 01",4.5,3.5,88{end}',
        f'"Müller, Jürgen",99,0043,jm,Sec 01,2.8333333333333335,,{end}',
    ]
    assert any("12347 is left out: 1 parts pending" in note for note in notes)
    assert "4711 stays EX" in notes
    assert "nothing is graded of 1 in " + str(tmp_path / "template.csv") + ": 12348" in notes
    assert any("has 10 as the maximum, the assignment 8" in note for note in notes)


def test_canvas_says_which_column_it_needs(tmp_path, book):
    """A wrong name is an error with the candidates; the right one may be given with or without its number."""
    raw = CANVAS.encode()
    with pytest.raises(ExportError) as caught:
        fill(tmp_path, book, "canvas", raw, column="HW 9")
    assert "HW 3, HW 2" in caught.value.hint
    for column in ("HW 2", "HW 2 (98764)"):
        out, _ = fill(tmp_path, book, "canvas", raw, column=column)
        assert b'"Sec ""A"", 01",,4.5,88' in out


def test_moodle_fills_grade_and_feedback(tmp_path, book):
    """Feedback is HTML; unknown students are noted; quotes stay where they were."""
    raw = ("\ufeff" + MOODLE).encode()
    out, notes = fill(tmp_path, book, "moodle", raw)
    jane, jurgen = changed(raw, out)
    assert '"Submitted - ",4.5,8.00,-,' in jane
    assert "<p>softmax: rows must sum to 1<br>a.1: 1.67 of 5. softmax: rows must sum to 1</p>" in jane
    assert jurgen.startswith('"Participant 12346","Jürgen Müller",j@example.edu,"Submitted - ",2.83')
    assert jurgen.endswith('</p>"\n')
    assert any(note.startswith("4711 is not in") for note in notes)


def test_a_localised_worksheet_takes_the_column_as_told(tmp_path, book):
    """Semicolons and decimal commas as their file has them."""
    raw = b'Identifier;"Full name";Bewertung;Bestwertung\n"Teilnehmer/in12345";"Jane Doe";;"8,00"\n'
    out, notes = fill(tmp_path, book, "moodle", raw, column="Bewertung")
    assert out == raw.replace(b'"Jane Doe";;', b'"Jane Doe";4,5;')
    assert any("no column Feedback comments: only marks" in note for note in notes)


def test_a_thousand_is_no_decimal_comma(tmp_path, book):
    """A total of 1,000 points leaves the marks' point where it is."""
    raw = b'Student,ID,Section,HW 3 (1),Current Points\n"Doe, Jane",12345,S,,"1,000"\n'
    out, _ = fill(tmp_path, book, "canvas", raw)
    assert out == raw.replace(b'S,,"1', b'S,4.5,"1')


def test_a_worksheet_in_another_language(tmp_path, book):
    """The first column is the identifier whatever it is called; commas inside quotes are decimal."""
    raw = (
        'Identifiant,"Nom complet",Note,"Note maximale"\n"Participant·e 12345","J. D.",,"8,00"\n'
        '"Participant·e 12346","J. M.","1,00","8,00"\n'
    ).encode()
    out, _ = fill(tmp_path, book, "moodle", raw, column="Note")
    assert changed(raw, out) == [
        '"Participant·e 12345","J. D.","4,5","8,00"\n',
        '"Participant·e 12346","J. M.","2,8333333333333335","8,00"\n',
    ]


def test_blackboard_keeps_utf_16(tmp_path, book):
    """Its .xls is tab-separated UTF-16; the number after the bar binds the column."""
    head = '\ufeff"Last Name"\t"First Name"\t"Username"\t"HW 3 [Total Pts: 8 Score] |123456"\n'
    text = head + '"Doe"\t"Jane"\t"12345"\t""\n'
    raw = text.encode("utf-16-le")
    out, _ = fill(tmp_path, book, "blackboard", raw)
    assert out.decode("utf-16-le") == text.replace('"12345"\t""', '"12345"\t"4.5"')
    (tmp_path / "gc.xls").write_bytes(raw)
    (path,) = export(book, "blackboard", tmp_path / "made", Request(template=tmp_path / "gc.xls")).paths
    assert path == tmp_path / "made" / "blackboard.xls"


def test_blackboard_is_told_that_feedback_is_html(tmp_path, book):
    """Else its reader shows the tags."""
    raw = b"Username,HW 3 |1,Feedback to Learner,Feedback Format\n12345,,,SMART_TEXT\n99,,,SMART_TEXT\n"
    out, _ = fill(tmp_path, book, "blackboard", raw)
    jane, nobody = out.splitlines()[1:]
    assert jane.startswith(b"12345,4.5,<p>")
    assert jane.endswith(b"</p>,HTML")
    assert nobody == b"99,,,SMART_TEXT"


def test_brightspace(tmp_path, book):
    """Filled by its own `#` ids, or made anew."""
    raw = b"OrgDefinedId,Username,HW 3 Points Grade <Numeric>,End-of-Line Indicator\n#12345,#jdoe,,#\n"
    out, _ = fill(tmp_path, book, "brightspace", raw)
    assert out == raw.replace(b"jdoe,,", b"jdoe,4.5,")
    new = export(book, "brightspace", tmp_path / "new.csv").paths[0].read_text()
    assert new.splitlines()[:2] == ["OrgDefinedId,HW 3 Points Grade,End-of-Line Indicator", "#12345,4.5,#"]


@pytest.mark.parametrize(
    "raw", [b"", b"a,b\n", b'Student,ID,HW 3 (1)\n"x" y,12345,\n', b"ID,HW 3 (1)\n12345,\n12345,\n"]
)
def test_a_template_that_is_none_is_refused(tmp_path, book, raw):
    """Empty, without the column, malformed, or with a student twice."""
    with pytest.raises(ExportError):
        fill(tmp_path, book, "canvas", raw)


def test_a_file_of_other_people_is_refused(tmp_path, book):
    """An unchanged file would look like success; the way out is a roster."""
    with pytest.raises(ExportError, match="nobody of the results is in") as caught:
        fill(
            tmp_path, book, "brightspace", b"OrgDefinedId,HW 3 Points Grade,End-of-Line Indicator\n#2006,,#\n"
        )
    assert "--roster" in caught.value.hint


def test_a_short_row_is_noted(tmp_path, book):
    """Nothing is written beyond a row's end."""
    raw = b"Student,ID,HW 3 (1)\nx,12345\n"
    out, notes = fill(tmp_path, book, "canvas", raw)
    assert out == raw
    assert any("too short" in note for note in notes)


def test_bytes_of_an_unknown_encoding_come_back(tmp_path, book):
    """A file in Windows-1252 keeps its bytes."""
    raw = "Student,ID,HW 3 (1)\nMüller,12345,\n".encode("cp1252")
    out, _ = fill(tmp_path, book, "canvas", raw)
    assert out == raw.replace(b"12345,", b"12345,4.5")
