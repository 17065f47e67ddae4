"""What ``--watch`` tells: one change of one answer."""

from dataclasses import dataclass, field
from datetime import datetime

from nettools.core.dns.name import name_text
from nettools.core.dns.types import type_name
from nettools.core.record import column
from nettools.core.resolve.lookup import Outcome
from nettools.core.resolve.report import DnsRecord, dns_records
from nettools.core.resolve.watching import Change


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchEvent:
    """One change: at the first look everything appears."""

    time: datetime = field(metadata=column("Time"))
    name: str = field(metadata=column("Name"))
    query_type: str = field(metadata=column("Type"))
    server: str | None = field(metadata=column("Server"))
    status_before: str | None = field(metadata=column("Before"))
    status: str = field(metadata=column("Status"))
    appeared: tuple[DnsRecord, ...] = field(metadata=column("Appeared"))
    gone: tuple[DnsRecord, ...] = field(metadata=column("Gone"))
    expected: bool | None = field(metadata=column("As expected"))
    """Whether the answer is what ``--expect`` waits for; None when nothing is."""


def watch_event(time: datetime, outcome: Outcome, change: Change, *, expected: bool | None) -> WatchEvent:
    """The event of a change."""
    question = outcome.lookup.question
    return WatchEvent(
        time=time,
        name=name_text(question.name),
        query_type=type_name(question.type),
        server=None if outcome.server is None else str(outcome.server),
        status_before=change.status_before,
        status=change.status,
        appeared=dns_records(change.appeared),
        gone=dns_records(change.gone),
        expected=expected,
    )
