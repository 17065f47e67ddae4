"""One run of ``nettools resolve``: questions in, responses out, in the order of the questions or as they come."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from time import time
from typing import NamedTuple, TypeVar, cast

from nettools.commands._answers import Answer, ListLayout
from nettools.commands._resolve_order import ResolveOrder
from nettools.commands._session import Session
from nettools.core.dns.message import Question
from nettools.core.outcome import Failure
from nettools.core.resolve.answering import Responses, ServerGroup, responses, validated
from nettools.core.resolve.compare_report import Comparison
from nettools.core.resolve.lookup import Lookup, Outcome, Procedure
from nettools.core.resolve.report import DnssecVerdict, ResolveReport, Response
from nettools.core.resolve.rows import ResponseRow, response_rows, server_text
from nettools.core.resolve.status import WHAT_IT_MEANS
from nettools.core.resolve.words import AskedName
from nettools.core.text import safe
from nettools.net.dns_open import channel_opener
from nettools.net.resolve import MOST_AT_ONCE, LookupDriver
from nettools.render.format import Format
from nettools.render.output import Output
from nettools.render.style import Canvas

R = TypeVar("R")
Meets = Callable[[Response], bool]

_EXPLAINED_BY_WARNINGS = frozenset({"unreachable", "malformed", "local-fault"})
_NEGATIVE = frozenset({"nodata", "nxdomain"})


class Task(NamedTuple):
    """The questions of one name to one group of servers; ``numbers`` are their places in the answer."""

    numbers: tuple[int, ...]
    name: AskedName
    group: ServerGroup


def tasks_of(order: ResolveOrder) -> Iterator[Task]:
    """Names × types × servers, in that order: the number of each question is its place among all."""
    first = 0
    count = len(order.groups)
    for name in order.names:
        for place, group in enumerate(order.groups):
            yield Task(tuple(first + kind * count + place for kind in range(len(name.types))), name, group)
        first += len(name.types) * count


def driver_for(order: ResolveOrder) -> LookupDriver:
    """What sends the questions of this order."""
    return LookupDriver(channel_opener(order.tls, order.servers), most_at_once=order.concurrency or MOST_AT_ONCE)


def run_lookups(session: Session, order: ResolveOrder) -> int:
    """Ask everything, write the responses. Returns the exit status."""
    asked = numbered(session, order)
    if order.options.system:
        from nettools.commands._resolve_system import with_system

        asked = with_system(order, asked)

    def results() -> Iterator[Answer]:
        is_met = order.expectation is None
        for number, response in asked:
            is_met = is_met or order.expectation is None or order.expectation(response)
            if order.options.short:
                _tell_what_short_leaves_out(session, response)
            yield answer_of(number, response, order.expectation)
        if not is_met and session.options.format is Format.TABLE:
            session.note(f"no answer is what --expect waits for: {safe(order.options.expect or '')}")

    return session.answer(layout_for(session, order), results())


def _tell_what_short_leaves_out(session: Session, response: Response) -> None:
    """Data without a word that it is forged would be believed; no data at all leaves one guessing."""
    if not response.answer and response.status in _NEGATIVE:
        session.note(told(response))
    if response.dnssec is not None and response.dnssec.status == "bogus":
        asked = response.query
        session.note(f"{asked.name} {asked.type}: bogus: {response.dnssec.reason}")


def procedure_for(order: ResolveOrder) -> Callable[[Task], Responses]:
    """What is asked for each task: the questions alone, or the proof of their answers too."""
    if not order.options.validate:
        return lambda task: responses(task.name.name, task.name.types, task.group, order.manner)
    from nettools.commands._anchors import read_anchors
    from nettools.core.dnssec.validate import validate

    anchors, now_s = read_anchors(order.options.trust_anchor), time()

    def prove(question: Question, ask: Callable[[Question], Lookup]) -> Procedure[tuple[Outcome, DnssecVerdict]]:
        return validate(question, ask=ask, anchors=anchors, now=now_s)

    return lambda task: validated(task.name.name, task.name.types, task.group, order.manner, prove)


def numbered(session: Session, order: ResolveOrder) -> Iterator[tuple[int, Response]]:
    """(number, response): lines as they come, unless they shall wait; anything else in the order of the questions."""
    driver, procedure = driver_for(order), procedure_for(order)
    ended = driver.run_all((task.numbers, procedure(task)) for task in tasks_of(order))
    found = ((number, one) for numbers, given in ended for number, one in zip(numbers, given, strict=True))
    if session.options.format is Format.JSONL and not order.options.ordered:
        return found
    return in_order(found)


def in_order(numbered: Iterable[tuple[int, R]]) -> Iterator[tuple[int, R]]:
    """The same by number, each as soon as all before it are there; what a signal cuts short is given at the end."""
    waiting: dict[int, R] = {}
    following = 0
    for number, one in numbered:
        waiting[number] = one
        while following in waiting:
            yield following, waiting.pop(following)
            following += 1
    yield from sorted(waiting.items())


def answer_of(number: int, response: Response, meets: Meets | None) -> Answer:
    """Whether a response is a yes, a no or none at all; with an expectation, whether it is met."""
    if meets is not None and meets(response):
        return Answer(number, response)
    if response.status == "answered":
        is_bogus = response.dnssec is not None and response.dnssec.status == "bogus"
        return Answer(number, response, affirmative=meets is None and not is_bogus)
    if response.status in _NEGATIVE:
        return Answer(number, response, affirmative=False)
    failure = Failure(
        input=response.query.name,
        line=None,
        kind=response.status,
        message=told(response),
        hint=_HINTS.get(response.status),
        unreadable=False,
    )
    return Answer(number, response, affirmative=False, failure=failure)


_HINTS = {
    "timeout": "ask another server, or allow more time with --timeout",
    "unreachable": "check the server's address and port",
    "refused": "ask a server that resolves for this machine",
}


def told(response: Response) -> str:
    """What came of a question in one sentence, with the reason as far as the server or the connection gave one."""
    asked, status = response.query, response.status
    words = WHAT_IT_MEANS.get(status, f"the server says {response.rcode or status}")
    who = server_text(response.server)
    where = f", asked {who}" if who else ""
    return f"{asked.name} {asked.type}: {status}: {words}{where}" + _because(response)


def _because(response: Response) -> str:
    errors = [safe(one.text or "") or one.name for one in (response.edns.ede if response.edns else ())]
    reasons = [one for one in errors if one]
    if response.status in _EXPLAINED_BY_WARNINGS:
        reasons += response.warnings[:1]
    return f" ({'; '.join(reasons)})" if reasons else ""


def layout_for(session: Session, order: ResolveOrder, comparisons: Sequence[Comparison] = ()) -> ListLayout:
    """How the responses look in the format that was asked for.

    ``comparisons`` is filled while the responses come, and told behind them.
    """
    draw_short = _draw_short if order.options.dnssec else _draw_short_without_signatures
    draw = draw_short if order.options.short else _DRAWERS.get(session.options.format)
    with_sections = session.options.verbose > 0

    def draw_table(output: Output, canvas: Canvas, records: Iterable[object]) -> None:
        from nettools.render.resolve import draw_responses

        draw_responses(output, canvas, cast("Iterable[Response]", records), with_sections=with_sections)

    return ListLayout(
        schema=ResolveReport.SCHEMA,
        list_key="responses",
        line_type="response",
        row_class=ResponseRow,
        rows=_rows,
        draw=draw or draw_table,
        closing=lambda: {"comparison": tuple(comparisons)},
        draws_failures=draw is None and session.options.format is Format.TABLE,
    )


def _rows(record: object) -> Iterator[ResponseRow]:
    assert isinstance(record, Response)
    return response_rows(record)


def _draw_short(output: Output, _canvas: Canvas, records: Iterable[object], *, leave_out: str | None = None) -> None:
    for record in records:
        assert isinstance(record, Response)
        for one in record.answer:
            if one.type != leave_out or one.type == record.query.type:
                output.write(f"{one.data}\n")
        output.flush()


def _draw_short_without_signatures(output: Output, canvas: Canvas, records: Iterable[object]) -> None:
    """Those that came as evidence for --validate, and that nobody asked to see."""
    _draw_short(output, canvas, records, leave_out="RRSIG")


def _draw_dig(output: Output, _canvas: Canvas, records: Iterable[object]) -> None:
    from datetime import datetime

    from nettools.render.dig import response_notes, write_dig

    for record in records:
        assert isinstance(record, Response)
        write_dig(output, record.outcome, moment=datetime.now().astimezone(), notes=response_notes(record))
        output.flush()


def _draw_rfc8427(output: Output, _canvas: Canvas, records: Iterable[object]) -> None:
    from datetime import UTC, datetime

    from nettools.core.resolve.rfc8427 import outcome_json
    from nettools.render.data import encode

    for record in records:
        assert isinstance(record, Response)
        output.write(encode(outcome_json(record.outcome, moment=datetime.now(UTC))) + "\n")
        output.flush()


_DRAWERS = {Format.DIG: _draw_dig, Format.RFC8427: _draw_rfc8427}
