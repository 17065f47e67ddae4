"""What slows down what is sent: ``--limit-rate`` and ``--delay``.

Each is a ``core.relay.flow.Pace``; time comes in as an argument, in seconds of a clock that never goes back. With
``whole`` an allowance is all or nothing: a datagram is never split.
"""

import math
from typing import Final

from nettools.core.relay.flow import Pace

_BURST_S: Final = 0.1
_LEAST_BURST: Final = 1024
"""What may go at once after a pause: a tenth of a second's worth, or 1 KiB if that is more: a typed line goes."""
_STEP_S: Final = 0.05
"""While there is more to send than may be, it goes in steps of so long: 20 wakes a second."""

_ROUNDING: Final = 1e-6
"""Of an octet: sums of seconds are not exact."""


class RateLimit:
    """A token bucket: over any time of t seconds no more than ``burst + rate * t`` octets.

    A datagram larger than the burst waits for a full bucket and leaves a debt: then no more than that datagram and
    ``rate * t``.
    """

    __slots__ = ("_asked", "_filled_s", "_step", "_tokens", "_whole", "burst", "rate")

    def __init__(self, rate: int, *, now_s: float, whole: bool = False) -> None:
        self.rate = rate
        """Octets a second, at least 1."""
        self.burst = max(math.ceil(rate * _BURST_S), _LEAST_BURST)
        self._step = max(math.ceil(rate * _STEP_S), 1)
        self._whole = whole
        self._tokens = float(self.burst)
        self._filled_s = now_s
        self._asked = 1

    def allowance(self, waiting: memoryview, now_s: float) -> int:
        self._fill(now_s)
        count = len(waiting)
        self._asked = min(count, self.burst if self._whole else self._step)
        tokens = self._tokens + _ROUNDING
        if tokens < self._asked:
            return 0
        return count if self._whole else min(count, int(tokens))

    def spend(self, octets: memoryview, now_s: float) -> None:
        self._fill(now_s)
        self._tokens -= len(octets)

    def next_s(self, now_s: float) -> float:
        self._fill(now_s)
        return now_s + max(self._asked - self._tokens, 0.0) / self.rate

    def _fill(self, now_s: float) -> None:
        if now_s > self._filled_s:
            self._tokens = min(self._tokens + (now_s - self._filled_s) * self.rate, float(self.burst))
            self._filled_s = now_s


class LineDelay:
    """So many seconds between the end of a line and the next; what has no line end yet goes as it comes.

    A line that is longer than one read goes in parts, without a wait between them. Of datagrams each is a line.
    """

    __slots__ = ("_delay_s", "_free_s", "_whole")

    def __init__(self, delay_s: float, *, whole: bool = False) -> None:
        self._delay_s = delay_s
        self._whole = whole
        self._free_s = -math.inf

    def allowance(self, waiting: memoryview, now_s: float) -> int:
        if now_s < self._free_s:
            return 0
        return len(waiting) if self._whole else _first_line(waiting)

    def spend(self, octets: memoryview, now_s: float) -> None:
        if self._whole or (octets and octets[-1] == _LF):
            self._free_s = now_s + self._delay_s

    def next_s(self, now_s: float) -> float:
        return max(self._free_s, now_s)


class Paces:
    """Several at once: what all of them allow."""

    __slots__ = ("_paces",)

    def __init__(self, *paces: Pace) -> None:
        self._paces = paces

    def allowance(self, waiting: memoryview, now_s: float) -> int:
        for pace in self._paces:
            waiting = waiting[: pace.allowance(waiting, now_s)]
        return len(waiting)

    def spend(self, octets: memoryview, now_s: float) -> None:
        for pace in self._paces:
            pace.spend(octets, now_s)

    def next_s(self, now_s: float) -> float:
        return max(pace.next_s(now_s) for pace in self._paces)


def make_pace(*, rate: int | None, delay_s: float | None, whole: bool, now_s: float) -> Pace | None:
    """The pace of ``--limit-rate`` and ``--delay``; None without either. ``whole`` for datagrams."""
    paces: list[Pace] = []
    if delay_s:
        paces.append(LineDelay(delay_s, whole=whole))
    if rate is not None:
        paces.append(RateLimit(rate, now_s=now_s, whole=whole))
    if not paces:
        return None
    return paces[0] if len(paces) == 1 else Paces(*paces)


_LF: Final = 0x0A
_FIRST_LOOK: Final = 4096


def _first_line(waiting: memoryview) -> int:
    """How many octets the first line has with its end; all of them when it has none."""
    for begin in range(0, len(waiting), _FIRST_LOOK):
        found = bytes(waiting[begin : begin + _FIRST_LOOK]).find(b"\n")
        if found >= 0:
            return begin + found + 1
    return len(waiting)
