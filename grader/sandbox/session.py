"""One submission's box: asks in batches, bounds each question, goes on in a new child where one ended.

What a box says is an answer and nothing more. Whether time ran out, memory was short or the process crashed
is decided here, from the clock, the wait status and the CPU time that the kernel counts.
"""

from __future__ import annotations

import os
import signal
import time
from collections import Counter, deque
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import lru_cache

from grader.errors import CodecError, SandboxError
from grader.model import (
    NO_OUTPUT,
    Crashed,
    Forbidden,
    Limits,
    Missing,
    Observation,
    OutOfMemory,
    Output,
    OutputLimit,
    Probe,
    Submission,
    TimedOut,
)
from grader.sandbox.answering import ANSWER_LIMITS, Reply
from grader.sandbox.channel import ARRIVED, BOOT, LOCKED, PRINTED, Message, framed
from grader.sandbox.child import BOOT_LIMITS
from grader.sandbox.link import WINDOW, WINDOW_BYTES, Ending, Halt, Link
from grader.sandbox.replies import About, observe, read_reply
from grader.sandbox.runner import Arrival, Closing
from grader.sandbox.words import clean, clean_bytes
from grader.values.codec import encode

_FIRST_LOOK = 0.2
"""After this share of a limit, look at how much CPU time a question gets."""
_STARVED_AT_MOST = 4.0
"""A question that waits for the processor may take this many times its limit on the clock."""
_START_SECONDS = 30.0
_AT_ONCE = 5e-5
"""A message that takes no longer than this was here already."""
_GIVEN_UP_AFTER = 2
"""An entry that ran out of time this often in a box is not asked again there."""


