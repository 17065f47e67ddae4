"""The driver of a scan with packets of our own: does what the plan says with packet sockets and a clock."""

import os
import select
from _thread import start_new_thread
from collections.abc import Callable, Iterable, Iterator, Sequence
from time import monotonic
from typing import TYPE_CHECKING, Final

from nettools.core.address import Address
from nettools.core.packet.answers import Segment, Segments, read_packet, read_segments
from nettools.core.packet.filter import ipv4_answers, ipv6_answers
from nettools.core.packet.headers import ETHERTYPE_IPV4, ETHERTYPE_IPV6, ProbeKind
from nettools.core.scan.order import Turn
from nettools.core.scan.probe_port import ProbePort
from nettools.core.scan.sink import ResultSink
from nettools.core.scan.sweep.intake import Entropy
from nettools.core.scan.sweep.lane import Lane
from nettools.core.scan.sweep.listen import Listener
from nettools.core.scan.sweep.plan import Sweep
from nettools.core.scan.timing import Timing
from nettools.net.interrupts import Interrupts
from nettools.net.packet_sender import GONE, SendRoom, Sent
from nettools.net.packet_socket import AnswerRing
from nettools.net.scan.arrivals import Arrivals
from nettools.net.scan.source import ProbeSource
from nettools.net.scan.source_port import SourcePorts
from nettools.net.sockets import REFUSALS

if TYPE_CHECKING:
    from nettools.net.packet_crew import Crew

_LONGEST_WAIT_S: Final = 0.25
"""Progress is told at least this often, also while nobody answers."""
_BURST: Final = 8
"""Batches sent between two looks at what has come back."""
_WORTH_A_THREAD: Final = 128
"""Smaller batches are sent at once: handing them over would cost more than it gains."""
_WORTH_THREADS: Final = 8192
"""Fewer probes than these are over before threads help."""
_BUSY_WAIT_S: Final = 0.002
_CHECK_S: Final = 0.1
"""Between two looks at the interfaces; less than anybody waits for an answer before silence is believed."""


