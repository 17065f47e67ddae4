"""Which neighbours do not answer, by the kernel's table."""

import socket
from ipaddress import IPv4Address, IPv6Address

import pytest

from nettools.net import missing_neighbours
from nettools.net.missing_neighbours import MissingNeighbours

LOOPBACK = socket.if_nameindex()[0]
TABLE = {
    int(IPv4Address("192.0.2.1")): {2: True},
    int(IPv4Address("192.0.2.2")): {2: False},
    int(IPv4Address("192.0.2.3")): {2: True, 3: False},
    int(IPv6Address("fe80::1")): {LOOPBACK[0]: True, 99: False},
}


@pytest.fixture
def looks(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The IP versions of which the table was read."""
    made: list[int] = []

    def read(version: int) -> dict[int, dict[int, bool]]:
        made.append(version)
        return TABLE

    monkeypatch.setattr(missing_neighbours, "_read", read)
    return made


@pytest.mark.parametrize(
    ("address", "is_missing"),
    [("192.0.2.1", True), ("192.0.2.2", False), ("192.0.2.3", False), ("192.0.2.4", False)],
)
def test_a_neighbour_is_missing_where_nobody_answers_for_it(looks: list[int], address: str, is_missing: bool) -> None:
    assert MissingNeighbours().has(IPv4Address(address)) == is_missing
    assert looks == [4]


def test_a_link_local_address_is_looked_up_on_its_link(looks: list[int]) -> None:
    missing = MissingNeighbours()
    assert missing.has(IPv6Address(f"fe80::1%{LOOPBACK[1]}"))
    assert not missing.has(IPv6Address("fe80::1"))
    assert not missing.has(IPv6Address("fe80::1%nosuch0"))


def test_the_table_is_read_once_for_hosts_that_end_together(looks: list[int]) -> None:
    moments_s = iter((0.0, 0.1, 0.2, 0.5))
    missing = MissingNeighbours(clock=lambda: next(moments_s))
    for _ in range(4):
        missing.has(IPv4Address("192.0.2.1"))
    assert looks == [4, 4]


def test_without_netlink_nothing_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: object) -> None:
        raise PermissionError

    monkeypatch.setattr("nettools.net.netlink.NetlinkSocket", refused)
    assert not MissingNeighbours().has(IPv4Address("192.0.2.1"))
