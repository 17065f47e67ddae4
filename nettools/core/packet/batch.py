"""Probes by the thousand: packets of one pattern side by side in memory, of which only what differs is written.

All packets of a batch stand at the same distance from each other, so that one field of all of them is a strided
slice, which is assigned at once. A batch goes to many hosts at one port, or to many ports of one host: one of the
two is the same in all its packets.

The sequence number is ``(host secret ^ port secret) + tag`` modulo 2**32. Secrets are random and never sent alone, so
nobody can answer in the name of a host whose probes he does not see; the tag, from 1 on, tells which of several probes
of a port an answer is to. Each tag has a source port of its own: a second SYN from the same port with another number
would be answered by a reset, though the port is open (RFC 9293 §3.10.7.4, a SYN in SYN-RECEIVED).
"""

import sys
from array import array
from collections.abc import Sequence
from ipaddress import IPv4Address, IPv6Address
from typing import Final

from nettools.core.address import Address
from nettools.core.packet.checksum import MODULUS, checksum_of, word_sum
from nettools.core.packet.headers import (
    ETHERTYPE_IPV4,
    ETHERTYPE_IPV6,
    IPV4_BYTES,
    IPV6_BYTES,
    ProbeKind,
    ethernet_header,
    probe_packet,
)

MOST_PACKETS: Final = 1024
"""UIO_MAXIOV: as many as one sendmmsg(2) takes."""

_ETHERNET_BYTES: Final = 14
_ALIGNED_ETHERNET_BYTES: Final = 16
_MASK: Final = 0xFFFFFFFF
_NOWHERE: Final[dict[int, Address]] = {4: IPv4Address(0), 6: IPv6Address(0)}
_IS_LITTLE: Final = sys.byteorder == "little"


def network_words(values: Sequence[int], width: str) -> "array[int]":
    """Numbers as an array whose memory is in network byte order; ``width`` is H or I."""
    words = array(width, values)
    if _IS_LITTLE:
        words.byteswap()
    return words


class Recipients:
    """Hosts of one IP version as columns: what their packets differ in. ``secrets`` has a random number for each."""

    __slots__ = ("addresses", "checks", "macs", "numbers", "secrets", "sums")

    def __init__(
        self, version: int, addresses: Sequence[int], secrets: Sequence[int], macs: Sequence[bytes] | None
    ) -> None:
        self.numbers = addresses
        self.secrets = secrets
        self.sums = [address % MODULUS for address in addresses]
        shifts = (0,) if version == 4 else (96, 64, 32, 0)
        self.addresses = [network_words([one >> shift & _MASK for one in addresses], "I") for shift in shifts]
        joined = array("H", b"".join(macs)) if macs else None
        self.macs = [] if joined is None else [joined[part::3] for part in range(3)]
        self.checks: dict[int, array[int]] = {}
        """Sum of the rest of the IPv4 header -> the header checksums."""

    def alone(self, slot: int) -> "Recipients":
        """One of these hosts."""
        one = Recipients(4, (), self.secrets[slot : slot + 1], None)
        one.numbers = self.numbers[slot : slot + 1]
        one.sums = self.sums[slot : slot + 1]
        one.addresses = [column[slot : slot + 1] for column in self.addresses]
        one.macs = [column[slot : slot + 1] for column in self.macs]
        return one

    def header_checks(self, rest: int) -> "array[int]":
        """The checksums of the IPv4 headers whose other words add up to ``rest``."""
        if rest not in self.checks:
            self.checks[rest] = network_words([MODULUS - (rest + one) % MODULUS for one in self.sums], "H")
        return self.checks[rest]


