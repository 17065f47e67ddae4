"""Linux: interfaces, routes and rules from the kernel's netlink."""

import errno
import os
import socket
from collections.abc import Callable, Iterator
from dataclasses import replace
from difflib import get_close_matches
from functools import partial
from typing import Final

from nettools.core.ifaces.report import Family, Interface, Warned
from nettools.core.netlink import request
from nettools.core.netlink.address import RTM_NEWADDR
from nettools.core.netlink.dump import Dump
from nettools.core.netlink.link import RTM_NEWLINK
from nettools.core.netlink.machine import machine_interfaces
from nettools.core.netlink.names import Names
from nettools.core.netlink.route import RTM_NEWROUTE, parse_route
from nettools.core.netlink.rule import RTM_NEWRULE, parse_rule
from nettools.core.route.question import Question, SystemAnswer
from nettools.core.text import quoted
from nettools.errors import LocalFault, OptionError
from nettools.net.ethtool import speed_and_duplex
from nettools.net.far_ends import FarEnds
from nettools.net.name_files import read_name_file
from nettools.net.netlink import NetlinkSocket
from nettools.net.platform import InterfacesFound, RoutesFound

_HARDWARE_TYPES: Final = frozenset({"ether", "infiniband"})
"""What has a wire, unless it is of a kind that software makes: those drivers make a speed up."""

TORN: Final = Warned(
    kind="changing-table",
    message="the kernel's table changed while it was read, each time; entries may be missing or doubled",
    hint=None,
)


class LinuxPlatform:
    """The kernel's own account. Raises OSError when netlink is not to be had."""

    def __init__(self) -> None:
        self._netlink = NetlinkSocket()
        self.names = Names(_interface_name, read_name_file)

    def interfaces(self) -> InterfacesFound:
        links = self._dump(request.dump_links, "interfaces")
        addresses = self._dump(request.dump_addresses, "addresses")
        found = machine_interfaces(records(links, RTM_NEWLINK), records(addresses, RTM_NEWADDR), read_name_file)
        named = FarEnds(self._netlink).named(found)
        return InterfacesFound(
            interfaces=tuple(_with_speed(one) for one in named.interfaces),
            warnings=((TORN,) if links.is_torn or addresses.is_torn else ()) + named.warnings,
        )

    def routes(self, families: tuple[Family, ...], table: str | None) -> RoutesFound:
        dumps = list(self.route_dumps(families, table))
        wanted = None if table is None else self.names.table(self._table_number(table))
        routes = (parse_route(body, self.names) for dump in dumps for body in records(dump, RTM_NEWROUTE))
        rules = [
            rule
            for family in families
            for body in records(self._dump(partial(request.dump_rules, family=family), "rules"), RTM_NEWRULE)
            if (rule := parse_rule(body, self.names)) is not None
        ]
        return RoutesFound(
            # A kernel without strict checks gives all tables.
            routes=tuple(one for one in routes if one is not None and wanted in (None, one.table)),
            rules=tuple(rules),
            warnings=(TORN,) if any(dump.is_torn for dump in dumps) else (),
        )

    def route_dumps(self, families: tuple[Family, ...], table: str | None) -> Iterator[Dump]:
        """The routes of each family as the kernel sent them."""
        number = None if table is None else self._table_number(table)
        for family in families:
            yield self._dump(partial(request.dump_routes, family=family, table=number), "routes", absent=errno.ENOENT)

    def ask(self, question: Question) -> SystemAnswer:
        incoming, outgoing = _index_of(question.incoming), _index_of(question.outgoing)
        answer = self._netlink.ask(partial(request.get_route, question=question, incoming=incoming, outgoing=outgoing))
        route = next((parse_route(body, self.names) for body in records(answer, RTM_NEWROUTE)), None)
        if route is None:
            return SystemAnswer(error=errno.errorcode.get(answer.errno, str(answer.errno)))
        return SystemAnswer(
            type=route.type,
            table=route.table,
            dev=route.dev,
            gateway=route.gateway,
            source=question.source or route.prefsrc,
        )

    def close(self) -> None:
        self._netlink.close()

    def _table_number(self, table: str) -> int:
        number = self.names.table_number(table)
        if number is None or number >> 32:
            close = get_close_matches(table, self.names.table_names(), n=3)
            hint = f"did you mean {' or '.join(close)}?" if close else "name one of rt_tables, or give its number"
            raise OptionError(f"there is no routing table {quoted(table)}", hint=hint)
        return number

    def _dump(self, ask: Callable[[int], bytes], what: str, *, absent: int = 0) -> Dump:
        """A dump; ``absent`` is the errno that says that the table is not there, which is an answer."""
        dump = self._netlink.dump(ask)
        if dump.errno and dump.errno != absent:
            reason = f" ({dump.reason})" if dump.reason else ""
            raise LocalFault(f"the kernel does not tell the {what}: {os.strerror(dump.errno)}{reason}")
        return dump


def records(dump: Dump, kind: int) -> Iterator[bytes]:
    """The bodies of the messages of that type."""
    return (one.body for one in dump.records() if one.type == kind)


def _with_speed(one: Interface) -> Interface:
    """The interface with its speed, where it has a wire."""
    if "info_kind" in one.linkinfo or one.kind not in _HARDWARE_TYPES:
        return one
    speed_mbps, duplex = speed_and_duplex(one.ifname)
    return replace(one, speed_mbps=speed_mbps, duplex=duplex)


def _interface_name(index: int) -> str | None:
    try:
        return socket.if_indextoname(index)
    except (OSError, OverflowError):
        return None


def _index_of(name: str | None) -> int | None:
    if name is None:
        return None
    try:
        return socket.if_nametoindex(name)
    except OSError:
        raise OptionError(f"there is no interface {quoted(name)}") from None
