"""``--trace``: each name from the root down, every server of every zone on the way."""

from contextlib import closing
from functools import partial
from time import time

from nettools import data
from nettools.core.dns.message import Question
from nettools.core.resolve.lookup import Procedure
from nettools.core.resolve.report import Response
from nettools.core.resolve.trace.cut import Cut
from nettools.core.resolve.trace.hints import parse_root_hints
from nettools.core.resolve.trace.result import trace_response
from nettools.core.resolve.trace.settings import Judge, TraceSettings
from nettools.core.resolve.trace.walk import trace
from nettools.net.line_input import read_text
from nettools.runs.resolve_order import ResolveOrder
from nettools.runs.resolve_run import Numbered, driver_for, in_order

_HINTS = "root.hints"
_TRY_S = 2.0


def traces(order: ResolveOrder, *, keeps_order: bool = True) -> Numbered:
    """The trace of every name and type, in their order or as they end."""
    settings = trace_settings(order, root_of(order))
    questions = [
        Question(name=name.wire, type=kind, class_=order.manner.class_) for name in order.names for kind in name.types
    ]
    procedures = ((number, _traced(question, settings)) for number, question in enumerate(questions))
    with closing(driver_for(order).run_all(procedures)) as ended:
        yield from in_order(ended) if keeps_order else ended


def _traced(question: Question, settings: TraceSettings) -> Procedure[Response]:
    return trace_response((yield from trace(question, settings)))


def root_of(order: ResolveOrder) -> Cut:
    """Where to begin: the file of --root-hints, or the Internet's root servers."""
    path = order.asked.root_hints
    return parse_root_hints(data.text(_HINTS) if path is None else read_text(path))


def trace_settings(order: ResolveOrder, root: Cut) -> TraceSettings:
    """How the servers of zones are asked: each for itself, at the same time."""
    manner = order.manner
    return TraceSettings(
        root=root,
        port=order.port or 53,
        transport="tcp" if order.asked.tcp else "udp",
        versions=order.versions,
        timeout_s=manner.timeout_s or _TRY_S,
        tries=manner.tries or 2,
        options=manner.options,
        judge=_judge(order),
    )


def _judge(order: ResolveOrder) -> Judge | None:
    """What proves the keys of each zone by the chain from the trust anchor, where that is asked for."""
    if not (order.asked.validate or order.asked.trust_anchor):
        return None
    from nettools.core.dnssec.cut import cut_state
    from nettools.runs.anchors import read_anchors

    return partial(cut_state, now=int(time()), anchors=read_anchors(order.asked.trust_anchor))
