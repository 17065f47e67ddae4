"""Puts the targets and exclusions of a scan together into its ``AddressSpace``.

Ranges are kept as they come, without a list of addresses; a pattern of octets becomes ranges when it is one of few
(``MOST_RUNS_OF_A_PATTERN``), and stays a pattern, whose ranks are counted, when it has more.
"""

from array import array
from collections.abc import Iterable, Iterator, MutableSequence, Sequence
from itertools import islice
from operator import le
from typing import Final

from nettools.core.address import Address
from nettools.core.intervals import Ranges
from nettools.core.scan.octets import OctetPattern, common_run_count, common_runs
from nettools.core.scan.overlaps import PLACE_BITS, Holders, Piece, overlapping, owned, without
from nettools.core.scan.space import AddressSpace, Realm, RealmKey, realm_key
from nettools.core.scan.targets import Span, Spelled, parse_target, plain_ipv4
from nettools.errors import OptionError

MOST_RUNS_OF_A_PATTERN: Final = 4096
"""A pattern of more ranges than these stays one."""
MOST_RUNS: Final = 1 << 20
"""How many ranges all patterns together may come to, about 100 MB."""
MOST_PATTERNS: Final = 64
"""How many patterns may stay one: each has to be asked about each address."""

_IPV4: Final[RealmKey] = (4, None)
_MAPPED_FIRST: Final = 0xFFFF << 32  # ::ffff:0:0/96, RFC 4291 §2.5.5.2


class _Gathered:
    """The ranges of one realm as they came."""

    __slots__ = ("keys", "owners", "spans")

    def __init__(self, version: int) -> None:
        self.keys: list[int] = []
        self.spans = _numbers(version)
        self.owners = array("I")

    def add(self, number: int, first: int, last: int) -> None:
        self.keys.append(first << PLACE_BITS | len(self.owners))
        self.spans.append(last - first)
        self.owners.append(number)

    def clear(self) -> None:
        self.keys, self.spans, self.owners = [], [], array("I")

    def holders(self) -> Holders:
        """Who holds what others hold too, of keys that are sorted already."""
        shared = ((first, last, self.owners[place]) for first, last, place in overlapping(self.keys, self.spans))
        return Holders(shared, self.spans[:0])


class _Pieces:
    """The pieces of one realm when all is known, ascending."""

    __slots__ = ("bases", "firsts", "key", "lasts", "owners", "size")

    def __init__(self, key: RealmKey, pieces: Iterable[Piece]) -> None:
        self.key = key
        self.firsts, self.lasts, self.owners = _numbers(key[0]), _numbers(key[0]), array("I")
        self.size = 0
        for owner, first, last in pieces:
            self.firsts.append(first)
            self.lasts.append(first if first == last else last)  # one object
            self.owners.append(owner)
            self.size += last - first + 1
        self.bases: MutableSequence[int] = []


def _numbers(version: int) -> MutableSequence[int]:
    """Room for numbers of addresses: four octets each where they fit."""
    return array("I") if version == 4 else []


