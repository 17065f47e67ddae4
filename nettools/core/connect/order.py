"""What a connection is to be: to where, from where, how, within which time."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from ipaddress import IPv6Address
from typing import Final

from nettools.core.address import Address, format_address, parse_address
from nettools.core.connect.attempts import interleaved
from nettools.core.connect.socket_options import SocketOptions, check_options
from nettools.core.connect.target import Target, Transport, parse_unix_path
from nettools.core.number import seconds_of
from nettools.core.text import quoted
from nettools.errors import AddressError, HostNameError, NameLookupError, OptionError

LONGEST_INTERFACE_NAME: Final = 15
"""IFNAMSIZ of linux/if.h is 16, one octet of it for the NUL."""

_LINK_LOCAL: Final = 0xFE80 << 112  # fe80::/10, RFC 4291 §2.5.6
_LINK_LOCAL_BITS: Final = 118


@dataclass(frozen=True, slots=True, kw_only=True)
class DialOrder:
    """What to connect to, and how."""

    target: Target
    timeout_s: float
    """For all of it: the lookup of a name, and every address."""
    version: int | None = None
    """4 or 6 when only that is wanted."""
    source: Address | str | None = None
    """The address to connect from; for Unix datagrams the path, or ``@name``, to bind to."""
    source_port: int | None = None
    interface: str | None = None
    """The only interface to use (SO_BINDTODEVICE, socket(7))."""
    numeric: bool = False
    """Whether names are refused."""
    socket_options: SocketOptions = field(default_factory=SocketOptions)

    @property
    def wanted_version(self) -> int | None:
        """The IP version that the addresses of the target must have."""
        return self.version if self.source is None or isinstance(self.source, str) else self.source.version


def parse_source(text: str, transport: Transport) -> Address | str:
    """The value of ``--source``: an address, for Unix datagrams a path. Raises RequestError."""
    return parse_unix_path(text) if transport == "unix-datagram" else parse_address(text)


def parse_wait_s(given: float | str, name: str = "--wait") -> float:
    """The longest time to connect. Raises OptionError."""
    return seconds_of(given, name)


def check_order(order: DialOrder) -> None:
    """Refuse what cannot be done, or contradicts itself, before anything is tried. Raises RequestError."""
    target = order.target
    check_options(order.socket_options, target.transport)
    if target.transport in ("unix", "vsock"):
        for name, value in (("--source", order.source), ("--source-port", order.source_port)):
            if value is not None:
                raise OptionError(f"{name} means nothing to a {target.transport} socket")
    if target.is_unix or target.transport == "vsock":
        for name, value in (("--source-port", order.source_port), ("--interface", order.interface)):
            if value is not None:
                raise OptionError(f"{name} means nothing to a {target.transport} socket")
        return
    _check_source(order)
    if order.interface is not None:
        _check_interface(order.interface)
    if isinstance(target.host, str):
        if order.numeric:
            raise HostNameError(f"{quoted(target.host)} is a name, and none is to be looked up")
    elif target.host is not None:
        _check_address(order, target.host)


def _check_source(order: DialOrder) -> None:
    if isinstance(order.source, str):
        raise OptionError(f"--source {quoted(order.source)} is a path, and only Unix datagrams come from one")
    if order.source is not None and order.version not in (None, order.source.version):
        source = f"--source {format_address(order.source)}"
        raise OptionError(f"{source} is IPv{order.source.version}, and only IPv{order.version} is wanted")


def _check_interface(name: str) -> None:
    if not 1 <= len(name.encode("utf-8", "surrogateescape")) <= LONGEST_INTERFACE_NAME or "\0" in name:
        raise OptionError(f"--interface {quoted(name)} is no name of an interface", hint="nettools ifaces lists them")


def _check_address(order: DialOrder, address: Address) -> None:
    if order.wanted_version not in (None, address.version):
        raise AddressError(
            f"{format_address(address)} is IPv{address.version}, and only IPv{order.wanted_version} is wanted"
        )
    if needs_zone(address) and order.interface is None:
        raise AddressError(
            f"{format_address(address)} is on every link of this machine",
            hint=f"say which with a zone: {format_address(address)}%eth0",
        )


def needs_zone(address: Address) -> bool:
    """Whether an address means another host on each link and does not say which link (RFC 4007 §6)."""
    if not isinstance(address, IPv6Address) or address.scope_id:
        return False
    return int(address) >> _LINK_LOCAL_BITS == _LINK_LOCAL >> _LINK_LOCAL_BITS


def candidates(order: DialOrder, found: Sequence[Address]) -> list[Address]:
    """The addresses to be tried of those that a name has, in their order. Raises NameLookupError when none is left."""
    version = order.wanted_version
    fit = [one for one in found if version in (None, one.version)]
    usable = [one for one in fit if order.interface is not None or not needs_zone(one)]
    if not usable:
        why = f"no IPv{version} address" if not fit and found else "no address without a zone" if fit else "no address"
        raise NameLookupError(f"the name {quoted(order.target.host_text)} has {why}")
    return interleaved(usable)
