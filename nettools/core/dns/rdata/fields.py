r"""The fields that rdata is made of: where each ends on the wire, and how zone files write it.

Reading and writing are two steps, so that rdata can be checked without making text: ``end`` finds the place behind the
field or raises Unreadable, ``text`` writes octets that ``end`` has accepted, and never fails. Text forms are those of
RFC 1035 §5.1 and of the type's own RFC in the layout of BIND: base64 and long hex in words of 56 characters.
"""

from base64 import b32hexencode, b64encode
from collections.abc import Callable
from datetime import UTC, datetime
from ipaddress import IPv6Address
from typing import Final, NamedTuple

from nettools.core.dns.name import LONGEST_LABEL, LONGEST_NAME, name_text
from nettools.core.dns.types import type_name

WORD: Final = 56
"""Characters of base64 and hex between two blanks: the default of dig's ``+split``."""


class Unreadable(ValueError):
    """The rdata is not what its type says."""


class Field(NamedTuple):
    """One field of a record type."""

    end: Callable[[bytes, int], int]
    """(rdata, place where the field begins) -> the place behind it. Raises Unreadable."""
    text: Callable[[bytes], str]
    """The text of the field's octets; none for an octet that only counts others."""


def octets(count: int, text: Callable[[bytes], str]) -> Field:
    """A field of fixed size."""

    def end(rdata: bytes, place: int) -> int:
        if place + count > len(rdata):
            raise Unreadable("the rdata ends too early")
        return place + count

    return Field(end, text)


def rest(text: Callable[[bytes], str], *, least: int = 1) -> Field:
    """Everything to the end of the rdata, ``least`` octets of it."""

    def end(rdata: bytes, place: int) -> int:
        if len(rdata) - place < least:
            raise Unreadable("the rdata ends too early")
        return len(rdata)

    return Field(end, text)


def several(field: Field, *, least: int = 1) -> Field:
    """The same field again and again to the end of the rdata."""

    def end(rdata: bytes, place: int) -> int:
        count = 0
        while place < len(rdata):
            place = field.end(rdata, place)
            count += 1
        if count < least:
            raise Unreadable("the rdata ends too early")
        return place

    def text(data: bytes) -> str:
        texts, place = [], 0
        while place < len(data):
            behind = field.end(data, place)
            texts.append(field.text(data[place:behind]))
            place = behind
        return " ".join(texts)

    return Field(end, text)


def spaced(text: str) -> str:
    """Words of 56 characters."""
    return text if len(text) <= WORD else " ".join(text[at : at + WORD] for at in range(0, len(text), WORD))


def decimal(data: bytes) -> str:
    return str(int.from_bytes(data, "big"))


def upper_hex(data: bytes) -> str:
    return spaced(data.hex().upper())


def base64_text(data: bytes) -> str:
    return spaced(b64encode(data).decode())


def unsplit_base64(data: bytes) -> str:
    return b64encode(data).decode() or "-"


def ipv4_text(data: bytes) -> str:
    return ".".join(map(str, data))


def ipv6_text(data: bytes) -> str:
    """RFC 5952, and the last 32 bits in decimal where they are an IPv4 address (§5), as ``inet_ntop`` writes it."""
    if data.startswith(bytes(10)) and (data[10:12] == b"\xff\xff" or data[10:12] == bytes(2) != data[12:14]):
        return ("::ffff:" if data[10] else "::") + ipv4_text(data[12:])
    return str(IPv6Address(data))


def moment_text(data: bytes) -> str:
    """YYYYMMDDHHmmSS in UTC, RFC 4034 §3.2; read as a number without sign, from 1970 to 2106."""
    return datetime.fromtimestamp(int.from_bytes(data, "big"), UTC).strftime("%Y%m%d%H%M%S")


def type_text(data: bytes) -> str:
    return type_name(int.from_bytes(data, "big"))


def old_type_name(number: int) -> str:
    """In SIG and NXT records BIND writes a type without a mnemonic as a bare number."""
    return type_name(number).removeprefix("TYPE")


_SHOWN: Final = tuple(
    "\\" + chr(octet) if octet in b'"\\' else chr(octet) if 0x20 <= octet <= 0x7E else f"\\{octet:03d}"
    for octet in range(256)
)


def quoted_text(data: bytes) -> str:
    r"""Octets in quotes; quote and backslash escaped, what does not print as ``\DDD``.

    >>> quoted_text(b'a "b"\x1b')
    '"a \\"b\\"\\027"'
    """
    return f'"{"".join(map(_SHOWN.__getitem__, data))}"'


def _name_end(rdata: bytes, place: int) -> int:
    """Behind a name without compression: pointers are resolved where they are allowed, RFC 3597 §4."""
    start, length = place, -1
    while length != 0:
        if place >= len(rdata):
            raise Unreadable("the name runs over the end of the rdata")
        length = rdata[place]
        if length > LONGEST_LABEL:
            raise Unreadable("a compression pointer where none is allowed")
        place += 1 + length
    if place - start > LONGEST_NAME:
        raise Unreadable("the name is longer than 255 octets")
    return place


