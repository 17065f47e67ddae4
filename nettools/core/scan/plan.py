"""The scan as a machine: it says which probe is next and what an answer means; a driver does the sending.

A driver's loop, with the clock as an argument (monotonic seconds) everywhere:

    1. ``next_probe(now)`` until it returns None; for each either ``sent`` (the answer will come later), or
       ``settle``/``connected``/``refused`` (it is here), or ``hold_back``, or ``unsendable``.
    2. Wait for answers, at most ``wait_s(now)``; for each ``settle``, ``connected`` or ``refused``.
    3. ``overdue(now)`` names the probes to give up; close them.
    4. Until ``is_done``; ``abandon()`` when it has to end before.

The rules:

    A. A probe is a place of an active host, known by the number slot * places + place. The places are the
       ports, and behind them discovery probes and canaries. Hosts come lazily and leave when they are done.
    B. A silent port is probed again, ``retries`` times, each time waiting twice as long. While the host has
       not answered at all, one TCP attempt waits the whole timeout instead: the kernel repeats its SYN
       meanwhile. The host's first answer shortens the wait of what is under way.
    C. An answer to a retransmission, ours or the kernel's, proves loss: the host's window is halved, the window
       over all hosts shrinks by the host's part of it, and every silent port of the host is tried
       ``LOSSY_ATTEMPTS`` times, or two attempts more than the attempt that succeeded, up to ``MOST_ATTEMPTS``.
    D. Silent ports wait on the host's bench until nothing else is left to do for it. Their last attempts are
       made together, with controls behind them (``limits``), because a host that limits its answers is silent
       too. Then they are filtered, no-response (UDP: open|filtered).
    E. On this machine's own addresses two probes can meet each other and look open (``phantoms``).
    F. A lack of descriptors, memory, local ports, or of a network that was there before, is never a state of the
       target: the probe goes back to the head of the queue and fewer are sent at once. Only when nothing moves
       for ``PATIENCE_S`` are the ports that are left reported as unsent (``supply``).
    G. An error of this machine's own neighbour discovery is the verdict on all ports of the host.
    H. A host that accepts nearly everything is asked for canaries before it is done (``confidence``).
"""

from collections.abc import Callable, Iterator, Sequence

from nettools.core.address import Address
from nettools.core.scan.asides import Asides
from nettools.core.scan.capacity import NETWORK_FAULTS
from nettools.core.scan.course import Course
from nettools.core.scan.flights import Flights
from nettools.core.scan.host import HostState
from nettools.core.scan.order import Turn
from nettools.core.scan.phantoms import PhantomGuard
from nettools.core.scan.places import Places
from nettools.core.scan.probe_port import ProbePort
from nettools.core.scan.reason import CLOSED, MET_ITSELF, OPEN, Verdict
from nettools.core.scan.sink import ResultSink
from nettools.core.scan.slots import Known, Slots
from nettools.core.scan.supply import Supply
from nettools.core.scan.timing import Timing
from nettools.core.scan.verdicts import Verdicts


