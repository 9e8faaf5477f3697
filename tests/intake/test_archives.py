"""Archives are read in memory and refused by name."""

import io
import struct
import tarfile
import warnings
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.errors import ArchiveError
from grader.intake.archives import unpack
from grader.intake.files import OTHER, Bounds, Haul


def zipped(members) -> bytes:
    """A zip of (name or ZipInfo, bytes)."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members:
            archive.writestr(name, content)
    return stream.getvalue()


def tarred(*infos: tarfile.TarInfo, content: bytes = b"x = 1\n", mode: str = "w:gz") -> bytes:
    """A tar of these members; regular ones hold `content`."""
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode=mode) as archive:
        for info in infos:
            info.size = len(content) if info.isreg() else 0
            archive.addfile(info, io.BytesIO(content) if info.isreg() else None)
    return stream.getvalue()


def member(name: str, kind: bytes = tarfile.REGTYPE, link: str = "") -> tarfile.TarInfo:
    """A tar member of any kind."""
    info = tarfile.TarInfo(name)
    info.type, info.linkname = kind, link
    return info


def read(data: bytes, **bounds: int) -> Haul:
    """What unpacking brings."""
    haul = Haul(Bounds(**bounds))
    unpack(data, "", "in.zip", haul)
    return haul


def linked(name: str) -> zipfile.ZipInfo:
    """A zip member that claims to be a symbolic link."""
    info = zipfile.ZipInfo(name)
    info.create_system, info.external_attr = 3, 0o120777 << 16
    return info


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("../evil.py", "climbs out"),
        ("ada/../../evil.py", "climbs out"),
        ("ada\\..\\..\\evil.py", "climbs out"),
        ("/etc/evil.py", "absolute"),
        ("C:/evil.py", "absolute"),
        ("C:\\evil.py", "absolute"),
        ("\\\\server\\share\\evil.py", "absolute"),
        (linked("ada/evil.py"), "link"),
    ],
)
def test_a_bad_member_is_refused_by_name_and_the_rest_is_read(name, why):
    """One student's archive can't reach anybody's files, nor end the batch."""
    haul = read(zipped([(name, b"x"), ("ada/warm_up.py", b"y")]))
    assert [file.path for file in haul.files] == ["ada/warm_up.py"]
    (problem,) = haul.problems
    assert isinstance(problem, ArchiveError)
    assert why in problem.message
    assert "evil.py" in problem.message


@pytest.mark.parametrize(
    ("kind", "why"),
    [
        (tarfile.SYMTYPE, "link"),
        (tarfile.LNKTYPE, "link"),
        (tarfile.FIFOTYPE, "regular"),
        (tarfile.CHRTYPE, "regular"),
    ],
)
@pytest.mark.parametrize("mode", ["w", "w:gz", "w:bz2"])
def test_tar_links_and_devices_are_refused(kind, why, mode):
    """In every packing; the regular member is read."""
    haul = read(tarred(member("evil.py", kind, "/etc/passwd"), member("ada/warm_up.py"), mode=mode))
    assert [file.content for file in haul.files] == [b"x = 1\n"]
    assert why in haul.problems[0].message


def test_a_name_twice_is_refused_the_second_time():
    """Also where only case or slashes differ, as some file systems see it."""
    with pytest.warns(UserWarning, match="Duplicate"):
        data = zipped([("a/x.py", b"1"), ("a/x.py", b"2"), ("a\\X.py", b"3")])
    haul = read(data)
    assert [file.content for file in haul.files] == [b"1"]
    assert ["twice" in problem.message for problem in haul.problems] == [True, True]


def test_a_bomb_is_refused_and_its_student_is_not_lost():
    """By its announced size; the file stays known, with the reason as its fault."""
    haul = read(zipped([("eve/warm_up.py", b"\0" * (4 << 20)), ("ada/warm_up.py", b"y")]))
    assert [(file.path, bool(file.fault)) for file in haul.files] == [
        ("eve/warm_up.py", True),
        ("ada/warm_up.py", False),
    ]
    assert "200 times" in haul.problems[0].message


def test_a_bomb_that_lies_about_its_size_is_cut():
    """Reading stops at the limit, whatever the header says."""
    data = bytearray(zipped([("eve/warm_up.py", b"\0" * (4 << 20))]))
    for signature, offset in ((b"PK\x01\x02", 24), (b"PK\x03\x04", 22)):
        struct.pack_into("<I", data, data.index(signature) + offset, 10)
    haul = read(bytes(data))
    assert all(len(file.content) <= 10 for file in haul.files)
    assert haul.problems


def test_bounds_hold_over_a_tar():
    """A tar has no packed sizes: the largest file and the total still bind."""
    data = tarred(member("a/1.py"), member("b/2.py"), content=b"#" * 600)
    assert "larger than" in read(data, file_bytes=500).problems[0].message
    assert "everything together" in read(data, total_bytes=1000).problems[0].message
    assert "more than 1 members" in read(data, count=1).problems[0].message


