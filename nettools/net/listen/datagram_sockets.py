"""One bound socket of a datagram server: what came, from whom and to which address, and answers from that address.

A socket that is bound to all addresses would answer from whichever the route prefers, and the peer would not know the
answer; IP_PKTINFO (ip(7)) and IPV6_RECVPKTINFO (ipv6(7), RFC 3542 §6) tell the address and choose it.
"""

import socket
import struct
from contextlib import suppress
from ipaddress import IPv4Address, IPv6Address
from typing import Final, NamedTuple

from nettools.core.address import Address
from nettools.core.listen.endpoint import endpoint_text
from nettools.net.listen.listeners import Listening

LARGEST_DATAGRAM: Final = 1 << 16
_IP_PKTINFO: Final = 8  # linux/in.h
_IPV6_RECVPKTINFO: Final = 49  # linux/in6.h
_IPV6_PKTINFO: Final = 50
_INFO4: Final = struct.Struct("=I4s4s")  # struct in_pktinfo: interface, our address, the packet's destination
_INFO6: Final = struct.Struct("=16sI")  # struct in6_pktinfo: address, interface
_ANCILLARY: Final = socket.CMSG_SPACE(_INFO6.size) if hasattr(socket, "CMSG_SPACE") else 0
_TOLD: Final = frozenset({(socket.IPPROTO_IP, _IP_PKTINFO), (socket.IPPROTO_IPV6, _IPV6_PKTINFO)})

Source = tuple[object, ...] | str | bytes | None
"""What recvfrom(2) gives: an address and a port, a path, or nothing for a Unix socket without a name."""


class Received(NamedTuple):
    """One datagram."""

    octets: bytes
    source: Source
    told: bytes
    """The control message about where it came to; empty where the socket is bound to one address."""


class DatagramSocket:
    """Receives and sends on one bound socket. Raises OSError."""

    def __init__(self, listening: Listening) -> None:
        self.listening = listening
        self.socket = listening.socket
        self._buffer = memoryview(bytearray(LARGEST_DATAGRAM))
        self._level, self._option = (
            (socket.IPPROTO_IP, _IP_PKTINFO)
            if listening.address is not None and listening.address.version == 4
            else (socket.IPPROTO_IPV6, _IPV6_PKTINFO)
        )
        self._is_told = listening.is_wildcard and _ANCILLARY > 0 and self._ask()

    def receive(self) -> Received | None:
        """The next datagram; None when nothing is there."""
        try:
            if not self._is_told:
                count, source = self.socket.recvfrom_into(self._buffer)
                return Received(bytes(self._buffer[:count]), source, b"")
            count, ancillary, _, source = self.socket.recvmsg_into([self._buffer], _ANCILLARY)
        except BlockingIOError:
            return None
        told = next((bytes(data) for level, kind, data in ancillary if (level, kind) in _TOLD), b"")
        return Received(bytes(self._buffer[:count]), source, told)

    def send(self, octets: memoryview, source: Source, told: bytes) -> int:
        """Raises BlockingIOError when the system has no room."""
        if told:
            return self.socket.sendmsg([octets], [(self._level, self._option, self._answering(told))], 0, source)
        return self.socket.sendto(octets, source)  # type: ignore[arg-type]

    def is_to_many(self, told: bytes) -> bool:
        """Whether a datagram came to a broadcast or multicast address, as far as the system tells."""
        if not told:
            return False
        if self._level == socket.IPPROTO_IP:
            _, ours, destination = _INFO4.unpack(told)
            return bool(ours != destination)
        return told[0] == 0xFF

    def local(self, told: bytes) -> tuple[Address | None, int | None, str]:
        """Where a datagram came to: the address, the port, and both in one word."""
        port = self.listening.port
        if not told or port is None:
            return self.listening.address, port, self.listening.text
        address: Address
        if self._level == socket.IPPROTO_IP:
            address = IPv4Address(_INFO4.unpack(told)[1])
        else:
            address = IPv6Address(_INFO6.unpack(told)[0])
        return address, port, endpoint_text(address, port)

    def _ask(self) -> bool:
        option = _IP_PKTINFO if self._level == socket.IPPROTO_IP else _IPV6_RECVPKTINFO
        with suppress(OSError):
            self.socket.setsockopt(self._level, option, 1)
            return True
        return False

    def _answering(self, told: bytes) -> bytes:
        """The control message that sends from the address that was spoken to; the route chooses the interface.

        A multicast group cannot send; a link-local address means nothing without its interface.
        """
        if self._level == socket.IPPROTO_IP:
            return _INFO4.pack(0, _INFO4.unpack(told)[1], b"\0\0\0\0")
        packed, interface = _INFO6.unpack(told)
        address = IPv6Address(packed)
        if address.is_multicast:
            return _INFO6.pack(b"\0" * 16, interface)
        return _INFO6.pack(packed, interface if address.is_link_local else 0)