class ScanPlan:
    """All probes of a scan. ``sink`` is told of each port once, and of the end of each host."""

    def __init__(
        self,
        turns: Iterator[Turn],
        ports: Sequence[ProbePort],
        timing: Timing,
        *,
        address_of: Callable[[int], Address],
        sink: ResultSink,
        discovers: bool = False,
        has_echo: bool = False,
        canaries: Sequence[ProbePort] = (),
        known: Known | None = None,
    ) -> None:
        """``ports`` are the places of ``turns``. ``discovers``: leave the ports of absent hosts alone.

        ``has_echo``: a prober sends ICMP echoes. ``canaries``: see ``confidence.choose_canaries``.
        """
        self._timing = timing
        self._places = Places(ports, discovers=discovers, has_echo=has_echo, canaries=canaries)
        self._ports = self._places.ports
        self._stride = self._places.stride
        self._phantoms = PhantomGuard(ports)
        self._flights = Flights()
        self._under_way = self._flights.under_way
        self._cancelled = self._flights.cancelled
        self._supply = Supply(timing)
        self._overall = self._supply.overall
        self._slots = Slots(iter(turns), self._places, timing, address_of=address_of, known=known)
        self._verdicts = Verdicts(self._places, sink, slots=self._slots, flights=self._flights, phantoms=self._phantoms)
        asides = Asides(self._places, timing, sink, self._verdicts, self._flights)
        self._course = Course(self._places, timing, self._verdicts, asides, self._slots, self._overall)
        self._now_s = 0.0
        self._is_admitting = False
        self.sent_count = self.retransmitted_count = 0
        self.stopped_by: str | None = None
        """The kind of the local fault that ended the scan before all hosts were begun."""

    @property
    def is_done(self) -> bool:
        return not self._slots.active_count and not self._slots.has_more

    @property
    def settled_count(self) -> int:
        """How many ports have a verdict, or a fault of this machine."""
        return self._verdicts.settled_count

    @property
    def in_flight_count(self) -> int:
        return len(self._under_way)

    def endpoint(self, probe: int) -> tuple[Address, ProbePort]:
        """Where a probe goes."""
        slot, place = divmod(probe, self._stride)
        host = self._slots.hosts[slot]
        assert host is not None
        return host.address, self._ports[place]

    def next_probe(self, now_s: float) -> int | None:
        """The probe to send now, None when there is none or no room for one."""
        self._now_s = now_s
        self._is_admitting = False
        slots = self._slots
        if slots.wakes:
            slots.wake(now_s)
        if not self._supply.has_room(len(self._under_way), now_s):
            return None
        if slots.upcoming is not None and slots.free:
            self._course.admit(now_s)
        ready = slots.ready
        while ready:
            host = ready[0]
            place = host.take(now_s)
            if place is None:
                slots.pass_by(now_s)
                continue
            if len(ready) > 1:
                ready.rotate(-1)
            host.in_flight += 1
            if self._supply.pace is not None:
                self._supply.pace.take(now_s)
            if self._timing.delay_s:
                host.not_before_s = now_s + self._timing.delay_s
            return host.base + place
        self._is_admitting = slots.may_admit
        return None

    def sent(self, probe: int, now_s: float) -> None:
        """The probe is on its way; its time runs from ``now_s``."""
        slot, place = divmod(probe, self._stride)
        host = self._slots.hosts[slot]
        assert host is not None
        self._count(host, place)
        self._flights.begin(host, place, now_s)

    def hold_back(self, probe: int, now_s: float, kind: str = "local-resources") -> None:
        """This machine has no descriptor, memory, port or network left: the probe waits (rule F)."""
        host, place = self._host_of(probe), probe % self._stride
        if host is None:
            return
        if self._under_way.pop(probe, None) is not None:
            host.attempts[place] -= 1
        else:
            self._supply.give_back()
        host.in_flight -= 1
        self._course.put_back(host, place)
        if kind not in NETWORK_FAULTS:
            self._supply.lacks(len(self._under_way), now_s)
        elif self._supply.is_patience_over(host, kind, now_s):
            self._verdicts.unsent_rest(host, kind)

    def unsendable(self, probe: int, kind: str) -> None:
        """This machine refuses to send the probe (no route, its own firewall): the port has no state (rule F)."""
        host, place, now_s = self._host_of(probe), probe % self._stride, self._now_s
        if host is None:
            return
        if self._supply.may_pass(host, kind, now_s):
            self.hold_back(probe, now_s, kind)
            return
        if self._under_way.pop(probe, None) is None:
            self._supply.give_back()
        host.in_flight -= 1
        self._supply.refuses(kind, now_s)
        self._course.refused_here(host, place, kind, now_s)

    def settle(
        self, probe: int, found: Verdict, now_s: float, rtt_s: float | None = None, ttl: int | None = None
    ) -> None:
        """The probe has its answer. ``rtt_s`` is given for one that was answered at once and never ``sent``."""
        slot, place = divmod(probe, self._stride)
        host = self._slots.hosts[slot]
        flight = self._under_way.pop(probe, None)
        if flight is not None and host is not None:
            attempt = flight[1]
            rtt_s = now_s - flight[0]
        elif host is None or probe in self._cancelled:
            return
        else:
            attempt = self._count(host, place)
        host.in_flight -= 1
        self._supply.ended(is_answered=True)
        if found.reason_ip is None:  # ICMP errors are rate limited and come from other boxes: they teach nothing
            if attempt > 1:
                if not host.is_limited(self._ports[place] >> 16):
                    self._supply.lost(host, attempt, now_s, len(self._under_way))
            else:
                if rtt_s is not None:
                    host.rtt.sample(rtt_s)
                host.window.grow()
                self._overall.grow()
            if host.unknown_in_flight and host.rtt.is_known:
                self._flights.hurry(host)
        self._course.answered(host, place, found, attempt, now_s, rtt_s, ttl)

    def connected(
        self,
        probe: int,
        local: Address | None,
        local_port: int,
        now_s: float,
        rtt_s: float | None = None,
        *,
        retransmissions: int = 0,
        window: int | None = None,
    ) -> None:
        """The probe got a connection from ``local``:``local_port``; rule E decides whether that means open."""
        host, place = self._host_of(probe), probe % self._stride
        if host is None:
            return
        judgement = self._phantoms.judge(probe, self._ports[place], local_port) if local == host.address else "open"
        if judgement == "again":
            self.sent_count += self._under_way.pop(probe, None) is None
            self._course.ask_anew(host, place)
            return
        if window is not None:
            host.confidence.note_window(window)
        if retransmissions:
            self._supply.lost(host, 2, now_s, len(self._under_way))
        self.settle(probe, OPEN if judgement == "open" else MET_ITSELF, now_s, rtt_s)

    def refused(self, probe: int, now_s: float, rtt_s: float | None = None, *, retransmissions: int = 0) -> None:
        """The target reset the connection attempt."""
        slot, place = divmod(probe, self._stride)
        host = self._slots.hosts[slot]
        if host is None or rtt_s is None or not host.is_plain or host.attempts[place] or self._supply.is_strained:
            if retransmissions and host is not None:
                self._supply.lost(host, 2, now_s, len(self._under_way))
            self.settle(probe, CLOSED, now_s, rtt_s)
            return
        # What settle comes to for a first attempt that was answered at once: 65,535 times on a loopback address.
        self.sent_count += 1
        host.has_sent = True
        host.attempts[place] = 1
        host.in_flight -= 1
        host.rtt.sample(rtt_s)
        host.window.grow()
        if host.unknown_in_flight:
            self._flights.hurry(host)
        self._verdicts.settle(host, place, CLOSED, now_s, rtt_s)
        if not host.is_queued or host.cursor == host.count:
            self._course.go_on(host)

    def is_something_due(self, now_s: float) -> bool:
        """Whether ``overdue`` may name a probe: the driver looks for late answers first."""
        moments = (self._flights.next_s, self._slots.next_deadline_s)
        return any(moment is not None and moment <= now_s for moment in moments)

    def overdue(self, now_s: float) -> list[int]:
        """The probes to give up: their time is up, or nobody wants their answer any more (rules B to D, G)."""
        for host in self._slots.expired(now_s):
            self._course.expire(host)
        given_up = []
        for host, place, attempt in self._flights.overdue(self._slots.hosts, self._stride, now_s):
            given_up.append(host.base + place)
            self._supply.ended(is_answered=False)
            self._course.silent(host, place, attempt, now_s)
        fault = self._supply.hopeless_fault(len(self._under_way), now_s)
        if fault is not None and self._course.give_up_sending(fault, now_s):
            self.stopped_by = fault
        if self._cancelled:
            given_up.extend(self._flights.take_cancelled())
            self._slots.clean()
        return given_up

    def wait_s(self, now_s: float) -> float | None:
        """How long nothing will be due, None when only an answer can move things on."""
        if self._is_admitting or self._cancelled:
            return 0.0
        moments = (self._flights.next_s, self._supply.next_s, self._slots.next_wake_s, self._slots.next_deadline_s)
        next_s = min((moment for moment in moments if moment is not None), default=None)
        return None if next_s is None else max(0.0, next_s - now_s)

    def abandon(self) -> None:
        """The scan ends here: the sink is told of the end of every host that was begun."""
        self._course.abandon()

    def _host_of(self, probe: int) -> HostState | None:
        """The host that waits for the probe; None when it was cancelled and the driver does not know that yet."""
        return None if probe in self._cancelled else self._slots.hosts[probe // self._stride]

    def _count(self, host: HostState, place: int) -> int:
        """One more attempt went out. Returns its number."""
        self.sent_count += 1
        self._supply.went_out(host)
        self.retransmitted_count += host.attempts[place] > 0
        attempt = host.attempts[place] = min(255, host.attempts[place] + 1)
        return attempt
