"""Sets of addresses with their zones, and their text: ``192.0.2.0/24 198.51.100.3-198.51.100.9 fe80::1%eth0``.

An ``IntervalSet`` knows no zones, and a link-local address means nothing without one (RFC 4007 §6): here each zone has
a set of its own. In the text a range is a CIDR where it is one, else its two ends, with a zone the CIDRs that it takes.
"""

from collections.abc import Iterable, Iterator
from ipaddress import IPv6Address
from itertools import chain
from typing import Final

from nettools.core.address import WIDTH, Address, address_from_int, format_address, parse_address
from nettools.core.intervals import VERSIONS, IntervalSet, Ranges
from nettools.core.number import parse_count
from nettools.core.prefix import prefixes_of_range
from nettools.core.text import quoted
from nettools.errors import AddressError

_NOTHING: Final = IntervalSet()


def zone_of(address: Address) -> str | None:
    """The zone of an IPv6 address, where it has one."""
    return address.scope_id if isinstance(address, IPv6Address) else None


def address_place(address: Address) -> tuple[str, int, int]:
    """For sorting: those without a zone first, IPv4 first."""
    return zone_of(address) or "", address.version, int(address)


class AddressRanges:
    """Addresses of both IP versions and any zones. Immutable once made; equal sets are equal."""

    __slots__ = ("_zones",)

    def __init__(self, zones: dict[str | None, IntervalSet]) -> None:
        self._zones = {zone: addresses for zone, addresses in zones.items() if len(addresses)}

    @staticmethod
    def of_spans(spans: Iterable[tuple[Address, Address]]) -> "AddressRanges":
        """The union of ranges, each given by its first and last address."""
        pairs: dict[str | None, dict[int, list[tuple[int, int]]]] = {}
        for first, last in spans:
            pairs.setdefault(zone_of(first), {4: [], 6: []})[first.version].append((int(first), int(last)))
        return AddressRanges(
            {zone: IntervalSet(*(Ranges.of_pairs(found[one]) for one in VERSIONS)) for zone, found in pairs.items()}
        )

    @staticmethod
    def of_addresses(addresses: Iterable[Address]) -> "AddressRanges":
        """The set of these addresses."""
        return AddressRanges.of_spans((one, one) for one in addresses)

    @staticmethod
    def parse(text: str) -> "AddressRanges":
        """The set that ``str`` of one gave. Raises AddressError."""
        return AddressRanges.of_spans(_span(word) for word in text.split())

    def contains(self, address: Address) -> bool:
        """Whether the address, in its zone, is one of them."""
        addresses = self._zones.get(zone_of(address))
        return addresses is not None and addresses.contains(address.version, int(address))

    def minus(self, other: "AddressRanges") -> "AddressRanges":
        """Those that are here and not there."""
        return AddressRanges({zone: one.minus(other._zones.get(zone, _NOTHING)) for zone, one in self._zones.items()})

    def both(self, other: "AddressRanges") -> "AddressRanges":
        """Those that are here and there."""
        return AddressRanges({zone: one.both(other._zones.get(zone, _NOTHING)) for zone, one in self._zones.items()})

    def union(self, other: "AddressRanges") -> "AddressRanges":
        """Those that are here or there."""
        return AddressRanges.of_spans(chain(self.spans(), other.spans()))

    def spans(self) -> Iterator[tuple[Address, Address]]:
        """The ranges by their first and last addresses: without zones first, IPv4 first, ascending."""
        for zone in sorted(self._zones, key=lambda one: one or ""):
            for version in VERSIONS:
                for first, last in self._zones[zone].ranges(version).pairs():
                    yield address_from_int(version, first, zone), address_from_int(version, last, zone)

    @property
    def count(self) -> int:
        """How many addresses there are."""
        return sum(
            last - first + 1
            for addresses in self._zones.values()
            for version in VERSIONS
            for first, last in addresses.ranges(version).pairs()
        )

    def __str__(self) -> str:
        return " ".join(_span_text(first, last) for first, last in self.spans())

    def __bool__(self) -> bool:
        return bool(self._zones)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, AddressRanges) and self._zones == other._zones

    def __hash__(self) -> int:
        return hash(frozenset(self._zones.items()))


def _span_text(first: Address, last: Address) -> str:
    size = int(last) - int(first) + 1
    if size == 1:
        return format_address(first)
    if size & size - 1 == 0 and int(first) % size == 0:
        return f"{format_address(first)}/{WIDTH[first.version] - size.bit_length() + 1}"
    zone = zone_of(first)
    if zone is None:
        return f"{format_address(first)}-{format_address(last)}"
    # The name of a zone may have hyphens itself.
    networks = prefixes_of_range(first.version, int(first), int(last))
    return " ".join(
        _span_text(address_from_int(6, one.network, zone), address_from_int(6, one.last_number, zone))
        for one in networks
    )


def _span(word: str) -> tuple[Address, Address]:
    text, slash, length = word.rpartition("/")
    if slash:
        first = parse_address(text)
        host_bits = WIDTH[first.version] - parse_count(length, "the length", minimum=0, maximum=WIDTH[first.version])
        if int(first) & (1 << host_bits) - 1:
            raise AddressError(f"{quoted(word)} is no network: it has host bits")
        return first, address_from_int(first.version, int(first) | (1 << host_bits) - 1, zone_of(first))
    text, dash, end = word.partition("-") if "%" not in word else (word, "", "")
    first = parse_address(text)
    last = parse_address(end) if dash else first
    if first.version != last.version or zone_of(first) != zone_of(last) or int(first) > int(last):
        raise AddressError(f"{quoted(word)} is no range of addresses")
    return first, last