def test_one_students_archive_cant_use_up_what_is_allowed_to_all():
    """Its own bounds hold; the next student is read."""
    greedy = zipped([(f"{i}.txt", b"#" * 600) for i in range(4)])
    data = zipped([("eve.zip", greedy), ("ada/warm_up.py", b"y")])
    haul = read(data, inner_bytes=2000)
    assert [file.path for file in haul.files if not file.fault] == [
        *(f"eve.zip/{i}.txt" for i in range(3)),
        "ada/warm_up.py",
    ]
    haul = read(data, inner_count=2)
    assert "more than 2 members" in haul.problems[0].message
    assert haul.files[-1].path == "ada/warm_up.py"


@pytest.mark.parametrize("mode", ["w:gz", "w:bz2"])
def test_a_tar_that_unpacks_without_end_is_left(mode):
    """Passing over its giant stops at two hundred times its size; what came before is kept."""
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode=mode) as archive:
        for name, size in (("ada/warm_up.py", 10), ("eve/bomb.py", 64 << 20), ("zoe/warm_up.py", 10)):
            info = tarfile.TarInfo(name)
            info.size = size
            archive.addfile(info, io.BytesIO(bytes(size)))
    haul = read(stream.getvalue(), file_bytes=1000)
    assert "ada/warm_up.py" in [file.path for file in haul.files]
    assert "zoe/warm_up.py" not in [file.path for file in haul.files]
    assert "far more than its size" in haul.problems[-1].message


def test_an_unusual_packing_is_refused():
    """LZMA in a zip can ask for gigabytes of memory before the first byte."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_LZMA) as archive:
        archive.writestr("ada/warm_up.py", b"x")
    assert "unusual" in read(stream.getvalue()).problems[0].message


def test_archives_in_archives_are_read_to_a_depth():
    """Three deep is a course's export of students' zips; a quine of zips is not followed."""
    data = zipped([("warm_up.py", b"x")])
    for _ in range(2):
        data = zipped([("inner.zip", data)])
    assert [file.path for file in read(data).files] == ["inner.zip/inner.zip/warm_up.py"]
    deeper = read(zipped([("inner.zip", data)]))
    assert deeper.files == []
    assert "nested" in deeper.problems[0].message


@pytest.mark.parametrize(
    "data",
    [b"", b"PK", b"PK\x03\x04garbage", b"nothing of the sort", zipped([("a.py", b"x")])[:-9]],
    ids=["empty", "letters", "garbage", "words", "cut off"],
)
def test_what_is_no_archive_is_a_problem(data):
    """Truncated and foreign bytes are named, never a traceback."""
    haul = read(data)
    assert haul.files == []
    assert "not a readable archive" in haul.problems[0].message


ARCHIVES = (
    zipped(
        [("ada/warm_up.py", b"x = 1\n" * 50), ("bob/\u00fc.py", b"y"), ("in.zip", zipped([("a.py", b"z")]))]
    ),
    tarred(member("ada/warm_up.py"), member("bob/" + "x" * 150 + ".py"), mode="w"),
    tarred(member("ada/warm_up.py"), member("bob/x.py"), mode="w:gz"),
)


@settings(max_examples=300)
@given(st.sampled_from(ARCHIVES), st.lists(st.tuples(st.integers(0, 4000), st.integers(0, 255)), max_size=8))
def test_no_damage_raises(data, changes):
    """Whatever bytes are changed, there are files or problems, and no traceback."""
    changed = bytearray(data)
    for place, value in changes:
        changed[place % len(changed)] = value
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        read(bytes(changed))


def test_an_encrypted_member_is_refused():
    """There is no password to ask for in a batch."""
    data = bytearray(zipped([("ada/warm_up.py", b"x")]))
    for signature, offset in ((b"PK\x01\x02", 8), (b"PK\x03\x04", 6)):
        data[data.index(signature) + offset] |= 1
    assert "encrypted" in read(bytes(data)).problems[0].message


def test_a_damaged_member_costs_itself():
    """A wrong checksum is found while reading."""
    data = bytearray(zipped([(zipfile.ZipInfo("ada/warm_up.py"), b"abc"), ("bob/warm_up.py", b"y")]))
    data[data.index(b"abc")] ^= 1
    haul = read(bytes(data))
    assert {file.path: file.content for file in haul.files if not file.fault} == {"bob/warm_up.py": b"y"}


@pytest.mark.parametrize("encoding", ["utf-8", "cp437"])
def test_a_name_without_the_flag_of_utf8_is_read_as_it_was_written(encoding):
    """A Mac writes UTF-8 and does not say so; Windows writes code page 437."""
    name = "müller".encode(encoding)
    stand_in = "x" * len(name)
    haul = read(zipped([(f"{stand_in}/warm_up.py", b"1")]).replace(stand_in.encode(), name))
    assert [file.path for file in haul.files] == ["müller/warm_up.py"]


def test_what_systems_leave_behind_is_ignored():
    """Resource forks, caches and version control are nobody's answer; an essay is somebody's, and not read."""
    names = [
        "__MACOSX/ada/._warm_up.py",
        "ada/.git/hook.py",
        "ada/__pycache__/x.py",
        "ada/.DS_Store",
        "ada/essay.pdf",
    ]
    haul = read(zipped([(name, b"x") for name in names]))
    assert [(file.path, file.content, file.fault) for file in haul.files] == [("ada/essay.pdf", b"", OTHER)]
    assert (haul.ignored, haul.problems) == (5, [])
