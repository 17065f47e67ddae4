"""One routing table asked for one destination: every route that covers it, in the order of merit, with the reason.

IPv4: fib_table_lookup() of net/ipv4/fib_trie.c. IPv6: fib6_table_lookup() and rt6_select() of net/ipv6/route.c.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import Final, NamedTuple

from nettools.core.prefix import Prefix
from nettools.core.route.explanation import Candidate, Hop
from nettools.core.route.policy import LEGACY_TOS
from nettools.core.route.question import Question
from nettools.core.route.report import REFUSING_TYPES, NextHop, Route

_LOCAL_FIRST: Final = {"local": 0}
_PREFERENCE: Final = {"high": 3, "medium": 2, "low": 1}  # RFC 4191 §2.1
_NO_HOP: Final = "its interface or link is down"


class Found(NamedTuple):
    """What a table says."""

    candidates: tuple[Candidate, ...]
    route: Route | None
    hops: tuple[Hop, ...]
    """The ways that the route offers, those of them that may be used."""
    equals: tuple[Route, ...] = ()
    """Other default routes, as good as this one: the kernel takes the one whose gateway answers."""


class Selection(NamedTuple):
    """What may narrow the choice within a table."""

    through: str | None
    """The interface by which the packet must leave, if it must."""
    preferred: str | None
    """The interface whose routes come first among equals (IPv6)."""


def lookup(routes: Iterable[Route], target: Prefix, question: Question, selection: Selection) -> Found:
    """The table's answer for a target: an address as a prefix of full length, or a whole prefix."""
    covering = [route for route in routes if route.dst.contains(target)]
    if target.version == 4:
        judged = list(_judged_ipv4(covering, question, selection))
    else:
        judged = list(_judged_ipv6(covering, question, selection))
    usable = [route for route, why_not in judged if why_not is None]
    winner = usable[0] if usable else None
    equals = _equal_defaults(usable, selection)
    candidates: list[Candidate] = []
    for route, why_not in judged:
        if route is winner:
            reason = "longest prefix"
        elif why_not is None and route in equals:
            reason = "as good: the kernel takes the one whose gateway answers"
        else:
            assert winner is not None or why_not is not None
            reason = why_not or _lost_to(route, winner)
        candidates.append(_candidate(route, chosen=route is winner, reason=reason))
    return Found(tuple(candidates), winner, () if winner is None else _usable_hops(winner, selection), equals)


def inside(routes: Iterable[Route], target: Prefix) -> list[Candidate]:
    """The routes for parts of the target, which take those parts for themselves."""
    parts = [route for route in routes if target.contains(route.dst) and route.dst != target]
    parts.sort(key=lambda route: (route.dst.network, route.dst.length, route.metric or 0))
    return [_candidate(route, chosen=False, reason="lies inside: takes this part", is_part=True) for route in parts]


def _merit_ipv4(route: Route) -> tuple[int, ...]:
    """Lower is better: the longer prefix, the local table where tables are one, TOS, metric."""
    tos = -int(route.tos, 16) if route.tos else 0
    return (-route.dst.length, _LOCAL_FIRST.get(route.table or "", 1), tos, route.metric or 0)


def _judged_ipv4(covering: list[Route], question: Question, selection: Selection) -> Iterator[tuple[Route, str | None]]:
    """The routes in the order in which the kernel comes to them, with what speaks against each.

    Next-hop objects of which none will do end the search among the routes that begin at the same address, which are
    one leaf of the trie.
    """
    left = set()
    for route in sorted(covering, key=_merit_ipv4):
        why_not = _unusable(route, question, selection)
        if route.dst.network in left:
            why_not = why_not or "hidden by a next-hop object that cannot be used"
        elif why_not in (_NO_HOP, _not_through(selection)) and route.nhid is not None:
            left.add(route.dst.network)
        yield route, why_not


def _judged_ipv6(covering: list[Route], question: Question, selection: Selection) -> Iterator[tuple[Route, str | None]]:
    """The routes in the order in which the kernel comes to them, with what speaks against each.

    It looks for the longest prefix that has routes for this source, or routes and none of them for certain sources.
    From there it goes back to ever shorter ones: fib6_node_lookup_1(), fib6_backtrack(). A prefix whose routes for
    certain sources all miss is thus passed over on the way down, with those of its routes that are for all sources.
    """
    covering.sort(key=lambda route: (-route.dst.length, -_source_length(route)))
    has_begun = False
    for length, node in groupby(covering, key=lambda route: route.dst.length):
        routes = list(node)
        special = [route for route in routes if route.from_ is not None]
        misses = bool(special) and not any(_is_for_source(route, question) for route in special)
        is_hidden = not has_begun and misses and length > 0
        has_begun = has_begun or not misses
        for _, leaf in groupby(routes, key=_source_length):
            for route in _in_leaf(list(leaf), selection):
                hidden = "hidden by routes for other sources" if is_hidden and route.from_ is None else None
                yield route, _unusable(route, question, selection) or hidden


