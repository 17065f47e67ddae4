"""Reading and writing IPv4 and IPv6 addresses, strictly, with the reason when one cannot be read.

The value types are the standard library's ``IPv4Address`` and ``IPv6Address``; the parsers are ours because
``ipaddress`` discards the cause ("does not appear to be an IPv4 or IPv6 address") and ``inet_aton`` reads
``010.0.0.1`` as 8.0.0.1. Text forms: RFC 4291 §2.2, RFC 4007 §11 (zones), RFC 5952 (canonical output).
"""

import re
from ipaddress import IPv4Address, IPv6Address
from typing import Final

from nettools.core.text import quoted
from nettools.errors import AddressError

Address = IPv4Address | IPv6Address

WIDTH: Final[dict[int, int]] = {4: 32, 6: 128}
"""Bits of an address by IP version."""

_DECIMAL = re.compile(r"[0-9]+\Z", re.ASCII)
_HEX_GROUP = re.compile(r"[0-9A-Fa-f]{1,4}\Z", re.ASCII)
_ZONE = re.compile(r"[!-$&-.0-~]{1,63}\Z", re.ASCII)  # printable, no "%", no "/", no space
_DIGITS_OF_BASE: Final = {8: frozenset("01234567"), 10: frozenset("0123456789"), 16: frozenset("0123456789abcdef")}
_MAPPED_PREFIX: Final = 0xFFFF  # ::ffff:0:0/96, RFC 4291 §2.5.5.2


def parse_address(text: str) -> Address:
    """The address that ``text`` spells, with its zone for IPv6.

    Raises AddressError, whose message names the part that is wrong.
    """
    return IPv4Address(parse_ipv4(text)) if ":" not in text else parse_ipv6_with_zone(text)


def parse_ipv4(text: str) -> int:
    """Four decimal octets without leading zeros, as a 32-bit integer. Raises AddressError."""
    octets = text.split(".")
    if len(octets) != 4:
        raise _bad(text, f"IPv4 has four octets, this has {len(octets)}", _legacy_hint(octets))
    number = 0
    for octet in octets:
        if not _DECIMAL.match(octet):
            raise _bad(text, f"octet {quoted(octet)} is not a decimal number", _legacy_hint(octets))
        if octet[0] == "0" and len(octet) > 1:
            raise _bad(
                text,
                f"octet {quoted(octet)} has a leading zero",
                f"write {octet.lstrip('0') or '0'} for decimal; some tools read it as octal",
            )
        value = int(octet[:4])
        if value > 255:
            raise _bad(text, f"octet {quoted(octet)[1:-1]} is above 255")
        number = number << 8 | value
    return number


def parse_ipv6_with_zone(text: str) -> IPv6Address:
    """An IPv6 address, perhaps with a zone (``fe80::1%eth0``). Raises AddressError."""
    bare, percent, zone = text.partition("%")
    address = IPv6Address(parse_ipv6(bare))
    if not percent:
        return address
    if not zone:
        raise _bad(text, "the zone after '%' is empty")
    if not _ZONE.match(zone):
        raise _bad(text, f"the zone {quoted(zone)} is not an interface name or index")
    return IPv6Address(f"{address}%{zone}")


def parse_ipv6(text: str) -> int:
    """Eight hexadecimal groups, ``::`` at most once, perhaps an IPv4 tail, as a 128-bit integer.

    Raises AddressError.
    """
    head, gap, tail = text.partition("::")
    if "::" in tail or tail.startswith(":"):
        raise _bad(text, "'::' may stand only once")
    before = _groups(text, head, is_end=not gap)
    after = _groups(text, tail, is_end=True) if gap else []
    missing = 8 - len(before) - len(after)
    if gap and missing < 1:
        raise _bad(text, "'::' stands for at least one group, and eight are there already")
    if not gap and missing:
        raise _bad(text, f"IPv6 has eight groups, this has {len(before)}")
    number = 0
    for group in [*before, *[0] * missing, *after]:
        number = number << 16 | group
    return number


