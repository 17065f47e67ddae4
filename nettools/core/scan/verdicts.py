"""What is told of a host: verdicts on its ports, the ports that could not be probed, and how it ended."""

from typing import Final

from nettools.core.scan.flights import Flights
from nettools.core.scan.host import HostState
from nettools.core.scan.phantoms import PhantomGuard
from nettools.core.scan.places import Places
from nettools.core.scan.reason import CLOSED, OPEN, SILENT, UNANSWERED, UNREACHABLE_PORT, Verdict
from nettools.core.scan.sink import HostEnd, ResultSink
from nettools.core.scan.slots import Slots

_LIMITED_ANSWERS: Final = {0: "resets", 1: "ICMP errors"}
"""Transport -> how a host says "closed"."""


class Verdicts:
    """Keeps count of what each host still owes, and tells the sink; of each port once."""

    __slots__ = ("_flights", "_phantoms", "_places", "_ports", "_sink", "_slots", "settled_count")

    def __init__(
        self, places: Places, sink: ResultSink, *, slots: Slots, flights: Flights, phantoms: PhantomGuard
    ) -> None:
        self._places = places
        self._ports = places.ports
        self._sink = sink
        self._slots = slots
        self._flights = flights
        self._phantoms = phantoms
        self.settled_count = 0
        """How many ports have a verdict or a fault."""

    def settle(
        self,
        host: HostState,
        place: int,
        found: Verdict,
        now_s: float,
        rtt_s: float | None = None,
        ttl: int | None = None,
    ) -> None:
        """The port has its verdict."""
        host.remaining -= 1
        self.settled_count += 1
        if found is CLOSED:
            host.confidence.closed += 1
            (host.watches.get(0) or host.watch(0)).note_closed(place, now_s)
        elif found is OPEN:
            host.confidence.opened += 1
        elif found is UNREACHABLE_PORT:
            host.watch(1).note_closed(place, now_s)
        self._sink.settled(host.index, self._ports[place], found, rtt_s, ttl)

    def settle_silent(self, host: HostState, place: int) -> None:
        """The port said nothing, and is not asked again."""
        host.remaining -= 1
        self.settled_count += 1
        port = self._ports[place]
        self._sink.settled(host.index, port, UNANSWERED if port >> 16 else SILENT, None)

    def settle_bench(self, host: HostState) -> None:
        """The ports that have had all their attempts said nothing."""
        bench, host.bench = host.bench, []
        for place in bench:
            if host.attempts[place] >= host.allowed_attempts(place):
                self.settle_silent(host, place)
            else:
                host.bench.append(place)

    def settle_rest(self, host: HostState, found: Verdict) -> None:
        """All ports that are left have the same verdict, and the host is done (rule G of the plan)."""
        places = self._take_unsettled(host)
        if places:
            host.remaining -= len(places)
            self.settled_count += len(places)
            self._sink.settled_many(host.index, found, [self._ports[place] for place in places])
        self.end(host)

    def unsent(self, host: HostState, place: int, kind: str) -> None:
        """This machine cannot probe the port."""
        host.remaining -= 1
        host.unsent_count += 1
        self.settled_count += 1
        self._sink.unsent(host.index, self._ports[place], kind)

    def unsent_rest(self, host: HostState, kind: str) -> None:
        """This machine cannot send to the host any more, and it is done. What was asked in vain stays silent."""
        self.settle_bench(host)
        for place in self._take_unsettled(host):
            self.unsent(host, place, kind)
        self.end(host)

    def end(
        self, host: HostState, *, is_complete: bool = True, is_absent: bool = False, absent_by: str | None = None
    ) -> None:
        """Nothing more will come of the host."""
        if host.in_flight:
            self._flights.cancel_all(host)
        notes = host.notes
        for transport, lane in host.lanes.items():
            limited = lane.note(_LIMITED_ANSWERS[transport])
            if limited is not None:
                notes.append(limited)
        notes.extend(host.confidence.notes(host.canaries_asked))
        self._slots.release(host, is_clean=not self._flights.cancelled)
        self._phantoms.forget(host.base, host.base + len(host.attempts))
        complete = is_complete and not host.unsent_count
        end = HostEnd(complete=complete, notes=tuple(notes), is_absent=is_absent, absent_by=absent_by)
        self._sink.host_done(host.index, end)

    def _take_unsettled(self, host: HostState) -> list[int]:
        """All ports of the host that have neither a verdict nor a fault; nothing is under way any more."""
        waiting = {*self._flights.cancel_all(host), *host.again, *host.bench, *host.untaken()}
        for lane in host.lanes.values():
            waiting.update(lane.take_all())
        for watch in host.watches.values():
            waiting.difference_update(watch.asking)
        host.again.clear()
        host.bench.clear()
        return sorted(place for place in waiting if place < self._places.port_count)
