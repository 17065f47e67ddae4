"""``--axfr`` and ``--ixfr``: whole zones and what changed in them; tables and rows are written while records come."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import partial
from typing import Final

from nettools.commands._answers import Answer
from nettools.commands._resolve_order import ResolveCommand
from nettools.commands._resolve_run import answer_of, layout_for
from nettools.commands._session import Session
from nettools.core.address import endpoint
from nettools.core.dns.name import name_text
from nettools.core.resolve.dns_record import dns_records
from nettools.core.resolve.lookup import Server
from nettools.core.resolve.report import Response
from nettools.core.resolve.rows import ResponseRow, record_row, response_rows
from nettools.core.resolve.transfer import TransferRequest
from nettools.core.resolve.transfer_records import TransferredRecord
from nettools.render import data
from nettools.render.format import Format
from nettools.render.output import Output
from nettools.render.style import Canvas
from nettools.runs.resolve_transfer import OnRecord, transfers

_STREAMED: Final = (Format.TABLE, Format.PLAIN, Format.CSV)
_SIGNS: Final = {"removed": "- ", "added": "+ ", "zone": ""}


def run_transfer(session: Session, command: ResolveCommand) -> int:
    """Transfer every zone from the first server that gives it. Returns the exit status."""
    is_streamed = session.options.format in _STREAMED
    asked = transfers(command.order, partial(_writer, session, command) if is_streamed else None)

    def results() -> Iterator[Answer]:
        for number, response in asked:
            yield answer_of(number, response, command.expectation)

    layout = layout_for(session, command)
    if is_streamed:
        layout = replace(layout, rows=_rows_at_the_end, draw=_draw_end)
    return session.answer(layout, results())


def _writer(session: Session, command: ResolveCommand, request: TransferRequest, server: Server) -> OnRecord:
    """What writes one record at once, in the format that was asked for."""
    output, chosen = session.output, session.options.format
    query, query_type = name_text(request.zone), request.kind.upper()
    where = endpoint(server.address, server.port)

    def write(one: TransferredRecord) -> None:
        (record,) = dns_records([one.record])
        if command.options.short:
            output.write(f"{record.data}\n")
            return
        if chosen is Format.TABLE:
            owner = _SIGNS[one.part] + record.name
            output.write(f"{owner:<32} {record.ttl:>7} {record.class_} {record.type:<7} {record.data}\n")
            return
        status = "answered" if one.part == "zone" else one.part
        row = record_row(record, query=query, query_type=query_type, server=where, status=status)
        if chosen is Format.CSV:
            data.write_csv_row(output, row)
        else:
            data.write_plain_row(output, row)

    return write


def _rows_at_the_end(record: object) -> Iterable[ResponseRow]:
    """The records have been written; a transfer without any has its row still to come."""
    assert isinstance(record, Response)
    return () if record.transfer and record.transfer.records else response_rows(record)


def _draw_end(output: Output, canvas: Canvas, records: Iterable[object]) -> None:
    from nettools.render.resolve_transfer import draw_end

    for record in records:
        assert isinstance(record, Response)
        draw_end(output, canvas, record)
