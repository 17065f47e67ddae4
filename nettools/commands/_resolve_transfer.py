"""``--axfr`` and ``--ixfr``: whole zones and what changed in them; tables and rows are written while records come."""

from collections.abc import Callable, Generator, Iterable, Iterator
from dataclasses import replace
from typing import Final

from nettools.commands._answers import Answer
from nettools.commands._resolve_order import ResolveOrder
from nettools.commands._resolve_run import answer_of, layout_for
from nettools.commands._session import Session
from nettools.core.address import endpoint
from nettools.core.dns.name import name_text
from nettools.core.dns.query import QueryOptions
from nettools.core.number import parse_count
from nettools.core.resolve.dns_record import dns_records
from nettools.core.resolve.lookup import DEFAULT_TIMEOUT_S, Server
from nettools.core.resolve.report import Response
from nettools.core.resolve.rows import ResponseRow, record_row, response_rows
from nettools.core.resolve.transfer import TransferOutcome, TransferRequest
from nettools.core.resolve.transfer_records import TransferredRecord
from nettools.core.resolve.transfer_response import response_of_transfer
from nettools.core.resolve.words import AskedName
from nettools.net.dns_open import channel_opener
from nettools.net.transfer import collected, transfer_zone
from nettools.render import data
from nettools.render.format import Format
from nettools.render.output import Output
from nettools.render.style import Canvas

_Records = Generator[TransferredRecord, None, TransferOutcome]
_Write = Callable[[TransferredRecord], None]
_STREAMED: Final = (Format.TABLE, Format.PLAIN, Format.CSV)
_SIGNS: Final = {"removed": "- ", "added": "+ ", "zone": ""}
_LARGEST_SERIAL: Final = (1 << 32) - 1


def run_transfer(session: Session, order: ResolveOrder) -> int:
    """Transfer every zone from the first server that gives it. Returns the exit status."""
    is_streamed = session.options.format in _STREAMED

    def results() -> Iterator[Answer]:
        asked = ((name, group) for name in order.names for group in order.groups)
        for number, (name, group) in enumerate(asked):
            response = _first_given(session, order, name, group.servers, is_streamed=is_streamed)
            yield answer_of(number, response, order.expectation)

    layout = layout_for(session, order)
    if is_streamed:
        layout = replace(layout, rows=_rows_at_the_end, draw=_draw_end)
    return session.answer(layout, results())


def _first_given(
    session: Session, order: ResolveOrder, name: AskedName, servers: tuple[Server, ...], *, is_streamed: bool
) -> Response:
    request = _request(order, name)
    for place, server in enumerate(servers):
        records = transfer_zone(request, server, channel_opener(order.tls, servers))
        write = _writer(session, order, request, server) if is_streamed else None
        response = _transferred(records, write)
        is_last = place == len(servers) - 1
        if is_last or response.status == "answered" or (response.transfer and response.transfer.records):
            return response
    raise AssertionError("a group has a server")


def _request(order: ResolveOrder, name: AskedName) -> TransferRequest:
    text = order.options.ixfr
    return TransferRequest(
        zone=name.wire,
        serial=None if text is None else parse_count(text, "--ixfr", minimum=0, maximum=_LARGEST_SERIAL),
        class_=order.manner.class_,
        options=QueryOptions(recursion_desired=False, edns=order.manner.options.edns),
        tsig=order.manner.tsig,
        timeout_s=order.manner.timeout_s or DEFAULT_TIMEOUT_S,
    )


def _transferred(records: _Records, write: _Write | None) -> Response:
    """The response; its records are written as they come, or stand in it."""
    if write is None:
        found, outcome = collected(records)
        return response_of_transfer(outcome, found)
    while True:
        try:
            write(next(records))
        except StopIteration as end:
            return response_of_transfer(end.value, ())


def _writer(session: Session, order: ResolveOrder, request: TransferRequest, server: Server) -> _Write:
    """What writes one record at once, in the format that was asked for."""
    output, chosen = session.output, session.options.format
    query, query_type = name_text(request.zone), request.kind.upper()
    where = endpoint(server.address, server.port)

    def write(one: TransferredRecord) -> None:
        (record,) = dns_records([one.record])
        if order.options.short:
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
