"""TCP sockets for probing: made, addressed, and asked why a connection failed. ``OSError`` ends here.

The error queue gives the exact ICMP error without privilege: with IP_RECVERR or IPV6_RECVERR set, the
kernel queues it for a socket in SYN_SENT too (Linux commit 45af29ca761c, 2020; ip(7) still denies it).
"""

import errno
import os
import socket
import struct
import sys
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import Final

from nettools.core.address import Address, format_address, parse_address
from nettools.core.scan.reason import IPPROTO_ICMP, IPPROTO_ICMPV6
from nettools.core.text import quoted
from nettools.errors import AddressError

SocketAddress = tuple[str, int] | tuple[str, int, int, int]

# linux/in.h, linux/in6.h, linux/errqueue.h; the socket module lacks the names.
_IP_RECVERR: Final = 11
_IPV6_RECVERR: Final = 25
_ERROR_MESSAGES: Final = {(socket.IPPROTO_IP, _IP_RECVERR), (socket.IPPROTO_IPV6, _IPV6_RECVERR)}
_SO_EE_ORIGIN: Final = {2: IPPROTO_ICMP, 3: IPPROTO_ICMPV6}
_U32: Final = struct.Struct("=I")
_EXTENDED_ERROR: Final = struct.Struct("=IBBBBII")  # struct sock_extended_err
_ABORT_ON_CLOSE: Final = struct.pack("ii", 1, 0)  # struct linger: a reset, and no TIME_WAIT

HAS_ERROR_QUEUE: Final[bool] = sys.platform == "linux"
RECONNECTS: Final[bool] = sys.platform == "linux"
"""Whether a socket may connect again after it was refused; BSD systems leave it unusable."""

SHORTAGES: Final = frozenset(
    {errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM, errno.EAGAIN, errno.EADDRNOTAVAIL}
)
"""This machine is out of something that comes back: descriptors, memory, local ports."""

REFUSALS: Final[dict[int, str]] = {
    errno.ENETUNREACH: "no-route",
    errno.EHOSTUNREACH: "unreachable-route",
    errno.EACCES: "prohibited",
    errno.EPERM: "firewalled-here",
    errno.ENETDOWN: "network-down",
    errno.EINVAL: "blackhole-route",
    errno.EAFNOSUPPORT: "family-unsupported",
}
"""errno of a connect() that returned at once -> why this machine sends nothing there."""


@dataclass(frozen=True, slots=True)
class IcmpError:
    """One ICMP or ICMPv6 error about a connection attempt."""

    protocol: int
    type: int
    code: int
    sender: Address


def open_probe_socket(version: int) -> socket.socket:
    """A non-blocking TCP socket that queues ICMP errors. Raises OSError (EMFILE and the like)."""
    family = socket.AF_INET if version == 4 else socket.AF_INET6
    probe = socket.socket(family, socket.SOCK_STREAM)
    probe.setblocking(False)
    queue_errors(probe, version)
    return probe


def queue_errors(probe: socket.socket, version: int, *, is_on: bool = True) -> None:
    """Let the socket have an error queue, where the system knows such a thing; or no longer, which empties it."""
    if HAS_ERROR_QUEUE:
        level, option = (socket.IPPROTO_IP, _IP_RECVERR) if version == 4 else (socket.IPPROTO_IPV6, _IPV6_RECVERR)
        with suppress(OSError):  # some sandboxes refuse it: reasons get coarser then, states do not
            probe.setsockopt(level, option, int(is_on))


def socket_address(address: Address, port: int) -> SocketAddress:
    """What connect() takes. Raises AddressError for a zone that is no interface of this machine."""
    if isinstance(address, IPv4Address):
        return str(address), port
    scope = 0
    if address.scope_id:
        scope = _interface_index(address.scope_id)
    return format_address(IPv6Address(int(address))), port, 0, scope


def unix_address(path: str) -> bytes:
    """The octets of sun_path: an abstract name begins with a NUL (unix(7))."""
    octets = os.fsencode(path)
    return b"\0" + octets[1:] if octets.startswith(b"@") else octets


def _interface_index(name: str) -> int:
    """The index of a zone, which may be written as the index itself (RFC 4007 §11.2)."""
    try:
        if name.isascii() and name.isdigit():
            index = int(name[:20])
            _U32.pack(index)  # the socket layer would cut a longer number short
            return index
        return socket.if_nametoindex(name)
    except (OSError, struct.error):
        raise AddressError(f"there is no interface {quoted(name)} for the zone", hint="ip link lists them") from None


