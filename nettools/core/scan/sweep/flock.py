"""Many hosts that go through few ports in step, so that one batch has one port of a thousand hosts.

Hosts that answer leave the flock with the ports that they have not answered, and are tried again for themselves.
The others are tried again together.
"""

from array import array
from collections.abc import Sequence
from typing import Final

from nettools.core.packet.batch import MOST_PACKETS, Recipients
from nettools.core.scan.sweep.batch import SETTLED, Conduct
from nettools.core.scan.sweep.lane import Lane
from nettools.core.scan.sweep.ranks import PortRanks
from nettools.core.scan.sweep.run import Run

FEWEST_HOSTS: Final = 64
"""Fewer are better off alone, each with a window of its own."""
MOST_HOSTS: Final = 4 * MOST_PACKETS
MOST_PORTS: Final = 1024
"""With more ports than these, a host's own window matters."""


class Flock(Run):
    """A run of many hosts."""

    def __init__(
        self,
        hosts: Sequence[int],
        recipients: Recipients,
        ranks: PortRanks,
        lane: Lane,
        conduct: Conduct,
    ) -> None:
        super().__init__(hosts, recipients, ranks, lane, conduct)
        self._left_of = array("I", [len(ranks)]) * len(hosts)
        """Cells without a verdict, by slot."""
        self.alive: set[int] = set()
        """Slots that have answered and are still here."""
        self.last_rtt_s: float | None = None

    def left_of(self, slot: int) -> int:
        return self._left_of[slot]

    def unfinished_slots(self) -> list[int]:
        return [slot for slot, left in enumerate(self._left_of) if left]

    def room(self) -> int:
        return MOST_PACKETS

    def wait_s(self, attempt: int) -> float:
        return self.silent_wait_s(min(attempt, max(1, self.silent_tries)))

    def settled(self, count: int, flying: int, occupying: int, slot: int) -> None:
        super().settled(count, flying, occupying, slot)
        self._left_of[slot] -= count

    def answered(self, slot: int, rtt_s: float | None) -> None:
        """The host in that slot showed itself."""
        self.alive.add(slot)
        if rtt_s is not None:
            self.last_rtt_s = rtt_s
            self.rtt.sample(rtt_s)

    @property
    def leaving_s(self) -> float | None:
        """When the hosts that answer need not wait for the silent ones any longer."""
        if not self.alive or self.has_unsent or not self.flying or not self.rtt.is_known:
            return None
        return self.flying[-1].ended_s + 2 * self.rtt.timeout_s

    def next_due_s(self) -> float | None:
        due_s, leaving_s = super().next_due_s(), self.leaving_s
        return due_s if leaving_s is None else leaving_s if due_s is None else min(due_s, leaving_s)

    def take_leavers(self) -> list[tuple[int, list[int]]]:
        """(slot, unanswered ranks) of the hosts that answered some; they are no longer this flock's."""
        leaving = sorted(slot for slot in self.alive if self._left_of[slot])
        self.alive.clear()
        found = []
        for slot in leaving:
            ranks = [rank for rank in range(len(self.ranks)) if self.state[rank * self.width + slot] != SETTLED]
            for rank in ranks:
                self.settle(rank * self.width + slot)
            found.append((slot, ranks))
        return found

    def next_pass(self) -> bool:
        """Begin another pass over the hosts that said nothing; False when the silence is to be believed."""
        if self.attempt >= self.silent_tries:
            return False
        silent = self.silent_cells()
        if silent:
            self.begin_pass(silent)
        return bool(silent)
