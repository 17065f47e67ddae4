"""Results that come in any order, put back into their own with a bounded number of them waiting."""

from collections.abc import Sequence
from typing import Final, Generic, TypeVar

from nettools.core.bulk_resolve.groups import Source
from nettools.core.bulk_resolve.row import Row

T = TypeVar("T")

WINDOW: Final = 1 << 16
"""So many results wait at most for one before them."""


class InOrder(Generic[T]):
    """Takes numbered results, gives back those whose turn has come. A source ``held`` back keeps within the window."""

    def __init__(self) -> None:
        self._waiting: dict[int, T] = {}
        self.next = 0
        """The number whose turn it is."""

    def add(self, number: int, result: T) -> None:
        self._waiting[number] = result

    def ready(self) -> list[T]:
        """The results from the next one on without a gap."""
        ready: list[T] = []
        waiting, number = self._waiting, self.next
        while number in waiting:
            ready.append(waiting.pop(number))
            number += 1
        self.next = number
        return ready

    def rest(self) -> list[T]:
        """What waits for results that will not come, in order."""
        rest = [self._waiting[number] for number in sorted(self._waiting)]
        self._waiting.clear()
        return rest


class HeldBack(Generic[T]):
    """A source of rows in order, from ``start`` on, that waits while the oldest open one is a window behind."""

    def __init__(self, source: Source, order: InOrder[T], start: int = 0) -> None:
        self._source = source
        self._order = order
        self._next = start

    def take(self, most: int) -> Sequence[Row]:
        room = self._order.next + WINDOW - self._next
        rows = self._source.take(min(most, room)) if room > 0 else ()
        self._next += sum(1 for row in rows if row[0] >= 0)  # others are about what is open already
        return rows
