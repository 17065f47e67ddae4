"""FreeBSD, OpenBSD, NetBSD, DragonFly: netifaces, netstat(1) and route(8)."""

import sys
from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import Final

from nettools.core.address import address_from_int, format_address
from nettools.core.route.bsd_address import is_of_one_link
from nettools.core.route.foreign import RoutesRead, require_expressible
from nettools.core.route.netstat import parse_netstat
from nettools.core.route.question import Question, SystemAnswer
from nettools.core.route.route_get import parse_route_get
from nettools.errors import ProgramFailed
from nettools.net.platform.portable import PortablePlatform
from nettools.net.platform.programs import Run, run_program

NETSTAT: Final = "/usr/bin/netstat"
ROUTE: Final = "/sbin/route"
_WIDE_SYSTEMS: Final = ("freebsd", "dragonfly")  # their netstat(1) cuts names of interfaces unless told -W


class BsdPlatform(PortablePlatform):
    """What the BSD systems' own tools say. Alternate tables (FIBs, rdomains) are not looked into."""

    def __init__(self, run: Run = run_program, system: str = sys.platform) -> None:
        super().__init__(run)
        self._command = (NETSTAT, "-rnW" if system.startswith(_WIDE_SYSTEMS) else "-rn")

    def list_routes(self) -> RoutesRead:
        """What netstat(1) lists. Raises LocalFault."""
        return parse_netstat(self._run(self._command))

    def ask(self, question: Question) -> SystemAnswer:
        """What route(8) says to a destination, and to an interface for one that has a meaning only there.

        Raises OptionError for any other detail, LocalFault when the program is not there.
        """
        return ask_route(self._run, question)


def ask_route(run: Run, question: Question, modifiers: Sequence[str] = (), able: Collection[str] = ()) -> SystemAnswer:
    """What ``route get`` says; that it knows no route is an answer. Raises OptionError, LocalFault."""
    question = with_zone(question)
    require_expressible(question, "route(8)", able)
    family = "-inet" if question.destination.version == 4 else "-inet6"
    try:
        return parse_route_get(run([ROUTE, "-n", "get", family, *modifiers, format_address(question.destination)]))
    except ProgramFailed as failed:
        return parse_route_get(failed.said)


def with_zone(question: Question) -> Question:
    """The question with the interface as the zone of a destination that needs one, which is how route(8) is told."""
    outgoing, destination = question.outgoing, question.destination
    if not outgoing or "%" in outgoing or not is_of_one_link(destination):
        return question
    zoned = address_from_int(destination.version, int(destination), outgoing)
    return replace(question, destination=zoned, outgoing=None)
