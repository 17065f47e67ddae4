"""Packets read and written the slow way, independent of what is tested."""

from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address
from struct import pack

from nettools.core.address import Address


def add_words(data: bytes) -> int:
    """The one's complement sum as RFC 1071 §4.1 does it: word by word, the carry added at the end."""
    total = 0
    for place in range(0, len(data), 2):
        total += int.from_bytes(data[place : place + 2].ljust(2, b"\0"))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return total


@dataclass(frozen=True)
class Read:
    """A TCP packet."""

    source: Address
    destination: Address
    hop_limit: int
    source_port: int
    port: int
    sequence: int
    acknowledged: int
    flags: int
    window: int
    options: bytes


def read(packet: bytes) -> Read:
    """A TCP packet from its IP header on; both checksums must be right, and nothing may follow it."""
    if packet[0] == 0x45:
        assert add_words(packet[:20]) == 0xFFFF
        assert int.from_bytes(packet[2:4]) == len(packet)
        assert packet[6:8] == b"\x40\x00"
        assert packet[9] == 6
        source: Address = IPv4Address(packet[12:16])
        destination: Address = IPv4Address(packet[16:20])
        hops, segment = packet[8], packet[20:]
        pseudo = packet[12:20] + pack("!BBH", 0, 6, len(segment))
    else:
        assert packet[0] == 0x60
        assert int.from_bytes(packet[4:6]) == len(packet) - 40
        assert packet[6] == 6
        source, destination = IPv6Address(packet[8:24]), IPv6Address(packet[24:40])
        hops, segment = packet[7], packet[40:]
        pseudo = packet[8:40] + pack("!II", len(segment), 6)
    assert add_words(pseudo + segment) == 0xFFFF
    assert segment[18:20] == b"\0\0"
    length = (segment[12] >> 4) * 4
    assert length == len(segment)
    return Read(
        source=source,
        destination=destination,
        hop_limit=hops,
        source_port=int.from_bytes(segment[0:2]),
        port=int.from_bytes(segment[2:4]),
        sequence=int.from_bytes(segment[4:8]),
        acknowledged=int.from_bytes(segment[8:12]),
        flags=segment[13],
        window=int.from_bytes(segment[14:16]),
        options=segment[20:],
    )


def segment(
    source_port: int, port: int, sequence: int = 0, acknowledged: int = 0, flags: int = 0, window: int = 0
) -> bytes:
    """A TCP header without a checksum, which nobody looks at in an answer: network cards fill it in later."""
    return pack("!HHIIBBHHH", source_port, port, sequence, acknowledged, 0x50, flags, window, 0, 0)


def packet(
    source: Address, destination: Address, protocol: int, body: bytes, *, hops: int = 60, options: bytes = b""
) -> bytes:
    """An IP packet; options only with IPv4, in fours."""
    if isinstance(source, IPv6Address):
        return pack("!IHBB", 6 << 28, len(body), protocol, hops) + source.packed + destination.packed + body
    head = pack("!BBHHHBBH", 0x45 + len(options) // 4, 0, 20 + len(options) + len(body), 7, 0, hops, protocol, 0)
    return head + source.packed + destination.packed + options + body


def icmp_error(sender: Address, to: Address, quoted: bytes, icmp_type: int, code: int, *, hops: int = 60) -> bytes:
    """An ICMP or ICMPv6 error about a packet."""
    return packet(
        sender, to, 1 if sender.version == 4 else 58, pack("!BBHI", icmp_type, code, 0, 0) + quoted, hops=hops
    )
