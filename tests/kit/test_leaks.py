"""The last look: planted secrets are found in every form, and what is public is not taken for one."""

import base64
import bz2
import gzip
import io
import json
import lzma
import marshal
import struct
import warnings
import zipfile
import zlib
from pathlib import Path

import numpy as np
import pytest

from grader.errors import LeakError
from grader.kit import build, leaks, secrets, single
from grader.kit.sheet import public_only, recorded
from grader.rubric import Course
from grader.values import codec

ROOT = Path(__file__).resolve().parents[2]
COURSE = Course(ROOT)
NAME = "baby_cnn"
LINE_OF_WARM_UP = b"return np.exp(-np.logaddexp(0.0, -np.asarray(x, dtype=np.float64)))"
LINE = b"return slope(x, theta, w) * dz_dtheta(x, w)"


@pytest.fixture(scope="module")
def known():
    """The secrets of baby_cnn."""
    sheet = recorded(public_only(COURSE.assignment(NAME, seed=0)), COURSE.reference(NAME))
    return secrets.collect(
        [COURSE.assignment(NAME, seed=1)],
        COURSE.reference(NAME),
        build.shipped(sheet),
        told=build.public_texts(sheet.assignment),
        own=[*single.modules({"numeric"}).values(), single.TEMPLATE],
    )


def found(known, content, name="file"):
    return leaks.scan({name: content}, known)


def zipped(content, comment=b"", name="a.txt"):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.comment = comment
        archive.writestr(name, content)
    return buffer.getvalue()


FORMS = {
    "plain": lambda data: data,
    "in a comment": lambda data: b"x = 1  # " + data,
    "other spaces": lambda data: data.replace(b" ", b"\n   "),
    "other quotes and case": lambda data: data.upper(),
    "backwards": lambda data: data[::-1],
    "base64": base64.b64encode,
    "base64 in lines": base64.encodebytes,
    "base64 for addresses": base64.urlsafe_b64encode,
    "base64 after letters": lambda data: b"data" + base64.b64encode(data),
    "base64 twice": lambda data: base64.b64encode(base64.b64encode(data)),
    "base32": base64.b32encode,
    "base85": base64.b85encode,
    "ascii85": base64.a85encode,
    "hexadecimal": lambda data: data.hex().encode(),
    "hexadecimal with colons": lambda data: data.hex(":").encode(),
    "zlib": zlib.compress,
    "gzip": gzip.compress,
    "bz2": bz2.compress,
    "lzma": lzma.compress,
    "zlib in base64": lambda data: base64.b64encode(zlib.compress(data)),
    "zip": zipped,
    "zip in base64": lambda data: base64.b64encode(zipped(data)),
    "zip's comment": lambda data: zipped(b"", comment=data),
    "name in a zip": lambda data: zipped(b"", name=data.decode()),
    "zip after text": lambda data: b"#!/bin/sh\n" + zipped(data),
    "utf-16": lambda data: data.decode().encode("utf-16"),
    "utf-16 without a mark": lambda data: data.decode().encode("utf-16-be"),
    "utf-32": lambda data: data.decode().encode("utf-32"),
    "JSON's escapes": lambda data: json.dumps({"a": "".join(f"\\u{byte:04x}" for byte in data)}).encode().replace(b"\\\\", b"\\"),
    "Python's escapes": lambda data: b"'" + "".join(f"\\x{byte:02x}" for byte in data).encode() + b"'",
    "percent-encoded": lambda data: "".join(f"%{byte:02X}" for byte in data).encode(),
    "compiled": lambda data: marshal.dumps(compile("def f(x, theta, w):\n    " + data.decode(), "a", "exec")),
    "a notebook": lambda data: json.dumps({"cells": [{"source": ["def f():\n", f"    {data.decode()}"]}]}).encode(),
}  # fmt: skip


@pytest.mark.parametrize("form", FORMS)
def test_a_line_of_the_reference_is_found_in_every_form(known, form):
    """Whatever it is packed into, one line of the reference is enough."""
    assert found(known, FORMS[form](LINE))


HIDDEN = next(
    case
    for part in COURSE.assignment(NAME, seed=1).parts
    for check in part.checks
    for case in check.cases
    if not case.public and case.name.startswith("random")
)
NUMBER = float(np.ravel(HIDDEN.args[0])[0])


@pytest.mark.parametrize(
    "content",
    [
        repr(NUMBER).encode(),
        f"{NUMBER:.6f}".encode(),
        f"[1, {NUMBER!r}]".encode(),
        struct.pack("<d", NUMBER),
        b"x" + struct.pack(">d", NUMBER),
        codec.encode(HIDDEN.args),
        base64.b64encode(codec.encode(HIDDEN.args)),
        np.asarray(HIDDEN.args[0]).tobytes(),
        str(HIDDEN.seed).encode(),
    ],
    ids=[
        "digits",
        "rounded",
        "in a list",
        "bytes",
        "bytes the other way",
        "codec",
        "codec in base64",
        "array",
        "seed",
    ],
)
def test_a_hidden_number_is_found(known, content):
    """Inputs of hidden cases and the seeds they were drawn from, as text and as bytes."""
    assert found(known, content)


