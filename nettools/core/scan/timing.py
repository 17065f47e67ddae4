"""How long to wait for an answer, and how many probes may be on their way at once. Seconds throughout."""

from dataclasses import dataclass
from typing import Final

KERNEL_SYN_RTO_S: Final = 1.0
"""The kernel itself repeats an unanswered SYN after 1 and again after 3 s (TCP_TIMEOUT_INIT, RFC 6298 §2.1)."""

DEFAULT_TIMEOUT_S: Final = 3.5
"""Long enough for the kernel's second repetition and for a neighbour that ARP or ND gives up after 3.1 s."""

MINIMUM_RTO_S: Final = 0.1
"""A scan probes hosts that are idle: below this a scheduler's delay would look like silence."""

_ALPHA: Final = 1 / 8  # RFC 6298 §2.3
_BETA: Final = 1 / 4
_SPREAD: Final = 4  # K in RFC 6298 §2


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """What the user asked for."""

    timeout_s: float = DEFAULT_TIMEOUT_S
    """The longest that one probe waits; as long as this while the host has not answered yet."""
    retries: int = 2
    """How often a silent port of a host that answers is probed again."""
    max_in_flight: int = 1000


class RttEstimator:
    """The retransmission timeout of one host from its round-trip times (RFC 6298)."""

    __slots__ = ("_maximum_s", "_mean_s", "_variation_s", "timeout_s")

    def __init__(self, maximum_s: float) -> None:
        self._maximum_s = maximum_s
        self._mean_s: float | None = None
        self._variation_s = 0.0
        self.timeout_s = maximum_s

    @property
    def is_known(self) -> bool:
        return self._mean_s is not None

    def sample(self, rtt_s: float) -> None:
        """Learn from an answer that can only be to one packet.

        An answer to a retransmission is ambiguous (Karn's algorithm, RFC 6298 §3), and after
        ``KERNEL_SYN_RTO_S`` the kernel has retransmitted.
        """
        if rtt_s >= KERNEL_SYN_RTO_S:
            return
        mean = self._mean_s
        if mean is None:
            self._mean_s, self._variation_s = rtt_s, rtt_s / 2
        else:
            self._variation_s += _BETA * (abs(mean - rtt_s) - self._variation_s)
            self._mean_s = mean + _ALPHA * (rtt_s - mean)
        wanted = self._mean_s + _SPREAD * self._variation_s
        self.timeout_s = min(self._maximum_s, max(MINIMUM_RTO_S, wanted))

    def wait_s(self, attempt: int) -> float:
        """How long attempt number ``attempt`` (from 1) waits: doubled each time (RFC 6298 §5.5), up to the maximum."""
        return min(self._maximum_s, self.timeout_s * (1 << attempt - 1))


class Window:
    """How many probes one host may have on their way: slow start, halved when an answer shows loss.

    Silence alone proves no loss, since filtered ports are silent too; an answer to a retransmission does.
    """

    __slots__ = ("_cut_until_s", "_threshold", "maximum", "size")

    START: Final = 200.0

    def __init__(self, maximum: int) -> None:
        self.maximum = float(maximum)
        self.size = min(self.START, self.maximum)
        self._threshold = self.maximum
        self._cut_until_s = 0.0

    def grow(self) -> None:
        """One more answer came in time: one more probe while below the threshold, then one more a window."""
        step = 1.0 if self.size < self._threshold else 1.0 / self.size
        self.size = min(self.maximum, self.size + step)

    def cut(self, now_s: float, rto_s: float) -> None:
        """An answer proved loss: half as much at once, at most once in a timeout."""
        if now_s < self._cut_until_s:
            return
        self.size = max(1.0, self.size / 2)
        self._threshold = max(2.0, self.size)
        self._cut_until_s = now_s + rto_s
