"""Sets of addresses: exact and minimal for both versions, to both ends of their spaces.

On the last eight bits of a space a set is compared with a Python set of numbers; anywhere, with
``ipaddress`` and by its edges, where alone membership can change.
"""

import ipaddress
import itertools
from collections.abc import Iterable
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nettools.core.address import WIDTH
from nettools.core.intervals import (
    VERSIONS,
    IntervalSet,
    Ranges,
    pack,
    pack_prefix,
    sorted_unique,
    unpack,
)
from nettools.core.prefix import Prefix, prefix_of
from tests.core.strategies import any_prefix, numbers, prefixes, versions

SMALL_BITS = 8


def top(version: int) -> int:
    return (1 << WIDTH[version]) - 1


@st.composite
def crowded(draw: st.DrawFn, version: int) -> Prefix:
    """A small network at the beginning, the middle or the end of the space: many of them meet and overlap."""
    base = draw(st.sampled_from([0, 1 << WIDTH[version] - 1, top(version) - (1 << SMALL_BITS) + 1]))
    number = base + draw(st.integers(0, (1 << SMALL_BITS) - 1))
    return prefix_of(version, number, WIDTH[version] - draw(st.integers(0, SMALL_BITS)))


def networks(version: int) -> st.SearchStrategy[list[Prefix]]:
    return st.lists(st.one_of(prefixes(version), crowded(version), crowded(version)), max_size=20)


def mixed() -> st.SearchStrategy[list[Prefix]]:
    """Networks of both versions."""
    return st.builds(lambda v4, v6: [*v4, *v6], networks(4), networks(6))


def small(version: int) -> st.SearchStrategy[tuple[int, list[Prefix]]]:
    """Networks in the last 256 addresses of the space, and the first of those addresses."""
    base = top(version) - (1 << SMALL_BITS) + 1
    one = st.builds(
        lambda offset, bits: prefix_of(version, base + offset, WIDTH[version] - bits),
        st.integers(0, (1 << SMALL_BITS) - 1),
        st.integers(0, SMALL_BITS),
    )
    return st.tuples(st.just(base), st.lists(one, max_size=12))


def members(found: Iterable[Prefix]) -> set[int]:
    return {number for one in found for number in range(one.network, one.last_number + 1)}


def is_in(number: int, found: Iterable[Prefix]) -> bool:
    return any(one.network <= number <= one.last_number for one in found)


def edges(version: int, found: Iterable[Prefix]) -> set[int]:
    """Every number at which membership may change, and the ends of the space."""
    near = {one.network + step for one in found for step in (-1, 0)}
    near |= {one.last_number + step for one in found for step in (0, 1)}
    return {number for number in near | {0, top(version)} if 0 <= number <= top(version)}


# -- packed prefixes -------------------------------------------------------------------------------------


@given(any_prefix())
def test_a_prefix_is_the_same_after_packing_and_unpacking(prefix: Prefix) -> None:
    packed = pack_prefix(prefix)
    assert unpack(prefix.version, packed) == prefix
    assert packed == pack(prefix.network, prefix.host_bits)


@given(versions().flatmap(lambda version: st.lists(prefixes(version), min_size=2, max_size=2)))
def test_packed_prefixes_sort_by_network(pair: list[Prefix]) -> None:
    one, other = pair
    if one.network < other.network:
        assert pack_prefix(one) < pack_prefix(other)


@given(versions().flatmap(lambda version: st.tuples(st.just(version), networks(version))))
def test_sorted_prefixes_come_once_by_network_the_shorter_first(case: tuple[int, list[Prefix]]) -> None:
    version, found = case
    ordered = [unpack(version, one) for one in sorted_unique([pack_prefix(one) for one in [*found, *found]])]
    assert ordered == sorted(set(found), key=lambda one: (one.network, one.length))


@pytest.mark.parametrize("version", VERSIONS)
def test_sorting_keeps_every_length_of_one_network(version: int) -> None:
    lengths = range(WIDTH[version] + 1)
    packed = [pack(0, WIDTH[version] - length) for length in reversed(lengths)]
    assert [unpack(version, one).length for one in sorted_unique(packed)] == list(lengths)


# -- one version -----------------------------------------------------------------------------------------


@given(versions().flatmap(lambda version: st.tuples(st.just(version), networks(version))))
def test_ranges_are_ascending_disjoint_and_not_adjacent(case: tuple[int, list[Prefix]]) -> None:
    _, found = case
    pairs = list(Ranges.of_packed([pack_prefix(one) for one in found]).pairs())
    assert all(start <= end for start, end in pairs)
    assert all(end + 1 < start for (_, end), (start, _) in itertools.pairwise(pairs))


