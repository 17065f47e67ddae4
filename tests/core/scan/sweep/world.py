"""A network that answers probes, with a clock that only moves when nothing else can."""

import heapq
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv6Address
from itertools import count
from random import Random

from nettools.core.address import Address
from nettools.core.packet.answers import IcmpNotice, Segments
from nettools.core.packet.batch import MOST_PACKETS, ProbeBatch, packet_stride
from nettools.core.packet.headers import ProbeKind
from nettools.core.scan.probe_port import ProbePort
from nettools.core.scan.reason import Verdict
from nettools.core.scan.sink import HostEnd
from nettools.core.scan.sweep.intake import Arrival
from nettools.core.scan.sweep.lane import Lane
from nettools.core.scan.sweep.listen import Listener
from nettools.core.scan.sweep.plan import Sweep
from nettools.core.scan.timing import Timing
from tests.core.packet.wire import Read, read

SYN_ACK, RESET_ACK, RESET = 0x12, 0x14, 0x04
FIRST_PORT = 61_000
TAGS = 4
PACKET_S = 1e-6
"""How long the sending of one packet takes."""


@dataclass
class Host:
    """What a host does with probes; ports that are in no set are closed."""

    opened: frozenset[int] = frozenset()
    silent: frozenset[int] = frozenset()
    rejected: frozenset[int] = frozenset()
    """ICMP admin-prohibited, by itself."""
    is_silent: bool = False
    rtt_s: Callable[[float], float] = lambda now_s: 0.02
    loss: float = 0.0
    """Each way."""
    resets_per_s: float | None = None
    window: int = 64_000
    half_open: dict[tuple[int, int], int] = field(default_factory=dict)
    tokens: float = 5.0
    refilled_s: float = 0.0

    def may_reset(self, now_s: float) -> bool:
        if self.resets_per_s is None:
            return True
        self.tokens = min(5.0, self.tokens + (now_s - self.refilled_s) * self.resets_per_s)
        self.refilled_s = now_s
        if self.tokens < 1:
            return False
        self.tokens -= 1
        return True


@dataclass
class Told:
    """A sink that checks what it is told: each port once, each host's end once and last."""

    verdicts: dict[int, dict[ProbePort, Verdict]] = field(default_factory=dict)
    rtts_s: list[float] = field(default_factory=list)
    ttls: set[int | None] = field(default_factory=set)
    unsent_ports: dict[int, dict[ProbePort, str]] = field(default_factory=dict)
    ends: dict[int, HostEnd] = field(default_factory=dict)

    def settled(self, host: int, port: ProbePort, found: Verdict, rtt_s: float | None, ttl: int | None = None) -> None:
        self.settled_each(host, found, [port], [rtt_s], [ttl])

    def settled_each(
        self,
        host: int,
        found: Verdict,
        ports: Sequence[ProbePort],
        rtts_s: Sequence[float | None],
        ttls: Sequence[int | None],
    ) -> None:
        assert host not in self.ends
        assert len(ports) == len(rtts_s) == len(ttls)
        known = self.verdicts.setdefault(host, {})
        for port in ports:
            assert port not in known
            known[port] = found
        self.rtts_s.extend(rtt_s for rtt_s in rtts_s if rtt_s is not None)
        self.ttls.update(ttls)

    def settled_many(self, host: int, found: Verdict, ports: Sequence[ProbePort]) -> None:
        self.settled_each(host, found, ports, [None] * len(ports), [None] * len(ports))

    def unsent(self, host: int, port: ProbePort, kind: str) -> None:
        assert host not in self.ends
        assert port not in self.verdicts.get(host, {})
        assert self.unsent_ports.setdefault(host, {}).setdefault(port, kind) == kind

    def seen(self, host: int, reason: str, rtt_s: float | None) -> None:
        raise AssertionError

    def host_done(self, host: int, end: HostEnd) -> None:
        assert host not in self.ends
        self.ends[host] = end

    def states(self, host: int) -> dict[ProbePort, str]:
        return {port: found.state for port, found in self.verdicts.get(host, {}).items()}

    def ports_in(self, state: str, host: int = 0) -> set[int]:
        return {port for port, found in self.states(host).items() if found == state}


