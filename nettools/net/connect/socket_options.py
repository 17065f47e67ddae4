"""Sets the options of ``core.connect.socket_options`` on a socket, before it is connected or bound."""

import socket
import sys
from collections.abc import Iterator
from typing import Final

from nettools.core.connect.socket_options import SocketOptions

IPPROTO_MPTCP: Final = 262
"""linux/in.h; the socket module has the name since Python 3.10 where the system's headers do."""

_DOUBLES: Final[bool] = sys.platform == "linux"
"""Whether half of a buffer is for the kernel's own bookkeeping, and getsockopt() tells both halves (socket(7))."""

_Setting = tuple[str, int, int, int]
"""(how the command line calls it, level, option, value)"""


class OptionRefused(Exception):
    """The system did not take an option; the message calls it as the command line does."""

    def __init__(self, name: str, error: OSError) -> None:
        self.message = f"this system does not take {name}: {error.strerror or error}"
        super().__init__(self.message)


def apply_socket_options(made: socket.socket, options: SocketOptions) -> None:
    """Set all that was asked for. Raises OptionRefused."""
    for name, level, option, value in _settings(made, options):
        try:
            made.setsockopt(level, option, value)
        except OSError as error:
            raise OptionRefused(name, error) from error


def _settings(made: socket.socket, options: SocketOptions) -> Iterator[_Setting]:
    is_ipv6 = made.family == socket.AF_INET6
    if options.tos is not None:
        yield (
            ("--tos", socket.IPPROTO_IPV6, socket.IPV6_TCLASS, options.tos)
            if is_ipv6
            else ("--tos", socket.IPPROTO_IP, socket.IP_TOS, options.tos)
        )
    if options.ttl is not None:
        yield (
            ("--ttl", socket.IPPROTO_IPV6, socket.IPV6_UNICAST_HOPS, options.ttl)
            if is_ipv6
            else ("--ttl", socket.IPPROTO_IP, socket.IP_TTL, options.ttl)
        )
    if options.nodelay:
        yield "--nodelay", socket.IPPROTO_TCP, socket.TCP_NODELAY, 1
    if options.keepalive_s is not None:
        yield "--keepalive", socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1
        # tcp(7); macOS calls the first TCP_KEEPALIVE.
        idle = getattr(socket, "TCP_KEEPIDLE", getattr(socket, "TCP_KEEPALIVE", None))
        for option in (idle, getattr(socket, "TCP_KEEPINTVL", None)):
            if option is not None:
                yield "--keepalive", socket.IPPROTO_TCP, option, options.keepalive_s
    if options.sndbuf is not None:
        yield "--sndbuf", socket.SOL_SOCKET, socket.SO_SNDBUF, options.sndbuf
    if options.rcvbuf is not None:
        yield "--rcvbuf", socket.SOL_SOCKET, socket.SO_RCVBUF, options.rcvbuf


def buffer_notes(made: socket.socket, options: SocketOptions) -> tuple[str, ...]:
    """What the system gave less than was asked for: it does so without an error (socket(7), SO_SNDBUF)."""
    asked = (
        ("--sndbuf", options.sndbuf, socket.SO_SNDBUF, "net.core.wmem_max"),
        ("--rcvbuf", options.rcvbuf, socket.SO_RCVBUF, "net.core.rmem_max"),
    )
    notes: list[str] = []
    for name, wanted, option, limit in asked:
        if wanted is None:
            continue
        given = made.getsockopt(socket.SOL_SOCKET, option) // (2 if _DOUBLES else 1)
        if given < wanted:
            notes.append(f"{name} {wanted}: the system gave {given} bytes, {limit} is its limit")
    return tuple(notes)
