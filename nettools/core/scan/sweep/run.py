"""Some hosts that are probed at the same ports: what was sent, what is unanswered, and the next pass over it.

Cells are numbered port by port: see ``batch``.
"""

from abc import ABC, abstractmethod
from array import array
from bisect import bisect_left
from collections import deque
from collections.abc import Sequence
from typing import Final

from nettools.core.packet.batch import Recipients
from nettools.core.scan.confidence import Confidence
from nettools.core.scan.sweep.batch import RELEASED, SETTLED, SILENT, WAITING, Batch, Conduct
from nettools.core.scan.sweep.lane import Lane
from nettools.core.scan.sweep.pace import INITIAL_RTO_S
from nettools.core.scan.sweep.ranks import PortRanks
from nettools.core.scan.timing import RttEstimator

_RELEASE: Final = bytes([0, RELEASED, 2, 3, 4])
_EXPIRE: Final = bytes([0, SILENT, SILENT, 3, 4])
_TABLES: Final = {table: table.ljust(256, b"\xff") for table in (_RELEASE, _EXPIRE)}


class Run(ABC):
    """What a single host and a flock have in common."""

    def __init__(
        self,
        hosts: Sequence[int],
        recipients: Recipients,
        ranks: PortRanks,
        lane: Lane,
        conduct: Conduct,
    ) -> None:
        self.hosts = hosts
        self.recipients = recipients
        self.ranks = ranks
        self.lane = lane
        self.conduct = conduct
        self.timing, self.pace, _ = conduct
        self.width = len(hosts)
        cells = self.width * len(ranks)
        self.state = bytearray(cells)
        self.batch_of = array("I", bytes(4 * cells))
        """The batch that a cell was in last, by its number in ``batches``."""
        self.batches: list[Batch] = []
        self.flying: deque[Batch] = deque()
        """Batches whose time is not up, the oldest first."""
        self.left = cells
        """Cells without a verdict."""
        self.in_flight = 0
        self.attempt = 1
        self.todo: Sequence[int] = range(cells)
        self.place = 0
        """How much of ``todo`` this pass has taken."""
        self.more_tries = 0
        """Tries granted because this machine lost answers itself."""
        self.rtt = RttEstimator(self.timing.timeout_s)
        self.started_s: float | None = None
        self.not_before_s = 0.0
        """``Timing.delay_s`` forbids to send earlier."""
        self.is_delayed = False
        """It was not sent because of that."""
        self.trial: Confidence | None = None
        """What is known of the host whose canary ports these are; their verdicts are none of the scan's."""
        self.incomplete: set[int] = set()
        """Slots of hosts of which some port could not be probed."""
        self.is_queued = False
        self.due_s: float | None = None
        """For when the plan has a reminder."""

    @property
    def is_finished(self) -> bool:
        return self.left == 0

    @property
    def has_unsent(self) -> bool:
        return self.place < len(self.todo) and self.left > 0

    @abstractmethod
    def left_of(self, slot: int) -> int:
        """How many cells of that host have no verdict."""

    @abstractmethod
    def unfinished_slots(self) -> list[int]:
        """The hosts that have such cells."""

    @abstractmethod
    def room(self) -> int:
        """How many probes this run may send now, as far as it is itself concerned."""

    def take(self, most: int, now_s: float) -> Batch | None:
        """The next batch of at most so many probes of this pass, None when all that is left was settled meanwhile."""
        cells = self._next_cells(most)
        self.place += len(cells)
        if self.attempt > 1:  # in the first pass nothing can be settled before it was sent
            state = self.state
            cells = [cell for cell in cells if state[cell] != SETTLED]
        if not cells:
            return None
        batch = Batch(self, self.attempt, cells, now_s)
        self._mark_sent(batch)
        self.flying.append(batch)
        self.in_flight += len(cells)
        self.pace.sent(len(cells))
        if self.started_s is None:
            self.started_s = now_s
        self._delay(batch, now_s)
        return batch

    def _next_cells(self, most: int) -> Sequence[int]:
        todo, place, width = self.todo, self.place, self.width
        end = len(todo)
        if width > 1:  # a batch has one port
            end = bisect_left(todo, (todo[place] // width + 1) * width, place)
        if self.timing.delay_s and width == 1:
            most = 1
        return todo[place : min(end, place + most)]

    def _mark_sent(self, batch: Batch) -> None:
        number, cells, state = len(self.batches), batch.cells, self.state
        self.batches.append(batch)
        if isinstance(cells, range):
            count = len(cells)
            state[cells.start : cells.stop] = bytes([WAITING]) * count
            self.batch_of[cells.start : cells.stop] = array("I", [number]) * count
            return
        for cell in cells:
            state[cell] = WAITING
            self.batch_of[cell] = number

    def sent(self, batch: Batch, began_s: float, ended_s: float) -> None:
        """The batch has left."""
        batch.began_s, batch.ended_s = began_s, ended_s
        self._delay(batch, ended_s)

    def _delay(self, batch: Batch, now_s: float) -> None:
        """Hosts may want some time between two probes."""
        if self.timing.delay_s and (self.width == 1 or self._is_end_of_rank(batch)):
            self.not_before_s = now_s + self.timing.delay_s

    def _is_end_of_rank(self, batch: Batch) -> bool:
        """Whether the hosts of a flock come to their next port after this batch."""
        if self.place >= len(self.todo):
            return True
        return self.todo[self.place] // self.width != batch.cells[0] // self.width

    def settle(self, cell: int) -> None:
        """The cell has its verdict."""
        before = self.state[cell]
        self.state[cell] = SETTLED
        self.settled(1, before in (WAITING, RELEASED), before == WAITING, cell % self.width)

    def settled(self, count: int, flying: int, occupying: int, slot: int) -> None:  # noqa: ARG002, for a flock
        """So many cells of that slot are ``SETTLED`` now; some were flying before, and some of those occupying."""
        self.left -= count
        self.in_flight -= flying
        self.pace.occupied -= occupying

    def release(self, batch: Batch) -> None:
        """The batch no longer counts over all hosts."""
        if not batch.is_released:
            batch.is_released = True
            self.pace.occupied -= self._change(batch, WAITING, _RELEASE)

    def _expire(self, batch: Batch) -> None:
        self.release(batch)
        self.in_flight -= self._change(batch, RELEASED, _EXPIRE)

    def _change(self, batch: Batch, before: int, table: bytes) -> int:
        """Move the batch's cells of one state to the next. Returns how many."""
        cells, state = batch.cells, self.state
        if isinstance(cells, range):
            part = state[cells.start : cells.stop]
            count = part.count(before)
            if count:
                state[cells.start : cells.stop] = part.translate(_TABLES[table])
            return count
        changed = [cell for cell in cells if state[cell] == before]
        for cell in changed:
            state[cell] = table[before]
        return len(changed)

    def expire(self, now_s: float) -> None:
        """Give up the batches whose time is up; an earlier look at the clock may have been too short."""
        flying = self.flying
        while flying and flying[0].ended_s + self.wait_s(flying[0].attempt) <= now_s:
            self._expire(flying.popleft())

    @abstractmethod
    def wait_s(self, attempt: int) -> float:
        """How long a probe of that attempt waits for its answer."""

    @property
    def deadline_s(self) -> float | None:
        """When the hosts' time is up altogether."""
        limit = self.timing.host_timeout_s
        return None if limit is None or self.started_s is None else self.started_s + limit

    def next_due_s(self) -> float | None:
        """When time alone will change something."""
        moments = [] if self.deadline_s is None else [self.deadline_s]
        if self.flying:
            moments.append(self.flying[0].ended_s + self.wait_s(self.flying[0].attempt))
        if self.is_delayed:
            moments.append(self.not_before_s)
        return min(moments) if moments else None

    def is_pass_over(self) -> bool:
        """Whether all of this pass was sent and is answered or given up."""
        return self.place >= len(self.todo) and not self.flying

    def silent_cells(self) -> list[int]:
        """What this pass left unanswered."""
        state = self.state
        return [cell for cell in self.todo if state[cell] == SILENT]

    def begin_pass(self, cells: Sequence[int]) -> None:
        """Try these cells once more."""
        self.attempt += 1
        self.todo = cells
        self.place = 0

    @abstractmethod
    def next_pass(self) -> bool:
        """Begin another pass over what is silent; False when the silence is to be believed."""

    @property
    def silent_tries(self) -> int:
        """How often a host that says nothing at all is tried: without limits on the rate, once."""
        return (1 if self.pace.is_unlimited else 1 + self.timing.retries) + self.more_tries

    def silent_wait_s(self, attempt: int) -> float:
        """How long an attempt waits for a host that has said nothing: twice as long each time, and the last one
        until the whole timeout is over."""
        tries, timeout_s = self.silent_tries - self.more_tries, self.timing.timeout_s
        first_s = min(INITIAL_RTO_S, timeout_s / ((1 << tries) - 1))
        if attempt < tries:
            return first_s * (1 << attempt - 1)
        return timeout_s - first_s * ((1 << tries - 1) - 1)
