"""Which turns of a scan's order are done, while many are under way: what a later run has to do again."""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from nettools.core.scan.order import Turn
from nettools.core.scan.port_ranges import ranges_of, ranges_text
from nettools.core.scan.report import ResumePoint, ScanSummary

if TYPE_CHECKING:
    from nettools.core.scan.stored import StoredScan


class TurnBook:
    """Notes turns as they begin and hosts as they end. Memory for those under way and those cut short.

    A host may have several turns in a row, when some of its ports were known; it is done when all of them are.
    """

    def __init__(self, earlier: "StoredScan | None" = None) -> None:
        """``earlier`` is the scan that this one goes on with."""
        self._runs = 1 + (earlier.runs if earlier else 0)
        self._next = earlier.position if earlier else 0
        self._unfinished = set(earlier.unfinished) if earlier else set()
        self._inherited = set(self._unfinished)
        self._open: dict[int, tuple[int, int]] = {}
        """Host -> its position, how many of its turns are under way."""
        self._cut_short: set[int] = set()
        self._latest: Turn | None = None

    def following(self, turns: Iterable[Turn]) -> Iterator[Turn]:
        """The turns, each noted when it is taken."""
        for turn in turns:
            if self._latest is None or turn.position != self._latest.position:
                self._release_latest()
            self._latest = turn
            self._unfinished.add(turn.position)
            self._inherited.discard(turn.position)
            self._next = max(self._next, turn.position + 1)
            _, count = self._open.get(turn.host, (0, 0))
            self._open[turn.host] = turn.position, count + 1
            yield turn
        self._release_latest()
        self._latest = None
        self._unfinished -= self._inherited  # they did not come again: nothing was left of them

    def ended(self, host: int, *, complete: bool) -> None:
        """A turn of the host has ended; ``complete`` when all of its ports have their verdicts.

        Of a host without a turn under way nothing is noted: what was unfinished stays so.
        """
        if host not in self._open:
            return
        position, count = self._open.pop(host)
        if not complete:
            self._cut_short.add(position)
        if count > 1:
            self._open[host] = position, count - 1
        elif self._latest is None or position != self._latest.position:  # of the latest another turn may follow
            self._release(position)

    def point(self, summary: ScanSummary) -> ResumePoint:
        """For a later run, as things stand; ``summary`` counts all runs together."""
        return ResumePoint(
            position=self._next,
            unfinished=ranges_text(ranges_of(self._unfinished)) or None,
            runs=self._runs,
            probes_sent=summary.probes_sent,
            retransmitted=summary.retransmitted,
            duration_ms=summary.duration_ms,
        )

    def _release_latest(self) -> None:
        if self._latest is not None and self._latest.host not in self._open:
            self._release(self._latest.position)

    def _release(self, position: int) -> None:
        if position in self._cut_short:
            self._cut_short.discard(position)
        else:
            self._unfinished.discard(position)
