"""``--trace``: each name from the root down, every server of every zone on the way."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import partial
from time import time
from typing import cast

from nettools import data
from nettools.commands._answers import Answer
from nettools.commands._resolve_order import ResolveOrder
from nettools.commands._resolve_run import answer_of, driver_for, in_order, layout_for
from nettools.commands._session import Session
from nettools.core.dns.message import Question
from nettools.core.resolve.lookup import Procedure
from nettools.core.resolve.report import Response
from nettools.core.resolve.trace.cut import Cut
from nettools.core.resolve.trace.hints import parse_root_hints
from nettools.core.resolve.trace.result import trace_response
from nettools.core.resolve.trace.settings import Judge, TraceSettings
from nettools.core.resolve.trace.walk import trace
from nettools.net.line_input import read_text
from nettools.render.format import Format
from nettools.render.output import Output
from nettools.render.style import Canvas

_HINTS = "root.hints"
_TRY_S = 2.0


def run_trace(session: Session, order: ResolveOrder) -> int:
    """Trace every name and type. Returns the exit status."""
    settings = trace_settings(order, root_of(order))
    questions = [
        Question(name=name.wire, type=kind, class_=order.manner.class_) for name in order.names for kind in name.types
    ]
    procedures = ((number, _traced(question, settings)) for number, question in enumerate(questions))
    ended = driver_for(order).run_all(procedures)
    is_line = session.options.format is Format.JSONL and not order.options.ordered

    def results() -> Iterator[Answer]:
        for number, response in ended if is_line else in_order(ended):
            yield answer_of(number, response, order.expectation)

    layout = layout_for(session, order)
    if session.options.format is Format.TABLE and not order.options.short:
        layout = replace(layout, draw=_draw)
    return session.answer(layout, results())


def _traced(question: Question, settings: TraceSettings) -> Procedure[Response]:
    return trace_response((yield from trace(question, settings)))


def root_of(order: ResolveOrder) -> Cut:
    """Where to begin: the file of --root-hints, or the Internet's root servers."""
    path = order.options.root_hints
    return parse_root_hints(data.text(_HINTS) if path is None else read_text(path))


def trace_settings(order: ResolveOrder, root: Cut) -> TraceSettings:
    """How the servers of zones are asked: each for itself, at the same time."""
    manner = order.manner
    return TraceSettings(
        root=root,
        port=order.port or 53,
        transport="tcp" if order.options.tcp else "udp",
        versions=order.versions,
        timeout_s=manner.timeout_s or _TRY_S,
        tries=manner.tries or 2,
        options=manner.options,
        judge=_judge(order),
    )


def _judge(order: ResolveOrder) -> Judge | None:
    """What proves the keys of each zone by the chain from the trust anchor, where that is asked for."""
    if not (order.options.validate or order.options.trust_anchor):
        return None
    from nettools.commands._anchors import read_anchors
    from nettools.core.dnssec.cut import cut_state

    return partial(cut_state, now=int(time()), anchors=read_anchors(order.options.trust_anchor))


def _draw(output: Output, canvas: Canvas, records: Iterable[object]) -> None:
    from nettools.render.resolve_trace import draw_traces

    draw_traces(output, canvas, cast("Iterable[Response]", records))
