"""One probe as bytes, with every field where its RFC puts it: the pattern from which batches are made."""

from ipaddress import IPv6Address
from struct import Struct
from typing import Final, Literal

from nettools.core.address import Address
from nettools.core.packet.checksum import checksum_of, word_sum

ProbeKind = Literal["syn", "ack"]

ETHERTYPE_IPV4: Final = 0x0800
ETHERTYPE_ARP: Final = 0x0806
ETHERTYPE_IPV6: Final = 0x86DD
"""IANA, IEEE 802 numbers."""

PROTOCOL_ICMP: Final = 1
PROTOCOL_TCP: Final = 6
PROTOCOL_ICMPV6: Final = 58
"""IANA, assigned internet protocol numbers."""

SYN: Final = 0x02
RST: Final = 0x04
ACK: Final = 0x10
"""Control bits: RFC 9293 §3.1."""

IPV4_BYTES: Final = 20
IPV6_BYTES: Final = 40
HOP_LIMIT: Final = 64
"""IANA, IP option numbers: the recommended default TTL."""

_IPV4: Final = Struct("!BBHHHBBH4s4s")
_DO_NOT_FRAGMENT: Final = 0x4000
_IPV6: Final = Struct("!IHBB16s16s")
_TCP: Final = Struct("!HHIIBBHHH")
_MSS_OPTION: Final = Struct("!BBH")
_MSS: Final = {4: 1460, 6: 1440}
"""What fits into the 1,500 octets of an Ethernet frame: RFC 9293 §3.7.1."""
_WINDOW: Final = 64_240
"""44 segments of 1,460 octets, what Linux offers; a window of 0 or 1,024 is how scanners are recognised."""


def ipv4_header(source: Address, destination: Address, protocol: int, length: int, hop_limit: int = HOP_LIMIT) -> bytes:
    """RFC 791 §3.1, for ``length`` octets that follow; a packet that is no fragment needs no number (RFC 6864 §4.1)."""
    fields = (0x45, 0, IPV4_BYTES + length, 0, _DO_NOT_FRAGMENT, hop_limit, protocol)
    without = _IPV4.pack(*fields, 0, source.packed, destination.packed)
    return _IPV4.pack(*fields, checksum_of(word_sum(without)), source.packed, destination.packed)


def ipv6_header(source: Address, destination: Address, protocol: int, length: int, hop_limit: int = HOP_LIMIT) -> bytes:
    """RFC 8200 §3, for ``length`` octets that follow."""
    return _IPV6.pack(6 << 28, length, protocol, hop_limit, source.packed, destination.packed)


def pseudo_header_sum(source: Address, destination: Address, protocol: int, length: int) -> int:
    """What the checksum of a transport covers beside its own octets: RFC 9293 §3.1, RFC 8200 §8.1."""
    return word_sum(source.packed) + word_sum(destination.packed) + protocol + length


def tcp_probe(kind: ProbeKind, source: Address, destination: Address, source_port: int, port: int, mark: int) -> bytes:
    """The TCP header of a probe: a SYN with the MSS that every real one has, or an ACK out of nowhere.

    ``mark`` is the sequence number; that of an ACK is its acknowledgment number too, since a reset repeats it
    (RFC 9293 §3.10.7.1).
    """
    options = _MSS_OPTION.pack(2, 4, _MSS[destination.version]) if kind == "syn" else b""  # RFC 9293 §3.2
    length = _TCP.size + len(options)
    acknowledged, flags = (0, SYN) if kind == "syn" else (mark, ACK)
    fields = (source_port, port, mark, acknowledged, length // 4 << 4, flags, _WINDOW)
    total = word_sum(_TCP.pack(*fields, 0, 0) + options)
    total += pseudo_header_sum(source, destination, PROTOCOL_TCP, length)
    return _TCP.pack(*fields, checksum_of(total), 0) + options


def probe_packet(
    kind: ProbeKind, source: Address, destination: Address, source_port: int, port: int, mark: int
) -> bytes:
    """A whole probe from its IP header on."""
    segment = tcp_probe(kind, source, destination, source_port, port, mark)
    header = ipv6_header if isinstance(destination, IPv6Address) else ipv4_header
    return header(source, destination, PROTOCOL_TCP, len(segment)) + segment


def ethernet_header(destination: bytes, source: bytes, ethertype: int) -> bytes:
    """IEEE 802.3, with the type of what follows."""
    return destination + source + ethertype.to_bytes(2)
