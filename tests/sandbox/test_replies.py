"""What comes out of a box is checked field by field; text is made fit to be shown; streams are cut right."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.errors import CodecError
from grader.model import Limits, Returned
from grader.sandbox.channel import Frames, Message, break_after, framed
from grader.sandbox.link import WINDOW, Printed
from grader.sandbox.replies import About, observe, read_reply
from grader.sandbox.words import clean, clean_bytes
from grader.values.codec import encode

ABOUT = About("f", Limits(), wall=1.0)
KINDS = ("returned", "unanswerable", "raised", "missing", "forbidden", "memory", "large", "correct")
FIELDS = (
    "value",
    "called",
    "mutated",
    "note",
    "seconds",
    "peak",
    "frames",
    "type",
    "message",
    "reason",
    "what",
)
data = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | st.binary(max_size=9)
values = data | st.lists(data, max_size=5) | st.lists(data, max_size=5).map(tuple)


@given(st.sampled_from(KINDS), st.dictionaries(st.sampled_from(FIELDS), values, max_size=6))
@settings(max_examples=300)
def test_any_reply_is_an_observation_or_refused(kind, fields):
    """Fields of any type and any kind give an Observation or CodecError, nothing else."""
    with contextlib.suppress(CodecError):
        observe((kind, fields), ABOUT)


@pytest.mark.parametrize("body", [(), ("returned",), ("returned", {1: 2}), (1, {}), ("a", {}, 1), 3])
def test_replies_have_two_parts(body):
    """A kind and named fields, or it is no reply."""
    with pytest.raises(CodecError):
        read_reply(Message(0, encode(body)))


@pytest.mark.parametrize("said", [-1.0, 1e9, float("nan"), float("inf")])
def test_times_that_can_not_be_are_replaced(said):
    """A box that lies about its time is given the time on the clock."""
    seen = observe(("returned", {"value": encode(1), "seconds": said}), ABOUT)
    assert isinstance(seen, Returned)
    assert seen.seconds == 1.0


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain\ttext\n", "plain\ttext\n"),
        ("\x1b[31mred\x1b[0m", "red"),
        ("\x1b]0;title\x07", "]0;title"),
        ("a\x00b\x08c\rd\x9be", "abcde"),
        ("line\r\nline", "line\nline"),
        ("\u202egnorw\u2066", "gnorw"),
        ("a" * 30, "a" * 19 + "…"),
    ],
)
def test_text_is_made_fit_to_be_shown(text, shown):
    """Control characters, escape sequences and changes of direction go; long text is cut."""
    assert clean(text, 20) == shown
    assert clean_bytes(text.encode(), 20) == shown


def test_bytes_that_are_not_text_are_replaced():
    """Output is decoded whatever it is."""
    assert clean_bytes(b"\xff\xfeabc", 10) == "\ufffd\ufffdabc"


MESSAGES = st.builds(
    Message,
    st.integers(-(2**31), 2**31 - 1),
    st.binary(max_size=20),
    st.integers(0, 255),
    st.floats(allow_nan=False),
)


@given(st.lists(MESSAGES, max_size=5), st.integers(1, 7))
def test_messages_survive_any_cutting_of_the_stream(messages, size):
    """A stream fed in pieces of any size gives the messages that were framed."""
    stream = b"".join(framed(*one) for one in messages)
    frames, seen = Frames(100), []
    for start in range(0, len(stream), size):
        frames.feed(stream[start : start + size])
        while (message := frames.next()) is not None:
            seen.append(message)
    assert seen == messages


def test_a_message_longer_than_the_limit_is_refused():
    """The length is believed only up to the limit."""
    frames = Frames(100)
    frames.feed(framed(0, bytes(101)))
    with pytest.raises(ValueError, match="a message of"):
        frames.next()


@given(st.lists(st.none() | st.text("abc\n", min_size=1, max_size=5), max_size=6), st.integers(1, 9))
def test_output_is_given_to_the_question_that_printed_it(printed, size):
    """Questions that printed nothing leave no break; the others get exactly what they printed."""
    stream = b"".join(text.encode() + break_after(index) for index, text in enumerate(printed) if text)
    out = Printed()
    for start in range(0, len(stream), size):
        out.feed(stream[start : start + size])
    assert [out.take(index).decode() for index in range(len(printed))] == [text or "" for text in printed]


def test_a_flood_is_seen_whatever_breaks_it_forges():
    """More than one question's budget without a break, or all questions' budgets with, is over."""
    plain, forged = Printed(), Printed()
    plain.feed(b"x" * 101)
    forged.feed((b"x" * 50 + break_after(7)) * (2 * WINDOW + 1))
    assert plain.is_over(100)
    assert forged.is_over(100)
    assert not forged.is_over(10_000)
