"""Hosts that wait until enough of them are together to be probed in step."""

from array import array
from collections.abc import Callable, Sequence
from typing import NamedTuple

from nettools.core.packet.batch import Recipients
from nettools.core.scan.probe_port import ProbePort
from nettools.core.scan.sweep.batch import Conduct
from nettools.core.scan.sweep.flock import FEWEST_HOSTS, MOST_HOSTS, MOST_PORTS, Flock
from nettools.core.scan.sweep.lane import Lane
from nettools.core.scan.sweep.ranks import PortRanks
from nettools.core.scan.sweep.run import Run
from nettools.core.scan.sweep.single import Single

Entropy = Callable[[int], bytes]
"""So many unpredictable octets: ``os.urandom``."""


class Arrival(NamedTuple):
    """A host that can be probed: its link address is known, or not needed."""

    host: int
    address: int
    mac: bytes | None


class _Waiting(NamedTuple):
    lane: Lane
    ranks: PortRanks
    arrivals: list[Arrival]


class Intake:
    """Makes runs of hosts that have the same lane and the same ports."""

    def __init__(self, ports: Sequence[ProbePort], conduct: Conduct, local: Conduct, entropy: Entropy) -> None:
        self._conduct = conduct
        self._local_conduct = local
        self._entropy = entropy
        self._whole = self.ranks(ports)
        self._parts: dict[tuple[int, int, int], PortRanks] = {}
        self.addresses: dict[int, set[int]] = {4: set(), 6: set()}
        """IP version -> those of the hosts that wait."""
        self._waiting: dict[tuple[int, int, int, int], _Waiting] = {}

    def __len__(self) -> int:
        """How many groups of hosts wait."""
        return len(self._waiting)

    def ranks(self, ports: Sequence[ProbePort]) -> PortRanks:
        """These ports with secrets of their own."""
        return PortRanks(ports, self.secrets(len(ports)))

    def secrets(self, count: int) -> "array[int]":
        return array("I", self._entropy(4 * count))

    def add(self, lane: Lane, arrivals: Sequence[Arrival], first: int, step: int, ports: int) -> list[Run]:
        """More hosts, and their ports as in ``Turn``. Returns the runs that are complete now."""
        if ports == len(self._whole):
            first, step = 0, 1  # all of them, wherever it begins
        key = (lane.number, first, step, ports)
        waiting = self._waiting.get(key)
        if waiting is None:
            waiting = self._waiting[key] = _Waiting(lane, self._ranks_of(first, step, ports), [])
        waiting.arrivals.extend(arrivals)
        self.addresses[lane.version].update([one.address for one in arrivals])
        runs: list[Run] = []
        while len(waiting.arrivals) >= MOST_HOSTS:
            runs += self._runs(_Waiting(lane, waiting.ranks, waiting.arrivals[:MOST_HOSTS]))
            del waiting.arrivals[:MOST_HOSTS]
        if not waiting.arrivals:
            del self._waiting[key]
        return runs

    def may_flock(self, ports: int) -> bool:
        """Whether hosts with so many ports are probed in step. A flock takes as long for one host as for all, which
        a host's own time limit would not bear."""
        timing = self._conduct.timing
        return ports <= MOST_PORTS and (timing.host_timeout_s is None or timing.is_unlimited)

    def take_all(self) -> list[Run]:
        """The runs of all hosts that wait."""
        waiting, self._waiting = self._waiting, {}
        return [run for each in waiting.values() for run in self._runs(each)]

    def _ranks_of(self, first: int, step: int, ports: int) -> PortRanks:
        if ports == len(self._whole):
            return self._whole
        key = (first, step, ports)
        if key not in self._parts:
            self._parts[key] = self._whole.part(*key)
        return self._parts[key]

    def _runs(self, waiting: _Waiting) -> list[Run]:
        lane, ranks, arrivals = waiting
        self.addresses[lane.version].difference_update([one.address for one in arrivals])
        secrets = self.secrets(len(arrivals))
        conduct = self._local_conduct if lane.is_loopback else self._conduct
        if len(arrivals) >= FEWEST_HOSTS and self.may_flock(len(ranks)):
            hosts = [one.host for one in arrivals]
            return [Flock(hosts, _recipients(lane, arrivals, secrets), ranks, lane, conduct)]
        return [
            Single(
                one.host,
                _recipients(lane, [one], secrets[place : place + 1]),
                ranks,
                lane,
                conduct,
            )
            for place, one in enumerate(arrivals)
        ]


def _recipients(lane: Lane, arrivals: Sequence[Arrival], secrets: Sequence[int]) -> Recipients:
    macs = None if lane.mac is None else [one.mac or bytes(6) for one in arrivals]
    return Recipients(lane.version, [one.address for one in arrivals], secrets, macs)
