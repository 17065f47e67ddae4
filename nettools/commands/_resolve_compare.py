"""``--compare`` and ``--all-ns``: one question to several servers, and what differs."""

from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Final

from nettools.commands._answers import Answer
from nettools.commands._resolve_order import ResolveOrder
from nettools.commands._resolve_run import answer_of, driver_for, in_order, layout_for, numbered
from nettools.commands._resolve_trace import trace_settings
from nettools.commands._session import Session
from nettools.core.dns.name import ROOT
from nettools.core.dns.types import TYPES
from nettools.core.outcome import Exit
from nettools.core.resolve.all_ns import AllNs, all_ns
from nettools.core.resolve.compare import comparison_of
from nettools.core.resolve.compare_report import Comparison
from nettools.core.resolve.lookup import Procedure
from nettools.core.resolve.report import Response, response_of
from nettools.core.resolve.trace.cut import Cut
from nettools.core.resolve.words import AskedName
from nettools.render.format import Format
from nettools.render.output import Output
from nettools.render.style import Canvas

_SOA: Final = TYPES["SOA"]
_NOWHERE: Final = Cut(zone=ROOT, servers=())
"""The servers of the zone are found through the resolver, not from the root."""


def run_comparison(session: Session, order: ResolveOrder) -> int:
    """Ask, write the responses and the comparisons behind them. Returns the exit status: 1 when servers differ."""
    comparisons: list[Comparison] = []
    asked = _of_all_servers if order.options.all_ns else _of_given_servers

    def results() -> Iterator[Answer]:
        for number, response in asked(session, order, comparisons):
            yield answer_of(number, response, order.expectation)

    def draw(output: Output, canvas: Canvas, records: Iterable[object]) -> None:
        from nettools.render.resolve_compare import draw_comparisons

        deque(records, maxlen=0)  # the comparisons show all of them, and are known when the last one is there
        draw_comparisons(output, canvas, comparisons)

    layout = layout_for(session, order, comparisons)
    if session.options.format is Format.TABLE and not order.options.short:
        layout = replace(layout, draw=draw)
    status = session.answer(layout, results())
    is_differing = any(not one.agree for one in comparisons)
    return Exit.NEGATIVE if status == Exit.ANSWERED and is_differing else status


def _of_given_servers(
    session: Session, order: ResolveOrder, comparisons: list[Comparison]
) -> Iterator[tuple[int, Response]]:
    found: dict[int, Response] = {}
    for number, response in numbered(session, order):
        found[number] = response
        yield number, response
    count = len(order.groups)
    outcomes = [found[number].outcome for number in sorted(found)]
    for first in range(0, len(outcomes) - count + 1, count):
        comparisons.append(comparison_of(outcomes[first].lookup.question, outcomes[first : first + count]))


def _of_all_servers(
    session: Session, order: ResolveOrder, comparisons: list[Comparison]
) -> Iterator[tuple[int, Response]]:
    """``numbers`` are those of the responses: which servers there are is known only when they have been found."""
    procedures = ((place, _asked(order, name)) for place, name in enumerate(order.names))
    number = 0
    for _, found in in_order(driver_for(order).run_all(procedures)):
        for warning in found.warnings:
            session.note(warning)
        comparisons += found.comparisons
        for outcome in found.outcomes:
            yield number, response_of(outcome)
            number += 1


def _asked(order: ResolveOrder, name: AskedName) -> Procedure[AllNs]:
    resolver = order.manner.lookup(name.wire, _SOA, order.groups[0])
    return all_ns(name.wire, order.types, resolver, trace_settings(order, _NOWHERE))
