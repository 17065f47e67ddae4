"""``--watch``: what changed since the last look at an answer, and when to look again.

A TTL that counts down, the order of records and new signatures over the same data are no change.
"""

from dataclasses import dataclass
from typing import Final

from nettools.core.dns.message import ResourceRecord
from nettools.core.resolve.agreement import canonical_set, compared_records
from nettools.core.resolve.lookup import Outcome

SHORTEST_S: Final = 1.0
"""Between two looks where the TTL decides: records with TTL 0 are not asked for without a pause."""
LONGEST_S: Final = 60.0
"""The same for long TTLs: a cache can be emptied, and a server may be the authority itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What was seen."""

    status: str
    records: tuple[ResourceRecord, ...]
    """Of the answer section, without signatures."""

    @property
    def ttl_s(self) -> int | None:
        """Until the first of the records may change."""
        return min((one.ttl for one in self.records), default=None)


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


def next_look_s(look: Look, *, due_s: float, now_s: float, interval_s: float | None) -> float:
    """When to look again. ``due_s`` is when this look was due, so that an interval does not drift.

    Without an interval the look is due when the first TTL has run out, within bounds: before, a cache has no news.
    """
    if interval_s is not None:
        return max(due_s + interval_s, now_s)
    ttl_s = LONGEST_S if look.ttl_s is None else float(look.ttl_s)
    return now_s + min(max(ttl_s, SHORTEST_S), LONGEST_S)
