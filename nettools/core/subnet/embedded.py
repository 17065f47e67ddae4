"""What is hidden inside an IPv6 address: an IPv4 address, a Teredo client, a MAC."""

from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv6Address
from typing import Final

from nettools.core.prefix import Prefix
from nettools.core.record import column
from nettools.core.subnet.multicast import mac_text

_MAPPED: Final = Prefix(6, 0xFFFF << 32, 96)  # ::ffff:0:0/96, RFC 4291 §2.5.5.2
_COMPATIBLE: Final = Prefix(6, 0, 96)  # ::/96, deprecated by RFC 4291 §2.5.5.1
_NAT64: Final = Prefix(6, 0x64FF9B << 96, 96)  # 64:ff9b::/96, RFC 6052 §2.1
_SIX_TO_FOUR: Final = Prefix(6, 0x2002 << 112, 16)  # RFC 3056 §2
_TEREDO: Final = Prefix(6, 0x20010000 << 96, 32)  # RFC 4380 §2.6
_ISATAP_IDS: Final = (0x00005EFE, 0x02005EFE)  # RFC 5214 §6.1
_ALL_32: Final = 0xFFFFFFFF


@dataclass(frozen=True, slots=True, kw_only=True)
class Embedded:
    """The IPv4 facts inside an IPv6 address; which fields are set depends on ``kind``."""

    kind: str = field(metadata=column("Kind"))
    """mapped, compatible, nat64, 6to4, teredo or isatap."""
    ipv4: IPv4Address | None = field(metadata=column("IPv4"))
    server: IPv4Address | None = field(metadata=column("Teredo server"))
    client: IPv4Address | None = field(metadata=column("Teredo client"))
    port: int | None = field(metadata=column("Teredo port"))


def embedded_ipv4(number: int) -> Embedded | None:
    """The IPv4 address that an IPv6 address carries by one of the known schemes, if any."""
    host = Prefix(6, number, 128)
    low = number & _ALL_32
    if _MAPPED.contains(host):
        return _plain("mapped", low)
    if _NAT64.contains(host):
        return _plain("nat64", low)
    if _COMPATIBLE.contains(host):
        return _plain("compatible", low) if low > 1 else None  # :: and ::1 are no IPv4 addresses
    if _SIX_TO_FOUR.contains(host):
        return _plain("6to4", number >> 80 & _ALL_32)
    if _TEREDO.contains(host):
        # The client's address and port are stored inverted, RFC 4380 §4.
        return Embedded(
            kind="teredo",
            ipv4=None,
            server=IPv4Address(number >> 64 & _ALL_32),
            client=IPv4Address(low ^ _ALL_32),
            port=number >> 32 & 0xFFFF ^ 0xFFFF,
        )
    if number >> 32 & _ALL_32 in _ISATAP_IDS:
        return _plain("isatap", low)
    return None


def _plain(kind: str, number: int) -> Embedded:
    return Embedded(kind=kind, ipv4=IPv4Address(number), server=None, client=None, port=None)


def six_to_four(number: int) -> Prefix:
    """The 6to4 prefix of an IPv4 address, 2002:V4ADDR::/48 (RFC 3056 §2)."""
    return Prefix(6, 0x2002 << 112 | number << 80, 48)


def mapped(number: int) -> IPv6Address:
    """The IPv4-mapped IPv6 address (RFC 4291 §2.5.5.2)."""
    return IPv6Address(0xFFFF << 32 | number)


def eui64_mac(number: int) -> str | None:
    """The MAC inside an address whose interface identifier is a modified EUI-64 (RFC 4291 appendix A)."""
    identifier = number & (1 << 64) - 1
    if identifier >> 24 & 0xFFFF != 0xFFFE:
        return None
    high, low = identifier >> 40, identifier & 0xFFFFFF
    return mac_text((high ^ 0x020000) << 24 | low)


def solicited_node(number: int) -> IPv6Address:
    """The solicited-node group of a unicast address, ff02::1:ffXX:XXXX (RFC 4291 §2.7.1)."""
    return IPv6Address(0xFF02 << 112 | 0x1FF << 24 | number & 0xFFFFFF)