class SpaceBuilder:
    """Takes targets and exclusions in any order; ``build`` once."""

    def __init__(self) -> None:
        self._gathered: dict[RealmKey, _Gathered] = {_IPV4: _Gathered(4)}
        self._patterns: list[tuple[int, OctetPattern]] = []
        self._excluded: dict[RealmKey, list[tuple[int, int]]] = {}
        self._excluded_patterns: list[OctetPattern] = []
        self._run_count = 0

    def add(self, number: int, what: str | Spelled | Iterable[Address]) -> bool:
        """Take a target: a word, what ``parse_target`` made of it, or the addresses that its name has.

        Targets are in the order of their numbers. False: the word is a host name, and nothing was taken. Raises
        AddressError or PrefixError for a word that cannot be read, OptionError for too many patterns.
        """
        if isinstance(what, str):
            plain = plain_ipv4(what)
            if plain is not None:
                self._gathered[_IPV4].add(number, plain, plain)
                return True
            spelled = parse_target(what)
            if spelled is None:
                return False
            what = spelled
        if isinstance(what, OctetPattern):
            if what.run_count() <= MOST_RUNS_OF_A_PATTERN:
                for first, last in self._few_runs(what):
                    self._gathered[_IPV4].add(number, first, last)
            else:
                self._patterns.append((number, what))
                self._check_pattern_count()
        elif isinstance(what, Span):
            self._realm((what.version, what.zone)).add(number, what.first, what.last)
        else:
            for address in what:
                self._realm(realm_key(address)).add(number, int(address), int(address))
        return True

    def exclude(self, what: str | Spelled | Iterable[Address]) -> bool:
        """Leave out what a word or addresses stand for; False for a host name, as in ``add``.

        IPv6 without a zone is left out in every zone, and IPv4 also in its IPv4-mapped form (RFC 4291 §2.5.5.2),
        which goes to the same host.
        """
        if isinstance(what, str):
            spelled = parse_target(what, needs_zone=False)
            if spelled is None:
                return False
            what = spelled
        if isinstance(what, OctetPattern):
            if what.run_count() <= MOST_RUNS_OF_A_PATTERN:
                for first, last in self._few_runs(what):
                    self._exclude_span(_IPV4, first, last)
            else:
                self._excluded_patterns.append(what)
                self._check_pattern_count()
        elif isinstance(what, Span):
            self._exclude_span((what.version, what.zone), what.first, what.last)
        else:
            for address in what:
                self._exclude_span(realm_key(address), int(address), int(address))
        return True

    def build(self) -> AddressSpace:
        """What was added less what was excluded. Raises OptionError when patterns leave too many ranges."""
        realms: list[tuple[_Pieces, OctetPattern | None, Holders | None]] = []
        for key in sorted(self._gathered, key=lambda one: (one[0], one[1] or "")):
            gathered = self._gathered[key]
            gathered.keys.sort()
            pieces = _Pieces(key, owned(gathered.keys, gathered.spans, gathered.owners))
            overlaps = sum(gathered.spans) + len(gathered.spans) > pieces.size
            holders = gathered.holders() if overlaps else None
            gathered.clear()
            realms.append((self._less_excluded(pieces), None, holders))
            if key == _IPV4 and self._patterns:
                realms += self._pattern_realms(realms[0][0])
        return _assembled(realms, self._patterns)

    def _realm(self, key: RealmKey) -> _Gathered:
        if key not in self._gathered:
            self._gathered[key] = _Gathered(key[0])
        return self._gathered[key]

    def _few_runs(self, pattern: OctetPattern) -> Iterator[tuple[int, int]]:
        self._count_runs(pattern.run_count())
        return pattern.runs()

    def _count_runs(self, count: int) -> None:
        self._run_count += count
        if self._run_count > MOST_RUNS:
            raise OptionError(
                f"the patterns of octets come to more than {MOST_RUNS:,} ranges of addresses",
                hint="fewer of them at once, or what is left out written into the target, as in *.*.*.1-254",
            )

    def _check_pattern_count(self) -> None:
        if len(self._patterns) + len(self._excluded_patterns) > MOST_PATTERNS:
            raise OptionError(
                f"more than {MOST_PATTERNS} patterns stand for more than {MOST_RUNS_OF_A_PATTERN:,} ranges each",
                hint="write CIDRs or ranges, or scan them one after the other",
            )

    def _exclude_span(self, key: RealmKey, first: int, last: int) -> None:
        self._excluded.setdefault(key, []).append((first, last))
        if key == _IPV4:
            mapped = _MAPPED_FIRST | first, _MAPPED_FIRST | last
            self._excluded.setdefault((6, None), []).append(mapped)

    def _less_excluded(self, pieces: _Pieces) -> _Pieces:
        pairs = self._excluded_pairs(pieces.key) + list(self._pattern_runs_within(pieces))
        if not pairs:
            return pieces
        each = map(Piece, pieces.owners, pieces.firsts, pieces.lasts)
        return _Pieces(pieces.key, without(each, Ranges.of_pairs(pairs)))

    def _excluded_pairs(self, key: RealmKey) -> list[tuple[int, int]]:
        keys = {key, (key[0], None)}
        return [pair for one in keys for pair in self._excluded.get(one, ())]

    def _pattern_runs_within(self, pieces: _Pieces) -> Iterator[tuple[int, int]]:
        """What large excluded patterns take from the pieces."""
        base = 0 if pieces.key == _IPV4 else _MAPPED_FIRST
        top = base | 0xFFFFFFFF
        for pattern in self._excluded_patterns:
            for first, last in zip(pieces.firsts, pieces.lasts, strict=True):
                if last < base or first > top:
                    continue
                low, high = max(first, base) - base, min(last, top) - base
                at_least = (pattern.rank(high + 1) - pattern.rank(low)) // len(pattern.octets[3])
                if at_least > MOST_RUNS:
                    self._count_runs(at_least)  # which refuses it before they are all made
                for start, end in pattern.runs_between(low, high):
                    self._count_runs(1)
                    yield base + start, base + end

    def _pattern_realms(self, ranges: _Pieces) -> Iterator[tuple[_Pieces, OctetPattern, None]]:
        """Each pattern has what no range and no pattern before it has."""
        before = list(self._excluded_patterns)
        taken = [*zip(ranges.firsts, ranges.lasts, strict=True), *self._excluded_pairs(_IPV4)]
        for number, whole in sorted(self._patterns, key=lambda one: one[0]):
            pattern, cut = whole, []
            for other in before:
                narrowed = pattern.narrowed(other)
                if narrowed is None:
                    cut.append(other)
                else:
                    pattern = narrowed
            gone = [(pattern.rank(first), pattern.rank(last + 1) - 1) for first, last in taken]
            for other in cut:
                self._count_runs(common_run_count(pattern, other))
                gone += common_runs(pattern, other)
            left = Ranges.of_pairs([(0, pattern.size - 1)]).minus(
                Ranges.of_pairs((first, last) for first, last in gone if first <= last)
            )
            pieces = _Pieces(_IPV4, (Piece(number, first, last) for first, last in left.pairs()))
            yield pieces, pattern, None
            before.append(whole)


