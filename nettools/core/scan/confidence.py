"""Whether "open" means anything: hosts that accept every connection, and windows that are suspiciously small.

A SYN proxy, a tarpit or a careless middlebox completes the handshake for every port. Ports that nobody would use
tell them apart from a host with many services.
"""

from collections.abc import Collection
from typing import Final

from nettools.core.scan.permutation import Permutation
from nettools.core.scan.probe_port import ProbePort

CANARIES: Final = 3

_FIRST_CANARY: Final = 61_000
_LAST_CANARY: Final = 65_535
"""Above what IANA assigns (RFC 6335 §6: up to 49151) and what Linux chooses for clients (32768–60999)."""

_MANY_OPEN: Final = 10
_MOST_OF_THE_ANSWERED: Final = 0.8

TINY_WINDOW: Final = 1460
"""A receiver that takes not even one full segment over Ethernet (MSS of RFC 6691) has no use for a connection."""

_ENOUGH_CONNECTIONS: Final = 5


def choose_canaries(ports: Collection[ProbePort], seed: int) -> tuple[ProbePort, ...]:
    """TCP ports outside of the scan on which nobody listens; fewer where the scan leaves none."""
    scanned = set(ports)
    free = [port for port in range(_FIRST_CANARY, _LAST_CANARY + 1) if port not in scanned]
    places = Permutation(len(free), seed).of(range(min(CANARIES, len(free))))
    return tuple(free[place] for place in places)


class Confidence:
    """Counts what one host's TCP ports answered."""

    __slots__ = ("_canaries_open", "_tiny", "_windows", "closed", "opened")

    def __init__(self) -> None:
        self.opened = 0
        self.closed = 0
        self._canaries_open = 0
        self._windows = 0
        self._tiny: list[int] = []

    def note_window(self, window: int) -> None:
        """The receive window that the peer of one connection offered, in octets."""
        self._windows += 1
        if window <= TINY_WINDOW:
            self._tiny.append(window)

    def note_canary(self) -> None:
        """A canary port is open."""
        self._canaries_open += 1

    @property
    def is_suspicious(self) -> bool:
        """Whether so many ports are open that canaries have to say what that means."""
        return self.opened >= _MANY_OPEN and self.opened >= _MOST_OF_THE_ANSWERED * (self.opened + self.closed)

    def notes(self, canaries: int) -> list[str]:
        """What a reader must know, after so many canaries were asked."""
        notes = []
        if self.is_suspicious and canaries and self._canaries_open == canaries:
            which = f"{canaries} of {canaries} canary ports are open"
            notes.append(f"answers on every port ({which}): open says nothing here")
        elif self.is_suspicious and not canaries:
            which = f"{self.opened:,} of the {self.opened + self.closed:,} that answered are open"
            notes.append(f"answers on almost every port ({which}): open may say nothing here")
        if self._windows >= _ENOUGH_CONNECTIONS and len(self._tiny) * 2 > self._windows:
            notes.append(f"tiny windows ({max(self._tiny)} bytes): perhaps a tarpit")
        return notes
