"""``--compare``: the same question to several servers, and who agrees with whom."""

from collections.abc import Iterable, Sequence

from nettools.core.dns.message import Question
from nettools.core.dns.name import ROOT, name_text
from nettools.core.dns.types import AA, TYPES, type_name
from nettools.core.resolve.agreement import (
    CanonicalRecord,
    canonical_set,
    compared_records,
    grouped,
    record_texts,
    serial_of,
)
from nettools.core.resolve.compare_report import AgreementGroup, ComparedServer, Comparison
from nettools.core.resolve.lookup import Lookup, Outcome, Procedure, Server
from nettools.core.resolve.trace.reading import read_reply

_SOA, _ANY = TYPES["SOA"], TYPES["ANY"]
_DECLINES = frozenset({"refused", "notauth"})
"""What a server says that does not have the zone: lame, if the zone names it (RFC 1912 §2.8, RFC 9499 §7)."""
_MOST_NAMED = 4
"""Servers that a sentence names one by one."""


def ask_all(lookups: Sequence[Lookup]) -> Procedure[Sequence[Outcome]]:
    """Make the lookups at the same time: for ``--compare`` one for each server, each with that server alone."""
    return (yield lookups)


def comparison_of(
    question: Question, outcomes: Sequence[Outcome], *, zone: bytes | None = None, warnings: tuple[str, ...] = ()
) -> Comparison:
    """Who agrees with whom. ``zone``: the servers are to be its authorities, so a lame one is called that."""
    servers = [_compared(question, one, zone) for one in outcomes]
    pairs = list(zip(servers, outcomes, strict=True))
    groups = grouped((_said(question, server, outcome), (server, outcome)) for server, outcome in pairs)
    replied = [key for key, members in groups if members[0][1].message is not None]
    return Comparison(
        name=name_text(question.name),
        type=type_name(question.type),
        zone=None if zone is None else name_text(zone),
        agree=len(replied) == 1,
        groups=tuple(_group(question, members) for _, members in groups),
        servers=tuple(servers),
        differences=tuple(_differences(question, [members for _, members in groups], servers)),
        warnings=warnings,
    )


def lameness(server: ComparedServer) -> str | None:
    """Why a server of a zone is lame, in words; None for one that serves it."""
    if server.status == "lame":
        return f"lame: the zone names this server, and {server.reason}"
    return server.reason if server.reason and server.status in _DECLINES else None


_Member = tuple[ComparedServer, Outcome]


def _said(
    question: Question, server: ComparedServer, outcome: Outcome
) -> tuple[str, str | None, frozenset[CanonicalRecord]]:
    message = outcome.message
    records = canonical_set(compared_records(message, question)) if message else frozenset[CanonicalRecord]()
    return server.status, server.rcode, records


def _compared(question: Question, outcome: Outcome, zone: bytes | None) -> ComparedServer:
    message, server = outcome.message, _asked(outcome)
    status, reason = outcome.status, None
    if zone is not None or message is None:
        reading = read_reply(outcome, zone or ROOT, question)
        reason = reading.reason
        status = "lame" if reading.state == "lame" else status
    if zone is not None and status in _DECLINES:
        lame = f"lame: the NS records of {name_text(zone)} name it, and it does not serve the zone"
        reason = f"{lame} ({reason})" if reason else lame
    wanted = [one.ttl for one in message.answer if question.type in (one.type, _ANY)] if message else []
    return ComparedServer(
        server=str(server),
        name=server.name,
        status=status,
        rcode=message.rcode_name if message else None,
        aa=bool(message.flags & AA) if message else None,
        ttl=min(wanted, default=None),
        serial=serial_of((*message.answer, *message.authority)) if message else None,
        nsid=message.edns.nsid_text if message and message.edns else None,
        ms=outcome.query_time_ms,
        reason=reason,
    )


def _asked(outcome: Outcome) -> Server:
    return outcome.server or outcome.lookup.servers[0]


def _group(question: Question, members: Sequence[_Member]) -> AgreementGroup:
    server, outcome = members[0]
    records = compared_records(outcome.message, question) if outcome.message else ()
    return AgreementGroup(
        servers=tuple(one.server for one, _ in members), status=server.status, data=record_texts(records)
    )


def _differences(
    question: Question, groups: Sequence[Sequence[_Member]], servers: Sequence[ComparedServer]
) -> Iterable[str]:
    replied = [members for members in groups if members[0][1].message is not None]
    serials = [one.serial for one in servers if one.serial is not None]
    is_about_serials = question.type == _SOA and all(members[0][0].status == "answered" for members in replied)
    if len(replied) > 1 and not (is_about_serials and len(set(serials)) == len(replied)):
        yield "; ".join(f"{_names(one for one, _ in members)}: {_summary(question, members)}" for members in replied)
    yield from _unequal("serials", [(one.serial, one) for one in servers])
    yield from _unequal("TTLs", [(one.ttl, one) for one in servers])
    yield from _unequal("NSIDs", [(one.nsid, one) for one in servers])
    for members in groups:
        if members[0][1].message is None:
            yield from (f"{_label(one)} did not answer: {one.reason or one.status}" for one, _ in members)


def _unequal(plural: str, values: Iterable[tuple[int | str | None, ComparedServer]]) -> Iterable[str]:
    """A sentence where the values that are known are not all the same."""
    told = grouped((value, server) for value, server in values if value is not None)
    if len(told) > 1:
        yield f"the {plural} differ: " + ", ".join(f"{value} at {_names(who)}" for value, who in told)


def _summary(question: Question, members: Sequence[_Member]) -> str:
    server, outcome = members[0]
    if server.status == "lame":
        return f"lame, {server.reason}"
    if lameness(server):
        return f"{server.status}, lame"
    if outcome.message is None or server.status != "answered":
        return server.status
    records = compared_records(outcome.message, question)
    if question.type == _SOA and (serial := serial_of(records)) is not None:
        return f"serial {serial}"
    return ", ".join(record_texts(records))


def _names(servers: Iterable[ComparedServer]) -> str:
    labels = [_label(one) for one in servers]
    more = len(labels) - _MOST_NAMED
    return " and ".join(labels) if more <= 0 else f"{', '.join(labels[:_MOST_NAMED])} and {more} more"


def _label(server: ComparedServer) -> str:
    return f"{server.name} ({server.server})" if server.name else server.server
