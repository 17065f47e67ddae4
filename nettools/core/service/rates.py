"""How much is answered: token buckets, one for each network that asks and one for all of them.

A bucket holds octets. It fills at a steady rate up to its depth; an answer takes what it weighs, or is not given.
"""

from collections import OrderedDict
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """Octets a second, and how many may go at once after a pause."""

    octets_per_s: float
    burst: int


SMALLEST_WEIGHT: Final = 512
"""What an answer weighs at least: a small one costs the network and us about as much as one of this size."""
PER_NETWORK: Final = Rate(octets_per_s=1 << 16, burst=1 << 17)
"""128 small answers a second, 256 at once; the largest datagram that there is can be echoed twice in a row."""
IN_TOTAL: Final = Rate(octets_per_s=1 << 20, burst=1 << 21)
MOST_NETWORKS: Final = 4096
"""Networks that are remembered: what was asked least recently is forgotten, which the rate of all makes harmless."""


class TokenBucket:
    """One bucket, full at first."""

    __slots__ = ("_as_of_s", "_rate", "_tokens")

    def __init__(self, rate: Rate, now_s: float) -> None:
        self._rate = rate
        self._tokens = float(rate.burst)
        self._as_of_s = now_s

    def holds(self, weight: int, now_s: float) -> bool:
        """Whether so much could be taken now."""
        passed_s = max(now_s - self._as_of_s, 0.0)
        self._tokens = min(self._tokens + passed_s * self._rate.octets_per_s, float(self._rate.burst))
        self._as_of_s = now_s
        return self._tokens >= weight

    def take(self, weight: int) -> None:
        """Take it; to be asked first."""
        self._tokens -= weight


class AnswerRates:
    """The buckets of a service."""

    def __init__(
        self,
        now_s: float,
        *,
        per_network: Rate = PER_NETWORK,
        in_total: Rate = IN_TOTAL,
        most_networks: int = MOST_NETWORKS,
    ) -> None:
        self._per_network = per_network
        self._most_networks = most_networks
        self._total = TokenBucket(in_total, now_s)
        self._networks: OrderedDict[bytes, TokenBucket] = OrderedDict()

    def __len__(self) -> int:
        """How many networks are remembered."""
        return len(self._networks)

    def allows(self, network: bytes, octets: int, now_s: float) -> bool:
        """Whether an answer of that length may go to that network now; if so, it is counted."""
        weight = max(octets, SMALLEST_WEIGHT)
        bucket = self._bucket(network, now_s)
        if not (bucket.holds(weight, now_s) and self._total.holds(weight, now_s)):
            return False
        bucket.take(weight)
        self._total.take(weight)
        return True

    def _bucket(self, network: bytes, now_s: float) -> TokenBucket:
        bucket = self._networks.get(network)
        if bucket is not None:
            self._networks.move_to_end(network)
            return bucket
        if len(self._networks) >= self._most_networks:
            self._networks.popitem(last=False)
        bucket = self._networks[network] = TokenBucket(self._per_network, now_s)
        return bucket
