"""What became of all questions of a bulk run, each counted once."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from nettools.core.outcome import Exit
from nettools.core.record import column

ANSWERS: Final = frozenset({"answered", "nodata", "nxdomain"})
"""The statuses of questions that have an answer, whichever it is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BulkSummary:
    """The counts of a bulk run: ``asked`` is the sum of all ``statuses`` and of what was still open."""

    asked: int = field(metadata=column("Asked", align="right"))
    statuses: dict[str, int] = field(metadata=column("By status"))
    unfinished: int = field(metadata=column("Unfinished", align="right"))
    """Asked, and without a result when a signal came."""
    unreadable: int = field(metadata=column("Unreadable", align="right"))
    """Lines that are no question."""
    queries: int = field(metadata=column("First queries", align="right"))
    """Sent over the shared sockets."""
    repeated: int = field(metadata=column("Further tries", align="right"))
    lost: int = field(metadata=column("Lost", align="right"))
    """Queries over the shared sockets that no reply came to in time."""
    limited: int = field(metadata=column("Limited", align="right"))
    """Answers that the server made us fetch over TCP though they are small: it limits our rate."""
    discarded: int = field(metadata=column("Discarded", align="right"))
    """Replies that fit no question: forged, damaged, late, or come twice."""
    duration_ms: float = field(metadata=column("Duration ms", align="right"))
    rate_per_s: float = field(metadata=column("Results per s", align="right"))
    interrupted: bool = field(metadata=column("Interrupted"))


def bulk_summary(
    statuses: Counter[str], counts: Mapping[str, int], *, unreadable: int, duration_s: float, interrupted: bool
) -> BulkSummary:
    """The summary; ``statuses`` counts the results that were written, ``counts`` are the plan's."""
    written = statuses.total()
    return BulkSummary(
        asked=counts["taken"],
        statuses=dict(sorted(statuses.items())),
        unfinished=counts["taken"] - written,
        unreadable=unreadable,
        queries=counts["queries"],
        repeated=counts["repeated"],
        lost=counts["lost"],
        limited=counts["limited"],
        discarded=counts["discarded"],
        duration_ms=round(duration_s * 1000, 1),
        rate_per_s=round(written / duration_s, 1) if duration_s else 0.0,
        interrupted=interrupted,
    )


def bulk_exit_status(statuses: Mapping[str, int], *, unreadable: int, signal_number: int | None) -> int:
    """The first that holds, in the order that all commands promise."""
    if signal_number is not None:
        return 128 + signal_number
    answers = sum(count for status, count in statuses.items() if status in ANSWERS)
    failures = sum(statuses.values()) - answers
    if answers and (failures or unreadable):
        return Exit.PARTIAL
    if failures or unreadable:
        return Exit.UNANSWERED if failures else Exit.BAD_REQUEST
    return Exit.ANSWERED if statuses.get("answered") else Exit.NEGATIVE
