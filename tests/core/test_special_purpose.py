"""The special-purpose registry: where a block stands in it, and what that says of each address."""

from ipaddress import IPv4Network, IPv6Network, ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nettools import data
from nettools.core.address import WIDTH
from nettools.core.prefix import Prefix, prefix_of
from nettools.core.special_purpose import Block, parse_registry, place
from nettools.core.subnet.describe import describe
from nettools.core.subnet.parse import Interface
from tests.core.strategies import any_prefix
from tests.core.subnet.facts import REGISTRY, description

ROWS = data.rows("special-purpose.tsv")
NETWORKS: list[IPv4Network | IPv6Network] = [ip_network(row[0]) for row in ROWS]
MULTICAST: list[IPv4Network | IPv6Network] = [ip_network("224.0.0.0/4"), ip_network("ff00::/8")]
ALLOCATED_V6 = IPv6Network("2000::/3")
ANSWERS = {"true": True, "false": False, "n/a": None}


def holds(network: IPv4Network | IPv6Network, version: int, number: int) -> bool:
    return network.version == version and int(network[0]) <= number <= int(network[-1])


def expected(version: int, number: int) -> tuple[str, bool | None]:
    """The name of the narrowest row around one address, and what it says; by ipaddress, row by row."""
    around = [
        (network.prefixlen, row) for row, network in zip(ROWS, NETWORKS, strict=True) if holds(network, version, number)
    ]
    if around:
        _, row = max(around, key=lambda pair: pair[0])
        return row[1], ANSWERS[row[3]]
    if any(holds(network, version, number) for network in MULTICAST):
        return "Multicast", None
    if version == 4 or holds(ALLOCATED_V6, 6, number):
        return "Global unicast", True
    return "Reserved by IETF", False


def described(version: int, number: int) -> tuple[str, bool | None]:
    host = prefix_of(version, number, WIDTH[version])
    answer = describe("", Interface(host.first, host), REGISTRY)
    return answer.category, answer.globally_reachable


def boundaries() -> list[tuple[int, int]]:
    """Both ends of each row, and the addresses right before and after it."""
    found = set()
    for network in [*NETWORKS, *MULTICAST, ALLOCATED_V6]:
        first, last = int(network[0]), int(network[-1])
        found |= {(network.version, number) for number in (first - 1, first, last, last + 1)}
    return sorted((version, number) for version, number in found if 0 <= number < 1 << WIDTH[version])


def pieces(network: Prefix) -> list[int]:
    """One address of each part of a network in which nothing changes."""
    version = network.version
    return [network.network] + [
        number for v, number in boundaries() if v == version and network.network < number <= network.last_number
    ]


def near_the_registry() -> st.SearchStrategy[Prefix]:
    """Networks around, at and inside the rows."""
    return st.builds(
        lambda place, delta, length: prefix_of(place[0], place[1], min(WIDTH[place[0]], max(0, length + delta))),
        st.sampled_from(boundaries()),
        st.integers(-3, 3),
        st.sampled_from(sorted({network.prefixlen for network in NETWORKS})),
    )


@pytest.mark.parametrize("row", ROWS, ids=[row[0] for row in ROWS])
def test_a_row_describes_its_own_block(row: list[str]) -> None:
    answer = description(row[0])
    assert answer.category == row[1]
    assert (answer.registry[0].name, str(answer.registry[0].block)) == (row[1], str(answer.network))
    assert answer.registry[0].rfc == row[2]
    assert answer.registry[0].globally_reachable is ANSWERS[row[3]]


@pytest.mark.parametrize(
    ("version", "number"), boundaries(), ids=[str(prefix_of(v, n, WIDTH[v]).first) for v, n in boundaries()]
)
def test_each_side_of_a_boundary_is_told_apart(version: int, number: int) -> None:
    name, reachable = expected(version, number)
    category, answer = described(version, number)
    assert category == name or (name == "Multicast" and category.startswith("Multicast"))
    assert answer is reachable


