"""Reverse zones tile a network; the PTR name of each address lies in exactly one of them."""

from ipaddress import IPv4Address, IPv6Address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nettools.core.prefix import Prefix
from nettools.core.subnet.parse import parse_network
from nettools.core.subnet.reverse import ptr_name, reverse_zones
from tests.core.strategies import any_prefix, numbers, versions

STEP = {4: 8, 6: 4}
ROOT = {4: "in-addr.arpa", 6: "ip6.arpa"}
DEEPEST = {4: 24, 6: 124}


def zone_block(zone: str) -> Prefix:
    """The addresses whose PTR names end in the zone."""
    version = 4 if zone.endswith(ROOT[4]) else 6
    labels = zone.removesuffix(ROOT[version]).removesuffix(".").split(".") if zone != ROOT[version] else []
    number = 0
    for label in reversed(labels):
        number = number << STEP[version] | int(label, 10 if version == 4 else 16)
    length = STEP[version] * len(labels)
    prefix = Prefix(version, 0, length)
    return Prefix(version, number << prefix.host_bits, length)


@given(any_prefix())
def test_the_zones_tile_the_network_or_hold_it(network: Prefix) -> None:
    blocks = [zone_block(zone) for zone in reverse_zones(network)]
    assert len({block.length for block in blocks}) == 1
    if network.length > DEEPEST[network.version]:
        (around,) = blocks
        assert around.length == DEEPEST[network.version]
        assert around.contains(network)
    else:
        starts = [block.network for block in blocks]
        assert starts == list(range(network.network, network.last_number + 1, blocks[0].size))
        assert len(blocks) * blocks[0].size == network.size


@given(any_prefix())
def test_the_zones_are_as_few_as_the_boundaries_allow(network: Prefix) -> None:
    zones = list(reverse_zones(network))
    assert len(zones) <= 1 << STEP[network.version] - 1
    assert len(set(zones)) == len(zones)
    is_on_boundary = network.length % STEP[network.version] == 0
    assert not is_on_boundary or len(zones) == 1


@given(any_prefix().flatmap(lambda network: st.tuples(st.just(network), st.integers(0, network.size - 1))))
def test_the_ptr_name_of_an_address_is_in_exactly_one_zone(case: tuple[Prefix, int]) -> None:
    network, offset = case
    name = ptr_name(network.version, network.network + offset)
    assert sum(name.endswith(f".{zone}") for zone in reverse_zones(network)) == 1


@given(versions().flatmap(lambda version: st.tuples(st.just(version), numbers(version))))
def test_the_ptr_name_is_the_one_that_ipaddress_has(case: tuple[int, int]) -> None:
    version, number = case
    address = IPv4Address(number) if version == 4 else IPv6Address(number)
    assert ptr_name(version, number) == address.reverse_pointer


@pytest.mark.parametrize(
    ("text", "zones"),
    [
        ("0.0.0.0/0", ["in-addr.arpa"]),
        ("10.0.0.0/8", ["10.in-addr.arpa"]),
        ("10.0.0.0/7", ["10.in-addr.arpa", "11.in-addr.arpa"]),
        ("192.168.0.0/16", ["168.192.in-addr.arpa"]),
        ("192.0.2.0/24", ["2.0.192.in-addr.arpa"]),
        ("10.0.0.0/23", ["0.0.10.in-addr.arpa", "1.0.10.in-addr.arpa"]),
        ("255.255.254.0/23", ["254.255.255.in-addr.arpa", "255.255.255.in-addr.arpa"]),
        ("192.0.2.128/25", ["2.0.192.in-addr.arpa"]),
        ("192.0.2.7", ["2.0.192.in-addr.arpa"]),
        ("::/0", ["ip6.arpa"]),
        ("2001:db8::/32", ["8.b.d.0.1.0.0.2.ip6.arpa"]),
        ("2001:db8::/31", ["8.b.d.0.1.0.0.2.ip6.arpa", "9.b.d.0.1.0.0.2.ip6.arpa"]),
        ("2000::/3", ["2.ip6.arpa", "3.ip6.arpa"]),
        ("::/126", ["0." * 31 + "ip6.arpa"]),
    ],
)
def test_the_zones_of_a_network(text: str, zones: list[str]) -> None:
    assert list(reverse_zones(parse_network(text))) == zones