def test_a_hidden_answer_is_found(known):
    """What the reference answers to a hidden case must not ship either."""
    value = COURSE.reference(NAME).value("dh_dtheta")(*HIDDEN.args)
    assert found(known, json.dumps(list(map(float, value))).encode())


@pytest.mark.parametrize(
    "text",
    [
        "This is the mean over the images. The likelihood of independent images is a product",
        "nll_without_minus",
        "samples_without_replacement",
        "confident and wrong, z = 800 and -800",
        "def f(a):\n    total = (\n        slope(x,theta,w)*dz_dtheta(x, w))",
    ],
    ids=[
        "a mistake's text",
        "a mistake's name",
        "a predicate",
        "a hidden case's name",
        "a statement laid out otherwise",
    ],
)
def test_other_secrets_are_found(known, text):
    """Texts and names of mistakes, predicates, and statements in another layout."""
    text = next(
        (
            mistake.say
            for part in COURSE.assignment(NAME).parts
            for check in part.checks
            for mistake in check.mistakes
            if mistake.say.startswith(text[:20])
        ),
        text,
    )
    assert found(known, text.encode())


def test_a_files_name_is_looked_at(known):
    """A secret in a name is a secret."""
    assert found(known, b"", "nll_without_minus.txt")


@pytest.mark.parametrize(
    "text",
    [
        "import numpy as np\n\nreturn x\n",
        "def dh_dtheta(x, theta, w):\n    raise NotImplementedError\n",
        "h = sigmoid(w1 u1 + w2 u2 + w3 u3 + w4 u4)",
        "[1.0, 0.5, 2.0, -1.0, 1000, 12]",
        "3.14159265 2.718281828 6.02214076e23",
    ],
)
def test_what_is_public_is_no_secret(known, text):
    """Signatures, the question's own words, plain numbers and everybody's constants."""
    assert found(known, text.encode()) == []


def test_what_cant_be_opened_in_bounds_counts_as_a_leak(known):
    """A file packed deeper than the search goes is refused, not passed."""
    data = b"harmless words, but too many wrappings"
    for _ in range(leaks.DEPTH + 2):
        data = gzip.compress(data)
    assert "can't be searched" in str(found(known, data)[0])


def test_a_public_text_that_repeats_the_reference_stops_the_kit(known):
    """Nothing is written, and the message names the file."""
    with pytest.raises(build.LeakError, match=r"notes\.txt"):
        build.refuse_leaks({"notes.txt": LINE}, known)


ASK = "sigmoid(x): the logistic sigmoid of a number"


@pytest.mark.parametrize(
    "slip",
    [
        "return np.exp(-np.logaddexp(0.0, -np.asarray(x, dtype=np.float64)))",
        "it is np.exp( -np.logaddexp(0.0, -np.asarray(x, dtype = np.float64)) ), of course",
        "think of x - x.max(), then powers / powers.sum()",
        "The curve runs the wrong way: it falls as x grows.",
        "not sigmoid_of_minus_x",
        base64.b64encode(LINE_OF_WARM_UP).decode(),
    ],
    ids=["a statement", "its right side", "a short formula", "a mistake's sentence", "a mistake's name", "Base64"],
)  # fmt: skip
def test_a_question_that_tells_the_answer_makes_no_kit(tmp_path, slip):
    """What the rubric says to everybody excuses words, never code or mistakes that slipped into it."""
    course = copied(tmp_path, lambda rubric: rubric.replace(ASK, f"{slip}\n          {ASK}"))
    with pytest.raises(LeakError, match=r"warm_up\.py: "):
        build.build(course, "warm_up")


def test_a_question_may_use_the_words_of_the_reference(tmp_path):
    """A docstring often repeats the question, and a hidden case is often called what it is."""
    said = "Shape (K,), positive up to rounding, with sum 1. Inputs may be very large and very small."
    course = copied(tmp_path, lambda rubric: rubric.replace(ASK, f"{said}\n          {ASK}"))
    assert build.build(course, "warm_up").looked_for


def test_searching_says_nothing_on_the_way(tmp_path):
    """What is no Python is passed over without a warning, each secret is reported once for a file."""
    course = copied(
        tmp_path, lambda rubric: rubric.replace(ASK, f"{LINE_OF_WARM_UP.decode()}\n          {ASK}")
    )
    with warnings.catch_warnings(), pytest.raises(LeakError) as error:
        warnings.simplefilter("error")
        build.build(course, "warm_up")
    lines = [line.rpartition(" (")[0] for line in str(error.value).splitlines()[1:]]
    assert len(lines) == len(set(lines))


def copied(folder, change):
    """A course with warm_up alone, its rubric changed."""
    for kind, suffix in (("rubrics", "yaml"), ("reference", "py")):
        (folder / kind).mkdir()
        text = (ROOT / kind / f"warm_up.{suffix}").read_text(encoding="utf-8")
        changed = change(text) if kind == "rubrics" else text
        (folder / kind / f"warm_up.{suffix}").write_text(changed, encoding="utf-8")
    return Course(folder)
