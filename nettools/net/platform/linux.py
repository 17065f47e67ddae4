"""Linux: interfaces from the kernel's netlink; ``linux_routes`` reads routes and rules when they are asked for."""

import os
import socket
from collections.abc import Sequence
from dataclasses import replace
from errno import ENOENT
from functools import cache, partial
from typing import TYPE_CHECKING, Final

from nettools.core.ifaces.defaults import DefaultWay, default_ways_of
from nettools.core.ifaces.report import Family, Interface, Warned
from nettools.core.netlink import request
from nettools.core.netlink.address import RTM_NEWADDR
from nettools.core.netlink.link import RTM_NEWLINK
from nettools.core.netlink.machine import machine_interfaces
from nettools.core.netlink.names import Names
from nettools.core.netlink.route_header import RT_TABLE_MAIN, RTM_NEWROUTE, default_ways, has_default_object
from nettools.net.name_files import read_name_file
from nettools.net.netlink import NetlinkSocket, records, whole_dump
from nettools.net.platform import BOTH_FAMILIES, TORN, InterfacesFound, RoutesFound

if TYPE_CHECKING:
    from nettools.core.prefix import Prefix
    from nettools.core.route.question import Question, SystemAnswer
    from nettools.net.platform.linux_routes import RouteReader

_HARDWARE_TYPES: Final = frozenset({"ether", "infiniband"})
"""What has a wire, unless it is of a kind that software makes: those drivers make a speed up."""


_UDP: Final = 17
"""What the kernel takes a packet for of which it is not told the protocol: inet_rtm_getroute()."""


class LinuxPlatform:
    """The kernel's own account. Raises OSError when netlink is not to be had."""

    def __init__(self) -> None:
        self.netlink = NetlinkSocket()
        # Links are named as their own dump names them, routes as the kernel does now; the files say the same to both.
        self._read_names = cache(read_name_file)
        self.names = Names(_interface_name, self._read_names)

    def interfaces(self) -> InterfacesFound:
        links = whole_dump(self.netlink, request.dump_links, "interfaces")
        addresses = whole_dump(self.netlink, request.dump_addresses, "addresses")
        found = machine_interfaces(records(links, RTM_NEWLINK), records(addresses, RTM_NEWADDR), self._read_names)
        warnings: tuple[Warned, ...] = (TORN,) if links.is_torn or addresses.is_torn else ()
        if any(one.netnsid is not None for one in found):
            from nettools.net.far_ends import FarEnds

            named = FarEnds(self.netlink).named(found)
            found, warnings = named.interfaces, warnings + named.warnings
        return InterfacesFound(interfaces=tuple(self._with_speed(one) for one in found), warnings=warnings)

    def default_ways(self) -> Sequence[DefaultWay]:
        dumps = (
            whole_dump(
                self.netlink,
                partial(request.dump_routes, family=family, table=RT_TABLE_MAIN),
                "routes",
                absent=(ENOENT,),
            )
            for family in BOTH_FAMILIES
        )
        bodies = [body for dump in dumps for body in records(dump, RTM_NEWROUTE) if body[1:2] == b"\0"]
        by_object = [body for body in bodies if has_default_object(body)]
        if not by_object:
            return list(default_ways(bodies, self.names))
        reader = self.route_reader()
        whole = (route for body in by_object if (route := reader.route(body)) is not None)
        return [*default_ways(bodies, self.names), *default_ways_of(whole)]

    def counters(self) -> tuple[Interface, ...]:
        links = whole_dump(self.netlink, request.dump_links, "interfaces")
        return machine_interfaces(records(links, RTM_NEWLINK), (), self._read_names)

    def filled(self, question: "Question") -> "Question":
        uid = os.getuid() if question.uid is None else question.uid
        return replace(question, uid=uid, protocol=_UDP if question.protocol is None else question.protocol)

    def routes(self, families: tuple[Family, ...], table: str | None, touching: "Sequence[Prefix]" = ()) -> RoutesFound:
        return self.route_reader().routes(families, table, touching)

    def ask(self, question: "Question") -> "SystemAnswer":
        return self.route_reader().ask(question)

    def route_reader(self) -> "RouteReader":
        """The part of the platform that knows routes, loaded when it is wanted."""
        from nettools.net.platform.linux_routes import RouteReader

        return RouteReader(self.netlink, self.names)

    def close(self) -> None:
        self.netlink.close()

    def _with_speed(self, one: Interface) -> Interface:
        """The interface with its speed, where it has a wire."""
        if "info_kind" in one.linkinfo or one.kind not in _HARDWARE_TYPES:
            return one
        from nettools.net.ethtool import speed_and_duplex

        speed_mbps, duplex = speed_and_duplex(self.netlink.fileno(), one.ifname)
        return replace(one, speed_mbps=speed_mbps, duplex=duplex)


def _interface_name(index: int) -> str | None:
    try:
        return socket.if_indextoname(index)
    except (OSError, OverflowError):
        return None
