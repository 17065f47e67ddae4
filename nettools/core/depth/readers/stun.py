"""STUN: the answer to a Binding request. RFC 8489 §5, §14.2 and §14.14."""

from struct import unpack_from
from typing import Final

from nettools.core.depth.match import Match, told

_COOKIE: Final = 0x2112A442
_BINDING_ANSWERS: Final = (0x0101, 0x0111)
_SOFTWARE: Final = 0x8022


def read(data: bytes) -> Match | None:
    """The software, which many servers tell."""
    kind, length, cookie = unpack_from(">HHI", data)
    if kind not in _BINDING_ANSWERS or cookie != _COOKIE or length % 4 or len(data) < 20 + length:
        return None
    at = 20
    while at + 4 <= 20 + length:
        attribute, size = unpack_from(">HH", data, at)
        if attribute == _SOFTWARE:
            product, _, version = (told(data[at + 4 : at + 4 + size]) or "").partition("-")
            return Match(service="stun", product=told(product), version=told(version.partition(" ")[0]))
        at += 4 + (size + 3 & ~3)
    return Match(service="stun")
