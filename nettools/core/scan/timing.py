"""How long to wait for an answer, and how many probes may be on their way at once. Seconds throughout."""

from dataclasses import dataclass
from typing import Final

KERNEL_SYN_RTO_S: Final = 1.0
"""The kernel itself repeats an unanswered SYN after 1 and again after 3 s (TCP_TIMEOUT_INIT, RFC 6298 §2.1)."""

DEFAULT_TIMEOUT_S: Final = 3.5
"""Long enough for the kernel's second repetition and for a neighbour that ARP or ND gives up after 3.1 s."""

MINIMUM_RTO_S: Final = 0.1
"""A scan probes hosts that are idle: below this a scheduler's delay would look like silence."""

LONGEST_BACKOFF_S: Final = 1.0
"""Doubling the wait ends here: a fourth attempt that waits longer finds no port that a fifth would not."""

DATAGRAM_RTO_S: Final = 1.0
"""The first wait for a UDP answer or an echo while no round trip is known: the initial RTO of RFC 6298 §2.1."""

MINIMUM_DATAGRAM_RTO_S: Final = 0.15
"""A UDP service computes its answer in a process, which a kernel that refuses need not."""

_SHORT_RTT_S: Final = 0.005

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
    rate_pps: float | None = None
    """Packets a second at most, over all hosts; None leaves it to the windows."""
    is_unlimited: bool = False
    """``--rate max``: no window and no pacing, for networks that are known to bear it."""
    delay_s: float = 0.0
    """The least time between two probes of one host."""
    host_timeout_s: float | None = None
    """How long one host may take; what is known by then is kept."""


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
        mean = self._mean_s
        if rtt_s >= KERNEL_SYN_RTO_S or (rtt_s < _SHORT_RTT_S and self.timeout_s == MINIMUM_RTO_S and mean is not None):
            return  # of round trips that are much shorter than the least timeout one says as much as all
        if mean is None:
            self._mean_s, self._variation_s = rtt_s, rtt_s / 2
        else:
            self._variation_s += _BETA * (abs(mean - rtt_s) - self._variation_s)
            self._mean_s = mean + _ALPHA * (rtt_s - mean)
        wanted = self._mean_s + _SPREAD * self._variation_s
        self.timeout_s = min(self._maximum_s, max(MINIMUM_RTO_S, wanted))

    def wait_s(self, attempt: int) -> float:
        """How long attempt number ``attempt`` (from 1) of a TCP probe waits.

        Doubled each time (RFC 6298 §5.5), up to ``LONGEST_BACKOFF_S`` or the timeout itself.
        """
        return self._backed_off(self.timeout_s, attempt)

    def datagram_wait_s(self, attempt: int) -> float:
        """The same for UDP and echoes, which no kernel repeats while the round trip is unknown."""
        first_s = DATAGRAM_RTO_S if self._mean_s is None else max(self.timeout_s, MINIMUM_DATAGRAM_RTO_S)
        return self._backed_off(first_s, attempt)

    def _backed_off(self, first_s: float, attempt: int) -> float:
        doubled = min(first_s * (1 << attempt - 1), LONGEST_BACKOFF_S)
        return min(self._maximum_s, max(first_s, doubled))


class Window:
    """How many probes may be on their way, to one host or in all: slow start, halved when an answer shows loss.

    Silence alone proves no loss, since filtered ports are silent too; an answer to a retransmission does.
    """

    __slots__ = ("_cut_until_s", "_is_fixed", "_threshold", "maximum", "size")

    START: Final = 200.0

    def __init__(self, maximum: int, *, start: float = START, is_fixed: bool = False) -> None:
        self.maximum = float(maximum)
        self.size = self.maximum if is_fixed else min(start, self.maximum)
        self._is_fixed = is_fixed
        self._threshold = self.maximum
        self._cut_until_s = 0.0

    def grow(self) -> None:
        """One more answer came in time: one more probe while below the threshold, then one more a window."""
        size = self.size
        if size < self.maximum:
            self.size = min(self.maximum, size + (1.0 if size < self._threshold else 1.0 / size))

    def cut(self, now_s: float, rto_s: float) -> bool:
        """An answer proved loss: half as much at once, at most once in a timeout. Returns whether it was cut."""
        if now_s < self._cut_until_s or self._is_fixed:
            return False
        self._cut_until_s = now_s + rto_s
        self.shrink(1.0)
        return True

    def shrink(self, share: float) -> None:
        """Halve the part ``share`` (0 to 1) of it: as much of the whole as the host has whose packets were lost.

        When all hosts lose packets, each cut once in its timeout, the whole is halved once in that time.
        """
        if not self._is_fixed:
            self.size = max(1.0, self.size * (1.0 - share / 2))
            self._threshold = max(2.0, self.size)
