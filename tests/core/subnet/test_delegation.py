"""The zones that a network's holder runs, and what the parent says of them (RFC 2317)."""

from itertools import islice

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nettools.core.address import WIDTH
from nettools.core.prefix import Prefix, prefix_of
from nettools.core.subnet.parse import parse_network
from nettools.core.subnet.reverse import delegation_lines, ptr_name, reverse_zones, zones_to_delegate
from tests.core.strategies import any_prefix, numbers

STEP = {4: 8, 6: 4}


def classless() -> st.SearchStrategy[Prefix]:
    """IPv4 networks between /25 and /31."""
    return st.builds(prefix_of, st.just(4), numbers(4), st.integers(25, 31))


@given(any_prefix())
def test_the_zones_tile_the_network(network: Prefix) -> None:
    parts = [zone.network for zone in zones_to_delegate(network)]
    number = network.network
    for part in parts:
        assert part.network == number
        number += part.size
    assert number == network.last_number + 1
    assert len({zone.name for zone in zones_to_delegate(network)}) == len(parts)


@given(any_prefix())
def test_the_zones_are_the_reverse_zones_down_to_the_last_boundary(network: Prefix) -> None:
    if network.length <= WIDTH[network.version] - STEP[network.version]:
        assert [zone.name for zone in zones_to_delegate(network)] == list(reverse_zones(network))


@given(any_prefix().flatmap(lambda network: st.tuples(st.just(network), st.integers(0, network.size - 1))))
def test_the_ptr_name_of_an_address_is_in_the_zone_of_its_part(case: tuple[Prefix, int]) -> None:
    network, offset = case
    host = prefix_of(network.version, network.network + offset, WIDTH[network.version])
    name = ptr_name(network.version, host.network)
    (holder,) = [zone for zone in zones_to_delegate(network) if zone.network.contains(host)]
    if network.version == 4 and 24 < network.length < 32:
        first, *parent = holder.name.split(".")
        assert name.split(".")[1:] == parent
        assert first == f"{network.network & 0xFF}/{network.length}"
    else:
        assert name == holder.name or name.endswith(f".{holder.name}")


@given(classless())
def test_every_address_of_a_classless_network_is_an_alias_into_its_zone(network: Prefix) -> None:
    (zone,) = zones_to_delegate(network)
    origin, delegation, *aliases = delegation_lines(network)
    (parent,) = reverse_zones(network)
    assert origin == f"$ORIGIN {parent}."
    child = delegation.partition(" ")[0]
    assert f"{child}.{parent}" == zone.name
    assert delegation == f"{child} IN NS ns.example."
    owners = [f"{line.split()[0]}.{parent}" for line in aliases]
    assert owners == [ptr_name(4, number) for number in range(network.network, network.last_number + 1)]
    assert all(line.split()[1:] == ["IN", "CNAME", f"{line.split()[0]}.{child}"] for line in aliases)


@given(any_prefix())
def test_only_a_classless_network_needs_lines_in_the_parent(network: Prefix) -> None:
    assert bool(delegation_lines(network)) == (network.version == 4 and 24 < network.length < 32)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("192.0.2.7", ["7.2.0.192.in-addr.arpa"]),
        ("192.0.2.0/24", ["2.0.192.in-addr.arpa"]),
        ("192.0.2.64/26", ["64/26.2.0.192.in-addr.arpa"]),
        ("192.0.2.254/31", ["254/31.2.0.192.in-addr.arpa"]),
        ("10.0.0.0/23", ["0.0.10.in-addr.arpa", "1.0.10.in-addr.arpa"]),
        ("0.0.0.0/0", ["in-addr.arpa"]),
        ("::/0", ["ip6.arpa"]),
        ("2001:db8::/32", ["8.b.d.0.1.0.0.2.ip6.arpa"]),
        ("::/127", ["0." * 31 + "0.ip6.arpa", "1." + "0." * 31 + "ip6.arpa"]),
        ("::1", ["1." + "0." * 31 + "ip6.arpa"]),
    ],
)
def test_the_zones_of_a_network(text: str, names: list[str]) -> None:
    assert [zone.name for zone in islice(zones_to_delegate(parse_network(text)), 20)] == names


def test_the_example_of_rfc_2317_is_met() -> None:
    # Its §4: 192.0.2.128/26 is delegated to organization B.
    lines = delegation_lines(parse_network("192.0.2.128/26"))
    assert lines[:4] == [
        "$ORIGIN 2.0.192.in-addr.arpa.",
        "128/26 IN NS ns.example.",
        "128 IN CNAME 128.128/26",
        "129 IN CNAME 129.128/26",
    ]
    assert lines[-1] == "191 IN CNAME 191.128/26"
    assert len(lines) == 2 + 64
