"""Windows: netifaces, and PowerShell's Get-NetRoute and Find-NetRoute."""

import os
from collections.abc import Sequence
from typing import Final

from nettools.core.address import Address, format_address
from nettools.core.ifaces.defaults import DefaultWay, default_ways_of
from nettools.core.ifaces.report import Family
from nettools.core.prefix import Prefix
from nettools.core.route.foreign import require_expressible, require_one_table
from nettools.core.route.powershell import parse_find_netroute, parse_get_netroute
from nettools.core.route.question import Question, SystemAnswer
from nettools.core.text import quoted
from nettools.errors import AddressError, OptionError, ProgramFailed
from nettools.net.platform import BOTH_FAMILIES, InterfacesFound, RoutesFound
from nettools.net.platform.portable import find_interfaces
from nettools.net.platform.programs import Run, run_program

_FIELDS: Final = (
    "DestinationPrefix,NextHop,InterfaceAlias,InterfaceIndex,RouteMetric,InterfaceMetric,"
    "Protocol,AddressFamily,Publish,Store,State,ValidLifetime"
)
# Without its encoding PowerShell writes the code page of the console. Whole CIM objects as JSON are of no end.
_BEFORE: Final = "$ErrorActionPreference='Stop'; [Console]::OutputEncoding=[Text.Encoding]::UTF8; "
_LIST: Final = f"{_BEFORE}Get-NetRoute -PolicyStore ActiveStore | Select-Object -Property {_FIELDS} | ConvertTo-Json"
_ASK: Final = f"{_BEFORE}Find-NetRoute {{}} | Select-Object -Property IPAddress,{_FIELDS} | ConvertTo-Json"


class WindowsPlatform:
    """What Windows' own tools say."""

    def __init__(self, run: Run = run_program) -> None:
        self._run = run

    def interfaces(self) -> InterfacesFound:
        return find_interfaces()

    def routes(self, families: tuple[Family, ...], table: str | None, _touching: Sequence[Prefix] = ()) -> RoutesFound:
        require_one_table(table)
        read = parse_get_netroute(self._run(_powershell(_LIST)))
        return RoutesFound(
            routes=tuple(route for route in read.routes if route.family in families), warnings=read.warnings
        )

    def close(self) -> None:
        """Nothing is held open."""

    def default_ways(self) -> Sequence[DefaultWay]:
        return default_ways_of(self.routes(BOTH_FAMILIES, "main").routes)

    def ask(self, question: Question) -> SystemAnswer:
        require_expressible(question, "Find-NetRoute", able=("source", "outgoing"))
        wishes = f"-RemoteIPAddress '{_text(question.destination)}'"
        if question.source is not None:
            wishes += f" -LocalIPAddress '{_text(question.source)}'"
        if question.outgoing is not None:
            if not _is_index(question.outgoing):
                raise OptionError(
                    f"Find-NetRoute wants the index of an interface, not {quoted(question.outgoing)}",
                    hint="Get-NetIPInterface lists the indexes",
                )
            wishes += f" -InterfaceIndex {question.outgoing}"
        try:
            return parse_find_netroute(self._run(_powershell(_ASK.format(wishes))))
        except ProgramFailed as failed:
            return parse_find_netroute(failed.said)


def _powershell(script: str) -> list[str]:
    root = os.environ.get("SYSTEMROOT", r"C:\Windows")
    program = rf"{root}\System32\WindowsPowerShell\v1.0\powershell.exe"
    return [program, "-NoLogo", "-NoProfile", "-NonInteractive", "-Command", script]


def _text(address: Address) -> str:
    """The address as it may stand in a script: a zone could hold anything, so it has to be an index."""
    if address.version == 6 and address.scope_id is not None and not _is_index(address.scope_id):
        raise AddressError(
            f"the zone {quoted(address.scope_id)} is no index of an interface",
            hint="on Windows a zone is a number: fe80::1%12; Get-NetIPInterface lists them",
        )
    return format_address(address)


def _is_index(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 10
