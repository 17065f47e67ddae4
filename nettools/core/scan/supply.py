"""What this machine may send now: the window over all hosts, the rate, its shortages, its network (rules C and F)."""

from typing import Final

from nettools.core.scan.capacity import NETWORK_FAULTS, OUTAGE_PAUSE_S, PATIENCE_S, Capacity
from nettools.core.scan.host import HostState
from nettools.core.scan.pace import Pace
from nettools.core.scan.timing import Timing, Window

_OVERALL_START: Final = 1000.0


class Supply:
    """Asked before each probe, told of what became of it."""

    __slots__ = ("_capacity", "_is_paced", "_outage_since_s", "is_strained", "overall", "pace")

    def __init__(self, timing: Timing) -> None:
        self.overall = Window(timing.max_in_flight, start=_OVERALL_START, is_fixed=timing.is_unlimited)
        self._capacity = Capacity(timing.max_in_flight)
        self.pace = None if timing.rate_pps is None else Pace(timing.rate_pps)
        self._is_paced = False
        self.is_strained = False
        """Whether there was ever a shortage or a refusal: until then nothing of the kind need be asked or told."""
        self._outage_since_s: float | None = None

    def has_room(self, under_way: int, now_s: float) -> bool:
        """Whether one more probe may be sent."""
        self._is_paced = False
        if under_way >= self.overall.size:
            return False
        if self.is_strained and not self._capacity.has_room(under_way, now_s):
            return False
        self._is_paced = self.pace is not None and not self.pace.is_free(now_s)
        return not self._is_paced

    def give_back(self) -> None:
        """It was not sent after all."""
        if self.pace is not None:
            self.pace.give_back()

    def went_out(self, host: HostState) -> None:
        """A probe left this machine."""
        host.has_sent = True
        if self.is_strained:
            self._capacity.sent()
            self._outage_since_s = host.outage_since_s = None

    def ended(self, *, is_answered: bool) -> None:
        """An attempt ended, by an answer or without."""
        if self.is_strained:
            self._capacity.ended()
            if is_answered:
                self._capacity.answered()

    def lost(self, host: HostState, attempt: int, now_s: float, under_way: int) -> None:
        """An answer to that attempt proves that those before it were lost (rule C)."""
        if host.lost(attempt, now_s):
            self.overall.shrink(host.in_flight / max(1, under_way))

    def lacks(self, under_way: int, now_s: float) -> None:
        """This machine has no descriptor, memory or port left."""
        self.is_strained = True
        self._capacity.lacks(under_way, now_s)

    def refuses(self, kind: str, now_s: float) -> None:
        """This machine refused to send a probe."""
        self.is_strained = True
        self._capacity.refuses(kind, now_s)

    def may_pass(self, host: HostState, kind: str, now_s: float) -> bool:
        """Whether a refusal may pass by itself: the network was there before, for this host or a moment ago."""
        is_lost = self._outage_since_s is not None and now_s - self._outage_since_s <= PATIENCE_S
        return kind in NETWORK_FAULTS and (host.has_sent or is_lost)

    def is_patience_over(self, host: HostState, kind: str, now_s: float) -> bool:
        """The network is lost: leave the host alone for a moment. Whether that has lasted too long."""
        self.refuses(kind, now_s)
        if self._outage_since_s is None:
            self._outage_since_s = now_s
        if host.outage_since_s is None:
            host.outage_since_s = now_s
        host.not_before_s = now_s + OUTAGE_PAUSE_S
        return now_s - host.outage_since_s > PATIENCE_S

    def hopeless_fault(self, under_way: int, now_s: float) -> str | None:
        """The kind of fault that has kept everything from moving for ``PATIENCE_S``; its patience begins anew."""
        if not self.is_strained or not self._capacity.is_hopeless(under_way, now_s):
            return None
        self._capacity.forgive()
        return self._capacity.fault

    @property
    def next_s(self) -> float | None:
        """When there may be room again by itself."""
        moments = [moment for moment in (self._capacity.resume_at_s, self._paced_until_s) if moment is not None]
        return min(moments, default=None)

    @property
    def _paced_until_s(self) -> float | None:
        return self.pace.next_s if self._is_paced and self.pace is not None else None
