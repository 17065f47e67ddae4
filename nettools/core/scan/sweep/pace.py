"""How much may be sent now: over all hosts by a window, a rate or without limit, and to one host by its window."""

from dataclasses import replace
from typing import Final

from nettools.core.scan.timing import MINIMUM_RTO_S, RttEstimator, Timing

INITIAL_RTO_S: Final = 1.0
"""RFC 6298 §2.1, until a round trip has been measured."""

_BURST_S: Final = 0.02
"""A rate is kept over this time: the clock of a poll is no finer than a millisecond."""
_WORTH_SENDING_S: Final = 0.002
_ALL: Final = 1 << 40


class SendWindow:
    """How many probes one host may have on their way: slow start, and halved when an answer shows loss.

    Silence alone proves no loss, since filtered ports are silent too; an answer to a repeated probe does.
    """

    __slots__ = ("_cut_until_s", "_maximum", "_threshold", "size")

    START: Final = 200.0
    SMALLEST: Final = 2.0

    def __init__(self, maximum: int) -> None:
        self._maximum = float(maximum)
        self._threshold = self._maximum
        self.size = min(self.START, self._maximum)
        self._cut_until_s = 0.0

    def grow(self, answers: int) -> None:
        """So many answers came in time (RFC 5681 §3.1)."""
        step = answers if self.size < self._threshold else answers / self.size
        self.size = min(self._maximum, self.size + step)

    def cut(self, now_s: float, rto_s: float) -> None:
        """An answer proved loss: half as much at once, at most once in a timeout."""
        if now_s >= self._cut_until_s:
            self.set_to(self.size / 2)
            self._cut_until_s = now_s + rto_s

    def set_to(self, size: float) -> None:
        """Go on from this size, and grow slowly."""
        self.size = min(self._maximum, max(self.SMALLEST, size))
        self._threshold = self.size


LOOPBACK_WINDOW: Final = 8192
"""Nothing is lost on the loopback device but what does not fit into our own receive buffer."""


def local_timing(timing: Timing) -> Timing:
    """What holds for this machine's own addresses."""
    return replace(timing, max_in_flight=max(timing.max_in_flight, LOOPBACK_WINDOW))


class Pace:
    """What all hosts together may be sent. A rate that the user names takes the place of the common window."""

    def __init__(self, timing: Timing) -> None:
        self._rate = timing.rate_pps
        self.is_unlimited = timing.is_unlimited and timing.rate_pps is None
        self._window = SendWindow(timing.max_in_flight)
        self._window.size = float(timing.max_in_flight)
        self._tokens = 1.0
        self._refilled_s: float | None = None
        self._lossy_host: int | None = None
        self.occupied = 0
        """Probes that count as being on their way: unanswered, and not older than a common round trip explains."""
        self.rtt = RttEstimator(INITIAL_RTO_S)

    @property
    def has_window(self) -> bool:
        return not self.is_unlimited and self._rate is None

    @property
    def occupancy_s(self) -> float:
        """For how long a silent probe counts as being on its way."""
        return max(MINIMUM_RTO_S, self.rtt.timeout_s)

    def room(self, now_s: float) -> int:
        """How many probes may be sent now."""
        if self.is_unlimited:
            return _ALL
        if self._rate is None:
            return int(self._window.size) - self.occupied
        self._refill(now_s, self._rate)
        worth = min(self._most_tokens(self._rate), max(1.0, self._rate * _WORTH_SENDING_S))
        return int(self._tokens) if self._tokens >= worth else 0

    def wait_s(self, now_s: float) -> float | None:
        """After how long there is room again by time alone, None when only an answer or a timeout makes some."""
        if self._rate is None:
            return 0.0 if self.is_unlimited else None
        self._refill(now_s, self._rate)
        worth = min(self._most_tokens(self._rate), max(1.0, self._rate * _WORTH_SENDING_S))
        return max(0.0, (worth - self._tokens) / self._rate)

    def sent(self, count: int) -> None:
        self.occupied += count
        self._tokens -= count

    def answered(self, count: int, rtt_s: float | None) -> None:
        """Hosts answered ``count`` first probes; the longest round trip among them."""
        if rtt_s is not None:
            self.rtt.sample(rtt_s)
        self._window.grow(count)

    def lost(self, host: int, now_s: float) -> None:
        """A host's answer proved loss. One host's loss is its own; that of several is that of the way to them all."""
        if self._lossy_host is not None and self._lossy_host != host:
            self._window.cut(now_s, self.rtt.timeout_s)
        self._lossy_host = host

    def _most_tokens(self, rate: float) -> float:
        return max(1.0, rate * _BURST_S)

    def _refill(self, now_s: float, rate: float) -> None:
        if self._refilled_s is not None:
            self._tokens = min(self._most_tokens(rate), self._tokens + (now_s - self._refilled_s) * rate)
        self._refilled_s = now_s
