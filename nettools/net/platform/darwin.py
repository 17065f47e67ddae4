"""macOS: netifaces, netstat(1) and route(8)."""

from typing import Final

from nettools.core.route.foreign import RoutesRead
from nettools.core.route.netstat import parse_netstat
from nettools.core.route.question import Question, SystemAnswer
from nettools.net.platform.bsd import ask_route, with_zone
from nettools.net.platform.portable import PortablePlatform
from nettools.net.platform.programs import Run, run_program

NETSTAT: Final = "/usr/sbin/netstat"
_LIST_ROUTES: Final = (NETSTAT, "-rnl")  # -l adds the MTU


class DarwinPlatform(PortablePlatform):
    """What macOS' own tools say."""

    def __init__(self, run: Run = run_program) -> None:
        super().__init__(run)

    def list_routes(self) -> RoutesRead:
        """What netstat(1) lists. Raises LocalFault."""
        return parse_netstat(self._run(_LIST_ROUTES))

    def ask(self, question: Question) -> SystemAnswer:
        """What route(8) says to a destination and an interface.

        Raises OptionError for any other detail, LocalFault when the program is not there.
        """
        question = with_zone(question)
        scope = () if question.outgoing is None else ("-ifscope", question.outgoing)
        return ask_route(self._run, question, scope, able=("outgoing",))