class RawScan:
    """A SYN or ACK scan of the hosts of ``turns``, whose addresses ``address_of`` tells, at their ``ports``.

    ``entropy`` gives so many unpredictable octets (``os.urandom``): nobody can forge answers who cannot guess them.
    """

    def __init__(
        self,
        turns: Iterable[Turn],
        ports: Sequence[ProbePort],
        timing: Timing,
        *,
        address_of: Callable[[int], Address],
        sink: ResultSink,
        interrupts: Interrupts,
        kind: ProbeKind = "syn",
        entropy: Entropy = os.urandom,
        source: Address | None = None,
        interface: str | None = None,
        source_port: int | None = None,
    ) -> None:
        """Opens what it needs. Raises MissingPrivilege without CAP_NET_RAW, LocalFault, OptionError."""
        self._interrupts = interrupts
        self._kind: ProbeKind = kind
        self._interface = interface
        self._rings: dict[int, AnswerRing] = {}
        self._rooms: dict[int, list[SendRoom]] = {}
        self._room_count: dict[int, int] = {}
        self._check_again_s = 0.0
        self._crew: Crew | None = None
        self._crew_size = _useful_threads()
        # poll(2): epoll would be woken by each single packet, also while nobody waits.
        self._poll = select.poll()
        self._watch(interrupts.fileno())
        ProbeSource(address=source, interface=interface).check()
        self._source_ports = SourcePorts(source_port, entropy)
        self._sweep = Sweep(ports, timing, sink=sink, entropy=entropy, tags=len(self._source_ports.numbers))
        try:
            self._ring(4)
            self._arrivals = Arrivals(
                turns,
                ports,
                self._sweep,
                address_of,
                sink,
                source=source,
                interface=interface,
                watch=self._watch,
            )
        except BaseException:
            self._close()
            raise
        self._listener = Listener(self._sweep, kind, self._arrivals.own_addresses)

    @property
    def sent_count(self) -> int:
        """Probes sent, repeated ones too."""
        return self._sweep.sent_count

    @property
    def retransmitted_count(self) -> int:
        """Probes sent again."""
        return self._sweep.retransmitted_count

    @property
    def settled_count(self) -> int:
        """Ports that have their verdict."""
        return self._sweep.ends.settled_count

    def run(self, on_tick: Callable[[float], None]) -> None:
        """Scan until all is done or a signal comes; ``on_tick`` is called now and then with the time."""
        try:
            while not self._interrupts.has_fired:
                now = monotonic()
                self._arrivals.work(now)
                self._listen(now)
                self._check_lanes(now)
                self._sweep.tick(now)
                is_more = self._send_burst()
                if self._is_done:
                    break
                self._wait(is_more)
                on_tick(now)
            self._crew_stops()
            self._listen(monotonic())
        finally:
            self._sweep.end()
            self._arrivals.close()
            self._close()

    @property
    def _is_done(self) -> bool:
        return self._sweep.is_idle and self._arrivals.is_exhausted and not self._outstanding

    # --- sending ----------------------------------------------------------------------------------

    def _send_burst(self) -> bool:
        """Send what may be sent now, at most a burst. Returns whether there may be more."""
        for _ in range(_BURST):
            self._note_sent()
            batch = self._sweep.next_batch(monotonic())
            if batch is None:
                return False
            room = self._free_room(batch.run.lane)
            count = batch.fill(room.packets)
            crew = self._call_crew() if count >= _WORTH_A_THREAD else None
            if crew is not None:
                crew.submit(room, batch, count)
            else:
                self._rooms[batch.run.lane.number].append(room)
                self._conclude(room.send(batch, count))
        return True

    def _call_crew(self) -> "Crew | None":
        """Threads that send, where the scan is large enough and the machine has processors for them."""
        if self._crew is None and self._crew_size and self._sweep.unsent_count >= _WORTH_THREADS:
            from nettools.net.packet_crew import Crew

            crew = Crew()
            if crew.start(self._crew_size):
                self._crew = crew
            else:
                self._crew_size = 0
        return self._crew

    @property
    def _outstanding(self) -> int:
        return self._crew.outstanding if self._crew is not None else 0

    def _free_room(self, lane: Lane) -> SendRoom:
        """Room for a batch; while all are being sent, the answers are read."""
        free = self._rooms.setdefault(lane.number, [])
        while not free:
            if self._room_count.get(lane.number, 0) <= self._crew_size + 1:
                self._ring(lane.version)
                self._room_count[lane.number] = self._room_count.get(lane.number, 0) + 1
                return SendRoom(lane, self._kind, self._source_ports.numbers.start)
            if not self._take_done(0.0):
                self._listen(monotonic())
                self._take_done(_BUSY_WAIT_S)
        return free.pop()

    def _note_sent(self) -> None:
        while self._outstanding and self._take_done(0.0):
            pass

    def _take_done(self, timeout_s: float) -> bool:
        done = None if self._crew is None else self._crew.take_done(timeout_s)
        if done is None:
            return False
        room, sent = done
        self._rooms[sent.batch.run.lane.number].append(room)
        self._conclude(sent)
        return True

    def _conclude(self, sent: Sent) -> None:
        batch = sent.batch
        self._sweep.sent(batch, sent.began_s, sent.ended_s)
        for place, number in sent.refused:
            if number in GONE:
                self._lane_lost(batch.run.lane)
                break
            self._sweep.unsendable(batch, place, REFUSALS.get(number, "local-resources"))

    def _check_lanes(self, now: float) -> None:
        """Silence on an interface that is down says nothing of anybody else."""
        if now < self._check_again_s:
            return
        self._check_again_s = now + _CHECK_S
        for lane in self._arrivals.lanes_down():
            self._lane_lost(lane)

    def _lane_lost(self, lane: Lane) -> None:
        self._sweep.lane_lost(lane, "network-down")
        self._arrivals.lane_lost(lane)

    def _crew_stops(self) -> None:
        if self._crew is not None:
            self._crew.stop()
        self._note_sent()

    # --- hearing ----------------------------------------------------------------------------------

    def _ring(self, version: int) -> AnswerRing:
        """The ring of the answers of that IP version."""
        if version not in self._rings:
            ports = self._source_ports.numbers
            if version == 4:
                ring = AnswerRing(ETHERTYPE_IPV4, ipv4_answers(ports), self._interface)
            else:
                ring = AnswerRing(ETHERTYPE_IPV6, ipv6_answers(ports), self._interface)
            self._rings[version] = ring
            self._watch(ring.fileno())
        return self._rings[version]

    def _listen(self, now: float) -> None:
        for version, ring in self._rings.items():
            is_any = False
            for packets, times_s in ring.runs():
                is_any = True
                segments = read_segments(packets, version)
                if segments is not None:
                    self._listener.heard(version, segments, times_s, now)
                else:
                    self._hear_each(version, (packets.packet(number) for number in range(packets.count)), times_s, now)
            if is_any and ring.take_lost_count():
                self._sweep.answers_lost()

    def _hear_each(self, version: int, packets: Iterator[bytes], times_s: list[float], now: float) -> None:
        for packet, at_s in zip(packets, times_s, strict=True):
            found = read_packet(packet)
            if isinstance(found, Segment):
                self._listener.heard(version, Segments(*[(value,) for value in found]), [at_s], now)
            elif found is not None:
                self._listener.noticed(found, at_s)

    def _watch(self, descriptor: int) -> None:
        self._poll.register(descriptor, select.POLLIN)

    def _wait(self, is_more: bool) -> None:
        now = monotonic()
        waits = [_LONGEST_WAIT_S, self._sweep.wait_s(now), self._arrivals.wait_s(now)]
        wait_s = 0.0 if is_more else min(wait for wait in waits if wait is not None)
        if self._outstanding and wait_s > 0:
            self._take_done(min(wait_s, _BUSY_WAIT_S))
        elif wait_s > 0:
            ready = self._poll.poll(wait_s * 1000)
            if any(descriptor == self._interrupts.fileno() for descriptor, _ in ready):
                self._interrupts.drain()

    def _close(self) -> None:
        if self._crew is not None:
            self._crew.stop()
        rings = list(self._rings.values())
        if self._interrupts.owns_process:
            # Taking a ring away waits for all processors to let go of it, 20 ms; the answer can be written meanwhile.
            start_new_thread(_close_all, (rings,))
        else:
            _close_all(rings)  # whoever called us finds no thread when we return
        for rooms in self._rooms.values():
            for room in rooms:
                room.close()
        self._source_ports.close()


def _close_all(rings: list[AnswerRing]) -> None:
    for ring in rings:
        ring.close()


def _useful_threads() -> int:
    """None where there is one processor."""
    return 0 if len(os.sched_getaffinity(0)) < 2 else 2
