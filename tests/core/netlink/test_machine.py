"""Whole tables to interfaces, from messages composed by hand."""

from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nettools.core.ifaces.report import Interface
from nettools.core.netlink.machine import link_names, machine_interfaces
from tests.core.netlink import compose
from tests.core.netlink.compose import can_be_written, changed, ip, link, s32, u32, words

IFNAME, LINK, MASTER, GROUP, LINK_NETNSID = 3, 5, 10, 27, 37  # IFLA_*
UP, DOWN = 0x1043, 0x1002


def named(name: str, index: int, *pairs: tuple[int, bytes], flags: int = UP) -> bytes:
    return link((IFNAME, words(name)), *pairs, index=index, flags=flags)


def address(text: str, index: int, *, scope: int = 0) -> bytes:
    family = compose.AF_INET6 if ":" in text else compose.AF_INET
    return compose.address((1, ip(text)), (2, ip(text)), family=family, index=index, scope=scope)


def by_name(found: tuple[Interface, ...]) -> dict[str, Interface]:
    return {one.ifname: one for one in found}


def test_interfaces_are_in_the_order_of_the_kernel_each_with_its_addresses_in_their_order() -> None:
    links = [named("lo", 1), named("late", 9), named("eth0", 2)]
    addresses = [address("2001:db8::9", 9), address("127.0.0.1", 1), address("192.0.2.9", 9), address("127.0.0.2", 1)]
    found = machine_interfaces(links, addresses)
    assert [(one.ifname, [str(held.local) for held in one.addr_info]) for one in found] == [
        ("lo", ["127.0.0.1", "127.0.0.2"]),
        ("late", ["2001:db8::9", "192.0.2.9"]),
        ("eth0", []),
    ]


def test_the_address_of_an_interface_that_came_or_went_between_the_dumps_is_left_out() -> None:
    found = machine_interfaces([named("lo", 1)], [address("192.0.2.1", 5), address("127.0.0.1", 1)])
    assert [[str(held.local) for held in one.addr_info] for one in found] == [["127.0.0.1"]]


def test_masters_and_links_below_have_the_names_of_the_dump() -> None:
    found = by_name(machine_interfaces([named("br0", 7), named("veth0", 2, (MASTER, u32(7)), (LINK, u32(7)))], []))
    assert (found["veth0"].master, found["veth0"].link) == ("br0", "br0")


def test_a_master_that_is_not_in_the_dump_has_its_number() -> None:
    found = by_name(machine_interfaces([named("veth0", 2, (MASTER, u32(7)), (LINK, u32(8)))], []))
    assert (found["veth0"].master, found["veth0"].link, found["veth0"].link_index) == ("if7", "if8", 8)


@pytest.mark.parametrize(
    ("below", "pairs", "is_told"),
    [
        (DOWN, (), True),
        (UP, (), False),
        (DOWN, ((LINK_NETNSID, s32(0)),), False),  # the index is one of another namespace
    ],
)
def test_an_interface_on_one_that_is_down_says_so(
    below: int, pairs: tuple[tuple[int, bytes], ...], is_told: bool
) -> None:
    links = [named("upper", 3, (LINK, u32(2)), *pairs), named("lower", 2, flags=below)]
    assert ("M-DOWN" in by_name(machine_interfaces(links, []))["upper"].flags) == is_told


def test_an_interface_on_one_that_is_not_in_the_dump_is_not_said_to_be_on_one_that_is_down() -> None:
    assert "M-DOWN" not in by_name(machine_interfaces([named("upper", 3, (LINK, u32(2)))], []))["upper"].flags


def test_the_names_of_this_machine_are_used() -> None:
    files: dict[str, Mapping[int, str]] = {"group": {5: "lan"}, "rt_scopes": {77: "street"}}
    found = machine_interfaces(
        [named("lo", 1, (GROUP, u32(5)))], [address("127.0.0.1", 1, scope=77)], lambda name: files.get(name, {})
    )
    assert (found[0].group, found[0].addr_info[0].scope) == ("lan", "street")


def test_what_is_no_link_and_no_address_is_left_out() -> None:
    nameless, short = link(index=5), b"\0" * 15
    found = machine_interfaces(
        [nameless, short, named("lo", 1)], [b"", compose.address(family=28), address("127.0.0.1", 1)]
    )
    assert [(one.ifname, len(one.addr_info)) for one in found] == [("lo", 1)]


def test_the_names_of_links_are_found_by_their_index() -> None:
    assert link_names([named("lo", 1), link(index=5), b"", named("eth0", 2)]) == {1: "lo", 2: "eth0"}


LINKS = st.lists(st.one_of(st.binary(max_size=60), changed([named("eth0", 2, (MASTER, u32(7)), (LINK, u32(1)))])))
ADDRESSES = st.lists(st.one_of(st.binary(max_size=40), changed([address("192.0.2.1", 2), address("2001:db8::1", 2)])))


@given(LINKS, ADDRESSES)
def test_whatever_the_tables_hold_interfaces_are_made_of_it(links: list[bytes], addresses: list[bytes]) -> None:
    for one in machine_interfaces(links, addresses):
        can_be_written(one)