def _groups(text: str, part: str, *, is_end: bool) -> list[int]:
    if not part:
        return []
    values: list[int] = []
    pieces = part.split(":")
    for position, piece in enumerate(pieces):
        if "." in piece:
            if not is_end or position != len(pieces) - 1:
                raise _bad(text, f"the IPv4 part {quoted(piece)} must come last")
            try:
                tail = parse_ipv4(piece)
            except AddressError as error:
                raise _bad(text, f"its IPv4 tail: {error.message}") from None
            values += [tail >> 16, tail & 0xFFFF]
        elif not piece:
            raise _bad(text, "a group is empty (a single ':' at an end)")
        elif not _HEX_GROUP.match(piece):
            raise _bad(text, f"group {quoted(piece)} is not one to four hexadecimal digits")
        else:
            values.append(int(piece, 16))
    return values


def parse_legacy_ipv4(text: str) -> int:
    """What inet_aton(3) reads: one to four parts, each decimal, octal (``0``) or hexadecimal (``0x``).

    The last part fills the octets that are left (POSIX inet_addr(): a, a.b, a.b.c, a.b.c.d). Raises AddressError.
    """
    parts = [_legacy_number(text, part) for part in text.split(".")]
    if len(parts) > 4:
        raise _bad(text, f"IPv4 has at most four parts, this has {len(parts)}")
    *leading, last = parts
    for value in leading:
        if value > 255:
            raise _bad(text, f"part {value} is above 255")
    room = 8 * (4 - len(leading))
    if last >> room:
        raise _bad(text, f"part {last} does not fit in {room} bits")
    number = 0
    for value in leading:
        number = number << 8 | value
    return number << room | last


def _legacy_number(text: str, part: str) -> int:
    base, digits = 10, part
    if part[:2].lower() == "0x":
        base, digits = 16, part[2:]
    elif part[:1] == "0" and len(part) > 1:
        base, digits = 8, part[1:]
    if not digits or len(digits) > 16 or not set(digits.lower()) <= _DIGITS_OF_BASE[base]:
        raise _bad(text, f"part {quoted(part)} is not a number")
    return int(digits, base)


def address_from_int(version: int, number: int, zone: str | None = None) -> Address:
    """The address of that IP version and value, in the zone where one is given."""
    if version == 4:
        return IPv4Address(number)
    address = IPv6Address(number)
    return IPv6Address(f"{address}%{zone}") if zone else address


def exploded(address: IPv6Address) -> str:
    """All eight groups with all their digits.

    >>> exploded(IPv6Address("2001:db8::1"))
    '2001:0db8:0000:0000:0000:0000:0000:0001'
    """
    digits = f"{int(address):032x}"
    return ":".join(digits[start : start + 4] for start in range(0, 32, 4))


def format_address(address: Address) -> str:
    """Canonical text by RFC 5952; IPv4-mapped addresses end in dotted quads (its §5).

    >>> format_address(IPv6Address("::FFFF:192.0.2.1"))
    '::ffff:192.0.2.1'
    """
    if isinstance(address, IPv6Address) and int(address) >> 32 == _MAPPED_PREFIX:
        zone = f"%{address.scope_id}" if address.scope_id else ""
        return f"::ffff:{IPv4Address(int(address) & 0xFFFFFFFF)}{zone}"
    return str(address)


def endpoint(host: Address | str, port: int | None) -> str:
    """Host and port in one word, an IPv6 address in brackets (RFC 3986 §3.2.2).

    >>> endpoint("192.0.2.1", 80), endpoint(IPv6Address("2001:db8::1"), 80)
    ('192.0.2.1:80', '[2001:db8::1]:80')
    """
    text = host if isinstance(host, str) else format_address(host)
    return f"[{text}]:{port}" if ":" in text else f"{text}:{port}"


def _bad(text: str, why: str, hint: str | None = None) -> AddressError:
    return AddressError(f"{quoted(text)} is not an IP address: {why}", hint=hint)


def _legacy_hint(parts: list[str]) -> str | None:
    is_legacy = len(parts) <= 4 and all(re.match(r"(0[xX][0-9A-Fa-f]{1,8}|[0-9]{1,11})\Z", part) for part in parts)
    if not is_legacy:
        return None
    return f"write four decimal octets; nettools subnet --loose {'.'.join(parts)} tells which address that was"