@given(versions().flatmap(networks))
def test_ranges_of_pairs_are_the_ranges_of_their_networks(found: list[Prefix]) -> None:
    ours = Ranges.of_pairs((one.network, one.last_number) for one in found)
    assert ours == Ranges.of_packed([pack_prefix(one) for one in found])


@given(st.lists(st.tuples(st.integers(0, 300), st.integers(0, 60)), max_size=12))
def test_any_ranges_are_united_as_sets_of_numbers(pairs: list[tuple[int, int]]) -> None:
    ranges = Ranges.of_pairs((start, start + more) for start, more in pairs)
    expected = {number for start, more in pairs for number in range(start, start + more + 1)}
    assert {number for start, end in ranges.pairs() for number in range(start, end + 1)} == expected
    assert {number for number in range(400) if ranges.contains(number)} == expected
    assert members(unpack(4, one) for one in ranges.packed(32)) == expected


@given(versions().flatmap(lambda version: st.tuples(st.just(version), numbers(version), numbers(version))))
def test_any_range_is_written_as_the_networks_that_ipaddress_has(case: tuple[int, int, int]) -> None:
    version, one, other = case
    first, last = min(one, other), max(one, other)
    ours = [unpack(version, packed) for packed in Ranges([first], [last]).packed(WIDTH[version])]
    kind = ipaddress.IPv4Address if version == 4 else ipaddress.IPv6Address
    theirs = ipaddress.summarize_address_range(kind(first), kind(last))
    assert [str(prefix) for prefix in ours] == [canonical(network) for network in theirs]


# -- the union -------------------------------------------------------------------------------------------


def canonical(network: ipaddress.IPv4Network | ipaddress.IPv6Network) -> str:
    """As we write it: the standard library's text of a mapped address depends on its version."""
    return str(prefix_of(network.version, int(network.network_address), network.prefixlen))


def collapsed(found: Iterable[Prefix], version: int) -> list[str]:
    """What the standard library makes of the networks of one version."""
    if version == 4:
        v4 = (ipaddress.IPv4Network((one.network, one.length)) for one in found if one.version == 4)
        return [canonical(network) for network in ipaddress.collapse_addresses(v4)]
    v6 = (ipaddress.IPv6Network((one.network, one.length)) for one in found if one.version == 6)
    return [canonical(network) for network in ipaddress.collapse_addresses(v6)]


@given(mixed())
def test_a_union_is_what_the_standard_library_collapses_to(found: list[Prefix]) -> None:
    ours = [str(one) for one in IntervalSet.of_prefixes(found).prefixes()]
    assert ours == [*collapsed(found, 4), *collapsed(found, 6)]


@given(mixed())
def test_a_union_of_a_union_is_the_same(found: list[Prefix]) -> None:
    once = IntervalSet.of_prefixes(found)
    twice = IntervalSet.of_prefixes(once.prefixes())
    assert once == twice
    assert hash(once) == hash(twice)
    assert list(once.prefixes()) == list(twice.prefixes())


@given(mixed(), st.randoms(use_true_random=False))
def test_a_union_depends_neither_on_order_nor_on_repetition(found: list[Prefix], chance: Random) -> None:
    shuffled = [*found, *found]
    chance.shuffle(shuffled)
    assert IntervalSet.of_prefixes(shuffled) == IntervalSet.of_prefixes(found)


@given(versions().flatmap(small))
def test_a_union_covers_exactly_the_addresses_of_its_inputs(case: tuple[int, list[Prefix]]) -> None:
    _, found = case
    version = found[0].version if found else 4
    whole = IntervalSet.of_prefixes(found)
    merged = list(whole.prefixes())
    assert members(merged) == members(found)
    assert sum(one.size for one in merged) == len(members(found))
    assert sum(end - start + 1 for start, end in whole.ranges(version).pairs()) == len(members(found))


@given(versions().flatmap(networks))
def test_a_union_has_no_other_edges_than_its_inputs(found: list[Prefix]) -> None:
    if not found:
        return
    version = found[0].version
    merged = list(IntervalSet.of_prefixes(found).prefixes())
    for number in edges(version, [*found, *merged]):
        assert is_in(number, merged) == is_in(number, found)


@given(versions().flatmap(networks))
def test_no_two_networks_of_a_union_are_halves_of_one(found: list[Prefix]) -> None:
    merged = list(IntervalSet.of_prefixes(found).prefixes())
    for one, other in itertools.pairwise(merged):
        assert one.last_number < other.network
        assert one.length != other.length or one.network ^ other.network != one.size


