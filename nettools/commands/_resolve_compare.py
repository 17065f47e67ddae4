"""``--compare`` and ``--all-ns``: one question to several servers, and what differs."""

from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import replace

from nettools.commands._answers import Answer
from nettools.commands._resolve_order import ResolveCommand
from nettools.commands._resolve_run import answer_of, layout_for
from nettools.commands._session import Session
from nettools.core.outcome import Exit
from nettools.core.resolve.compare_report import Comparison
from nettools.render.format import Format
from nettools.render.output import Output
from nettools.render.style import Canvas
from nettools.runs.resolve_compare import lameness_of, of_all_servers, of_given_servers


def run_comparison(session: Session, command: ResolveCommand) -> int:
    """Ask, write the responses and the comparisons behind them. Returns the exit status: 1 when servers differ."""
    comparisons: list[Comparison] = []
    if command.options.all_ns:
        asked = of_all_servers(session, command.order, comparisons)
    else:
        asked = of_given_servers(command.order, comparisons, keeps_order=command.keeps_order(session))

    def results() -> Iterator[Answer]:
        for number, response in asked:
            lame = lameness_of(comparisons, number) if command.options.all_ns else None
            yield answer_of(number, response, command.expectation, lame=lame)

    def draw(output: Output, canvas: Canvas, records: Iterable[object]) -> None:
        from nettools.render.resolve_compare import draw_comparisons

        deque(records, maxlen=0)  # the comparisons show all of them, and are known when the last one is there
        draw_comparisons(output, canvas, comparisons)

    layout = layout_for(session, command, comparisons)
    if session.options.format is Format.TABLE and not command.options.short:
        layout = replace(layout, draw=draw)
    status = session.answer(layout, results())
    is_differing = any(not one.agree for one in comparisons)
    return Exit.NEGATIVE if status == Exit.ANSWERED and is_differing else status
