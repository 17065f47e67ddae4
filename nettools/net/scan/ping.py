"""ICMP and ICMPv6 echoes through ping sockets, which need no privilege where ``net.ipv4.ping_group_range`` allows.

The kernel fills in the identifier and the checksum and hands over only what answers this socket's own echoes
(ping(4) of Linux: icmp(7), commit c319b4d76b9e for IPv4, 6d0bfe226116 for IPv6). Which probe an answer or an error
belongs to, the sequence number says.
"""

import errno
import socket
from hashlib import shake_128
from struct import Struct
from time import monotonic
from typing import Final

from nettools.core.address import Address
from nettools.core.scan.discovery import ECHO_REPLY
from nettools.core.scan.rejection import is_undelivered
from nettools.errors import AddressError
from nettools.net.scan.datagram_prober import DatagramProber, endpoint, version_of, wire_address
from nettools.net.scan.datagram_socket import DatagramSocket, Received, Rejection
from nettools.net.scan.prober import ProbeReports, Watcher
from nettools.net.scan.source import ANY_SOURCE, ProbeSource
from nettools.net.sockets import SocketAddress

_HEADER: Final = Struct("!BBHHH")  # type, code, checksum, identifier, sequence number
_REQUEST: Final = {4: 8, 6: 128}  # RFC 792, RFC 4443 §4.1
_REPLY: Final = {4: 0, 6: 129}
_PROTOCOL: Final = {4: socket.IPPROTO_ICMP, 6: socket.IPPROTO_ICMPV6}
_SEQUENCES: Final = 1 << 16
_COOKIE_SIZE: Final = 16
_FORBIDDEN: Final = frozenset({errno.EACCES, errno.EPERM, errno.EPROTONOSUPPORT, errno.EAFNOSUPPORT})


def is_ping_available(version: int) -> bool:
    """Whether this user may send echoes of that IP version: sockets are made and closed, nothing is sent."""
    try:
        with socket.socket(_family(version), socket.SOCK_DGRAM, _PROTOCOL[version]):
            return True
    except OSError:
        return False


class PingProber(DatagramProber):
    """Sends one echo for each probe. ``key`` is secret: from it comes what the echo carries."""

    def __init__(self, plan: ProbeReports, watcher: Watcher, *, key: bytes, source: ProbeSource = ANY_SOURCE) -> None:
        # A port means nothing to ICMP: bound to one, a ping socket takes it for its identifier.
        super().__init__(plan, watcher, ProbeSource(address=source.address, interface=source.interface))
        self._key = key
        self._waiting: dict[tuple[int, int], tuple[int, SocketAddress, Address]] = {}
        """(IP version, sequence number) -> probe, where it went."""
        self._places: dict[int, tuple[int, int]] = {}
        self._next = {4: 0, 6: 0}
        self._is_available: dict[int, bool] = {}

    def is_available(self, version: int) -> bool:
        """Whether echoes of that IP version can be sent at all."""
        if version not in self._is_available:
            self._is_available[version] = is_ping_available(version)
        return self._is_available[version]

    def send(self, probe: int, address: Address, port: int, now_s: float) -> None:  # noqa: ARG002 -- an echo has none
        target = wire_address(address)
        if target.is_multicast:
            self._plan.unsendable(probe, "no-host")
            return
        if not self._source.suits(target.version):
            self._plan.unsendable(probe, "no-source-address")
            return
        place = self._free_place(target.version)
        if place is None:
            self._plan.hold_back(probe, now_s)
            return
        try:
            where = endpoint(target, 0)
        except AddressError:  # its interface has gone
            self._plan.unsendable(probe, "no-route")
            return
        request = _HEADER.pack(_REQUEST[target.version], 0, 0, 0, place[1]) + self._cookie(target)
        if not self._deliver(probe, where, request, now_s):
            return
        self._waiting[place] = probe, where, target
        self._places[probe] = place
        self._look_after_sending(target)

    def give_up(self, probe: int) -> None:
        self._forget(probe)
        self._finish_reading()

    def _forget(self, probe: int) -> None:
        place = self._places.pop(probe, None)
        if place is not None:
            del self._waiting[place]

    def _open(self, version: int) -> DatagramSocket:
        return DatagramSocket(version, self._source, protocol=_PROTOCOL[version])

    def _received(self, datagram: Received) -> None:
        version = version_of(datagram.sender)
        if len(datagram.data) < _HEADER.size:
            return
        kind, _, _, _, sequence = _HEADER.unpack_from(datagram.data)
        waiting = self._waiting.get((version, sequence))
        if kind != _REPLY[version] or waiting is None:
            return
        probe, where, target = waiting
        if datagram.sender != where or datagram.data[_HEADER.size :] != self._cookie(target):
            return
        self._forget(probe)
        self._plan.settle(probe, ECHO_REPLY, monotonic(), None, datagram.ttl)

    def _rejected(self, rejection: Rejection) -> None:
        """The error quotes the echo, and so its sequence number."""
        error = rejection.error
        if len(rejection.quoted) < _HEADER.size or not is_undelivered(error.protocol, error.type, error.code):
            return
        waiting = self._waiting.get((version_of(rejection.target), _HEADER.unpack_from(rejection.quoted)[4]))
        if waiting is None or waiting[1] != rejection.target:
            return
        probe, _, target = waiting
        self._forget(probe)
        self._tell((probe,), rejection, target)

    def _not_sent(self, probe: int, error: int, where: SocketAddress) -> None:
        if error in _FORBIDDEN and not self.is_available(version_of(where)):
            self._plan.unsendable(probe, "no-ping-socket")
        else:
            super()._not_sent(probe, error, where)

    def _free_place(self, version: int) -> tuple[int, int] | None:
        """The next sequence number that no probe on its way has; None while all of them are."""
        if len(self._waiting) >= _SEQUENCES:
            return None
        while True:
            self._next[version] = (self._next[version] + 1) % _SEQUENCES
            if (version, self._next[version]) not in self._waiting:
                return version, self._next[version]

    def _cookie(self, target: Address) -> bytes:
        return shake_128(self._key + target.packed).digest(_COOKIE_SIZE)


def _family(version: int) -> socket.AddressFamily:
    return socket.AF_INET if version == 4 else socket.AF_INET6