@given(versions().flatmap(networks))
def test_membership_is_that_of_the_networks(found: list[Prefix]) -> None:
    whole = IntervalSet.of_prefixes(found)
    for version in VERSIONS:
        mine = [one for one in found if one.version == version]
        for number in edges(version, found if mine else []):
            assert whole.contains(version, number) == is_in(number, mine)
            in_ranges = any(start <= number <= end for start, end in whole.ranges(version).pairs())
            assert whole.contains(version, number) == in_ranges


def test_the_versions_do_not_mix() -> None:
    whole = IntervalSet.of_prefixes([Prefix(4, 0, 0)])
    assert whole.contains(4, 0)
    assert not whole.contains(6, 0)
    assert whole.minus(IntervalSet.of_prefixes([Prefix(6, 0, 0)])) == whole
    assert len(whole.both(IntervalSet.of_prefixes([Prefix(6, 0, 0)]))) == 0


@pytest.mark.parametrize("version", VERSIONS)
def test_the_halves_of_the_space_are_the_space(version: int) -> None:
    half = 1 << WIDTH[version] - 1
    whole = IntervalSet.of_prefixes([Prefix(version, half, 1), Prefix(version, 0, 1)])
    assert list(whole.prefixes()) == [Prefix(version, 0, 0)]
    assert len(whole) == 1
    assert list(whole.ranges(version).pairs()) == [(0, top(version))]


@pytest.mark.parametrize("version", VERSIONS)
def test_the_ends_of_the_space_do_not_meet(version: int) -> None:
    ends = [prefix_of(version, number, WIDTH[version]) for number in (0, top(version))]
    assert list(IntervalSet.of_prefixes(reversed(ends)).prefixes()) == ends


def test_nothing_is_an_empty_set() -> None:
    empty = IntervalSet()
    assert list(empty.prefixes()) == []
    assert len(empty) == 0
    assert not empty.contains(4, 0)
    assert empty == IntervalSet.of_prefixes([])
    assert empty != IntervalSet.of_prefixes([Prefix(6, 0, 128)])


# -- difference and intersection -------------------------------------------------------------------------


@given(mixed(), mixed())
def test_what_is_left_and_what_is_common_are_the_whole(one: list[Prefix], other: list[Prefix]) -> None:
    a, b = IntervalSet.of_prefixes(one), IntervalSet.of_prefixes(other)
    left, common = a.minus(b), a.both(b)
    assert IntervalSet.of_prefixes([*left.prefixes(), *common.prefixes()]) == a
    assert left.both(b) == IntervalSet()
    assert left.both(common) == IntervalSet()
    assert common.minus(b) == IntervalSet()


@given(mixed(), mixed())
def test_what_is_common_does_not_depend_on_the_order(one: list[Prefix], other: list[Prefix]) -> None:
    a, b = IntervalSet.of_prefixes(one), IntervalSet.of_prefixes(other)
    assert a.both(b) == b.both(a)
    assert a.both(a) == a
    assert a.minus(a) == IntervalSet()
    assert a.both(b) == a.minus(a.minus(b))


@given(versions().flatmap(small), st.data())
def test_difference_and_intersection_are_those_of_sets(case: tuple[int, list[Prefix]], data: st.DataObject) -> None:
    _, one = case
    version = one[0].version if one else 4
    _, other = data.draw(small(version))
    a, b = IntervalSet.of_prefixes(one), IntervalSet.of_prefixes(other)
    assert members(a.minus(b).prefixes()) == members(one) - members(other)
    assert members(a.both(b).prefixes()) == members(one) & members(other)


@given(versions().flatmap(lambda version: st.tuples(networks(version), networks(version))))
def test_differences_and_intersections_are_normal_too(case: tuple[list[Prefix], list[Prefix]]) -> None:
    one, other = (IntervalSet.of_prefixes(found) for found in case)
    for made in (one.minus(other), one.both(other)):
        assert made == IntervalSet.of_prefixes(made.prefixes())
        # Equal sets have equal ranges, so this also says that no range is split.
        for version in VERSIONS:
            ranges = made.ranges(version)
            assert Ranges.of_pairs(ranges.pairs()) == ranges


@pytest.mark.parametrize("version", VERSIONS)
def test_one_address_less_than_the_space_is_one_network_of_each_length(version: int) -> None:
    space = IntervalSet.of_prefixes([Prefix(version, 0, 0)])
    width = WIDTH[version]
    for number in (0, top(version)):
        left = list(space.minus(IntervalSet.of_prefixes([prefix_of(version, number, width)])).prefixes())
        assert sorted(one.length for one in left) == list(range(1, width + 1))
        assert not is_in(number, left)
        assert sum(one.size for one in left) == top(version)
