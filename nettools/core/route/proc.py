"""The route tables of /proc/net, read without netlink: as much of each route as those files can tell.

Sources: the kernel's net/ipv4/fib_trie.c (fib_route_seq_show(), fib_flag_trans()), net/ipv6/route.c
(rt6_info_route()), linux/route.h, linux/ipv6_route.h. Nothing here raises: a line that cannot be read is passed
over and counted. A name may hold blanks that ``str.split`` knows and the kernel does not, so it is not used.
"""

import re
import sys
from collections.abc import Mapping
from ipaddress import IPv4Address, IPv6Address
from typing import Final, NamedTuple

from nettools.core.prefix import Prefix, length_of_netmask, prefix_of
from nettools.core.record import Json
from nettools.core.route.foreign import TABLE, table_route
from nettools.core.route.proc_trie import TrieEntry
from nettools.core.route.report import Route

# linux/route.h and linux/ipv6_route.h
_RTF_GATEWAY: Final = 0x2
_RTF_REJECT: Final = 0x200
_RTF_DEFAULT: Final = 0x0001_0000
_RTF_ADDRCONF: Final = 0x0004_0000
_RTF_ANYCAST: Final = 0x0010_0000
_RTF_NONEXTHOP: Final = 0x0020_0000
_RTF_ROUTEINFO: Final = 0x0080_0000
_RTF_CACHE: Final = 0x0100_0000
_RTF_LOCAL: Final = 0x8000_0000
_PREF_SHIFT: Final = 27
_PREFERENCES: Final = {0: "medium", 1: "high", 3: "low"}
"""RTF_PREF: RFC 4191 §2.1; two is reserved."""

LOCAL_TABLE: Final = "local"
_TABLES: Final = {"254": TABLE, "255": LOCAL_TABLE}
"""RT_TABLE_* of linux/rtnetlink.h, by the numbers that name them too."""

_HIDDEN_DEVICE: Final = "*"
_ADVMSS_TO_MTU: Final = 40
_NULL_METRIC: Final = 0xFFFFFFFF
_MULTICAST: Final = prefix_of(6, 0xFF << 120, 8)

_ROUTE: Final = re.compile(
    r"([^\t]+)\t([0-9A-F]{8})\t([0-9A-F]{8})\t([0-9A-F]{4,8})\t-?[0-9]+\t[0-9]+\t([0-9]{1,10})\t([0-9A-F]{8})"
    r"\t(-?[0-9]{1,10})\t([0-9]{1,10})\t([0-9]{1,10}) *\Z",
    re.ASCII,
)
_IPV6_ROUTE: Final = re.compile(
    r"([0-9a-f]{32}) ([0-9a-f]{2}) ([0-9a-f]{32}) ([0-9a-f]{2}) ([0-9a-f]{32})"
    r" ([0-9a-f]{8}) [0-9a-f]{8} [0-9a-f]{8} ([0-9a-f]{8}) +([^ ]*)\Z",
    re.ASCII,
)


class RouteLines(NamedTuple):
    """The routes of one file in its order."""

    routes: tuple[Route, ...]
    unreadable: int
    uncertain: int
    """How many routes lead nowhere without the file saying which kind of nowhere."""


def parse_route(
    text: str,
    trie: Mapping[Prefix, tuple[TrieEntry, ...]] | None = None,
    byteorder: str = sys.byteorder,
) -> RouteLines:
    """/proc/net/route: the routes of IPv4's main table, of a multipath route its first way.

    ``trie`` is what /proc/net/fib_trie says of that table: type, scope and TOS, which are not told here. The
    column called MTU is the advertised segment size and 40 (fib_route_seq_show()), so that the MTU stays unknown.
    A gateway flag without a gateway is how this file shows one of IPv6 (fib_flag_trans()).
    """
    lines: list[tuple[Prefix, re.Match[str]]] = []
    unreadable = 0
    for line in text.split("\n"):
        if not line.strip(" ") or line.startswith("Iface\tDestination"):
            continue
        match = _ROUTE.match(line)
        length = length_of_netmask(4, _host_order(match[6], byteorder)) if match else None
        if match is None or length is None:
            unreadable += 1
            continue
        lines.append((prefix_of(4, _host_order(match[2], byteorder), length), match))
    places = _entries_in_turn([prefix for prefix, _ in lines], trie or {})
    routes = [_route(prefix, match, entry, byteorder) for (prefix, match), entry in zip(lines, places, strict=True)]
    uncertain = sum(route.scope is None and route.type != "unicast" for route in routes)
    return RouteLines(routes=tuple(routes), unreadable=unreadable, uncertain=uncertain)


def _entries_in_turn(prefixes: list[Prefix], trie: Mapping[Prefix, tuple[TrieEntry, ...]]) -> list[TrieEntry | None]:
    """What the trie says of each route: both files walk the same list, in which table local's come first.

    fib_find_alias() keeps them so: by length, table (descending), TOS, priority. Where the trie has fewer than
    the routes, it changed between the two readings, and says nothing.
    """
    total: dict[Prefix, int] = {}
    for prefix in prefixes:
        total[prefix] = total.get(prefix, 0) + 1
    seen: dict[Prefix, int] = {}
    found: list[TrieEntry | None] = []
    for prefix in prefixes:
        turn = seen.get(prefix, 0)
        seen[prefix] = turn + 1
        entries = trie.get(prefix, ())
        surplus = len(entries) - total[prefix]
        found.append(entries[surplus + turn] if surplus >= 0 else None)
    return found


