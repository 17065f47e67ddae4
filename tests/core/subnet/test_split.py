"""Carving a network up: the parts and what is free tile it, and VLSM gives each part room enough."""

from itertools import islice, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nettools.core.address import WIDTH
from nettools.core.intervals import IntervalSet, unpack
from nettools.core.prefix import Prefix, prefix_of
from nettools.core.subnet.parse import parse_network
from nettools.core.subnet.split import allocate_hosts, cover, free_blocks, split_by_length, split_into
from nettools.errors import PrefixError
from tests.core.strategies import any_prefix, prefixes, versions

OVERHEAD = {4: 2, 6: 0}
"""Addresses of a network that no host can have: network and broadcast in IPv4 (RFC 922)."""


def parts(network: Prefix, length: int) -> list[Prefix]:
    return [unpack(network.version, one) for batch in split_by_length(network, length) for one in batch]


def assert_tiles(network: Prefix, pieces: list[Prefix]) -> None:
    """The pieces are disjoint, and together exactly the network."""
    ordered = sorted(pieces, key=lambda one: one.network)
    assert ordered[0].network == network.network
    assert ordered[-1].last_number == network.last_number
    for one, other in pairwise(ordered):
        assert one.last_number + 1 == other.network
    assert all(piece.network % piece.size == 0 for piece in pieces)


# -- by length -------------------------------------------------------------------------------------------


@given(any_prefix(), st.integers(0, 9))
def test_the_parts_of_a_length_tile_the_network_in_order(network: Prefix, more: int) -> None:
    length = min(network.length + more, network.width)
    found = parts(network, length)
    assert {one.length for one in found} == {length}
    assert found == sorted(found, key=lambda one: one.network)
    assert len(found) == 1 << length - network.length
    assert_tiles(network, found)


@given(any_prefix(), st.integers(0, 128))
def test_a_length_outside_the_network_is_refused_with_the_lengths_that_are_not(network: Prefix, length: int) -> None:
    if network.length <= length <= network.width:
        return
    with pytest.raises(PrefixError) as caught:
        next(split_by_length(network, length))
    assert f"{network.length} to {network.width}" in caught.value.message


@pytest.mark.parametrize("version", [4, 6])
def test_the_whole_space_is_split_into_addresses_in_batches(version: int) -> None:
    width = WIDTH[version]
    batches = list(islice(split_by_length(Prefix(version, 0, 0), width), 3))
    assert all(0 < len(batch) <= 1 << 16 for batch in batches)
    packed = [one for batch in batches for one in batch]
    assert [unpack(version, one) for one in packed] == [Prefix(version, number, width) for number in range(len(packed))]


