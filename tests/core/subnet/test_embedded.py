"""What an IPv6 address carries inside: IPv4 addresses by each scheme, a Teredo client, a MAC."""

from ipaddress import IPv4Address, IPv6Address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nettools.core.subnet.embedded import (
    Embedded,
    embedded_ipv4,
    eui64_mac,
    mapped,
    six_to_four,
    solicited_node,
)
from tests.core.strategies import numbers
from tests.core.subnet.facts import description

PREFIX = st.integers(0x2003, 0x3FFE)  # global unicast outside 6to4 and Teredo


def plain(kind: str, number: int) -> Embedded:
    return Embedded(kind=kind, ipv4=IPv4Address(number), server=None, client=None, port=None)


@given(numbers(4))
def test_a_mapped_address_carries_ipv4(number: int) -> None:
    assert embedded_ipv4(0xFFFF << 32 | number) == plain("mapped", number)
    assert mapped(number).ipv4_mapped == IPv4Address(number)


@given(numbers(4))
def test_a_nat64_address_carries_ipv4(number: int) -> None:
    assert embedded_ipv4(0x64FF9B << 96 | number) == plain("nat64", number)


@given(st.integers(2, (1 << 32) - 1))
def test_a_compatible_address_carries_ipv4(number: int) -> None:
    assert embedded_ipv4(number) == plain("compatible", number)


@pytest.mark.parametrize("text", ["::", "::1"])
def test_unspecified_and_loopback_carry_nothing(text: str) -> None:
    assert embedded_ipv4(int(IPv6Address(text))) is None


@given(numbers(4), st.integers(0, (1 << 80) - 1))
def test_a_6to4_address_carries_the_ipv4_of_its_prefix(number: int, rest: int) -> None:
    address = IPv6Address(0x2002 << 112 | number << 80 | rest)
    assert embedded_ipv4(int(address)) == plain("6to4", number)
    assert address.sixtofour == IPv4Address(number)


@given(numbers(4))
def test_the_6to4_prefix_of_an_address_leads_back_to_it(number: int) -> None:
    prefix = six_to_four(number)
    assert prefix.length == 48
    assert embedded_ipv4(prefix.network) == embedded_ipv4(prefix.last_number) == plain("6to4", number)


@given(numbers(4), numbers(4), st.integers(0, 65_535), st.integers(0, 65_535))
def test_a_teredo_address_carries_server_client_and_port(server: int, client: int, port: int, flags: int) -> None:
    inverted = (port ^ 0xFFFF) << 32 | client ^ 0xFFFFFFFF
    address = IPv6Address(0x20010000 << 96 | server << 64 | flags << 48 | inverted)
    assert embedded_ipv4(int(address)) == Embedded(
        kind="teredo", ipv4=None, server=IPv4Address(server), client=IPv4Address(client), port=port
    )
    assert address.teredo == (IPv4Address(server), IPv4Address(client))


@given(PREFIX, numbers(4), st.sampled_from([0x00005EFE, 0x02005EFE]))
def test_an_isatap_address_carries_ipv4(prefix: int, number: int, identifier: int) -> None:
    assert embedded_ipv4(prefix << 112 | identifier << 32 | number) == plain("isatap", number)


@given(PREFIX, numbers(4), st.integers(0, (1 << 32) - 1).filter(lambda high: high not in (0x00005EFE, 0x02005EFE)))
def test_an_address_of_no_scheme_carries_nothing(prefix: int, low: int, high: int) -> None:
    assert embedded_ipv4(prefix << 112 | high << 32 | low) is None


