"""Packet sockets: packet(7), linux/if_packet.h. Answers come through memory that the kernel shares with us.

The ring has slots of one size, so that one field of many packets is a strided slice: no call and no copy for each.
"""

import ctypes
import mmap
import os
import socket
import sys
from array import array
from collections.abc import Iterator
from contextlib import suppress
from errno import EACCES, EPERM
from struct import Struct
from time import monotonic, time
from typing import Final

from nettools.core.packet.answers import PacketRun
from nettools.core.packet.filter import Instruction, encoded
from nettools.errors import LocalFault, MissingPrivilege

SOL_PACKET: Final = 263
_PACKET_RX_RING: Final = 5
_PACKET_STATISTICS: Final = 6
_PACKET_VERSION: Final = 10
PACKET_QDISC_BYPASS: Final = 20
_TPACKET_V2: Final = 1
_SO_ATTACH_FILTER: Final = 26  # asm-generic/socket.h
_FILTER: Final = Struct("@HP")  # struct sock_fprog
_RING_REQUEST: Final = Struct("@IIII")  # struct tpacket_req: block size, blocks, frame size, frames
_ADDRESS: Final = Struct("=HHi12x")  # struct sockaddr_ll: family, type in network byte order, interface
_STATISTICS: Final = Struct("@II")  # struct tpacket_stats: packets, drops

_SLOT_BYTES: Final = 256
"""More than the longest answer needs: an ICMPv6 error with its probe is 112 octets long, behind a head of 80."""
_BLOCK_BYTES: Final = 1 << 16
_RING_SLOTS: Final = (1 << 14, 1 << 13, 1 << 11)
"""As many as the kernel gives."""
_MOST_AT_ONCE: Final = 2048

# struct tpacket2_hdr: 32-bit words and half-words
_STATUS_WORD: Final = 0
_NETWORK_HALF: Final = 7  # tp_net
_SECONDS_WORD, _NANOSECONDS_WORD = 4, 5


class AnswerRing:
    """Packets of one Ethernet type that a filter lets through, from their IP header on, of all interfaces or one.

    Raises MissingPrivilege, LocalFault.
    """

    def __init__(self, ethertype: int, program: tuple[Instruction, ...], interface: str | None) -> None:
        self._socket = open_packet_socket(socket.SOCK_DGRAM)
        try:
            attach_filter(self._socket, program)
            self._socket.setsockopt(SOL_PACKET, _PACKET_VERSION, _TPACKET_V2)
            self._slots = self._make_ring()
            self._memory = mmap.mmap(self._socket.fileno(), self._slots * _SLOT_BYTES)
            bind_packets(self._socket, ethertype, interface)
        except OSError as error:
            self._socket.close()
            raise LocalFault(f"no ring of packets to be had: {error.strerror}") from None
        self._octets = memoryview(self._memory)
        self._words, self._halves = self._octets.cast("I"), self._octets.cast("H")
        self._next = 0
        self._taken = 0

    def fileno(self) -> int:
        return self._socket.fileno()

    def runs(self) -> "Iterator[tuple[PacketRun, list[float]]]":
        """What has come since the last time, with the monotonic time of each packet's arrival."""
        while True:
            count = self._filled()
            if not count:
                return
            at = self._next * _SLOT_BYTES
            start = at + self._halves[at // 2 + _NETWORK_HALF]
            yield PacketRun(self._octets, start, _SLOT_BYTES, count, at + count * _SLOT_BYTES), self._times(count)
            self._give_back(count)

    def take_lost_count(self) -> int:
        """How many packets found no room in the ring since this was asked last."""
        return int(_STATISTICS.unpack(self._socket.getsockopt(SOL_PACKET, _PACKET_STATISTICS, _STATISTICS.size))[1])

    def close(self) -> None:
        self._halves.release()
        self._words.release()
        self._octets.release()
        with suppress(BufferError):  # a run that somebody still looks at
            self._memory.close()
        self._socket.close()

    def _make_ring(self) -> int:
        for slots in _RING_SLOTS:
            blocks = slots * _SLOT_BYTES // _BLOCK_BYTES
            request = _RING_REQUEST.pack(_BLOCK_BYTES, blocks, _SLOT_BYTES, slots)
            try:
                self._socket.setsockopt(SOL_PACKET, _PACKET_RX_RING, request)
            except OSError:
                if slots == _RING_SLOTS[-1]:
                    raise
            else:
                break
        return slots

    def _column(self, word: int, count: int) -> "array[int]":
        first = self._next * (_SLOT_BYTES // 4) + word
        column = array("I")
        end = (self._next + count) * (_SLOT_BYTES // 4)
        column.frombytes(self._words[first : end : _SLOT_BYTES // 4].tobytes())
        return column

    def _filled(self) -> int:
        """How many slots in a row hold packets."""
        if not self._words[self._next * (_SLOT_BYTES // 4) + _STATUS_WORD] & 1:  # TP_STATUS_USER
            return 0
        most = min(_MOST_AT_ONCE, self._slots - self._next)
        status = self._column(_STATUS_WORD, most)
        try:
            return status.index(0)  # TP_STATUS_KERNEL
        except ValueError:
            return most

    def _times(self, count: int) -> list[float]:
        ahead = time() - monotonic()  # the kernel notes the time of day
        seconds, nanoseconds = self._column(_SECONDS_WORD, count), self._column(_NANOSECONDS_WORD, count)
        return [whole - ahead + part * 1e-9 for whole, part in zip(seconds, nanoseconds, strict=True)]

    def _give_back(self, count: int) -> None:
        step = _SLOT_BYTES // 4
        first = self._next * step + _STATUS_WORD
        self._words[first : first + (count - 1) * step + 1 : step] = memoryview(bytes(4 * count)).cast("I")
        self._next = (self._next + count) % self._slots


def open_packet_socket(kind: int) -> socket.socket:
    """A packet socket that receives nothing before it is bound. Raises MissingPrivilege, LocalFault."""
    if not hasattr(socket, "AF_PACKET"):
        raise LocalFault("packets of our own can be sent on Linux only", hint="--connect works everywhere")
    try:
        return socket.socket(socket.AF_PACKET, kind, 0)
    except OSError as error:
        raise fault_of(error) from None


def bind_packets(to: socket.socket, ethertype: int, interface: str | None) -> None:
    """Receive packets of that type from one interface, or from all of them. Raises OSError."""
    if interface is not None:
        to.bind((interface, ethertype))
        return
    # Python's own bind() cannot say "all of them": that is interface number 0.
    library = ctypes.CDLL(None, use_errno=True)
    address = _ADDRESS.pack(socket.AF_PACKET, socket.htons(ethertype), 0)
    if library.bind(to.fileno(), address, len(address)):
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))


def fault_of(error: OSError) -> LocalFault:
    """Why the system gives no socket for packets of our own."""
    if error.errno not in (EPERM, EACCES):
        return LocalFault(f"no packet socket to be had: {error.strerror}", hint="--connect needs none")
    program = os.path.realpath(sys.executable)
    return MissingPrivilege(
        "sending packets of our own needs the capability CAP_NET_RAW",
        hint=f"use sudo, or: sudo setcap cap_net_raw+ep {program} (all of its scripts get it), or --connect",
    )


def attach_filter(to: socket.socket, program: tuple[Instruction, ...]) -> None:
    """Let only packets through that the program keeps: socket(7), SO_ATTACH_FILTER. Raises OSError."""
    code = ctypes.create_string_buffer(encoded(program))
    to.setsockopt(socket.SOL_SOCKET, _SO_ATTACH_FILTER, _FILTER.pack(len(program), ctypes.addressof(code)))