@pytest.mark.parametrize("text", ["255.255.0.0/16", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:0/112"])
def test_the_last_network_of_the_space_is_split_to_its_end(text: str) -> None:
    network = parse_network(text)
    found = parts(network, network.width)
    assert len(found) == 1 << 16
    assert found[-1].last_number == (1 << network.width) - 1


# -- into a number of parts ------------------------------------------------------------------------------


@given(any_prefix(), st.integers(1, 300))
def test_parts_of_equal_size_and_what_is_free_tile_the_network(network: Prefix, count: int) -> None:
    if count > network.size:
        with pytest.raises(PrefixError, match="too few"):
            split_into(network, count)
        return
    found = split_into(network, count)
    assert len(found.networks) == count
    (size,) = {one.size for one in found.networks}
    assert_tiles(network, [*found.networks, *found.free])
    # The largest that fit: twice the size would be too much.
    assert 2 * size * count > network.size
    assert IntervalSet.of_prefixes(found.free) == IntervalSet.of_prefixes([network]).minus(
        IntervalSet.of_prefixes(found.networks)
    )


@given(any_prefix(), st.integers(0, 8))
def test_a_power_of_two_leaves_nothing_free(network: Prefix, bits: int) -> None:
    bits = min(bits, network.host_bits)
    found = split_into(network, 1 << bits)
    assert found.free == []
    assert found.networks == parts(network, network.length + bits)


def test_three_parts_leave_the_fourth_free() -> None:
    found = split_into(parse_network("192.0.2.0/24"), 3)
    assert [str(one) for one in found.networks] == ["192.0.2.0/26", "192.0.2.64/26", "192.0.2.128/26"]
    assert [str(one) for one in found.free] == ["192.0.2.192/26"]


# -- by hosts (VLSM) -------------------------------------------------------------------------------------


def plans() -> st.SearchStrategy[tuple[Prefix, list[int]]]:
    """Networks with room for some hundreds or millions, and numbers of hosts of any order."""
    network = versions().flatmap(
        lambda version: st.builds(
            lambda prefix, bits: prefix_of(version, prefix.network, WIDTH[version] - bits),
            prefixes(version),
            st.integers(0, 20),
        )
    )
    return st.tuples(network, st.lists(st.one_of(st.integers(1, 70), st.integers(1, 5000)), min_size=1, max_size=12))


@given(plans())
def test_every_network_has_room_for_its_hosts_and_is_the_smallest_with_it(plan: tuple[Prefix, list[int]]) -> None:
    parent, hosts = plan
    lost = OVERHEAD[parent.version]
    try:
        found = allocate_hosts(parent, hosts)
    except PrefixError:
        smallest = [1 << (count + lost - 1).bit_length() for count in hosts]
        assert sum(smallest) > parent.size
        return
    assert len(found.networks) == len(hosts)
    for network, count in zip(found.networks, hosts, strict=True):
        assert network.size - lost >= count
        assert network.size == 1 or network.size // 2 - lost < count


@given(plans())
def test_the_networks_are_aligned_disjoint_and_tile_the_parent_with_what_is_free(
    plan: tuple[Prefix, list[int]],
) -> None:
    parent, hosts = plan
    try:
        found = allocate_hosts(parent, hosts)
    except PrefixError:
        return
    assert all(parent.contains(network) for network in found.networks)
    assert_tiles(parent, [*found.networks, *found.free])
    assert found.free == list(IntervalSet.of_prefixes(found.free).prefixes())


@given(plans())
def test_the_order_of_the_hosts_changes_no_size(plan: tuple[Prefix, list[int]]) -> None:
    parent, hosts = plan
    try:
        found = allocate_hosts(parent, hosts)
    except PrefixError:
        with pytest.raises(PrefixError):
            allocate_hosts(parent, hosts[::-1])
        return
    backwards = allocate_hosts(parent, hosts[::-1])
    assert [one.length for one in backwards.networks[::-1]] == [one.length for one in found.networks]
    assert backwards.free == found.free


@given(plans())
def test_a_refusal_says_how_much_is_missing_and_its_hint_is_true(plan: tuple[Prefix, list[int]]) -> None:
    parent, hosts = plan
    needed = sum(1 << (count + OVERHEAD[parent.version] - 1).bit_length() for count in hosts)
    if needed <= parent.size:
        return
    with pytest.raises(PrefixError) as caught:
        allocate_hosts(parent, hosts)
    assert f"{needed - parent.size:,} too few" in caught.value.message
    hint = caught.value.hint
    if hint is not None:
        length = int(hint.split()[1].removeprefix("/"))
        assert 0 <= length <= parent.width
        assert allocate_hosts(prefix_of(parent.version, parent.network, length), hosts).networks
        with pytest.raises(PrefixError):
            allocate_hosts(prefix_of(parent.version, parent.network, length + 1), hosts)


@pytest.mark.parametrize("version", [4, 6])
def test_no_prefix_is_advised_where_the_whole_space_is_too_small(version: int) -> None:
    half = (1 << WIDTH[version] - 1) - OVERHEAD[version]
    assert len(allocate_hosts(Prefix(version, 0, 0), [half, half]).networks) == 2
    with pytest.raises(PrefixError) as caught:
        allocate_hosts(Prefix(version, 0, 0), [half, half, 1])
    assert "-1" not in (caught.value.hint or "")


@pytest.mark.parametrize(
    ("parent", "hosts", "expected", "free"),
    [
        (
            "192.168.0.0/24",
            [50, 20, 10],
            ["192.168.0.0/26", "192.168.0.64/27", "192.168.0.96/28"],
            ["192.168.0.112/28", "192.168.0.128/25"],
        ),
        ("192.168.1.0/24", [10, 50, 20], ["192.168.1.96/28", "192.168.1.0/26", "192.168.1.64/27"], None),
        ("192.0.2.0/30", [2], ["192.0.2.0/30"], []),
        ("192.0.2.0/29", [2, 2], ["192.0.2.0/30", "192.0.2.4/30"], []),
        ("2001:db8::/126", [1, 2, 1], ["2001:db8::2/128", "2001:db8::/127", "2001:db8::3/128"], []),
        ("2001:db8::/32", [1 << 80, 1 << 64], ["2001:db8::/48", "2001:db8:1::/64"], None),
    ],
)
def test_known_plans(parent: str, hosts: list[int], expected: list[str], free: list[str] | None) -> None:
    found = allocate_hosts(parse_network(parent), hosts)
    assert [str(one) for one in found.networks] == expected
    assert free is None or [str(one) for one in found.free] == free


# -- what is free, what covers ---------------------------------------------------------------------------


@st.composite
def pools(draw: st.DrawFn) -> list[Prefix]:
    """Networks of one version near each other, at either end of the space or between."""
    version = draw(versions())
    base = draw(st.sampled_from([0, 1 << WIDTH[version] - 1, (1 << WIDTH[version]) - 1024]))
    one = st.builds(
        lambda offset, bits: prefix_of(version, base + offset, WIDTH[version] - bits),
        st.integers(0, 1023),
        st.integers(0, 10),
    )
    return draw(st.lists(one, min_size=1, max_size=6))


@given(pools(), st.integers(0, 10))
def test_free_networks_of_a_length_are_all_that_fit(pool: list[Prefix], bits: int) -> None:
    version, length = pool[0].version, pool[0].width - bits
    free = IntervalSet.of_prefixes(pool)
    batches = list(free_blocks(free, length))
    blocks = [unpack(version, one) for _, packed in batches for one in packed]
    assert all(one_version == version for one_version, _ in batches)
    assert all(one.length == length for one in blocks)
    assert blocks == sorted(set(blocks), key=lambda one: one.network)
    used = IntervalSet.of_prefixes(blocks)
    assert used.minus(free) == IntervalSet()
    assert all(one.length > length for one in free.minus(used).prefixes())


@given(st.lists(any_prefix(), max_size=6))
def test_free_networks_of_any_length_are_the_fewest(found: list[Prefix]) -> None:
    free = IntervalSet.of_prefixes(found)
    blocks = [unpack(version, one) for version, packed in free_blocks(free, None) for one in packed]
    assert blocks == list(free.prefixes())


@given(versions().flatmap(lambda version: st.lists(prefixes(version), min_size=1, max_size=6)))
def test_the_cover_is_the_smallest_network_that_holds_all(found: list[Prefix]) -> None:
    version = found[0].version
    around = cover(IntervalSet.of_prefixes(found), version)
    assert around is not None
    assert all(around.contains(one) for one in found)
    if around.length < around.width:
        halves = parts(around, around.length + 1)
        assert not any(all(half.contains(one) for one in found) for half in halves)
    assert cover(IntervalSet.of_prefixes(found), 10 - version) is None
