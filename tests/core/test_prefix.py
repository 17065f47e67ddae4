"""Prefixes: masks, ends, containment, and the fewest blocks that make up a range."""

from ipaddress import IPv4Network, IPv6Address, IPv6Network
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nettools.core.address import WIDTH
from nettools.core.prefix import Prefix, length_of_netmask, netmask, prefix_of, prefixes_of_range
from tests.core.strategies import any_prefix, numbers, prefixes, versions

TOP = {version: (1 << width) - 1 for version, width in WIDTH.items()}


def ranges(version: int) -> st.SearchStrategy[tuple[int, int]]:
    """Both ends of a range; near each other, far apart, at the ends of the space."""
    near = st.builds(
        lambda first, more: (first, min(TOP[version], first + more)), numbers(version), st.integers(0, 600)
    )
    far = st.builds(lambda one, other: (min(one, other), max(one, other)), numbers(version), numbers(version))
    return st.one_of(near, far)


def any_range() -> st.SearchStrategy[tuple[int, int, int]]:
    return versions().flatmap(lambda version: ranges(version).map(lambda ends: (version, *ends)))


@pytest.mark.parametrize("version", [4, 6])
def test_a_netmask_has_its_length_in_ones_on_top(version: int) -> None:
    width = WIDTH[version]
    for length in range(width + 1):
        assert f"{netmask(version, length):0{width}b}" == "1" * length + "0" * (width - length)


@pytest.mark.parametrize("version", [4, 6])
def test_the_length_of_a_netmask_is_read_back(version: int) -> None:
    for length in range(WIDTH[version] + 1):
        assert length_of_netmask(version, netmask(version, length)) == length


@given(versions().flatmap(lambda v: st.tuples(st.just(v), numbers(v))))
def test_what_is_no_netmask_has_no_length(case: tuple[int, int]) -> None:
    version, number = case
    masks = {netmask(version, length) for length in range(WIDTH[version] + 1)}
    assert (length_of_netmask(version, number) is None) == (number not in masks)


@pytest.mark.parametrize("mask", [0xFF00FF00, 0x000000FF, 1, 1 << 32, (1 << 33) - 1])
def test_a_mask_with_holes_or_too_many_bits_has_no_length(mask: int) -> None:
    assert length_of_netmask(4, mask) is None


@given(any_prefix())
def test_netmask_and_wildcard_share_out_the_bits(prefix: Prefix) -> None:
    assert prefix.netmask ^ prefix.wildcard == TOP[prefix.version]
    assert prefix.netmask & prefix.wildcard == 0
    assert prefix.network & prefix.wildcard == 0


@given(any_prefix())
def test_the_ends_of_a_prefix_are_its_size_apart(prefix: Prefix) -> None:
    assert int(prefix.last) - int(prefix.first) + 1 == prefix.size == 2**prefix.host_bits
    assert prefix.width == prefix.length + prefix.host_bits


@given(versions().flatmap(lambda v: st.tuples(st.just(v), numbers(v), st.integers(0, WIDTH[v]))))
def test_the_prefix_around_an_address_holds_it(case: tuple[int, int, int]) -> None:
    version, number, length = case
    around = prefix_of(version, number, length)
    assert around.length == length
    assert int(around.first) <= number <= int(around.last)
    assert around.contains(prefix_of(version, number, WIDTH[version]))


def relatives(version: int) -> st.SearchStrategy[tuple[Prefix, Prefix]]:
    """Two prefixes around addresses that share most of their bits, so that they often nest."""
    lengths = st.integers(0, WIDTH[version])
    near = st.tuples(numbers(version), st.integers(0, 3))
    return st.builds(
        lambda pair, one, other: (prefix_of(version, pair[0], one), prefix_of(version, pair[0] ^ pair[1], other)),
        near,
        lengths,
        lengths,
    )


@given(versions().flatmap(relatives))
def test_containment_is_that_of_the_ends(pair: tuple[Prefix, Prefix]) -> None:
    one, other = pair
    assert one.contains(other) == (one.network <= other.network and other.last_number <= one.last_number)
    assert other.contains(one) == (other.network <= one.network and one.last_number <= other.last_number)


@given(versions().flatmap(relatives))
def test_prefixes_touch_when_they_share_an_address(pair: tuple[Prefix, Prefix]) -> None:
    one, other = pair
    assert one.touches(other) == other.touches(one)
    assert one.touches(other) == (one.network <= other.last_number and other.network <= one.last_number)


