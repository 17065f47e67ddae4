r"""Rdata as zone files write it, in one line, character for character as dig 9.18 does.

What has no text of its own is ``\# size hex`` (RFC 3597 §5). ``fields`` has the pieces, ``types`` the shapes.
"""

from nettools.core.dns.rdata.fields import Unreadable as Unreadable
from nettools.core.dns.rdata.fields import upper_hex
from nettools.core.dns.rdata.types import shape_of


def typed_text(type_: int, class_: int, rdata: bytes) -> str:
    """The text of rdata whose names are uncompressed: printable ASCII. Raises Unreadable."""
    shape = shape_of(type_, class_, rdata)
    if shape is None:
        return generic_text(rdata)
    texts, place = [], 0
    for field in shape:
        behind = field.end(rdata, place)
        texts.append(field.text(rdata[place:behind]))
        place = behind
    if place != len(rdata):
        raise Unreadable("there are octets behind the last field")
    return " ".join(text for text in texts if text)


def generic_text(rdata: bytes) -> str:
    r"""The form that fits every type, RFC 3597 §5.

    >>> generic_text(b"\x0a\x00\x00\x01")
    '\\# 4 0A000001'
    """
    return f"\\# {len(rdata)} {upper_hex(rdata)}".rstrip()


def is_readable(type_: int, class_: int, rdata: bytes) -> bool:
    """Whether the rdata can be what its type says; of an unknown type everything can. No text is made.

    >>> is_readable(1, 1, bytes(4)), is_readable(1, 1, bytes(9)), is_readable(731, 1, bytes(9))
    (True, False, True)
    """
    try:
        shape = shape_of(type_, class_, rdata)
        if shape is None:
            return True
        place = 0
        for field in shape:
            place = field.end(rdata, place)
    except Unreadable:
        return False
    return place == len(rdata)
