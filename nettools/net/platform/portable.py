"""Interfaces where there is no netlink: through netifaces, and psutil where it is installed."""

import importlib
import socket
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from typing import Any, Final, Protocol, cast

from nettools.core.ifaces.portable import Entry, Extras, FamilyNumbers, portable_interfaces
from nettools.core.ifaces.report import Warned
from nettools.errors import LocalFault
from nettools.net.platform import InterfacesFound

NO_EXTRA: Final = Warned(
    kind="missing-extra",
    message="state, flags, MTU, speed and counters need psutil",
    hint="pip install 'nettools[stats]'",
)


class _Netifaces(Protocol):
    AF_LINK: int
    AF_INET: int
    AF_INET6: int

    def interfaces(self) -> Sequence[str]: ...

    def ifaddresses(self, name: str, /) -> Mapping[int, Sequence[Entry]]: ...


class _Record(Protocol):
    def _asdict(self) -> dict[str, Any]: ...


class _Address(Protocol):
    address: str


class _Psutil(Protocol):
    def net_if_stats(self) -> Mapping[str, _Record]: ...

    def net_if_addrs(self) -> Mapping[str, Sequence[_Address]]: ...

    def net_io_counters(self, pernic: bool) -> Mapping[str, _Record]: ...


def find_interfaces() -> InterfacesFound:
    """The interfaces of this machine; without psutil a warning says what is missing. Raises LocalFault."""
    try:
        netifaces = cast(_Netifaces, importlib.import_module("netifaces"))
    except ImportError:
        raise LocalFault("interfaces cannot be read without netifaces", hint="pip install netifaces-plus") from None
    families = FamilyNumbers(netifaces.AF_LINK, netifaces.AF_INET, netifaces.AF_INET6)
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
        warnings=() if extras else (NO_EXTRA,),
    )


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
