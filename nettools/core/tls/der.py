"""Reading ASN.1 in its distinguished encoding: ITU-T X.690, as far as certificates need it.

Strict, and bounded by the octets themselves: nothing is read twice, no length is believed that does not fit.
"""

from collections.abc import Iterator
from typing import Final, NamedTuple

INTEGER: Final = 0x02
BIT_STRING: Final = 0x03
OCTET_STRING: Final = 0x04
OBJECT_IDENTIFIER: Final = 0x06
ENUMERATED: Final = 0x0A
SEQUENCE: Final = 0x30
SET: Final = 0x31
UTC_TIME: Final = 0x17
GENERALIZED_TIME: Final = 0x18
"""Identifier octets of universal types, constructed where they are so: X.680 §8.4, X.690 §8.1.2."""

_CONTEXT: Final = 0x80
_CONSTRUCTED: Final = 0x20
_LONG_TAG: Final = 0x1F
_LONGEST_LENGTH: Final = 4
_ARC_BITS: Final = 128
"""Of a number in an object identifier: those below 2.25 are UUIDs, and none is longer (X.667 §7.2)."""


class DerError(ValueError):
    """Octets that are no such encoding."""


class Element(NamedTuple):
    """One value: its identifier octet, its contents, and the whole of it."""

    tag: int
    content: memoryview
    whole: memoryview


def context(number: int, *, is_constructed: bool) -> int:
    """The identifier octet of ``[number]``."""
    return _CONTEXT | (_CONSTRUCTED if is_constructed else 0) | number


def elements(octets: memoryview | bytes, *, is_basic: bool = False) -> Iterator[Element]:
    """The values that stand one behind the other, to the last octet. Raises DerError.

    ``is_basic`` takes lengths that are longer than they need to be, as LDAP has them (BER, X.690 §8.1.3.5 note 2).
    """
    rest = memoryview(octets)
    while rest:
        element = _first(rest, is_basic=is_basic)
        yield element
        rest = rest[len(element.whole) :]


def only(octets: memoryview | bytes, tag: int, *, is_basic: bool = False) -> Element:
    """The one value that the octets are, of this type. Raises DerError."""
    element = _first(memoryview(octets), is_basic=is_basic)
    if len(element.whole) != len(octets):
        raise DerError("bytes behind the value")
    return expect(element, tag)


def expect(element: Element | None, tag: int) -> Element:
    """The value, when it is there and of this type. Raises DerError."""
    if element is None or element.tag != tag:
        raise DerError(f"type {tag:#04x} is missing" if element is None else f"type {element.tag:#04x} for {tag:#04x}")
    return element


def whole_length(octets: bytes, *, is_basic: bool = False) -> int | None:
    """How many octets the first value has; None while too few are there to say. Raises DerError."""
    if len(octets) < 2 or (octets[1] & 0x80 and len(octets) < 2 + (octets[1] & 0x7F)):
        if len(octets) >= 2 and (octets[1] & 0x7F) > _LONGEST_LENGTH:
            raise DerError("a length of too many bytes")
        return None
    start, length = _length(memoryview(octets), is_basic=is_basic)
    return start + length


def object_identifier(content: memoryview) -> str:
    """In dotted form: X.690 §8.19. Raises DerError."""
    if not content or content[-1] & 0x80:
        raise DerError("an object identifier that is cut off")
    arcs: list[int] = []
    value = 0
    for octet in content:
        if value == 0 and octet == 0x80:
            raise DerError("an object identifier with a leading zero")
        value = value << 7 | octet & 0x7F
        if value >> _ARC_BITS:
            raise DerError("an object identifier with a number that is too long")
        if not octet & 0x80:
            arcs.append(value)
            value = 0
    first = min(arcs[0] // 40, 2)
    return ".".join(str(arc) for arc in (first, arcs[0] - 40 * first, *arcs[1:]))


def _first(octets: memoryview, *, is_basic: bool) -> Element:
    if len(octets) < 2:
        raise DerError("a value that is cut off")
    if octets[0] & _LONG_TAG == _LONG_TAG:
        raise DerError("a type of more than one byte")
    start, length = _length(octets, is_basic=is_basic)
    if start + length > len(octets):
        raise DerError("a value that is cut off")
    return Element(octets[0], octets[start : start + length], octets[: start + length])


def _length(octets: memoryview, *, is_basic: bool) -> tuple[int, int]:
    """(where the contents begin, how many octets they have): X.690 §8.1.3, §10.1."""
    first = octets[1]
    if first < 0x80:
        return 2, first
    count = first & 0x7F
    if not 0 < count <= _LONGEST_LENGTH:
        raise DerError("a length that is indefinite or of too many bytes")
    if len(octets) < 2 + count:
        raise DerError("a value that is cut off")
    length = int.from_bytes(octets[2 : 2 + count], "big")
    if not is_basic and (length < 0x80 or length >> (8 * (count - 1)) == 0):
        raise DerError("a length that is longer than it needs to be")
    return 2 + count, length
