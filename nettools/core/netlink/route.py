"""RTM_NEWROUTE: a route. linux/rtnetlink.h."""

from collections.abc import Mapping
from typing import Final

from nettools.core.address import Address
from nettools.core.ifaces.report import Family
from nettools.core.netlink.address import FAMILIES, read_address, read_prefix
from nettools.core.netlink.names import Names
from nettools.core.netlink.route_header import (
    RTA_CACHEINFO,
    RTA_DST,
    RTA_ENCAP,
    RTA_ENCAP_TYPE,
    RTA_GATEWAY,
    RTA_METRICS,
    RTA_MULTIPATH,
    RTA_NH_ID,
    RTA_OIF,
    RTA_PREF,
    RTA_PREFSRC,
    RTA_PRIORITY,
    RTA_SRC,
    RTA_TABLE,
    RTA_VIA,
    RTMSG,
    RTNEXTHOP,
)
from nettools.core.netlink.wire import attributes, number, number_or_none, signed, text
from nettools.core.record import Json
from nettools.core.route.report import NextHop, Route

ROUTE_TYPES: Final = (
    "unspec",
    "unicast",
    "local",
    "broadcast",
    "anycast",
    "multicast",
    "blackhole",
    "unreachable",
    "prohibit",
    "throw",
    "nat",
    "xresolve",
)
"""RTN_* in their order."""

_ROUTE_FLAGS: Final = (
    (0x1, "dead"),
    (0x4, "onlink"),
    (0x2, "pervasive"),
    (0x8, "offload"),
    (0x40, "trap"),
    (0x100, "notify"),
    (0x10, "linkdown"),
    (0x20, "unresolved"),
    (0x4000, "rt_offload"),
    (0x8000, "rt_trap"),
    (0x20000000, "rt_offload_failed"),
)
"""RTNH_F_* and RTM_F_*, in the order in which ip(8) prints them."""

_METRICS: Final = {
    2: "mtu",
    3: "window",
    4: "rtt_ms",
    5: "rttvar_ms",
    6: "ssthresh",
    7: "cwnd",
    8: "advmss",
    9: "reordering",
    10: "hoplimit",
    11: "initcwnd",
    12: "features",
    13: "rto_min_ms",
    14: "initrwnd",
    15: "quickack",
    17: "fastopen_no_cookie",
}
"""RTAX_*; 1 is the mask of those that are locked, 16 the name of the congestion control."""
_METRIC_UNITS: Final = {4: 8, 5: 4}  # RTAX_RTT and RTAX_RTTVAR count eighths and quarters of a millisecond
_RTAX_LOCK: Final = 1
_RTAX_CC_ALGO: Final = 16

_EXPIRES_OFFSET: Final = 8  # rta_expires in struct rta_cacheinfo
_TICKS_PER_S: Final = 100  # USER_HZ of every architecture but Alpha
_PREFERENCES: Final = {0: "medium", 1: "high", 3: "low"}  # RFC 4191 §2.1


