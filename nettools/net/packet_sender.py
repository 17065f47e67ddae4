"""Sending packets of our own by the thousand: sendmmsg(2) on packet sockets, or on raw IP sockets without Ethernet."""

import ctypes
import mmap
import socket
from array import array
from contextlib import suppress
from errno import EAGAIN, EINTR, ENETDOWN, ENOBUFS, ENODEV, ENOMEM, ENXIO
from struct import pack
from time import monotonic, sleep
from typing import Final, NamedTuple

from nettools.core.packet.batch import MOST_PACKETS, ProbeBatch, packet_stride
from nettools.core.packet.headers import ProbeKind
from nettools.core.scan.sweep.batch import Batch
from nettools.core.scan.sweep.lane import Lane
from nettools.net.messages import IoVector, MultiMessageHeader
from nettools.net.packet_socket import PACKET_QDISC_BYPASS, SOL_PACKET, fault_of, open_packet_socket

GONE: Final = frozenset({ENETDOWN, ENODEV, ENXIO})
"""The interface is down or away: whatever is sent fails."""

_IPV6_HDRINCL: Final = 36  # linux/in6.h
_BUSY: Final = frozenset({EAGAIN, ENOBUFS, ENOMEM})
_PATIENCE_S: Final = 2.0
"""A device that takes nothing for so long has failed."""
_PAUSE_S: Final = 0.0005
_SEND_BUFFER_BYTES: Final = 1 << 22


class Sent(NamedTuple):
    """What became of a batch: when it left, and (place, errno) of the packets that were refused."""

    batch: Batch
    began_s: float
    ended_s: float
    refused: list[tuple[int, int]]


class SendRoom:
    """Room for one batch of a lane, and the socket that sends it. Raises MissingPrivilege, LocalFault."""

    def __init__(self, lane: Lane, kind: ProbeKind, source_port: int) -> None:
        self._socket = _open_sender(lane)
        stride = packet_stride(kind, lane.version, has_mac=lane.mac is not None)
        self._memory = mmap.mmap(-1, stride * MOST_PACKETS)
        self._view = memoryview(self._memory)
        self.packets = ProbeBatch(self._view, kind=kind, source=lane.source, source_port=source_port, mac=lane.mac)
        self._headers = (MultiMessageHeader * MOST_PACKETS)()
        self._vectors = (IoVector * MOST_PACKETS)()
        self._names = array("I")
        self._packet_s = 0.0
        """How long one packet of the last batch took."""
        self._lay_out()
        if lane.mac is None:
            self._name_hosts(lane)
        self._call = ctypes.CDLL(None, use_errno=True).sendmmsg

    def send(self, batch: Batch, count: int) -> Sent:
        """Send the first packets that were filled in. Another thread may do this: it leaves Python."""
        self._write_names(count)
        descriptor, size, headers = self._socket.fileno(), ctypes.sizeof(MultiMessageHeader), self._headers
        refused: list[tuple[int, int]] = []
        began_s = monotonic()
        patient_until_s = began_s + _PATIENCE_S
        # Answers may come before all have left.
        batch.began_s, batch.ended_s = began_s, began_s + count * self._packet_s
        done = 0
        while done < count:
            sent: int = self._call(descriptor, ctypes.byref(headers, done * size), count - done, 0)
            if sent > 0:
                done += sent
                continue
            number = ctypes.get_errno()
            if number == EINTR:
                continue
            if number in _BUSY and monotonic() < patient_until_s:
                sleep(_PAUSE_S)
                continue
            last = count if number in GONE or number in _BUSY else done + 1
            refused += [(place, number) for place in range(done, last)]
            done = last
        ended_s = monotonic()
        self._packet_s = (ended_s - began_s) / count
        return Sent(batch, began_s, ended_s, refused)

    def close(self) -> None:
        self._socket.close()

    def _lay_out(self) -> None:
        base = ctypes.addressof(ctypes.c_char.from_buffer(self._memory)) + self.packets.first
        first_vector = ctypes.addressof(self._vectors)
        for number in range(MOST_PACKETS):
            vector = self._vectors[number]
            vector.base, vector.length = base + number * self.packets.stride, self.packets.length
            header = self._headers[number].header
            header.vectors, header.vector_count = first_vector + number * ctypes.sizeof(IoVector), 1

    def _name_hosts(self, lane: Lane) -> None:
        """A raw IP socket is told the destination beside the packet: struct sockaddr_in, sockaddr_in6."""
        one = pack("=H14x", socket.AF_INET) if lane.version == 4 else pack("=H22xI", socket.AF_INET6, lane.ifindex)
        self._names.frombytes(one * MOST_PACKETS)
        start, _ = self._names.buffer_info()
        for number in range(MOST_PACKETS):
            header = self._headers[number].header
            header.name, header.name_length = start + number * len(one), len(one)

    def _write_names(self, count: int) -> None:
        if not self._names:
            return
        step = len(self._names) // MOST_PACKETS
        first, words = (1, 1) if self.packets.version == 4 else (2, 4)
        names = memoryview(self._names)
        for place in range(words):
            at = first + place
            names[at : at + (count - 1) * step + 1 : step] = self.packets.destination_words(place, count)


def _open_sender(lane: Lane) -> socket.socket:
    if lane.mac is not None:
        sender = open_packet_socket(socket.SOCK_RAW)
        with suppress(OSError):  # before Linux 3.14: through the queue, then
            sender.setsockopt(SOL_PACKET, PACKET_QDISC_BYPASS, 1)
        _enlarge(sender)
        sender.bind((lane.interface, 0))
        return sender
    family = socket.AF_INET if lane.version == 4 else socket.AF_INET6
    try:
        sender = socket.socket(family, socket.SOCK_RAW, socket.IPPROTO_RAW)
    except OSError as error:
        raise fault_of(error) from None
    if family == socket.AF_INET6:
        sender.setsockopt(socket.IPPROTO_IPV6, _IPV6_HDRINCL, 1)
    if not lane.is_loopback:
        sender.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, lane.interface.encode())
    _enlarge(sender)
    return sender


def _enlarge(sender: socket.socket) -> None:
    with suppress(OSError):
        sender.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _SEND_BUFFER_BYTES)
