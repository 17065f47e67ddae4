"""One host and all its ports: passes over what is unanswered, as many as the host's answers call for.

The rules:

    A. A host that says nothing at all is tried ``1 + retries`` times within the timeout; with ``--rate max`` once.
    B. The silent ports of a host that answers are tried ``1 + retries`` times, after the round trips measured.
    C. An answer to a repeated probe proves loss: then silent ports are tried at least ``TRIES_WITH_LOSS`` times, and
       until ``QUIET_PASSES`` passes in a row brought nothing, each waiting twice as long as the one before. At 5 %
       loss each way six tries find all of 23 ports with a probability of 0.9999.
    D. A host that answers about as many probes in each pass, and few of them, limits its answers: it is sent twice
       as much as it answers, so that none of its answers is missed and little is sent in vain.
    E. An answer to an earlier probe than the last one was late, and proves no loss.
"""

from collections.abc import Sequence
from typing import Final

from nettools.core.packet.batch import Recipients
from nettools.core.scan.sweep.batch import SILENT, Batch, Conduct
from nettools.core.scan.sweep.flock import Flock
from nettools.core.scan.sweep.lane import Lane
from nettools.core.scan.sweep.pace import SendWindow, local_timing
from nettools.core.scan.sweep.ranks import PortRanks
from nettools.core.scan.sweep.run import Run

_FIRST_BATCH: Final = 16
"""So few leave at nearly the same time, which shows the round trip."""
TRIES_WITH_LOSS: Final = 6
QUIET_PASSES: Final = 3

_LONGEST_DOUBLING: Final = 5
_UNLIMITED_WINDOW: Final = 8192
"""Answers that come faster than they are read are lost here."""
_ROUNDS_OF_LIMITED: Final = 20
"""A pass over a host that limits its answers takes at most so many rounds."""


class Single(Run):
    """A run of one host."""

    def __init__(self, host: int, recipients: Recipients, ranks: PortRanks, lane: Lane, conduct: Conduct) -> None:
        super().__init__((host,), recipients, ranks, lane, conduct)
        timing, pace, _ = conduct
        maximum = local_timing(timing).max_in_flight if lane.is_loopback else timing.max_in_flight
        if pace.is_unlimited:
            maximum = max(maximum, _UNLIMITED_WINDOW)
        self.window = SendWindow(maximum)
        if lane.is_loopback or pace.is_unlimited:
            self.window.size = float(maximum)
        self.has_answered = False
        self.has_loss = False
        self.is_limited = False
        self._quiet = 0
        """Passes in a row that brought no answer."""
        self._answers = 0
        """Of this pass and of the one before."""
        self._answers_before = 0

    @classmethod
    def out_of(cls, flock: Flock, slot: int, cells: Sequence[int]) -> "Single":
        """A host that leaves its flock, with the ranks that it has not answered yet."""
        alone = flock.recipients.alone(slot)
        one = cls(flock.hosts[slot], alone, flock.ranks, flock.lane, flock.conduct)
        one.has_answered = True
        one.started_s = flock.started_s
        one.not_before_s = flock.not_before_s
        if flock.last_rtt_s is not None:
            one.rtt.sample(flock.last_rtt_s)
        one.attempt = flock.attempt
        one.left = len(cells)
        one.state = bytearray(b"\4" * len(flock.ranks))
        for cell in cells:
            one.state[cell] = SILENT
        one.batches.append(Batch(one, flock.attempt, (), 0.0))
        one.todo = cells
        one.place = len(cells)
        one._answers = 1
        return one

    def left_of(self, slot: int) -> int:  # noqa: ARG002, there is but one
        return self.left

    def unfinished_slots(self) -> list[int]:
        return [0] if self.left else []

    def room(self) -> int:
        if not self.batches:
            return _FIRST_BATCH
        return int(self.window.size) - self.in_flight

    def wait_s(self, attempt: int) -> float:
        if not self.has_answered or not self.rtt.is_known:
            return self.silent_wait_s(min(attempt, max(1, self.silent_tries)))
        doublings = self._quiet if self.is_limited else min(attempt - 1, 1 + self._quiet)
        return min(self.timing.timeout_s, self.rtt.timeout_s * (1 << min(doublings, _LONGEST_DOUBLING)))

    def answered(self, count: int, rtt_s: float | None, attempt: int, now_s: float, *, is_late: bool) -> None:
        """The host itself answered so many probes of this attempt at least."""
        self.has_answered = True
        self._answers += count
        if rtt_s is not None:
            self.rtt.sample(rtt_s)
        if attempt > 1 and not is_late:
            self.has_loss = True
            if not self.is_limited:
                self.window.cut(now_s, self.rtt.timeout_s)
            self.pace.lost(self.hosts[0], now_s)
        else:
            self.window.grow(count)

    def next_pass(self) -> bool:
        """Begin another pass over what is silent; False when the silence is to be believed."""
        silent = self.silent_cells()
        self._quiet = 0 if self._answers else self._quiet + 1
        if not silent or not self._may_try_again():
            return False
        if self._looks_limited(len(silent)):
            self.is_limited = True
        if self.is_limited:
            self.window.set_to(len(silent) / _ROUNDS_OF_LIMITED)
        self._answers_before, self._answers = self._answers, 0
        self.begin_pass(silent)
        return True

    def _may_try_again(self) -> bool:
        planned = 1 + self.timing.retries + self.more_tries
        if self.timing.retries == 0 or not self.has_answered:
            return self.attempt < (self.silent_tries if not self.has_answered else planned)
        if self.has_loss:
            return self.attempt < max(planned, TRIES_WITH_LOSS) or self._quiet < QUIET_PASSES
        return self.attempt < planned

    def _looks_limited(self, silent_count: int) -> bool:
        """Rule D: after the second pass at the earliest. Mere loss leaves few ports for the third."""
        now, before = self._answers, self._answers_before
        return self.attempt >= 3 and self.has_loss and 0 < before <= 2 * now and now < silent_count
