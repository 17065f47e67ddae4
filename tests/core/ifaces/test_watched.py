"""Which events are told when some interfaces were asked for: by name, or whatever is up or of a kind."""

from dataclasses import replace
from datetime import UTC, datetime

from nettools.core.ifaces.events import MachineEvent
from nettools.core.ifaces.report import Family, Interface
from nettools.core.ifaces.watched import WatchedInterfaces
from nettools.core.netlink.events import lost
from tests.core.ifaces.machines import interface
from tests.core.route.machines import interface_address

BOTH: tuple[Family, ...] = ("inet", "inet6")
NOW = datetime(2024, 1, 2, tzinfo=UTC)
ETH = interface("eth0", ifindex=2)
BRIDGE = interface("br0", ifindex=3, kind="bridge")
MACHINE = (ETH, BRIDGE)


def event_of(one: Interface, word: str = "interface-changed", address: str | None = None) -> MachineEvent:
    """What happens to an interface, or to an address of it."""
    return MachineEvent(
        time=NOW,
        event=word,
        ifname=one.ifname,
        ifindex=one.ifindex,
        changes=(),
        interface=one if address is None else None,
        address=None if address is None else interface_address(address),
        route=None,
        rule=None,
    )


def named(*shown: Interface, families: tuple[Family, ...] = BOTH) -> WatchedInterfaces:
    return WatchedInterfaces(shown, are_named=True, families=families)


def all_of(*shown: Interface, only_up: bool = False, kind: str | None = None) -> WatchedInterfaces:
    return WatchedInterfaces(shown, are_named=False, families=BOTH, only_up=only_up, kind=kind)


def test_where_nothing_was_asked_for_everything_is_told() -> None:
    watched = all_of(*MACHINE)
    assert all(watched.is_wanted(event_of(one)) for one in (*MACHINE, interface("new0", ifindex=9)))
    assert watched.is_wanted(event_of(ETH, "address-added", "192.0.2.1/24"))


def test_of_named_interfaces_those_alone_are_told() -> None:
    watched = named(ETH)
    assert watched.is_wanted(event_of(ETH))
    assert watched.is_wanted(event_of(ETH, "address-added", "192.0.2.1/24"))
    assert not watched.is_wanted(event_of(BRIDGE))
    assert not watched.is_wanted(event_of(BRIDGE, "address-added", "192.0.2.1/24"))


def test_a_named_interface_is_followed_when_it_is_renamed() -> None:
    watched = named(ETH)
    wan = replace(ETH, ifname="wan0")
    assert watched.is_wanted(event_of(wan))
    assert watched.is_wanted(event_of(wan, "address-added", "192.0.2.1/24"))


def test_an_interface_of_the_name_that_is_made_anew_is_told_again() -> None:
    watched = named(ETH)
    assert watched.is_wanted(event_of(ETH, "interface-removed"))
    again = replace(ETH, ifindex=8)
    assert watched.is_wanted(event_of(again, "interface-added"))
    assert watched.is_wanted(event_of(again, "address-added", "192.0.2.1/24"))


def test_addresses_of_the_other_family_are_left_out() -> None:
    watched = named(ETH, families=("inet6",))
    assert not watched.is_wanted(event_of(ETH, "address-added", "192.0.2.1/24"))
    assert watched.is_wanted(event_of(ETH, "address-added", "2001:db8::1/64"))
    assert watched.is_wanted(event_of(ETH))


def test_what_is_lost_is_always_told() -> None:
    assert named(ETH).is_wanted(lost(NOW))
    assert all_of(kind="dummy").is_wanted(lost(NOW))


def test_of_a_kind_those_alone_are_told() -> None:
    watched = all_of(BRIDGE, kind="bridge")
    assert watched.is_wanted(event_of(BRIDGE))
    assert not watched.is_wanted(event_of(ETH))
    assert watched.is_wanted(event_of(replace(BRIDGE, ifname="br1", ifindex=7), "interface-added"))


def test_that_an_interface_comes_up_and_goes_down_is_told_and_then_nothing_more() -> None:
    off = replace(ETH, admin_up=False)
    watched = all_of(BRIDGE, only_up=True)
    assert not watched.is_wanted(event_of(replace(off, mtu=1400)))
    assert watched.is_wanted(event_of(ETH))
    assert watched.is_wanted(event_of(ETH, "address-added", "192.0.2.1/24"))
    assert watched.is_wanted(event_of(off))
    assert not watched.is_wanted(event_of(off, "address-added", "192.0.2.1/24"))
    assert not watched.is_wanted(event_of(replace(off, mtu=1400)))