@pytest.mark.parametrize(
    ("text", "category", "reachable"),
    [
        ("9.255.255.255", "Global unicast", True),
        ("10.0.0.0", "Private-Use", False),
        ("100.63.255.255", "Global unicast", True),
        ("100.64.0.0", "Shared Address Space", False),
        ("100.127.255.255", "Shared Address Space", False),
        ("100.128.0.0", "Global unicast", True),
        ("172.15.255.255", "Global unicast", True),
        ("172.16.0.0", "Private-Use", False),
        ("192.0.0.7", "IPv4 Service Continuity Prefix", False),
        ("192.0.0.8", "IPv4 dummy address", False),
        ("192.0.0.9", "Port Control Protocol Anycast", True),
        ("192.0.0.11", "IETF Protocol Assignments", False),
        ("192.88.99.2", "6a44-relay anycast address", False),
        ("223.255.255.255", "Global unicast", True),
        ("240.0.0.0", "Reserved", False),
        ("255.255.255.255", "Limited Broadcast", False),
        ("::", "Unspecified Address", False),
        ("::2", "Reserved by IETF", False),
        ("1fff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "Reserved by IETF", False),
        ("2000::", "Global unicast", True),
        ("2001:1::3", "DNS-SD Service Registration Protocol Anycast", True),
        ("2001:1::4", "IETF Protocol Assignments", False),
        ("2001:db7:ffff:ffff:ffff:ffff:ffff:ffff", "Global unicast", True),
        ("2001:db8::", "Documentation", False),
        ("2606:4700::1111", "Global unicast", True),
        ("3fff:1000::", "Global unicast", True),
        ("4000::", "Reserved by IETF", False),
        ("64:ff9b::8.8.8.8", "IPv4-IPv6 Translat.", True),
        ("64:ff9b:1::1", "IPv4-IPv6 Translat.", False),
        ("fbff::1", "Reserved by IETF", False),
        ("fc00::", "Unique-Local", False),
        ("fec0::1", "Reserved by IETF", False),
    ],
)
def test_what_an_address_is_for(text: str, category: str, reachable: bool | None) -> None:
    answer = description(text)
    assert (answer.category, answer.globally_reachable) == (category, reachable)


@given(st.one_of(near_the_registry(), any_prefix()))
def test_a_network_is_reachable_only_as_all_of_its_parts_are(network: Prefix) -> None:
    answers = {expected(network.version, number)[1] for number in pieces(network)}
    answer = describe("", Interface(network.first, network), REGISTRY).globally_reachable
    assert answer is (answers.pop() if len(answers) == 1 else None)


@pytest.mark.parametrize("text", ["2001:20::/27", "2001:1::2/127"])
def test_two_reachable_blocks_that_fill_a_network_make_it_reachable(text: str) -> None:
    assert description(text).globally_reachable is True


@pytest.mark.parametrize(
    ("text", "category", "reachable"),
    [
        ("0.0.0.0/0", "Mixed", None),
        ("::/0", "Mixed", None),
        ("2000::/3", "Mixed", None),
        ("192.0.0.0/16", "Mixed", None),
        ("192.0.0.0/24", "IETF Protocol Assignments", None),
        ("192.0.0.8/31", "IETF Protocol Assignments", None),
        ("192.88.99.0/24", "Deprecated (6to4 Relay Anycast)", None),
        ("2001::/23", "IETF Protocol Assignments", None),
        ("0.0.0.0/8", '"This network"', False),
        ("240.0.0.0/4", "Reserved", False),
        ("192.0.0.170/31", "IETF Protocol Assignments", False),
        ("224.0.0.0/3", "Mixed", None),
        ("8.0.0.0/7", "Global unicast", True),
        ("2400::/6", "Mixed", True),  # 2620:4f:8000::/48 is inside, and reachable too
        ("2800::/6", "Global unicast", True),
        ("8000::/2", "Reserved by IETF", False),
    ],
)
def test_what_a_network_is_for(text: str, category: str, reachable: bool | None) -> None:
    answer = description(text)
    assert (answer.category, answer.globally_reachable) == (category, reachable)


@given(st.one_of(near_the_registry(), any_prefix()))
def test_blocks_around_and_inside_are_those_that_ipaddress_finds(network: Prefix) -> None:
    network_class = IPv4Network if network.version == 4 else IPv6Network
    ours = network_class((network.network, network.length))
    placement = place(network, REGISTRY)
    same_version = [(row, other) for row, other in zip(ROWS, NETWORKS, strict=True) if other.version == network.version]
    around = {row[0] for row, other in same_version if ours.subnet_of(other)}  # type: ignore[arg-type]
    inside = {row[0] for row, other in same_version if ours != other and other.subnet_of(ours)}  # type: ignore[arg-type]
    by_text = {row.block: text[0] for row, text in zip(REGISTRY, ROWS, strict=True)}
    assert {by_text[row.block] for row in placement.containing} == around
    assert {by_text[row.block] for row in placement.inside} == inside


@given(near_the_registry())
def test_the_narrowest_block_comes_first_and_those_inside_ascend(network: Prefix) -> None:
    placement = place(network, REGISTRY)
    lengths = [row.block.length for row in placement.containing]
    assert lengths == sorted(lengths, reverse=True)
    starts = [(row.block.network, row.block.length) for row in placement.inside]
    assert starts == sorted(starts)


def test_the_whole_space_overlaps_every_row_of_its_version() -> None:
    assert len(description("0.0.0.0/0").overlaps) == sum(network.version == 4 for network in NETWORKS)
    assert len(description("::/0").overlaps) == sum(network.version == 6 for network in NETWORKS)


def test_a_registry_is_read_from_rows() -> None:
    rows = [("192.0.2.0/24", "Doc", "RFC 1", "false"), ("2001:db8::/32", "Doc", "RFC 2", "n/a")]
    assert parse_registry(rows) == (
        Block(name="Doc", block=Prefix(4, 0xC0000200, 24), rfc="RFC 1", globally_reachable=False),
        Block(name="Doc", block=Prefix(6, 0x20010DB8 << 96, 32), rfc="RFC 2", globally_reachable=None),
    )


def test_the_shipped_rows_are_distinct_networks_without_host_bits() -> None:
    assert len(set(NETWORKS)) == len(NETWORKS) == len(REGISTRY)  # ip_network() refuses host bits
    assert all(row[2].startswith("RFC ") and row[3] in ANSWERS for row in ROWS)
