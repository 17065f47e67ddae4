"""What happened while a lookup was made: its tries, what was put aside, and the most telling outcome so far."""

from dataclasses import replace
from typing import Final

from nettools.core.dns.message import Message
from nettools.core.resolve.lookup import Ask, Discarded, Lookup, Outcome, Server, Transport, Try

FINAL: Final = frozenset({"answered", "nodata", "nxdomain"})
"""After these nobody else is asked."""
_UNUSABLE: Final = frozenset({"short", "malformed", "bad-tsig"})
_MOST_DISCARDED: Final = 100
"""A flood of forged replies is counted, not kept."""


class TryLog:
    """Written by one ``Resolution``."""

    def __init__(self, lookup: Lookup) -> None:
        self._lookup = lookup
        self._tries: list[Try] = []
        self._discarded: list[Discarded] = []
        self._discarded_count = 0
        self._best: Outcome | None = None
        self.warnings: list[str] = []
        self.is_unusable = False
        """Whether the server that is asked now has sent something that no reader could use."""

    def tried(self, ask: Ask, result: str, asked_at_s: float, now_s: float) -> float:
        """A try has ended. Returns its milliseconds."""
        duration_ms = round((now_s - asked_at_s) * 1000, 3)
        self._tries.append(Try(server=ask.server, transport=ask.transport, result=result, duration_ms=duration_ms))
        return duration_ms

    def put_aside(self, server: Server, reason: str, size: int) -> None:
        """A reply was not believed."""
        self.is_unusable = self.is_unusable or reason in _UNUSABLE
        self._discarded_count += 1
        if len(self._discarded) < _MOST_DISCARDED:
            self._discarded.append(Discarded(reason=reason, size=size, server=server))

    def found(self, ask: Ask, status: str, message: Message | None, query_time_ms: float | None) -> None:
        """What a server gave; the first of those that tell most is kept."""
        outcome = self._outcome(status, message, ask.server, ask.transport, query_time_ms, ask.wire)
        if self._best is None or _rank(outcome) > _rank(self._best):
            self._best = outcome

    def outcome(self) -> Outcome:
        """All that happened, told by the most telling outcome; silence when nothing did."""
        best = self._best or self._outcome("timeout", None, None, None, None, None)
        faults = best.message.faults if best.message else ()
        more = self._discarded_count - len(self._discarded)
        flood = (f"{more:,} more replies were discarded",) if more else ()
        return replace(
            best,
            tries=tuple(self._tries),
            discarded=tuple(self._discarded),
            warnings=(*dict.fromkeys((*self.warnings, *faults)), *flood),
        )

    def _outcome(
        self,
        status: str,
        message: Message | None,
        server: Server | None,
        transport: Transport | None,
        query_time_ms: float | None,
        query: bytes | None,
    ) -> Outcome:
        return Outcome(
            lookup=self._lookup,
            status=status,
            message=message,
            server=server,
            transport=transport,
            tries=(),
            discarded=(),
            warnings=(),
            query_time_ms=query_time_ms,
            query=query,
        )


def _rank(outcome: Outcome) -> int:
    """How much an outcome tells: a reply, then damage, then unreachable, then silence."""
    if outcome.status in FINAL:
        return 5
    if outcome.status in ("malformed", "badtime"):
        return 3
    if outcome.message is not None:
        return 4
    return 1 if outcome.status == "timeout" else 2
