"""The kernel's notices to events: what a message means depends on what was known before. rtnetlink(7)."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime
from typing import Final

from nettools.core.ifaces.events import MachineEvent, address_changes, interface_changes
from nettools.core.ifaces.report import Interface, InterfaceAddress
from nettools.core.netlink.address import RTM_DELADDR, RTM_NEWADDR, parse_address_message
from nettools.core.netlink.link import RTM_DELLINK, RTM_NEWLINK, head_of, interface_of, parse_link
from nettools.core.netlink.names import NameFile, Names, no_files
from nettools.core.netlink.route import parse_route
from nettools.core.netlink.route_header import RTM_DELROUTE, RTM_NEWROUTE
from nettools.core.netlink.rule import RTM_DELRULE, RTM_NEWRULE, parse_rule
from nettools.core.netlink.wire import Message, messages
from nettools.core.route.report import Route, Rule

INTERFACE_GROUPS: Final = (1, 5, 9)  # RTNLGRP_LINK, RTNLGRP_IPV4_IFADDR, RTNLGRP_IPV6_IFADDR
ROUTE_GROUPS: Final = (7, 11)  # RTNLGRP_IPV4_ROUTE, RTNLGRP_IPV6_ROUTE
RULE_GROUPS: Final = (8, 19)  # RTNLGRP_IPV4_RULE, RTNLGRP_IPV6_RULE

_NLM_F_REPLACE: Final = 0x100
_AddressKey = tuple[str, str, int | None]


class EventReader:
    """Knows the interfaces and addresses, and says of each message what it changes."""

    def __init__(self, interfaces: Iterable[Interface], read_names: NameFile = no_files) -> None:
        self._interfaces: dict[int, Interface] = {}
        self._addresses: dict[int, dict[_AddressKey, InterfaceAddress]] = {}
        self._names = Names(self._name_of, read_names)
        self.know(interfaces)

    def know(self, interfaces: Iterable[Interface]) -> None:
        """Take this for how things stand."""
        self._interfaces = {one.ifindex: one for one in interfaces if one.ifindex is not None}
        self._addresses = {
            index: {_key(held): held for held in one.addr_info} for index, one in self._interfaces.items()
        }
        self._names.forget_interfaces()

    def events(self, datagram: bytes, now: datetime) -> Iterator[MachineEvent]:
        """What the messages of a datagram change; nothing for those that repeat what is known."""
        for message in messages(datagram):
            event = self._event(message, now)
            if event is not None:
                yield event

    def _event(self, message: Message, now: datetime) -> MachineEvent | None:
        if message.type in (RTM_NEWLINK, RTM_DELLINK):
            return self._link_event(message, now)
        if message.type in (RTM_NEWADDR, RTM_DELADDR):
            return self._address_event(message, now)
        if message.type in (RTM_NEWROUTE, RTM_DELROUTE):
            return self._route_event(message, now)
        if message.type in (RTM_NEWRULE, RTM_DELRULE):
            return self._rule_event(message, now)
        return None

    def _link_event(self, message: Message, now: datetime) -> MachineEvent | None:
        link = parse_link(message.body)
        head = None if link is None else head_of(link)
        if link is None or head is None or message.body[:1] != b"\0" or not head.is_whole:
            # Of AF_BRIDGE, a port's place in a bridge, or of wireless extensions: neither is a picture of the link.
            return None
        before = self._interfaces.get(head.ifindex)
        held = tuple(self._addresses.get(head.ifindex, {}).values())
        below = None if head.below is None else self._interfaces.get(head.below)
        is_link_down = below is not None and below.admin_up is False
        one = interface_of(link, self._names, held, is_link_down=is_link_down)
        if before is not None and before.link_index == one.link_index and before.netnsid == one.netnsid:
            # What the message cannot tell of another namespace is as it was.
            one = replace(one, link=one.link or before.link, netns=before.netns)
        if before is not None:
            one = replace(one, default=before.default)
        if before is None or before.ifname != one.ifname:
            self._names.forget_interfaces()
        if message.type == RTM_DELLINK:
            self._interfaces.pop(head.ifindex, None)
            self._addresses.pop(head.ifindex, None)
            return _event(now, "interface-removed", ifname=one.ifname, ifindex=head.ifindex, interface=one)
        self._interfaces[head.ifindex] = one
        if before is None:
            return _event(now, "interface-added", ifname=one.ifname, ifindex=head.ifindex, interface=one)
        changes = interface_changes(before, one)
        if not changes:
            return None
        return _event(now, "interface-changed", ifname=one.ifname, ifindex=head.ifindex, interface=one, changes=changes)

    def _address_event(self, message: Message, now: datetime) -> MachineEvent | None:
        found = parse_address_message(message.body, self._names)
        if found is None:
            return None
        held, index = found.address, found.ifindex
        name = self._names.interface(index)
        known = self._addresses.setdefault(index, {})
        before = known.pop(_key(held), None)
        if message.type == RTM_DELADDR:
            return _event(now, "address-removed", ifname=name, ifindex=index, address=held)
        known[_key(held)] = held
        if before is None:
            return _event(now, "address-added", ifname=name, ifindex=index, address=held)
        changes = address_changes(before, held)
        if not changes:
            return None
        return _event(now, "address-changed", ifname=name, ifindex=index, address=held, changes=changes)

    def _route_event(self, message: Message, now: datetime) -> MachineEvent | None:
        route = parse_route(message.body, self._names)
        if route is None:
            return None
        what = "changed" if message.flags & _NLM_F_REPLACE else "added"
        word = "removed" if message.type == RTM_DELROUTE else what
        return _event(now, f"route-{word}", ifname=route.dev, route=route)

    def _rule_event(self, message: Message, now: datetime) -> MachineEvent | None:
        rule = parse_rule(message.body, self._names)
        word = "removed" if message.type == RTM_DELRULE else "added"
        return None if rule is None else _event(now, f"rule-{word}", rule=rule)

    def _name_of(self, index: int) -> str | None:
        one = self._interfaces.get(index)
        return None if one is None else one.ifname


def lost(now: datetime) -> MachineEvent:
    """Some events were missed: the kernel made them faster than they were read."""
    return _event(now, "lost", changes=("events came faster than they could be read; some are missing here",))


def _event(
    now: datetime,
    event: str,
    *,
    ifname: str | None = None,
    ifindex: int | None = None,
    changes: tuple[str, ...] = (),
    interface: Interface | None = None,
    address: InterfaceAddress | None = None,
    route: Route | None = None,
    rule: Rule | None = None,
) -> MachineEvent:
    return MachineEvent(
        time=now,
        event=event,
        ifname=ifname,
        ifindex=ifindex,
        changes=changes,
        interface=interface,
        address=address,
        route=route,
        rule=rule,
    )


def _key(held: InterfaceAddress) -> _AddressKey:
    return held.family, f"{held.local}-{held.peer}", held.prefixlen
