"""A scan that goes on where an earlier one ended, and one that can be gone on with."""

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING

from nettools.core.scan.book import ScanBook
from nettools.core.scan.order import ProbeOrder, Turn
from nettools.core.scan.report import ResumePoint, ScanSettings, ScanSummary
from nettools.core.scan.space import AddressSpace

if TYPE_CHECKING:
    from nettools.core.scan.resume import Resumption
    from nettools.core.scan.stored import StoredScan
    from nettools.core.scan.turn_book import TurnBook


def _resumption(earlier: "StoredScan") -> "Resumption":
    from nettools.core.scan.resume import Resumption

    return Resumption(earlier)


class Continuation:
    """What is known from an earlier run, and how far this one has come."""

    def __init__(self, earlier: "StoredScan | None" = None) -> None:
        self._earlier = earlier
        self._resumption = None if earlier is None else _resumption(earlier)
        self._turns: TurnBook | None = None

    @property
    def is_under_way(self) -> bool:
        """Whether there is an earlier run."""
        return self._resumption is not None

    @property
    def started(self) -> datetime | None:
        """When the first run began."""
        return None if self._earlier is None else self._earlier.started

    def check(self, settings: ScanSettings) -> None:
        """Raises OptionError when the earlier run was asked for something else."""
        if self._resumption is not None:
            self._resumption.check(settings)

    def restore(self, book: ScanBook, space: AddressSpace) -> None:
        """Give the book what the earlier run has found out."""
        if self._earlier is None:
            return
        from nettools.core.scan.resume import evidence, restore

        for address, stored in self._earlier.hosts.items():
            host = space.index_of(address)
            if host is not None:
                restore(stored, book.tally(host))
                book.restored(host, is_complete=stored.complete)
                seen = evidence(stored)
                if seen is not None:
                    book.seen(host, seen, None)

    def turns(self, order: ProbeOrder, space: AddressSpace, *, is_only_pass: bool) -> Iterator[Turn]:
        """What is left of an order. Positions are told on only where one order is all there is."""
        from nettools.core.scan.turn_book import TurnBook

        turns = order.turns() if self._resumption is None else self._resumption.turns(order, space.address_at)
        if not is_only_pass:
            return turns
        self._turns = TurnBook(self._earlier)
        return self._turns.following(turns)

    def host_done(self, host: int, *, complete: bool) -> None:
        """A turn of the host has ended."""
        if self._turns is not None:
            self._turns.ended(host, complete=complete)

    def added(self, summary: ScanSummary) -> ScanSummary:
        """The sum with what the earlier runs have cost."""
        return summary if self._resumption is None else self._resumption.added(summary)

    def point(self, summary: ScanSummary) -> ResumePoint | None:
        """Where a later run can go on; None where only its listed hosts tell."""
        return None if self._turns is None else self._turns.point(summary)
