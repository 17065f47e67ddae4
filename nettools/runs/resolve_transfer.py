"""``--axfr`` and ``--ixfr``: whole zones and what changed in them, from the first server that gives them."""

from collections.abc import Callable, Generator
from contextlib import closing
from typing import Final

from nettools.core.dns.query import QueryOptions
from nettools.core.number import count_of
from nettools.core.resolve.lookup import DEFAULT_TIMEOUT_S, Server
from nettools.core.resolve.report import Response
from nettools.core.resolve.transfer import TransferOutcome, TransferRequest
from nettools.core.resolve.transfer_records import TransferredRecord
from nettools.core.resolve.transfer_response import response_of_transfer
from nettools.core.resolve.words import AskedName
from nettools.net.dns_open import channel_opener
from nettools.net.transfer import collected, transfer_zone
from nettools.runs.resolve_order import ResolveOrder
from nettools.runs.resolve_run import Numbered
from nettools.runs.together import spelled

OnRecord = Callable[[TransferredRecord], None]
OnRecordOf = Callable[[TransferRequest, Server], OnRecord]
"""Makes what takes the records of one transfer as they come."""
_Records = Generator[TransferredRecord, None, TransferOutcome]
_LARGEST_SERIAL: Final = (1 << 32) - 1


def transfers(order: ResolveOrder, on_record_of: OnRecordOf | None = None) -> Numbered:
    """Each zone of each group of servers; the records stand in the response unless somebody takes them as they come."""
    asked = ((name, group) for name in order.names for group in order.groups)
    for number, (name, group) in enumerate(asked):
        yield number, _first_given(order, name, group.servers, on_record_of)


def _first_given(
    order: ResolveOrder, name: AskedName, servers: tuple[Server, ...], on_record_of: OnRecordOf | None
) -> Response:
    request = _request(order, name)
    for place, server in enumerate(servers):
        records = transfer_zone(request, server, channel_opener(order.tls, servers))
        with closing(records):
            response = _transferred(records, None if on_record_of is None else on_record_of(request, server))
        is_last = place == len(servers) - 1
        if is_last or response.status == "answered" or (response.transfer and response.transfer.records):
            return response
    raise AssertionError("a group has a server")


def _request(order: ResolveOrder, name: AskedName) -> TransferRequest:
    given = order.asked.ixfr
    return TransferRequest(
        zone=name.wire,
        serial=None
        if given is None
        else count_of(given, spelled(order.asked, "ixfr"), minimum=0, maximum=_LARGEST_SERIAL),
        class_=order.manner.class_,
        options=QueryOptions(recursion_desired=False, edns=order.manner.options.edns),
        tsig=order.manner.tsig,
        timeout_s=order.manner.timeout_s or DEFAULT_TIMEOUT_S,
    )


def _transferred(records: _Records, on_record: OnRecord | None) -> Response:
    if on_record is None:
        found, outcome = collected(records)
        return response_of_transfer(outcome, found)
    while True:
        try:
            on_record(next(records))
        except StopIteration as end:
            return response_of_transfer(end.value, ())
