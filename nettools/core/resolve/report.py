"""From outcomes to the records of the answer of ``nettools resolve``."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import ClassVar, Final, Literal

from nettools.core.address import Address
from nettools.core.dns.edns import CLIENT_SUBNET, COOKIE, DO, EXTENDED_ERROR, NSID, OPTION_NAMES, Edns
from nettools.core.dns.message import Message, Question
from nettools.core.dns.name import name_text
from nettools.core.dns.types import class_name, type_name
from nettools.core.outcome import Failure
from nettools.core.record import column
from nettools.core.resolve.compare_report import Comparison
from nettools.core.resolve.dns_record import DnsRecord as DnsRecord
from nettools.core.resolve.dns_record import dns_records as dns_records
from nettools.core.resolve.idna import unicode_name
from nettools.core.resolve.lookup import Discarded, Outcome, Transport, Try
from nettools.core.resolve.system_report import SystemAnswer
from nettools.core.resolve.trace_report import TraceStep
from nettools.core.resolve.transfer_report import TransferRecord

DnssecStatus = Literal["secure", "insecure", "bogus", "indeterminate"]


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedQuestion:
    """What was asked."""

    name: str = field(metadata=column("Name"))
    unicode: str | None = field(metadata=column("In Unicode"))
    """The name as people write it, where its A-labels say more in Unicode."""
    type: str = field(metadata=column("Type"))
    class_: str = field(metadata=column("Class", key="class"))


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedServer:
    """Who answered."""

    address: Address = field(metadata=column("Address"))
    port: int = field(metadata=column("Port", align="right"))
    transport: Transport = field(metadata=column("Transport"))
    name: str | None = field(metadata=column("Name"))


@dataclass(frozen=True, slots=True, kw_only=True)
class ExtendedErrorRecord:
    """Why an answer is as it is, in the server's words: RFC 8914."""

    code: int = field(metadata=column("Code", align="right"))
    name: str | None = field(metadata=column("Name"))
    text: str | None = field(metadata=column("Text"))


@dataclass(frozen=True, slots=True, kw_only=True)
class EdnsOption:
    """An option that has no key of its own."""

    code: int = field(metadata=column("Code", align="right"))
    name: str | None = field(metadata=column("Name"))
    hex: str = field(metadata=column("Hex"))


@dataclass(frozen=True, slots=True, kw_only=True)
class EdnsRecord:
    """The OPT record of the reply."""

    version: int = field(metadata=column("Version", align="right"))
    udp: int = field(metadata=column("UDP size", align="right"))
    flags: tuple[str, ...] = field(metadata=column("Flags"))
    nsid: str | None = field(metadata=column("NSID"))
    cookie: str | None = field(metadata=column("Cookie"))
    ecs: str | None = field(metadata=column("Client subnet"))
    ede: tuple[ExtendedErrorRecord, ...] = field(metadata=column("Extended errors"))
    options: tuple[EdnsOption, ...] = field(metadata=column("Other options"))


@dataclass(frozen=True, slots=True, kw_only=True)
class TryRecord:
    """One query and how it ended."""

    server: str = field(metadata=column("Server"))
    transport: Transport = field(metadata=column("Transport"))
    result: str = field(metadata=column("Result"))
    ms: float = field(metadata=column("ms", align="right"))


@dataclass(frozen=True, slots=True, kw_only=True)
class DiscardedRecord:
    """A reply that was not believed."""

    reason: str = field(metadata=column("Reason"))
    size: int = field(metadata=column("Size", align="right"))
    server: str = field(metadata=column("Server"))


@dataclass(frozen=True, slots=True, kw_only=True)
class ChainLink:
    """One step of the chain of trust: a zone's keys, or the records that were asked for."""

    zone: str = field(metadata=column("Zone"))
    what: str = field(metadata=column("What"))
    status: DnssecStatus = field(metadata=column("Status"))
    detail: str = field(metadata=column("Detail"))


