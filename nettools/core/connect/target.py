"""What ``cat`` connects to and ``listen`` listens on, as the words on the command line say it."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from nettools.core.address import Address, endpoint, format_address, parse_address, parse_ipv6_with_zone
from nettools.core.host_name import check_host_name, spells_address
from nettools.core.number import parse_count
from nettools.core.ports import parse_port, parse_port_range
from nettools.core.text import quoted, safe
from nettools.errors import AddressError, HostNameError, OptionError, PortError

Transport = Literal["tcp", "udp", "mptcp", "unix", "unix-datagram", "vsock"]
ServicePorts = Mapping[tuple[str, str], Sequence[int]]
"""(lower-case service name, "tcp" or "udp") -> its ports."""

LONGEST_PATH: Final = 107
"""Octets of a Unix socket's path: sun_path has 108, one for the NUL (unix(7))."""
HIGHEST_VSOCK_NUMBER: Final = (1 << 32) - 2
"""Context identifiers and ports have 32 bits; all of them set means any (VMADDR_CID_ANY, VMADDR_PORT_ANY, vsock(7))."""

_DIGITS: Final = re.compile(r"[0-9]+\Z", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """One place: a host and a port, or a path."""

    transport: Transport
    host: Address | str | None = None
    """An address, a name for the resolver, or for vsock the context identifier in digits."""
    port: int | None = None
    path: str | None = None
    """A Unix socket; ``@name`` is in the abstract namespace (unix(7))."""

    @property
    def is_datagram(self) -> bool:
        return is_datagram(self.transport)

    @property
    def is_unix(self) -> bool:
        return self.transport in ("unix", "unix-datagram")

    @property
    def host_text(self) -> str:
        return self.host if isinstance(self.host, str) else "" if self.host is None else format_address(self.host)

    def __str__(self) -> str:
        """The place in one word, as a person would write it."""
        if self.path is not None:
            return safe(self.path)
        return endpoint(self.host_text, self.port)


def is_datagram(transport: Transport) -> bool:
    """Whether what is sent keeps its boundaries, and has no end."""
    return transport in ("udp", "unix-datagram")


def split_endpoint(words: list[str], *, usage: str) -> tuple[str, str]:
    """(host, port) of ``HOST PORT``, ``HOST:PORT`` or ``[V6%ZONE]:PORT``. Raises RequestError."""
    if len(words) == 2:
        return words[0], words[1]
    if not words:
        raise OptionError("the host and the port are missing", hint=f"write {usage}, as in nettools cat localhost 8080")
    if len(words) > 2:
        raise OptionError(f"{quoted(words[2])} is one word too many", hint=f"write {usage}")
    word = words[0]
    if "://" in word:
        raise OptionError(f"{quoted(word)} is a URL", hint=f"write {usage}")
    if word.startswith("["):
        return _split_brackets(word, usage=usage)
    if word.count(":") > 1:
        bare, _, port = word.rpartition(":")
        is_port = _DIGITS.match(port) and len(port) <= 5
        hint = f"an address with a port is written [{safe(bare)}]:{port}" if is_port else f"write {usage}"
        raise AddressError(f"{quoted(word)} is an address without a port", hint=hint)
    host, _, port = word.partition(":")
    if not port:
        raise OptionError(f"the port of {quoted(word)} is missing", hint=f"write {usage}")
    return host, port


def _split_brackets(word: str, *, usage: str) -> tuple[str, str]:
    bare, bracket, behind = word[1:].partition("]")
    if not bracket:
        raise AddressError(f"{quoted(word)}: the bracket is not closed")
    if behind and not behind.startswith(":"):
        raise AddressError(f"{quoted(behind)} behind the bracket is no port", hint=f"write [{safe(bare)}]:80")
    if not behind[1:]:
        raise OptionError("the port is missing", hint=f"write {usage}")
    parse_ipv6_with_zone(bare)
    return bare, behind[1:]


def parse_host(text: str, *, numeric: bool = False) -> Address | str:
    """An address, or a name that may be looked up; brackets around IPv6 are taken off. Raises RequestError.

    ``numeric`` takes no name.
    """
    if not text:
        raise HostNameError("the host is empty")
    if text.startswith("[") and text.endswith("]"):
        return parse_ipv6_with_zone(text[1:-1])
    if spells_address(text):
        return parse_address(text)
    if numeric:
        raise HostNameError(f"{quoted(text)} is a name, and -n takes none", hint="write an address, or leave out -n")
    return check_host_name(text)


def parse_service_port(text: str, transport: str, services: Callable[[], ServicePorts] | None = None) -> int:
    """A port that can be connected to: a number, or the name of a service where a table of those is given.

    The table is asked for only when the text is no number. Raises PortError.
    """
    if services is None or _DIGITS.match(text):
        number = parse_port(text)
        if number == 0:
            raise PortError("nobody can be reached at port 0")
        return number
    if parse_port_range(text) is not None:
        raise PortError(f"{quoted(text)} is more than one port", hint="nettools scan tries many")
    protocol = "udp" if transport == "udp" else "tcp"
    known = services()
    found = sorted(set(known.get((text.lower(), protocol), ())))
    if not found:
        raise _unknown_service(text, protocol, known)
    if len(found) > 1:
        raise PortError(f"{quoted(text)} has the ports {', '.join(map(str, found))}", hint="write one of them")
    return found[0]


def _unknown_service(text: str, protocol: str, known: ServicePorts) -> PortError:
    other = "tcp" if protocol == "udp" else "udp"
    hint = "nettools port-service --search finds names"
    if (text.lower(), other) in known:
        hint = "it is one of udp: -u" if other == "udp" else "it is one of tcp: leave out -u"
    return PortError(f"{quoted(text)} is neither a port nor a service known for {protocol}", hint=hint)


def parse_unix_path(text: str) -> str:
    """The path of a Unix socket, or ``@name`` of an abstract one. Raises OptionError."""
    if text in ("", "@"):
        raise OptionError("the path of the socket is empty", hint="write a PATH, or @NAME for an abstract socket")
    octets = len(text.encode("utf-8", "surrogateescape"))
    if octets > LONGEST_PATH:
        raise OptionError(
            f"the path {quoted(text)} has {octets} bytes, and a Unix socket's has {LONGEST_PATH} at most",
            hint="go to its folder and name it from there",
        )
    if "\0" in text:
        raise OptionError(f"the path {quoted(text)} has a NUL in it")
    return text


def parse_target(
    words: list[str],
    *,
    transport: Transport,
    usage: str | None = None,
    numeric: bool = False,
    services: Callable[[], ServicePorts] | None = None,
) -> Target:
    """The target of ``cat``: HOST PORT for most, a PATH for Unix sockets, CID PORT for vsock. Raises RequestError."""
    if transport in ("unix", "unix-datagram"):
        if len(words) != 1:
            wrong = f"{quoted(words[1])} is one word too many" if words else "the path is missing"
            raise OptionError(wrong, hint=f"write {usage or '-U PATH, or -U @NAME for an abstract socket'}")
        return Target(transport=transport, path=parse_unix_path(words[0]))
    if transport == "vsock":
        cid, port = split_endpoint(words, usage=usage or "CID PORT, as in 2 1024; 2 is the host")
        numbers = [
            parse_count(text, name, minimum=0, maximum=HIGHEST_VSOCK_NUMBER)
            for text, name in ((cid, "the context identifier"), (port, "the vsock port"))
        ]
        return Target(transport=transport, host=str(numbers[0]), port=numbers[1])
    host, port = split_endpoint(words, usage=usage or "HOST PORT or HOST:PORT")
    number = parse_service_port(port, transport, services)
    return Target(transport=transport, host=parse_host(host, numeric=numeric), port=number)
