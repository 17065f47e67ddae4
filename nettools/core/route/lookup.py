"""One routing table asked for one destination: every route that covers it, in the order of merit, with the reason.

IPv4: fib_table_lookup() of net/ipv4/fib_trie.c. IPv6: fib6_table_lookup() and rt6_select() of net/ipv6/route.c.
"""

from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

from nettools.core.prefix import Prefix
from nettools.core.route.explanation import Candidate, Hop
from nettools.core.route.question import Question
from nettools.core.route.report import NextHop, Route

_LOCAL_FIRST: Final = {"local": 0}
_TOS_COUNTED: Final = 0x1C  # as for rules: INET_DSCP_LEGACY_TOS_MASK
_PREFERENCE: Final = {"high": 3, "medium": 2, "low": 1}  # RFC 4191 §2.1
REFUSING_TYPES: Final = frozenset({"blackhole", "unreachable", "prohibit", "throw"})


class Found(NamedTuple):
    """What a table says."""

    candidates: tuple[Candidate, ...]
    route: Route | None
    hops: tuple[Hop, ...]
    """The ways that the route offers, those of them that may be used."""


class Selection(NamedTuple):
    """What may narrow the choice within a table."""

    through: str | None
    """The interface by which the packet must leave, if it must."""
    preferred: str | None
    """The interface whose routes come first among equals (IPv6)."""


def lookup(routes: Iterable[Route], target: Prefix, question: Question, selection: Selection) -> Found:
    """The table's answer for a target: an address as a prefix of full length, or a whole prefix."""
    covering = sorted(
        (route for route in routes if route.dst.contains(target)), key=lambda route: _merit(route, selection)
    )
    candidates: list[Candidate] = []
    winner: Route | None = None
    hops: tuple[Hop, ...] = ()
    for route in covering:
        why_not = _unusable(route, question, selection)
        if winner is not None:
            candidates.append(_candidate(route, chosen=False, reason=why_not or _lost_to(route, winner)))
        elif why_not is not None:
            candidates.append(_candidate(route, chosen=False, reason=why_not))
        else:
            winner, hops = route, _usable_hops(route, selection)
            candidates.append(_candidate(route, chosen=True, reason="longest prefix"))
    return Found(tuple(candidates), winner, hops)


def inside(routes: Iterable[Route], target: Prefix) -> list[Candidate]:
    """The routes for parts of the target, which take those parts for themselves."""
    parts = [route for route in routes if target.contains(route.dst) and route.dst != target]
    parts.sort(key=lambda route: (route.dst.network, route.dst.length, route.metric or 0))
    return [_candidate(route, chosen=False, reason="lies inside: takes this part") for route in parts]


def _merit(route: Route, selection: Selection) -> tuple[int, ...]:
    """Lower is better: the longer prefix, the local table where tables are one, TOS, metric, preference."""
    tos = -int(route.tos, 16) if route.tos else 0
    is_preferred = selection.preferred is not None and _leads_through(route, selection.preferred)
    return (
        -route.dst.length,
        -(route.from_.length if route.from_ else 0),
        _LOCAL_FIRST.get(route.table or "", 1),
        tos,
        route.metric or 0,
        -(_PREFERENCE.get(route.pref or "", 2) << 2 | 2 * is_preferred),
    )


def _unusable(route: Route, question: Question, selection: Selection) -> str | None:
    """Why the route cannot be taken for this packet, whatever else there is."""
    if route.tos is not None and int(route.tos, 16) != question.tos & _TOS_COUNTED:
        return f"only for TOS {route.tos}"
    if route.from_ is not None and (
        question.source is None or not route.from_.contains(_host(question.source.version, int(question.source)))
    ):
        return f"only from {route.from_}"
    if "dead" in route.flags and not route.nexthops:
        return "its interface or link is down"
    if route.expires is not None and route.expires < 0:
        return "it has expired"
    if route.type in REFUSING_TYPES and route.family == "inet":
        return None  # IPv4 looks at the type before the interface; IPv6 holds refusing routes on the loopback
    if not _usable_hops(route, selection):
        alive = _usable_hops(route, Selection(None, None))
        return f"not through {selection.through}" if alive else "no next hop is up"
    return None


def _usable_hops(route: Route, selection: Selection) -> tuple[Hop, ...]:
    ways: Sequence[NextHop] = route.nexthops
    if not ways:
        return (Hop(gateway=route.gateway, dev=route.dev),) if selection.through in (None, route.dev) else ()
    return tuple(
        Hop(gateway=way.gateway, dev=way.dev)
        for way in ways
        if "dead" not in way.flags and selection.through in (None, way.dev)
    )


def _leads_through(route: Route, dev: str) -> bool:
    return route.dev == dev or any(way.dev == dev for way in route.nexthops)


def _lost_to(route: Route, winner: Route) -> str:
    if route.dst.length < winner.dst.length:
        return "shorter prefix"
    if (route.from_.length if route.from_ else 0) < (winner.from_.length if winner.from_ else 0):
        return "less specific source"
    if route.table != winner.table:
        return f"table {winner.table} comes first"
    if route.tos != winner.tos:
        return "less specific TOS"
    if (route.metric or 0) > (winner.metric or 0):
        return f"metric {route.metric} is higher than {winner.metric or 0}"
    if route.pref != winner.pref:
        return f"preference {route.pref} is lower than {winner.pref}"
    return "later in the table"


def _candidate(route: Route, *, chosen: bool, reason: str) -> Candidate:
    return Candidate(
        dst=route.dst,
        type=route.type,
        gateway=route.gateway,
        dev=route.dev,
        metric=route.metric,
        chosen=chosen,
        reason=reason,
    )


def _host(version: int, number: int) -> Prefix:
    return Prefix(version, number, 32 if version == 4 else 128)
