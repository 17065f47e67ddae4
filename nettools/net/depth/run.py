"""Looks at many open ports at once, in one loop: ``--banner``, ``--tls-info`` and ``--probe`` of a scan."""

from collections.abc import Callable, Iterable
from functools import cache
from time import monotonic
from typing import Final

from nettools.core.depth.action import Waits, Wanted
from nettools.core.depth.catalog import Catalog
from nettools.core.depth.jobs import DepthJob, DepthLimits, JobQueue
from nettools.core.depth.problems import NO_ROOM
from nettools.core.scan.finding import Finding
from nettools.net.depth.dialing import Origin
from nettools.net.depth.tls_sessions import TlsSessions
from nettools.net.depth.visit import Manner, Visit
from nettools.net.interrupts import Interrupts
from nettools.net.loop import Loop, Timer
from nettools.net.sockets import descriptor_room

_TICK_S: Final = 0.1
_TO_SPARE: Final = 12
"""Descriptors for what is no connection: the loop's, files of certificates and probes, the output."""
_FROM_HERE: Final = Origin()
_USUAL_WAITS: Final = Waits()
_USUAL_LIMITS: Final = DepthLimits()


def ignore_tick(_now_s: float) -> None:
    """Nobody wants to know how it goes."""


class DepthRun:
    """One run over all jobs. ``on_found`` is told of each job once, in the order in which they end.

    The jobs are drawn as there is room for them. ``catalog`` has the probes, and knows which ports begin with TLS;
    ``cafile`` stands for the system's roots.
    """

    def __init__(
        self,
        jobs: Iterable[DepthJob],
        wanted: Wanted,
        catalog: Catalog,
        *,
        interrupts: Interrupts,
        on_found: Callable[[DepthJob, Finding], None],
        waits: Waits = _USUAL_WAITS,
        limits: DepthLimits = _USUAL_LIMITS,
        origin: Origin = _FROM_HERE,
        cafile: str | None = None,
    ) -> None:
        self._jobs = jobs
        self._limits = limits
        self._interrupts = interrupts
        self._on_found = on_found

        @cache
        def sessions() -> TlsSessions:
            return TlsSessions(cafile)

        self._manner = Manner(wanted=wanted, waits=waits, catalog=catalog, origin=origin, sessions=sessions)
        self._visits: set[Visit] = set()
        self._resuming: Timer | None = None
        self._is_filling = False
        self.done_count = 0
        """Jobs that are done with."""

    def run(self, on_tick: Callable[[float], None] = ignore_tick) -> int | None:
        """Look at all of them. Returns the number of the signal that ended it early, if one did.

        ``on_tick`` is called ten times a second with the monotonic time. Of jobs that a signal interrupts the finding
        has what was known by then, and says so in ``problem``; of those that had not begun nothing is told.
        """
        self._manner.catalog.general()  # while there are descriptors for its files, and for those of the roots
        if self._manner.wanted.tls_info or self._manner.wanted.probe:
            self._manner.sessions()
        self._queue = JobQueue(self._jobs, self._within(self._limits))
        self._loop = Loop(self._interrupts)
        try:
            self._fill()
            self._tick(on_tick)
            signal_number = self._loop.run()
            for visit in list(self._visits):
                self._found(visit.job, visit.abandon())
            return signal_number
        finally:
            for visit in self._visits:
                visit.abandon()
            self._visits.clear()
            self._loop.close()

    def _within(self, limits: DepthLimits) -> DepthLimits:
        """The limits, and no more connections than this process may have descriptors for."""
        room = descriptor_room(limits.at_once + _TO_SPARE, owns_process=self._interrupts.owns_process) - _TO_SPARE
        return DepthLimits(at_once=max(1, room), per_host=limits.per_host)

    def _tick(self, on_tick: Callable[[float], None]) -> None:
        def tick() -> None:
            on_tick(monotonic())
            self._loop.call_at(monotonic() + _TICK_S, tick)

        self._loop.call_at(monotonic() + _TICK_S, tick)

    def _fill(self) -> None:
        """Begin as many visits as there is room for."""
        self._is_filling = False
        now_s = monotonic()
        while (job := self._queue.next_job(now_s)) is not None:
            visit = Visit(self._loop, job, self._manner, on_begun=self._queue.began, on_end=self._ended)
            self._visits.add(visit)
            visit.start()
        if self._queue.is_done:
            self._loop.stop()
        elif self._queue.resume_at_s is not None:
            if self._resuming is not None:
                self._resuming.cancel()
            self._resuming = self._loop.call_at(self._queue.resume_at_s, self._fill)

    def _fill_soon(self) -> None:
        if not self._is_filling:
            self._is_filling = True
            self._loop.call_soon(self._fill)

    def _ended(self, visit: Visit, finding: Finding | None) -> None:
        self._visits.discard(visit)
        job = visit.job
        if finding is not None:
            self._queue.ended(job)
            self._found(job, finding)
        elif not self._queue.lacked(job, monotonic()):
            self._found(job, Finding(problem=NO_ROOM))
        self._fill_soon()

    def _found(self, job: DepthJob, finding: Finding) -> None:
        self.done_count += 1
        self._on_found(job, finding)
