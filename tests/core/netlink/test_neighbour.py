"""The neighbour table and the link layer, as linux/neighbour.h and linux/if_link.h lay them out."""

from struct import pack

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nettools.core.netlink.link_layer import LinkLayer, parse_link_layer
from nettools.core.netlink.neighbour import Asked, Neighbour, dump_neighbours, parse_asked, parse_neighbour
from nettools.core.netlink.wire import attribute

MAC = bytes.fromhex("02a1b2c3d4e5")
UP, RUNNING, NO_ARP = 0x1, 0x40, 0x80


def neighbour(state: int, address: bytes = b"\xc0\x00\x02\x01", mac: bytes = MAC) -> bytes:
    return pack("=BBHiHBB", 2, 0, 0, 3, state, 0, 1) + attribute(1, address) + (attribute(2, mac) if mac else b"")


def link(kind: int, flags: int, mac: bytes = MAC) -> bytes:
    return pack("=BBHiII", 0, 0, kind, 5, flags, 0) + attribute(3, b"eth0\0") + attribute(1, mac)


@pytest.mark.parametrize(
    ("state", "is_sure"),
    [
        (0x01, False),
        (0x02, True),
        (0x04, False),
        (0x08, False),
        (0x10, False),
        (0x20, False),
        (0x40, True),
        (0x80, True),
    ],
)
def test_only_certain_neighbours_count(state: int, is_sure: bool) -> None:
    found = parse_neighbour(neighbour(state))
    assert found == (Neighbour(3, 0xC0000201, MAC) if is_sure else None)


def test_a_neighbour_without_a_mac_is_none() -> None:
    assert parse_neighbour(neighbour(0x80, mac=b"")) is None
    assert parse_neighbour(neighbour(0x80, mac=MAC + b"\0\0")) is None
    assert parse_neighbour(neighbour(0x80, address=b"")) is None


def test_the_request() -> None:
    assert dump_neighbours(7, "inet6") == pack("=IHHII", 28, 30, 0x301, 7, 0) + bytes([10]) + bytes(11)


@pytest.mark.parametrize(
    ("kind", "flags", "expected"),
    [
        (1, UP | RUNNING, LinkLayer(5, "eth0", MAC, is_loopback=False, is_up=True)),
        (1, UP, LinkLayer(5, "eth0", MAC, is_loopback=False, is_up=False)),
        (1, UP | RUNNING | NO_ARP, LinkLayer(5, "eth0", None, is_loopback=False, is_up=True)),
        (772, UP | RUNNING, LinkLayer(5, "eth0", None, is_loopback=True, is_up=True)),
        (65534, UP | RUNNING, LinkLayer(5, "eth0", None, is_loopback=False, is_up=True)),
    ],
)
def test_a_link(kind: int, flags: int, expected: LinkLayer) -> None:
    assert parse_link_layer(link(kind, flags)) == expected


@given(st.binary(max_size=60))
def test_any_octets_are_read_or_refused(data: bytes) -> None:
    parse_neighbour(data)
    parse_link_layer(data)


@pytest.mark.parametrize(
    ("state", "is_missing"), [(0x01, True), (0x02, False), (0x04, False), (0x08, False), (0x10, False), (0x20, True)]
)
def test_a_neighbour_that_was_asked_for_and_did_not_answer_is_missing(state: int, is_missing: bool) -> None:
    assert parse_asked(neighbour(state, mac=b"")) == Asked(3, 0xC0000201, is_missing)


def test_what_is_no_neighbour_says_nothing() -> None:
    assert parse_asked(b"") is None
    assert parse_asked(neighbour(0x20, address=b"")) is None