def _counted_end(rdata: bytes, place: int) -> int:
    """Behind a field that begins with its length in one octet."""
    if place >= len(rdata) or place + 1 + rdata[place] > len(rdata):
        raise Unreadable("the rdata ends too early")
    return place + 1 + rdata[place]


def _sized_end(rdata: bytes, place: int) -> int:
    """Behind a field that begins with its length in two octets."""
    behind = place + 2 + int.from_bytes(rdata[place : place + 2], "big")
    if place + 2 > len(rdata) or behind > len(rdata):
        raise Unreadable("the rdata ends too early")
    return behind


def _bitmap_end(rdata: bytes, place: int) -> int:
    """RFC 4034 §4.1.2: windows in ascending order, each of 1 to 32 octets of which the last is not zero."""
    before = -1
    while place < len(rdata):
        behind = place + 2 + (rdata[place + 1] if place + 1 < len(rdata) else 0)
        if not place + 2 < behind <= min(len(rdata), place + 34) or rdata[place] <= before or rdata[behind - 1] == 0:
            raise Unreadable("the list of types is malformed")
        before, place = rdata[place], behind
    return place


def _bitmap_text(data: bytes) -> str:
    names, place = [], 0
    while place < len(data):
        window, length = data[place] << 8, data[place + 1]
        names += [type_name(window + bit) for bit in bits(data[place + 2 : place + 2 + length])]
        place += 2 + length
    return " ".join(names)


def bits(data: bytes) -> list[int]:
    """The places of the bits that are set, counted from the highest bit of the first octet."""
    return [8 * at + bit for at, octet in enumerate(data) if octet for bit in range(8) if octet & 0x80 >> bit]


def _some_bitmap_end(rdata: bytes, place: int) -> int:
    if place >= len(rdata):
        raise Unreadable("the list of types is empty")
    return _bitmap_end(rdata, place)


def dash_hex(data: bytes) -> str:
    """Hex without blanks; a dash where there is nothing: RFC 5155 §3.3."""
    return data.hex().upper() or "-"


def base32_text(data: bytes) -> str:
    """RFC 5155 §3.3: the alphabet "extended hex" without padding."""
    return b32hexencode(data).decode().rstrip("=")


def counted(text: Callable[[bytes], str], *, least: int = 0, most: int = 255) -> Field:
    """A field that begins with its length in one octet, of that many octets."""

    def end(rdata: bytes, place: int) -> int:
        behind = _counted_end(rdata, place)
        if not least <= behind - place - 1 <= most:
            raise Unreadable("a field has the wrong length")
        return behind

    return Field(end, lambda data: text(data[1:]))


def _locator_text(data: bytes) -> str:
    """64 bits in four groups of hex without leading zeros, RFC 6742 §2.1.1."""
    return ":".join(f"{int.from_bytes(data[at : at + 2], 'big'):x}" for at in range(0, 8, 2))


U8: Final = octets(1, decimal)
U16: Final = octets(2, decimal)
U32: Final = octets(4, decimal)
U48: Final = octets(6, decimal)
U64: Final = octets(8, decimal)
COUNT8: Final = octets(1, lambda _: "")
COUNT16: Final = octets(2, lambda _: "")
IPV4: Final = octets(4, ipv4_text)
IPV6: Final = octets(16, ipv6_text)
MOMENT: Final = octets(4, moment_text)
TYPE: Final = octets(2, type_text)
EUI48: Final = octets(6, lambda data: data.hex("-"))
EUI64: Final = octets(8, lambda data: data.hex("-"))
LOCATOR: Final = octets(8, _locator_text)
NAME: Final = Field(_name_end, name_text)
STRING: Final = counted(quoted_text)
STRINGS: Final = several(STRING)
QUOTED_REST: Final = rest(quoted_text, least=0)
BASE64: Final = rest(base64_text)
MAYBE_BASE64: Final = rest(base64_text, least=0)
HEX: Final = rest(upper_hex)
BITMAP: Final = Field(_bitmap_end, _bitmap_text)
SOME_BITMAP: Final = Field(_some_bitmap_end, _bitmap_text)
SALT: Final = counted(dash_hex)
SIZED_BASE64: Final = Field(_sized_end, lambda data: f"{len(data) - 2} {base64_text(data[2:])}".rstrip())
"""The size in decimal, and the octets when there are any: RFC 2930 §2, RFC 8945 §4.2."""
SIZED_BASE64_AND_BLANK: Final = Field(_sized_end, lambda data: f"{len(data) - 2} {base64_text(data[2:])}")
"""The same with the blank that dig leaves where there are none."""
