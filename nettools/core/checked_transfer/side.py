"""What both sides of a checked transfer have in common: greetings, frames in and out, patience, and how it ends.

The driver asks ``incoming`` where octets that come belong, ``outgoing`` what is to be said, and the side's ``task``
what is to be done with the file; it tells what it did. When ``ending`` is set, it says what is left and leaves.
"""

from abc import ABC, abstractmethod
from collections import deque
from dataclasses import dataclass
from struct import Struct
from typing import Final

from nettools.core.checked_transfer.failure import Reason, TransferFailed, TransferRefused
from nettools.core.checked_transfer.frames import (
    GREETING_OCTETS,
    Frame,
    FrameKind,
    FrameReader,
    Role,
    check_greeting,
    control_frame,
    greeting,
)
from nettools.core.checked_transfer.offer import Offer
from nettools.core.relay.ending import Ending, EndingKind

LONGEST_TEXT: Final = 512
"""Octets of a reason in words."""
LONGEST_FAIL: Final = 1 + LONGEST_TEXT
MOST_HAVE: Final = 64
"""Digests in one HAVE frame."""
WINDOW: Final = 1024
"""Digests that the receiver says before the sender has compared them: 32 KiB, and at least a second of its work."""
COUNT: Final = Struct(">Q")

_NOTHING: Final = memoryview(b"")


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """How long the other side may be silent."""

    opening_s: float = 10.0
    """From the beginning until it has said what it is and, the sender, what it offers."""
    idle_s: float = 60.0
    """From then on, without an octet either way."""
    heartbeat_s: float = 5.0
    """How often the receiver says that it still writes."""


class Side(ABC):
    """One side at work."""

    def __init__(self, role: Role, reader: FrameReader, *, now_s: float, patience: Patience) -> None:
        self.ending: Ending | None = None
        self._role: Role = role
        self._reader = reader
        self._patience = patience
        self._began_s = now_s
        self._active_s = now_s
        self._greeted = 0
        self._greeting = memoryview(bytearray(GREETING_OCTETS))
        self._queue: deque[memoryview] = deque((memoryview(greeting(role)),))

    @property
    @abstractmethod
    def offer(self) -> Offer | None:
        """What is sent, as soon as it is known."""

    @property
    @abstractmethod
    def blocks_done(self) -> int:
        """How many blocks are there and found to be right; the file begins with them."""

    @property
    @abstractmethod
    def blocks_moved(self) -> int:
        """How many of them went over this connection."""

    @property
    @abstractmethod
    def _is_opening(self) -> bool:
        """Whether the other side has yet to say what this is about."""

    @property
    def _listens(self) -> bool:
        """Whether frames can be dealt with now."""
        return True

    @abstractmethod
    def _met(self) -> None:
        """The greeting of the other side is right."""

    @abstractmethod
    def _on_frame(self, frame: Frame) -> None:
        """Raises TransferFailed and TransferRefused."""

    def incoming(self) -> memoryview:
        """Where the next octets belong; empty while none are wanted."""
        if self.ending is not None:
            return _NOTHING
        if self._greeted < GREETING_OCTETS:
            return self._greeting[self._greeted :]
        return self._reader.space() if self._listens else _NOTHING

    def received(self, count: int, now_s: float) -> None:
        """So many octets came there."""
        self._active_s = now_s
        try:
            if self._greeted < GREETING_OCTETS:
                self._greeted += count
                check_greeting(self._greeting[: self._greeted].tobytes(), ours=self._role)
                if self._greeted == GREETING_OCTETS:
                    self._met()
            else:
                frame = self._reader.filled(count)
                if frame is not None:
                    self._on_frame(frame)
        except TransferFailed as failure:
            self.fail(failure)
        except TransferRefused as refusal:
            self._queue.clear()
            self._end(refusal.kind, f"the other side gave up: {refusal.text}")

    def ended(self) -> None:
        """The other side says no more."""
        self._queue.clear()
        self._end("network-error", self._cut_text("the other side closed the connection"))

    def broke(self, ending: Ending) -> None:
        """The connection failed."""
        self._queue.clear()
        self._end(ending.kind, self._cut_text(ending.message))

    def cut(self, kind: EndingKind, message: str) -> None:
        """It is ended from outside: a signal, a limit."""
        self._end(kind, message)

    def outgoing(self) -> memoryview:
        """What is to be said next; empty when there is nothing now."""
        return self._queue[0] if self._queue else _NOTHING

    def sent(self, count: int, now_s: float) -> None:
        """So many octets of it were taken."""
        self._active_s = now_s
        rest = self._queue[0][count:]
        if rest:
            self._queue[0] = rest
        else:
            self._queue.popleft()

    def worked(self, now_s: float) -> None:
        """A task was done: this side is not idle."""
        self._active_s = now_s

    @property
    def deadline_s(self) -> float | None:
        """When ``tick`` has to be called at the latest."""
        if self.ending is not None:
            return None
        if self._is_opening:
            return self._began_s + self._patience.opening_s
        return self._active_s + self._patience.idle_s

    def tick(self, now_s: float) -> None:
        """Time has passed."""
        deadline_s = self.deadline_s
        if deadline_s is None or now_s < deadline_s:
            return
        if self._is_opening and self._greeted < GREETING_OCTETS:
            wanted = "listen --receive" if self._role == "sender" else "cat --send"
            waited = f"the other side has not greeted within {self._patience.opening_s:g} s"
            self.fail(TransferFailed(Reason.LATE, f"{waited}: is it nettools {wanted}?", is_told=False))
        else:
            waited_s = self._patience.opening_s if self._is_opening else self._patience.idle_s
            self.fail(TransferFailed(Reason.LATE, self._cut_text(f"nothing came or went for {waited_s:g} s")))

    def fail(self, failure: TransferFailed) -> None:
        """This side cannot go on; where it can, it says why."""
        if self.ending is not None:
            return
        if failure.is_told:
            text = failure.text.encode("utf-8", "replace")[:LONGEST_TEXT].decode("utf-8", "ignore")
            self._say(FrameKind.FAIL, bytes((failure.reason,)) + text.encode())
        self._end(failure.kind, failure.text)

    def _say(self, kind: FrameKind, payload: bytes = b"") -> None:
        self._queue.append(memoryview(control_frame(kind, payload)))

    def _end(self, kind: EndingKind, message: str) -> None:
        if self.ending is None:
            self.ending = Ending(kind=kind, message=message)

    def _cut_text(self, what: str) -> str:
        """What happened, how far it had come, and what to do about it."""
        offer = self.offer
        if self._is_opening or offer is None:
            return what
        done = offer.octets_before(self.blocks_done)
        return f"{what} after {done:,} of {offer.size:,} bytes; cat --send --resume goes on from there"


def refusal(frame: Frame) -> TransferRefused:
    """What a FAIL frame says."""
    if not frame.payload:
        return TransferRefused(0, "it did not say why")
    return TransferRefused(frame.payload[0], frame.payload[1:].tobytes().decode("utf-8", "replace"))


def count_in(frame: Frame) -> int:
    """The number in a CHECKED or START frame. Raises TransferFailed."""
    if len(frame.payload) != COUNT.size:
        raise unexpected(frame)
    number: int = COUNT.unpack(frame.payload)[0]
    return number


def unexpected(frame: Frame) -> TransferFailed:
    """A frame that does not belong where it came."""
    return TransferFailed(Reason.CONFUSED, f"the other side said {frame.kind.name} where that has no meaning")
