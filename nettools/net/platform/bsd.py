"""FreeBSD, OpenBSD, NetBSD, DragonFly: netifaces, netstat(1) and route(8)."""

import sys
from collections.abc import Collection, Sequence
from typing import Final

from nettools.core.address import format_address
from nettools.core.ifaces.defaults import DefaultWay, default_ways_of
from nettools.core.ifaces.report import Family
from nettools.core.prefix import Prefix
from nettools.core.route.foreign import require_expressible, require_one_table
from nettools.core.route.netstat import parse_netstat
from nettools.core.route.question import Question, SystemAnswer
from nettools.core.route.route_get import parse_route_get
from nettools.errors import ProgramFailed
from nettools.net.platform import BOTH_FAMILIES, InterfacesFound, RoutesFound
from nettools.net.platform.portable import find_interfaces
from nettools.net.platform.programs import Run, run_program

NETSTAT: Final = "/usr/bin/netstat"
ROUTE: Final = "/sbin/route"
_WIDE_SYSTEMS: Final = ("freebsd", "dragonfly")  # their netstat(1) cuts names of interfaces unless told -W


class BsdPlatform:
    """What the BSD systems' own tools say. Alternate tables (FIBs, rdomains) are not looked into."""

    def __init__(self, run: Run = run_program, system: str = sys.platform) -> None:
        self._run = run
        self._list_routes = (NETSTAT, "-rnW" if system.startswith(_WIDE_SYSTEMS) else "-rn")

    def interfaces(self) -> InterfacesFound:
        return find_interfaces()

    def routes(self, families: tuple[Family, ...], table: str | None, _touching: Sequence[Prefix] = ()) -> RoutesFound:
        return list_routes(self._run, self._list_routes, families, table)

    def close(self) -> None:
        """Nothing is held open."""

    def default_ways(self) -> Sequence[DefaultWay]:
        return default_ways_of(self.routes(BOTH_FAMILIES, "main").routes)

    def ask(self, question: Question) -> SystemAnswer:
        return ask_route(self._run, question)


def list_routes(run: Run, command: Sequence[str], families: tuple[Family, ...], table: str | None) -> RoutesFound:
    """The routes that netstat lists. Raises OptionError for a table that is not there, LocalFault."""
    require_one_table(table)
    read = parse_netstat(run(command))
    return RoutesFound(routes=tuple(route for route in read.routes if route.family in families), warnings=read.warnings)


def ask_route(run: Run, question: Question, modifiers: Sequence[str] = (), able: Collection[str] = ()) -> SystemAnswer:
    """What ``route get`` says; that it knows no route is an answer. Raises OptionError, LocalFault."""
    require_expressible(question, "route(8)", able)
    family = "-inet" if question.destination.version == 4 else "-inet6"
    try:
        return parse_route_get(run([ROUTE, "-n", "get", family, *modifiers, format_address(question.destination)]))
    except ProgramFailed as failed:
        return parse_route_get(failed.said)
