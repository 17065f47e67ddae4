"""From the hosts of a scan to hosts that can be probed: their way, and the link address that their packets need."""

from collections.abc import Callable, Iterable, Sequence
from itertools import islice
from typing import Final

from nettools.core.address import Address
from nettools.core.scan.order import Turn
from nettools.core.scan.probe_port import ProbePort
from nettools.core.scan.reason import IPPROTO_ICMP, IPPROTO_ICMPV6, Verdict, icmp_verdict
from nettools.core.scan.sink import HostEnd, ResultSink
from nettools.core.scan.sweep.asking import Asking, Question
from nettools.core.scan.sweep.intake import Arrival
from nettools.core.scan.sweep.lane import Lane
from nettools.core.scan.sweep.plan import Sweep
from nettools.net.neighbours import NeighbourSocket
from nettools.net.next_hop import NextHops

_HOSTS_OF_A_FLOCK: Final = 64
_PROBES_AT_ONCE: Final = 1 << 20
_AGAIN_S: Final = 0.05
_MOST_WAITING: Final = 1 << 16
"""Hosts whose link address is being asked for."""


class Arrivals:
    """Feeds a sweep with hosts, as it wants them. Raises LocalFault."""

    def __init__(
        self,
        turns: Iterable[Turn],
        ports: Sequence[ProbePort],
        sweep: Sweep,
        address_of: Callable[[int], Address],
        sink: ResultSink,
        *,
        source: Address | None,
        interface: str | None,
        watch: Callable[[int], None],
    ) -> None:
        self._turns = iter(turns)
        self._ports = tuple(ports)
        self._sweep = sweep
        self._address_of = address_of
        self._sink = sink
        self._watch = watch
        self._next_hops = NextHops(source, interface)
        self._macs: dict[int, dict[int, bytes]] = {}
        """Lane number -> neighbour -> MAC."""
        self._sockets: dict[int, NeighbourSocket] = {}
        self._asking = Asking()
        self._waiting: dict[Question, list[Turn]] = {}
        self._waiting_count = 0
        self._again: list[Turn] = []
        """Hosts whose address is being probed already."""
        self._lost: set[int] = set()
        self._has_more = True
        self.own_addresses: set[Address] = set()
        """Those that probes have as their source."""
        self._lanes: dict[int, Lane] = {}

    @property
    def is_exhausted(self) -> bool:
        """Whether no host is to come any more."""
        return not self._has_more and not self._waiting and not self._again

    def work(self, now_s: float) -> None:
        """Take in what the neighbours answered, and more hosts if the sweep wants them."""
        self._hear_neighbours()
        self._admit_again()
        probes = 0
        while self._has_more and probes < _PROBES_AT_ONCE and self._waiting_count < _MOST_WAITING:
            if not self._sweep.is_hungry:
                break
            turn = next(self._turns, None)
            if turn is None:
                self._has_more = False
                break
            wanted = self._sweep.hosts_wanted(turn.count)
            turns = [turn, *islice(self._turns, wanted - 1)]
            probes += sum([each.count for each in turns])
            self._admit(turns)
            if wanted < _HOSTS_OF_A_FLOCK:
                break
        self._ask(now_s)
        if not self._has_more or self._sweep.is_hungry:
            self._sweep.gather()

    def wait_s(self, now_s: float) -> float | None:
        """How long nothing is due; None when only the sweep or an answer can move things on."""
        return _AGAIN_S if self._again else self._asking.wait_s(now_s)

    def lanes_down(self) -> list[Lane]:
        """Those that hosts are reached by and where nothing can come or go any more."""
        return [lane for lane in self._next_hops.lanes_down() if lane.number not in self._lost]

    def lane_lost(self, lane: Lane) -> None:
        """Nothing can be sent there any more."""
        self._lost.add(lane.number)
        for question in [one for one in self._waiting if one[0] == lane.number]:
            self._asking.answered(question)
            for turn in self._take_waiting(question):
                self._unsent(turn, "network-down")

    def close(self) -> None:
        for asked in self._sockets.values():
            asked.close()
        self._next_hops.close()

    def _admit(self, turns: Iterable[Turn]) -> None:
        """Find the way to each of them. Every host goes through this loop, and a /16 has 65,536."""
        address_of, way_to, is_busy_with = self._address_of, self._next_hops.way_to, self._sweep.is_busy_with
        whole = len(self._ports)
        groups: dict[tuple[int, int, int, int], tuple[Lane, list[Arrival]]] = {}
        admitted: set[tuple[int, int]] = set()
        for turn in turns:
            _, host, first, step, count = turn
            address = address_of(host)
            value = int(address)
            way = way_to(address, value)
            if isinstance(way, str):
                self._unsent(turn, way)
                continue
            lane, gateway = way
            number, mac = lane.number, None
            if number in self._lost:
                self._unsent(turn, "network-down")
                continue
            if lane.mac is not None:
                neighbour = value if gateway is None else gateway
                macs = self._macs.get(number)
                mac = (self._open(lane) if macs is None else macs).get(neighbour)
                if mac is None:
                    self._ask_for((number, neighbour), turn)
                    continue
            place = (lane.version, value)
            if place in admitted or is_busy_with(*place):
                self._again.append(turn)
                continue
            admitted.add(place)
            key = (number, 0, 1, count) if count == whole else (number, first, step, count)
            group = groups.get(key)
            if group is None:
                group = groups[key] = lane, []
            group[1].append(Arrival(host, value, mac))
        for (_, first, step, count), (lane, arrivals) in groups.items():
            self.own_addresses.add(lane.source)
            self._sweep.add(lane, arrivals, first, step, count)

    def _ask_for(self, question: Question, turn: Turn) -> None:
        self._waiting.setdefault(question, []).append(turn)
        self._waiting_count += 1
        self._asking.want(question)

    def _admit_again(self) -> None:
        again, self._again = self._again, []
        if again:
            self._admit(again)

    def _open(self, lane: Lane) -> dict[int, bytes]:
        """Begin with a lane on Ethernet: what the kernel knows already need not be asked."""
        self._lanes[lane.number] = lane
        known = self._next_hops.sure_neighbours(lane.version)
        macs = self._macs[lane.number] = {
            address: mac for (ifindex, address), mac in known.items() if ifindex == lane.ifindex
        }
        return macs

    def _ask(self, now_s: float) -> None:
        questions, given_up = self._asking.due(now_s)
        for number, address in questions:
            if number not in self._sockets:
                asked = self._sockets[number] = NeighbourSocket(self._lanes[number])
                self._watch(asked.fileno())
            self._sockets[number].ask(address)
        for question in given_up:
            lane = self._lanes[question[0]]
            for turn in self._take_waiting(question):
                self._absent(turn, lane)

    def _hear_neighbours(self) -> None:
        for number, asked in self._sockets.items():
            for address, mac in asked.answers():
                if self._asking.answered((number, address)):
                    self._macs[number][address] = mac
                    self._admit(self._take_waiting((number, address)))

    def _take_waiting(self, question: Question) -> list[Turn]:
        waiting = self._waiting.pop(question, [])
        self._waiting_count -= len(waiting)
        return waiting

    def _absent(self, turn: Turn, lane: Lane) -> None:
        """Nobody answers for the neighbour: what the kernel calls an unreachable host."""
        ports = self._ports_of(turn)
        self._sink.settled_many(turn.host, _no_neighbour(lane), ports)
        self._sweep.ends.settled_count += len(ports)
        self._sink.host_done(turn.host, HostEnd(complete=True))

    def _unsent(self, turn: Turn, kind: str) -> None:
        for port in self._ports_of(turn):
            self._sink.unsent(turn.host, port, kind)
        self._sink.host_done(turn.host, HostEnd(complete=False))

    def _ports_of(self, turn: Turn) -> Sequence[ProbePort]:
        ports = self._ports
        if turn.count == len(ports):
            return ports
        return [ports[(turn.first + place * turn.step) % len(ports)] for place in range(turn.count)]


def _no_neighbour(lane: Lane) -> Verdict:
    """As if the kernel had said so itself: RFC 792, RFC 4443 §3.1."""
    if lane.version == 4:
        return icmp_verdict(IPPROTO_ICMP, 3, 1, lane.source, is_from_here=True)
    return icmp_verdict(IPPROTO_ICMPV6, 1, 3, lane.source, is_from_here=True)