class BoxSession(Closing):
    """A session over children that `launch` makes, one after the other.

    Args:
        launch: starts a child with the submission in it.
        submission: what is run.
        limits: what it may cost.
    """

    def __init__(self, launch: Callable[[Limits], Link], submission: Submission, limits: Limits) -> None:
        self._launch = launch
        self._limits = limits
        self._spent = 0.0
        self._waited = 0.0  # how long the last wait was: no answer that came with it took longer
        self._late: Counter[str] = Counter()
        self._link: Link | None = None
        self._dead: Observation | None = None
        main = submission.main
        if submission.fault or main is None:
            self._dead = Missing("", reason=submission.fault or "nothing readable was handed in")
            self.arrival = Arrival(fault=self._dead)
            return
        files = [(file.path, file.content) for file in submission.files]
        self._own_mb = (sum(len(content) for _path, content in files) >> 20) + 1
        self._boot = framed(BOOT, encode((main.path, files), BOOT_LIMITS))
        self.arrival = self._start()

    def ask(self, probes: Sequence[Probe], limits: Limits) -> tuple[Observation, ...]:
        """Ask in order; one Observation a probe. What kills the child costs its own question only.

        Raises:
            SandboxError: the box itself failed.
        """
        if limits.memory_mb > self._limits.memory_mb:  # what a child may map is fixed when it starts
            self._limits = replace(self._limits, memory_mb=limits.memory_mb)
            self.close()
        messages = [framed(index, question(probe)) for index, probe in enumerate(probes)]
        seen: list[Observation] = []
        while len(seen) < len(probes):
            seen += self._ask_one_child(probes, messages, len(seen), limits)
        return tuple(seen)

    def close(self) -> None:
        """End every process of the submission and remove its folder."""
        link, self._link = self._link, None
        if link is not None:
            link.end()

    def _start(self) -> Arrival:
        """A new child, and how it ran the top level."""
        own = self._own_mb  # the submission's own files take neither of what it may write nor of its memory
        given = replace(
            self._limits, file_mb=self._limits.file_mb + own, memory_mb=self._limits.memory_mb + 2 * own
        )
        self._link = self._launch(given)
        self._link.send(self._boot)
        self._await_walls(self._link)
        start = time.monotonic()
        limit = min(self._limits.import_seconds, self._limits.total_seconds)
        message = self._receive(self._link, limit, self._limits.output_kb)
        wall = time.monotonic() - start
        self._spent += wall
        about = About("", self._limits, wall)
        if isinstance(message, Halt):
            fault = self._ended(message, replace(self._limits, seconds=limit))
            self._dead = replace(fault, while_importing=True) if isinstance(fault, TimedOut) else fault
            return Arrival(self._dead, getattr(fault, "output", NO_OUTPUT), wall)
        if message.flags & PRINTED:
            about = replace(about, output=_output(self._link, self._limits, ARRIVED))
        try:
            kind, fields = read_reply(message)
            if (message.number, kind) != (ARRIVED, "arrived"):
                raise CodecError("this is not the first reply")
            return _arrival(fields, about)
        except CodecError:
            self._dead = self._broken(about.output)
            return Arrival(self._dead, about.output, wall)

    def _await_walls(self, link: Link) -> None:
        """Wait until the child is locked in: no student code has run before, so a failure is ours.

        Raises:
            SandboxError: it did not come so far.
        """
        message = link.receive(time.monotonic() + _START_SECONDS, 1 << 30)
        reason = "no answer"
        if not isinstance(message, Halt):
            kind, fields = read_reply(message)
            if (message.number, kind) == (LOCKED, "locked"):
                return
            reason = str(fields.get("reason"))
        self._link = None
        ending = link.end()
        raise SandboxError(f"a box could not be made: {reason} (status {ending.status})")

    def _ask_one_child(
        self, probes: Sequence[Probe], messages: Sequence[bytes], done: int, limits: Limits
    ) -> list[Observation]:
        """Answers from `done` on, up to the first question that ends its child."""
        if self._link is None and self._dead is None:
            self._start()
        link = self._link
        if link is None:
            return [self._of_the_dead(probe) for probe in probes[done:]]
        seen: list[Observation] = []
        asked = [index for index in range(done, len(probes)) if not self._given_up(probes[index])]
        wanted, waiting = set(asked), deque(asked)
        under_way = 0
        for index in range(done, len(probes)):
            seconds = probes[index].seconds
            mine = replace(limits, seconds=seconds) if seconds else limits
            if index not in wanted:
                seen.append(TimedOut(mine.seconds))
                continue
            if waiting and under_way <= WINDOW // 2:  # several at once: each waking of the box costs
                more = _next_window(waiting, messages, WINDOW - under_way)
                link.send(b"".join(more))
                under_way += len(more)
            seen.append(self._answer(index, probes[index], mine, under_way))
            under_way -= 1
            if self._link is None:
                break
        return seen

    def _given_up(self, probe: Probe) -> bool:
        return self._late[probe.entry] >= _GIVEN_UP_AFTER

    def _of_the_dead(self, probe: Probe) -> Observation:
        dead = self._dead or Crashed("the box ended")
        return replace(dead, entry=probe.entry) if isinstance(dead, Missing) else dead

    def _answer(self, index: int, probe: Probe, limits: Limits, ahead: int) -> Observation:
        """What came back for a question, where `ahead` are under way with it."""
        link = self._link
        assert link is not None
        left = self._limits.total_seconds - self._spent
        if left <= 0:
            self.close()
            self._dead = TimedOut(self._limits.total_seconds)
            return self._dead
        start = time.monotonic()
        message = self._receive(link, min(limits.seconds, left), limits.output_kb, ahead)
        wall = time.monotonic() - start
        self._spent += wall
        if isinstance(message, Halt):
            seen = self._ended(message, limits)
            self._late[probe.entry] += isinstance(seen, TimedOut)
            return seen
        last = ahead == 1
        output = _output(link, limits, index, last=last) if last or message.flags & PRINTED else NO_OUTPUT
        self._waited = wall if wall > _AT_ONCE else self._waited
        about = About(probe.entry, limits, max(wall, self._waited), output)
        try:
            if message.number != index:
                raise CodecError("it answered out of turn")
            return observe(read_reply(message), about)
        except CodecError:
            return self._broken(about.output)

    def _broken(self, output: Output) -> Observation:
        """The child wrote something else than replies to the channel."""
        self.close()
        return Crashed("wrote to the channel of answers", output)

    def _receive(self, link: Link, limit: float, output_kb: int, ahead: int = 1) -> Message | Halt:
        """The next message; a question that is kept from the processor gets more time on the clock."""
        start = time.monotonic()
        budget = output_kb << 10
        message = link.receive(start + limit * _FIRST_LOOK, budget, ahead)
        if message is not Halt.LATE:
            return message
        before, used, until = link.cpu(), limit * _FIRST_LOOK, start + limit
        while True:
            message = link.receive(until, budget)
            now = time.monotonic()
            if message is not Halt.LATE or before < 0:
                return message
            cpu = link.cpu()
            got = cpu - before
            if (
                used + got >= limit * 0.95
                or got < 0.1 * (until - start)
                or now > start + limit * _STARVED_AT_MOST
            ):
                return Halt.LATE
            until = now + (limit - used - got)

    def _ended(self, halt: Halt, limits: Limits) -> Observation:
        """End the child and say what its end means."""
        link = self._link
        assert link is not None
        self._link = None
        ending = link.end()
        output = _output(link, limits)
        match halt:
            case Halt.LATE:
                return TimedOut(limits.seconds, output=output)
            case Halt.FLOODED:
                return OutputLimit(limits.output_kb, "printed", output)
            case Halt.TOO_LONG:
                return OutputLimit(ANSWER_LIMITS.bytes >> 10, "returned", output)
            case Halt.GONE:
                return _meaning(ending, limits, output)


