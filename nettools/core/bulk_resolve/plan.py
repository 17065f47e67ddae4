"""Which of very many questions is asked when, and what each reply means: a machine with the clock as an argument.

The driver asks for a ``batch`` of queries for a port (a connected UDP socket), sends it, and tells what came. A usual
reply becomes a line at once. Everything else (TC, SERVFAIL, damage, silence, a stray with the right ID) starts the
``Resolution`` that a single lookup has; it is told what has happened so far, and says how to go on. What it wants over
another transport or from another server is a ``Detour``, which the driver makes with a channel of its own.

Each row that was taken ends in exactly one line of ``results``, whatever comes.
"""

from collections import Counter, deque
from collections.abc import Callable, Iterator, Sequence
from typing import Final

from nettools.core.bulk_resolve.groups import Errand, Group, Lines, Port, Source, begun_errand, ports_of
from nettools.core.bulk_resolve.pacing import DEFAULT_CONCURRENCY, Pacer
from nettools.core.bulk_resolve.row import Row
from nettools.core.dns.query import LEAST_UDP_SIZE
from nettools.core.resolve.lookup import Outcome
from nettools.core.resolve.resolution import Resolution

MOST_IN_BATCH: Final = 64
_TAKEN_AT_ONCE: Final = 256
_LONGEST_BACKLOG: Final = 1024
"""So many rows wait for a slow server while the others get theirs."""
_DEAF_AFTER: Final = 200
"""So many losses in a row, and the next server of the group is asked first."""
_TICK_S: Final = 0.02
_TC: Final = 0x02
"""In the third octet of a message."""
_REFUSED: Final = 5


