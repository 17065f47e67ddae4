"""Asking for the link address of a neighbour: ARP (RFC 826) and neighbour discovery (RFC 4861), as bytes."""

from ipaddress import IPv4Address, IPv6Address
from struct import Struct
from typing import Final

from nettools.core.packet.checksum import checksum_of, word_sum
from nettools.core.packet.headers import PROTOCOL_ICMPV6, ipv6_header, pseudo_header_sum

BROADCAST_MAC: Final = b"\xff" * 6

_ARP: Final = Struct("!HHBBH6s4s6s4s")
_ARP_KIND: Final = (1, 0x0800, 6, 4)  # Ethernet, IPv4, and the lengths of their addresses
_REQUEST, _REPLY = 1, 2
_SOLICITATION, _ADVERTISEMENT = 135, 136
_SOURCE_LINK_ADDRESS, _TARGET_LINK_ADDRESS = 1, 2
_NEIGHBOUR_HOP_LIMIT: Final = 255  # RFC 4861 §7.1: proves that no router has forwarded it
_ADVERTISEMENT_BYTES: Final = 24
_IPV6_BYTES: Final = 40
_SOLICITED_NODE: Final = 0xFF02_0000_0000_0000_0000_0001_FF00_0000  # RFC 4291 §2.7.1


def arp_request(mac: bytes, source: IPv4Address, target: IPv4Address) -> bytes:
    """Who has ``target``? To be broadcast."""
    return _ARP.pack(*_ARP_KIND, _REQUEST, mac, source.packed, bytes(6), target.packed)


def read_arp_reply(packet: bytes) -> tuple[int, bytes] | None:
    """(address, its MAC); None for anything but a reply."""
    if len(packet) < _ARP.size:
        return None
    *kind, operation, mac, address, _, _ = _ARP.unpack_from(packet)
    if tuple(kind) != _ARP_KIND or operation != _REPLY:
        return None
    return int.from_bytes(address), mac


def solicited_node(target: IPv6Address) -> IPv6Address:
    """The multicast group that the holder of an address listens to: RFC 4291 §2.7.1."""
    return IPv6Address(_SOLICITED_NODE | int(target) & 0xFFFFFF)


def multicast_mac(group: IPv6Address) -> bytes:
    """RFC 2464 §7."""
    return b"\x33\x33" + group.packed[12:]


def neighbour_solicitation(mac: bytes, source: IPv6Address, target: IPv6Address) -> bytes:
    """Who has ``target``? An IPv6 packet to its solicited-node group."""
    group = solicited_node(target)
    option = bytes([_SOURCE_LINK_ADDRESS, 1]) + mac
    body = bytes(4) + target.packed + option
    length = 4 + len(body)
    head = bytes([_SOLICITATION, 0])
    total = word_sum(head + bytes(2) + body) + pseudo_header_sum(source, group, PROTOCOL_ICMPV6, length)
    header = ipv6_header(source, group, PROTOCOL_ICMPV6, length, _NEIGHBOUR_HOP_LIMIT)
    return header + head + checksum_of(total).to_bytes(2) + body


def read_advertisement(packet: bytes) -> tuple[int, bytes | None] | None:
    """(address, its MAC or None where the frame's own source is meant); None for anything but an advertisement."""
    message = packet[_IPV6_BYTES:]
    if len(message) < _ADVERTISEMENT_BYTES or packet[6] != PROTOCOL_ICMPV6 or packet[7] != _NEIGHBOUR_HOP_LIMIT:
        return None
    if message[0] != _ADVERTISEMENT or message[1] != 0:
        return None
    return int.from_bytes(message[8:24]), _link_address(message[_ADVERTISEMENT_BYTES:])


def _link_address(options: bytes) -> bytes | None:
    while len(options) >= 8 and options[1]:
        if options[0] == _TARGET_LINK_ADDRESS:
            return options[2:8]
        options = options[8 * options[1] :]
    return None
