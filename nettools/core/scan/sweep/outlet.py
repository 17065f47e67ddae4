"""Runs that share a pace, and take turns in sending."""

from collections import deque
from collections.abc import Callable

from nettools.core.scan.sweep.batch import Batch
from nettools.core.scan.sweep.pace import Pace
from nettools.core.scan.sweep.run import Run


class Outlet:
    """``remind`` is told of runs for which the time of their next change may be another now."""

    def __init__(self, pace: Pace, remind: Callable[[Run], None]) -> None:
        self.pace = pace
        self._remind = remind
        self._ready: deque[Run] = deque()
        self._occupying: deque[Batch] = deque()
        self.unsent = 0
        """Probes of the passes under way that have not been sent."""
        self.is_starved = False
        """There was room to send, and every run waits for its own answers."""
        self.sent_count = 0
        self.retransmitted_count = 0

    def queue(self, run: Run) -> None:
        """The run may have something to send."""
        if not run.is_queued and run.has_unsent:
            run.is_queued = True
            self._ready.append(run)

    def next_batch(self, now_s: float, most: int) -> Batch | None:
        """What to send now, None when there is nothing or no room for it."""
        ready = self._ready
        room = min(most, self.pace.room(now_s))
        self.is_starved = False
        while ready and room > 0:
            run = ready.popleft()
            run.is_queued = False
            wanted = min(room, run.room())
            if not run.has_unsent or wanted <= 0:
                continue
            if run.not_before_s > now_s:
                run.is_delayed = True
                self._remind(run)
                continue
            place = run.place
            batch = run.take(wanted, now_s)
            self.unsent -= run.place - place
            self.queue(run)
            self._remind(run)
            if batch is not None:
                self._count(batch)
                return batch
        self.is_starved = room > 0
        return None

    def release(self, now_s: float) -> None:
        """What was sent long enough ago is on its way no longer."""
        occupying, occupancy_s = self._occupying, self.pace.occupancy_s
        while occupying and occupying[0].ended_s + occupancy_s <= now_s:
            batch = occupying.popleft()
            batch.run.release(batch)

    def moments(self, now_s: float) -> list[float]:
        """When something may be sent, or will be released."""
        found = []
        if self._ready:
            wait_s = 0.0 if self.pace.room(now_s) > 0 else self.pace.wait_s(now_s)
            if wait_s is not None:
                found.append(now_s + wait_s)
        if self._occupying:
            found.append(self._occupying[0].ended_s + self.pace.occupancy_s)
        return found

    def _count(self, batch: Batch) -> None:
        if self.pace.has_window:
            self._occupying.append(batch)
        self.sent_count += len(batch.cells)
        if batch.attempt > 1:
            self.retransmitted_count += len(batch.cells)
