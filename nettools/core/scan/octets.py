"""IPv4 addresses by their octets: ``10.0-255.0.1-254``, ``192.0.2.*``, ``10.0.0.1,5,9``.

A pattern is four sets of octets, and stands for every address made of one of each. It is never expanded: its
addresses are counted, numbered in ascending order and looked up by arithmetic on the four sets.
"""

import re
from bisect import bisect_left
from collections.abc import Iterator
from itertools import product
from math import prod
from typing import Final

from nettools.core.address import parse_ipv4
from nettools.core.text import quoted
from nettools.errors import AddressError

_OCTET_COUNT: Final = 4
_DECIMAL = re.compile(r"[0-9]+\Z", re.ASCII)
_WIDTH: Final = 32
_EVERY: Final = tuple(range(256))


class OctetPattern:
    """Every address whose octets are in the four sets. Immutable; its addresses are ranked from 0, ascending."""

    __slots__ = ("_ranks", "_weights", "octets", "size")

    def __init__(self, octets: tuple[tuple[int, ...], ...]) -> None:
        """``octets`` are four sets, each ascending and without duplicates."""
        self.octets = octets
        self._ranks = tuple({octet: rank for rank, octet in enumerate(some)} for some in octets)
        self._weights = tuple(prod(map(len, octets[place + 1 :])) for place in range(_OCTET_COUNT))
        self.size = prod(map(len, octets))

    def __str__(self) -> str:
        return ".".join(_octets_text(some) for some in self.octets)

    def __contains__(self, number: int) -> bool:
        first, second, third, fourth = self._ranks
        return (
            number & 255 in fourth
            and number >> 8 & 255 in third
            and number >> 16 & 255 in second
            and number >> 24 in first
        )

    def at(self, rank: int) -> int:
        """The address with that many addresses of the pattern below it, as a number."""
        number = 0
        for some, weight in zip(self.octets, self._weights, strict=True):
            place, rank = divmod(rank, weight)
            number = number << 8 | some[place]
        return number

    def rank(self, number: int) -> int:
        """How many addresses of the pattern are below ``number``, which may be one more than the last address."""
        if number >> _WIDTH:
            return self.size
        below = 0
        for place, weight in enumerate(self._weights):
            octet = number >> 24 - 8 * place & 255
            below += bisect_left(self.octets[place], octet) * weight
            if octet not in self._ranks[place]:
                break
        return below

    def rank_of(self, number: int) -> int | None:
        """The rank of an address of the pattern, None when it is not in it."""
        return self.rank(number) if number in self else None

    def narrowed(self, other: "OctetPattern") -> "OctetPattern | None":
        """What is left without ``other`` where that is a pattern too: the two differ in one place. None elsewhere."""
        places = [place for place in range(_OCTET_COUNT) if not set(self.octets[place]) <= set(other.octets[place])]
        if len(places) != 1:
            return None
        left = list(self.octets)
        left[places[0]] = tuple(sorted(set(left[places[0]]) - set(other.octets[places[0]])))
        return OctetPattern(tuple(left))

    def run_count(self) -> int:
        """How many ranges of addresses without gaps it takes at most (neighbours may meet)."""
        return common_run_count(EVERY_ADDRESS, self)

    def runs(self) -> Iterator[tuple[int, int]]:
        """(first, last) of its ranges, ascending; neighbours may meet."""
        return common_runs(EVERY_ADDRESS, self)

    def runs_between(self, first: int, last: int) -> Iterator[tuple[int, int]]:
        """(first, last) of the parts of its ranges from ``first`` to ``last``, ascending, each within one /24."""
        fourth = self.octets[3]
        rank = self.rank(first)
        while rank < self.size:
            number = self.at(rank)
            if number > last:
                return
            place = start = bisect_left(fourth, number & 255)
            while place + 1 < len(fourth) and fourth[place + 1] == fourth[place] + 1:
                place += 1
            yield number, min(last, number & ~255 | fourth[place])
            rank += place - start + 1


EVERY_ADDRESS: Final = OctetPattern((_EVERY,) * _OCTET_COUNT)
"""``*.*.*.*``, where the rank of an address is its number."""


def _place_that_narrows(base: OctetPattern, other: OctetPattern) -> int | None:
    """The last place where ``other`` lacks an octet of ``base``; behind it whole blocks are common."""
    for place in reversed(range(_OCTET_COUNT)):
        if not set(base.octets[place]) <= set(other.octets[place]):
            return place
    return None


def _common_places(base: OctetPattern, other: OctetPattern, place: int) -> list[int]:
    wanted = set(other.octets[place])
    return [rank for rank, octet in enumerate(base.octets[place]) if octet in wanted]


