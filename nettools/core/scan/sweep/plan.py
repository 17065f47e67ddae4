"""The plan of a scan with packets of our own. A driver's loop, with the clock as an argument (monotonic seconds):

1. While ``is_hungry``: ``add`` hosts, then ``gather``.
2. ``next_batch(now)`` until it returns None: ``Batch.fill`` writes its packets; ``sent`` when they have left,
   ``unsendable`` for those that this machine refuses to send.
3. What has come: ``Listener.heard`` and ``Listener.noticed``, in ``listen``.
4. ``tick(now)``, and wait for answers at most ``wait_s(now)``.
5. Until ``is_idle`` and there are no more hosts.
"""

from collections.abc import Sequence
from heapq import heappop, heappush
from itertools import count
from typing import Final

from nettools.core.packet.batch import MOST_PACKETS
from nettools.core.scan.confidence import choose_canaries
from nettools.core.scan.probe_port import ProbePort
from nettools.core.scan.sink import ResultSink
from nettools.core.scan.sweep.batch import SETTLED, Batch, Conduct
from nettools.core.scan.sweep.ends import Ends
from nettools.core.scan.sweep.flock import MOST_HOSTS, Flock
from nettools.core.scan.sweep.intake import Arrival, Entropy, Intake
from nettools.core.scan.sweep.lane import Lane
from nettools.core.scan.sweep.outlet import Outlet
from nettools.core.scan.sweep.pace import Pace, local_timing
from nettools.core.scan.sweep.run import Run
from nettools.core.scan.sweep.single import Single
from nettools.core.scan.timing import Timing

MOST_CELLS: Final = 1 << 23
"""Probes of the hosts that are worked on at once; each takes five octets."""
MOST_ACTIVE_HOSTS: Final = 1 << 17
SINGLES_AT_ONCE: Final = 16
"""More are added when all of these wait for answers."""


