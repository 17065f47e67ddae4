"""Windows: netifaces, and PowerShell's Get-NetRoute and Find-NetRoute."""

import os
from ipaddress import IPv6Address
from typing import Final

from nettools.core.address import Address, address_from_int, format_address
from nettools.core.route.foreign import RoutesRead, require_expressible
from nettools.core.route.powershell import parse_find_netroute, parse_get_netroute, parse_interface_indexes
from nettools.core.route.question import Question, SystemAnswer
from nettools.core.text import quoted, some_of, suggestion
from nettools.errors import LocalFault, OptionError, PrefixError, ProgramFailed
from nettools.net.platform.portable import PortablePlatform
from nettools.net.platform.programs import Run, run_program

_FIELDS: Final = (
    "DestinationPrefix,NextHop,InterfaceAlias,InterfaceIndex,RouteMetric,InterfaceMetric,"
    "Protocol,AddressFamily,Publish,Store,State,ValidLifetime"
)
# Without its encoding PowerShell writes the code page of the console. Whole CIM objects as JSON are of no end.
_BEFORE: Final = "$ErrorActionPreference='Stop'; [Console]::OutputEncoding=[Text.Encoding]::UTF8; "
_LIST: Final = f"{_BEFORE}Get-NetRoute -PolicyStore ActiveStore | Select-Object -Property {_FIELDS} | ConvertTo-Json"
_ASK: Final = f"{_BEFORE}Find-NetRoute {{}} | Select-Object -Property IPAddress,{_FIELDS} | ConvertTo-Json"
_INDEXES: Final = (
    f"{_BEFORE}Get-NetIPInterface | Select-Object -Property InterfaceAlias,InterfaceIndex | ConvertTo-Json"
)


class WindowsPlatform(PortablePlatform):
    """What Windows' own tools say. Only numbers of ours get into a script: addresses, and indexes of interfaces."""

    def __init__(self, run: Run = run_program) -> None:
        super().__init__(run)

    def list_routes(self) -> RoutesRead:
        """What Get-NetRoute lists. Raises LocalFault."""
        return parse_get_netroute(self._run(_powershell(_LIST)))

    def ask(self, question: Question) -> SystemAnswer:
        """What Find-NetRoute says to a destination, a source and an interface, which is named or has its index.

        Raises OptionError for any other detail and for an interface that is not there, LocalFault without PowerShell.
        """
        require_expressible(question, "Find-NetRoute", able=("source", "outgoing"))
        wishes = f"-RemoteIPAddress '{_without_zone(question.destination)}'"
        if question.source is not None:
            wishes += f" -LocalIPAddress '{_without_zone(question.source)}'"
        interface = question.outgoing or _zone(question.destination) or _zone(question.source)
        if interface is not None:
            wishes += f" -InterfaceIndex {self._index_of(interface)}"
        try:
            return parse_find_netroute(self._run(_powershell(_ASK.format(wishes))))
        except ProgramFailed as failed:
            return parse_find_netroute(failed.said)

    def _index_of(self, interface: str) -> int:
        """The index of an interface by its alias, or by the index itself: Find-NetRoute takes no alias."""
        try:
            indexes = parse_interface_indexes(self._run(_powershell(_INDEXES)))
        except PrefixError as error:
            raise LocalFault(f"the indexes of the interfaces cannot be read: {error.message}") from None
        found = indexes.get(interface)
        if found is None:
            found = next((index for index in indexes.values() if str(index) == interface), None)
        if found is None:
            hint = suggestion(interface, indexes, some_of(indexes))
            raise OptionError(f"there is no interface {quoted(interface)}", hint=hint)
        return found


def _powershell(script: str) -> list[str]:
    root = os.environ.get("SYSTEMROOT", r"C:\Windows")
    program = rf"{root}\System32\WindowsPowerShell\v1.0\powershell.exe"
    return [program, "-NoLogo", "-NoProfile", "-NonInteractive", "-Command", script]


def _zone(address: Address | None) -> str | None:
    return address.scope_id if isinstance(address, IPv6Address) else None


def _without_zone(address: Address) -> str:
    """The address as it may stand in a script, where a zone could hold anything."""
    return format_address(address_from_int(address.version, int(address)))
