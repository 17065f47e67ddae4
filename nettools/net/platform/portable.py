"""What the systems other than Linux share: interfaces through netifaces, and psutil where it is installed; one
routing table, which a program of the system lists; no policy rules.
"""

import importlib
import socket
from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from typing import Final, Protocol, cast

from nettools.core.ifaces.defaults import DefaultWay, default_ways_of
from nettools.core.ifaces.portable import Entry, Extras, FamilyNumbers, portable_interfaces
from nettools.core.ifaces.report import Family, Interface, Warned
from nettools.core.prefix import Prefix
from nettools.core.route.foreign import TABLE, RoutesRead, require_one_table
from nettools.core.route.question import Question, SystemAnswer
from nettools.errors import LocalFault
from nettools.net.installation import command_adding
from nettools.net.platform import BOTH_FAMILIES, InterfacesFound, RoutesFound
from nettools.net.platform.programs import Run

_NO_EXTRA: Final = "state, flags, MTU, speed and counters need psutil"


class _Netifaces(Protocol):
    AF_LINK: int
    AF_INET: int
    AF_INET6: int

    def interfaces(self) -> Sequence[str]: ...

    def ifaddresses(self, name: str, /) -> Mapping[int, Sequence[Entry]]: ...


class _Record(Protocol):
    def _asdict(self) -> dict[str, object]: ...


class _Address(Protocol):
    address: str


class _Psutil(Protocol):
    def net_if_stats(self) -> Mapping[str, _Record]: ...

    def net_if_addrs(self) -> Mapping[str, Sequence[_Address]]: ...

    def net_io_counters(self, pernic: bool) -> Mapping[str, _Record]: ...


class PortablePlatform(ABC):
    """``Platform`` but for how the system's own programs are asked, and what they print."""

    def __init__(self, run: Run) -> None:
        self._run = run

    @abstractmethod
    def list_routes(self) -> RoutesRead:
        """All routes of the one table. Raises LocalFault when the program is not there or fails."""

    @abstractmethod
    def ask(self, question: Question) -> SystemAnswer:
        """What the system's program says; that it knows no route is an answer.

        Raises OptionError for a detail that it has no words for, LocalFault when it is not there.
        """

    def interfaces(self) -> InterfacesFound:
        """The interfaces in netifaces' order. Raises LocalFault without it, and when the system refuses."""
        return find_interfaces()

    def counters(self) -> tuple[Interface, ...]:
        """The interfaces again. Raises LocalFault as ``interfaces`` does."""
        return self.interfaces().interfaces

    def routes(self, families: tuple[Family, ...], table: str | None, touching: Sequence[Prefix] = ()) -> RoutesFound:
        """The routes of table main. Raises OptionError for another table, LocalFault when they cannot be listed."""
        require_one_table(table)
        read = self.list_routes()
        wanted = (
            route
            for route in read.routes
            if route.family in families and (not touching or any(route.dst.touches(one) for one in touching))
        )
        return RoutesFound(routes=tuple(wanted), warnings=read.warnings)

    def default_ways(self) -> Sequence[DefaultWay]:
        """The ways of the default routes. Raises LocalFault when the routes cannot be listed."""
        return default_ways_of(self.routes(BOTH_FAMILIES, TABLE).routes)

    def filled(self, question: Question) -> Question:
        """The question as it is: no route here depends on who asks, or by which protocol."""
        return question

    def close(self) -> None:  # noqa: B027 - no program outlives its question
        """Nothing is held open."""


def find_interfaces() -> InterfacesFound:
    """The interfaces of this machine; without psutil a warning says what is missing. Raises LocalFault."""
    try:
        netifaces = cast(_Netifaces, importlib.import_module("netifaces"))
    except ImportError:
        raise LocalFault("interfaces cannot be read without netifaces", hint="pip install netifaces-plus") from None
    families = FamilyNumbers(link=netifaces.AF_LINK, inet=netifaces.AF_INET, inet6=netifaces.AF_INET6)
    found: dict[str, Mapping[int, Sequence[Entry]]] = {}
    try:
        for name in netifaces.interfaces():
            with suppress(ValueError):  # it went away in between
                found[name] = netifaces.ifaddresses(name)
        extras = _extras()
    except OSError as error:
        raise LocalFault(f"cannot read the interfaces: {error.strerror or error}") from None
    return InterfacesFound(
        interfaces=portable_interfaces(found, families, _indexes(found), extras),
        warnings=() if extras else (_missing_extra(),),
    )


def _missing_extra() -> Warned:
    return Warned(kind="missing-extra", message=_NO_EXTRA, hint=command_adding("stats"))


def _extras() -> Extras | None:
    try:
        psutil = cast(_Psutil, importlib.import_module("psutil"))
    except ImportError:
        return None
    return Extras(
        states={name: state._asdict() for name, state in psutil.net_if_stats().items()},
        counters={name: counters._asdict() for name, counters in psutil.net_io_counters(pernic=True).items()},
        addresses={name: [one.address for one in group] for name, group in psutil.net_if_addrs().items()},
    )


def _indexes(names: Iterable[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for name in names:
        with suppress(OSError):
            found[name] = socket.if_nametoindex(name)
    return found
