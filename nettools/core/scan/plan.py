"""The scan as a machine: it says which probe is next and what an answer means; a driver does the sending.

A driver's loop, with the clock as an argument (monotonic seconds) everywhere:

    1. ``next_probe(now)`` until it returns None; for each either
       ``sent`` (the answer will come later) or ``settle``/``connected`` (it is here already), or
       ``hold_back`` (this machine lacks a descriptor or port), or ``unsendable`` (it refuses to send).
    2. Wait for answers, at most ``wait_s(now)``; for each ``settle``, ``connected`` or ``refused``.
    3. ``overdue(now)`` names the probes to give up; close them.
    4. Until ``is_done``.

The rules:

    A. A probe is a (host, port), known by the number host * ports + port index.
    B. A silent port is probed again, ``retries`` times, each time waiting twice as long. While the host has
       not answered at all, one attempt waits the whole timeout instead: the kernel repeats its SYN meanwhile.
       The host's first answer shortens the wait of what is under way.
    C. An answer to a retransmission proves loss: the host's window is halved, and every silent port of
       the host may be tried two attempts more than the attempt that succeeded, up to ``MOST_ATTEMPTS``.
    D. Ports that stayed silent wait on the host's bench until nothing else is left to do for it, because
       rule C may still give them another attempt. Then they are filtered, no-response.
    E. On this machine's own addresses two probes can meet each other and look open: a connection whose two
       ends are the same socket is probed again, one whose source port is among the ports scanned is
       believed when a second connection says so too (``phantoms``).
    F. A lack of descriptors, memory or local ports is never a state of the target: the probe goes back
       to the head of the queue and fewer are sent at once. Only when nothing at all moves for
       ``PATIENCE_S`` are the ports that are left reported as unsent.
"""

from collections import deque
from collections.abc import Sequence

from nettools.core.address import Address
from nettools.core.scan.capacity import Capacity
from nettools.core.scan.host import HostState
from nettools.core.scan.phantoms import PhantomGuard
from nettools.core.scan.reason import CLOSED, MET_ITSELF, OPEN, SILENT, OnSettled, OnUnsent, Verdict
from nettools.core.scan.reminders import Reminders
from nettools.core.scan.timing import Timing