class ProbeBatch:
    """Room for up to ``capacity`` packets, in memory that somebody else sends from.

    ``source_port`` is that of the first tag, the next tags have those that follow it.
    Packet number n begins at ``first + n * stride`` and is ``length`` octets long.
    """

    def __init__(
        self,
        room: memoryview,
        *,
        kind: ProbeKind,
        source: Address,
        source_port: int,
        mac: bytes | None,
    ) -> None:
        version = source.version
        packet = probe_packet(kind, source, _NOWHERE[version], source_port, 0, 0)
        ethertype = ETHERTYPE_IPV4 if version == 4 else ETHERTYPE_IPV6
        frame = b"" if mac is None else ethernet_header(bytes(6), mac, ethertype)
        self.version = version
        self.first = _ALIGNED_ETHERNET_BYTES - _ETHERNET_BYTES if frame else 0  # IP headers stand at multiples of four
        self.length = len(frame) + len(packet)
        self.stride = packet_stride(kind, version, has_mac=mac is not None)
        self.capacity = len(room) // self.stride
        slot = (bytes(self.first) + frame + packet).ljust(self.stride, b"\0")
        room[: self.capacity * self.stride] = slot * self.capacity
        self._halves, self._words = room.cast("H"), room.cast("I")
        self._ip = self.first + len(frame)
        self._tcp = self._ip + (IPV4_BYTES if version == 4 else IPV6_BYTES)
        self._source_port = source_port
        self._tag = 1
        self._has_mac = bool(frame)
        self._acknowledges = kind == "ack"
        self._header_rest = word_sum(packet[:10] + packet[12:IPV4_BYTES])
        # The checksum of the pattern tells what all its other words, and the pseudo header, add up to.
        at = self._tcp - self._ip + 16
        self._segment_rest = checksum_of(int.from_bytes(packet[at : at + 2]))

    def fill_hosts(self, to: Recipients, slots: slice | Sequence[int], port: int, port_secret: int, tag: int) -> int:
        """Packets to one port of some of these hosts. Returns how many."""
        secrets, sums = _taken_list(to.secrets, slots), _taken_list(to.sums, slots)
        count = len(secrets)
        for place, column in enumerate(to.addresses):
            self._put_words(self._address_at + 4 * place, count, _taken(column, slots))
        if self._has_mac:
            for place, column in enumerate(to.macs):
                self._put_halves(self.first + 2 * place, count, _taken(column, slots))
        if self.version == 4:
            self._put_halves(self._ip + 10, count, _taken(to.header_checks(self._header_rest), slots))
        self._put_halves(self._tcp + 2, count, network_words([port], "H") * count)
        marks = [(secret ^ port_secret) + tag & _MASK for secret in secrets]
        self._seal(marks, sums, port, tag)
        return count

    def fill_ports(self, to: Recipients, slot: int, ports: Sequence[int], port_secrets: Sequence[int], tag: int) -> int:
        """Packets to some ports of one of these hosts. Returns how many."""
        count = len(ports)
        for place, column in enumerate(to.addresses):
            self._put_words(self._address_at + 4 * place, count, column[slot : slot + 1] * count)
        if self._has_mac:
            for place, column in enumerate(to.macs):
                self._put_halves(self.first + 2 * place, count, column[slot : slot + 1] * count)
        if self.version == 4:
            check = to.header_checks(self._header_rest)[slot : slot + 1]
            self._put_halves(self._ip + 10, count, check * count)
        self._put_halves(self._tcp + 2, count, network_words(ports, "H"))
        secret = to.secrets[slot]
        marks = [(secret ^ one) + tag & _MASK for one in port_secrets]
        self._seal(marks, ports, to.sums[slot], tag)
        return count

    def destination_words(self, place: int, count: int) -> memoryview:
        """That 32-bit part of the destination address of the first packets, in network byte order."""
        start, step = self._address_at // 4 + place, self.stride // 4
        return self._words[start : start + (count - 1) * step + 1 : step]

    @property
    def _address_at(self) -> int:
        return self._ip + (16 if self.version == 4 else 24)

    def _seal(self, marks: list[int], parts: Sequence[int], part: int, tag: int) -> None:
        """Write the numbers, and the checksums of segments that have ``part`` and one of ``parts`` in them."""
        count = len(marks)
        if tag != self._tag:
            self._put_halves(
                self._tcp, self.capacity, network_words([self._source_port + tag - 1], "H") * self.capacity
            )
            self._tag = tag
        words = network_words(marks, "I")
        self._put_words(self._tcp + 4, count, words)
        rest, modulus = self._segment_rest + part + tag - 1, MODULUS
        if self._acknowledges:
            self._put_words(self._tcp + 8, count, words)
            checks = [modulus - (rest + 2 * mark + one) % modulus for mark, one in zip(marks, parts, strict=True)]
        else:
            checks = [modulus - (rest + mark + one) % modulus for mark, one in zip(marks, parts, strict=True)]
        self._put_halves(self._tcp + 16, count, network_words(checks, "H"))

    def _put_words(self, start: int, count: int, values: "array[int]") -> None:
        step = self.stride // 4
        self._words[start // 4 : start // 4 + (count - 1) * step + 1 : step] = memoryview(values)

    def _put_halves(self, start: int, count: int, values: "array[int]") -> None:
        step = self.stride // 2
        self._halves[start // 2 : start // 2 + (count - 1) * step + 1 : step] = memoryview(values)


def packet_stride(kind: ProbeKind, version: int, *, has_mac: bool) -> int:
    """How far apart the packets of a batch stand: a multiple of 16 octets."""
    octets = (IPV4_BYTES if version == 4 else IPV6_BYTES) + (24 if kind == "syn" else 20)
    return (_ALIGNED_ETHERNET_BYTES if has_mac else 0) + octets + 15 & ~15


def _taken(column: "array[int]", slots: slice | Sequence[int]) -> "array[int]":
    return column[slots] if isinstance(slots, slice) else array(column.typecode, [column[slot] for slot in slots])


def _taken_list(column: Sequence[int], slots: slice | Sequence[int]) -> Sequence[int]:
    return column[slots] if isinstance(slots, slice) else [column[slot] for slot in slots]
