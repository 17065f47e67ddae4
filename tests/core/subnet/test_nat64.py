"""IPv4 inside IPv6 by RFC 6052: its own table, there and back, and the bits that stay zero."""

from ipaddress import IPv4Address, IPv6Address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nettools.core.prefix import Prefix, prefix_of
from nettools.core.subnet.nat64 import embed, extract, translate, unique_local
from nettools.core.subnet.parse import parse_network
from nettools.errors import AddressError, PrefixError
from tests.core.strategies import numbers

LENGTHS = [32, 40, 48, 56, 64, 96]
U_OCTET = 0xFF << 56
"""Bits 64 to 71."""

# RFC 6052 §2.4, the IPv4 address 192.0.2.33.
TABLE = [
    ("2001:db8::/32", "2001:db8:c000:221::"),
    ("2001:db8:100::/40", "2001:db8:1c0:2:21::"),
    ("2001:db8:122::/48", "2001:db8:122:c000:2:2100::"),
    ("2001:db8:122:300::/56", "2001:db8:122:3c0:0:221::"),
    ("2001:db8:122:344::/64", "2001:db8:122:344:c0:2:2100::"),
    ("2001:db8:122:344::/96", "2001:db8:122:344::192.0.2.33"),
]


def translation_prefixes() -> st.SearchStrategy[Prefix]:
    """Prefixes of the six lengths, bits 64 to 71 zero."""
    return st.builds(
        lambda number, length: prefix_of(6, number & ~U_OCTET, length), numbers(6), st.sampled_from(LENGTHS)
    )


@pytest.mark.parametrize(("prefix", "address"), TABLE)
def test_the_table_of_rfc_6052(prefix: str, address: str) -> None:
    network, inside = parse_network(prefix), IPv4Address("192.0.2.33")
    assert embed(network, inside) == IPv6Address(address)
    assert extract(network, IPv6Address(address)) == inside


def test_the_well_known_prefix() -> None:
    network = parse_network("64:ff9b::/96")
    assert embed(network, IPv4Address("192.0.2.33")) == IPv6Address("64:ff9b::192.0.2.33")


@given(translation_prefixes(), numbers(4))
def test_what_is_embedded_is_extracted(prefix: Prefix, number: int) -> None:
    inside = IPv4Address(number)
    address = embed(prefix, inside)
    assert extract(prefix, address) == inside
    assert translate(prefix, inside) == address
    assert translate(prefix, address) == inside


@given(translation_prefixes(), numbers(4))
def test_the_address_is_in_the_prefix_with_its_u_octet_and_suffix_zero(prefix: Prefix, number: int) -> None:
    value = int(embed(prefix, IPv4Address(number)))
    assert prefix.contains(Prefix(6, value, 128))
    assert value & U_OCTET == 0
    carried = 32 if prefix.length == 96 else 40 if prefix.length + 32 > 64 else 32
    assert value & (1 << 128 - prefix.length - carried) - 1 == 0


@given(translation_prefixes(), numbers(4))
def test_the_octets_follow_each_other_around_the_u_octet(prefix: Prefix, number: int) -> None:
    octets = list(int(embed(prefix, IPv4Address(number))).to_bytes(16))
    if prefix.length != 96:
        del octets[8]
    start = prefix.length // 8
    assert bytes(octets[start : start + 4]) == number.to_bytes(4)


@given(translation_prefixes(), numbers(4), numbers(6))
def test_the_suffix_changes_nothing(prefix: Prefix, number: int, noise: int) -> None:
    if prefix.length == 96:
        return
    suffix = noise & (1 << 128 - prefix.length - 40) - 1 & ~U_OCTET if prefix.length > 32 else noise & (1 << 56) - 1
    address = IPv6Address(int(embed(prefix, IPv4Address(number))) | suffix)
    assert extract(prefix, address) == IPv4Address(number)


@pytest.mark.parametrize("length", [length for length in range(129) if length not in LENGTHS])
def test_every_other_length_is_refused_with_those_that_are_right(length: int) -> None:
    with pytest.raises(PrefixError) as caught:
        embed(prefix_of(6, int(IPv6Address("2001:db8::")), length), IPv4Address("192.0.2.1"))
    assert all(f"/{right}" in caught.value.message for right in LENGTHS)


def test_an_ipv4_prefix_is_refused() -> None:
    with pytest.raises(PrefixError):
        embed(parse_network("10.0.0.0/32"), IPv4Address("192.0.2.1"))


@given(translation_prefixes(), numbers(6))
def test_an_address_outside_the_prefix_is_refused(prefix: Prefix, number: int) -> None:
    if prefix.contains(Prefix(6, number, 128)):
        return
    with pytest.raises(AddressError, match="is not in"):
        extract(prefix, IPv6Address(number))


@pytest.mark.parametrize(("prefix", "address"), TABLE[:-1])
def test_an_address_with_bits_in_the_u_octet_is_refused(prefix: str, address: str) -> None:
    with pytest.raises(AddressError, match="64 to 71"):
        extract(parse_network(prefix), IPv6Address(int(IPv6Address(address)) | 1 << 56))


def test_a_prefix_with_bits_in_the_u_octet_is_refused() -> None:
    with pytest.raises(PrefixError, match="64 to 71"):
        embed(parse_network("2001:db8:0:0:100::/96"), IPv4Address("192.0.2.1"))


@given(st.integers(0, (1 << 40) - 1))
def test_a_unique_local_prefix_is_a_48_of_fd00_with_its_global_id(global_id: int) -> None:
    prefix = unique_local(global_id)
    assert prefix.length == 48
    assert parse_network("fd00::/8").contains(prefix)
    assert prefix.network >> 80 & (1 << 40) - 1 == global_id
    assert prefix.network == prefix_of(6, prefix.network, 48).network
