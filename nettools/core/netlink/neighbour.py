"""RTM_NEWNEIGH: the link address of a neighbour. linux/neighbour.h."""

from struct import Struct
from typing import Final, NamedTuple

from nettools.core.ifaces.report import Family
from nettools.core.netlink.address import FAMILY_NUMBERS
from nettools.core.netlink.wire import attributes, message

RTM_NEWNEIGH: Final = 28
_RTM_GETNEIGH: Final = 30
_DUMP: Final = 0x301  # NLM_F_REQUEST | NLM_F_DUMP

_NDMSG: Final = Struct("=BBHiHBB")  # struct ndmsg: family, padding, interface, state, flags, type
_ADDRESS, _LINK_ADDRESS = 1, 2  # NDA_DST, NDA_LLADDR
_SURE: Final = 0x02 | 0x40 | 0x80
"""NUD_REACHABLE, NUD_NOARP, NUD_PERMANENT: others may have moved, or are gone."""


_MISSING: Final = 0x01 | 0x20
"""NUD_INCOMPLETE, NUD_FAILED: asked for, and nobody has answered."""


class Neighbour(NamedTuple):
    """A neighbour whose link address is certain."""

    ifindex: int
    address: int
    mac: bytes


def dump_neighbours(sequence: int, family: Family) -> bytes:
    """The neighbour table of one family."""
    return message(_RTM_GETNEIGH, _DUMP, sequence, _NDMSG.pack(FAMILY_NUMBERS[family], 0, 0, 0, 0, 0, 0))


def parse_neighbour(body: bytes) -> Neighbour | None:
    """The neighbour; None where its link address is unknown, or may be out of date."""
    if len(body) < _NDMSG.size:
        return None
    _, _, _, ifindex, state, _, _ = _NDMSG.unpack_from(body)
    values = attributes(body, _NDMSG.size)
    address, mac = values.get(_ADDRESS, b""), values.get(_LINK_ADDRESS, b"")
    if not state & _SURE or not address or len(mac) != 6:
        return None
    return Neighbour(ifindex, int.from_bytes(address), mac)


class Asked(NamedTuple):
    """An address that this machine wanted to reach on one of its links."""

    ifindex: int
    address: int
    is_missing: bool
    """Whether nobody has answered so far."""


def parse_asked(body: bytes) -> Asked | None:
    """Whether the neighbour answers; None for a message that is none."""
    if len(body) < _NDMSG.size:
        return None
    _, _, _, ifindex, state, _, _ = _NDMSG.unpack_from(body)
    address = attributes(body, _NDMSG.size).get(_ADDRESS, b"")
    return Asked(ifindex, int.from_bytes(address), bool(state & _MISSING)) if address else None
