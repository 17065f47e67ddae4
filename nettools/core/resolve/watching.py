"""``--watch``: what changed since the last look at an answer.

A TTL that counts down, the order of records and new signatures over the same data are no change.
"""

from dataclasses import dataclass

from nettools.core.dns.message import ResourceRecord
from nettools.core.resolve.agreement import canonical_set, compared_records
from nettools.core.resolve.lookup import Outcome


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What was seen."""

    status: str
    records: tuple[ResourceRecord, ...]
    """Of the answer section, without signatures."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """The difference between two looks; everything appears at the first one."""

    status_before: str | None
    status: str
    appeared: tuple[ResourceRecord, ...]
    gone: tuple[ResourceRecord, ...]


def look_at(outcome: Outcome) -> Look:
    """What an outcome shows."""
    message = outcome.message
    records = compared_records(message, outcome.lookup.question) if message else ()
    return Look(status=outcome.status, records=records)


def change_between(before: Look | None, now: Look) -> Change | None:
    """What is new; None when nothing is."""
    known = canonical_set(before.records) if before else frozenset()
    seen = canonical_set(now.records)
    appeared = tuple(one for one in now.records if not canonical_set([one]) <= known)
    gone = tuple(one for one in (before.records if before else ()) if not canonical_set([one]) <= seen)
    if before is not None and before.status == now.status and not appeared and not gone:
        return None
    return Change(status_before=before.status if before else None, status=now.status, appeared=appeared, gone=gone)
