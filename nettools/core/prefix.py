"""Prefixes (CIDR blocks) as integers: masks, ends, containment, and the blocks that make up a range.

A prefix is kept as (version, network, length), so that arithmetic never builds an ``ipaddress`` object;
those appear at the edges, where a result is shown. CIDR: RFC 4632; IPv6 prefixes: RFC 4291 §2.3.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from nettools.core.address import WIDTH, Address, address_from_int, format_address


@dataclass(frozen=True, slots=True, repr=False)
class Prefix:
    """One block: ``network`` is the first address as an integer, its host bits are zero."""

    version: int
    network: int
    length: int
    zone: str | None = None

    @property
    def width(self) -> int:
        return WIDTH[self.version]

    @property
    def host_bits(self) -> int:
        return WIDTH[self.version] - self.length

    @property
    def size(self) -> int:
        """How many addresses the block holds."""
        return 1 << self.host_bits

    @property
    def last_number(self) -> int:
        return self.network | self.size - 1

    @property
    def netmask(self) -> int:
        return netmask(self.version, self.length)

    @property
    def wildcard(self) -> int:
        return self.size - 1

    @property
    def first(self) -> Address:
        return address_from_int(self.version, self.network, self.zone)

    @property
    def last(self) -> Address:
        return address_from_int(self.version, self.last_number, self.zone)

    def contains(self, other: "Prefix") -> bool:
        """Whether every address of ``other`` is in this block (a zone makes no difference)."""
        return (
            self.version == other.version
            and self.length <= other.length
            and other.network >> self.host_bits == self.network >> self.host_bits
        )

    def touches(self, other: "Prefix") -> bool:
        """Whether one of the two holds the other."""
        return self.contains(other) or other.contains(self)

    def __repr__(self) -> str:
        return f"Prefix({str(self)!r})"

    def __str__(self) -> str:
        return f"{format_address(self.first)}/{self.length}"


def netmask(version: int, length: int) -> int:
    """The mask of ``length`` one bits, as an integer."""
    width = WIDTH[version]
    return (1 << width) - (1 << width - length)


def length_of_netmask(version: int, mask: int) -> int | None:
    """How many ones a mask begins with; None where there are ones behind a zero.

    >>> length_of_netmask(4, 0xFFFFFF00)
    24
    """
    width = WIDTH[version]
    length = width - (mask ^ (1 << width) - 1).bit_length()
    return length if mask == netmask(version, length) else None


def prefix_of(version: int, number: int, length: int, zone: str | None = None) -> Prefix:
    """The prefix of that length around an address."""
    return Prefix(version, number & netmask(version, length), length, zone)


def prefixes_of_range(version: int, first: int, last: int) -> Iterator[Prefix]:
    """The fewest prefixes that cover exactly the addresses ``first`` to ``last``, ascending.

    Greedy: at each step the largest block that is aligned at ``first`` and ends by ``last``. Alignment
    leaves no other choice for the block that holds ``first``, so the result is minimal.
    """
    width = WIDTH[version]
    while first <= last:
        alignment = (first & -first).bit_length() - 1 if first else width
        room = (last - first + 1).bit_length() - 1
        host_bits = min(alignment, room)
        yield Prefix(version, first, width - host_bits)
        first += 1 << host_bits
