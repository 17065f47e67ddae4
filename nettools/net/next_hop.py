"""Which way packets to a host leave, asked of the kernel: interface, source address, and whose link address they need.

The kernel is asked once for each class of destinations that its tables and rules treat alike, not for each host.
"""

import socket
from collections.abc import Iterator
from functools import partial
from ipaddress import ip_address
from typing import Final, NamedTuple

from nettools.core.address import WIDTH, Address
from nettools.core.ifaces.report import family_of
from nettools.core.netlink import request
from nettools.core.netlink.address import read_prefix
from nettools.core.netlink.link_layer import RTM_NEWLINK, LinkLayer, parse_link_layer
from nettools.core.netlink.neighbour import RTM_NEWNEIGH, dump_neighbours, parse_neighbour
from nettools.core.netlink.route_header import (
    RTA_DST,
    RTA_GATEWAY,
    RTA_OIF,
    RTA_PREFSRC,
    RTA_VIA,
    RTM_NEWROUTE,
    RTMSG,
)
from nettools.core.netlink.wire import attributes, number
from nettools.core.packet.headers import PROTOCOL_TCP
from nettools.core.prefix import Prefix
from nettools.core.route.classes import DestinationClass, DestinationClasses, is_no_host
from nettools.core.route.question import Question
from nettools.core.scan.sweep.lane import Lane
from nettools.errors import LocalFault
from nettools.net.netlink import NetlinkSocket, records
from nettools.net.sockets import REFUSALS

_UNICAST, _LOCAL = 1, 2  # RTN_*: linux/rtnetlink.h
_RTM_NEWRULE: Final = 32
_MANY_HOSTS: Final = frozenset({3, 5})  # RTN_BROADCAST, RTN_MULTICAST


class Way(NamedTuple):
    """How a host is reached."""

    lane: Lane
    gateway: int | None
    """The neighbour that packets go to; None for the host itself."""


class NextHops:
    """Answers for every destination. Raises LocalFault where the kernel gives no netlink socket."""

    def __init__(self, source: Address | None, interface: str | None) -> None:
        self._source = source
        self._interface = None if interface is None else socket.if_nametoindex(interface)
        try:
            self._netlink = NetlinkSocket()
        except OSError as error:
            raise LocalFault(f"the kernel gives no netlink socket: {error.strerror}") from None
        self._links = self._read_links()
        self._classes: dict[int, DestinationClasses] = {}
        self._ways: dict[tuple[int, DestinationClass, str | None], Way | str] = {}
        self._lanes: dict[tuple[int, Address, bool], Lane] = {}

    def way_to(self, destination: Address, value: int) -> Way | str:
        """The way, or why there is none, a key of ``LOCAL_FAULTS``; ``value`` is the destination's number.

        Raises LocalFault.
        """
        version = destination.version
        scope = None if version == 4 else getattr(destination, "scope_id", None)
        classes = self._classes.get(version)
        if classes is None:
            classes = self._classes[version] = DestinationClasses(self._prefixes(version), WIDTH[version])
        key = (version, classes.class_of(value), scope)
        found = self._ways.get(key)
        if found is None or is_no_host(version, value):
            if is_no_host(version, value):
                return "no-host"
            found = self._ways[key] = self._ask(destination, scope)
        return found

    def sure_neighbours(self, version: int) -> dict[tuple[int, int], bytes]:
        """(interface, address) -> MAC, as far as the kernel is certain."""
        dump = self._netlink.dump(partial(dump_neighbours, family=family_of(version)))
        found = (parse_neighbour(body) for body in records(dump, RTM_NEWNEIGH))
        return {(one.ifindex, one.address): one.mac for one in found if one is not None}

    def lanes_down(self) -> list[Lane]:
        """The lanes whose interface has gone, was switched off, or has no carrier."""
        links = self._read_links()
        return [lane for lane in self._lanes.values() if lane.ifindex not in links or not links[lane.ifindex].is_up]

    def close(self) -> None:
        self._netlink.close()

    def _prefixes(self, version: int) -> Iterator[Prefix]:
        family = family_of(version)
        dumps = (
            (RTM_NEWROUTE, self._netlink.dump(partial(request.dump_routes, family=family))),
            (_RTM_NEWRULE, self._netlink.dump(partial(request.dump_rules, family=family))),
        )
        for kind, dump in dumps:
            for body in records(dump, kind):
                if len(body) >= RTMSG.size:  # both headers are as long, and have the prefix in the same places
                    yield read_prefix(family, attributes(body, RTMSG.size).get(RTA_DST, b""), body[1])

    def _ask(self, destination: Address, scope: str | None) -> Way | str:
        outgoing = self._interface
        if scope:
            outgoing = int(scope) if scope.isdigit() else socket.if_nametoindex(scope)
        question = Question(destination=destination, source=self._source, protocol=PROTOCOL_TCP)
        answer = self._netlink.ask(partial(request.get_route, question=question, incoming=None, outgoing=outgoing))
        for body in records(answer, RTM_NEWROUTE):
            return self._way(body)
        return REFUSALS.get(answer.errno, "no-route")

    def _way(self, body: bytes) -> Way | str:
        kind = body[7]
        if kind in _MANY_HOSTS:
            return "no-host"
        if kind not in (_UNICAST, _LOCAL):
            return "no-route"
        values = attributes(body, RTMSG.size)
        chosen = values.get(RTA_PREFSRC, b"")
        source = self._source or (ip_address(chosen) if chosen else None)
        if source is None:
            return "no-source-address"
        gateway = values.get(RTA_GATEWAY)
        # A gateway of the other IP version is left to the kernel.
        lane = self._lane(number(values.get(RTA_OIF, b"")), source, is_raw=RTA_VIA in values)
        if isinstance(lane, str):
            return lane
        return Way(lane, None if gateway is None else int.from_bytes(gateway))

    def _lane(self, ifindex: int, source: Address, *, is_raw: bool) -> Lane | str:
        key = (ifindex, source, is_raw)
        if key not in self._lanes:
            link = self._links.get(ifindex)
            if link is None:
                return "network-down"
            self._lanes[key] = Lane(
                number=len(self._lanes),
                interface=link.name,
                ifindex=ifindex,
                source=source,
                mac=None if is_raw else link.mac,
                is_loopback=link.is_loopback,
                version=source.version,
            )
        return self._lanes[key]

    def _read_links(self) -> dict[int, LinkLayer]:
        dump = self._netlink.dump(request.dump_links)
        found = (parse_link_layer(body) for body in records(dump, RTM_NEWLINK))
        return {one.ifindex: one for one in found if one is not None}
