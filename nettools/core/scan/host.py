"""What the plan knows of one target address: what is left to probe, how fast it answers, whether it loses packets."""

from collections import deque
from typing import Final

from nettools.core.scan.timing import KERNEL_SYN_RTO_S, RttEstimator, Timing, Window

MOST_ATTEMPTS: Final = 10


class HostState:
    """One target address during a scan."""

    __slots__ = (
        "_timing",
        "again",
        "bench",
        "best_attempt",
        "cursor",
        "in_flight",
        "index",
        "is_queued",
        "rtt",
        "unknown_in_flight",
        "window",
    )

    def __init__(self, index: int, timing: Timing) -> None:
        self._timing = timing
        self.index = index
        self.cursor = 0
        """How many of the ports have been taken for their first probe."""
        self.again: deque[int] = deque()
        """Probes to be sent again."""
        self.bench: list[int] = []
        """Probes that stayed silent and may yet get another attempt."""
        self.unknown_in_flight: list[int] = []
        """Probes sent before the first round trip was known."""
        self.in_flight = 0
        self.best_attempt = 1
        """The highest attempt that ever got an answer: above 1 packets are lost."""
        self.is_queued = True
        self.rtt = RttEstimator(timing.timeout_s)
        self.window = Window(timing.max_in_flight)

    def learn(self, attempt: int, rtt_s: float | None, now_s: float) -> None:
        """The host itself answered attempt number ``attempt``."""
        if attempt == 1:
            if rtt_s is not None:
                self.rtt.sample(rtt_s)
            self.window.grow()
        else:
            self.best_attempt = max(self.best_attempt, attempt)
            self.window.cut(now_s, self.rtt.timeout_s)

    @property
    def allowed_attempts(self) -> int:
        """How often a silent port may be probed, as things stand."""
        planned = 1 + self._timing.retries
        if not self.rtt.is_known and self._timing.timeout_s > KERNEL_SYN_RTO_S:
            return 1
        if self.best_attempt == 1:
            return planned
        return min(MOST_ATTEMPTS, max(planned, self.best_attempt + 2))
