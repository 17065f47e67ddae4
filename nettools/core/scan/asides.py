"""What a host is asked besides its ports: whether it is there, controls, batches under a limit, canaries.

Each handler says whether what happened is about a port of the scan that has still to be dealt with as such.
"""

from collections import deque

from nettools.core.scan.discovery import Discovery, is_evidence
from nettools.core.scan.flights import Flights
from nettools.core.scan.host import HostState
from nettools.core.scan.limited_lane import LimitedLane
from nettools.core.scan.places import Places
from nettools.core.scan.reason import CLOSED, OPEN, UNREACHABLE_PORT, Verdict
from nettools.core.scan.sink import ResultSink
from nettools.core.scan.timing import Timing
from nettools.core.scan.verdicts import Verdicts


class Asides:
    """Deals with the places that are not, or not just now, ordinary ports of a host."""

    __slots__ = ("_canaries", "_discovery", "_flights", "_port_count", "_ports", "_retries", "_sink", "_verdicts")

    def __init__(self, places: Places, timing: Timing, sink: ResultSink, verdicts: Verdicts, flights: Flights) -> None:
        self._ports = places.ports
        self._port_count = places.port_count
        self._discovery = places.discovery
        self._canaries = places.canaries
        self._retries = timing.retries
        self._sink = sink
        self._verdicts = verdicts
        self._flights = flights

    # --- what is asked ----------------------------------------------------------------------------

    def discover(self, host: HostState) -> None:
        """Ask whether the host is there, before its ports, if that is wanted."""
        if self._discovery:
            host.is_plain = False
            host.discovery = Discovery(self._discovery)
            host.again.extend(self._discovery)

    def ask_controls(self, host: HostState, transport: int) -> None:
        """Ask ports that are known to be closed behind what is being asked (rule A of ``limits``)."""
        watch = host.watches.get(transport)
        if watch is not None and transport not in host.lanes:
            host.is_plain = False
            for place in watch.controls():
                host.attempts[place] = 0  # what was asked of it before is over
                host.again.append(place)

    def ask_canaries(self, host: HostState) -> bool:
        """Ask ports where nobody listens, if the host is suspicious. Whether it is asked now."""
        if not self._canaries or host.canaries_asked or not host.confidence.is_suspicious:
            return False
        host.is_plain = False
        host.canaries = set(self._canaries)
        host.canaries_asked = len(host.canaries)
        host.again.extend(self._canaries)
        return True

    # --- what comes of it -------------------------------------------------------------------------

    def is_result(
        self, host: HostState, place: int, found: Verdict, attempt: int, now_s: float, rtt_s: float | None
    ) -> bool:
        """An answer came."""
        transport = self._ports[place] >> 16
        is_closed = found is CLOSED or found is UNREACHABLE_PORT
        lane, watch = host.lanes.get(transport), host.watches.get(transport)
        if lane is not None and lane.owns(place):
            is_port = not lane.is_control(place)
            certain = lane.closed(place, now_s, was_silent_before=attempt > 1) if is_closed else lane.drop(place, now_s)
            self._batch_went_on(host, transport, certain)
            return is_port
        if watch is not None and place in watch.asking:
            self._control_ended(host, place, now_s, has_answered=is_closed)
            return False
        if place in host.canaries:
            host.canaries.discard(place)
            if found is OPEN:
                host.confidence.note_canary()
            return False
        if host.discovery is not None:
            return self._is_discovered(host, host.discovery, place, found, rtt_s)
        return place < self._port_count

    def is_silence(self, host: HostState, place: int, attempt: int, now_s: float) -> bool:
        """An attempt had no answer in time."""
        transport = self._ports[place] >> 16
        lane, watch = host.lanes.get(transport), host.watches.get(transport)
        if lane is not None and lane.owns(place):
            self._batch_went_on(host, transport, lane.silent(place, now_s))
        elif watch is not None and place in watch.asking:
            self._control_ended(host, place, now_s, has_answered=False)
        elif place in host.canaries:
            if attempt <= self._retries:
                host.again.append(place)
            else:
                host.canaries.discard(place)
        elif host.discovery is not None:
            if host.discovery.wants_again(place, attempt):
                host.again.append(place)
            self._end_if_absent(host, host.discovery)
        elif lane is not None and place < self._port_count:
            lane.add(place)  # it was under way when the limit was seen
        else:
            return place < self._port_count
        return False

    def is_refusal(self, host: HostState, place: int, now_s: float) -> bool:
        """This machine refused to send."""
        transport = self._ports[place] >> 16
        lane, watch = host.lanes.get(transport), host.watches.get(transport)
        if lane is not None and lane.owns(place):
            is_port = not lane.is_control(place)
            self._batch_went_on(host, transport, lane.drop(place, now_s))
            return is_port
        if watch is not None and place in watch.asking:
            watch.asking.clear()  # nothing is learnt of a limit
            return False
        if host.discovery is not None:
            host.discovery.drop(place)
            if host.discovery.places:
                self._end_if_absent(host, host.discovery)
            else:
                host.discovery = None  # the ports will be refused as well, and each is told
            return False
        host.canaries.discard(place)
        return place < self._port_count

    # --- discovery --------------------------------------------------------------------------------

    def _is_discovered(
        self, host: HostState, discovery: Discovery, place: int, found: Verdict, rtt_s: float | None
    ) -> bool:
        if not is_evidence(found, host.address):
            discovery.note_foreign(place, found)
            if found.is_from_here:
                self._verdicts.end(host, is_complete=False, is_absent=True, absent_by=found.reason)
            else:
                self._end_if_absent(host, discovery)
            return False
        host.discovery = None
        self._sink.seen(host.index, found.reason, rtt_s)
        for other in discovery.places:
            if other != place:
                self._hand_over(host, other, discovery.foreign.get(other))
        if not host.owes(place):
            return False
        host.skip(place)
        return True

    def _hand_over(self, host: HostState, place: int, foreign: Verdict | None) -> None:
        """The host is there: what discovery asked goes on as one of its ports, or ends."""
        is_waiting = place in host.again
        if is_waiting:
            host.again.remove(place)
        if not host.owes(place):
            self._flights.cancel(host, place)
        elif foreign is not None:
            host.skip(place)
            self._verdicts.settle(host, place, foreign, 0.0)
        elif not is_waiting:
            host.skip(place)
            if not self._flights.is_under_way(host, place):
                host.again.append(place)

    def _end_if_absent(self, host: HostState, discovery: Discovery) -> None:
        if discovery.is_over:
            self._verdicts.end(host, is_complete=False, is_absent=True)

    # --- limits -----------------------------------------------------------------------------------

    def _control_ended(self, host: HostState, place: int, now_s: float, *, has_answered: bool) -> None:
        transport = self._ports[place] >> 16
        watch = host.watches[transport]
        if not watch.control_ended(place, now_s, has_answered=has_answered):
            return
        host.best_attempt = 1  # it was the limit that looked like loss
        lane = host.lanes[transport] = LimitedLane(watch, now_s, proofs=2 if self._retries > 1 else 1)
        for waiting in (*host.bench, *host.again):
            if self._ports[waiting] >> 16 == transport:
                lane.add(waiting)
        host.bench = [waiting for waiting in host.bench if self._ports[waiting] >> 16 != transport]
        host.again = deque(waiting for waiting in host.again if self._ports[waiting] >> 16 != transport)

    def _batch_went_on(self, host: HostState, transport: int, certain: list[int]) -> None:
        for place in certain:
            self._verdicts.settle_silent(host, place)
        if host.lanes[transport].is_no_limit:
            host.again.extend(host.lanes.pop(transport).take_all())