def _assembled(
    realms: list[tuple[_Pieces, OctetPattern | None, Holders | None]], patterns: list[tuple[int, OctetPattern]]
) -> AddressSpace:
    """The space: indices go to the pieces in the order of their owners, then of the realms, then ascending."""
    count = sum(pieces.size for pieces, _, _ in realms)
    starts, firsts, places = _wide(count, 0), _firsts_like(realms), array("I")
    for pieces, _, _ in realms:
        pieces.bases = _wide(count, len(pieces.firsts))
    start = 0
    for realm, place in _in_order([pieces.owners for pieces, _, _ in realms]):
        pieces = realms[realm][0]
        starts.append(start)
        firsts.append(pieces.firsts[place])
        places.append(realm)
        pieces.bases[place] = start
        start += pieces.lasts[place] - pieces.firsts[place] + 1
    made = [
        Realm(
            pieces.key,
            firsts=pieces.firsts,
            lasts=pieces.lasts,
            bases=pieces.bases,
            owners=pieces.owners,
            pattern=pattern,
            holders=holders,
        )
        for pieces, pattern, holders in realms
    ]
    return AddressSpace(made, patterns, starts=starts, firsts=firsts, places=places, count=count)


def _in_order(owners: list[Sequence[int]]) -> Iterator[tuple[int, int]]:
    """(realm, place) of all pieces by owner, then by realm, then ascending; ``owners`` are those of each realm."""
    if len(owners) == 1 and all(map(le, owners[0], islice(owners[0], 1, None))):
        yield from ((0, place) for place in range(len(owners[0])))
        return
    place_bits = max(map(len, owners)).bit_length()
    bits = place_bits + len(owners).bit_length()
    keys = [
        owner << bits | realm << place_bits | place
        for realm, some in enumerate(owners)
        for place, owner in enumerate(some)
    ]
    keys.sort()
    for key in keys:
        yield (key & (1 << bits) - 1) >> place_bits, key & (1 << place_bits) - 1


def _wide(count: int, length: int) -> MutableSequence[int]:
    """Room for indices of so many addresses."""
    return array("Q", bytes(8 * length)) if count >> 64 == 0 else [0] * length


def _firsts_like(realms: list[tuple[_Pieces, OctetPattern | None, Holders | None]]) -> MutableSequence[int]:
    return _numbers(max((pieces.key[0] for pieces, _, _ in realms if pieces.firsts), default=4))
