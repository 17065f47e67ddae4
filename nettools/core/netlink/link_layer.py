"""RTM_NEWLINK: what packets need to know of a link, and no more. linux/if_link.h."""

from struct import Struct
from typing import Final, NamedTuple

from nettools.core.netlink.wire import attributes, text

RTM_NEWLINK: Final = 16

_IFINFOMSG: Final = Struct("=BBHiII")  # struct ifinfomsg: family, padding, type, index, flags, changed flags
_ADDRESS, _NAME = 1, 3  # IFLA_ADDRESS, IFLA_IFNAME
_ETHERNET, _LOOPBACK = 1, 772  # ARPHRD_ETHER, ARPHRD_LOOPBACK: linux/if_arp.h
_UP, _RUNNING, _NO_ARP = 0x1, 0x40, 0x80  # IFF_UP, IFF_RUNNING, IFF_NOARP: linux/if.h
_MAC_BYTES: Final = 6


class LinkLayer(NamedTuple):
    """A link, as far as packets are concerned."""

    ifindex: int
    name: str
    mac: bytes | None
    """Its address on Ethernet; None where packets have no Ethernet header, or neighbours no addresses."""
    is_loopback: bool
    is_up: bool
    """It is switched on, and has a carrier as far as that is known."""


def parse_link_layer(body: bytes) -> LinkLayer | None:
    """The link; None for a message too short to be one."""
    if len(body) < _IFINFOMSG.size:
        return None
    _, _, kind, ifindex, flags, _ = _IFINFOMSG.unpack_from(body)
    values = attributes(body, _IFINFOMSG.size)
    mac = values.get(_ADDRESS, b"")
    has_mac = kind == _ETHERNET and not flags & _NO_ARP and len(mac) == _MAC_BYTES
    is_up = bool(flags & _UP and flags & _RUNNING)
    return LinkLayer(ifindex, text(values.get(_NAME, b"")), mac if has_mac else None, kind == _LOOPBACK, is_up)
