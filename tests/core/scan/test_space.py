"""The addresses of a scan by index: each once, in the order of the targets, less what is excluded."""

from collections.abc import Iterable, Sequence
from ipaddress import IPv4Address, IPv6Address, ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nettools.core.address import Address
from nettools.core.scan import space_builder
from nettools.core.scan.octets import OctetPattern
from nettools.core.scan.space import AddressSpace
from nettools.core.scan.space_builder import SpaceBuilder
from nettools.core.scan.targets import Span, parse_target
from nettools.errors import AddressError, OptionError


def space(*words: str | Iterable[Address], exclude: Sequence[str] = ()) -> AddressSpace:
    builder = SpaceBuilder()
    for number, word in enumerate(words):
        assert builder.add(number, word)
    for word in exclude:
        assert builder.exclude(word)
    return builder.build()


def texts(found: AddressSpace) -> list[str]:
    assert [found.address_at(index) for index in range(found.count)] == list(found)
    return [str(address) for address in found]


# --- examples -------------------------------------------------------------------------------------------


def test_the_addresses_are_in_the_order_of_the_targets_ascending_within_one_and_each_once() -> None:
    found = space("10.0.0.5", "10.0.0.4-10.0.0.7", "::1", "10.0.0.0/30", "10.0.0.5", "2001:db8::/127", "::0-::2")
    assert texts(found) == [
        "10.0.0.5", "10.0.0.4", "10.0.0.6", "10.0.0.7", "::1", "10.0.0.0", "10.0.0.1", "10.0.0.2", "10.0.0.3",
        "2001:db8::", "2001:db8::1", "::", "::2",
    ]  # fmt: skip
    assert found.count == 13


def test_an_address_knows_all_targets_that_hold_it() -> None:
    found = space("10.0.0.5", "10.0.0.4-10.0.0.7", "10.0.0.0/29", "10.0.0.5", "::1")
    assert list(found.targets_of(IPv4Address("10.0.0.5"))) == [0, 1, 2, 3]
    assert list(found.targets_of(IPv4Address("10.0.0.4"))) == [1, 2]
    assert list(found.targets_of(IPv4Address("10.0.0.0"))) == [2]
    assert list(found.targets_of(IPv6Address("::1"))) == [4]
    assert list(found.targets_of(IPv4Address("10.0.0.8"))) == []
    assert list(found.targets_of(IPv6Address("::a00:5"))) == []


def test_versions_zones_and_mapped_addresses_are_kept_apart() -> None:
    words = ["192.0.2.1", "::ffff:192.0.2.1", "::c000:201", "fe80::1%eth0", "fe80::1%eth1", "2001:db8::1%eth0"]
    found = space(*words, "2001:db8::1")
    assert found.count == 7
    for number, address in enumerate(found):
        assert found.index_of(address) == number
        assert list(found.targets_of(address)) == [number]
    assert [str(one) for one in found][3:] == ["fe80::1%eth0", "fe80::1%eth1", "2001:db8::1%eth0", "2001:db8::1"]
    assert found.index_of(IPv6Address("fe80::1")) is None
    assert found.index_of(IPv6Address("fe80::1%eth2")) is None


def test_the_addresses_of_a_name_are_a_target_like_any_other() -> None:
    resolved: list[Address] = [
        IPv6Address("::9"),
        IPv4Address("10.0.0.9"),
        IPv4Address("10.0.0.8"),
        IPv4Address("10.0.0.9"),
    ]
    found = space("10.0.0.8", resolved, iter(resolved))
    assert texts(found) == ["10.0.0.8", "10.0.0.9", "::9"]
    assert list(found.targets_of(IPv4Address("10.0.0.8"))) == [0, 1, 2]
    assert list(found.targets_of(IPv6Address("::9"))) == [1, 2]


def test_targets_may_be_added_in_any_order() -> None:
    builder = SpaceBuilder()
    for number, word in [(7, "10.0.0.0/30"), (2, "10.0.0.3"), (9, "10.0.0.4"), (4, "10.0.0.2-10.0.0.9")]:
        builder.add(number, word)
    found = builder.build()
    assert [int(one) & 255 for one in found] == [3, 2, *range(4, 10), 0, 1]
    assert list(found.targets_of(IPv4Address("10.0.0.4"))) == [4, 9]


