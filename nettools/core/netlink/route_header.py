"""The frame of a route message, and default routes read from it without the rest. linux/rtnetlink.h."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from struct import Struct
from typing import Final

from nettools.core.address import WIDTH
from nettools.core.ifaces.defaults import DefaultWay
from nettools.core.ifaces.report import Family
from nettools.core.netlink.address import AF_INET, FAMILIES, read_address
from nettools.core.netlink.names import Names
from nettools.core.netlink.wire import attributes, number
from nettools.core.prefix import Prefix

RTM_NEWROUTE: Final = 24
RTM_DELROUTE: Final = 25

RTMSG: Final = Struct("=BBBBBBBBI")  # family, lengths of dst and src, tos, table, protocol, scope, type, flags
RTA_DST: Final = 1
RTA_SRC: Final = 2
RTA_OIF: Final = 4
RTA_GATEWAY: Final = 5
RTA_PRIORITY: Final = 6
RTA_PREFSRC: Final = 7
RTA_METRICS: Final = 8
RTA_MULTIPATH: Final = 9
RTA_CACHEINFO: Final = 12
RTA_TABLE: Final = 15
RTA_VIA: Final = 18
RTA_PREF: Final = 20
RTA_ENCAP_TYPE: Final = 21
RTA_ENCAP: Final = 22
RTA_NH_ID: Final = 30

_RTM_F_CLONED: Final = 0x200
RTN_UNICAST: Final = 1
RT_TABLE_MAIN: Final = 254
RTNEXTHOP: Final = Struct("=HBBi")  # struct rtnexthop: length, flags, weight less one, interface


def is_of_table(body: bytes, families: Collection[Family]) -> bool:
    """Whether the message is an entry of a table of one of these families.

    A kernel without IPv6 answers for all that it has; one without strict checks adds its cache.
    """
    if len(body) < RTMSG.size:
        return False
    family_number, *_, flags = RTMSG.unpack_from(body)
    return FAMILIES.get(family_number) in families and not flags & _RTM_F_CLONED


def touches(body: bytes, prefixes: Sequence[Prefix]) -> bool:
    """Whether the route holds one of the prefixes, or lies in one; told from the head of its message alone."""
    if len(body) < RTMSG.size:
        return False
    length, version = body[1], 4 if body[0] == AF_INET else 6
    destination = int.from_bytes(attributes(body, RTMSG.size).get(RTA_DST, b""))
    width = WIDTH[version]
    return any(
        one.version == version and not (destination ^ one.network) >> width - min(length, one.length)
        for one in prefixes
    )


def default_ways(bodies: Iterable[bytes], names: Names) -> Iterator[DefaultWay]:
    """The ways of the unicast default routes of table main among these routes; the others are hardly looked at."""
    for body in bodies:
        if body[1:2] != b"\0" or len(body) < RTMSG.size or body[7] != RTN_UNICAST:
            continue
        family = FAMILIES.get(body[0])
        values = attributes(body, RTMSG.size)
        if family is None or number(values.get(RTA_TABLE, body[4:5])) != RT_TABLE_MAIN:
            continue
        metric = number(values.get(RTA_PRIORITY, b""))
        for inside, oif in _ways(values):
            via = inside.get(RTA_VIA)
            gateway = read_address(inside.get(RTA_GATEWAY)) if via is None else read_address(via[2:])
            yield DefaultWay(family, names.interface(oif), gateway, metric)


def has_default_object(body: bytes) -> bool:
    """Whether this is a default route that names a next-hop object and nothing of its ways."""
    if body[1:2] != b"\0" or len(body) < RTMSG.size:
        return False
    values = attributes(body, RTMSG.size)
    return RTA_NH_ID in values and RTA_OIF not in values and RTA_MULTIPATH not in values


def _ways(values: dict[int, bytes]) -> Iterator[tuple[dict[int, bytes], int]]:
    """The attributes and the interface of each next hop."""
    if RTA_OIF in values:
        yield values, number(values[RTA_OIF])
    hops = values.get(RTA_MULTIPATH, b"")
    start = 0
    while start + RTNEXTHOP.size <= len(hops):
        length, _flags, _weight, oif = RTNEXTHOP.unpack_from(hops, start)
        if length < RTNEXTHOP.size:
            return
        yield attributes(hops[start : start + length], RTNEXTHOP.size), oif
        start += length + 3 & ~3
