"""What the kernel knows of a TCP connection, without privilege: ``getsockopt(TCP_INFO)`` (tcp(7), linux/tcp.h)."""

import socket
import struct
from typing import Final, NamedTuple

_U32: Final = struct.Struct("=I")
_TOTAL_RETRANSMISSIONS_AT: Final = 100  # tcpi_total_retrans, Linux 2.6.2
_SEND_WINDOW_AT: Final = 228  # tcpi_snd_wnd, Linux 5.4; older kernels return a shorter structure


class TcpInfo(NamedTuple):
    """Part of ``struct tcp_info``; None where this kernel does not say."""

    retransmissions: int | None
    """Segments that were sent again, SYNs too."""
    window: int | None
    """The receive window that the peer offered, in octets."""


def tcp_info(connection: socket.socket) -> TcpInfo:
    """What is known of the connection; of one that has ended too."""
    option = getattr(socket, "TCP_INFO", None)
    if option is None:
        return TcpInfo(None, None)
    try:
        told = connection.getsockopt(socket.IPPROTO_TCP, option, _SEND_WINDOW_AT + _U32.size)
    except OSError:
        return TcpInfo(None, None)
    return TcpInfo(_number_at(told, _TOTAL_RETRANSMISSIONS_AT), _number_at(told, _SEND_WINDOW_AT))


def _number_at(told: bytes, offset: int) -> int | None:
    return _U32.unpack_from(told, offset)[0] if len(told) >= offset + _U32.size else None