def parse_route(body: bytes, names: Names) -> Route | None:
    """The route; None for a family that is neither IPv4 nor IPv6, or a message too short to be one."""
    if len(body) < RTMSG.size:
        return None
    family_number, length, from_length, tos, short_table, protocol, scope, type_number, flags = RTMSG.unpack_from(body)
    family = FAMILIES.get(family_number)
    if family is None:
        return None
    values = attributes(body, RTMSG.size)
    gateway, via_family = _gateway(values, family)
    oif = number_or_none(values.get(RTA_OIF))
    table = values.get(RTA_TABLE)
    pref = number_or_none(values.get(RTA_PREF))
    metrics = _metrics(values.get(RTA_METRICS, b""))
    mtu = metrics.get("mtu")
    return Route(
        family=family,
        type=ROUTE_TYPES[type_number] if type_number < len(ROUTE_TYPES) else str(type_number),
        dst=read_prefix(family, values.get(RTA_DST, b""), length),
        gateway=gateway,
        via_family=via_family,
        dev=names.interface(oif) if oif else None,
        protocol=names.protocol(protocol),
        scope=names.scope(scope),
        prefsrc=read_address(values.get(RTA_PREFSRC)),
        # The kernel leaves a metric of 0 out of IPv4 routes.
        metric=number(values.get(RTA_PRIORITY, b"")),
        table=names.table(short_table if table is None else number(table)),
        flags=_flags(flags),
        mtu=mtu if isinstance(mtu, int) else None,
        nexthops=_next_hops(values.get(RTA_MULTIPATH, b""), family, names),
        nhid=number_or_none(values.get(RTA_NH_ID)),
        pref=None if pref is None else _PREFERENCES.get(pref, str(pref)),
        tos=f"{tos:#x}" if tos else None,
        from_=read_prefix(family, values.get(RTA_SRC, b""), from_length) if from_length else None,
        expires=_expires(values.get(RTA_CACHEINFO, b"")),
        encap=_encapsulation(values, names),
        metrics=metrics,
    )


def _gateway(values: Mapping[int, bytes], family: Family) -> tuple[Address | None, Family | None]:
    """The next hop's address, and its family where that is not the route's: struct rtvia."""
    if RTA_VIA in values:
        via = values[RTA_VIA]
        return read_address(via[2:]), FAMILIES.get(number(via[:2]))
    gateway = read_address(values.get(RTA_GATEWAY))
    other: Family = "inet" if gateway is not None and gateway.version == 4 else "inet6"
    return gateway, other if gateway is not None and other != family else None


def _next_hops(value: bytes, family: Family, names: Names) -> tuple[NextHop, ...]:
    hops: list[NextHop] = []
    start = 0
    while start + RTNEXTHOP.size <= len(value):
        length, flags, less_one, oif = RTNEXTHOP.unpack_from(value, start)
        if length < RTNEXTHOP.size or start + length > len(value):
            break
        inside = attributes(value[start : start + length], RTNEXTHOP.size)
        hops.append(
            NextHop(
                gateway=_gateway(inside, family)[0],
                dev=names.interface(oif) if oif else None,
                weight=less_one + 1,
                flags=_flags(flags),
                encap=_encapsulation(inside, names),
            )
        )
        start += length + 3 & ~3
    return tuple(hops)


def _flags(flags: int) -> tuple[str, ...]:
    return tuple([word for bit, word in _ROUTE_FLAGS if flags & bit]) if flags else ()


def _expires(cache: bytes) -> int | None:
    """Seconds, from struct rta_cacheinfo, which counts in ticks."""
    ticks = signed(cache[_EXPIRES_OFFSET : _EXPIRES_OFFSET + 4])
    # Towards zero, as C divides: a route that is overdue is not one second more so.
    return int(ticks / _TICKS_PER_S) if ticks else None


def _metrics(value: bytes) -> dict[str, Json]:
    if not value:
        return {}
    found: dict[str, Json] = {}
    inside = attributes(value)
    for kind, data in inside.items():
        if kind == _RTAX_CC_ALGO:
            found["congctl"] = text(data)
        elif kind != _RTAX_LOCK:
            unit = _METRIC_UNITS.get(kind)
            count = number(data)
            found[_METRICS.get(kind, str(kind))] = count / unit if unit else count
    locked = number(inside.get(_RTAX_LOCK, b""))
    if locked:
        found["lock"] = [_METRICS.get(kind, str(kind)) for kind in range(32) if locked >> kind & 1]
    return found


def _encapsulation(values: Mapping[int, bytes], names: Names) -> dict[str, Json] | None:
    if RTA_ENCAP_TYPE not in values:
        return None
    from nettools.core.netlink.encap import encapsulation

    return encapsulation(number(values[RTA_ENCAP_TYPE]), values.get(RTA_ENCAP, b""), names)
