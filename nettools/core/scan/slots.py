"""The hosts that are being probed: they come lazily, take a slot, and leave it when they are done."""

import heapq
from collections import deque
from collections.abc import Callable, Collection, Iterator
from itertools import count
from typing import Final

from nettools.core.address import Address
from nettools.core.scan.host import HostState
from nettools.core.scan.order import Turn
from nettools.core.scan.places import Places
from nettools.core.scan.probe_port import ProbePort
from nettools.core.scan.timing import Timing

FEWEST_SLOTS: Final = 64
_PLACES_AT_ONCE: Final = 4_000_000
"""What the places of all active hosts may take: an octet for each, a few more for each silent one."""

Known = Callable[[int], Collection[ProbePort]]
"""Host index -> its ports that an earlier run has settled: they are not probed."""


class Slots:
    """A bounded set of active hosts, those of them that may have something to send, and when the others will."""

    __slots__ = (
        "_address_of",
        "_deadlines",
        "_known",
        "_place_of",
        "_places",
        "_serial",
        "_timing",
        "_turns",
        "_unclean",
        "active_count",
        "free",
        "hosts",
        "ready",
        "upcoming",
        "wakes",
    )

    def __init__(
        self,
        turns: Iterator[Turn],
        places: Places,
        timing: Timing,
        *,
        address_of: Callable[[int], Address],
        known: Known | None,
    ) -> None:
        size = max(FEWEST_SLOTS, min(timing.max_in_flight, _PLACES_AT_ONCE // places.stride))
        self._turns = turns if places.port_count else iter(())
        self.upcoming = next(self._turns, None)
        self._places = places
        self._timing = timing
        self._address_of = address_of
        self._known = known
        self._place_of = {port: place for place, port in enumerate(places.ports[: places.port_count])} if known else {}
        self.free = list(range(size - 1, -1, -1))
        self._unclean: list[int] = []
        self._deadlines: deque[tuple[float, HostState]] = deque()
        self.wakes: list[tuple[float, int, HostState]] = []
        self._serial = count()
        self.hosts: list[HostState | None] = [None] * size
        self.ready: deque[HostState] = deque()
        self.active_count = 0

    @property
    def has_more(self) -> bool:
        """Whether hosts are left that have not been begun."""
        return self.upcoming is not None

    @property
    def may_admit(self) -> bool:
        """Whether one of them could begin now."""
        return self.upcoming is not None and bool(self.free)

    def admit(self, now_s: float) -> HostState:
        """The next host takes a slot; ``may_admit`` said that it can."""
        turn = self.upcoming
        assert turn is not None
        self.upcoming = next(self._turns, None)
        known: frozenset[int] = frozenset()
        if self._known is not None:
            known = frozenset(self._place_of[port] for port in self._known(turn.host) if port in self._place_of)
        slot = self.free.pop()
        host = HostState(turn, slot, self._places, self._address_of(turn.host), known, self._timing)
        self.hosts[slot] = host
        self.active_count += 1
        if self._timing.host_timeout_s is not None:
            while self._deadlines and self._deadlines[0][1].is_gone:
                self._deadlines.popleft()
            self._deadlines.append((now_s + self._timing.host_timeout_s, host))
        return host

    def expired(self, now_s: float) -> Iterator[HostState]:
        """The hosts that have taken as long as they may."""
        while self._deadlines and self._deadlines[0][0] <= now_s:
            host = self._deadlines.popleft()[1]
            if not host.is_gone:
                yield host

    @property
    def next_deadline_s(self) -> float | None:
        """When the next of them will have."""
        return self._deadlines[0][0] if self._deadlines else None

    def release(self, host: HostState, *, is_clean: bool) -> None:
        """The host is done. Unless ``is_clean``, a driver may still know of its probes: ``clean`` comes later."""
        host.is_gone = True
        host.again.clear()
        host.cursor = host.count
        host.lanes.clear()
        if host.is_queued:
            self._take_out(host)
        self.hosts[host.slot] = None
        (self.free if is_clean else self._unclean).append(host.slot)
        self.active_count -= 1

    def _take_out(self, host: HostState) -> None:
        """Out of the queue; hosts that end are mostly at one of its ends, having just been asked."""
        ready = self.ready
        if ready[-1] is host:
            ready.pop()
        elif ready[0] is host:
            ready.popleft()
        else:
            ready.remove(host)
        host.is_queued = False

    def clean(self) -> None:
        """No driver knows of a probe of hosts that are gone: their slots are free."""
        self.free.extend(self._unclean)
        self._unclean.clear()

    def forget_rest(self) -> None:
        """What is left of the turns does not matter any more."""
        self.upcoming = None

    @property
    def active(self) -> list[HostState]:
        """The hosts in their slots."""
        return [host for host in self.hosts if host is not None]

    def queue(self, host: HostState) -> None:
        """The host may have something to send."""
        if not host.is_queued and not host.is_gone:
            host.is_queued = True
            self.ready.append(host)

    def queue_first(self, host: HostState) -> None:
        """The host has just come: it is asked before those that have had their turn."""
        host.is_queued = True
        self.ready.appendleft(host)

    def pass_by(self, now_s: float) -> None:
        """The first in the queue has nothing to send now; it comes back by itself when it only waits for its time."""
        host = self.ready.popleft()
        host.is_queued = False
        resume_s = host.resume_s(now_s)
        if resume_s is not None and not host.is_gone:
            heapq.heappush(self.wakes, (resume_s, next(self._serial), host))

    def wake(self, now_s: float) -> None:
        """Queue the hosts whose time has come."""
        wakes = self.wakes
        while wakes and wakes[0][0] <= now_s:
            self.queue(heapq.heappop(wakes)[2])

    @property
    def next_wake_s(self) -> float | None:
        """When the next of them has its time."""
        return self.wakes[0][0] if self.wakes else None
