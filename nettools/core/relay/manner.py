"""How a relay behaves: what it sends and takes, what ends it, how long it waits."""

from dataclasses import dataclass, replace
from typing import Final, Literal

Way = Literal["out", "in"]
"""``out``: from the near end (standard input, a program, a client that we forward) to the far one; ``in``: back."""

DATAGRAM_QUIT_AFTER_S: Final = 1.0
"""Datagrams have no end: how long an answer is waited for after standard input has ended."""


LINGER_S: Final = 0.5
"""How long a feeder behind a pipe may pause: more than starting a program takes, less than a person waits gladly."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Manner:
    """The rules of one relay, with ncat's as the defaults (ncat(1), "Ncat/EOF behavior" of 7.96)."""

    sends: bool = True
    """False under ``--recv-only``: the near end is never read."""
    receives: bool = True
    """False under ``--send-only``: what the far end says is read and dropped, so that closing resets nothing."""
    half_closes: bool = True
    """False under ``--no-shutdown``: the far end is not told that standard input has ended."""
    ends_with: frozenset[Way] = frozenset({"in"})
    """The ways whose end is the end of all, once the other way has had nothing for ``linger_s`` ("in"), or once all
    that was sent has arrived ("out"). Both ended is always the end."""
    linger_s: float = LINGER_S
    """Where the far end's end ends all: how long the near end may have nothing to say before it does. A peer that only
    receives (ncat --recv-only) ends its own side at once, and is still sent all. 0 where a person types."""
    idle_timeout_s: float | None = None
    """No octet either way for so long is a failure."""
    quit_after_s: float | None = None
    """So long after standard input has ended, and all of it was sent, it is over; None waits for the far end."""
    quits_when_quiet: bool = False
    """Whether what the far end says begins ``quit_after_s`` anew: the rule for datagrams, unless it was asked for."""
    needs_reader: bool = True
    """Whether it is over when nobody reads what the far end says. False where the near end is a program, which may
    close its input and still have something to say: what the far end says is dropped then."""

    def typed(self) -> "Manner":
        """The same where a person types: when the other side has ended, it is over at once."""
        return replace(self, linger_s=0.0)
