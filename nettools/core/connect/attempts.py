"""Happy eyeballs (RFC 8305): which address is tried when, and which connection is taken.

The driver asks what to begin, begins it, and tells how it went. Sorting is the resolver's (RFC 6724), which glibc does
already; here only the families take turns.
"""

from collections import deque
from collections.abc import Iterable, Sequence
from typing import Final

from nettools.core.address import Address
from nettools.core.connect.fault import TIMEOUT, Fault, Try, summed_up

ATTEMPT_DELAY_S: Final = 0.25
"""The Connection Attempt Delay that RFC 8305 §8 recommends."""


def interleaved(addresses: Sequence[Address]) -> list[Address]:
    """The addresses with the IP versions taking turns, the first one's first (RFC 8305 §4, a family count of 1).

    Within a version they stay in the resolver's order.

    >>> from ipaddress import ip_address
    >>> [str(one) for one in interleaved([*map(ip_address, ("::1", "::2", "::3", "192.0.2.1"))])]
    ['::1', '192.0.2.1', '::2', '::3']
    """
    if not addresses:
        return []
    first = addresses[0].version
    preferred = [one for one in addresses if one.version == first]
    other = [one for one in addresses if one.version != first]
    turns = min(len(preferred), len(other))
    taking_turns = [one for pair in zip(preferred, other, strict=False) for one in pair]
    return [*taking_turns, *preferred[turns:], *other[turns:]]


class Attempts:
    """The attempts at one target, in the order of ``candidates``: addresses, or one None for what has none."""

    __slots__ = (
        "_began_s",
        "_candidates",
        "_deadline_s",
        "_delay_s",
        "_next_s",
        "_waiting",
        "faults",
        "tries",
        "winner",
    )

    def __init__(
        self, candidates: Iterable[Address | None], *, deadline_s: float, delay_s: float = ATTEMPT_DELAY_S
    ) -> None:
        self._candidates = tuple(candidates)
        self._waiting = deque(range(len(self._candidates)))
        self._began_s: dict[int, float] = {}
        self._deadline_s = deadline_s
        self._delay_s = delay_s
        self._next_s: float | None = None
        """Not before this is the next one begun, unless one fails."""
        self.tries: list[Try] = []
        """What was tried and is over, in the order of the ends."""
        self.faults: list[Fault] = []
        """Why each of ``tries`` failed; a connection and those that it made needless have none here."""
        self.winner: int | None = None
        """The place of the candidate that was connected to."""

    def take(self, now_s: float) -> int | None:
        """The place of the candidate to be tried from now on, if it is time for one. To be asked until it is None."""
        if self.is_over or not self._waiting or now_s >= self._deadline_s:
            return None
        if self._next_s is not None and now_s < self._next_s:
            return None
        place = self._waiting.popleft()
        self._began_s[place] = now_s
        self._next_s = now_s + self._delay_s
        return place

    def candidate(self, place: int) -> Address | None:
        return self._candidates[place]

    def failed(self, place: int, fault: Fault, now_s: float) -> None:
        """That attempt is over: the next one need not wait."""
        self._end(place, fault.outcome, now_s)
        self.faults.append(fault)
        self._next_s = None

    def connected(self, place: int, now_s: float) -> None:
        """That attempt made the connection: the others are given up (RFC 8305 §5)."""
        self.winner = place
        self._end(place, "open", now_s)
        for other in tuple(self._began_s):
            self._end(other, "abandoned", now_s)

    def tick(self, now_s: float) -> None:
        """Time has passed: at the deadline what is under way has failed."""
        if now_s >= self._deadline_s:
            for place in tuple(self._began_s):
                self.failed(place, TIMEOUT, now_s)
            self._waiting.clear()

    @property
    def under_way(self) -> tuple[int, ...]:
        """The places of the candidates that are being tried."""
        return tuple(self._began_s)

    @property
    def is_over(self) -> bool:
        """Whether there is a connection, or nothing left to hope for."""
        return self.winner is not None or not (self._waiting or self._began_s)

    @property
    def verdict(self) -> Fault:
        """Why there is no connection, when it is over without one."""
        return summed_up(self.faults, self.tries) if self.faults else TIMEOUT

    @property
    def wake_s(self) -> float | None:
        """When to call ``tick`` and ``take`` at the latest."""
        if self.is_over:
            return None
        if self._waiting and self._next_s is not None:
            return min(self._next_s, self._deadline_s)
        return self._deadline_s

    def _end(self, place: int, outcome: str, now_s: float) -> None:
        duration_ms = round((now_s - self._began_s.pop(place)) * 1000, 3)
        self.tries.append(Try(address=self._candidates[place], outcome=outcome, duration_ms=duration_ms))