@pytest.mark.parametrize(
    ("text", "kind", "ipv4"),
    [
        ("::ffff:192.0.2.1", "mapped", "192.0.2.1"),
        ("64:ff9b::192.0.2.33", "nat64", "192.0.2.33"),
        ("::192.0.2.1", "compatible", "192.0.2.1"),
        ("2002:c000:204::", "6to4", "192.0.2.4"),
        ("2002:c000:204::/48", "6to4", "192.0.2.4"),
        ("2002:c000:204:1::/64", "6to4", "192.0.2.4"),
        ("2002:c000:204::1/16", "6to4", "192.0.2.4"),
        ("fe80::5efe:192.0.2.1", "isatap", "192.0.2.1"),
        ("fe80::200:5efe:192.0.2.1/64", "isatap", "192.0.2.1"),
        ("64:ff9b::192.0.2.33/96", "nat64", "192.0.2.33"),
    ],
)
def test_what_is_told_of_an_address(text: str, kind: str, ipv4: str) -> None:
    inside = description(text).embedded
    assert inside is not None
    assert (inside.kind, inside.ipv4) == (kind, IPv4Address(ipv4))


def test_the_teredo_example_of_the_rfc() -> None:
    assert description("2001:0:4136:e378:8000:63bf:3fff:fdd2").embedded == Embedded(
        kind="teredo", ipv4=None, server=IPv4Address("65.54.227.120"), client=IPv4Address("192.0.2.45"), port=40_000
    )


@pytest.mark.parametrize(
    "text", ["64:ff9b::/96", "::ffff:0:0/96", "2001::/32", "2002::/16", "2002:c000::/32", "::/0", "::/96"]
)
def test_a_network_of_many_carries_no_single_address(text: str) -> None:
    assert description(text).embedded is None


@pytest.mark.parametrize("text", ["2001:db8::1", "64:ff9b:1::192.0.2.1", "2606:4700::1", "2001:1::1", "192.0.2.1"])
def test_where_nothing_is_inside_nothing_is_told(text: str) -> None:
    assert description(text).embedded is None


@given(numbers(4))
def test_ipv4_has_a_mapped_and_a_6to4_form(number: int) -> None:
    answer = description(str(IPv4Address(number)))
    assert answer.mapped == IPv6Address(f"::ffff:{IPv4Address(number)}")
    assert answer.sixtofour == six_to_four(number)


# -- MAC addresses and solicited nodes -------------------------------------------------------------------


@given(st.integers(0, (1 << 48) - 1), st.integers(0, (1 << 64) - 1))
def test_the_mac_of_an_eui64_identifier_is_found(mac: int, prefix: int) -> None:
    flipped = mac ^ 0x02 << 40
    identifier = flipped >> 24 << 40 | 0xFFFE << 24 | flipped & 0xFFFFFF
    assert eui64_mac(prefix << 64 | identifier) == mac.to_bytes(6).hex(":")


@given(numbers(6).filter(lambda number: number >> 24 & 0xFFFF != 0xFFFE))
def test_another_identifier_has_no_mac(number: int) -> None:
    assert eui64_mac(number) is None


@pytest.mark.parametrize(
    ("text", "mac"),
    [
        ("fe80::3656:78ff:fe9a:bcde", "34:56:78:9a:bc:de"),
        ("fe80::5eff:fe10:1", "02:00:5e:10:00:01"),
        ("fe80::200:ff:fe00:0", "00:00:00:00:00:00"),
        ("2001:db8::1", None),
        ("192.0.2.1", None),
        ("ff02::1:ff:fe00:1", None),
    ],
)
def test_the_mac_is_told(text: str, mac: str | None) -> None:
    assert description(text).mac == mac


@given(numbers(6))
def test_a_solicited_node_group_ends_in_the_low_24_bits(number: int) -> None:
    group = solicited_node(number)
    assert str(group).startswith("ff02::1:ff")
    assert int(group) & 0xFFFFFF == number & 0xFFFFFF


@pytest.mark.parametrize("text", ["ff02::1", "ff02::1/64", "ff02::1/7", "ff02::1/0"])
def test_a_group_has_no_solicited_node_and_no_mac_of_a_host(text: str) -> None:
    answer = description(text)
    assert (answer.solicited_node, answer.mac) == (None, None)


@pytest.mark.parametrize(("text", "mac"), [("ff02::1/7", "33:33:00:00:00:01"), ("224.0.0.1/3", "01:00:5e:00:00:01")])
def test_a_group_has_its_mac_however_short_the_prefix(text: str, mac: str) -> None:
    assert description(text).multicast_mac == mac