def _in_leaf(routes: list[Route], selection: Selection) -> list[Route]:
    """Routes of one prefix and source, best first: rt6_select().

    Only the lowest metric is considered by itself; should nothing of it be usable, the rest are weighed as if they had
    one metric. A next-hop object that discards beats whatever it is weighed against.
    """
    least = min(route.metric or 0 for route in routes)

    def merit(route: Route) -> tuple[int, ...]:
        is_preferred = selection.preferred is None or _leads_through(route, selection.preferred)
        score = _PREFERENCE.get(route.pref or "", 2) << 2 | 2 * is_preferred
        return (route.metric or 0) > least, not _is_discarding_object(route), -score, route.metric or 0

    return sorted(routes, key=merit)


def _source_length(route: Route) -> int:
    return route.from_.length if route.from_ is not None else 0


def _is_for_source(route: Route, question: Question) -> bool:
    """Whether an IPv6 route is for the packet's source, which is :: as long as it has none."""
    source = 0 if question.source is None else int(question.source)
    return route.from_ is None or route.from_.contains(Prefix(6, source, 128))


def _is_discarding_object(route: Route) -> bool:
    return route.nhid is not None and route.type == "blackhole"


def _equal_defaults(usable: Sequence[Route], selection: Selection) -> tuple[Route, ...]:
    """The IPv4 default routes that the kernel goes through for one that lives: fib_select_default().

    They have one metric, or a TOS less specific, and a gateway each. A packet bound to an interface takes the first.
    """
    if not usable or usable[0].dst.length or usable[0].family != "inet" or selection.through is not None:
        return ()
    first, found = usable[0], []
    if first.nexthops or not _has_gateway(first):
        return ()
    tos, metric = first.tos, first.metric or 0
    for route in usable[1:]:
        if route.table != first.table:
            continue
        if (route.metric or 0) > metric and route.tos == tos:
            if tos:
                continue
            break
        tos, metric = route.tos, route.metric or 0
        if route.type == "unicast" and route.scope == first.scope and _has_gateway(route):
            found.append(route)
    return tuple(found)


def _has_gateway(route: Route) -> bool:
    return (route.nexthops[0].gateway if route.nexthops else route.gateway) is not None


def _unusable(route: Route, question: Question, selection: Selection) -> str | None:
    """Why the route cannot be taken for this packet, whatever else there is."""
    if route.tos is not None and int(route.tos, 16) != question.tos & LEGACY_TOS:
        return f"only for TOS {route.tos}"
    if not _is_for_source(route, question):
        return f"only from {route.from_}"
    if "ifscope" in route.flags and selection.through != route.dev:
        return f"only for what is bound to {route.dev}"  # macOS: route(8), RTF_IFSCOPE
    if "dead" in route.flags and not route.nexthops:
        return _NO_HOP
    if route.expires is not None and route.expires < 0:
        return "it has expired"
    if route.type in REFUSING_TYPES and (route.family == "inet" or _is_discarding_object(route)):
        return None  # looked at before the interface, but that IPv6 holds other refusing routes on the loopback
    if not _usable_hops(route, selection):
        return _not_through(selection) if _usable_hops(route, Selection(None, None)) else _NO_HOP
    return None


def _not_through(selection: Selection) -> str:
    return f"not through {selection.through}"


def _usable_hops(route: Route, selection: Selection) -> tuple[Hop, ...]:
    ways: Sequence[NextHop] = route.nexthops
    if not ways:
        return (Hop(gateway=route.gateway, dev=route.dev),) if selection.through in (None, route.dev) else ()
    usable = [way for way in ways if "dead" not in way.flags and selection.through in (None, way.dev)]
    if usable and route.nhid is not None and (selection.through is None or route.family == "inet6"):
        usable = list(ways)  # one good member opens the whole group: nexthop_select_path()
    return tuple(Hop(gateway=way.gateway, dev=way.dev) for way in usable)


def _leads_through(route: Route, dev: str) -> bool:
    return route.dev == dev or any(way.dev == dev for way in route.nexthops)


def _lost_to(route: Route, winner: Route | None) -> str:
    assert winner is not None
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


def _candidate(route: Route, *, chosen: bool, reason: str, is_part: bool = False) -> Candidate:
    return Candidate(
        dst=route.dst,
        type=route.type,
        gateway=route.gateway,
        dev=route.dev,
        metric=route.metric,
        chosen=chosen,
        reason=reason,
        is_part=is_part,
    )
