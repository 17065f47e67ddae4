"""Makes the socket of one attempt: of the right kind, with its options, bound to where it comes from."""

import errno
import os
import socket
from contextlib import suppress
from typing import Final

from nettools.core.address import Address, endpoint
from nettools.core.connect.fault import Fault, fault_of
from nettools.core.connect.order import DialOrder
from nettools.core.connect.target import LONGEST_PATH, Target
from nettools.core.listen.endpoint import unix_text
from nettools.errors import AddressError
from nettools.net.connect.faults import bind_fault, interface_fault, no_vsock, option_fault, socket_fault
from nettools.net.connect.socket_options import IPPROTO_MPTCP, OptionRefused, apply_socket_options
from nettools.net.sockets import socket_address, unix_address

AnyAddress = tuple[str, int] | tuple[str, int, int, int] | tuple[int, int] | str | bytes

_IP_BIND_ADDRESS_NO_PORT: Final = 24  # linux/in.h
_TRIES_FOR_A_NAME: Final = 8


class NoSocket(Exception):
    """There is no socket to connect with, for the reason that ``fault`` tells."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.message)
        self.fault = fault


def open_socket(order: DialOrder, address: Address | None) -> tuple[socket.socket, str | None]:
    """A socket that can be connected to that address, and the path that it bound, if it did. Raises NoSocket."""
    made = _make(order.target, address)
    made.setblocking(False)
    try:
        _prepare(made, order)
        return made, _bind(made, order)
    except NoSocket:
        made.close()
        raise


def peer_address(target: Target, address: Address | None) -> AnyAddress:
    """What connect() takes. Raises NoSocket for a zone that is no interface of this machine."""
    if target.path is not None:
        return unix_address(target.path)
    assert target.port is not None
    if target.transport == "vsock":
        return int(str(target.host)), target.port
    assert address is not None
    try:
        return socket_address(address, target.port)
    except AddressError as error:
        raise NoSocket(fault_of(error)) from None


def _make(target: Target, address: Address | None) -> socket.socket:
    kind = socket.SOCK_DGRAM if target.is_datagram else socket.SOCK_STREAM
    protocol = IPPROTO_MPTCP if target.transport == "mptcp" else 0
    if target.is_unix:
        family = int(socket.AF_UNIX)
    elif target.transport == "vsock":
        vsock = getattr(socket, "AF_VSOCK", None)
        if vsock is None:
            raise NoSocket(no_vsock())
        family = int(vsock)
    else:
        assert address is not None
        family = int(socket.AF_INET if address.version == 4 else socket.AF_INET6)
    try:
        return socket.socket(family, kind, protocol)
    except OSError as error:
        raise NoSocket(socket_fault(error, target.transport)) from error


def _prepare(made: socket.socket, order: DialOrder) -> None:
    try:
        apply_socket_options(made, order.socket_options)
        if order.target.transport == "udp":
            made.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)  # as ncat: an address of all is no accident here
    except OptionRefused as refused:
        raise NoSocket(option_fault(refused)) from refused
    except OSError as error:
        raise NoSocket(option_fault(OptionRefused("SO_BROADCAST", error))) from error
    if order.interface is not None:
        option = getattr(socket, "SO_BINDTODEVICE", None)
        try:
            if option is None:
                raise OSError(errno.ENOPROTOOPT, os.strerror(errno.ENOPROTOOPT))
            made.setsockopt(socket.SOL_SOCKET, option, os.fsencode(order.interface) + b"\0")
        except OSError as error:
            raise NoSocket(interface_fault(error, order)) from error


def _bind(made: socket.socket, order: DialOrder) -> str | None:
    """Bind to the source that was asked for; Unix datagrams need one, so that they can be answered."""
    try:
        if order.target.transport == "unix-datagram":
            return _bind_path(made, order.source)
        if order.source is None and not order.source_port:
            return None
        if made.family == socket.AF_INET6:
            made.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        if order.source_port and made.type == socket.SOCK_STREAM:
            made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # an earlier connection may be in TIME_WAIT
        elif order.target.transport == "tcp":
            # The port is chosen when the peer is known, so that all of them can be used for each peer (ip(7)).
            with suppress(OSError):
                made.setsockopt(socket.IPPROTO_IP, _IP_BIND_ADDRESS_NO_PORT, 1)
        made.bind(_source(made, order))
    except OSError as error:
        raise NoSocket(bind_fault(error, order)) from error
    except AddressError as error:
        raise NoSocket(fault_of(error)) from None
    return None


def _source(made: socket.socket, order: DialOrder) -> AnyAddress:
    port = order.source_port or 0
    if order.source is None:
        return ("0.0.0.0", port) if made.family == socket.AF_INET else ("::", port)  # noqa: S104, this is a client
    assert not isinstance(order.source, str)
    return socket_address(order.source, port)


def _bind_path(made: socket.socket, source: Address | str | None) -> str | None:
    """Bind to that path, or to one of our own that nobody can guess. Returns what is to be removed at the end."""
    if isinstance(source, str):
        made.bind(unix_address(source))
        return None if source.startswith("@") else source
    for left in reversed(range(_TRIES_FOR_A_NAME)):
        path = _fresh_path()
        try:
            made.bind(unix_address(path))
        except FileExistsError:  # EEXIST is not what bind() says, but some file systems do
            if not left:
                raise
        except OSError as error:
            if error.errno != errno.EADDRINUSE or not left:
                raise
        else:
            return path
    raise AssertionError("the last of them returns or raises")


def _fresh_path() -> str:
    name = f"nettools-{os.urandom(8).hex()}"
    path = os.path.join(os.environ.get("TMPDIR") or "/tmp", name)  # noqa: S108, bind() makes a new name or fails
    return path if len(os.fsencode(path)) <= LONGEST_PATH else f"/tmp/{name}"  # noqa: S108


def local_name(connected: socket.socket, target: Target) -> str | None:
    """Our endpoint in one word, safe for a terminal; None where it has no name."""
    try:
        name = connected.getsockname()
    except OSError:
        return None
    if target.is_unix:
        return unix_text(name) if name else None
    return endpoint(str(name[0]), int(name[1]))
