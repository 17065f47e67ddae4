"""The course of one host's probing, from its first port to its end.

``ScanPlan`` says what goes out when; this says what an answer, or silence, means for the host that was asked.
"""

from typing import Final

from nettools.core.scan.asides import Asides
from nettools.core.scan.host import HostState
from nettools.core.scan.places import Places
from nettools.core.scan.reason import Verdict
from nettools.core.scan.slots import Slots
from nettools.core.scan.timing import Timing, Window
from nettools.core.scan.verdicts import Verdicts

_MOST_STEPPED_OVER: Final = 64
_MOST_UNSENT: Final = 65_536
"""Ports of hosts that were not begun which are reported one by one when nothing can be sent any more."""


class Course:
    """Says through the queues of a host what it is to be asked next."""

    __slots__ = ("_asides", "_overall", "_ports", "_slots", "_timing", "_verdicts")

    def __init__(
        self, places: Places, timing: Timing, verdicts: Verdicts, asides: Asides, slots: Slots, overall: Window
    ) -> None:
        self._ports = places.ports
        self._timing = timing
        self._verdicts = verdicts
        self._asides = asides
        self._slots = slots
        self._overall = overall

    def admit(self, now_s: float) -> None:
        """One more host begins; those of which everything is known are stepped over, some in a call."""
        for _ in range(_MOST_STEPPED_OVER):
            host = self._slots.admit(now_s)
            self._begin(host)
            if not (host.is_gone and self._slots.may_admit):
                return

    def _begin(self, host: HostState) -> None:
        if not host.remaining:
            self._verdicts.end(host)
            return
        self._asides.discover(host)
        self._slots.queue_first(host)

    def answered(
        self,
        host: HostState,
        place: int,
        found: Verdict,
        attempt: int,
        now_s: float,
        rtt_s: float | None,
        ttl: int | None,
    ) -> None:
        """The place has an answer."""
        if host.is_plain or self._asides.is_result(host, place, found, attempt, now_s, rtt_s):
            self._verdicts.settle(host, place, found, now_s, rtt_s, ttl)
            if found.is_from_here and found.reason_ip != host.address:
                self._verdicts.settle_rest(host, found)
            elif host.is_queued and host.is_turn_left:
                return  # the usual case, again and again
        self.go_on(host)

    def silent(self, host: HostState, place: int, attempt: int, now_s: float) -> None:
        """The attempt had no answer in time."""
        if host.is_plain or self._asides.is_silence(host, place, attempt, now_s):
            retries = self._timing.retries
            transport = self._ports[place] >> 16
            watch = host.watches.get(transport)
            if watch is not None and watch.is_check_due() and retries:
                self._asides.ask_controls(host, transport)
            if attempt < min(host.allowed_attempts(place), retries):
                host.again.append(place)
            else:
                host.bench.append(place)
                if host.best_attempt == 1:
                    host.window.grow()
                    self._overall.grow()
        self.go_on(host)

    def refused_here(self, host: HostState, place: int, kind: str, now_s: float) -> None:
        """This machine does not send to the place."""
        if host.is_plain or self._asides.is_refusal(host, place, now_s):
            self._verdicts.unsent(host, place, kind)
        self.go_on(host)

    def put_back(self, host: HostState, place: int) -> None:
        """The place could not be sent now: it is the host's next one."""
        lane = host.lanes.get(self._ports[place] >> 16)
        if lane is not None and lane.owns(place):
            lane.put_back(place)
        else:
            host.again.appendleft(place)
        self._slots.queue(host)

    def ask_anew(self, host: HostState, place: int) -> None:
        """The probe met another of ours (rule E of the plan): as if it had never been sent."""
        host.attempts[place] = 0
        host.in_flight -= 1
        lane = host.lanes.get(self._ports[place] >> 16)
        if lane is not None and lane.owns(place):
            lane.put_back(place)
        else:
            host.again.append(place)
        self._slots.queue(host)

    def expire(self, host: HostState) -> None:
        """The host has taken as long as it may; what is known is kept."""
        self._verdicts.settle_bench(host)
        ports = "1 port" if host.remaining == 1 else f"{host.remaining:,} ports"
        host.notes.append(f"host timeout after {self._timing.host_timeout_s:g} s: {ports} not probed")
        self._verdicts.end(host, is_complete=False)

    def abandon(self) -> None:
        """The scan ends here: hosts that were begun keep what is known of them."""
        self._slots.forget_rest()
        for host in self._slots.active:
            self._verdicts.end(host, is_complete=False)

    def give_up_sending(self, kind: str, now_s: float) -> bool:
        """This machine can send nothing any more. Whether hosts are left that were not even begun."""
        for host in self._slots.active:
            self._verdicts.unsent_rest(host, kind)
        reported = 0
        while self._slots.may_admit and reported < _MOST_UNSENT:
            host = self._slots.admit(now_s)
            reported += host.remaining
            self._verdicts.unsent_rest(host, kind)
        is_cut_short = self._slots.has_more
        self._slots.forget_rest()
        return is_cut_short

    def go_on(self, host: HostState) -> None:
        """Look whether the host has anything left to do."""
        if host.is_gone:
            return
        if (
            host.in_flight
            or host.again
            or host.is_turn_left
            or (host.bench and self._is_bench_asked(host))
            or not host.are_lanes_over
            or self._asides.ask_canaries(host)
        ):
            if not host.is_queued:
                self._slots.queue(host)
        else:
            self._verdicts.end(host)

    def _is_bench_asked(self, host: HostState) -> bool:
        """Rule D: with nothing else left for the host, its silent ports get another attempt or their verdict."""
        bench, host.bench = host.bench, []
        again = [place for place in bench if host.attempts[place] < host.allowed_attempts(place)]
        if not again:
            for place in bench:
                self._verdicts.settle_silent(host, place)
            return False
        asked = set(again)
        host.bench = [place for place in bench if place not in asked]
        host.again.extend(again)
        for transport in sorted({self._ports[place] >> 16 for place in again}):
            self._asides.ask_controls(host, transport)
        return True
