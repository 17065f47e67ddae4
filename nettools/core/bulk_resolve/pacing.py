"""How fast one server is asked: a window, a rate, and giving way when the server limits us.

A server that limits us (response rate limiting of NSD and BIND, a resolver's quota) drops queries, answers them with
nothing but TC, or refuses them. While such ends are more than a tenth of all, the rate is cut below what was answered;
while they are not, it grows again (multiplicative decrease and increase, judged every quarter of a second).

Three things look alike and are none: a server that never answered is dead, not limiting; a big answer is truncated
too, and is seen to be big once it came over TCP; and a server may refuse names of zones that are not its own, at any
rate.
"""

from dataclasses import dataclass, field
from typing import Final

DEFAULT_CONCURRENCY: Final = 1000
_FIRST_WINDOW: Final = 256
"""What the receive buffer of a socket holds where the system allows 208 KiB (net.core.rmem_default of Linux)."""
_INTERVAL_S: Final = 0.25
_INTERVALS_OF_A_SECOND: Final = 4
_BAD_SHARE: Final = 0.1
_FEWEST_BAD: Final = 4
"""Fewer losses are chance."""
_SLOWER: Final = 0.7
_FASTER: Final = 1.2
_SLOWEST_PER_S: Final = 50.0
_BOUNDLESS_PER_S: Final = 1e6
_BURST_S: Final = 0.02
_FORGET_AFTER_S: Final = 5.0
"""So long without losses, and the server limits us no more."""
_INTERVALS_OF_DOUBT: Final = 4
"""After so many intervals at a lower rate refusals have to be fewer, or they are not about the rate."""
_SLOW_REPLY_S: Final = 0.005
_MOST_GROWTH: Final = 1.5