def test_a_name_is_not_taken_and_a_broken_word_is_refused() -> None:
    builder = SpaceBuilder()
    assert builder.add(0, "localhost") is False
    assert builder.exclude("localhost") is False
    with pytest.raises(AddressError):
        builder.add(0, "10.0.0.256")
    with pytest.raises(AddressError):
        builder.exclude("10.0.0.256")
    with pytest.raises(AddressError, match="zone"):
        builder.add(0, "fe80::1")
    assert builder.exclude("fe80::1")
    found = builder.build()
    assert (found.count, found.piece_count, list(found)) == (0, 0, [])
    assert found.index_of(IPv4Address("10.0.0.1")) is None


def test_what_is_excluded_is_in_nobodys_addresses() -> None:
    found = space("10.0.0.0/29", "10.0.0.4", "::0/126", exclude=["10.0.0.3-10.0.0.5", "10.0.0.0,6", "::2", "192.0.2.1"])
    assert texts(found) == ["10.0.0.1", "10.0.0.2", "10.0.0.7", "::", "::1", "::3"]
    assert list(found.targets_of(IPv4Address("10.0.0.4"))) == []
    assert found.index_of(IPv4Address("10.0.0.4")) is None


def test_an_exclusion_without_a_zone_holds_in_every_zone_and_one_with_a_zone_in_that() -> None:
    words = ["fe80::1%a", "fe80::1%b", "fe80::2%a", "fe80::2%b"]
    assert texts(space(*words, exclude=["fe80::1"])) == ["fe80::2%a", "fe80::2%b"]
    assert texts(space(*words, exclude=["fe80::1%a"])) == ["fe80::1%b", "fe80::2%a", "fe80::2%b"]


def test_an_excluded_ipv4_host_is_not_reached_by_its_mapped_address_either() -> None:
    found = space("::ffff:10.0.0.0/126", exclude=["10.0.0.0-1"])
    assert [int(one) & 255 for one in found] == [2, 3]
    large = space("::ffff:10.0.0.0/126", "::1:0:0:0-::1:0:0:1", "::", exclude=["*.*.*.0,2"])
    assert [int(one) & 255 for one in large] == [1, 3, 0, 1, 0]


def test_addresses_of_an_excluded_name_are_left_out() -> None:
    builder = SpaceBuilder()
    builder.add(0, "10.0.0.0/30")
    assert builder.exclude([IPv4Address("10.0.0.1"), IPv6Address("::1")])
    assert [int(one) & 255 for one in builder.build()] == [0, 2, 3]


# --- large ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("word", "count", "last"),
    [
        ("0.0.0.0/0", 1 << 32, "255.255.255.255"),
        ("::/64", 1 << 64, "::ffff:ffff:ffff:ffff"),
        ("::/0", 1 << 128, "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"),
        ("*.*.*.1", 1 << 24, "255.255.255.1"),
        ("*.*.*.1-254", 254 << 24, "255.255.255.254"),
        ("*.1,3,5.*.7,9", 6 << 16, "255.5.255.9"),
    ],
)
def test_a_huge_target_is_one_piece(word: str, count: int, last: str) -> None:
    found = space(word)
    assert (found.count, found.piece_count) == (count, 1)
    assert found.address_at(count - 1) == ip_address(last)
    assert found.index_of(ip_address(last)) == count - 1
    assert list(found.targets_of(ip_address(last))) == [0]
    for index in (count, -1):
        with pytest.raises(IndexError):
            found.address_at(index)


def test_a_huge_space_with_a_hole_and_others_around_it() -> None:
    """::/64 holds the IPv4-mapped addresses, and what is excluded is excluded there too."""
    found = space("10.0.0.1", "0.0.0.0/0", "::/64", "fe80::%lo/64", exclude=["127.0.0.0/8", "::1"])
    assert found.count == (1 << 32) - (1 << 24) + (1 << 64) - (1 << 24) - 1 + (1 << 64)
    assert found.address_at(0) == IPv4Address("10.0.0.1")
    assert found.address_at(1) == IPv4Address("0.0.0.0")
    assert found.address_at(found.count - 1) == IPv6Address("fe80::ffff:ffff:ffff:ffff%lo")
    for index in (0, 1, 12345, 0x7EFFFFFF + 1, 0x7EFFFFFF + 2, 1 << 32, 1 << 64, found.count - 1):
        assert found.index_of(found.address_at(index)) == index
    assert IPv4Address("127.0.0.1") not in found
    assert IPv6Address("::1") not in found
    assert IPv6Address("::2") in found


