"""RTM_NEWNEXTHOP: next-hop objects, by which many routes may share their ways. linux/nexthop.h.

The kernel tells the ways in each route too, unless ``net.ipv4.nexthop_compat_mode`` is 0: then a route has only the
object's number, and ``with_ways`` puts in what the object says.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from struct import Struct
from typing import Final, NamedTuple

from nettools.core.address import Address
from nettools.core.ifaces.report import Family
from nettools.core.netlink.address import read_address
from nettools.core.netlink.names import Names
from nettools.core.netlink.wire import attributes, number
from nettools.core.route.report import NextHop, Route

RTM_NEWNEXTHOP: Final = 104

_NHMSG: Final = Struct("=BBBxI")  # family, scope, protocol, flags
_NHA_ID: Final = 1
_NHA_GROUP: Final = 2
_NHA_OIF: Final = 5
_NHA_GATEWAY: Final = 6
_MEMBER: Final = Struct("=IBBxx")  # struct nexthop_grp: id, weight less one in two parts


class NextHopObject(NamedTuple):
    """One object: a way, or the members of a group with their weights."""

    gateway: Address | None
    dev: str | None
    members: tuple[tuple[int, int], ...]


def parse_nexthops(bodies: Iterable[bytes], names: Names) -> dict[int, NextHopObject]:
    """Number -> object of the messages in a dump; what is too short is passed over."""
    found: dict[int, NextHopObject] = {}
    for body in bodies:
        values = attributes(body, _NHMSG.size)
        if _NHA_ID not in values:
            continue
        oif = number(values.get(_NHA_OIF, b""))
        group = values.get(_NHA_GROUP, b"")
        whole = len(group) - len(group) % _MEMBER.size
        found[number(values[_NHA_ID])] = NextHopObject(
            gateway=read_address(values.get(_NHA_GATEWAY)),
            dev=names.interface(oif) if oif else None,
            members=tuple((member, (high << 8 | low) + 1) for member, low, high in _MEMBER.iter_unpack(group[:whole])),
        )
    return found


def lacks_ways(route: Route) -> bool:
    """Whether the route names an object and says nothing of its ways."""
    return route.nhid is not None and route.dev is None and not route.nexthops and route.type == "unicast"


def with_ways(route: Route, objects: Mapping[int, NextHopObject]) -> Route:
    """The route with the ways of its object; as it is where there is no such object."""
    one = objects.get(route.nhid or 0)
    if one is None:
        return route
    if not one.members:
        family: Family = "inet6" if one.gateway is not None and one.gateway.version == 6 else "inet"
        is_foreign = one.gateway is not None and family != route.family
        return replace(route, gateway=one.gateway, dev=one.dev, via_family=family if is_foreign else None)
    ways = ((objects.get(member), weight) for member, weight in one.members)
    return replace(
        route,
        nexthops=tuple(
            NextHop(gateway=way.gateway, dev=way.dev, weight=weight, flags=(), encap=None)
            for way, weight in ways
            if way is not None
        ),
    )
