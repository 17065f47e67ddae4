"""``--rate``: how many probes a second go out, first ones and repeated ones together."""

from typing import Final

_ARREARS_S: Final = 0.1
"""What a busy machine did not send in time it may catch up on, up to so much: the rate is kept, no burst is sent."""

_NOT_BEGUN_S: Final = float("-inf")


class Pace:
    """A token bucket: ``rate_pps`` a second, none saved up at the start."""

    __slots__ = ("_interval_s", "_next_s")

    def __init__(self, rate_pps: float) -> None:
        self._interval_s = 1.0 / rate_pps
        self._next_s = _NOT_BEGUN_S

    def is_free(self, now_s: float) -> bool:
        """Whether a probe may go now."""
        return self._next_s <= now_s

    def take(self, now_s: float) -> None:
        """A probe goes now; ``is_free`` said so."""
        begins_s = now_s if self._next_s == _NOT_BEGUN_S else max(self._next_s, now_s - _ARREARS_S)
        self._next_s = begins_s + self._interval_s

    def give_back(self) -> None:
        """The probe that was taken last did not go."""
        self._next_s -= self._interval_s

    @property
    def next_s(self) -> float:
        """When the next probe may go."""
        return self._next_s
