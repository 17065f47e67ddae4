"""One way through a relay: octets are read from a source, held for a moment, and written to a sink.

The driver holds the octets; this knows whether there are any, and what may be done.
"""

from typing import Final, Protocol

CHUNK: Final = 1 << 18
"""Octets read at a time: beyond 256 KiB a copy on loopback gets no faster, below 64 KiB it gets slower."""


LARGEST_DATAGRAM: Final = 65_507
"""Octets of a UDP datagram over IPv4 without options: 65535 - 20 - 8 (RFC 768, RFC 791). Each read is one datagram."""


class Pace(Protocol):
    """What slows a flow down: ``--limit-rate``, ``--delay``."""

    def allowance(self, waiting: memoryview, now_s: float) -> int:
        """How many of these octets may be written now. A datagram for which there is any goes whole."""

    def spend(self, octets: memoryview, now_s: float) -> None:
        """These were written."""

    def next_s(self, now_s: float) -> float:
        """When there will be an allowance again, if there is none now."""


class Flow:
    """The state of one way."""

    __slots__ = (
        "came",
        "chunk",
        "first_s",
        "is_broken",
        "is_dropping",
        "is_dry",
        "is_holding",
        "is_shut",
        "last_s",
        "moved",
        "source_ended",
    )

    def __init__(self, *, chunk: int = CHUNK) -> None:
        self.chunk = chunk
        """How many octets are read at a time, and so the most that are held."""
        self.is_holding = False
        """Whether octets were read that the sink has not taken yet."""
        self.moved = 0
        """Octets that the sink took."""
        self.came: int | None = None
        """Octets from the source, where what is handed on is something else: with escapes, or without telnet's."""
        self.source_ended = False
        self.is_dry = False
        """Whether the source had nothing more when it was last read, without having ended."""
        self.is_broken = False
        """Whether the sink takes nothing more: the source is not read any more."""
        self.is_dropping = False
        """Whether the source is read on, and what it says goes nowhere."""
        self.is_shut = False
        """Whether the sink has been told that there is no more."""
        self.first_s: float | None = None
        self.last_s: float | None = None
        """When octets were first and last moved."""

    @property
    def on_wire(self) -> int:
        """Octets from the peer, or to it, as they crossed the network."""
        return self.moved if self.came is None else self.came

    @property
    def wants_more(self) -> bool:
        """Whether the source should be read: only when nothing is held, which is the back-pressure."""
        return not self.source_ended and not self.is_holding and not self.is_broken

    @property
    def is_done(self) -> bool:
        """Whether all that the source had has been written, or nothing can be."""
        return self.is_broken or (self.source_ended and not self.is_holding)

    @property
    def is_quiet(self) -> bool:
        """Whether all that the source had so far has been written, or nothing can be."""
        return self.is_done or (self.is_dry and not self.is_holding)

    def holds(self) -> None:
        """Octets were read, or made by a stage, and wait for the sink."""
        self.is_holding = True
        self.is_dry = False

    def gave(self, count: int, now_s: float, *, rest: bool = False) -> None:
        """The sink took so many; ``rest`` says whether others still wait."""
        self.is_holding = rest
        self.is_dry = False
        self.moved += count
        self.last_s = now_s
        if self.first_s is None:
            self.first_s = now_s
