"""Sets of addresses with zones: their text is exact, and their arithmetic is that of sets."""

from ipaddress import IPv6Address, ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nettools.core.address import Address
from nettools.core.scan.address_ranges import AddressRanges, address_place
from nettools.errors import NettoolsError

# Few enough that ranges meet and overlap, at both ends of the spaces and on two links.
ADDRESSES: list[Address] = [
    *(ip_address(f"192.0.2.{last}") for last in range(9)),
    ip_address("0.0.0.0"),
    ip_address("255.255.255.255"),
    *(ip_address(f"2001:db8::{last:x}") for last in range(5)),
    *(IPv6Address(f"fe80::{last:x}%eth0-1") for last in range(5)),
    *(IPv6Address(f"fe80::{last:x}%2") for last in range(3)),
]


def sets() -> st.SearchStrategy[set[Address]]:
    return st.sets(st.sampled_from(ADDRESSES))


def expanded(ranges: AddressRanges) -> set[Address]:
    return {address for address in ADDRESSES if ranges.contains(address)}


@given(sets())
def test_the_text_reads_back_as_the_same_set(addresses: set[Address]) -> None:
    ranges = AddressRanges.of_addresses(addresses)
    assert AddressRanges.parse(str(ranges)) == ranges
    assert expanded(ranges) == addresses
    assert ranges.count == len(addresses)
    assert bool(ranges) == bool(addresses)


@given(sets(), sets())
def test_the_arithmetic_is_that_of_sets(one: set[Address], other: set[Address]) -> None:
    left, right = AddressRanges.of_addresses(one), AddressRanges.of_addresses(other)
    assert left.minus(right) == AddressRanges.of_addresses(one - other)
    assert left.both(right) == AddressRanges.of_addresses(one & other)
    assert left.union(right) == AddressRanges.of_addresses(one | other)
    assert (left == right) == (one == other)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("192.0.2.0-192.0.2.255", "192.0.2.0/24"),
        ("192.0.2.1-192.0.2.2", "192.0.2.1-192.0.2.2"),
        ("192.0.2.1 192.0.2.0", "192.0.2.0/31"),
        ("0.0.0.0/0 ::/0", "0.0.0.0/0 ::/0"),
        ("fe80::1%a-b fe80::2%a-b fe80::3%a-b", "fe80::1%a-b fe80::2%a-b/127"),
        ("fe80::%eth0/64", "fe80::%eth0/64"),
        ("", ""),
    ],
)
def test_the_text_is_short_and_exact(text: str, shown: str) -> None:
    assert str(AddressRanges.parse(text)) == shown


@pytest.mark.parametrize(
    "text",
    [
        "192.0.2.1/24",
        "192.0.2.9-192.0.2.1",
        "192.0.2.1-2001:db8::1",
        "192.0.2.0/33",
        "fe80::1%a-fe80::2%b",
        "host",
        "192.0.2.1-",
        "/24",
    ],
)
def test_what_is_no_set_is_refused(text: str) -> None:
    with pytest.raises(NettoolsError):
        AddressRanges.parse(text)


def test_addresses_sort_without_zones_first_then_by_version_and_value() -> None:
    texts = ["fe80::1%b", "2001:db8::1", "192.0.2.10", "fe80::1%a", "192.0.2.9"]
    ordered = sorted((ip_address(one) for one in texts), key=address_place)
    assert [str(one) for one in ordered] == ["192.0.2.9", "192.0.2.10", "2001:db8::1", "fe80::1%a", "fe80::1%b"]
