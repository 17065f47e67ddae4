"""Outcomes made by hand."""

from ipaddress import IPv4Address

from nettools.core.dns.message import Message, Question
from nettools.core.dns.query import QueryOptions, make_query
from nettools.core.resolve.lookup import Discarded, Lookup, Outcome, Server, Transport, Try
from tests.core.dns.messages import HOST

SERVER = Server(address=IPv4Address("192.0.2.53"))
OTHER = Server(address=IPv4Address("192.0.2.54"), port=5353, name="ns.test")


def outcome_of(
    message: Message | None,
    *,
    status: str = "answered",
    server: Server | None = SERVER,
    transport: Transport = "udp",
    options: QueryOptions | None = None,
    tries: tuple[Try, ...] = (),
    discarded: tuple[Discarded, ...] = (),
    warnings: tuple[str, ...] = (),
) -> Outcome:
    """What came of asking for HOST A IN."""
    question = Question(name=HOST, type=1, class_=1)
    lookup = Lookup(question=question, servers=(SERVER, OTHER), options=options or QueryOptions())
    return Outcome(
        lookup=lookup,
        status=status,
        message=message,
        server=server,
        transport=transport,
        tries=tries,
        discarded=discarded,
        warnings=warnings,
        query_time_ms=12.7 if message else None,
        query=make_query(question, lookup.options, identifier=message.id if message else 4660),
    )


def try_of(result: str, server: Server = SERVER) -> Try:
    return Try(server=server, transport=server.transport, result=result, duration_ms=1.0)