def close_with_reset(connected: socket.socket) -> None:
    """Close so that neither side keeps the connection in TIME_WAIT."""
    with suppress(OSError):  # the peer may have reset it already
        reset_on_close(connected)
    connected.close()


def reset_on_close(connected: socket.socket) -> None:
    """Let ``close`` reset the connection. Raises OSError when the peer has done so already."""
    connected.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _ABORT_ON_CLOSE)


def local_endpoint(probe: socket.socket) -> tuple[Address | None, int]:
    """The source address and port that the kernel chose."""
    try:
        host, port, *_ = probe.getsockname()
    except OSError:
        return None, 0
    return parse_address(host), port


def is_own_connection(connected: socket.socket, local: Address | None) -> bool:
    """Whether both ends of a connection have the same address: this machine talks to itself."""
    try:
        peer = connected.getpeername()
    except OSError:
        return False
    return parse_address(peer[0]) == local


def is_broadcast(target: SocketAddress) -> bool:
    """Whether the system takes an IPv4 address for a broadcast one: it lets nobody near without SO_BROADCAST."""
    if len(target) != 2:
        return False
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asker:
        return asker.connect_ex(target) == errno.EACCES


def source_address(target: SocketAddress) -> Address | None:
    """The address that this machine would send from, by connecting a UDP socket, which sends nothing."""
    family = socket.AF_INET if len(target) == 2 else socket.AF_INET6
    with socket.socket(family, socket.SOCK_DGRAM) as asker:
        try:
            asker.connect(target)
        except OSError:
            return None
        return local_endpoint(asker)[0]


def take_icmp_error(probe: socket.socket) -> IcmpError | None:
    """The oldest ICMP error in the socket's queue, None when the queue is empty."""
    if not HAS_ERROR_QUEUE:
        return None
    try:
        _, ancillary, _, _ = probe.recvmsg(0, 512, socket.MSG_ERRQUEUE)
    except OSError:
        return None
    return icmp_error_in(ancillary)


def icmp_error_in(ancillary: Iterable[tuple[int, int, bytes]]) -> IcmpError | None:
    """The ICMP error that came with a message of the error queue; None for an error of this machine's own making."""
    for level, kind, data in ancillary:
        if (level, kind) not in _ERROR_MESSAGES:
            continue
        _, origin, icmp_type, code, _, _, _ = _EXTENDED_ERROR.unpack_from(data)
        sender = _offender(data[_EXTENDED_ERROR.size :])
        if origin in _SO_EE_ORIGIN and sender is not None:
            return IcmpError(_SO_EE_ORIGIN[origin], icmp_type, code, sender)
    return None


def _offender(address: bytes) -> Address | None:
    """SO_EE_OFFENDER: the sockaddr behind the error, of the router or host that sent it."""
    family = int.from_bytes(address[:2], sys.byteorder)
    if family == socket.AF_INET:
        return ip_address(address[4:8])
    if family == socket.AF_INET6:
        return ip_address(address[8:24])
    return None


def descriptor_room(wanted: int, *, owns_process: bool) -> int:
    """How many of ``wanted`` more descriptors there are to be had; in a program that is not ours, half of what is left.

    The limit of a process that is ours is raised.
    """
    used = _open_count()
    if owns_process:
        return max(1, min(wanted, raise_descriptor_limit(wanted + used) - used))
    try:
        import resource
    except ImportError:  # Windows
        return wanted
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return wanted if soft == resource.RLIM_INFINITY else max(1, min(wanted, (soft - used) // 2))


def _open_count() -> int:
    """How many descriptors this process has; a few where nobody can tell."""
    with suppress(OSError):
        return len(os.listdir("/dev/fd"))
    return 3


def raise_descriptor_limit(wanted: int) -> int:
    """Let this process have ``wanted`` descriptors if the hard limit allows; returns how many it may have."""
    try:
        import resource
    except ImportError:  # Windows
        return wanted
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    target = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
    if soft != resource.RLIM_INFINITY and soft < target:
        with suppress(OSError, ValueError):  # what there is will do: the plan slows down
            resource.setrlimit(resource.RLIMIT_NOFILE, (target, hard))
            return target
        return soft
    return wanted if soft == resource.RLIM_INFINITY else soft