@given(prefixes(4), prefixes(6))
def test_no_prefix_contains_one_of_the_other_version(four: Prefix, six: Prefix) -> None:
    assert not four.contains(six)
    assert not six.contains(four)
    assert not four.touches(six)


def test_a_zone_makes_no_difference_to_containment() -> None:
    assert Prefix(6, 0xFE80 << 112, 10).contains(Prefix(6, 0xFE80 << 112 | 1, 128, "eth0"))


@given(any_prefix())
def test_a_prefix_is_written_as_its_first_address_and_length(prefix: Prefix) -> None:
    network_class = IPv4Network if prefix.version == 4 else IPv6Network
    is_mapped = prefix.version == 6 and prefix.network >> 32 == 0xFFFF
    if not is_mapped:  # Python before 3.13 has no dotted form for these
        assert str(prefix) == str(network_class((prefix.network, prefix.length)))
    assert str(prefix).endswith(f"/{prefix.length}")


@pytest.mark.parametrize(
    ("prefix", "text"),
    [
        (Prefix(4, 0, 0), "0.0.0.0/0"),
        (Prefix(6, 0, 0), "::/0"),
        (Prefix(6, 0xFE80 << 112, 64, "eth0"), "fe80::%eth0/64"),  # RFC 4007 §11.7
        (Prefix(6, 0xFFFF << 32, 96), "::ffff:0.0.0.0/96"),
        (Prefix(6, 0xFFFF_C000_0200, 120), "::ffff:192.0.2.0/120"),
    ],
)
def test_how_a_prefix_is_written(prefix: Prefix, text: str) -> None:
    assert str(prefix) == text


def test_the_ends_of_a_zoned_prefix_keep_the_zone() -> None:
    prefix = Prefix(6, 0xFE80 << 112, 126, "eth0")
    assert (prefix.first, prefix.last) == (IPv6Address("fe80::%eth0"), IPv6Address("fe80::3%eth0"))


# -- ranges -----------------------------------------------------------------------------------------


@given(any_range())
def test_the_blocks_of_a_range_cover_exactly_it(ends: tuple[int, int, int]) -> None:
    version, first, last = ends
    blocks = list(prefixes_of_range(version, first, last))
    assert blocks[0].network == first
    assert blocks[-1].last_number == last
    assert all(left.last_number + 1 == right.network for left, right in pairwise(blocks))


@given(any_range())
def test_the_blocks_of_a_range_are_aligned_and_within_the_space(ends: tuple[int, int, int]) -> None:
    version, first, last = ends
    for block in prefixes_of_range(version, first, last):
        assert block.version == version
        assert 0 <= block.length <= WIDTH[version]
        assert block.network % block.size == 0


@given(any_range())
def test_no_two_blocks_of_a_range_can_be_merged(ends: tuple[int, int, int]) -> None:
    version, first, last = ends
    for left, right in pairwise(prefixes_of_range(version, first, last)):
        are_siblings = left.length == right.length and left.network ^ right.network == left.size
        assert not are_siblings


@given(any_prefix())
def test_the_range_of_one_block_is_that_block(prefix: Prefix) -> None:
    assert list(prefixes_of_range(prefix.version, prefix.network, prefix.last_number)) == [prefix]


@pytest.mark.parametrize("version", [4, 6])
def test_a_range_may_touch_both_ends_of_the_space(version: int) -> None:
    width, top = WIDTH[version], TOP[version]
    ends = [Prefix(version, 0, width), Prefix(version, top, width)]
    assert list(prefixes_of_range(version, 0, top)) == [Prefix(version, 0, 0)]
    assert list(prefixes_of_range(version, 0, 0)) == ends[:1]
    assert list(prefixes_of_range(version, top, top)) == ends[1:]
    assert [block.length for block in prefixes_of_range(version, 1, top)] == list(range(width, 0, -1))
    assert [block.length for block in prefixes_of_range(version, 0, top - 1)] == list(range(1, width + 1))
    assert len(list(prefixes_of_range(version, 1, top - 1))) == 2 * (width - 1)


def test_a_range_that_ends_before_it_begins_has_no_block() -> None:
    assert list(prefixes_of_range(4, 2, 1)) == []


def test_a_prefix_shows_itself_as_it_is_written() -> None:
    assert repr(Prefix(4, 10 << 24, 26)) == "Prefix('10.0.0.0/26')"
    assert repr((Prefix(6, 0xFE80 << 112, 64, "eth0"),)) == "(Prefix('fe80::%eth0/64'),)"
