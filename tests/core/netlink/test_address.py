"""Addresses from messages composed by hand as linux/if_addr.h has them."""

from dataclasses import replace
from ipaddress import IPv4Address, IPv6Address
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nettools.core.ifaces.report import InterfaceAddress
from nettools.core.netlink.address import AddressMessage, parse_address_message, read_address
from tests.core.netlink.compose import (
    AF_BRIDGE,
    AF_INET6,
    AF_MPLS,
    address,
    can_be_written,
    changed,
    ip,
    names,
    u32,
    words,
)

# enum IFA_* and IFA_F_* of linux/if_addr.h
ADDRESS, LOCAL, LABEL, BROADCAST, ANYCAST, CACHEINFO, FLAGS, PRIORITY, PROTO = 1, 2, 3, 4, 5, 6, 8, 9, 11
PERMANENT, DEPRECATED, SECONDARY, NOPREFIXROUTE, TENTATIVE = 0x80, 0x20, 0x01, 0x200, 0x40
FOR_EVER = 0xFFFFFFFF

OWN = (LOCAL, ip("192.0.2.1"))
SAME = (ADDRESS, ip("192.0.2.1"))
IPV4 = InterfaceAddress(
    family="inet",
    local=IPv4Address("192.0.2.1"),
    prefixlen=24,
    peer=None,
    broadcast=None,
    scope="global",
    label=None,
    flags=(),
    valid_life_time=None,
    preferred_life_time=None,
)
IPV6 = replace(IPV4, family="inet6", local=IPv6Address("2001:db8::1"), prefixlen=64)


def read(body: bytes) -> InterfaceAddress | None:
    found = parse_address_message(body, names())
    return None if found is None else found.address


def test_an_ipv4_address_is_read_with_the_index_of_its_interface() -> None:
    assert parse_address_message(address(SAME, OWN, index=7), names()) == AddressMessage(7, IPV4)


def test_an_ipv6_address_has_no_local_part_and_is_the_address() -> None:
    body = address((ADDRESS, ip("2001:db8::1")), family=AF_INET6, length=64)
    assert read(body) == IPV6


def test_the_other_end_of_a_point_to_point_address_is_its_peer() -> None:
    ipv4 = address((ADDRESS, ip("192.0.2.9")), OWN, length=32)
    ipv6 = address((LOCAL, ip("2001:db8::1")), (ADDRESS, ip("2001:db8::9")), family=AF_INET6, length=128)
    assert read(ipv4) == replace(IPV4, peer=IPv4Address("192.0.2.9"), prefixlen=32)
    assert read(ipv6) == replace(IPV6, peer=IPv6Address("2001:db8::9"), prefixlen=128)


def test_an_address_without_the_other_end_has_no_peer() -> None:
    assert read(address(OWN)) == IPV4


@pytest.mark.parametrize(
    ("pair", "field", "value"),
    [
        ((LABEL, words("eth0:1")), "label", "eth0:1"),
        ((BROADCAST, ip("192.0.2.255")), "broadcast", IPv4Address("192.0.2.255")),
        ((FLAGS, u32(PERMANENT | SECONDARY | NOPREFIXROUTE)), "flags", ("secondary", "noprefixroute")),
        ((FLAGS, u32(DEPRECATED)), "flags", ("deprecated", "dynamic")),
        ((CACHEINFO, u32(FOR_EVER, FOR_EVER, 1, 2)), "valid_life_time", None),
        ((CACHEINFO, u32(FOR_EVER, 600, 1, 2)), "valid_life_time", 600),
        ((CACHEINFO, u32(300, FOR_EVER, 1, 2)), "preferred_life_time", 300),
        ((CACHEINFO, u32(0, FOR_EVER, 1, 2)), "preferred_life_time", 0),
        ((CACHEINFO, u32(300)), "preferred_life_time", None),
    ],
)
def test_every_attribute_has_its_field(pair: tuple[int, bytes], field: str, value: Any) -> None:
    found = read(address(SAME, OWN, pair))
    assert found == replace(IPV4, **{field: value})


def test_an_address_may_live_longer_than_it_is_preferred() -> None:
    found = read(address(SAME, OWN, (CACHEINFO, u32(300, 600, 0, 0))))
    assert found == replace(IPV4, preferred_life_time=300, valid_life_time=600)


def test_the_flags_of_the_header_count_where_there_are_no_others() -> None:
    """They have eight bits; IFA_FLAGS came with Linux 3.14."""
    assert read(address(SAME, OWN, flags=DEPRECATED | PERMANENT)) == replace(IPV4, flags=("deprecated",))
    body = address(SAME, OWN, (FLAGS, u32(PERMANENT)), flags=DEPRECATED)
    assert read(body) == IPV4


def test_bit_0_of_the_flags_is_temporary_in_ipv6() -> None:
    body = address((ADDRESS, ip("2001:db8::1")), family=AF_INET6, length=64, flags=PERMANENT | SECONDARY | TENTATIVE)
    assert read(body) == replace(IPV6, flags=("temporary", "tentative"))


@pytest.mark.parametrize(("scope", "name"), [(0, "global"), (200, "site"), (253, "link"), (254, "host"), (9, "9")])
def test_the_scope_has_its_name_or_its_number(scope: int, name: str) -> None:
    assert read(address(SAME, OWN, scope=scope)) == replace(IPV4, scope=name)


def test_attributes_that_are_not_known_are_passed_over() -> None:
    body = address((ANYCAST, ip("192.0.2.3")), SAME, OWN, (PRIORITY, u32(5)), (PROTO, b"\3"), (9999, b"\xff"), (0, b""))
    assert read(body) == IPV4


@pytest.mark.parametrize("family", [0, AF_BRIDGE, AF_MPLS, 255])
def test_another_family_is_none(family: int) -> None:
    assert read(address(SAME, OWN, family=family)) is None


@pytest.mark.parametrize("body", [b"", address()[:7], address(), address((LOCAL, b"\1\2\3")), address(OWN)[:15]])
def test_a_message_without_an_address_is_none(body: bytes) -> None:
    assert read(body) is None


def test_an_address_is_four_or_sixteen_bytes() -> None:
    assert read_address(ip("192.0.2.1")) == IPv4Address("192.0.2.1")
    assert read_address(ip("2001:db8::1")) == IPv6Address("2001:db8::1")
    assert [read_address(value) for value in (None, b"", b"\1\2\3", bytes(5), bytes(15), bytes(17))] == [None] * 6


SAMPLES = [
    address(SAME, OWN, (BROADCAST, ip("192.0.2.255")), (LABEL, words("eth0")), (CACHEINFO, u32(300, 600, 0, 0))),
    address((ADDRESS, ip("2001:db8::1")), (FLAGS, u32(0x280)), family=AF_INET6, length=64),
]


@given(st.one_of(st.binary(max_size=150), changed(SAMPLES)))
def test_whatever_bytes_there_are_an_address_is_read(body: bytes) -> None:
    found = read(body)
    if found is not None:
        can_be_written(found)


@pytest.mark.parametrize("kind", range(1, 13))
def test_the_longest_attribute_of_an_address_is_read(kind: int) -> None:
    found = read(address(*(() if kind == LOCAL else (OWN,)), SAME, (kind, b"\xff" * 9000)))
    if found is not None:
        can_be_written(found)
