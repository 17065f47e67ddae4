"""``nettools cat -z``: whether a connection can be made, as one answer in the format that was asked for."""

from nettools.commands._session import Session
from nettools.core.connect.order import DialOrder
from nettools.core.connect.report import CatReport, CatRow, cat_row, status_of
from nettools.core.connect.retry import RetryPolicy
from nettools.net.connect.dial import DialEvent
from nettools.net.loop import Loop
from nettools.render import data
from nettools.render.format import Format
from nettools.runs.connect import Agree, ConnectRun


def run_zero(
    session: Session,
    order: DialOrder,
    retry: RetryPolicy,
    *,
    answer_s: float | None = None,
    agree: Agree | None = None,
    target: str | None = None,
) -> int:
    """Returns the exit status: 0 open, or for UDP nothing that says otherwise; 1 the network; 2 anything else.

    ``answer_s`` is how long a UDP answer is waited for. ``target`` is what the answer calls the target, when the order
    is for a proxy on the way to it.
    """

    def on_event(event: DialEvent) -> None:
        if session.options.verbose:
            session.note(event.message)

    with session.interrupts() as interrupts:
        run = ConnectRun(
            order, retry, Loop(interrupts), answer_s=answer_s, agree=agree, note=session.note, on_event=on_event
        )
        with session.screen.waiting(f"{target or order.target} ({order.timeout_s:g} s at most)"):
            signal_number = run.run()
    report = run.report(target or str(order.target), is_interrupted=signal_number is not None)
    _write(session, report)
    return 128 + signal_number if signal_number is not None else status_of(report.outcome, run.fault)


def _write(session: Session, report: CatReport) -> None:
    """The answer; what could not be found out is told on standard error as well."""
    for failure in report.errors:
        session.failed(failure)
    output = session.output
    match session.options.format:
        case Format.JSON:
            data.write_document(output, report.SCHEMA, report)
        case Format.JSONL:
            data.write_json_line(output, "port", cat_row(report), index=0)
            for failure in report.errors:
                data.write_json_line(output, "error", failure, index=0)
        case Format.CSV:
            data.write_csv_header(output, CatRow)
            data.write_csv_row(output, cat_row(report))
        case Format.PLAIN:
            data.write_plain_row(output, cat_row(report))
        case _:
            if report.outcome is not None and not session.options.quiet:
                from nettools.render.cat import draw_answer

                draw_answer(output, session.canvas, report)
