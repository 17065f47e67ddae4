"""One run of ``nettools resolve``: questions in, responses out, in the order of the questions or as they come."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TypeVar, cast

from nettools.commands._answers import Answer, ListLayout
from nettools.commands._resolve_order import ResolveCommand
from nettools.commands._session import Session
from nettools.core.resolve.compare_report import Comparison
from nettools.core.resolve.report import ResolveReport, Response
from nettools.core.resolve.rows import ResponseRow, response_rows
from nettools.core.text import safe
from nettools.render.format import Format
from nettools.render.output import Output
from nettools.render.style import Canvas
from nettools.runs.resolve_run import NEGATIVE, failure_of_response, lookups, told

R = TypeVar("R")
Meets = Callable[[Response], bool]


def run_lookups(session: Session, command: ResolveCommand) -> int:
    """Ask everything, write the responses. Returns the exit status."""
    asked = lookups(command.order, keeps_order=command.keeps_order(session))
    if command.options.system:
        from nettools.runs.resolve_system import with_system

        asked = with_system(session, command.order, asked)

    def results() -> Iterator[Answer]:
        is_met = command.expectation is None
        for number, response in asked:
            is_met = is_met or command.expectation is None or command.expectation(response)
            if command.options.short:
                _tell_what_short_leaves_out(session, response)
            yield answer_of(number, response, command.expectation)
        if not is_met and session.options.format is Format.TABLE:
            session.note(f"no answer is what --expect waits for: {safe(command.options.expect or '')}")

    return session.answer(layout_for(session, command), results())


def _tell_what_short_leaves_out(session: Session, response: Response) -> None:
    """Data without a word that it is forged would be believed; no data at all leaves one guessing."""
    if not response.answer and response.status in NEGATIVE:
        session.note(told(response))
    if response.dnssec is not None and response.dnssec.status == "bogus":
        asked = response.query
        session.note(f"{asked.name} {asked.type}: bogus: {response.dnssec.reason}")


def answer_of(number: int, response: Response, meets: Meets | None, *, lame: str | None = None) -> Answer:
    """Whether a response is a yes, a no or none at all; with an expectation, whether it is met.

    ``lame``: why the server is no use to the zone that names it.
    """
    if meets is not None and meets(response):
        return Answer(number, response)
    failure = failure_of_response(response, lame=lame)
    if failure is not None or response.status in NEGATIVE:
        return Answer(number, response, affirmative=False, failure=failure)
    is_bogus = response.dnssec is not None and response.dnssec.status == "bogus"
    return Answer(number, response, affirmative=meets is None and not is_bogus)


def layout_for(session: Session, command: ResolveCommand, comparisons: Sequence[Comparison] = ()) -> ListLayout:
    """How the responses look in the format that was asked for.

    ``comparisons`` is filled while the responses come, and told behind them.
    """
    draw_short = _draw_short if command.options.dnssec else _draw_short_without_signatures
    draw = draw_short if command.options.short else _DRAWERS.get(session.options.format)
    with_sections = session.options.verbose > 0
    # --validate has them sent as evidence, each wider than a terminal.
    with_signatures = command.options.dnssec or not command.options.validate or with_sections

    def draw_table(output: Output, canvas: Canvas, records: Iterable[object]) -> None:
        from nettools.render.resolve import draw_responses

        some = cast("Iterable[Response]", records)
        draw_responses(output, canvas, some, with_sections=with_sections, with_signatures=with_signatures)

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
