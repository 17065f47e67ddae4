"""What comes back to a probe: TCP segments, and ICMP errors that quote it.

Resets and SYN-ACKs come by the thousand and look alike, so that they are read in columns: all packets of a strided
run of memory at once. What is not of the usual form is read one by one. Nothing here trusts a length.
"""

import sys
from array import array
from collections.abc import Sequence
from ipaddress import IPv4Address, IPv6Address
from struct import Struct
from typing import Final, NamedTuple

from nettools.core.address import Address
from nettools.core.packet.headers import IPV4_BYTES, IPV6_BYTES, PROTOCOL_ICMP, PROTOCOL_ICMPV6, PROTOCOL_TCP

_PLAIN_IPV4: Final = 0x45
"""Version 4, and a header of five words: no options (RFC 791 §3.1)."""
_TCP: Final = Struct("!HHIIBBH")
_QUOTED: Final = Struct("!HHI")
"""All that RFC 792 makes an error quote of the segment: both ports and the sequence number."""
_ICMP_BYTES: Final = 8
_IS_LITTLE: Final = sys.byteorder == "little"


class Segments(NamedTuple):
    """TCP segments as columns, in the order of their arrival."""

    sources: Sequence[int]
    """The addresses of those who sent them."""
    ports: Sequence[int]
    """The source ports: those that were probed."""
    sequences: Sequence[int]
    acknowledged: Sequence[int]
    flags: Sequence[int]
    windows: Sequence[int]
    hop_limits: Sequence[int]


class IcmpNotice(NamedTuple):
    """An ICMP or ICMPv6 error about a probe of ours."""

    sender: Address
    protocol: int
    type: int
    code: int
    hop_limit: int
    destination: int
    """The address that was probed, and below it the port and sequence number of that probe."""
    port: int
    mark: int


class Segment(NamedTuple):
    """One TCP segment: a row of ``Segments``."""

    source: int
    port: int
    sequence: int
    acknowledged: int
    flags: int
    window: int
    hop_limit: int


class PacketRun:
    """``count`` packets in memory, each ``stride`` octets after the one before; the last one stands before ``end``.

    ``start`` and ``stride`` are multiples of four.
    """

    def __init__(self, room: memoryview, start: int, stride: int, count: int, end: int) -> None:
        self._octets, self._halves, self._words = room, room.cast("H"), room.cast("I")
        self._start, self._stride, self._end, self.count = start, stride, end, count

    def octets(self, offset: int) -> bytes:
        """That octet of all packets."""
        return self._octets[self._start + offset : self._end : self._stride].tobytes()

    def words(self, offset: int) -> "array[int]":
        """The 32-bit number at that offset, a multiple of four, of all packets."""
        column = array("I")
        column.frombytes(self._words[(self._start + offset) // 4 : self._end // 4 : self._stride // 4].tobytes())
        if _IS_LITTLE:
            column.byteswap()
        return column

    def halves(self, offset: int) -> "array[int]":
        """The 16-bit number at that even offset of all packets."""
        column = array("H")
        start = (self._start + offset) // 2
        column.frombytes(self._halves[start : self._end // 2 : self._stride // 2].tobytes())
        if _IS_LITTLE:
            column.byteswap()
        return column

    def packet(self, number: int) -> bytes:
        """One of them, and what follows it in its part of the memory."""
        start = self._start + number * self._stride
        return self._octets[start : min(start + self._stride, self._end)].tobytes()


def read_segments(run: PacketRun, version: int) -> Segments | None:
    """The columns, None when a packet is not of the usual form: TCP right behind an IP header without options."""
    if version == 4:
        is_plain = _are_all(run.octets(0), _PLAIN_IPV4) and _are_all(run.octets(9), PROTOCOL_TCP)
        sources: Sequence[int] = run.words(12) if is_plain else ()
        tcp, hops = IPV4_BYTES, 8
    else:
        is_plain = _are_all(run.octets(6), PROTOCOL_TCP)
        quarters = [run.words(8 + 4 * part) for part in range(4)] if is_plain else []
        sources = [a << 96 | b << 64 | c << 32 | d for a, b, c, d in zip(*quarters, strict=True)]
        tcp, hops = IPV6_BYTES, 7
    if not is_plain:
        return None
    return Segments(
        sources,
        run.halves(tcp),
        run.words(tcp + 4),
        run.words(tcp + 8),
        run.octets(tcp + 13),
        run.halves(tcp + 14),
        run.octets(hops),
    )


def read_packet(packet: bytes) -> Segment | IcmpNotice | None:
    """One packet from its IP header on, None when it says nothing about a probe."""
    if len(packet) < IPV4_BYTES:
        return None
    if packet[0] >> 4 == 4:
        start, protocol, hops = (packet[0] & 0x0F) * 4, packet[9], packet[8]
        sender: Address = IPv4Address(packet[12:16])
    elif packet[0] >> 4 == 6 and len(packet) >= IPV6_BYTES:
        start, protocol, hops = IPV6_BYTES, packet[6], packet[7]
        sender = IPv6Address(packet[8:24])
    else:
        return None
    if protocol == PROTOCOL_TCP and len(packet) >= start + _TCP.size:
        port, _, sequence, acknowledged, _, flags, window = _TCP.unpack_from(packet, start)
        return Segment(int(sender), port, sequence, acknowledged, flags, window, hops)
    if protocol in (PROTOCOL_ICMP, PROTOCOL_ICMPV6):
        return _read_error(packet, start, protocol, sender, hops)
    return None


def _read_error(packet: bytes, start: int, protocol: int, sender: Address, hops: int) -> IcmpNotice | None:
    inside = packet[start + _ICMP_BYTES :]
    if protocol == PROTOCOL_ICMP:
        if len(inside) < IPV4_BYTES or inside[0] >> 4 != 4 or inside[9] != PROTOCOL_TCP:
            return None
        length, destination = (inside[0] & 0x0F) * 4, inside[16:20]
    else:
        if len(inside) < IPV6_BYTES or inside[0] >> 4 != 6 or inside[6] != PROTOCOL_TCP:
            return None
        length, destination = IPV6_BYTES, inside[24:40]
    if len(inside) < length + _QUOTED.size:
        return None
    _, port, mark = _QUOTED.unpack_from(inside, length)
    return IcmpNotice(sender, protocol, packet[start], packet[start + 1], hops, int.from_bytes(destination), port, mark)


def _are_all(octets: bytes, value: int) -> bool:
    return octets.count(value) == len(octets)
