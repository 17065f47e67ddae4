"""Deadlines by the hundredth of a second: adding and forgetting costs nothing, whatever their number."""

import heapq
from collections.abc import Iterator
from typing import Final

_TICK_S: Final = 0.01


class Reminders:
    """What to look at when. An entry that no longer matters is simply not acted on when it comes up."""

    __slots__ = ("_by_tick", "_ticks")

    def __init__(self) -> None:
        self._by_tick: dict[int, list[tuple[int, int]]] = {}
        self._ticks: list[int] = []

    def add(self, probe: int, attempt: int, due_s: float) -> None:
        """Bring up the attempt at the first tick after ``due_s``."""
        tick = int(due_s / _TICK_S) + 1
        waiting = self._by_tick.get(tick)
        if waiting is None:
            self._by_tick[tick] = [(probe, attempt)]
            heapq.heappush(self._ticks, tick)
        else:
            waiting.append((probe, attempt))

    def due(self, now_s: float) -> Iterator[tuple[int, int]]:
        """(probe, attempt) of everything whose time has come; entries may be added meanwhile."""
        while self._ticks and self._ticks[0] * _TICK_S <= now_s:
            yield from self._by_tick.pop(heapq.heappop(self._ticks))

    @property
    def next_s(self) -> float | None:
        """When the next entry comes up."""
        return self._ticks[0] * _TICK_S if self._ticks else None
