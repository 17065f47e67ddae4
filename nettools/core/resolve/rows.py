"""A response as rows of CSV and plain output: one a record, and one for a response that has none."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from nettools.core.address import endpoint
from nettools.core.record import column
from nettools.core.resolve.dns_record import DnsRecord
from nettools.core.resolve.report import AskedServer, Response
from nettools.core.text import SafeText


@dataclass(frozen=True, slots=True, kw_only=True)
class ResponseRow:
    """One record of an answer section; without one, what was asked and what came of it."""

    query: str = field(metadata=column("Query"))
    query_type: str = field(metadata=column("Query type"))
    server: str | None = field(metadata=column("Server"))
    status: str = field(metadata=column("Status"))
    name: str | None = field(metadata=column("Name"))
    ttl: int | None = field(metadata=column("TTL", align="right"))
    class_: str | None = field(metadata=column("Class", key="class"))
    type: str | None = field(metadata=column("Type"))
    data: str | None = field(metadata=column("Data"))


def response_rows(response: Response) -> Iterator[ResponseRow]:
    """The rows of one response."""
    asked, server, status = response.query, server_text(response.server), response.status
    for one in response.answer or (None,):
        yield record_row(one, query=asked.name, query_type=asked.type, server=server, status=status)


def record_row(
    record: DnsRecord | None, *, query: str, query_type: str, server: str | None, status: str
) -> ResponseRow:
    """The row of one record, or of none."""
    return ResponseRow(
        query=SafeText(query),
        query_type=query_type,
        server=server,
        status=status,
        name=SafeText(record.name) if record else None,
        ttl=record.ttl if record else None,
        class_=record.class_ if record else None,
        type=record.type if record else None,
        data=SafeText(record.data) if record else None,
    )


def server_text(server: AskedServer | None) -> str | None:
    """Who answered, as an endpoint."""
    return None if server is None else endpoint(server.address, server.port)
