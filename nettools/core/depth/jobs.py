"""Which open port is looked at next: many at once, few of one host, never more than this machine has room for.

Pure: the clock is an argument. The jobs are drawn from their source as there is room for them, however many there are.
"""

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from nettools.core.address import Address
from nettools.core.scan.capacity import Capacity
from nettools.core.scan.probe_port import ProbePort

_MOST_HELD_BACK: Final = 1024
"""Jobs of busy hosts that are set aside in the search for one of another host."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DepthJob:
    """An open port that somebody wants to know more of."""

    host: int
    """The index of the address in the scan's address space."""
    address: Address
    port: ProbePort
    server_name: str | None = None
    """The name that the user gave for the host: what TLS asks for and the certificate must carry."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DepthLimits:
    """How many connections there may be."""

    at_once: int = 100
    per_host: int = 4
    """Servers turn those away who come with more: ten is where MaxStartups of sshd_config(5) begins to."""


class JobQueue:
    """Gives out jobs and is told when they have ended, or could not begin."""

    def __init__(self, jobs: Iterable[DepthJob], limits: DepthLimits) -> None:
        self._source = iter(jobs)
        self._is_drained = False
        self._per_host = limits.per_host
        self._capacity = Capacity(limits.at_once)
        self._again: deque[DepthJob] = deque()
        self._waiting: dict[int, deque[DepthJob]] = {}
        """Jobs of each host that has as many connections as it may."""
        self._held_back = 0
        self._of_host: dict[int, int] = {}
        self.active = 0
        self.done = 0
        """Jobs that have ended, in whatever way."""

    @property
    def is_done(self) -> bool:
        """Whether all jobs have ended."""
        return self._is_drained and not (self.active or self._again or self._waiting)

    @property
    def resume_at_s(self) -> float | None:
        """When a pause for lack of room ends, if there is one."""
        return self._capacity.resume_at_s

    def next_job(self, now_s: float) -> DepthJob | None:
        """A job to begin now; None while there is no room, or none is left."""
        if not self._capacity.has_room(self.active, now_s):
            return None
        job = self._choose()
        if job is not None:
            self.active += 1
            self._of_host[job.host] = self._of_host.get(job.host, 0) + 1
        return job

    def began(self) -> None:
        """The job that was given out last, or one before it, has its connection: this machine has room again."""
        self._capacity.sent()
        self._capacity.answered()

    def ended(self, job: DepthJob) -> None:
        """The job is over."""
        self._leave(job)
        self._capacity.ended()
        self.done += 1

    def lacked(self, job: DepthJob, now_s: float) -> bool:
        """This machine had no descriptor, memory or local port for the job, which is to be begun again.

        False when it has been so for too long with nothing else under way: then the job is over.
        """
        self._leave(job)
        self._capacity.lacks(self.active, now_s)
        if self._capacity.is_hopeless(self.active, now_s):
            self._capacity.forgive()
            self.done += 1
            return False
        self._again.append(job)
        return True

    def _choose(self) -> DepthJob | None:
        for _ in range(len(self._again)):
            job = self._again.popleft()
            if self._has_room_for(job.host):
                return job
            self._hold_back(job)
        for host, waiting in self._waiting.items():
            if self._has_room_for(host):
                self._held_back -= 1
                job = waiting.popleft()
                if not waiting:
                    del self._waiting[host]
                return job
        while self._held_back < _MOST_HELD_BACK:
            drawn = next(self._source, None)
            if drawn is None:
                self._is_drained = True
                return None
            if self._has_room_for(drawn.host):
                return drawn
            self._hold_back(drawn)
        return None

    def _has_room_for(self, host: int) -> bool:
        return self._of_host.get(host, 0) < self._per_host

    def _hold_back(self, job: DepthJob) -> None:
        self._held_back += 1
        self._waiting.setdefault(job.host, deque()).append(job)

    def _leave(self, job: DepthJob) -> None:
        self.active -= 1
        left = self._of_host[job.host] - 1
        if left:
            self._of_host[job.host] = left
        else:
            del self._of_host[job.host]
