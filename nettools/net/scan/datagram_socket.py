"""One datagram socket for all targets: what came from whom, and which ICMP errors came about what was sent to whom.

With IP_RECVERR or IPV6_RECVERR an unconnected socket gets the errors about all its datagrams: each message of the
error queue carries the address and port that the datagram was sent to (ip(7), ipv6(7)).
"""

import socket
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from typing import Final, NamedTuple

from nettools.errors import NettoolsError
from nettools.net.scan.source import ProbeSource
from nettools.net.sockets import HAS_ERROR_QUEUE, IcmpError, SocketAddress, icmp_error_in, queue_errors

# linux/in.h, linux/in6.h, asm-generic/socket.h; the socket module lacks the names.
_IP_MTU_DISCOVER: Final = 10
_IP_RECVTTL: Final = 12
_IPV6_MTU_DISCOVER: Final = 23
_IP_PMTUDISC_DONT: Final = 0
_SO_RXQ_OVFL: Final = 40
_TTLS: Final = {
    (socket.IPPROTO_IP, getattr(socket, "IP_TTL", None)),
    (socket.IPPROTO_IPV6, getattr(socket, "IPV6_HOPLIMIT", None)),
}
_RECEIVE_BUFFER: Final = 4 << 20
"""Asked for; the system gives what net.core.rmem_max allows. Queued errors count against it too."""
_LARGEST_ANSWER: Final = 2048
"""What a protocol is known by stands at the beginning of a datagram."""
_QUOTED: Final = 64
_ANCILLARY_SPACE: Final = 512
_MOST_TRIES: Final = 16
_MOST_PENDING: Final = 64


class Received(NamedTuple):
    """A datagram that came in."""

    data: bytes
    sender: SocketAddress
    ttl: int | None


class Rejection(NamedTuple):
    """An ICMP error about a datagram that went out."""

    target: SocketAddress
    quoted: bytes
    """The beginning of what was sent, without the headers in front of it, as far as the error holds it."""
    error: IcmpError
    ttl: int | None


class DatagramSocket:
    """A socket of one IP version that does not block.

    Raises OSError when it cannot be made, LocalFault or OptionError when nothing can be sent from the source.
    """

    def __init__(self, version: int, source: ProbeSource, *, protocol: int = 0) -> None:
        self.version = version
        self._socket = socket.socket(socket.AF_INET if version == 4 else socket.AF_INET6, socket.SOCK_DGRAM, protocol)
        self._dropped = 0
        self.lost = 0
        """Datagrams that came and found no room, so far."""
        try:
            self._socket.setblocking(False)
            self._set_up(version)
            source.prepare(self._socket)
        except (OSError, NettoolsError):
            self._socket.close()
            raise

    def _set_up(self, version: int) -> None:
        probe = self._socket
        queue_errors(probe, version)
        wanted = [(socket.SOL_SOCKET, socket.SO_RCVBUF, _RECEIVE_BUFFER)]
        if version == 6:
            probe.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        if sys.platform == "linux":
            wanted.append((socket.SOL_SOCKET, _SO_RXQ_OVFL, 1))
            # A probe that is larger than the path bears shall be cut, not refused: only its answer matters.
            if version == 4:
                wanted += [
                    (socket.IPPROTO_IP, _IP_RECVTTL, 1),
                    (socket.IPPROTO_IP, _IP_MTU_DISCOVER, _IP_PMTUDISC_DONT),
                ]
            else:
                wanted += [
                    (socket.IPPROTO_IPV6, socket.IPV6_RECVHOPLIMIT, 1),
                    (socket.IPPROTO_IPV6, _IPV6_MTU_DISCOVER, _IP_PMTUDISC_DONT),
                ]
        for level, option, value in wanted:
            with suppress(OSError):  # each makes answers finer or safer; without it they are still right
                probe.setsockopt(level, option, value)

    def fileno(self) -> int:
        return self._socket.fileno()

    def close(self) -> None:
        self._socket.close()

    def local_port(self) -> int:
        """The port that it sends from, 0 before the first datagram."""
        port: int = self._socket.getsockname()[1]
        return port

    def send(self, datagram: bytes, target: SocketAddress, on_rejection: Callable[[Rejection], None]) -> int:
        """Send it. Returns 0, or the errno with which this machine refuses.

        A pending ICMP error about an earlier datagram makes the call fail although nothing is wrong with this one
        (udp(7)): such errors are read first, each goes to ``on_rejection``, and then it is tried again. What fails
        twice with nothing to read in between is meant for this datagram.
        """
        error, is_repeated = 0, False
        for _ in range(_MOST_TRIES):
            try:
                self._socket.sendto(datagram, target)
                return 0
            except OSError as refusal:
                if refusal.errno == error and is_repeated:
                    break
                error = refusal.errno or 0
            is_repeated = True
            for rejection in self.rejections():
                is_repeated = False
                on_rejection(rejection)
        return error

    def received(self) -> Iterator[Received]:
        """The datagrams that have come."""
        pending = 0
        while pending < _MOST_PENDING:
            try:
                data, ancillary, _, sender = self._socket.recvmsg(_LARGEST_ANSWER, _ANCILLARY_SPACE)
            except BlockingIOError:
                return
            except OSError:
                pending += 1  # an ICMP error, told here once; the error queue keeps it
                continue
            for level, kind, value in ancillary:
                if (level, kind) == (socket.SOL_SOCKET, _SO_RXQ_OVFL):
                    self._count_lost(int.from_bytes(value[:4], sys.byteorder))
            yield Received(data, sender, _ttl_in(ancillary))

    def rejections(self) -> Iterator[Rejection]:
        """The ICMP errors that have come."""
        while HAS_ERROR_QUEUE:
            try:
                quoted, ancillary, _, target = self._socket.recvmsg(_QUOTED, _ANCILLARY_SPACE, socket.MSG_ERRQUEUE)
            except OSError:
                return
            error = icmp_error_in(ancillary)
            if error is not None and target:
                yield Rejection(target, quoted, error, _ttl_in(ancillary))

    def _count_lost(self, dropped: int) -> None:
        """The kernel counts all drops since the socket was made, in 32 bits (socket(7), SO_RXQ_OVFL)."""
        self.lost += (dropped - self._dropped) & 0xFFFFFFFF
        self._dropped = dropped


def _ttl_in(ancillary: Iterable[tuple[int, int, bytes]]) -> int | None:
    for level, kind, value in ancillary:
        if (level, kind) in _TTLS:
            return int.from_bytes(value[:4], sys.byteorder)
    return None
