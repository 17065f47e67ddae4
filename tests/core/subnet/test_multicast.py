"""Groups: their blocks and scopes, their GLOP owner, the link-layer address that carries them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nettools.core.prefix import Prefix
from nettools.core.subnet.multicast import (
    glop_asn,
    group_mac,
    is_multicast,
    mac_text,
    multicast_block,
    overlaps_multicast,
)
from nettools.core.subnet.parse import parse_network
from tests.core.strategies import any_prefix, numbers
from tests.core.subnet.facts import description

V4, V6 = Prefix(4, 224 << 24, 4), Prefix(6, 0xFF << 120, 8)


@given(any_prefix())
def test_a_network_is_multicast_when_it_lies_in_the_block_of_groups(network: Prefix) -> None:
    block = V4 if network.version == 4 else V6
    first, last = network.network, network.last_number
    assert is_multicast(network) == (block.network <= first and last <= block.last_number)
    holds_groups_and_more = first <= block.network and block.last_number <= last
    assert overlaps_multicast(network) == holds_groups_and_more


@pytest.mark.parametrize(
    ("text", "category", "scope"),
    [
        ("224.0.0.0/24", "Multicast: local network control", "link-local"),
        ("224.0.0.251", "Multicast: local network control", "link-local"),
        ("224.0.1.0", "Multicast: internetwork control", "global"),
        ("224.0.1.255", "Multicast: internetwork control", "global"),
        ("231.255.255.255", "Multicast", None),
        ("232.0.0.0", "Multicast: source-specific", "global"),
        ("232.255.255.255", "Multicast: source-specific", "global"),
        ("233.0.0.0", "Multicast: GLOP", "global"),
        ("233.251.255.255", "Multicast: GLOP", "global"),
        ("233.252.0.255", "Multicast: MCAST-TEST-NET (documentation)", "global"),
        ("233.252.1.0", "Multicast: ad hoc block III", "global"),
        ("233.255.255.255", "Multicast: ad hoc block III", "global"),
        ("234.0.0.0", "Multicast: unicast-prefix-based", "global"),
        ("235.0.0.0", "Multicast", None),
        ("238.255.255.255", "Multicast", None),
        ("239.0.0.0", "Multicast: administratively scoped", "administrative"),
        ("239.191.255.255", "Multicast: administratively scoped", "administrative"),
        ("239.192.0.0", "Multicast: administratively scoped, organization-local", "organization-local"),
        ("239.195.255.255", "Multicast: administratively scoped, organization-local", "organization-local"),
        ("239.196.0.0", "Multicast: administratively scoped", "administrative"),
        ("239.254.255.255", "Multicast: administratively scoped", "administrative"),
        ("239.255.0.0", "Multicast: administratively scoped, local", "local"),
        ("239.255.255.255", "Multicast: administratively scoped, local", "local"),
        ("224.0.0.0/4", "Multicast", None),
        ("224.0.0.0/23", "Multicast", None),
        ("238.0.0.0/7", "Multicast", None),
    ],
)
def test_the_block_and_scope_of_an_ipv4_group(text: str, category: str, scope: str | None) -> None:
    answer = description(text)
    assert (answer.category, answer.multicast_scope, answer.globally_reachable) == (category, scope, None)


SCOPES = {
    1: "interface-local",
    2: "link-local",
    3: "realm-local",
    4: "admin-local",
    5: "site-local",
    8: "organization-local",
    14: "global",
}


@given(st.integers(0, 15), st.integers(0, 15), st.integers(0, (1 << 112) - 1))
def test_the_scope_of_an_ipv6_group_is_its_fourth_digit(flags: int, digit: int, group: int) -> None:
    network = Prefix(6, 0xFF << 120 | flags << 116 | digit << 112 | group, 128)
    block = multicast_block(network)
    assert (block.scope if block else None) == SCOPES.get(digit)


@pytest.mark.parametrize(
    ("text", "category", "scope"),
    [
        ("ff02::1", "Multicast: link-local scope", "link-local"),
        ("ff02::/16", "Multicast: link-local scope", "link-local"),
        ("ff0e::101", "Multicast: global scope", "global"),
        ("ff3e::/32", "Multicast: global scope", "global"),
        ("ff00::1", "Multicast", None),
        ("ff06::1", "Multicast", None),
        ("ff0f::1", "Multicast", None),
        ("ff02::/15", "Multicast", None),
        ("ff00::/8", "Multicast", None),
    ],
)
def test_the_category_of_an_ipv6_group(text: str, category: str, scope: str | None) -> None:
    answer = description(text)
    assert (answer.category, answer.multicast_scope, answer.globally_reachable) == (category, scope, None)


@pytest.mark.parametrize(
    "text", ["192.0.2.1", "10.0.0.0/8", "223.255.255.255", "240.0.0.0", "0.0.0.0/0", "fe00::1", "::/0"]
)
def test_what_is_no_group_has_no_scope_and_no_group_mac(text: str) -> None:
    answer = description(text)
    assert (answer.multicast_scope, answer.multicast_mac) == (None, None)


# -- GLOP ------------------------------------------------------------------------------------------------


@given(st.integers(0, 251 << 8 | 255), st.integers(24, 32), st.integers(0, 255))
def test_a_glop_block_names_its_as(asn: int, length: int, host: int) -> None:
    network = parse_network(f"233.{asn >> 8}.{asn & 0xFF}.{host}/{length}")
    assert glop_asn(network) == asn


@pytest.mark.parametrize(
    "text",
    [
        "233.252.0.0/24",
        "233.255.255.0/24",
        "233.22.30.0/23",
        "233.0.0.0/8",
        "232.22.30.0/24",
        "234.0.0.0/24",
        "ff0e::/24",
    ],
)
def test_outside_a_glop_block_there_is_no_as(text: str) -> None:
    assert glop_asn(parse_network(text)) is None


# -- link-layer addresses ---------------------------------------------------------------------------------


@given(st.integers(0, (1 << 28) - 1))
def test_an_ipv4_group_is_carried_by_its_low_23_bits(low: int) -> None:
    mac = group_mac(4, 0xE0 << 24 | low)
    assert mac.startswith("01:00:5e:")
    assert int(mac.replace(":", ""), 16) & 0xFFFFFF == low & 0x7FFFFF


@given(st.integers(0, (1 << 120) - 1))
def test_an_ipv6_group_is_carried_by_its_low_32_bits(low: int) -> None:
    mac = group_mac(6, 0xFF << 120 | low)
    assert mac.startswith("33:33:")
    assert int(mac[6:].replace(":", ""), 16) == low & 0xFFFFFFFF


@pytest.mark.parametrize(
    ("text", "mac"),
    [
        ("224.0.0.1", "01:00:5e:00:00:01"),
        ("224.128.0.1", "01:00:5e:00:00:01"),
        ("239.255.255.250", "01:00:5e:7f:ff:fa"),
        ("ff02::1", "33:33:00:00:00:01"),
        ("ff02::1:ff0e:8c6c", "33:33:ff:0e:8c:6c"),
    ],
)
def test_the_group_mac_is_told(text: str, mac: str) -> None:
    assert description(text).multicast_mac == mac


@given(numbers(6).map(lambda number: number & (1 << 48) - 1))
def test_a_mac_is_six_lower_case_octets(number: int) -> None:
    text = mac_text(number)
    assert text == text.lower()
    assert [len(octet) for octet in text.split(":")] == [2] * 6
    assert int(text.replace(":", ""), 16) == number