class BulkPlan:
    """See the module. ``entropy`` gives that many random octets."""

    def __init__(
        self,
        groups: Sequence[Group],
        source: Source,
        lines: Lines,
        *,
        entropy: Callable[[int], bytes],
        concurrency: int = DEFAULT_CONCURRENCY,
        rate: float | None = None,
        wall_ahead_s: float = 0.0,
    ) -> None:
        """``wall_ahead_s``: how far the time of day, which TSIG signs, is ahead of the clock that the plan is told."""
        self._groups = groups
        self._wall_ahead_s = wall_ahead_s
        self._source = source
        self._lines = lines
        self._entropy = entropy
        self.concurrency = concurrency
        self.results: list[object] = []
        """What the lines made, for the driver to take."""
        self.detours: deque[Errand] = deque()
        """What the driver is to ask with a channel of its own."""
        self.counts: Counter[str] = Counter()
        """taken, ended, queries, repeated, detours, discarded, limited"""
        self._backlogs: list[deque[Row]] = [deque() for _ in groups]
        self._is_dry = False
        self._active = 0
        self._pacers = {
            server: Pacer(concurrency=concurrency, rate=rate) for group in groups for server in group.servers
        }
        self._ends = [group.query_ends for group in groups]
        self._losses_in_a_row = [0 for _ in groups]
        self._first = [0 for _ in groups]
        self._turn = 0
        self._next_tick_s = 0.0
        self.ports = [ports_of(number, group, self._pacers) for number, group in enumerate(groups)]
        """The sockets of each group, the same number for each of its servers; none when it is not lean."""

    @property
    def is_done(self) -> bool:
        """Whether every row that there is has its result."""
        return self._is_dry and self._active == 0 and not any(self._backlogs)

    def wait_s(self, now_s: float) -> float:
        """How long the driver may wait for replies before it asks what to do next."""
        waits = [_TICK_S]
        for pacer in self._pacers.values():
            wait_s = pacer.wait_s(now_s)
            if wait_s is not None:
                waits.append(wait_s)
        return max(min(waits), 0.0005)

    def batches(self, now_s: float) -> Iterator[tuple[Port, list[bytes]]]:
        """Queries to be sent now, and through which port, until no more may go."""
        self._tick(now_s)
        self._take()
        for number, group in enumerate(self._groups):
            for port in self.ports[number]:
                while port.again and (room := min(port.pacer.room(now_s), MOST_IN_BATCH)) > 0:
                    messages = [port.again.popleft() for _ in range(min(room, len(port.again)))]
                    port.pacer.sent(len(messages))
                    yield port, messages
            if not self.ports[number]:
                self._start_errands(number, group, now_s)
                continue
            while (backlog := self._backlogs[number]) and self._active < self.concurrency:
                port = self._next_port(number)
                count = min(port.pacer.room(now_s), MOST_IN_BATCH, len(backlog), self.concurrency - self._active)
                if count <= 0:
                    break
                rows = [backlog.popleft() for _ in range(count)]
                self._active += count
                port.pacer.sent(count)
                self.counts["queries"] += count
                yield port, port.queries(rows, self._ends[number], now_s, self._entropy)
                if len(backlog) < MOST_IN_BATCH:
                    self._take()

    def _take(self) -> None:
        """Take rows while a group is short of them and none has too many."""
        while min(map(len, self._backlogs)) < MOST_IN_BATCH and max(map(len, self._backlogs)) < _LONGEST_BACKLOG:
            rows = self._source.take(_TAKEN_AT_ONCE)
            self._is_dry = not rows
            if not rows:
                return
            self.counts["taken"] += len(rows)
            if len(self._backlogs) == 1:
                self._backlogs[0].extend(rows)
                continue
            for row in rows:
                self._backlogs[row[3]].append(row)

    def _next_port(self, number: int) -> Port:
        """The sockets of the server that is asked first, in turns."""
        self._turn += 1
        ports = [port for port in self.ports[number] if port.server_place == self._first[number]]
        return ports[self._turn % len(ports)]

    def unsent(self, port: Port, messages: Sequence[bytes]) -> None:
        """The system did not take these of a batch now."""
        port.pacer.sent(-len(messages))
        port.again.extendleft(reversed(messages))

    def _start_errands(self, number: int, group: Group, now_s: float) -> None:
        """Rows whose every query goes through a channel of its own."""
        pacer, backlog = self._pacers[group.servers[0]], self._backlogs[number]
        while backlog and self._active < self.concurrency and pacer.room(now_s) > 0:
            row = backlog.popleft()
            self._active += 1
            pacer.sent(1)
            wall_s = now_s + self._wall_ahead_s
            machine = Resolution(group.lookup(row), entropy=self._entropy, started_s=now_s, started_wall_s=wall_s)
            self._go_on(begun_errand(row, machine, group, now_s), now_s, is_first=True)
            if not backlog:
                self._take()

    def received(self, port: Port, wires: Sequence[bytes], now_s: float) -> None:
        """These came, at about this time."""
        waiting, results, line = port.waiting, self.results, self._lines.line
        usual, asked_at_s, duration_ms = 0, -1.0, ""
        for wire in wires:
            identifier = wire[:2]
            one = waiting.get(identifier)
            if one is None:
                self.counts["discarded"] += 1
                port.last_stray_s = now_s
                continue
            if type(one) is tuple:
                row, sent_s = one
                if sent_s != asked_at_s:
                    asked_at_s, duration_ms = sent_s, repr(round((now_s - sent_s) * 1000, 3))
                if wire.startswith(row[1], 12):
                    result = line(wire, row, duration_ms)
                    if result is not None:
                        del waiting[identifier]
                        results.append(result)
                        usual += 1
                        continue
                one = waiting[identifier] = self._begun(port, identifier, row, sent_s)
            assert isinstance(one, Errand)
            self._reply(port, identifier, one, wire, now_s)
        if usual:
            self._active -= usual
            self.counts["ended"] += usual
            self._losses_in_a_row[row[3]] = 0
            port.pacer.answered(usual, now_s, now_s - asked_at_s)

    def _begun(self, port: Port, identifier: bytes, row: Row, sent_s: float) -> Errand:
        """The machine of a lookup that was asked in the lean way, as if it had been asked by it."""
        lookup = port.group.lookup(row, port.server_place)

        def entropy(count: int) -> bytes:
            return identifier if count == 2 else self._entropy(count)

        errand = begun_errand(row, Resolution(lookup, entropy=entropy, started_s=sent_s), port.group, sent_s)
        errand.port = port
        return errand

    def _reply(self, port: Port, identifier: bytes, errand: Errand, wire: bytes, now_s: float) -> None:
        if not errand.machine.received(wire, now_s):
            self.counts["discarded"] += 1
            return
        del port.waiting[identifier]
        if wire[2] & _TC:
            errand.was_truncated = True
            port.pacer.ended()
        elif wire[3] & 0xF == _REFUSED:
            port.pacer.refused(now_s)
        else:
            port.pacer.answered(1, now_s, now_s - errand.machine.asked_at_s)
        self._losses_in_a_row[errand.row[3]] = 0
        self._go_on(errand, now_s)

    def failed(self, port: Port, result: str, why: str | None, now_s: float) -> None:
        """The socket tells that the server cannot be reached: nothing that waits there will be answered."""
        self._losses_in_a_row[port.number] += _DEAF_AFTER
        self._turn_away(port)
        for identifier, one in list(port.waiting.items()):
            errand = one if isinstance(one, Errand) else self._begun(port, identifier, *one)
            port.pacer.ended()
            errand.machine.failed(result, now_s, why)
            del port.waiting[identifier]
            self._go_on(errand, now_s)
        port.again.clear()

    def _tick(self, now_s: float) -> None:
        """Look now and then for what has waited long enough."""
        if now_s < self._next_tick_s:
            return
        self._next_tick_s = now_s + _TICK_S
        for ports in self.ports:
            for port in ports:
                first_s = port.group.first_try_s
                late = [
                    (identifier, one)
                    for identifier, one in port.waiting.items()
                    if now_s >= (one.ask.deadline_s if isinstance(one, Errand) else one[1] + first_s)
                ]
                for identifier, one in late:
                    errand = one if isinstance(one, Errand) else self._begun(port, identifier, *one)
                    del port.waiting[identifier]
                    self._lose(port, errand, now_s)

    def _lose(self, port: Port, errand: Errand, now_s: float) -> None:
        number = errand.row[3]
        port.pacer.lost(now_s, errand.machine.asked_at_s)
        self.counts["lost"] += 1
        self._losses_in_a_row[number] += 1
        if self._losses_in_a_row[number] >= _DEAF_AFTER:
            self._turn_away(port)
        if port.pacer.is_limiting:
            errand.machine.limited(now_s)
        else:
            errand.machine.timed_out(now_s)
        self._go_on(errand, now_s)

    def _turn_away(self, port: Port) -> None:
        """A server that does not answer is not asked first while another may be."""
        number = port.number
        others = sorted({one.server_place for one in self.ports[number]} - {port.server_place})
        if others and self._first[number] == port.server_place:
            self._first[number] = next((place for place in others if place > port.server_place), others[0])
            self._losses_in_a_row[number] = 0

    def _go_on(self, errand: Errand, now_s: float, *, is_first: bool = False) -> None:
        """Let the machine say what is next."""
        if not is_first:
            action = errand.machine.next_action(now_s)
            if isinstance(action, Outcome):
                self._end(errand, action)
                return
            errand.ask = action
        port, identifier = errand.port, errand.ask.wire[:2]
        is_repeat = errand.ask.is_repeat and errand.ask.transport == "udp"
        self.counts["repeated"] += not is_first
        # Where strays came, a socket of its own tells which of them were meant for this row.
        if port and is_repeat and identifier not in port.waiting and port.last_stray_s < errand.machine.started_s:
            port.waiting[identifier] = errand
            port.again.append(errand.ask.wire)
            return
        errand.port = None
        self.counts["detours"] += 1
        self.detours.append(errand)

    def detour_ended(self, errand: Errand, outcome: Outcome, now_s: float) -> None:
        """A detour has its outcome."""
        message = outcome.message
        pacer = self._pacers[errand.server]
        if not errand.group.is_lean:
            pacer.ended()
        if errand.was_truncated and message is not None and outcome.transport == "tcp":
            options = errand.group.sample.options
            if len(message.wire) <= (options.udp_size if options.edns else LEAST_UDP_SIZE):
                self.counts["limited"] += 1
                pacer.was_limited(now_s)
        self._end(errand, outcome)

    def _end(self, errand: Errand, outcome: Outcome) -> None:
        self._active -= 1
        self.counts["ended"] += 1
        self.results.append(self._lines.long(errand.row, outcome))
