"""Sockets that wait for clients: bound to all the addresses that are meant, on one port, or not at all."""

import errno
import socket
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

from nettools.core.address import Address, format_address
from nettools.core.connect.target import Transport
from nettools.core.listen.endpoint import endpoint_text, vsock_text
from nettools.core.listen.place import ANY_CONTEXT, Place
from nettools.core.text import safe
from nettools.errors import ListenError
from nettools.net.connect.socket_options import IPPROTO_MPTCP, OptionRefused
from nettools.net.listen.clients import ClientProtocol
from nettools.net.sockets import socket_address

BACKLOG: Final = 4096
"""Connections that may wait to be accepted; net.core.somaxconn lowers it (listen(2))."""
_DATAGRAM_BUFFER: Final = 4 << 20
"""Asked for; the system gives what net.core.rmem_max allows (socket(7))."""
_TRIES: Final = 100
"""Free ports that are tried until one is free for all families."""
_FAMILY_MISSING: Final = frozenset({errno.EAFNOSUPPORT, errno.EADDRNOTAVAIL, errno.EPROTONOSUPPORT})

Prepare = Callable[[socket.socket], None]
"""Sets options on a socket before it is bound; the sockets of the clients inherit them. Raises OptionRefused."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Listening:
    """One bound socket."""

    socket: socket.socket
    protocol: ClientProtocol
    text: str
    """Where, in one word."""
    address: Address | None = None
    port: int | None = None
    is_wildcard: bool = False
    """Whether clients come to addresses that only they tell."""
    let_go: Callable[[], None] = lambda: None

    def close(self) -> None:
        """Listen no more. May be called twice."""
        self.let_go()
        self.socket.close()


class _PortTaken(Exception):
    """A port that the system chose for one family is in use in another."""


def open_listeners(
    place: Place,
    addresses: Sequence[Address] = (),
    *,
    mode: int | None = None,
    unlink_first: bool = False,
    prepare: Prepare | None = None,
) -> list[Listening]:
    """All sockets of a place, listening; ``addresses`` are those of ``place.addresses``. Raises ListenError."""
    prepare = prepare or _as_it_is
    try:
        if place.path is not None:
            from nettools.net.listen.unix_listeners import open_unix

            return [open_unix(place, mode=mode, unlink_first=unlink_first, prepare=prepare)]
        if place.transport == "vsock":
            return [_open_vsock(place, prepare)]
        return _open_on_one_port(place, addresses, prepare)
    except OptionRefused as refused:
        raise ListenError(refused.message) from None


def _open_on_one_port(place: Place, addresses: Sequence[Address], prepare: Prepare) -> list[Listening]:
    for _ in range(_TRIES):
        try:
            return _open_all(place, addresses, prepare)
        except _PortTaken:
            continue
    raise ListenError("no port is free for all addresses", hint="choose one, or -4 or -6")


def _open_all(place: Place, addresses: Sequence[Address], prepare: Prepare) -> list[Listening]:
    """One socket for each address; families that this machine lacks are left out where another is there."""
    opened: list[Listening] = []
    missing: ListenError | None = None
    port = place.port or 0
    is_choice = not isinstance(place.host, str) and place.host is not None
    try:
        for address in addresses:
            try:
                opened.append(_open(place.transport, address, port, prepare))
            except OSError as error:
                if not place.port and opened and error.errno == errno.EADDRINUSE:
                    raise _PortTaken from None
                refusal = _refusal(error, address, port, place.transport)
                if error.errno not in _FAMILY_MISSING or is_choice:
                    raise refusal from None
                missing = missing or refusal
            else:
                port = opened[0].port or port
    except BaseException:
        for one in opened:
            one.close()
        raise
    if not opened:
        raise missing or ListenError("there is no address to listen on")
    return opened


def _open(transport: Transport, address: Address, port: int, prepare: Prepare) -> Listening:
    """Raises OSError."""
    is_datagram = transport == "udp"
    kind = socket.SOCK_DGRAM if is_datagram else socket.SOCK_STREAM
    family = socket.AF_INET if address.version == 4 else socket.AF_INET6
    made = socket.socket(family, kind, IPPROTO_MPTCP if transport == "mptcp" else 0)
    try:
        made.setblocking(False)
        if address.version == 6:
            made.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        if is_datagram:
            with suppress(OSError):
                made.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _DATAGRAM_BUFFER)
        else:
            # Connections in TIME_WAIT are no obstacle then, another listener is (socket(7)). For UDP it would be none.
            made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        prepare(made)
        made.bind(socket_address(address, port))
        if not is_datagram:
            made.listen(BACKLOG)
        port = made.getsockname()[1]
    except BaseException:
        made.close()
        raise
    protocol: ClientProtocol = "udp" if is_datagram else "mptcp" if transport == "mptcp" else "tcp"
    return Listening(
        socket=made,
        protocol=protocol,
        text=endpoint_text(address, port),
        address=address,
        port=port,
        is_wildcard=address.is_unspecified,
    )


def _open_vsock(place: Place, prepare: Prepare) -> Listening:
    family: int | None = getattr(socket, "AF_VSOCK", None)
    if family is None:
        raise ListenError("this system has no vsock")
    try:
        made = socket.socket(family, socket.SOCK_STREAM)
    except OSError as error:
        raise ListenError(f"this kernel has no vsock: {error.strerror}", hint="modprobe vsock") from None
    try:
        made.setblocking(False)
        prepare(made)
        made.bind((place.context, place.port or ANY_CONTEXT))  # VMADDR_PORT_ANY is the same number
        made.listen(BACKLOG)
        context, port = made.getsockname()
    except OptionRefused:
        made.close()
        raise
    except OSError as error:
        made.close()
        where = vsock_text(place.context, place.port or 0)
        hint = None
        if error.errno == errno.EADDRNOTAVAIL:
            hint = "--any listens on every context of this machine; modprobe vsock_loopback makes 1 one of them"
        raise ListenError(f"cannot listen on {where}: {error.strerror}", hint=hint) from None
    return Listening(socket=made, protocol="vsock", text=vsock_text(context, port), port=port)


def _refusal(error: OSError, address: Address, port: int, transport: Transport) -> ListenError:
    """Why the system does not let us listen there, and what would help."""
    where = endpoint_text(address, port)
    if error.errno == errno.EADDRINUSE:
        letter = "u" if transport == "udp" else "t"
        return ListenError(
            f"{where} is in use: something listens there already",
            hint=f"ss -ln{letter}p shows it; port 0 is a free one",
        )
    if error.errno == errno.EACCES and 0 < port < 1024:
        return ListenError(f"port {port} is only for the administrator", hint="choose a port >= 1024")
    if error.errno == errno.EADDRNOTAVAIL:
        return ListenError(
            f"{format_address(address)} is no address of this machine", hint="nettools ifaces lists those it has"
        )
    if error.errno == errno.EAFNOSUPPORT:
        return ListenError(f"this machine has no IPv{address.version}")
    if transport == "mptcp" and error.errno in (errno.EPROTONOSUPPORT, errno.ENOPROTOOPT):
        return ListenError("this kernel has no Multipath TCP", hint="sysctl net.mptcp.enabled=1 where it is off")
    return ListenError(f"cannot listen on {where}: {safe(error.strerror or str(error))}")


def _as_it_is(_socket: socket.socket) -> None:
    """No options."""