def test_a_pattern_of_very_many_ranges_shares_with_others_without_being_written_out() -> None:
    words = ["*.*.*.1", "10.0.0.0/30", "*.*.*.1-2", "10.0.0.1", "*.*.7.1,9"]
    found = space(*words, exclude=["192.168.0.0/16", "*.*.*.9"])
    assert found.piece_count < 20
    assert found.count == 4 + 2 * (1 << 24) - 2 - 2 * 256  # .1 and .2 are in 10.0.0.0/30, and in 256 /24s of 192.168/16
    assert list(found.targets_of(IPv4Address("10.0.0.1"))) == [0, 1, 2, 3]
    assert list(found.targets_of(IPv4Address("10.0.7.1"))) == [0, 2, 4]
    assert list(found.targets_of(IPv4Address("10.0.7.2"))) == [2]
    for absent in ("10.0.7.9", "192.168.0.1", "10.0.0.9"):
        assert found.index_of(IPv4Address(absent)) is None
        assert list(found.targets_of(IPv4Address(absent))) == []
    for index in [*range(0, found.count, 1_234_567), found.count - 1]:
        assert found.index_of(found.address_at(index)) == index


@pytest.mark.parametrize(
    ("words", "count"),
    [
        (["*.*.*.1-5", "*.*.*.3"], 5 << 24),
        (["*.*.*.3", "*.*.*.1-5"], 5 << 24),
        (["*.*.*.1,3", "*.*.0-99.1,3"], 2 << 24),
        (["*.*.0-99.1,3", "*.*.*.1,3"], 2 << 24),
        (["*.*.1.1,3", "*.*.*.1,4"], (2 << 24) + (1 << 16)),
    ],
)
def test_patterns_that_differ_in_one_octet_are_told_apart_without_ranges(words: list[str], count: int) -> None:
    found = space(*words)
    assert found.count == count
    for index in (0, count // 2, count - 1):
        assert found.index_of(found.address_at(index)) == index
    assert space("*.*.*.1-254", exclude=["*.*.*.9-200"]).count == 62 << 24


@pytest.mark.parametrize("words", [["*.*.1-99.1,3", "*.*.*.1,4"], ["*.1-99.*.1,3", "*.*.*.3,5"]])
def test_a_pattern_that_is_cut_into_too_many_ranges_is_refused(words: list[str]) -> None:
    with pytest.raises(OptionError, match="1,048,576 ranges") as caught:
        space(*words)
    assert caught.value.hint is not None


def test_what_would_leave_too_many_ranges_is_refused_with_a_way_to_say_it() -> None:
    with pytest.raises(OptionError, match="1,048,576 ranges") as caught:
        space("0.0.0.0/0", exclude=["*.*.*.0,255"])
    assert "*.*.*.1-254" in (caught.value.hint or "")
    assert space("10.0.0.0/10", exclude=["*.*.*.0,255"]).count == 254 << 14
    with pytest.raises(OptionError, match="64 patterns"):
        space(*[f"*.*.*.{octet}" for octet in range(65)])


def test_many_overlapping_targets_are_answered_quickly() -> None:
    builder = SpaceBuilder()
    for number in range(2000):
        builder.add(number, Span(4, number, 10_000 - number))
    found = builder.build()
    assert found.count == 10_001
    assert list(found.targets_of(IPv4Address(1500))) == list(range(1501))
    assert list(found.targets_of(IPv4Address(9_999))) == [0, 1]
    duplicates = SpaceBuilder()
    for number in range(10_000):
        duplicates.add(number, "10.0.0.0/24")
    again = duplicates.build()
    assert (again.count, again.piece_count) == (256, 1)
    assert list(again.targets_of(IPv4Address("10.0.0.7"))) == list(range(10_000))


def test_fifty_thousand_single_addresses_in_any_order_are_found_again() -> None:
    numbers = [place * 2_654_435_761 % (1 << 32) for place in range(50_000)]
    builder = SpaceBuilder()
    for target, number in enumerate(numbers):
        builder.add(target, str(IPv4Address(number)))
    found = builder.build()
    assert (found.count, found.piece_count) == (50_000, 50_000)
    for index in range(0, 50_000, 997):
        assert int(found.address_at(index)) == numbers[index]
        assert found.index_of(IPv4Address(numbers[index])) == index
        assert list(found.targets_of(IPv4Address(numbers[index]))) == [index]


# --- properties -----------------------------------------------------------------------------------------------


def spans(version: int, zone: str | None = None) -> st.SearchStrategy[Span]:
    low, high = (0x0A000000, 0x0A000040) if version == 4 else (0xFE80 << 112, (0xFE80 << 112) + 0x40)
    ends = st.tuples(st.integers(low, high), st.integers(low, high)).map(sorted)
    return ends.map(lambda pair: Span(version, pair[0], pair[1], zone))


def octet_patterns() -> st.SearchStrategy[OctetPattern]:
    last = st.sets(st.integers(0, 0x48), min_size=1, max_size=9).map(lambda some: tuple(sorted(some)))
    third = st.sampled_from([(0,), (0, 1), (0, 2)])
    return st.builds(lambda a, b: OctetPattern(((10,), (0,), a, b)), third, last)


anything = st.one_of(spans(4), spans(4), spans(6), spans(6, "a"), spans(6, "b"), octet_patterns())


def members(what: Span | OctetPattern) -> list[tuple[int, str | None, int]]:
    if isinstance(what, OctetPattern):
        return [(4, None, what.at(rank)) for rank in range(what.size)]
    return [(what.version, what.zone, number) for number in range(what.first, what.last + 1)]


def identity(address: Address) -> tuple[int, str | None, int]:
    return (address.version, address.scope_id if isinstance(address, IPv6Address) else None, int(address))


def left_out(excluded: Sequence[Span | OctetPattern], one: tuple[int, str | None, int]) -> bool:
    version, zone, number = one
    return any((version, wanted, number) in members(what) for what in excluded for wanted in {zone, None})


@pytest.mark.parametrize("most_runs", [space_builder.MOST_RUNS_OF_A_PATTERN, 0])
@given(st.lists(anything, max_size=8), st.lists(anything, max_size=3))
def test_a_space_is_the_union_of_its_targets_less_the_exclusions(
    most_runs: int, targets: list[Span | OctetPattern], excluded: list[Span | OctetPattern]
) -> None:
    """With 0 as the limit every pattern stays one, which then has only what no range has."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(space_builder, "MOST_RUNS_OF_A_PATTERN", most_runs)
        builder = SpaceBuilder()
        for number, what in enumerate(targets):
            builder.add(number, what)
        for what in excluded:
            builder.exclude(what)
        found = builder.build()
    holding: dict[tuple[int, str | None, int], list[int]] = {}
    for number, what in enumerate(targets):
        for one in members(what):
            if not left_out(excluded, one):
                holding.setdefault(one, []).append(number)
    addresses = [found.address_at(index) for index in range(found.count)]
    assert len(set(map(identity, addresses))) == len(addresses)
    assert set(map(identity, addresses)) == set(holding)
    for index, address in enumerate(addresses):
        assert found.index_of(address) == index
        assert list(found.targets_of(address)) == holding[identity(address)]
    assert list(found) == addresses
    if most_runs:
        ranked = [(holding[identity(one)][0], one.version, identity(one)[1] or "", int(one)) for one in addresses]
        assert ranked == sorted(ranked)


@given(anything, st.integers(0, 0x0A000100))
def test_what_is_not_in_the_space_has_no_index(what: Span | OctetPattern, number: int) -> None:
    builder = SpaceBuilder()
    builder.add(3, what)
    found = builder.build()
    for address in (IPv4Address(number), IPv6Address(number)):
        assert (address in found) == (identity(address) in members(what))
        assert (found.index_of(address) is not None) == (address in found)
        assert list(found.targets_of(address)) == ([3] if address in found else [])


@pytest.mark.parametrize("word", ["10.0.0.1-50", "10.0-255.0.1-254", "10.0.0.1,5,9", "2001:db8::/120", "fe80::1%lo"])
def test_a_word_and_what_it_was_read_as_are_the_same_target(word: str) -> None:
    read = parse_target(word)
    assert read is not None
    builder = SpaceBuilder()
    builder.add(0, read)
    assert list(builder.build()) == list(space(word))


def test_the_ranges_of_a_space_are_its_addresses_unless_a_large_pattern_keeps_them() -> None:
    found = space("10.0.0.5", "10.0.0.4-10.0.0.7", "::1", exclude=["10.0.0.6"])
    spans = found.spans()
    assert spans is not None
    addresses = [
        ip_address(type(first)(number)) for first, last in spans for number in range(int(first), int(last) + 1)
    ]
    assert addresses == list(found)
    assert space("*.*.*.1").spans() is None
    assert list(space().spans() or ()) == []
