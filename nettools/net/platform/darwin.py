"""macOS: netifaces, netstat(1) and route(8)."""

from collections.abc import Sequence
from typing import Final

from nettools.core.ifaces.defaults import DefaultWay, default_ways_of
from nettools.core.ifaces.report import Family
from nettools.core.prefix import Prefix
from nettools.core.route.question import Question, SystemAnswer
from nettools.net.platform import BOTH_FAMILIES, InterfacesFound, RoutesFound
from nettools.net.platform.bsd import ask_route, list_routes
from nettools.net.platform.portable import find_interfaces
from nettools.net.platform.programs import Run, run_program

NETSTAT: Final = "/usr/sbin/netstat"
_LIST_ROUTES: Final = (NETSTAT, "-rnl")  # -l adds the MTU


class DarwinPlatform:
    """What macOS' own tools say."""

    def __init__(self, run: Run = run_program) -> None:
        self._run = run

    def interfaces(self) -> InterfacesFound:
        return find_interfaces()

    def routes(self, families: tuple[Family, ...], table: str | None, _touching: Sequence[Prefix] = ()) -> RoutesFound:
        return list_routes(self._run, _LIST_ROUTES, families, table)

    def close(self) -> None:
        """Nothing is held open."""

    def default_ways(self) -> Sequence[DefaultWay]:
        return default_ways_of(self.routes(BOTH_FAMILIES, "main").routes)

    def ask(self, question: Question) -> SystemAnswer:
        scope = () if question.outgoing is None else ("-ifscope", question.outgoing)
        return ask_route(self._run, question, scope, able=("outgoing",))
