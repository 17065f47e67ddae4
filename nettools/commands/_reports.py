"""Writing an answer that is known as a whole: a document, or its parts one a line."""

from collections.abc import Callable, Iterable
from typing import Final, Generic, NamedTuple, TypeVar

from nettools.commands._session import Session
from nettools.core.ifaces.report import Warned
from nettools.core.outcome import Failure
from nettools.core.text import with_hint
from nettools.errors import OptionError
from nettools.render import data
from nettools.render.format import Format
from nettools.render.output import Output
from nettools.render.style import Canvas

R = TypeVar("R")

_MOST_TOLD: Final = 3


class ReportLayout(NamedTuple, Generic[R]):
    """How a report of one kind looks in each format."""

    schema: str
    lines: Callable[[R], Iterable[tuple[str, object]]]
    """(type, record) of each line of JSONL."""
    rows: Callable[[R], tuple[type, Iterable[object]]]
    """The rows of CSV and of plain, and their class."""
    draw: Callable[[Output, Canvas, R], None]
    """Draws the report for people; imports rich only when it is called."""


def write_report(session: Session, layout: ReportLayout[R], report: R, failures: Iterable[Failure] = ()) -> None:
    """The report in the format that was asked for, whole even when a signal comes."""
    session.write_whole(lambda: _write(session, layout, report, failures))


def _write(session: Session, layout: ReportLayout[R], report: R, failures: Iterable[Failure]) -> None:
    output = session.output
    match session.options.format:
        case Format.JSON:
            data.write_document(output, layout.schema, report)
        case Format.JSONL:
            for index, (kind, record) in enumerate(layout.lines(report)):
                data.write_json_line(output, kind, record, index=index)
            for failure in failures:
                data.write_json_line(output, "error", failure)
        case Format.CSV:
            row_class, rows = layout.rows(report)
            data.write_csv_header(output, row_class)
            for row in rows:
                data.write_csv_row(output, row)
        case Format.PLAIN:
            for row in layout.rows(report)[1]:
                data.write_plain_row(output, row)
        case Format.TABLE:
            layout.draw(output, session.canvas, report)


def tell_warnings(session: Session, warnings: Iterable[Warned]) -> None:
    """The warnings on standard error, a line each, of one kind the first few: the document has them all."""
    told: dict[str, int] = {}
    for one in warnings:
        told[one.kind] = told.get(one.kind, 0) + 1
        if told[one.kind] <= _MOST_TOLD or one.kind == "unknown-interface":
            session.note(with_hint(one.message, one.hint))
        elif told[one.kind] == _MOST_TOLD + 1:
            session.note("there is more of this; --json has all of it")


def require_stream(session: Session, option: str) -> None:
    """What never ends is told in lines, or drawn anew. Raises OptionError for a format that has an end."""
    chosen = session.options.format
    if chosen not in (Format.TABLE, Format.JSONL):
        raise OptionError(f"{option} never ends, and a {chosen} answer has an end", hint="use --format jsonl")
