"""The kernel's notices: what comes, changes and goes, and nothing for what is known."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given

from nettools.core.ifaces.events import MachineEvent
from nettools.core.netlink.events import EventReader, lost
from nettools.core.netlink.machine import machine_interfaces
from tests.core.netlink import compose
from tests.core.netlink.compose import (
    AF_INET,
    AF_INET6,
    address,
    can_be_written,
    changed,
    header,
    ip,
    link,
    nest,
    route,
    rule,
    u8,
    u16,
    u32,
    words,
)

NOW = datetime(2024, 1, 2, 3, 4, 5, 678900, tzinfo=UTC)
NEWLINK, DELLINK, NEWADDR, DELADDR = 16, 17, 20, 21
NEWROUTE, DELROUTE, NEWRULE, DELRULE = 24, 25, 32, 33
REPLACE = 0x100  # NLM_F_REPLACE

MTU, IFNAME, MASTER, LINKINFO, ALIAS = 4, 3, 10, 18, 20
DOWN, UP = 0x1002, 0x1043


def eth(name: str = "eth0", *pairs: tuple[int, bytes], mtu: int = 1500, index: int = 2, flags: int = UP) -> bytes:
    return link((IFNAME, words(name)), (MTU, u32(mtu)), *pairs, index=index, flags=flags)


def held(text: str = "192.0.2.5", *, index: int = 2, length: int = 24, valid: int = 0xFFFFFFFF) -> bytes:
    family = AF_INET6 if ":" in text else AF_INET
    cache = u32(valid, valid, 0, 0)
    return address((1, ip(text)), (2, ip(text)), (6, cache), family=family, length=length, index=index)


def way(text: str = "198.51.100.0", *, length: int = 24, gateway: str = "192.0.2.1") -> bytes:
    family = AF_INET6 if ":" in text else AF_INET
    return route((1, ip(text)), (5, ip(gateway)), (4, u32(2)), family=family, to_length=length)


RULE = rule((6, u32(100)), (15, u32(77)), table=0)


def reader(*links: bytes, addresses: tuple[bytes, ...] = ()) -> EventReader:
    return EventReader(machine_interfaces(links, addresses))


def told(made: EventReader, *notices: tuple[int, bytes], flags: int = 0) -> list[MachineEvent]:
    return list(made.events(b"".join(header(kind, flags, 0, body) for kind, body in notices), NOW))


def summary(events: list[MachineEvent]) -> list[tuple[str, str | None]]:
    return [(event.event, event.ifname) for event in events]


def test_an_interface_comes_changes_and_goes() -> None:
    made = reader()
    notices = (NEWLINK, eth()), (NEWLINK, eth(mtu=1400)), (DELLINK, eth(mtu=1400))
    events = told(made, *notices)
    assert summary(events) == [
        ("interface-added", "eth0"),
        ("interface-changed", "eth0"),
        ("interface-removed", "eth0"),
    ]
    assert [event.changes for event in events] == [(), ("mtu 1500 → 1400",), ()]
    assert [event.interface.mtu if event.interface else None for event in events] == [1500, 1400, 1400]


def test_an_event_tells_one_thing_and_its_time() -> None:
    [event] = told(reader(), (NEWLINK, eth()))
    assert event.time == NOW
    assert (event.address, event.route, event.rule) == (None, None, None)


def test_a_notice_that_repeats_what_is_known_is_no_event() -> None:
    made = reader(eth(), addresses=(held(),))
    assert told(made, (NEWLINK, eth()), (NEWADDR, held()), (NEWLINK, eth())) == []
    told(made, (NEWLINK, eth(mtu=1400)))
    assert told(made, (NEWLINK, eth(mtu=1400))) == []


def test_counters_that_go_on_are_no_event() -> None:
    made = reader(eth("eth0", (23, bytes(200))))
    assert told(made, (NEWLINK, eth("eth0", (23, b"\1" * 200)))) == []


def test_a_renamed_interface_is_the_same_and_everything_after_has_its_new_name() -> None:
    made = reader(eth(), addresses=(held(),))
    events = told(made, (NEWLINK, eth("wan0")), (NEWADDR, held("198.51.100.5")), (NEWROUTE, way()))
    assert summary(events) == [("interface-changed", "wan0"), ("address-added", "wan0"), ("route-added", "wan0")]
    assert events[0].changes == ("ifname eth0 → wan0",)


def test_a_number_that_is_given_again_belongs_to_the_new_interface() -> None:
    made = reader(eth())
    told(made, (NEWADDR, held()), (DELADDR, held()), (DELLINK, eth()))
    events = told(made, (NEWLINK, eth("new0")), (NEWADDR, held()))
    assert summary(events) == [("interface-added", "new0"), ("address-added", "new0")]


def test_what_is_said_of_an_interface_that_is_not_known_has_its_number() -> None:
    assert summary(told(reader(), (NEWADDR, held(index=9)), (NEWROUTE, way()))) == [
        ("address-added", "if9"),
        ("route-added", "if2"),
    ]


def test_an_address_comes_changes_and_goes() -> None:
    made = reader(eth())
    events = told(made, (NEWADDR, held(valid=600)), (NEWADDR, held(valid=300)), (DELADDR, held(valid=300)))
    assert summary(events) == [("address-added", "eth0"), ("address-changed", "eth0"), ("address-removed", "eth0")]
    assert events[1].changes == ("valid_life_time 600 → 300", "preferred_life_time 600 → 300")
    assert {str(event.address.local) for event in events if event.address} == {"192.0.2.5"}


def test_addresses_differ_by_prefix_length_and_interface() -> None:
    made = reader(eth(), eth("eth1", index=3), addresses=(held(),))
    assert len(told(made, (NEWADDR, held(length=32)), (NEWADDR, held(index=3)))) == 2


def test_an_interface_in_an_event_has_its_addresses() -> None:
    made = reader(eth(), addresses=(held(),))
    events = told(made, (NEWADDR, held("2001:db8::5", length=64)), (DELADDR, held()), (NEWLINK, eth(flags=DOWN)))
    [interface] = [event.interface for event in events if event.interface]
    assert [str(one.local) for one in interface.addr_info] == ["2001:db8::5"]


def test_the_addresses_of_an_interface_go_with_it() -> None:
    made = reader(eth(), addresses=(held(),))
    told(made, (DELLINK, eth()))
    events = told(made, (NEWLINK, eth()), (NEWADDR, held()))
    assert summary(events) == [("interface-added", "eth0"), ("address-added", "eth0")]
    assert [one.addr_info for event in events if (one := event.interface)] == [()]


def test_an_event_has_the_number_of_its_interface() -> None:
    events = told(reader(), (NEWLINK, eth(index=5)), (NEWADDR, held(index=5)), (DELLINK, eth(index=5)))
    assert [event.ifindex for event in events] == [5, 5, 5]


def test_a_far_end_that_was_found_out_before_is_no_change_when_a_notice_cannot_tell_it() -> None:
    pair = eth("v0", (5, u32(9)), (37, u32(0)))
    [one] = machine_interfaces([pair], [])
    made = EventReader([replace(one, link="far0", netns="guest")])
    assert told(made, (NEWLINK, pair)) == []
    [event] = told(made, (NEWLINK, eth("v0", (5, u32(9)), (37, u32(0)), mtu=1400)))
    assert event.changes == ("mtu 1500 → 1400",)
    assert event.interface is not None
    assert (event.interface.link, event.interface.netns) == ("far0", "guest")
    [event] = told(made, (NEWLINK, eth("v0", (5, u32(8)), (37, u32(0)), mtu=1400)))
    assert event.changes == ("link far0 → -",)


def test_a_lower_link_that_is_down_is_told_as_in_a_list() -> None:
    over = eth("v0", (5, u32(2)), index=8)
    made = reader(eth(flags=DOWN), over)
    assert told(made, (NEWLINK, over)) == []


def test_a_notice_of_wireless_extensions_is_no_picture_of_the_link() -> None:
    made = reader(eth())
    assert told(made, (NEWLINK, link((IFNAME, words("eth0")), (11, b"wireless")))) == []
    assert told(made, (NEWLINK, eth())) == []


def test_routes_come_are_replaced_and_go() -> None:
    made = reader(eth())
    assert summary(told(made, (NEWROUTE, way()))) == [("route-added", "eth0")]
    assert summary(told(made, (NEWROUTE, way(gateway="192.0.2.9")), flags=REPLACE)) == [("route-changed", "eth0")]
    [event] = told(made, (DELROUTE, way("2001:db8::", length=32, gateway="fe80::1")))
    assert (event.event, str(event.route.dst) if event.route else None) == ("route-removed", "2001:db8::/32")


def test_rules_come_and_go_and_belong_to_no_interface() -> None:
    events = told(reader(), (NEWRULE, RULE), (DELRULE, RULE))
    assert summary(events) == [("rule-added", None), ("rule-removed", None)]
    assert [(event.rule.priority, event.rule.table) for event in events if event.rule] == [(100, "77"), (100, "77")]


@pytest.mark.parametrize("kind", [NEWLINK, DELLINK])
def test_what_a_bridge_says_of_its_ports_is_passed_over(kind: int) -> None:
    made = reader(eth())
    of_bridge = u8(compose.AF_BRIDGE) + eth(mtu=9000)[1:]
    assert told(made, (kind, of_bridge)) == []
    assert told(made, (NEWLINK, eth())) == []


@pytest.mark.parametrize(
    "notice",
    [
        pytest.param((3, b""), id="the end of a dump"),
        pytest.param((28, b"\2" + bytes(20)), id="a neighbour"),
        pytest.param((NEWLINK, b"\0\0"), id="a link cut short"),
        pytest.param((NEWLINK, link()), id="a link without a name"),
        pytest.param((NEWADDR, b"\2"), id="an address cut short"),
        pytest.param((NEWADDR, address((1, b"abc"))), id="an address that is none"),
        pytest.param((NEWROUTE, b"\2"), id="a route cut short"),
        pytest.param((NEWROUTE, route(family=compose.AF_MPLS)), id="a route of another family"),
        pytest.param((NEWRULE, b"\2"), id="a rule cut short"),
        pytest.param((NEWRULE, rule(family=compose.AF_MPLS)), id="a rule of another family"),
    ],
)
def test_what_cannot_be_understood_is_no_event(notice: tuple[int, bytes]) -> None:
    assert told(reader(eth()), notice) == []


def test_what_is_known_anew_is_what_counts_from_then_on() -> None:
    made = reader(eth(), addresses=(held(),))
    made.know(machine_interfaces([eth("wan0", mtu=1400)], [held("198.51.100.5")]))
    assert told(made, (NEWLINK, eth("wan0", mtu=1400)), (NEWADDR, held("198.51.100.5"))) == []
    events = told(made, (NEWADDR, held()), (NEWLINK, eth("wan0")))
    assert summary(events) == [("address-added", "wan0"), ("interface-changed", "wan0")]


def test_an_interface_that_is_known_to_have_gone_comes_again() -> None:
    made = reader(eth())
    made.know([])
    assert summary(told(made, (NEWLINK, eth()))) == [("interface-added", "eth0")]


def test_lost_notices_are_an_event_that_says_so() -> None:
    event = lost(NOW)
    assert (event.event, event.time, event.ifname) == ("lost", NOW, None)
    assert "missing" in event.changes[0]


VLAN = eth("eth0.7", (5, u32(2)), (LINKINFO, nest((1, words("vlan")), (2, nest((1, u16(7)))))), index=8)


@given(changed([header(NEWLINK, 0, 0, eth()) + header(NEWADDR, 0, 0, held()), header(NEWLINK, 0, 0, VLAN),
                header(NEWROUTE, 0, 0, way()), header(NEWRULE, 0, 0, RULE), header(DELLINK, 0, 0, eth())]))  # fmt: skip
def test_whatever_is_in_a_notice_what_it_gives_can_be_written(datagram: bytes) -> None:
    for event in reader(eth(), VLAN, addresses=(held(),)).events(datagram, NOW):
        can_be_written(event)