@dataclass(slots=True, kw_only=True)
class Pacer:
    """Says how many queries may go now. Times are monotonic seconds, ``rate`` is queries a second."""

    concurrency: int = DEFAULT_CONCURRENCY
    rate: float | None = None
    window: float = 0.0
    in_flight: int = 0
    limited_rate: float | None = None
    """The rate that the server seems to bear; None while it bears all."""
    is_limiting: bool = False
    """Whether the server has limited us lately: what gets lost then is asked again over TCP."""
    _tokens: float = 1.0
    _filled_at_s: float | None = None
    _interval_began_s: float = 0.0
    _borne: list[tuple[int, float]] = field(default_factory=lambda: [(0, 0.0)] * _INTERVALS_OF_A_SECOND)
    """Answers of the latest intervals, and their lengths: limiters count by the second."""
    _good: int = 0
    _bad: int = 0
    _refused: int = 0
    _has_answered: bool = False
    _last_bad_s: float = 0.0
    _doubted_share: float | None = None
    _intervals_of_doubt: int = 0
    _trusts_refusals: bool = True
    _shortest_s: float = float("inf")
    _usual_s: float = 0.0

    def __post_init__(self) -> None:
        self.window = float(min(_FIRST_WINDOW, self.concurrency))

    def room(self, now_s: float) -> int:
        """How many queries may be sent now."""
        if self._filled_at_s is None:
            self._filled_at_s = self._interval_began_s = now_s
        room = int(self.window) - self.in_flight
        rate = self._rate()
        if rate is not None and room > 0:
            self._tokens = min(self._tokens + (now_s - self._filled_at_s) * rate, max(1.0, rate * _BURST_S))
            self._filled_at_s = now_s
            room = min(room, int(self._tokens))
        return max(room, 0)

    def wait_s(self, now_s: float) -> float | None:
        """How long until one more may be sent; None when that is not a matter of time."""
        rate = self._rate()
        if rate is None or self.in_flight >= int(self.window) or self._filled_at_s is None:
            return None
        return max(0.0, (1.0 - self._tokens) / rate - (now_s - self._filled_at_s))

    def _rate(self) -> float | None:
        if self.limited_rate is None:
            return self.rate
        return self.limited_rate if self.rate is None else min(self.rate, self.limited_rate)

    def sent(self, count: int) -> None:
        """That many queries have gone."""
        self.in_flight += count
        self._tokens -= count

    def answered(self, count: int, now_s: float, duration_s: float) -> None:
        """Replies that say something have come; ``duration_s`` is how long the last one took."""
        self.in_flight -= count
        self._good += count
        self._has_answered = True
        self._shortest_s = min(self._shortest_s, duration_s)
        self._usual_s += (duration_s - self._usual_s) / 8  # smoothed as in RFC 6298 §2
        self._judge_in_time(now_s)

    def lost(self, now_s: float, sent_s: float) -> None:
        """No reply came in time; one that was sent before we slowed down says nothing about how we ask since."""
        self.in_flight -= 1
        self._bad += sent_s >= self._last_bad_s
        self._judge_in_time(now_s)

    def refused(self, now_s: float) -> None:
        """The server does not want to answer: us, or so often, or this."""
        self.in_flight -= 1
        self._refused += 1
        self._judge_in_time(now_s)

    def ended(self) -> None:
        """A query ended in a way that says nothing of the server's patience, or nothing yet."""
        self.in_flight -= 1

    def was_limited(self, now_s: float) -> None:
        """A truncated reply was not big, as TCP has shown: the server had us come by TCP to slow us down."""
        self._bad += 1
        self._judge_in_time(now_s)

    def _judge_in_time(self, now_s: float) -> None:
        if now_s - self._interval_began_s >= _INTERVAL_S:
            self._judge(now_s)
            self._borne = [*self._borne[1:], (self._good, now_s - self._interval_began_s)]
            self._interval_began_s = now_s
            self._good = self._bad = self._refused = 0

    def _judge(self, now_s: float) -> None:
        refused = self._refused if self._trusts_refusals else 0
        bad = self._bad + refused
        total = self._good + self._bad + self._refused
        if self._has_answered and bad >= _FEWEST_BAD and bad > total * _BAD_SHARE:
            if refused > self._bad and self._is_refusing_at_any_rate(refused / total):
                return
            self._slow_down(now_s)
        elif not bad:
            self._speed_up(now_s)

    def _is_refusing_at_any_rate(self, share: float) -> bool:
        """Whether refusals stayed as many as they were although we ask less; then they count no more."""
        if self._doubted_share is None:
            self._doubted_share, self._intervals_of_doubt = share, 0
        self._intervals_of_doubt += 1
        if self._intervals_of_doubt < _INTERVALS_OF_DOUBT:
            return False
        if share >= self._doubted_share * _SLOWER:
            self._trusts_refusals = self.is_limiting = False
            self.limited_rate = None
            self.window = float(min(_FIRST_WINDOW, self.concurrency))
            return True
        self._doubted_share = None
        return False

    def _slow_down(self, now_s: float) -> None:
        self._last_bad_s = now_s
        self.is_limiting = True
        intervals = [*self._borne, (self._good, now_s - self._interval_began_s)]
        borne = sum(good for good, _ in intervals) / sum(length_s for _, length_s in intervals)
        before = self.limited_rate or _BOUNDLESS_PER_S
        self.limited_rate = max(min(borne, before) * _SLOWER, _SLOWEST_PER_S)
        self.window = max(self.window * _SLOWER, min(16.0, self.window))
        self._tokens = min(self._tokens, 1.0)
        self._filled_at_s = now_s

    def _speed_up(self, now_s: float) -> None:
        if self.limited_rate is not None:
            self.limited_rate *= _FASTER
            if self.limited_rate > _BOUNDLESS_PER_S:
                self.limited_rate = None
        is_clean = now_s - self._last_bad_s > _FORGET_AFTER_S
        self.is_limiting = self.is_limiting and not is_clean
        # A longer queue at the server makes nothing faster: the window grows while replies take no longer for it.
        is_distance = self._usual_s > _SLOW_REPLY_S and self._usual_s < 2 * self._shortest_s
        if is_distance or (is_clean and self.window < min(_FIRST_WINDOW, self.concurrency)):
            self.window = min(self.window * _MOST_GROWTH, float(self.concurrency))
