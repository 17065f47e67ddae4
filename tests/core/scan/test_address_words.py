"""Many addresses in few words: short for people, and targets again."""

from ipaddress import IPv4Address, IPv6Address, ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nettools.core.address import Address, address_from_int
from nettools.core.scan.address_words import addresses_in_words
from nettools.core.scan.octets import OctetPattern
from nettools.core.scan.targets import Span, parse_target

NET = int(IPv4Address("192.0.2.0"))


def spelled(word: str) -> set[Address]:
    """The addresses that the word stands for as a target."""
    found = parse_target(word)
    if isinstance(found, OctetPattern):
        return {IPv4Address(found.at(index)) for index in range(found.size)}
    assert isinstance(found, Span)
    return {address_from_int(found.version, number, found.zone) for number in range(found.first, found.last + 1)}


@pytest.mark.parametrize(
    ("first_and_last", "words"),
    [
        ([(2, 9)], "192.0.2.2-9"),
        ([(2, 9), (11, 11), (13, 14)], "192.0.2.2-9,11,13-14"),
        ([(4, 5)], "192.0.2.4-5"),
        ([(0, 127)], "192.0.2.0/25"),
        ([(0, 127), (130, 130)], "192.0.2.0-127,130"),
        ([(0, 255)], "192.0.2.0/24"),
        ([(0, 1023)], "192.0.2.0-192.0.5.255"),
        ([(2, 9), (254, 257), (300, 300)], "192.0.2.2-9 192.0.2.254-192.0.3.1 192.0.3.44"),
        ([(7, 7), (256, 511), (515, 516)], "192.0.2.7 192.0.3.0/24 192.0.4.3-4"),
    ],
)
def test_ranges_of_ipv4_are_told_by_their_last_octets(first_and_last: list[tuple[int, int]], words: str) -> None:
    numbers = [NET + one for first, last in first_and_last for one in range(first, last + 1)]
    assert addresses_in_words(map(IPv4Address, numbers)) == words


def test_ipv6_is_told_by_networks_and_ends() -> None:
    assert addresses_in_words(IPv6Address(f"2001:db8::{last:x}") for last in range(4, 8)) == "2001:db8::4/126"
    assert addresses_in_words(IPv6Address(f"2001:db8::{last}") for last in (1, 2, 3)) == "2001:db8::1-2001:db8::3"
    assert addresses_in_words(map(ip_address, ("fe80::1%a-b", "fe80::2%a-b"))) == "fe80::1%a-b fe80::2%a-b"


addresses = st.one_of(
    st.integers(NET, NET + 600).map(IPv4Address),
    st.integers(0, 40).map(lambda last: IPv6Address(f"2001:db8::{last:x}")),
    st.integers(0, 9).map(lambda last: IPv6Address(f"fe80::{last}%eth0")),
)


@given(st.sets(addresses, max_size=60), st.integers(0, 300))
def test_the_words_are_targets_that_stand_for_the_same_addresses(some: set[Address], more: int) -> None:
    whole = some | {IPv4Address(NET + number) for number in range(more)}
    words = addresses_in_words(whole).split()
    assert set().union(*map(spelled, words)) == whole
    assert sum(len(spelled(word)) for word in words) == len(whole)
