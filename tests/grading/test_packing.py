"""Recordings as bytes."""

import numpy as np
import pytest

from grader.errors import CodecError
from grader.grading.packing import Packed, pack, pack_arrival, pack_one, unpack, unpack_one
from grader.grading.recording import Recording
from grader.model import (
    Crashed,
    Forbidden,
    Frame,
    Missing,
    OutOfMemory,
    Output,
    OutputLimit,
    Raised,
    Returned,
    TimedOut,
    Unanswerable,
)
from grader.sandbox.runner import Arrival

FRAMES = (Frame("hw.py", 3, "f", "return 1 / 0"), Frame("hw.ipynb", 1, cell=7))
OBSERVATIONS = [
    Returned((1.0, [2, "three"]), seconds=0.125),
    Returned(None),
    Returned({"a": (1, 2.5, [True, None])}, seconds=0.25, peak_bytes=7, mutated=(0, 2), note="a range"),
    Returned(("\x00", "Frame", {"file": "forged"}), called=False),
    Unanswerable("gives a function"),
    Raised("ZeroDivisionError", "division by zero", FRAMES, 0.1, Output("out", "err", cut=True)),
    Missing("f", "g", "line 3 does not compile", FRAMES),
    TimedOut(2.0, while_importing=True),
    OutOfMemory(512),
    OutputLimit(64, "printed"),
    Forbidden("opened a network connection", FRAMES),
    Crashed("SIGSEGV"),
]


@pytest.mark.parametrize("seen", OBSERVATIONS, ids=lambda one: type(one).__name__)
def test_every_observation_comes_back_as_it_was(seen):
    """Nothing is lost on the way through bytes, and an answer that looks like a record stays an answer."""
    again = unpack_one(pack_one(seen))
    assert type(again) is type(seen)
    names = type(seen).__dataclass_fields__
    assert {name: getattr(again, name) for name in names} == {name: getattr(seen, name) for name in names}


def test_arrays_keep_shape_and_type():
    """An array comes back with its entries, shape and dtype."""
    value = np.arange(6, dtype=np.float32).reshape(2, 3)
    again = unpack_one(pack_one(Returned(value)))
    assert again.value.dtype == np.float32
    np.testing.assert_array_equal(again.value, value)


def test_a_recording_comes_back_whole():
    """The arrival and every answer, by key."""
    recording = Recording(
        Arrival(Raised("ValueError", "no"), notes=("cell 3 left out",)), {"k": Missing("f")}
    )
    again = unpack(pack(recording))
    assert again.arrival.notes == ("cell 3 left out",)
    assert again.arrival.fault.type == "ValueError"
    assert list(again.answers) == ["k"]


@pytest.mark.parametrize("data", [b"", b"nonsense", pack_one(Missing("f"))])
def test_damaged_bytes_are_refused(data):
    """What is no recording raises the codec's error, never another."""
    with pytest.raises(CodecError):
        unpack(Packed(data))
    with pytest.raises(CodecError):
        unpack(Packed(pack_arrival(Arrival()), {"k": data[:-1]})).answers["k"]