def _place_runs(places: list[int]) -> list[tuple[int, int]]:
    runs: list[tuple[int, int]] = []
    for place in places:
        if runs and runs[-1][1] == place - 1:
            runs[-1] = (runs[-1][0], place)
        else:
            runs.append((place, place))
    return runs


def common_run_count(base: OctetPattern, other: OctetPattern) -> int:
    """How many runs ``common_runs`` yields."""
    if not all(_common_places(base, other, place) for place in range(_OCTET_COUNT)):
        return 0
    narrowing = _place_that_narrows(base, other)
    if narrowing is None:
        return 1
    leading = prod(len(_common_places(base, other, place)) for place in range(narrowing))
    return leading * len(_place_runs(_common_places(base, other, narrowing)))


def common_runs(base: OctetPattern, other: OctetPattern) -> Iterator[tuple[int, int]]:
    """(first, last) of the ranks in ``base`` of the addresses that are in both, ascending; neighbours may meet."""
    if not common_run_count(base, other):
        return
    narrowing = _place_that_narrows(base, other)
    if narrowing is None:
        yield 0, base.size - 1
        return
    weights = base._weights
    runs = _place_runs(_common_places(base, other, narrowing))
    leading = (_common_places(base, other, place) for place in range(narrowing))
    for places in product(*leading):
        start = sum(place * weight for place, weight in zip(places, weights, strict=False))
        for first, last in runs:
            yield start + first * weights[narrowing], start + (last + 1) * weights[narrowing] - 1


def _octets_text(some: tuple[int, ...]) -> str:
    runs = _place_runs(list(some))
    return "*" if some == _EVERY else ",".join(f"{a}-{b}" if b > a else str(a) for a, b in runs)


def parse_octets(text: str) -> OctetPattern:
    """The pattern that a text with three dots spells; each octet is a number, ``A-B``, ``*`` or a comma list of these.

    Raises AddressError, whose message names the octet that is wrong.
    """
    parts = text.split(".")
    if len(parts) != _OCTET_COUNT:
        raise AddressError(
            f"{quoted(text)} is not an IPv4 pattern: it needs four octets, this has {len(parts)}",
            hint=_hint_for_length(parts),
        )
    return OctetPattern(tuple(_octets(text, parts, place) for place in range(_OCTET_COUNT)))


def _hint_for_length(parts: list[str]) -> str | None:
    if len(parts) < _OCTET_COUNT and all(parts) and not any("," in part for part in parts):
        return f"did you mean {quoted('.'.join([*parts, *'*' * (_OCTET_COUNT - len(parts))]))[1:-1]}?"
    return "write each target as a word of its own" if len(parts) > _OCTET_COUNT else None


def _octets(text: str, parts: list[str], place: int) -> tuple[int, ...]:
    wanted: set[int] = set()
    for item in parts[place].split(","):
        if item == "*":
            wanted.update(_EVERY)
            continue
        first_text, dash, last_text = item.partition("-")
        if not item:
            raise _bad(text, f"octet {quoted(parts[place])} has an empty item" if parts[place] else "an octet is empty")
        if dash and not (first_text and last_text):
            meant = f"{first_text or 0}-{last_text or 255}"
            raise _bad(text, f"the octet range {quoted(item)} lacks an end", _with_octet(parts, place, item, meant))
        first = _octet(text, first_text)
        last = _octet(text, last_text) if dash else first
        if first > last:
            meant = _with_octet(parts, place, item, f"{last}-{first}")
            raise _bad(text, f"the octet range {quoted(item)} is reversed", meant)
        wanted.update(range(first, last + 1))
    return tuple(sorted(wanted))


def _octet(text: str, octet: str) -> int:
    if not _DECIMAL.match(octet):
        raise _bad(text, f"octet {quoted(octet)} is neither a number, a range, nor '*'")
    try:
        return parse_ipv4(f"0.0.0.{octet}")
    except AddressError as error:
        raise _bad(text, error.message.partition(": ")[2], error.hint) from None


def _with_octet(parts: list[str], place: int, item: str, meant: str) -> str:
    """A hint with one item of one octet written as it was probably meant."""
    items = [meant if one == item else one for one in parts[place].split(",")]
    whole = ".".join([*parts[:place], ",".join(items), *parts[place + 1 :]])
    return f"did you mean {quoted(whole)[1:-1]}?"


def _bad(text: str, why: str, hint: str | None = None) -> AddressError:
    return AddressError(f"{quoted(text)} is not an IPv4 pattern: {why}", hint=hint)
