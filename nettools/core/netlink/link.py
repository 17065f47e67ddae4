"""RTM_NEWLINK: an interface. linux/if_link.h."""

from collections.abc import Mapping
from ipaddress import IPv4Address, IPv6Address
from struct import Struct
from typing import Final, NamedTuple

from nettools.core.ifaces.names import (
    IFF_UP,
    IPV4_LINK_TYPES,
    IPV6_LINK_TYPES,
    link_flags,
    link_type,
    operstate,
)
from nettools.core.ifaces.report import (
    DefaultGateways,
    Interface,
    InterfaceAddress,
    Received,
    Sent,
    Statistics,
)
from nettools.core.netlink.names import Names
from nettools.core.netlink.wire import attribute_list, attributes, number_or_none, text, text_or_none
from nettools.core.record import Json

RTM_NEWLINK: Final = 16
RTM_DELLINK: Final = 17

_IFINFOMSG: Final = Struct("=BxHiII")  # family, type, index, flags, change

IFLA_ADDRESS: Final = 1
IFLA_IFNAME: Final = 3
IFLA_MTU: Final = 4
IFLA_LINK: Final = 5
IFLA_QDISC: Final = 6
IFLA_STATS: Final = 7
IFLA_MASTER: Final = 10
IFLA_TXQLEN: Final = 13
IFLA_OPERSTATE: Final = 16
IFLA_LINKINFO: Final = 18
_INFO_KIND: Final = 1  # IFLA_INFO_KIND, inside IFLA_LINKINFO
IFLA_IFALIAS: Final = 20
IFLA_STATS64: Final = 23
IFLA_GROUP: Final = 27
IFLA_LINK_NETNSID: Final = 37
IFLA_PROP_LIST: Final = 52
IFLA_ALT_IFNAME: Final = 53
IFLA_PERM_ADDRESS: Final = 54

# struct rtnl_link_stats64 and its 32-bit elder begin with packets, bytes, errors, dropped, each in and out; multicast.
_STATS64: Final = Struct("=9Q")
_STATS: Final = Struct("=9I")


class LinkHead(NamedTuple):
    """What other interfaces and addresses need to know of a link."""

    ifindex: int
    name: str
    is_up: bool
    """Administratively."""
    below: int | None
    """The index of the interface below, where that is in the same namespace."""
    is_whole: bool
    """Whether the message tells the link, and not one thing about it, as notices of wireless extensions do."""


class LinkMessage(NamedTuple):
    """A link taken apart, once for both its readings: the interface is read when the heads of all links are known."""

    type: int
    ifindex: int
    flags: int
    values: Mapping[int, bytes]
    """Its attributes."""


def parse_link(body: bytes) -> LinkMessage | None:
    """None for a message too short to be a link."""
    if len(body) < _IFINFOMSG.size:
        return None
    _family, type_number, index, flags, _change = _IFINFOMSG.unpack_from(body)
    return LinkMessage(type_number, index, flags, attributes(body, _IFINFOMSG.size))


def head_of(link: LinkMessage) -> LinkHead | None:
    """None for a link without a name."""
    values = link.values
    if IFLA_IFNAME not in values:
        return None
    below = None if IFLA_LINK_NETNSID in values else number_or_none(values.get(IFLA_LINK)) or None
    return LinkHead(link.ifindex, text(values[IFLA_IFNAME]), bool(link.flags & IFF_UP), below, IFLA_MTU in values)


def interface_of(
    link: LinkMessage,
    names: Names,
    addresses: tuple[InterfaceAddress, ...] = (),
    *,
    is_link_down: bool = False,
) -> Interface:
    """The interface with its addresses.

    ``is_link_down`` says that the interface below is down, which ip(8) shows as a flag of this one.
    """
    type_number, index, flags, values = link
    info = _linkinfo(values.get(IFLA_LINKINFO), names)
    kind = info.get("info_kind")
    netnsid = number_or_none(values.get(IFLA_LINK_NETNSID))
    link_index = number_or_none(values.get(IFLA_LINK)) or None
    own = link_address(values.get(IFLA_ADDRESS), type_number)
    permanent = link_address(values.get(IFLA_PERM_ADDRESS), type_number)
    master = number_or_none(values.get(IFLA_MASTER))
    group = number_or_none(values.get(IFLA_GROUP))
    state = number_or_none(values.get(IFLA_OPERSTATE))
    return Interface(
        ifindex=index,
        ifname=text(values.get(IFLA_IFNAME, b"")) or f"if{index}",
        kind=kind if isinstance(kind, str) else link_type(type_number),
        admin_up=bool(flags & IFF_UP),
        operstate=None if state is None else operstate(state),
        flags=(*link_flags(flags), *(("M-DOWN",) if is_link_down else ())),
        mtu=number_or_none(values.get(IFLA_MTU)),
        address=own,
        permaddr=permanent if permanent != own else None,
        master=None if not master else names.interface(master),
        link=names.interface(link_index) if link_index is not None and netnsid is None else None,
        link_index=link_index,
        netnsid=netnsid,
        netns=None,
        alias=text_or_none(values.get(IFLA_IFALIAS)),
        altnames=_other_names(values.get(IFLA_PROP_LIST, b"")),
        qdisc=text_or_none(values.get(IFLA_QDISC)),
        group=None if group is None else names.group(group),
        txqlen=number_or_none(values.get(IFLA_TXQLEN)),
        linkinfo=info,
        addr_info=addresses,
        default=DefaultGateways(inet=None, inet6=None),
        speed_mbps=None,
        duplex=None,
        stats=_statistics(values),
    )


def link_address(value: bytes | None, type_number: int) -> str | None:
    """A link address in text: of Ethernet in colons, of a tunnel the IP address that it is; None when empty."""
    if not value:
        return None
    if len(value) == 4 and type_number in IPV4_LINK_TYPES:
        return str(IPv4Address(value))
    if len(value) == 16 and type_number in IPV6_LINK_TYPES:
        return str(IPv6Address(value))
    return value.hex(":")


def _linkinfo(value: bytes | None, names: Names) -> dict[str, Json]:
    if value is None:
        return {}
    inside = attributes(value)
    if inside.keys() == {_INFO_KIND}:
        return {"info_kind": text(inside[_INFO_KIND])}
    from nettools.core.netlink.linkinfo import linkinfo  # its tables are large, and many machines need none

    return linkinfo(value, names.interface)


def _other_names(properties: bytes) -> tuple[str, ...]:
    return tuple(text(value) for kind, value in attribute_list(properties) if kind == IFLA_ALT_IFNAME)


def _statistics(values: Mapping[int, bytes]) -> Statistics | None:
    for kind, layout in ((IFLA_STATS64, _STATS64), (IFLA_STATS, _STATS)):
        if len(values.get(kind, b"")) >= layout.size:
            packets_in, packets_out, bytes_in, bytes_out, *rest = layout.unpack_from(values[kind])
            errors_in, errors_out, dropped_in, dropped_out, multicast = rest
            return Statistics(
                rx=Received(
                    bytes=bytes_in, packets=packets_in, errors=errors_in, dropped=dropped_in, multicast=multicast
                ),
                tx=Sent(bytes=bytes_out, packets=packets_out, errors=errors_out, dropped=dropped_out),
            )
    return None