class Sweep:
    """All hosts that are being probed."""

    def __init__(
        self, ports: Sequence[ProbePort], timing: Timing, *, sink: ResultSink, entropy: Entropy, tags: int = 1
    ) -> None:
        pace = Pace(timing)
        self._outlet = Outlet(pace, self._remind)
        # Between two probes to this machine there is no network that could be too busy.
        self._local_outlet = Outlet(Pace(local_timing(timing)), self._remind) if pace.has_window else self._outlet
        self.where: dict[int, dict[int, tuple[Run, int]]] = {4: {}, 6: {}}
        """IP version -> address -> its run, and its slot there."""
        self._intake = Intake(
            ports, Conduct(timing, pace, tags), Conduct(timing, self._local_outlet.pace, tags), entropy
        )
        canaries = choose_canaries(ports, int.from_bytes(entropy(8)))
        self.ends = Ends(sink, self._intake.ranks(canaries) if canaries else None)
        self._runs: set[Run] = set()
        self._reminders: list[tuple[float, int, Run]] = []
        self._number = count()
        self._cells = 0

    @property
    def sent_count(self) -> int:
        """Probes sent, repeated ones too."""
        return sum(outlet.sent_count for outlet in self._outlets)

    @property
    def retransmitted_count(self) -> int:
        """Probes sent again."""
        return sum(outlet.retransmitted_count for outlet in self._outlets)

    @property
    def unsent_count(self) -> int:
        """Probes of the hosts that were added which have not been sent yet."""
        return sum(outlet.unsent for outlet in self._outlets)

    @property
    def _outlets(self) -> set[Outlet]:
        return {self._local_outlet, self._outlet}

    def _outlet_of(self, run: Run) -> Outlet:
        return self._local_outlet if run.lane.is_loopback else self._outlet

    # --- hosts ------------------------------------------------------------------------------------

    @property
    def is_idle(self) -> bool:
        """Whether every host that was added is done."""
        return not self._runs and not self._intake

    @property
    def is_hungry(self) -> bool:
        """Whether more hosts should be added: little is left to be sent, and there is room for them."""
        if self._cells >= MOST_CELLS:
            return False
        if not any(outlet.is_starved or outlet.unsent < 4 * MOST_PACKETS for outlet in self._outlets):
            return False
        return len(self.where[4]) + len(self.where[6]) < MOST_ACTIVE_HOSTS

    def hosts_wanted(self, ports: int) -> int:
        """How many hosts with so many ports should be added at once."""
        if self._intake.may_flock(ports):
            return max(1, min(MOST_HOSTS, MOST_CELLS // 8 // ports))
        return SINGLES_AT_ONCE

    def add(self, lane: Lane, arrivals: Sequence[Arrival], first: int, step: int, ports: int) -> None:
        """Hosts, and their ports as in ``Turn``: ``first``, ``step`` and their number.

        None of them may be being probed already: ``is_busy_with``.
        """
        for run in self._intake.add(lane, arrivals, first, step, ports):
            self._enter(run)

    def is_busy_with(self, version: int, address: int) -> bool:
        """Whether that address is being probed, or is about to be: another turn of it has to wait."""
        return address in self.where[version] or address in self._intake.addresses[version]

    def gather(self) -> None:
        """Begin with the hosts that were added so far."""
        for run in self._intake.take_all():
            self._enter(run)

    def _enter(self, run: Run) -> None:
        self._runs.add(run)
        self._cells += len(run.state)
        self._outlet_of(run).unsent += len(run.todo) - run.place
        where = self.where[run.lane.version]
        where.update({address: (run, slot) for slot, address in enumerate(run.recipients.numbers)})
        self._queue(run)

    # --- sending ----------------------------------------------------------------------------------

    def next_batch(self, now_s: float, most: int = MOST_PACKETS) -> Batch | None:
        """What to send now, None when there is nothing or no room for it."""
        local = self._local_outlet.next_batch(now_s, most)
        if local is not None or self._local_outlet is self._outlet:
            return local
        return self._outlet.next_batch(now_s, most)

    def sent(self, batch: Batch, began_s: float, ended_s: float) -> None:
        """The batch has left, from ``began_s`` to ``ended_s``."""
        batch.run.sent(batch, began_s, ended_s)
        self._remind(batch.run)

    def unsendable(self, batch: Batch, number: int, kind: str) -> None:
        """This machine refuses to send that packet of the batch: the port has no state."""
        run, cell = batch.run, batch.cells[number]
        if run.state[cell] != SETTLED:
            self.unsent(run, cell, kind)

    def unsent(self, run: Run, cell: int, kind: str) -> None:
        """This machine cannot probe that cell."""
        run.settle(cell)
        self.ends.unsent(run, cell, kind)
        self.after_answers(run, cell % run.width)

    def lane_lost(self, lane: Lane, kind: str) -> None:
        """Nothing can be sent or heard there any more: what is unanswered has no state."""
        for run in [one for one in self._runs if one.lane == lane]:
            for cell, state in enumerate(run.state):
                if state != SETTLED:
                    self.ends.unsent(run, cell, kind)
            self._abandon(run)

    def answers_lost(self) -> None:
        """This machine did not keep up with the answers: whatever is unanswered gets another try."""
        for run in self._runs:
            run.more_tries = min(run.more_tries + 1, run.attempt + 2)

    # --- time -------------------------------------------------------------------------------------

    def tick(self, now_s: float) -> None:
        """Give up what waited long enough; begin passes."""
        for outlet in self._outlets:
            outlet.release(now_s)
        reminders = self._reminders
        while reminders and reminders[0][0] <= now_s:
            due_s, _, run = heappop(reminders)
            if run.due_s == due_s:
                run.due_s = None
                if run in self._runs:
                    self._advance(run, now_s)

    def wait_s(self, now_s: float) -> float | None:
        """How long nothing will be due, None when only an answer can move things on."""
        moments = [moment for outlet in self._outlets for moment in outlet.moments(now_s)]
        if self._reminders:
            moments.append(self._reminders[0][0])
        return max(0.0, min(moments) - now_s) if moments else None

    def end(self) -> None:
        """The scan stops here: what is unanswered stays so."""
        for run in list(self._runs):
            self._abandon(run)

    def _advance(self, run: Run, now_s: float) -> None:
        if run.deadline_s is not None and now_s >= run.deadline_s:
            self._abandon(run)
            return
        run.is_delayed = False
        run.expire(now_s)
        if isinstance(run, Flock) and run.leaving_s is not None and run.leaving_s <= now_s:
            self._split(run)
        self._end_pass(run)
        if run in self._runs:
            self._queue(run)
            self._remind(run)

    def _end_pass(self, run: Run) -> None:
        if run.is_finished:
            self._leave(run)
        elif run.is_pass_over():
            if isinstance(run, Flock) and run.alive:
                self._split(run)
            if run.next_pass():
                self._outlet_of(run).unsent += len(run.todo)
            else:
                self._believe_silence(run)

    def _split(self, flock: Flock) -> None:
        """The hosts that answer go on for themselves."""
        for slot, ranks in flock.take_leavers():
            single = Single.out_of(flock, slot, ranks)
            self._enter(single)
            self._end_pass(single)
            if single in self._runs:
                self._queue(single)
                self._remind(single)

    def _believe_silence(self, run: Run) -> None:
        """What never answered is filtered."""
        width, state, ports = run.width, run.state, run.ranks.ports
        for slot in run.unfinished_slots():
            silent: Sequence[ProbePort] = ports
            if run.left_of(slot) < len(ports):
                silent = [port for rank, port in enumerate(ports) if state[rank * width + slot] != SETTLED]
            self.ends.silent(run, slot, silent)
            self._host_done(run, slot, is_complete=True)
        self._leave(run)

    # --- ends -------------------------------------------------------------------------------------

    def after_answers(self, run: Run, slot: int) -> None:
        """Some cells of that host have their verdict: perhaps it is done, or it may be sent more."""
        if run not in self._runs:
            return
        if run.left_of(slot) == 0:
            self._host_done(run, slot, is_complete=True)
        if run.is_finished:
            self._leave(run)
        else:
            self._queue(run)
            self._remind(run)

    def _host_done(self, run: Run, slot: int, *, is_complete: bool) -> None:
        where, address = self.where[run.lane.version], run.recipients.numbers[slot]
        place = where.get(address)
        if place is not None and place[0] is run:
            del where[address]
            trial = self.ends.done(run, slot, is_complete=is_complete)
            if trial is not None:
                self._enter(trial)

    def _abandon(self, run: Run) -> None:
        for slot in range(run.width):
            self._host_done(run, slot, is_complete=False)
        self._leave(run)

    def _leave(self, run: Run) -> None:
        if run not in self._runs:
            return
        self._runs.discard(run)
        self._cells -= len(run.state)
        self._outlet_of(run).unsent -= len(run.todo) - run.place
        run.place = len(run.todo)
        for batch in run.flying:
            run.release(batch)
        run.flying.clear()

    def _queue(self, run: Run) -> None:
        self._outlet_of(run).queue(run)

    def _remind(self, run: Run) -> None:
        due_s = run.next_due_s()
        if due_s is None:
            if run.is_pass_over() and run.due_s is None:
                due_s = 0.0
            else:
                return
        if run.due_s is None or due_s < run.due_s:
            run.due_s = due_s
            heappush(self._reminders, (due_s, next(self._number), run))
