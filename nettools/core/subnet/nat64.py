"""IPv4 inside IPv6 and back by RFC 6052 §2.2, and unique local prefixes by RFC 4193 §3."""

from ipaddress import IPv4Address, IPv6Address
from typing import Final

from nettools.core.address import Address
from nettools.core.prefix import Prefix
from nettools.errors import AddressError, PrefixError

_LENGTHS: Final = (32, 40, 48, 56, 64, 96)
_U_OCTET: Final = 8
"""Bits 64 to 71 are zero and carry nothing of the IPv4 address (RFC 6052 §2.2)."""

GLOBAL_ID_BITS = 40
"""Of a unique local prefix: RFC 4193 §3.1."""


def embed(prefix: Prefix, address: IPv4Address) -> IPv6Address:
    """The IPv6 address of an IPv4 address under a translation prefix. Raises PrefixError."""
    _check(prefix)
    number = int(address)
    if prefix.length == 96:
        return IPv6Address(prefix.network | number)
    above = min(32, 64 - prefix.length)
    high, low = number >> 32 - above, number & (1 << 32 - above) - 1
    below = low << 64 - _U_OCTET - (32 - above)
    return IPv6Address(prefix.network | high << 128 - prefix.length - above | below)


def extract(prefix: Prefix, address: IPv6Address) -> IPv4Address:
    """The IPv4 address in an IPv6 address under a translation prefix. Raises PrefixError or AddressError."""
    _check(prefix)
    number = int(address)
    if not prefix.contains(Prefix(6, number, 128)):
        raise AddressError(f"{address} is not in {prefix}")
    if prefix.length == 96:
        return IPv4Address(number & 0xFFFFFFFF)
    if number >> 56 & 0xFF:
        raise AddressError(f"{address} has bits 64 to 71 set, which RFC 6052 keeps zero")
    above = min(32, 64 - prefix.length)
    high = number >> 128 - prefix.length - above & (1 << above) - 1
    low = number >> 64 - _U_OCTET - (32 - above) & (1 << 32 - above) - 1
    return IPv4Address(high << 32 - above | low)


def translate(prefix: Prefix, address: Address) -> Address:
    """Embed an IPv4 address, extract from an IPv6 address."""
    return embed(prefix, address) if isinstance(address, IPv4Address) else extract(prefix, address)


def _check(prefix: Prefix) -> None:
    if prefix.version != 6 or prefix.length not in _LENGTHS:
        allowed = ", ".join(f"/{length}" for length in _LENGTHS)
        raise PrefixError(f"{prefix} is no translation prefix: RFC 6052 has IPv6 prefixes of {allowed}")
    if prefix.network >> 56 & 0xFF:
        raise PrefixError(f"{prefix} has bits 64 to 71 set, which RFC 6052 keeps zero")


def unique_local(global_id: int) -> Prefix:
    """The /48 of a 40-bit random global ID: fd00::/8, then the ID (RFC 4193 §3.1)."""
    return Prefix(6, 0xFD << 120 | global_id << 80, 48)
