"""A zone transfer as a response of ``nettools resolve``."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from nettools.core.resolve.dns_record import dns_records
from nettools.core.resolve.lookup import Lookup, Outcome, Try
from nettools.core.resolve.report import Response, response_of
from nettools.core.resolve.transfer import TransferOutcome
from nettools.core.resolve.transfer_records import TransferredRecord
from nettools.core.resolve.transfer_report import DifferenceRecord, TransferRecord


def response_of_transfer(outcome: TransferOutcome, records: Sequence[TransferredRecord]) -> Response:
    """The record of a transfer. ``records`` is empty where they were written one by one as they came."""
    told = response_of(_as_lookup(outcome, records))
    return replace(told, size=outcome.octets or None, transfer=transfer_record(outcome, records))


def _as_lookup(outcome: TransferOutcome, records: Sequence[TransferredRecord]) -> Outcome:
    """The transfer as a lookup whose answer has all the records: what the formats of messages are made from."""
    request, server = outcome.request, outcome.server
    whole = outcome.message and replace(outcome.message, answer=tuple(one.record for one in records))
    only = Try(server=server, transport=outcome.transport, result=outcome.result, duration_ms=outcome.duration_ms)
    return Outcome(
        lookup=Lookup(
            question=request.question,
            servers=(server,),
            options=request.options,
            timeout_s=request.timeout_s,
            tries=1,
            tsig=request.tsig,
        ),
        status=outcome.status,
        message=whole,
        server=server,
        transport=outcome.transport,
        tries=(only,),
        discarded=(),
        warnings=outcome.warnings,
        query_time_ms=outcome.duration_ms if whole else None,
    )


def transfer_record(outcome: TransferOutcome, records: Iterable[TransferredRecord]) -> TransferRecord:
    """The record of an outcome, with the differences that its records make."""
    request = outcome.request
    removed: list[list[TransferredRecord]] = [[] for _ in outcome.steps]
    added: list[list[TransferredRecord]] = [[] for _ in outcome.steps]
    for one in records:
        if one.step is not None:
            (removed if one.part == "removed" else added)[one.step].append(one)
    return TransferRecord(
        kind=request.kind,
        result=outcome.result,
        style=outcome.style,
        known_serial=request.serial,
        serial=outcome.serial,
        messages=outcome.messages,
        records=outcome.records,
        octets=outcome.octets,
        duration_ms=outcome.duration_ms,
        differences=tuple(
            DifferenceRecord(
                from_serial=step.from_serial,
                to_serial=step.to_serial,
                removed=dns_records(one.record for one in gone),
                added=dns_records(one.record for one in come),
            )
            for step, gone, come in zip(outcome.steps, removed, added, strict=True)
        ),
    )
