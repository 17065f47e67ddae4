"""Sets of addresses as sorted ranges of integers: merge, subtract, intersect, contains, back to CIDRs.

The bulk form of a prefix is one *packed* integer, ``network << 8 | host_bits``: it sorts by network, needs no
object, and a million of them fit in 40 MB. A set keeps, for each IP version, the first and last numbers of
its ranges, which are disjoint, not even adjacent, and ascending; so two sets with the same addresses are equal.
"""

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

from nettools.core.address import WIDTH
from nettools.core.prefix import Prefix

PACK_SHIFT: Final = 8
_HOST_BITS: Final = 0xFF
_LAST_OFFSET: Final = [(1 << bits) - 1 for bits in range(129)]
_BITS_OF_SIZE: Final = {1 << bits: bits for bits in range(129)}

VERSIONS: Final = (4, 6)


def pack(network: int, host_bits: int) -> int:
    """The packed form of a prefix; ``network`` has its host bits zero."""
    return network << PACK_SHIFT | host_bits


def pack_prefix(prefix: Prefix) -> int:
    return prefix.network << PACK_SHIFT | prefix.host_bits


def unpack(version: int, packed: int) -> Prefix:
    return Prefix(version, packed >> PACK_SHIFT, WIDTH[version] - (packed & _HOST_BITS))


def sorted_unique(packed: list[int]) -> list[int]:
    """Packed prefixes in the order of people: by network, the shorter prefix first, each once.

    Packed order puts fewer host bits first among prefixes of one network, so those few groups are turned around.
    """
    ordered = sorted(set(packed))
    place = 0
    while place < len(ordered) - 1:
        network = ordered[place] >> PACK_SHIFT
        end = place + 1
        while end < len(ordered) and ordered[end] >> PACK_SHIFT == network:
            end += 1
        if end - place > 1:
            ordered[place:end] = ordered[place:end][::-1]
        place = end
    return ordered


class Ranges(NamedTuple):
    """Ranges of one IP version: disjoint, not adjacent, ascending; both ends included."""

    starts: list[int]
    ends: list[int]

    @staticmethod
    def of_packed(packed: list[int]) -> "Ranges":
        """The union of packed prefixes; sorts the list in place."""
        packed.sort()
        starts: list[int] = []
        ends: list[int] = []
        last = -2
        for one in packed:
            start = one >> 8
            end = start + _LAST_OFFSET[one & 255]
            if start > last + 1:
                starts.append(start)
                ends.append(end)
                last = end
            elif end > last:
                ends[-1] = last = end
        return Ranges(starts, ends)

    @staticmethod
    def of_pairs(pairs: Iterable[tuple[int, int]]) -> "Ranges":
        """The union of ranges given as (first, last) in any order."""
        starts: list[int] = []
        ends: list[int] = []
        for start, end in sorted(pairs):
            if ends and start <= ends[-1] + 1:
                ends[-1] = max(ends[-1], end)
            else:
                starts.append(start)
                ends.append(end)
        return Ranges(starts, ends)

    def pairs(self) -> Iterator[tuple[int, int]]:
        return zip(self.starts, self.ends, strict=True)

    def contains(self, number: int) -> bool:
        place = bisect_right(self.starts, number) - 1
        return place >= 0 and number <= self.ends[place]

    def minus(self, other: "Ranges") -> "Ranges":
        """The numbers that are here and not in ``other``."""
        left: list[tuple[int, int]] = []
        place, count = 0, len(other.starts)
        for start, end in self.pairs():
            while place < count and other.ends[place] < start:
                place += 1
            cut = place
            while cut < count and other.starts[cut] <= end:
                if start < other.starts[cut]:
                    left.append((start, other.starts[cut] - 1))
                start = other.ends[cut] + 1
                cut += 1
            if start <= end:
                left.append((start, end))
        return Ranges([start for start, _ in left], [end for _, end in left])

    def both(self, other: "Ranges") -> "Ranges":
        """The numbers that are here and in ``other``."""
        starts: list[int] = []
        ends: list[int] = []
        mine = theirs = 0
        while mine < len(self.starts) and theirs < len(other.starts):
            start = max(self.starts[mine], other.starts[theirs])
            end = min(self.ends[mine], other.ends[theirs])
            if start <= end:
                starts.append(start)
                ends.append(end)
            if self.ends[mine] < other.ends[theirs]:
                mine += 1
            else:
                theirs += 1
        return Ranges(starts, ends)

    def packed(self, width: int) -> list[int]:
        """The fewest prefixes that cover exactly these numbers, packed and ascending."""
        found: list[int] = []
        for start, end in zip(self.starts, self.ends, strict=True):
            size = end - start + 1
            bits = _BITS_OF_SIZE.get(size)
            if bits is not None and not start & size - 1:
                found.append(start << 8 | bits)
                continue
            while start <= end:
                alignment = (start & -start).bit_length() - 1 if start else width
                bits = min(alignment, (end - start + 1).bit_length() - 1)
                found.append(start << 8 | bits)
                start += 1 << bits
        return found


_EMPTY: Final = Ranges([], [])


class IntervalSet:
    """A set of IPv4 and IPv6 addresses. Immutable once made."""

    __slots__ = ("_ranges",)

    def __init__(self, v4: Ranges = _EMPTY, v6: Ranges = _EMPTY) -> None:
        self._ranges = {4: v4, 6: v6}

    @staticmethod
    def of_packed(v4: list[int], v6: list[int]) -> "IntervalSet":
        """The union of packed prefixes; sorts the lists in place."""
        return IntervalSet(Ranges.of_packed(v4), Ranges.of_packed(v6))

    @staticmethod
    def of_prefixes(prefixes: Iterable[Prefix]) -> "IntervalSet":
        packed: dict[int, list[int]] = {4: [], 6: []}
        for prefix in prefixes:
            packed[prefix.version].append(pack_prefix(prefix))
        return IntervalSet.of_packed(packed[4], packed[6])

    def ranges(self, version: int) -> Ranges:
        return self._ranges[version]

    def contains(self, version: int, number: int) -> bool:
        """Whether the address of that version and value is in the set."""
        return self._ranges[version].contains(number)

    def minus(self, other: "IntervalSet") -> "IntervalSet":
        return IntervalSet(*(self._ranges[one].minus(other._ranges[one]) for one in VERSIONS))

    def both(self, other: "IntervalSet") -> "IntervalSet":
        return IntervalSet(*(self._ranges[one].both(other._ranges[one]) for one in VERSIONS))

    def united(self, others: Iterable["IntervalSet"]) -> "IntervalSet":
        """What is in this set or in one of the others."""
        sets = [self, *others]
        return IntervalSet(
            *(Ranges.of_pairs([pair for each in sets for pair in each._ranges[one].pairs()]) for one in VERSIONS)
        )

    def packed(self, version: int) -> list[int]:
        """The fewest prefixes of that version that cover exactly the set, packed and ascending."""
        return self._ranges[version].packed(WIDTH[version])

    def prefixes(self) -> Iterator[Prefix]:
        """The fewest prefixes that cover exactly the set, IPv4 first."""
        for version in VERSIONS:
            for one in self.packed(version):
                yield unpack(version, one)

    def __len__(self) -> int:
        """How many ranges there are, both versions together."""
        return sum(len(ranges.starts) for ranges in self._ranges.values())

    def __eq__(self, other: object) -> bool:
        return isinstance(other, IntervalSet) and self._ranges == other._ranges

    def __hash__(self) -> int:
        return hash(tuple(tuple(part) for one in VERSIONS for part in self._ranges[one]))
