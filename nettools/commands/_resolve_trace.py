"""``--trace``: each name from the root down, every server of every zone on the way."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import cast

from nettools.commands._answers import Answer
from nettools.commands._resolve_order import ResolveCommand
from nettools.commands._resolve_run import answer_of, layout_for
from nettools.commands._session import Session
from nettools.core.resolve.report import Response
from nettools.render.format import Format
from nettools.render.output import Output
from nettools.render.style import Canvas
from nettools.runs.resolve_trace import traces


def run_trace(session: Session, command: ResolveCommand) -> int:
    """Trace every name and type. Returns the exit status."""
    asked = traces(command.order, keeps_order=command.keeps_order(session))

    def results() -> Iterator[Answer]:
        for number, response in asked:
            yield answer_of(number, response, command.expectation)

    layout = layout_for(session, command)
    if session.options.format is Format.TABLE and not command.options.short:
        layout = replace(layout, draw=_draw)
    return session.answer(layout, results())


def _draw(output: Output, canvas: Canvas, records: Iterable[object]) -> None:
    from nettools.render.resolve_trace import draw_traces

    draw_traces(output, canvas, cast("Iterable[Response]", records))
