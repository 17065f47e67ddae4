"""The driver of zone transfers: one connection, read only as fast as the records are taken."""

import os
import selectors
from collections.abc import Callable, Generator, Iterator
from dataclasses import replace
from time import monotonic, time

from nettools.core.resolve.lookup import Ask, Server, Transport
from nettools.core.resolve.transfer import Transfer, TransferOutcome, TransferRequest, without_edns
from nettools.core.resolve.transfer_records import TransferredRecord
from nettools.errors import LocalFault, OptionError
from nettools.net.dns_channels import Channel, Event, Failed, Noted, OpenChannel
from nettools.net.resolve import open_channel


def transfer_zone(
    request: TransferRequest,
    server: Server,
    open: OpenChannel = open_channel,
    *,
    entropy: Callable[[int], bytes] = os.urandom,
) -> Generator[TransferredRecord, None, TransferOutcome]:
    """The records as they come; the generator's value is the outcome. Memory stays flat whatever the zone's size.

    A server given for UDP is asked over TCP. Raises OptionError for one over HTTPS: RFC 8484 has no transfers.
    """
    if server.transport == "https":
        raise OptionError(f"{server}: zone transfers go over TCP, TLS or QUIC, not HTTPS")
    transport: Transport = "tcp" if server.transport == "udp" else server.transport
    outcome = yield from _transferred(request, replace(server, transport=transport), open, entropy)
    again = without_edns(outcome)
    if again is None:
        return outcome
    note = f"{server} answers {outcome.result} to EDNS: asked again without it"
    outcome = yield from _transferred(again, replace(server, transport=transport), open, entropy)
    return replace(outcome, warnings=(note, *outcome.warnings))


def collected(
    records: Generator[TransferredRecord, None, TransferOutcome],
) -> tuple[tuple[TransferredRecord, ...], TransferOutcome]:
    """All records and the outcome of a transfer, for a document that needs them together."""
    found: list[TransferredRecord] = []
    while True:
        try:
            found.append(next(records))
        except StopIteration as end:
            return tuple(found), end.value


def _transferred(
    request: TransferRequest, server: Server, open: OpenChannel, entropy: Callable[[int], bytes]
) -> Generator[TransferredRecord, None, TransferOutcome]:
    identifier = 0 if server.transport == "quic" else int.from_bytes(entropy(2), "big")
    machine = Transfer(request, identifier=identifier, wall_s=time())
    started_s = monotonic()
    for event in _events(
        Ask(
            server=server,
            transport=server.transport,
            wire=machine.wire,
            deadline_s=started_s + request.timeout_s,
            is_repeat=False,
        ),
        request.timeout_s,
        open,
    ):
        if isinstance(event, Noted):
            machine.noted(event.text)
        elif isinstance(event, Failed):
            machine.failed(event.result, event.why)
        elif event is None:
            machine.timed_out()
        else:
            yield from machine.received(event.wire, time())
        if machine.has_ended:
            break
    return machine.outcome(server, server.transport, monotonic() - started_s)


def _events(ask: Ask, patience_s: float, open: OpenChannel) -> Iterator[Event | None]:
    """What happens on a connection; None, at last, when nothing did for too long."""
    try:
        channel = open(ask)
    except LocalFault as fault:
        yield Failed("local-fault", fault.message)
        return
    with selectors.DefaultSelector() as selector:
        try:
            selector.register(channel, selectors.EVENT_READ)
            yield from channel.send(ask.wire)
            deadline_s = ask.deadline_s
            while monotonic() < deadline_s:
                for event in _advanced(channel, selector, deadline_s):
                    yield event
                    # Only from here on: what takes the records may be slower than what sends them.
                    deadline_s = monotonic() + patience_s
            yield None
        finally:
            channel.close()


def _advanced(channel: Channel, selector: selectors.BaseSelector, deadline_s: float) -> list[Event]:
    events = selectors.EVENT_READ | (selectors.EVENT_WRITE if channel.wants_write else 0)
    selector.modify(channel, events)
    wakes_at_s = min(deadline_s, channel.wakes_at_s) if channel.wakes_at_s is not None else deadline_s
    is_ready = bool(selector.select(max(0.0, wakes_at_s - monotonic())))
    is_due = channel.wakes_at_s is not None and channel.wakes_at_s <= monotonic()
    try:
        return channel.advance() if is_ready or is_due else []
    except LocalFault as fault:
        return [Failed("local-fault", fault.message)]
