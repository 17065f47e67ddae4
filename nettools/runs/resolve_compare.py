"""One question to several servers, and what differs: those that were named, or all servers of the zone."""

from collections.abc import Iterable
from contextlib import closing
from itertools import islice
from typing import Final

from nettools.core.dns.name import ROOT
from nettools.core.dns.types import TYPES
from nettools.core.resolve.all_ns import AllNs, all_ns
from nettools.core.resolve.compare import comparison_of, lameness
from nettools.core.resolve.compare_report import Comparison
from nettools.core.resolve.lookup import Procedure
from nettools.core.resolve.report import Response, response_of
from nettools.core.resolve.trace.cut import Cut
from nettools.core.resolve.words import AskedName
from nettools.runs.caller import Caller
from nettools.runs.resolve_order import ResolveOrder
from nettools.runs.resolve_run import Numbered, driver_for, in_order, lookups
from nettools.runs.resolve_trace import trace_settings

_SOA: Final = TYPES["SOA"]
_NOWHERE: Final = Cut(zone=ROOT, servers=())
"""The servers of the zone are found through the resolver, not from the root."""


def of_given_servers(order: ResolveOrder, comparisons: list[Comparison], *, keeps_order: bool = True) -> Numbered:
    """The responses; when all are there, ``comparisons`` has what differs."""
    found: dict[int, Response] = {}
    for number, response in lookups(order, keeps_order=keeps_order):
        found[number] = response
        yield number, response
    count = len(order.groups)
    outcomes = [found[number].outcome for number in sorted(found)]
    for first in range(0, len(outcomes) - count + 1, count):
        comparisons.append(comparison_of(outcomes[first].lookup.question, outcomes[first : first + count]))


def of_all_servers(caller: Caller, order: ResolveOrder, comparisons: list[Comparison]) -> Numbered:
    """The same; numbers are those of the responses: which servers there are is known only when they have been found."""
    procedures = ((place, _asked(order, name)) for place, name in enumerate(order.names))
    number = 0
    with closing(driver_for(order).run_all(procedures)) as ended:
        for _, found in in_order(ended):
            for warning in found.warnings:
                caller.note(warning)
            comparisons += found.comparisons
            for outcome in found.outcomes:
                yield number, response_of(outcome)
                number += 1


def lameness_of(comparisons: Iterable[Comparison], number: int) -> str | None:
    """Why the server of the zone is lame that gave the response ``number``; None for one that is not.

    The servers are compared in the order of the responses.
    """
    servers = (server for one in comparisons for server in one.servers)
    return next(map(lameness, islice(servers, number, None)), None)


def _asked(order: ResolveOrder, name: AskedName) -> Procedure[AllNs]:
    resolver = order.manner.lookup(name.wire, _SOA, order.groups[0])
    return all_ns(name.wire, order.types, resolver, trace_settings(order, _NOWHERE))