class ScanPlan:
    """All probes of a scan of some addresses over the same ports."""

    def __init__(
        self,
        addresses: Sequence[Address],
        ports: Sequence[int],
        timing: Timing,
        *,
        on_settled: OnSettled,
        on_unsent: OnUnsent,
    ) -> None:
        self._addresses = addresses
        self._ports = ports
        self._phantoms = PhantomGuard(ports)
        self._on_settled = on_settled
        self._on_unsent = on_unsent
        self._hosts = [HostState(index, timing) for index in range(len(addresses))]
        self._ready = deque(self._hosts if ports else [])
        self._in_flight: dict[int, tuple[float, int]] = {}
        self._attempts: dict[int, int] = {}
        self._reminders = Reminders()
        self._capacity = Capacity(timing.max_in_flight)
        self._remaining = len(addresses) * len(ports)
        self.total = self._remaining
        self.sent_count = 0
        self.retransmitted_count = 0

    @property
    def is_done(self) -> bool:
        return self._remaining == 0

    @property
    def settled_count(self) -> int:
        return self.total - self._remaining

    @property
    def in_flight_count(self) -> int:
        return len(self._in_flight)

    def endpoint(self, probe: int) -> tuple[int, int]:
        """(host index, port) of a probe."""
        host, place = divmod(probe, len(self._ports))
        return host, self._ports[place]

    def next_probe(self, now_s: float) -> int | None:
        """The probe to send now, None when there is none or no room for one."""
        if not self._capacity.has_room(len(self._in_flight), now_s):
            return None
        ready = self._ready
        while ready:
            host = ready[0]
            if host.in_flight >= host.window.size:
                ready.popleft().is_queued = False
                continue
            if host.again:
                probe = host.again.popleft()
            elif host.cursor < len(self._ports):
                probe = host.index * len(self._ports) + host.cursor
                host.cursor += 1
            else:
                ready.popleft().is_queued = False
                continue
            if len(ready) > 1:
                ready.rotate(-1)
            host.in_flight += 1
            return probe
        return None

    def sent(self, probe: int, now_s: float) -> None:
        """The probe is on its way; its time runs from ``now_s``."""
        self._capacity.sent()
        attempt = self._count_attempt(probe)
        self._in_flight[probe] = (now_s, attempt)
        host = self._host(probe)
        if not host.rtt.is_known:
            host.unknown_in_flight.append(probe)
        self._reminders.add(probe, attempt, now_s + host.rtt.wait_s(attempt))

    def settle(self, probe: int, found: Verdict, now_s: float, rtt_s: float | None = None) -> None:
        """The probe has its answer. ``rtt_s`` is given for one that was answered at once and never ``sent``."""
        flight = self._in_flight.pop(probe, None)
        if flight is not None:
            sent_at_s, attempt = flight
            rtt_s = now_s - sent_at_s
        else:
            attempt = self._count_attempt(probe)
        host = self._host(probe)
        self._learn(host, attempt, rtt_s, now_s, is_answer_of_host=found.reason_ip is None)
        self._finish(host, probe, found, rtt_s)

    def connected(
        self, probe: int, local: Address | None, local_port: int, now_s: float, rtt_s: float | None = None
    ) -> None:
        """The probe got a connection from ``local``:``local_port``; rule E decides whether that means open."""
        host_index, port = self.endpoint(probe)
        is_own = local == self._addresses[host_index]
        judgement = self._phantoms.judge(probe, port, local_port) if is_own else "open"
        if judgement == "again":
            self._probe_again(probe)
        else:
            self.settle(probe, OPEN if judgement == "open" else MET_ITSELF, now_s, rtt_s)

    def refused(self, probe: int, now_s: float, rtt_s: float | None = None) -> None:
        """The target reset the connection attempt."""
        self.settle(probe, CLOSED, now_s, rtt_s)

    def is_something_due(self, now_s: float) -> bool:
        """Whether ``overdue`` may name a probe: the driver looks for late answers first."""
        return self._reminders.next_s is not None and self._reminders.next_s <= now_s

    def overdue(self, now_s: float) -> list[int]:
        """The probes whose time is up; each is queued again or goes to the bench (rules B to D)."""
        given_up: list[int] = []
        for probe, attempt in self._reminders.due(now_s):
            flight = self._in_flight.get(probe)
            if flight is None or flight[1] != attempt:
                continue
            due_s = flight[0] + self._host(probe).rtt.wait_s(attempt)
            if due_s > now_s:  # round trips turned out to be longer than when it was sent
                self._reminders.add(probe, attempt, due_s)
                continue
            del self._in_flight[probe]
            given_up.append(probe)
            self._silent(probe, attempt)
        if self._capacity.is_hopeless(len(self._in_flight), now_s):
            self._give_up_sending("local-resources")
        return given_up

    def hold_back(self, probe: int, now_s: float) -> None:
        """This machine has no descriptor, memory or port left: the probe waits, and less is sent at once (rule F)."""
        host = self._host(probe)
        host.in_flight -= 1
        if self._in_flight.pop(probe, None) is not None:
            self._attempts[probe] -= 1
        host.again.appendleft(probe)
        self._queue(host)
        self._capacity.lacks(len(self._in_flight), now_s)

    def unsendable(self, probe: int, kind: str) -> None:
        """This machine refuses to send the probe (no route, its own firewall): the port has no state."""
        host = self._host(probe)
        host.in_flight -= 1
        self._remaining -= 1
        self._in_flight.pop(probe, None)
        self._attempts.pop(probe, None)
        self._on_unsent(*self.endpoint(probe), kind)
        self._queue(host)
        self._settle_bench_if_idle(host)

    def wait_s(self, now_s: float) -> float | None:
        """How long nothing will be due, None when only an answer can move things on."""
        moments = [moment for moment in (self._reminders.next_s, self._capacity.resume_at_s) if moment is not None]
        return max(0.0, min(moments) - now_s) if moments else None

    def _host(self, probe: int) -> HostState:
        return self._hosts[probe // len(self._ports)]

    def _hurry(self, host: HostState) -> None:
        """The first round trip is known: what was sent before it need not wait the whole timeout."""
        for probe in host.unknown_in_flight:
            flight = self._in_flight.get(probe)
            if flight is not None:
                self._reminders.add(probe, flight[1], flight[0] + host.rtt.wait_s(flight[1]))
        host.unknown_in_flight.clear()

    def _count_attempt(self, probe: int) -> int:
        attempt = self._attempts.get(probe, 0) + 1
        if attempt > 1:
            self.retransmitted_count += 1
        self._attempts[probe] = attempt
        self.sent_count += 1
        return attempt

    def _learn(
        self, host: HostState, attempt: int, rtt_s: float | None, now_s: float, *, is_answer_of_host: bool
    ) -> None:
        self._capacity.ended()
        self._capacity.answered()
        if not is_answer_of_host:
            return  # ICMP errors are rate limited and come from other boxes: they teach nothing about the path
        host.learn(attempt, rtt_s, now_s)
        if host.unknown_in_flight and host.rtt.is_known:
            self._hurry(host)

    def _finish(self, host: HostState, probe: int, found: Verdict, rtt_s: float | None) -> None:
        host.in_flight -= 1
        self._remaining -= 1
        self._attempts.pop(probe, None)
        self._on_settled(host.index, self._ports[probe % len(self._ports)], found, rtt_s)
        self._queue(host)
        self._settle_bench_if_idle(host)

    def _probe_again(self, probe: int) -> None:
        if self._in_flight.pop(probe, None) is None:
            self.sent_count += 1
        self._attempts.pop(probe, None)
        host = self._host(probe)
        host.in_flight -= 1
        host.again.append(probe)
        self._queue(host)

    def _silent(self, probe: int, attempt: int) -> None:
        self._capacity.ended()
        host = self._host(probe)
        host.in_flight -= 1
        if attempt < host.allowed_attempts:
            host.again.append(probe)
        else:
            host.bench.append(probe)
            if host.best_attempt == 1:
                host.window.grow()
        self._queue(host)
        self._settle_bench_if_idle(host)

    def _settle_bench_if_idle(self, host: HostState) -> None:
        """Rule D: with nothing else left for the host, its silent ports get another attempt or their verdict."""
        if host.in_flight or host.again or host.cursor < len(self._ports) or not host.bench:
            return
        bench, host.bench = host.bench, []
        allowed = host.allowed_attempts
        for probe in bench:
            if self._attempts[probe] < allowed:
                host.again.append(probe)
            else:
                self._remaining -= 1
                del self._attempts[probe]
                self._on_settled(host.index, self._ports[probe % len(self._ports)], SILENT, None)
        if host.again:
            self._queue(host)

    def _queue(self, host: HostState) -> None:
        if not host.is_queued:
            host.is_queued = True
            self._ready.append(host)

    def _give_up_sending(self, kind: str) -> None:
        for host in self._hosts:
            waiting = [
                *host.again,
                *range(host.index * len(self._ports) + host.cursor, (host.index + 1) * len(self._ports)),
            ]
            host.again.clear()
            host.cursor = len(self._ports)
            for probe in waiting:
                self._remaining -= 1
                self._on_unsent(*self.endpoint(probe), kind)
            self._settle_bench_if_idle(host)
        self._capacity.forgive()
