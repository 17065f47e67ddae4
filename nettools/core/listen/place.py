"""Where to listen: loopback of both families, one host, or everywhere; a Unix socket; a port of a virtual machine."""

from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address
from typing import Final

from nettools.core.address import Address, format_address
from nettools.core.connect.target import (
    HIGHEST_VSOCK_NUMBER,
    Transport,
    is_datagram,
    parse_host,
    parse_unix_path,
    split_endpoint,
)
from nettools.core.listen.access import plain_address
from nettools.core.number import parse_count, parse_option
from nettools.core.ports import parse_port
from nettools.core.text import quoted
from nettools.errors import OptionError

ANY_CONTEXT: Final = 0xFFFF_FFFF
LOCAL_CONTEXT: Final = 1
"""VMADDR_CID_ANY and VMADDR_CID_LOCAL of vsock(7)."""

LOOPBACK: Final[tuple[Address, ...]] = (IPv4Address("127.0.0.1"), IPv6Address("::1"))
EVERYWHERE: Final[tuple[Address, ...]] = (IPv4Address("0.0.0.0"), IPv6Address("::"))  # noqa: S104 - asked for by --any
_USAGE: Final = "[HOST] PORT or [HOST]:PORT"
_MOST_MODE: Final = 0o777


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """What the words say, before a name is looked up."""

    transport: Transport
    host: Address | str | None = None
    """None for loopback, or everywhere where ``is_any``."""
    port: int | None = None
    """For vsock up to 2^32 - 2."""
    is_any: bool = False
    version: int | None = None
    """4 or 6 when only that is wanted."""
    path: str | None = None
    """A Unix socket; ``@name`` is in the abstract namespace."""
    context: int = LOCAL_CONTEXT

    @property
    def is_datagram(self) -> bool:
        return is_datagram(self.transport)

    @property
    def is_loopback(self) -> bool:
        """Whether only this machine can reach it. A name is not known to be."""
        if self.path is not None:
            return True
        if self.transport == "vsock":
            return self.context == LOCAL_CONTEXT
        if isinstance(self.host, str):
            return False
        return not self.is_any if self.host is None else plain_address(self.host).is_loopback

    def addresses(self, found: Sequence[Address] = ()) -> list[Address]:
        """What to bind to; ``found`` is what the resolver says about a name. IPv4-mapped addresses are IPv4 ones."""
        if isinstance(self.host, str):
            named: Sequence[Address] = found
        elif self.host is not None:
            named = [self.host]
        else:
            named = EVERYWHERE if self.is_any else LOOPBACK
        plain = [plain_address(one) for one in named]
        return list(dict.fromkeys(one for one in plain if self.version in (None, one.version)))


def parse_place(
    words: Sequence[str],
    *,
    transport: Transport,
    is_any: bool = False,
    version: int | None = None,
    port_option: str | None = None,
) -> Place:
    """The place that the words of ``listen`` name. Raises RequestError."""
    if transport in ("unix", "unix-datagram"):
        return _unix_place(words, transport, is_any=is_any, port_option=port_option)
    host, port = _split(words, port_option)
    if is_any and host is not None:
        raise OptionError(f"--any is every address, and {quoted(host)} is one", hint="leave one of them out")
    if transport == "vsock":
        context = ANY_CONTEXT if is_any else LOCAL_CONTEXT if host is None else _number32(host, "context number")
        return Place(transport=transport, port=_number32(port, "vsock port"), context=context, is_any=is_any)
    where = None if host is None else parse_host(host)
    if where is not None and not isinstance(where, str) and version not in (None, plain_address(where).version):
        raise OptionError(f"{format_address(where)} is not IPv{version}", hint=f"leave -{version} out")
    number = parse_port(port) if port_option is None else parse_option(port, "--port", parse_port)
    return Place(transport=transport, host=where, port=number, is_any=is_any, version=version)


def _split(words: Sequence[str], port_option: str | None) -> tuple[str | None, str]:
    """(host or None, port)."""
    if port_option is not None:
        if len(words) > 1:
            raise OptionError(f"{quoted(words[1])} is one word too many: -p has the port", hint=f"write {_USAGE}")
        return (words[0] if words else None), port_option
    bare = words[0].removeprefix(":") if len(words) == 1 else ""
    if bare.isascii() and bare.isdigit():
        return None, bare
    if not words:
        raise OptionError("the port is missing", hint=f"write {_USAGE}, as in nettools listen 8080")
    host, port = split_endpoint(list(words), usage=_USAGE)
    return host, port


def _unix_place(words: Sequence[str], transport: Transport, *, is_any: bool, port_option: str | None) -> Place:
    if is_any or port_option is not None:
        raise OptionError("a Unix socket has neither addresses nor ports", hint="write -U PATH")
    if len(words) != 1:
        raise OptionError("-U takes one PATH", hint="write -U PATH, or -U @NAME for an abstract socket")
    return Place(transport=transport, path=parse_unix_path(words[0]))


def parse_mode(text: str) -> int:
    """The permissions of a Unix socket, in octal digits. Raises OptionError."""
    if not text or len(text) > 4 or not set(text) <= set("01234567") or int(text, 8) > _MOST_MODE:
        raise OptionError(f"--mode {quoted(text)} is not an octal number up to 777", hint="write 600, 660 or 666")
    return int(text, 8)


def _number32(text: str, what: str) -> int:
    return parse_count(text, what, minimum=0, maximum=HIGHEST_VSOCK_NUMBER)
