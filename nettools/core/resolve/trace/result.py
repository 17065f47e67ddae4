"""From a trace to the records of the answer: a step for each zone, and the response at its end."""

from dataclasses import replace
from typing import Final

from nettools.core.dns.message import ResourceRecord
from nettools.core.dns.name import name_text
from nettools.core.dns.presentation import rdata_text
from nettools.core.dns.types import AA, TYPES
from nettools.core.resolve.agreement import compared_records, record_texts
from nettools.core.resolve.lookup import Lookup, Outcome
from nettools.core.resolve.report import Response, response_of
from nettools.core.resolve.trace.atlas import Search
from nettools.core.resolve.trace.differences import Asked
from nettools.core.resolve.trace.walk import Trace, Visit
from nettools.core.resolve.trace_report import TraceAlias, TraceDnssec, TraceSearch, TraceServer, TraceStep

_ANY: Final = TYPES["ANY"]
_WITH_DO: Final = frozenset(TYPES[name] for name in ("RRSIG", "NSEC", "NSEC3"))
_TELLING: Final = ("timeout", "unreachable", "malformed")
"""What tells least first; any reply tells more."""


def trace_response(trace: Trace) -> Response:
    """The answer at the end of the trace with all aliases before it, and the steps that led there."""
    return replace(response_of(trace_outcome(trace)), trace=tuple(map(trace_step, trace.visits)))


def trace_outcome(trace: Trace) -> Outcome:
    """What came of the question that the trace began with."""
    last = trace.visits[-1] if trace.visits else None
    asked = None if last is None else last.chosen or _most_telling(last)
    if asked is None:
        return _nobody(trace, last)
    outcome, reading = asked.outcome, asked.reading
    message = outcome.message
    if message is not None:
        answer = (*trace.alias_records, *message.answer)
        message = replace(message, answer=_wanted(trace, answer), authority=_wanted(trace, message.authority))
    is_stopped = reading.state == "alias"
    remarks = (reading.reason,) if reading.reason else () if is_stopped else outcome.warnings
    return replace(
        outcome,
        lookup=replace(outcome.lookup, question=trace.question),
        status="nodata" if is_stopped else reading.state,
        message=message,
        warnings=(*trace.warnings, *remarks),
    )


def _wanted(trace: Trace, records: tuple[ResourceRecord, ...]) -> tuple[ResourceRecord, ...]:
    """Without what comes with DO alone (RFC 4035 §3.2.1), unless DO or the type itself was asked for."""
    kind = trace.question.type
    if trace.wants_dnssec or kind == _ANY:
        return records
    return tuple(one for one in records if one.type not in _WITH_DO or one.type == kind)


def _nobody(trace: Trace, last: Visit | None) -> Outcome:
    """The outcome when no server at all could be asked."""
    reasons = [f"{name_text(one.name)} {one.reason}" for one in last.searches if one.reason] if last else []
    return Outcome(
        lookup=Lookup(question=trace.question, servers=()),
        status="unreachable",
        message=None,
        server=None,
        transport=None,
        tries=(),
        discarded=(),
        warnings=(*trace.warnings, *(last.warnings if last else ()), *reasons),
        query_time_ms=None,
    )


def _most_telling(visit: Visit) -> Asked | None:
    states = [*_TELLING]

    def telling(one: Asked) -> int:
        return states.index(one.reading.state) if one.reading.state in states else len(states)

    return max(visit.asked, key=telling, default=None)


def trace_step(visit: Visit) -> TraceStep:
    """The record of a visit."""
    reading = visit.chosen.reading if visit.chosen else None
    return TraceStep(
        zone=name_text(visit.cut.zone),
        name=name_text(visit.question.name),
        servers=tuple(map(_server, visit.asked)),
        ns=tuple(name_text(one.name) for one in visit.cut.servers),
        ds=tuple(map(rdata_text, visit.cut.ds)),
        dnssec=_dnssec(visit),
        searches=tuple(map(_search, visit.searches)),
        referral_to=name_text(visit.next_cut.zone) if visit.next_cut else None,
        aliases=tuple(
            TraceAlias(name=name_text(one.name), type=one.kind, target=name_text(one.target))
            for one in (reading.aliases if reading else ())
        ),
        duration_ms=visit.duration_ms,
        warnings=visit.warnings,
    )


def _dnssec(visit: Visit) -> TraceDnssec | None:
    if visit.signing is None:
        return None
    return TraceDnssec(
        status=visit.signing.state,
        detail=visit.signing.detail,
        verdict=visit.verdict.status if visit.verdict else None,
        reason=visit.verdict.reason if visit.verdict else None,
    )


def _server(one: Asked) -> TraceServer:
    message = one.outcome.message
    return TraceServer(
        name=name_text(one.endpoint.name),
        address=one.endpoint.address,
        status=one.reading.state,
        rcode=message.rcode_name if message else None,
        ms=one.outcome.query_time_ms,
        aa=bool(message.flags & AA) if message else None,
        serial=one.serial,
        nsid=message.edns.nsid_text if message and message.edns else None,
        answer=record_texts(compared_records(message, one.outcome.lookup.question)) if message else (),
        referral_to=name_text(one.reading.cut) if one.reading.cut is not None else None,
        reason=one.reading.reason,
    )


def _search(one: Search) -> TraceSearch:
    return TraceSearch(
        name=name_text(one.name), addresses=one.addresses, zones=tuple(map(name_text, one.zones)), reason=one.reason
    )
