"""All addresses of a scan by index, each once, never written out: 0.0.0.0/0 costs as little as 127.0.0.1.

The space is a list of *pieces* in the order of the targets, each a range of numbers of one *realm*: the addresses of an
IP version and zone, or the ranks of one large pattern of octets. ``space_builder`` makes it.
"""

from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from ipaddress import IPv4Address, IPv6Address

from nettools.core.address import Address, address_from_int
from nettools.core.scan.octets import OctetPattern
from nettools.core.scan.overlaps import Holders

RealmKey = tuple[int, str | None]
"""IP version and zone: addresses of different ones are never the same."""


def realm_key(address: Address) -> RealmKey:
    """Where the address is numbered; an IPv4-mapped IPv6 address is an IPv6 address."""
    return (6, address.scope_id) if isinstance(address, IPv6Address) else (4, None)


class Realm:
    """The pieces of addresses that are numbered together, ascending and disjoint, and whose they are."""

    __slots__ = ("_bases", "_firsts", "_lasts", "_owners", "address_of", "holders", "key", "pattern")

    def __init__(
        self,
        key: RealmKey,
        *,
        firsts: Sequence[int],
        lasts: Sequence[int],
        bases: Sequence[int],
        owners: Sequence[int],
        pattern: OctetPattern | None = None,
        holders: Holders | None = None,
    ) -> None:
        """Piece i has the numbers from ``firsts[i]`` to ``lasts[i]``, and the indices from ``bases[i]``.

        ``pattern``: its ranks are the numbers. ``holders`` is given when ranges of the realm overlap.
        """
        self.key = key
        self.pattern = pattern
        self.holders = holders
        self._firsts = firsts
        self._lasts = lasts
        self._bases = bases
        self._owners = owners
        self.address_of = _addresses_of(key, pattern)

    def find(self, address: Address) -> tuple[int, int] | None:
        """(index in the space, target that owns it) of an address of this realm's version and zone."""
        number: int | None = int(address)
        if self.pattern is not None:
            number = self.pattern.rank_of(int(address))
        if number is None:
            return None
        place = bisect_right(self._firsts, number) - 1
        if place < 0 or number > self._lasts[place]:
            return None
        return self._bases[place] + number - self._firsts[place], self._owners[place]


def _addresses_of(key: RealmKey, pattern: OctetPattern | None) -> Callable[[int], Address]:
    """The short way from a number to its address: this is called for each host of a scan."""
    version, zone = key
    if pattern is not None:
        ranked = pattern.at
        return lambda rank: IPv4Address(ranked(rank))
    if version == 4:
        return IPv4Address
    return partial(address_from_int, version, zone=zone) if zone else IPv6Address


class AddressSpace:
    """The addresses of all targets less the exclusions, each once, by index from 0. Immutable.

    They are in the order of their targets, ascending within one. An address that several targets hold is at the
    place of the first; but what a pattern of very many ranges shares with other targets is at their place.
    """

    __slots__ = ("_firsts", "_patterns", "_realms", "_realms_by_key", "_realms_by_piece", "_starts", "count")

    def __init__(
        self,
        realms: Sequence[Realm],
        patterns: Sequence[tuple[int, OctetPattern]],
        *,
        starts: Sequence[int],
        firsts: Sequence[int],
        places: Sequence[int],
        count: int,
    ) -> None:
        """Piece i begins at index ``starts[i]`` with number ``firsts[i]`` of the realm ``places[i]``.

        ``patterns`` are those that have realms of their own, with their targets, whatever is left of them.
        """
        self.count = count
        self._realms = realms
        self._patterns = patterns
        self._starts = starts
        self._firsts = firsts
        self._realms_by_piece = places
        self._realms_by_key: dict[RealmKey, list[Realm]] = {}
        for realm in realms:
            self._realms_by_key.setdefault(realm.key, []).append(realm)

    @property
    def piece_count(self) -> int:
        """How many ranges the addresses are kept as, which is what the space takes in memory."""
        return len(self._starts)

    def address_at(self, index: int) -> Address:
        """The address of that index, 0 <= index < count. Raises IndexError."""
        if not 0 <= index < self.count:
            raise IndexError(f"no address has the index {index} of {self.count}")
        place = bisect_right(self._starts, index) - 1
        number = self._firsts[place] + index - self._starts[place]
        return self._realms[self._realms_by_piece[place]].address_of(number)

    def index_of(self, address: Address) -> int | None:
        """The index of an address, None when it is not in the space."""
        found = self._found(address)
        return None if found is None else found[0]

    def targets_of(self, address: Address) -> Sequence[int]:
        """The numbers of all targets that hold an address of the space, ascending; none when it is not in it."""
        found = self._found(address)
        if found is None:
            return ()
        holders = self._realms_by_key[realm_key(address)][0].holders
        patterns = self._patterns if address.version == 4 else ()
        if holders is None and not patterns:
            return (found[1],)
        number = int(address)
        numbers = {found[1]} if holders is None else {found[1]} | holders.of(number)
        numbers.update(target for target, pattern in patterns if number in pattern)
        return sorted(numbers)

    def _found(self, address: Address) -> tuple[int, int] | None:
        for realm in self._realms_by_key.get(realm_key(address), ()):
            found = realm.find(address)
            if found is not None:
                return found
        return None

    def spans(self) -> Iterator[tuple[Address, Address]] | None:
        """(first, last) of each range, in the order of the indices; None when a pattern of very many is among them."""
        if any(realm.pattern is not None for realm in self._realms):
            return None
        return (
            (self.address_at(start), self.address_at(end - 1))
            for start, end in zip(self._starts, (*self._starts[1:], self.count), strict=False)
        )

    def __contains__(self, address: Address) -> bool:
        return self._found(address) is not None

    def __iter__(self) -> Iterator[Address]:
        """Every address in the order of the indices."""
        for place, start in enumerate(self._starts):
            end = self._starts[place + 1] if place + 1 < len(self._starts) else self.count
            address_of = self._realms[self._realms_by_piece[place]].address_of
            first = self._firsts[place]
            for number in range(first, first + end - start):
                yield address_of(number)