def _next_window(waiting: deque[int], messages: Sequence[bytes], most: int) -> list[bytes]:
    """The next questions to send: one at least, and more as far as they are few and small."""
    taken = [messages[waiting.popleft()]]
    size = len(taken[0])
    while waiting and len(taken) < most and size + len(messages[waiting[0]]) <= WINDOW_BYTES:
        taken.append(messages[waiting.popleft()])
        size += len(taken[-1])
    return taken


@lru_cache(maxsize=4096)
def question(probe: Probe) -> bytes:
    """What is asked: the same for every submission, so it is written once."""
    return encode((probe.entry, probe.how.value, encode(list(probe.args))), BOOT_LIMITS)


def _output(link: Link, limits: Limits, index: int | None = None, *, last: bool = False) -> Output:
    out, err = link.output(index, last=last)
    if not out and not err:
        return NO_OUTPUT
    most = limits.output_kb << 10
    shown = Output(clean_bytes(out, most), clean_bytes(err, most))
    return replace(shown, cut=len(out) + len(err) > most)


def _arrival(fields: dict[str, object], about: About) -> Arrival:
    fault, seconds, notes = fields.get("fault"), fields.get("seconds"), fields.get("notes")
    seen: Observation | None = None
    match fault:
        case (str() as kind, dict() as inner):
            reply: Reply = kind, inner
            seen = observe(reply, about)
        case None:
            pass
        case _:
            raise CodecError("a fault is malformed")
    if type(seconds) is not float or type(notes) is not list or not all(type(note) is str for note in notes):
        raise CodecError("an arrival is malformed")
    shown = tuple(clean(note, 300) for note in notes[:20])
    return Arrival(seen, about.output, min(max(seconds, 0.0), about.wall * 64), shown)


def _meaning(ending: Ending, limits: Limits, output: Output) -> Observation:
    """What the end of a child says that nobody of ours ended."""
    if ending.why:
        return OutputLimit(limits.file_mb << 10, ending.why, output)
    if not os.WIFSIGNALED(ending.status) if hasattr(os, "WIFSIGNALED") else True:
        return Crashed(f"exit {ending.status >> 8}", output)
    number = ending.status & 0x7F
    if number == signal.SIGSYS:
        return Forbidden("made a system call that the box does not allow", output=output)
    if number == signal.SIGXCPU:
        return TimedOut(limits.total_seconds, output=output)
    if number == signal.SIGKILL and ending.rss_mb > limits.memory_mb // 2:
        return OutOfMemory(limits.memory_mb, output)
    return Crashed(_signal_name(number), output)


def _signal_name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"
