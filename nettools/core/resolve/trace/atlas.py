"""What a trace has learned so far: the cuts, the addresses of servers, and which of them answer; and how it asks."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from nettools.core.address import Address
from nettools.core.dns.message import Question
from nettools.core.dns.name import folded, is_below, name_text
from nettools.core.resolve.lookup import Lookup, Server
from nettools.core.resolve.trace.cut import Cut, Endpoint
from nettools.core.resolve.trace.settings import TraceSettings


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """What came of the search for a server's addresses."""

    name: bytes
    addresses: tuple[Address, ...]
    zones: tuple[bytes, ...]
    """The zones that were asked on the way."""
    reason: str | None
    """Why there are no addresses, or what is odd about them."""


class Atlas:
    """Filled while the trace runs."""

    def __init__(self, settings: TraceSettings) -> None:
        self.settings = settings
        self.versions = settings.versions
        self._options = replace(settings.options, recursion_desired=False, dnssec_ok=True, authentic_data=False)
        self._cuts: dict[bytes, Cut] = {}
        self._is_signed: dict[bytes, bool] = {}
        self._useless: set[tuple[bytes, Address]] = set()
        self.searches: dict[bytes, Search] = {}
        self.searches_left = settings.limits.searches
        self.learn(settings.root)

    def learn(self, cut: Cut) -> Cut:
        """Remember a cut, with the addresses that are known from elsewhere; one that is known stays as it is."""
        return self._cuts.setdefault(folded(cut.zone), self.completed(cut))

    def completed(self, cut: Cut) -> Cut:
        """The cut with the addresses that searches found for its servers."""
        return cut.with_addresses({key: one.addresses for key, one in self.searches.items()})

    def relearn(self, cut: Cut) -> Cut:
        """Put the cut in the place of what was known of it."""
        self._cuts[folded(cut.zone)] = self.completed(cut)
        return self._cuts[folded(cut.zone)]

    def deepest(self, name: bytes) -> Cut:
        """The known cut that is nearest above the name; the root is above all."""
        above = [cut for cut in self._cuts.values() if is_below(name, cut.zone)]
        return max(above, key=lambda cut: len(cut.zone))

    def note_signing(self, zone: bytes, *, is_signed: bool) -> None:
        self._is_signed[folded(zone)] = is_signed

    def is_parent_signed(self, zone: bytes) -> bool:
        """Whether the nearest known zone above this one has keys that its parent vouches for."""
        above = [one for one in self._is_signed if is_below(zone, one) and one != folded(zone)]
        return bool(above) and self._is_signed[max(above, key=len)]

    def note_useless(self, zone: bytes, endpoints: Iterable[Endpoint]) -> None:
        """These do not serve the zone: nothing more is asked of them about it."""
        self._useless.update((folded(zone), one.address) for one in endpoints)

    def endpoints(self, cut: Cut) -> tuple[Endpoint, ...]:
        """Whom to ask about the zone, those that are known to be of no use last."""
        key = folded(cut.zone)
        return tuple(sorted(cut.endpoints(self.versions), key=lambda one: (key, one.address) in self._useless))

    def lookup(self, question: Question, endpoints: Iterable[Endpoint]) -> Lookup:
        """The question for the first of the endpoints that answers it."""
        settings = self.settings
        servers = tuple(
            Server(address=one.address, port=settings.port, transport=settings.transport, name=name_text(one.name))
            for one in endpoints
        )
        return Lookup(
            question=question,
            servers=servers,
            options=self._options,
            timeout_s=settings.timeout_s,
            tries=settings.tries,
        )


def in_parts(endpoints: tuple[Endpoint, ...], size: int) -> Iterator[tuple[Endpoint, ...]]:
    """The endpoints, so many at a time."""
    for start in range(0, len(endpoints), size):
        yield endpoints[start : start + size]
