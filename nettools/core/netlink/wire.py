"""The frame of netlink: messages and attributes in bytes. Everything is in the byte order of this machine.

Nothing here trusts a length: what is cut short ends the walk, and numbers of any width are read as numbers, of those
wider than the kernel's widest the first eight bytes.
"""

import sys
from collections.abc import Iterator
from struct import Struct
from typing import Final, NamedTuple

HEADER: Final = Struct("=IHHII")
"""struct nlmsghdr: length, type, flags, sequence, port."""
_ATTRIBUTE: Final = Struct("=HH")
_WIDEST: Final = 8  # a u64; a longer integer could not be turned into decimal digits, or into a float
_ATTRIBUTE_TYPE: Final = 0x3FFF  # NLA_TYPE_MASK: without NLA_F_NESTED and NLA_F_NET_BYTEORDER

NLMSG_NOOP: Final = 1
NLMSG_ERROR: Final = 2
NLMSG_DONE: Final = 3
NLM_F_DUMP_INTR: Final = 0x10
"""The table changed while it was dumped: what was read may have gaps or repeats."""


class Message(NamedTuple):
    """One netlink message without its header; ``body`` begins with the family's own header."""

    type: int
    flags: int
    sequence: int
    body: bytes


def messages(datagram: bytes) -> Iterator[Message]:
    """The messages of one datagram; one that says to be longer than what is there ends the walk."""
    place, end = 0, len(datagram)
    while place + HEADER.size <= end:
        length, kind, flags, sequence, _port = HEADER.unpack_from(datagram, place)
        if length < HEADER.size or place + length > end:
            return
        yield Message(kind, flags, sequence, datagram[place + HEADER.size : place + length])
        place += length + 3 & ~3


def attributes(data: bytes, start: int = 0) -> dict[int, bytes]:
    """Attribute number -> value. Of a repeated one the last; of one that is cut short, nothing."""
    return dict(attribute_list(data, start))


def attribute_list(data: bytes, start: int = 0) -> Iterator[tuple[int, bytes]]:
    """The attributes in their order, repeated ones too."""
    unpack, end = _ATTRIBUTE.unpack_from, len(data)
    while start + 4 <= end:
        length, kind = unpack(data, start)
        if length < 4 or start + length > end:
            return
        yield kind & _ATTRIBUTE_TYPE, data[start + 4 : start + length]
        start += length + 3 & ~3


def attribute_places(data: bytes, start: int) -> Iterator[tuple[int, int, int]]:
    """(number, first byte, byte after the last) of each attribute's value."""
    while start + 4 <= len(data):
        length, kind = _ATTRIBUTE.unpack_from(data, start)
        if length < 4 or start + length > len(data):
            return
        yield kind & _ATTRIBUTE_TYPE, start + 4, start + length
        start += length + 3 & ~3


def number(value: bytes) -> int:
    """An unsigned integer of whatever width the kernel sent."""
    return int.from_bytes(value[:_WIDEST], sys.byteorder)


def big_endian(value: bytes) -> int:
    """An unsigned integer in network order, of whatever width."""
    return int.from_bytes(value[:_WIDEST])


def signed(value: bytes) -> int:
    """A signed integer of whatever width."""
    return int.from_bytes(value[:_WIDEST], sys.byteorder, signed=True)


def number_or_none(value: bytes | None) -> int | None:
    """The integer, None where the attribute is absent."""
    return None if value is None else int.from_bytes(value[:_WIDEST], sys.byteorder)


def text(value: bytes) -> str:
    """A string up to its NUL; bytes that are not UTF-8 are kept as surrogates, as in file names."""
    return value.partition(b"\0")[0].decode("utf-8", "surrogateescape")


def text_or_none(value: bytes | None) -> str | None:
    return None if value is None else text(value)


def attribute(kind: int, value: bytes) -> bytes:
    """One attribute as it goes into a request, padded to four bytes."""
    return _ATTRIBUTE.pack(4 + len(value), kind) + value + bytes(-len(value) % 4)


def message(kind: int, flags: int, sequence: int, body: bytes) -> bytes:
    """One message as it is sent; the port is the kernel's to fill in."""
    return HEADER.pack(HEADER.size + len(body), kind, flags, sequence, 0) + body