def _route(prefix: Prefix, match: re.Match[str], entry: TrieEntry | None, byteorder: str) -> Route:
    flags = int(match[4], 16)
    gateway_number = _host_order(match[3], byteorder)
    gateway = IPv4Address(gateway_number) if gateway_number else None
    leads_nowhere = match[1] == _HIDDEN_DEVICE
    if entry is not None and not _fits(entry, leads_nowhere=leads_nowhere, is_rejected=bool(flags & _RTF_REJECT)):
        entry = None
    metrics: dict[str, Json] = {}
    if int(match[7]) > _ADVMSS_TO_MTU:
        metrics["advmss"] = int(match[7]) - _ADVMSS_TO_MTU
    if int(match[8]):
        metrics["window"] = int(match[8])
    if int(match[9]):
        metrics["rtt_ms"] = float(match[9])
    return table_route(
        prefix,
        entry.type if entry is not None else _type_of(leads_nowhere, bool(flags & _RTF_REJECT)),
        gateway=gateway,
        via_family="inet6" if flags & _RTF_GATEWAY and gateway is None else None,
        dev=None if leads_nowhere else match[1],
        scope=None if entry is None else entry.scope,
        metric=int(match[5]),
        tos=None if entry is None or not entry.tos else f"{entry.tos:#x}",
        metrics=metrics,
    )


def _type_of(leads_nowhere: bool, is_rejected: bool) -> str:
    """REJECT stands for unreachable and prohibit, no device without it for blackhole and throw."""
    if is_rejected:
        return "unreachable"
    return "blackhole" if leads_nowhere else "unicast"


def _fits(entry: TrieEntry, *, leads_nowhere: bool, is_rejected: bool) -> bool:
    if is_rejected:
        return entry.type in ("unreachable", "prohibit")
    return (entry.type in ("blackhole", "throw")) == leads_nowhere


def parse_ipv6_route(text: str, vrf_ports: frozenset[str] = frozenset()) -> RouteLines:
    """/proc/net/ipv6_route: the routes of all tables of IPv6 in one list, each way of a multipath route by itself.

    The table is told only of what the kernel keeps in table local for its own addresses; those of ``vrf_ports``
    are in the table of their VRF (l3mdev_fib_table()), whose number is not told. The protocol is told
    where flags do: ADDRCONF, by the rule that rt6_fill_node() had before routes remembered it, and NONEXTHOP for
    local and anycast addresses, which only the kernel itself sets (addrconf_f6i_alloc()).
    """
    routes: list[Route] = []
    unreadable = uncertain = 0
    for line in text.split("\n"):
        if not line:
            continue
        match = _IPV6_ROUTE.match(line)
        if match is None or int(match[2], 16) > 128 or int(match[4], 16) > 128:
            unreadable += 1
            continue
        route = _ipv6_route(match, own_table=None if match[8] in vrf_ports else LOCAL_TABLE)
        if route is not None:
            routes.append(route)
            uncertain += route.type == "unreachable"
    return RouteLines(routes=tuple(routes), unreadable=unreadable, uncertain=uncertain)


def readable_table(name: str) -> str | None:
    """``main`` or ``local``, by name or number; None for any other, of which these files do not tell.

    >>> readable_table("254")
    'main'
    """
    table = _TABLES.get(name, name)
    return table if table in _TABLES.values() else None


def may_be_in(route: Route, table: str | None) -> bool:
    """Whether the route is in table ``main`` or ``local``, or may be: one of an unknown table is in any but local."""
    if table is None:
        return True
    return route.table == LOCAL_TABLE if table == LOCAL_TABLE else route.table != LOCAL_TABLE


def _ipv6_route(match: re.Match[str], own_table: str | None) -> Route | None:
    destination = prefix_of(6, int(match[1], 16), int(match[2], 16))
    source = prefix_of(6, int(match[3], 16), int(match[4], 16))
    gateway = int(match[5], 16)
    metric = int(match[6], 16)
    flags = int(match[7], 16)
    is_null = flags & _RTF_REJECT and metric == _NULL_METRIC and not destination.length
    if is_null or flags & _RTF_CACHE:  # fib6_null_entry ends a table and is no route; nor is what was only looked up
        return None
    is_own = bool(flags & (_RTF_LOCAL | _RTF_ANYCAST))
    is_kernels_multicast = destination == _MULTICAST and not flags & (_RTF_REJECT | _RTF_GATEWAY)
    if flags & _RTF_LOCAL:
        kind = "local"
    elif flags & _RTF_ANYCAST:
        kind = "anycast"
    elif flags & _RTF_REJECT:
        kind = "unreachable"
    else:
        kind = "multicast" if is_kernels_multicast else "unicast"
    protocol = None
    if flags & _RTF_ADDRCONF:
        protocol = "ra" if flags & (_RTF_DEFAULT | _RTF_ROUTEINFO) else "kernel"
    elif is_own and flags & _RTF_NONEXTHOP:
        protocol = "kernel"
    pref = flags >> _PREF_SHIFT & 3
    return table_route(
        destination,
        kind,
        gateway=IPv6Address(gateway) if flags & _RTF_GATEWAY else None,
        dev=match[8] or None,
        protocol=protocol,
        scope="global",
        metric=metric,
        table=own_table if is_own or is_kernels_multicast else None,
        pref=_PREFERENCES.get(pref, str(pref)),
        from_=source if source.length else None,
    )


def _host_order(word: str, byteorder: str) -> int:
    """An address that the kernel printed as a number of this machine, though it is in the network's order."""
    number = int(word, 16)
    return number if byteorder == "big" else int.from_bytes(number.to_bytes(4, "little"))