@dataclass(frozen=True, slots=True, kw_only=True)
class DnssecVerdict:
    """What a chain of signatures from the trust anchor proves."""

    status: DnssecStatus = field(metadata=column("Status"))
    reason: str = field(metadata=column("Reason"))
    chain: tuple[ChainLink, ...] = field(metadata=column("Chain"))


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchStep:
    """A name that the search list made, and what came of it."""

    name: str = field(metadata=column("Name"))
    status: str = field(metadata=column("Status"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """What came of one question to one server, or to the first of several that answered."""

    query: AskedQuestion = field(metadata=column("Query"))
    server: AskedServer | None = field(metadata=column("Server"))
    """None when nobody answered."""
    status: str = field(metadata=column("Status"))
    """answered, nodata, nxdomain, servfail, refused, timeout, unreachable, malformed, or another rcode by name."""
    rcode: str | None = field(metadata=column("Rcode"))
    """The rcode of the reply; None when there is none."""
    flags: tuple[str, ...] = field(metadata=column("Flags"))
    """Flags of the reply, as dig names them."""
    answer: tuple[DnsRecord, ...] = field(metadata=column("Answer"))
    authority: tuple[DnsRecord, ...] = field(metadata=column("Authority"))
    additional: tuple[DnsRecord, ...] = field(metadata=column("Additional"))
    edns: EdnsRecord | None = field(metadata=column("EDNS"))
    query_time_ms: float | None = field(metadata=column("Query time ms", align="right"))
    size: int | None = field(metadata=column("Size", align="right"))
    """The octets of the reply."""
    tries: tuple[TryRecord, ...] = field(metadata=column("Tries"))
    """Every query that was sent, in their order."""
    dnssec: DnssecVerdict | None = field(metadata=column("DNSSEC"))
    """What signatures prove, under ``--validate`` and ``--trace``; None where nobody asked."""
    search: tuple[SearchStep, ...] = field(metadata=column("Search"))
    """The names that the search list made, in their order."""
    warnings: tuple[str, ...] = field(metadata=column("Warnings"))
    discarded: tuple[DiscardedRecord, ...] = field(metadata=column("Discarded"))
    """Replies that were not believed."""
    system: SystemAnswer | None = field(default=None, metadata=column("System"))
    """What this machine's own resolver says, under ``--system``."""
    trace: tuple[TraceStep, ...] | None = field(default=None, metadata=column("Trace"))
    """The way from the root, under ``--trace``."""
    transfer: TransferRecord | None = field(default=None, metadata=column("Transfer"))
    """Of ``--axfr`` and ``--ixfr``; then ``answer`` has all records in the order in which they came."""
    outcome: Outcome = field(metadata=column("", internal=True))
    """What this record was made of, for the formats that show the message itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ResolveReport:
    """The answer of ``nettools resolve``."""

    SCHEMA: ClassVar[str] = "nettools.resolve/1"

    responses: tuple[Response, ...] = field(metadata=column("Responses"))
    comparison: tuple[Comparison, ...] = field(default=(), metadata=column("Comparison"))
    """Who agrees with whom, one for each name and type, under ``--compare`` and ``--all-ns``."""
    errors: tuple[Failure, ...] = field(metadata=column("Errors"))


def response_of(
    outcome: Outcome,
    *,
    search: Iterable[SearchStep] = (),
    dnssec: DnssecVerdict | None = None,
    system: SystemAnswer | None = None,
) -> Response:
    """The record of an outcome."""
    question, message = outcome.lookup.question, outcome.message
    return Response(
        query=asked_question(question),
        server=_asked_server(outcome),
        status=outcome.status,
        rcode=message.rcode_name if message else None,
        flags=message.flag_names if message else (),
        answer=dns_records(message.answer) if message else (),
        authority=dns_records(message.authority) if message else (),
        additional=dns_records(message.additional) if message else (),
        edns=edns_record(message),
        query_time_ms=outcome.query_time_ms,
        size=len(message.wire) if message else None,
        tries=tuple(map(_try_record, outcome.tries)),
        dnssec=dnssec,
        search=tuple(search),
        warnings=outcome.warnings,
        discarded=tuple(map(_discarded_record, outcome.discarded)),
        outcome=outcome,
        system=system,
    )


def _asked_server(outcome: Outcome) -> AskedServer | None:
    server = outcome.server
    if server is None:
        return None
    transport = outcome.transport or server.transport
    return AskedServer(address=server.address, port=server.port, transport=transport, name=server.name)


def asked_question(question: Question) -> AskedQuestion:
    """A question as it is told."""
    name = name_text(question.name)
    return AskedQuestion(
        name=name,
        unicode=unicode_name(name),
        type=type_name(question.type),
        class_=class_name(question.class_),
    )


def edns_record(message: Message | None) -> EdnsRecord | None:
    """The OPT record of a message as it is told; None when it has none."""
    edns = message.edns if message else None
    if edns is None:
        return None
    return EdnsRecord(
        version=edns.version,
        udp=edns.udp,
        flags=("do",) if edns.flags & DO else (),
        nsid=edns.nsid_text,
        cookie=None if edns.cookie is None else edns.cookie.hex(),
        ecs=edns.client_subnet,
        ede=tuple(
            ExtendedErrorRecord(code=one.code, name=one.name, text=_lenient(one.text) or None)
            for one in edns.extended_errors
        ),
        options=tuple(_other_options(edns)),
    )


_KEYED: Final = frozenset({NSID, CLIENT_SUBNET, COOKIE, EXTENDED_ERROR})


def _other_options(edns: Edns) -> Iterable[EdnsOption]:
    for code, data in edns.options:
        if code not in _KEYED:
            yield EdnsOption(code=code, name=OPTION_NAMES.get(code), hex=data.hex())


def _lenient(text: bytes) -> str:
    return text.decode("utf-8", "surrogateescape")


def _try_record(one: Try) -> TryRecord:
    return TryRecord(server=str(one.server), transport=one.transport, result=one.result, ms=one.duration_ms)


def _discarded_record(one: Discarded) -> DiscardedRecord:
    return DiscardedRecord(reason=one.reason, size=one.size, server=str(one.server))
