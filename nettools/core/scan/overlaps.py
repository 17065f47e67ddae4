"""Overlapping ranges of many targets: who has which addresses, what is left of them, and who else named one.

An address that several targets hold belongs to the one with the lowest number. Ranges are pairs of integers with
both ends included; a sweep from the lowest address up needs no more memory than the ranges themselves.
"""

from array import array
from bisect import bisect_right
from collections.abc import Iterable, Iterator, MutableSequence, Sequence
from heapq import heappop, heappush
from typing import Final, NamedTuple

from nettools.core.intervals import Ranges

PLACE_BITS: Final = 28
"""A key is ``first << PLACE_BITS | place``: it sorts by the first address. An IPv4 key has 60 bits, for which CPython
takes 32 octets, and a million of them with their list 40 MB."""
_PLACE: Final = (1 << PLACE_BITS) - 1


class Piece(NamedTuple):
    """Addresses that belong to one target."""

    owner: int
    first: int
    last: int


def owned(keys: Sequence[int], spans: Sequence[int], owners: Sequence[int]) -> Iterator[Piece]:
    """What belongs to whom: disjoint pieces, ascending by address, neighbours of one target put together.

    ``keys`` are ascending; the range at a place ends ``spans[place]`` addresses after its first one, and its target is
    ``owners[place]``.
    """
    pieces = _split_by_owner(keys, spans, owners)
    owner, first, last = next(pieces, (0, 0, -1))
    for piece in pieces:
        if piece[0] == owner and piece[1] == last + 1:
            last = piece[2]
            continue
        yield Piece(owner, first, last)
        owner, first, last = piece
    if last >= first:
        yield Piece(owner, first, last)


def _split_by_owner(keys: Sequence[int], spans: Sequence[int], owners: Sequence[int]) -> Iterator[tuple[int, int, int]]:
    running: list[tuple[int, int]] = []  # (owner, last) of the ranges begun, a heap
    at = 0
    for key in keys:
        place = key & _PLACE
        first = key >> PLACE_BITS
        while running and at < first:
            owner, last = running[0]
            if last < first:
                heappop(running)
            if last >= at:
                end = min(last, first - 1)
                yield owner, at, end
                at = end + 1
        at = max(at, first)
        heappush(running, (owners[place], first + spans[place]))
    while running:
        owner, last = heappop(running)
        if last >= at:
            yield owner, at, last
            at = last + 1


def without(pieces: Iterable[Piece], excluded: Ranges) -> Iterator[Piece]:
    """The pieces, which ascend, less the excluded addresses."""
    starts, ends = excluded
    place, count = 0, len(starts)
    for owner, first, last in pieces:
        while place < count and ends[place] < first:
            place += 1
        cut = place
        while cut < count and starts[cut] <= last:
            if first < starts[cut]:
                yield Piece(owner, first, starts[cut] - 1)
            first = ends[cut] + 1
            cut += 1
        if first <= last:
            yield Piece(owner, first, last)


def overlapping(keys: Sequence[int], spans: Sequence[int]) -> Iterator[tuple[int, int, int]]:
    """(first, last, place) of the ranges that share an address with another, ascending, of ascending keys."""
    before: tuple[int, int, int] | None = None  # not yet known to share one
    highest = -1
    for key in keys:
        first, place = key >> PLACE_BITS, key & _PLACE
        one = first, first + spans[place], place
        if first > highest:
            before = one
        else:
            if before is not None:
                yield before
                before = None
            yield one
        highest = max(highest, one[1])


class Holders:
    """Which targets hold an address, when ranges overlap: an implicit tree of the highest last address below a node."""

    __slots__ = ("_firsts", "_highest", "_leaves", "_owners")

    def __init__(self, ranges: Iterable[tuple[int, int, int]], room: MutableSequence[int]) -> None:
        """``ranges`` are (first, last, target), ascending by the first; ``room`` is an empty list or array for them."""
        firsts, owners, lasts = room[:], array("I"), room[:]
        for first, last, owner in ranges:
            firsts.append(first)
            lasts.append(last)
            owners.append(owner)
        self._firsts = firsts
        self._owners = owners
        self._leaves = leaves = 1 << max(0, len(firsts) - 1).bit_length()
        highest = room
        highest.extend([0] * leaves)
        highest.extend(lasts)
        highest.extend([0] * (leaves - len(firsts)))
        for node in range(leaves - 1, 0, -1):
            highest[node] = max(highest[2 * node], highest[2 * node + 1])
        self._highest = highest

    def of(self, number: int) -> set[int]:
        """The targets that hold the address."""
        begun = bisect_right(self._firsts, number)
        found: set[int] = set()
        waiting = [(1, 0, self._leaves)]
        while waiting:
            node, start, width = waiting.pop()
            if start >= begun or self._highest[node] < number:
                continue
            if width == 1:
                found.add(self._owners[start])
                continue
            half = width // 2
            waiting += (2 * node, start, half), (2 * node + 1, start + half, half)
        return found