class World:
    """Runs a sweep over hosts, by index."""

    def __init__(
        self,
        hosts: Sequence[Host],
        ports: Sequence[int],
        timing: Timing | None = None,
        *,
        kind: ProbeKind = "syn",
        version: int = 4,
        tags: int = TAGS,
        seed: int = 1,
        is_loopback: bool = False,
    ) -> None:
        self.hosts = hosts
        self.ports = ports
        self.kind: ProbeKind = kind
        self.random = Random(seed)
        self.now_s = 100.0
        self.told = Told()
        source: Address = IPv4Address("10.0.0.1") if version == 4 else IPv6Address("fd00::1")
        self.first_address = int(source) + 1000
        self.lane = Lane(
            number=0, interface="sim0", ifindex=1, source=source, mac=None, is_loopback=is_loopback, version=version
        )
        self.sweep = Sweep(ports, timing or Timing(), sink=self.told, entropy=self.random.randbytes, tags=tags)
        self.listener = Listener(self.sweep, kind, {source})
        room = bytearray(packet_stride(kind, version, has_mac=False) * MOST_PACKETS)
        self.room = memoryview(room)
        self.batch = ProbeBatch(self.room, kind=kind, source=source, source_port=FIRST_PORT, mac=None)
        self.answers: list[tuple[float, int, Segments | IcmpNotice]] = []
        self.number = count()
        self.sent: list[tuple[float, int, int]] = []
        """(time, host, port) of each probe."""
        self.most_in_flight = 0
        self.on_probe: Callable[[float, int, Read], None] = lambda now_s, host, probe: None

    @property
    def elapsed_s(self) -> float:
        return self.now_s - 100.0

    def add_all(self, turns: Iterable[tuple[int, int, int, int]] | None = None) -> None:
        """(host, first, step, count); every port of every host where nothing is given."""
        for host, first, step, ports in turns or [(host, 0, 1, len(self.ports)) for host in range(len(self.hosts))]:
            self.sweep.add(self.lane, [Arrival(host, self.first_address + host, None)], first, step, ports)
        self.sweep.gather()

    def run(self, *, until_s: float = 3600.0) -> Told:
        """Until every host is done."""
        self.add_all()
        return self.go_on(until_s=until_s)

    def go_on(self, *, until_s: float = 3600.0) -> Told:
        turns = 0
        while not self.is_over() and self.elapsed_s < until_s:
            turns += 1
            assert turns < 200_000, "the plan does not come to an end"
            self.sweep.tick(self.now_s)
            while self.send():
                pass
            if self.is_over():
                break
            wait_s = self.sweep.wait_s(self.now_s)
            moments = [] if wait_s is None else [self.now_s + wait_s]
            if self.answers:
                moments.append(self.answers[0][0])
            assert moments, "nothing is under way, and nothing is done"
            self.now_s = max(self.now_s, min(moments)) + 1e-7
            self.hear()
        return self.told

    def is_over(self) -> bool:
        return self.sweep.is_idle

    def send(self) -> bool:
        batch = self.sweep.next_batch(self.now_s)
        if batch is None:
            return False
        sent = batch.fill(self.batch)
        assert sent == len(batch.cells) > 0
        began_s = self.now_s
        self.now_s += sent * PACKET_S
        self.sweep.sent(batch, began_s, self.now_s)
        for number in range(sent):
            start = self.batch.first + number * self.batch.stride
            self.receive(began_s + number * PACKET_S, read(bytes(self.room[start : start + self.batch.length])))
        in_flight = sum(run.in_flight for run in self.sweep._runs)
        self.most_in_flight = max(self.most_in_flight, in_flight)
        return True

    def receive(self, now_s: float, probe: Read) -> None:
        number = int(probe.destination) - self.first_address
        self.sent.append((now_s, number, probe.port))
        self.on_probe(now_s, number, probe)
        host = self.hosts[number]
        if host.is_silent or probe.port in host.silent or self.random.random() < host.loss:
            return
        arrives_s = now_s + host.rtt_s(now_s)
        if probe.port in host.rejected:
            self.later(
                arrives_s,
                IcmpNotice(probe.destination, *_admin(probe), 63, int(probe.destination), probe.port, probe.sequence),
            )
            return
        key = (probe.source_port, probe.port)
        if self.kind == "ack":
            flags, sequence, acknowledged = RESET, probe.acknowledged, 0
        elif probe.port in host.opened and host.half_open.setdefault(key, probe.sequence) == probe.sequence:
            flags, sequence, acknowledged = SYN_ACK, 7, probe.sequence + 1 & 0xFFFFFFFF
        else:  # closed, or a second SYN with another number for a half-open connection
            flags, sequence, acknowledged = RESET_ACK, 0, probe.sequence + 1 & 0xFFFFFFFF
        if flags != SYN_ACK and not host.may_reset(now_s):
            return
        if self.random.random() >= host.loss:
            self.later(arrives_s, self.segment(number, probe.port, sequence, acknowledged, flags, host.window))

    def segment(self, host: int, port: int, sequence: int, acknowledged: int, flags: int, window: int = 0) -> Segments:
        row = (self.first_address + host, port, sequence, acknowledged, flags, window, 63)
        return Segments(*[(value,) for value in row])

    def later(self, at_s: float, answer: Segments | IcmpNotice) -> None:
        heapq.heappush(self.answers, (at_s, next(self.number), answer))

    def hear(self) -> None:
        """What has come by now, segments together as a ring gives them."""
        due: list[tuple[float, Segments]] = []
        while self.answers and self.answers[0][0] <= self.now_s:
            at_s, _, answer = heapq.heappop(self.answers)
            if isinstance(answer, IcmpNotice):
                self.listener.noticed(answer, at_s)
            else:
                due.append((at_s, answer))
        if due:
            columns = [
                bytes(column) if name in ("flags", "hop_limits") else list(column)
                for name, column in zip(
                    Segments._fields, zip(*[[v for (v,) in each] for _, each in due], strict=True), strict=True
                )
            ]
            self.listener.heard(self.lane.version, Segments(*columns), [at_s for at_s, _ in due], self.now_s)


def _admin(probe: Read) -> tuple[int, int, int]:
    return (1, 3, 13) if probe.destination.version == 4 else (58, 1, 1)
