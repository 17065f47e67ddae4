"""Destinations, gateways and loopback interfaces as the BSD tools write them.

IPv4 networks lose the zero octets at their end. FreeBSD before 13 and macOS also leave out a length that is the
historic class's own (RFC 791 §2.3): ``10`` is 10.0.0.0/8, ``192.168.1`` 192.168.1.0/24; ``default`` is 0/0.

KAME's kernels keep the index of the interface in the second 16 bits of an address of link-local or
interface-local scope: ``fe80:4::1`` is ``fe80::1%4``, as in the KAME project's scope6 documents and FreeBSD's
inet6(4). The tools mostly undo that; where they do not, it is undone here, and the zone is the number.
"""

import re
from typing import Final

from nettools.core.address import Address, parse_address, parse_ipv6_with_zone
from nettools.core.prefix import Prefix, prefix_of
from nettools.core.route.foreign import parse_length
from nettools.core.text import quoted
from nettools.errors import AddressError

_OCTET: Final = re.compile(r"(0|[1-9][0-9]{0,2})\Z", re.ASCII)
_LOCALHOST: Final = {4: "127.0.0.1", 6: "::1"}
_EMBEDDED_ZONE: Final = 0xFFFF << 96
_LOOPBACK: Final = re.compile(r"lo[0-9]*\Z", re.ASCII)


def parse_destination(text: str, version: int, *, is_host: bool = False) -> Prefix:
    """The network or host of a route. Raises AddressError or PrefixError."""
    if text == "default":
        return Prefix(version, 0, 0)
    if text == "localhost":
        text, is_host = _LOCALHOST[version], True
    bare, slash, length = text.partition("/")
    if version == 4:
        return _ipv4_network(text, bare, parse_length(length, 4) if slash else None, is_host=is_host)
    number, zone = _without_embedded_zone(bare)
    return prefix_of(6, number, parse_length(length, 6) if slash else 128, zone)


def parse_gateway(text: str, version: int) -> Address | None:
    """A gateway's address; None for ``link#4``, a link address or an interface: no gateway, but the link itself."""
    if text == "localhost":
        text = _LOCALHOST[version]
    try:
        address = parse_address(text)
    except AddressError:
        return None
    return _address_without_embedded_zone(text) if address.version == 6 else address


def is_loopback(dev: str | None) -> bool:
    """Whether the name is that of a loopback interface.

    >>> is_loopback("lo0"), is_loopback("login0")
    (True, False)
    """
    return dev is not None and _LOOPBACK.match(dev) is not None


def is_of_one_link(address: Address) -> bool:
    """Whether an IPv6 address has a meaning only together with an interface, which the tools write as its zone.

    >>> from ipaddress import IPv6Address
    >>> is_of_one_link(IPv6Address("fe80::1")), is_of_one_link(IPv6Address("2001:db8::1"))
    (True, False)
    """
    return address.version == 6 and _is_scoped(int(address))


def _ipv4_network(text: str, bare: str, length: int | None, *, is_host: bool) -> Prefix:
    octets = bare.split(".")
    values = [int(octet) for octet in octets if _OCTET.match(octet)]
    if len(values) != len(octets) or len(octets) > 4 or any(value > 255 for value in values):
        raise AddressError(f"{quoted(text)} is not an IPv4 network")
    if is_host and len(octets) < 4:
        raise AddressError(f"{quoted(text)} is not an IPv4 address")
    if length is None:
        # What is left of the text can say more than the class.
        length = 32 if is_host else max(_length_of_class(values[0]), 8 * len(octets))
    number = int.from_bytes(bytes(values).ljust(4, b"\0"))
    return prefix_of(4, number, length)


def _length_of_class(first_octet: int) -> int:
    """RFC 791 §2.3. The tools take classes D and E for C."""
    if first_octet < 128:
        return 8
    return 16 if first_octet < 192 else 24


def _address_without_embedded_zone(text: str) -> Address:
    number, zone = _without_embedded_zone(text)
    return Prefix(6, number, 128, zone).first


def _without_embedded_zone(text: str) -> tuple[int, str | None]:
    """The number of an IPv6 address, and its zone."""
    address = parse_ipv6_with_zone(text)
    number, zone = int(address), address.scope_id
    index = number >> 96 & 0xFFFF
    if not _is_scoped(number) or not index:
        return number, zone
    return number & ~_EMBEDDED_ZONE, zone or str(index)


def _is_scoped(number: int) -> bool:
    """fe80::/10; ff01::/16 and ff02::/16 whatever their flags (RFC 4291 §2.7)."""
    return number >> 118 == 0xFE80 >> 6 or (number >> 120 == 0xFF and number >> 112 & 0xF in (1, 2))
