"""The roster: who is on the course, and whose hand-in this is."""

import pytest

from grader.errors import RosterError
from grader.intake.roster import Roster, name_keys

CANVAS = """Student,ID,SIS User ID,SIS Login ID,Section,HW 3 (98765)
    Points Possible,,,,,10
"Doe, Jane",12345,0042,jdoe,Sec 01,7.5
"Müller, Jürgen",12346,0043,jm,Sec 01,
"Student, Test",99999,,x,Sec 01,
"""
MOODLE = (
    '\ufeffIdentifier,"Full name","Email address",Status,Grade\n"Participant 4711","Jane Doe",j@x.edu,,\n'
)
BRIGHTSPACE = "OrgDefinedId,Username,Last Name,First Name,End-of-Line Indicator\n#0042,#jdoe,Doe,Jane,#\n"
BLACKBOARD = '"Last Name"\t"First Name"\t"Username"\t"Student ID"\n"Doe"\t"Jane"\t"jdoe"\t"0042"\n'


def roster(tmp_path, text: str, encoding: str = "utf-8") -> Roster:
    """A roster from a CSV."""
    path = tmp_path / "roster.csv"
    path.write_bytes(text.encode(encoding))
    return Roster.read(path)


@pytest.mark.parametrize(
    ("text", "encoding", "student", "name"),
    [
        (CANVAS, "utf-8", "12345", "Doe, Jane"),
        (MOODLE, "utf-8", "4711", "Jane Doe"),
        (BRIGHTSPACE, "utf-8", "0042", "Jane Doe"),
        (BLACKBOARD, "utf-16", "0042", "Jane Doe"),
        ("student_id;name\n0042;Zoë\n", "utf-8", "0042", "Zoë"),
        ("student\n0042\n", "utf-8", "0042", ""),
        ("name,email\nJane Doe,j@x.edu\n", "utf-8", "j@x.edu", "Jane Doe"),
        ("id,name\n7,Jürgen\n", "cp1252", "7", "Jürgen"),
    ],
)
def test_every_systems_own_table_is_a_roster(tmp_path, text, encoding, student, name):
    """Leading zeros and Unicode survive; rows that are no student are left out."""
    first = roster(tmp_path, text, encoding).students[0]
    assert (first.id, first.name) == (student, name)


def test_rows_that_are_no_student_are_left_out(tmp_path):
    """Points Possible and the test student are Canvas's own."""
    assert [student.id for student in roster(tmp_path, CANVAS).students] == ["12345", "12346"]


@pytest.mark.parametrize(
    ("student", "name", "email", "found"),
    [
        ("12345", "", "", "12345"),
        ("0042", "", "", "12345"),
        ("JDOE", "", "", "12345"),
        ("999", "doejane", "", "12345"),
        ("999", "Jane Doe", "", "12345"),
        ("999", "mullerjurgen", "", "12346"),
        ("Jürgen Müller", "", "", "12346"),
        ("12346", "J. M.", "", "12346"),
        ("12346", "Jane Doe", "", None),  # a system's own number that is another student's id
        ("42", "", "", None),
        ("999", "doe", "", None),
    ],
)
def test_matching(tmp_path, student, name, email, found):
    """By id, another id, then name in either order without accents; zeros matter; no guessing between two."""
    match = roster(tmp_path, CANVAS).matcher().find(student, name, email)
    assert (match.id if match else None) == found


def test_two_of_one_name_are_not_guessed(tmp_path):
    """An ambiguous name matches nobody; an e-mail settles it."""
    matcher = roster(tmp_path, "id,name,email\n1,Ann Lee,a@x\n2,Ann Lee,b@x\n").matcher()
    assert matcher.find("?", "Ann Lee") is None
    assert matcher.find("?", "Ann Lee", "b@x").id == "2"


def test_xlsx_keeps_leading_zeros(tmp_path):
    """Text cells stay text, whole numbers have no `.0`, and a format's zeros are part of the id."""
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.Workbook()
    for row in (["Student ID", "Name"], ["0042", "Zoë"], [43.0, "Ed"], [None, None]):
        book.active.append(row)
    book.active.append([44, "Li"])
    book.active.cell(5, 1).number_format = "00000"
    book.active.append([45, "Bo"])
    book.save(tmp_path / "roster.xlsx")
    found = [student.id for student in Roster.read(tmp_path / "roster.xlsx").students]
    assert found == ["0042", "43", "00044", "45"]


def test_a_comma_inside_quotes_separates_nothing(tmp_path):
    """A long title in the header does not make commas the delimiter."""
    (one,) = roster(tmp_path, '"Essay, code, and plots, part 1 (5)";ID;Name\n;0042;Zoë\n').students
    assert (one.id, one.name) == ("0042", "Zoë")


@pytest.mark.parametrize("text", ["", "shoe,size\n1,2\n", "id\n1\n1\n"])
def test_a_table_that_is_none_is_refused(tmp_path, text):
    """No usable column, or the same id twice."""
    with pytest.raises(RosterError):
        roster(tmp_path, text)


@pytest.mark.parametrize("name", ["roster.xlsx", "none.csv"])
def test_an_unreadable_file_is_a_roster_error(tmp_path, name):
    """Bytes that are no spreadsheet, or no file at all."""
    if name.endswith("xlsx"):
        (tmp_path / name).write_bytes(b"PK no")
    with pytest.raises(RosterError, match=name):
        Roster.read(tmp_path / name)


def test_names_in_both_orders_share_a_key():
    """`Doe, Jane`, `Jane Doe` and Canvas's `doejane` are one."""
    assert name_keys("Doe, Jane") & name_keys("Jane Doe") & name_keys("doejane")
