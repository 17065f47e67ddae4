"""A simulated network, machine and driver for the plan of a scan, with no socket and no sleep.

The driver is the one that the plan's docstring describes, on a clock that moves only when something is waited
for, and a little with every look at it, as real clocks do.
"""

import heapq
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from ipaddress import IPv4Address
from itertools import count
from random import Random
from typing import Final, Literal

from nettools.core.scan.discovery import ECHO_REPLY
from nettools.core.scan.order import Turn
from nettools.core.scan.plan import ScanPlan
from nettools.core.scan.probe_port import UDP_BIT, ProbePort
from nettools.core.scan.reason import ANSWERED, IPPROTO_ICMP, UNREACHABLE_PORT, Verdict, icmp_verdict
from nettools.core.scan.sink import HostEnd
from nettools.core.scan.timing import Timing

FIRST: Final = IPv4Address("192.0.2.0")
ROUTER: Final = IPv4Address("192.0.2.254")
ELSEWHERE: Final = IPv4Address("198.51.100.1")
FREE_PORT: Final = 60_999
"""A source port that no test scans."""

KERNEL_REPEATS_AFTER_S: Final = (0.0, 1.0, 3.0, 7.0, 15.0, 31.0)
"""When Linux sends the SYNs of one connection attempt (tcp_syn_retries)."""

PROHIBITED: Final = icmp_verdict(IPPROTO_ICMP, 3, 13, ROUTER)
NO_NEIGHBOUR: Final = icmp_verdict(IPPROTO_ICMP, 3, 1, ELSEWHERE, is_from_here=True)
"""Host-unreachable from this machine itself, whose address is ``ELSEWHERE``."""

Kind = Literal["open", "closed", "silent", "icmp", "no-neighbour"]
STATES: Final[dict[Kind, str]] = {
    "open": "open",
    "closed": "closed",
    "silent": "filtered",
    "icmp": "filtered",
    "no-neighbour": "filtered",
}


@dataclass(frozen=True, kw_only=True)
class Port:
    """What becomes of the packets to one port."""

    kind: Kind = "closed"
    rtt_s: float = 0.01
    lost: int = 0
    """So many packets get no answer; the next one does."""
    is_at_once: bool = False
    """The answer is there before connect() returns, as on the loopback device."""
    meets_itself: int = 0
    """So many connections have the probe itself at the other end."""
    meets_another: int = 0
    """So many connections, after those, come from a source port that is scanned too."""
    refusal: str | None = None
    """This machine does not send there."""
    window: int = 65_160
    """The receive window that an open port offers."""

    @property
    def state(self) -> str:
        """What a scan should say of a TCP port."""
        return STATES[self.kind]


@dataclass
class Limit:
    """A token bucket for "closed", as Linux has for ICMP errors and iptables for resets."""

    rate_pps: float
    burst: float
    tokens: float = 0.0
    at_s: float | None = None

    def takes(self, now_s: float) -> bool:
        """Whether one more answer goes out now."""
        if self.at_s is None:
            self.tokens, self.at_s = self.burst, now_s
        self.tokens = min(self.burst, self.tokens + (now_s - self.at_s) * self.rate_pps)
        self.at_s = now_s
        if self.tokens < 1:
            return False
        self.tokens -= 1
        return True


class Host(dict[ProbePort, Port]):
    """The ports of one host, and how it treats packets."""

    def __init__(
        self,
        ports: Mapping[ProbePort, Port],
        *,
        elsewhere: Port = Port(kind="silent"),
        limit: Limit | None = None,
        loss: float = 0.0,
    ) -> None:
        """``elsewhere``: the ports that are not listed. ``loss``: the part of packets lost, each way."""
        super().__init__(ports)
        self.elsewhere = elsewhere
        self.limit = limit
        self.loss = loss

    def __missing__(self, port: ProbePort) -> Port:
        return self.elsewhere


@dataclass
class Run:
    """What a simulated scan did and found."""

    settled: dict[tuple[int, ProbePort], Verdict] = field(default_factory=dict)
    settled_at_s: dict[tuple[int, ProbePort], float] = field(default_factory=dict)
    rtt_s: dict[tuple[int, ProbePort], float | None] = field(default_factory=dict)
    unsent: dict[tuple[int, ProbePort], str] = field(default_factory=dict)
    sent_at_s: dict[tuple[int, ProbePort], list[float]] = field(default_factory=dict)
    ends: dict[int, HostEnd] = field(default_factory=dict)
    ended_at_s: dict[int, float] = field(default_factory=dict)
    seen: dict[int, str] = field(default_factory=dict)
    most_in_flight: int = 0
    shortages: int = 0
    idle_turns: int = 0
    elapsed_s: float = 0.0

    def states(self, host: int = 0) -> dict[int, str]:
        return {port: found.state for (where, port), found in self.settled.items() if where == host}

    def attempts(self, port: ProbePort, host: int = 0) -> int:
        return len(self.sent_at_s.get((host, port), []))

    @property
    def all_sent_at_s(self) -> list[float]:
        return sorted(moment for moments in self.sent_at_s.values() for moment in moments)


class Simulation:
    """A driver, its machine and the network. ``run`` is the loop of the plan's docstring."""

    def __init__(
        self,
        hosts: Sequence[Mapping[ProbePort, Port]],
        timing: Timing,
        *,
        descriptors: int | None = None,
        nothing_to_send_with: Sequence[tuple[float, float]] = (),
        no_network: Sequence[tuple[float, float]] = (),
        look_s: float = 1e-6,
        seed: int = 0,
        discovers: bool = False,
        has_echo: bool = False,
        canaries: Sequence[ProbePort] = (),
        known: Callable[[int], Collection[ProbePort]] | None = None,
        turns: Sequence[Turn] | None = None,
    ) -> None:
        """``nothing_to_send_with``: from when to when no socket can be made. ``look_s``: what a clock look takes."""
        self._hosts = [host if isinstance(host, Host) else Host(host) for host in hosts]
        self._addresses = [FIRST + number for number in range(len(hosts))]
        self._descriptors = descriptors
        self._shortages = nothing_to_send_with
        self._no_network = no_network
        self._look_s = look_s
        self._random = Random(seed)
        self._now_s = 0.0
        self._serial = count()
        self._events: list[tuple[float, int, int, int, bool]] = []
        self._flights: dict[int, tuple[int, int, ProbePort]] = {}
        self._packets: dict[tuple[int, ProbePort], int] = {}
        self._connections: dict[tuple[int, ProbePort], int] = {}
        self.found = Run()
        ports = tuple(hosts[0]) if hosts else ()
        whole = [Turn(number, number, 0, 1, len(ports)) for number in range(len(hosts))]
        self.plan = ScanPlan(
            iter(whole if turns is None else turns),
            ports,
            timing,
            address_of=self._addresses.__getitem__,
            sink=self,
            discovers=discovers,
            has_echo=has_echo,
            canaries=canaries,
            known=known,
        )

    def run(self, *, limit_s: float = 10_000.0, until_s: float = float("inf"), most_turns: int = 100_000) -> Run:
        for turn in count():
            if self.plan.is_done or self._now_s >= until_s:
                break
            assert turn < most_turns, "the plan keeps its driver busy for ever"
            assert self._now_s < limit_s, "the plan does not come to an end"
            is_idle = not self._send()
            if not self.plan.is_done:
                is_idle &= not self._wait(self.plan.wait_s(self._clock()))
            is_idle &= not self._close_overdue()
            self.found.idle_turns += is_idle
        self.found.elapsed_s = self._now_s
        return self.found

    def _clock(self) -> float:
        self._now_s += self._look_s
        return self._now_s

    def _send(self) -> int:
        """Send what the plan wants to send. Returns how many probes that were."""
        for done in range(20_000):
            probe = self.plan.next_probe(self._clock())
            if probe is None:
                return done
            self._attempt(probe)
            self.found.most_in_flight = max(self.found.most_in_flight, self.plan.in_flight_count)
        raise AssertionError("the plan never stops sending")

    def _attempt(self, probe: int) -> None:
        where = host, port = self._where(probe)
        behaviour = self._hosts[host][port]
        started_s = self._clock()
        if behaviour.refusal is not None:
            self.plan.unsendable(probe, behaviour.refusal)
            return
        if any(start <= started_s < end for start, end in self._no_network):
            self.plan.unsendable(probe, "no-route")
            return
        if len(self._flights) == self._descriptors or any(start <= started_s < end for start, end in self._shortages):
            self.found.shortages += 1
            self.plan.hold_back(probe, self._clock())
            return
        self.found.sent_at_s.setdefault(where, []).append(started_s)
        if behaviour.is_at_once and self._is_answered(where):
            self._tell(probe, where, rtt_s=behaviour.rtt_s)
            return
        self.plan.sent(probe, started_s)
        flight = next(self._serial)
        self._flights[probe] = (flight, host, port)
        repeats = KERNEL_REPEATS_AFTER_S if port < UDP_BIT else KERNEL_REPEATS_AFTER_S[:1]
        for after_s in repeats[behaviour.is_at_once :]:
            self._at(started_s + after_s, probe, flight, is_answer=False)

    def _is_answered(self, where: tuple[int, ProbePort]) -> bool:
        """One packet reaches the port; whether it is answered."""
        self._packets[where] = self._packets.get(where, 0) + 1
        host = self._hosts[where[0]]
        behaviour = host[where[1]]
        if behaviour.kind == "silent" or self._packets[where] <= behaviour.lost or self._random.random() < host.loss:
            return False
        if behaviour.kind == "closed" and host.limit is not None and not host.limit.takes(self._now_s):
            return False
        return self._random.random() >= host.loss

    def _tell(self, probe: int, where: tuple[int, ProbePort], rtt_s: float | None = None) -> None:
        """The answer of the port is here."""
        host, port = where
        behaviour, now_s = self._hosts[host][port], self._clock()
        if behaviour.kind in ("icmp", "no-neighbour"):
            self.plan.settle(probe, PROHIBITED if behaviour.kind == "icmp" else NO_NEIGHBOUR, now_s, rtt_s)
        elif port >= UDP_BIT:
            answer = ECHO_REPLY if port > 2 * UDP_BIT - 1 else ANSWERED
            self.plan.settle(probe, answer if behaviour.kind == "open" else UNREACHABLE_PORT, now_s, rtt_s)
        else:
            self._tell_of_connection(probe, where, behaviour, now_s, rtt_s)

    def _tell_of_connection(
        self, probe: int, where: tuple[int, ProbePort], behaviour: Port, now_s: float, rtt_s: float | None
    ) -> None:
        host, port = where
        connections = self._connections[where] = self._connections.get(where, 0) + 1
        if connections <= behaviour.meets_itself:
            self.plan.connected(probe, self._addresses[host], port, now_s, rtt_s)
        elif connections <= behaviour.meets_itself + behaviour.meets_another:
            source = next((other for other in self._hosts[host] if other != port), FREE_PORT)
            self.plan.connected(probe, self._addresses[host], source, now_s, rtt_s)
        elif behaviour.kind == "open":
            self.plan.connected(probe, ELSEWHERE, FREE_PORT, now_s, rtt_s, window=behaviour.window)
        else:
            self.plan.refused(probe, now_s, rtt_s)

    def _wait(self, wait_s: float | None) -> int:
        """Wait like a poll: until an answer is here, at most ``wait_s``. Returns how many answers came."""
        until_s = None if wait_s is None else self._now_s + wait_s
        told = 0
        while self._events and not (told and self._events[0][0] > self._now_s):
            if until_s is not None and self._events[0][0] > until_s:
                break
            at_s, _, probe, flight, is_answer = heapq.heappop(self._events)
            number, host, port = self._flights.get(probe, (None, 0, 0))
            if number != flight:
                continue  # its socket is closed
            self._now_s = max(self._now_s, at_s)
            if is_answer:
                del self._flights[probe]
                self._tell(probe, (host, port))
                told += 1
            elif self._is_answered((host, port)):
                self._at(at_s + self._hosts[host][port].rtt_s, probe, flight, is_answer=True)
        if not told:
            assert until_s is not None, "the driver waits for an answer, and none will come"
            self._now_s = max(self._now_s, until_s)
        return told

    def _close_overdue(self) -> int:
        overdue = self.plan.overdue(self._clock())
        for probe in overdue:
            self._flights.pop(probe, None)
        return len(overdue)

    def _at(self, at_s: float, probe: int, flight: int, *, is_answer: bool) -> None:
        heapq.heappush(self._events, (at_s, next(self._serial), probe, flight, is_answer))

    def _where(self, probe: int) -> tuple[int, ProbePort]:
        """(host index, port)"""
        address, port = self.plan.endpoint(probe)
        return int(address) - int(FIRST), port

    # --- the sink ---------------------------------------------------------------------------------

    def settled(self, host: int, port: ProbePort, found: Verdict, rtt_s: float | None, ttl: int | None = None) -> None:
        self._only_once(host, port)
        self.found.settled[host, port] = found
        self.found.settled_at_s[host, port] = self._now_s
        self.found.rtt_s[host, port] = rtt_s

    def settled_each(
        self,
        host: int,
        found: Verdict,
        ports: Sequence[ProbePort],
        rtts_s: Sequence[float | None],
        ttls: Sequence[int | None],
    ) -> None:
        for port, rtt_s, ttl in zip(ports, rtts_s, ttls, strict=True):
            self.settled(host, port, found, rtt_s, ttl)

    def settled_many(self, host: int, found: Verdict, ports: Sequence[ProbePort]) -> None:
        assert ports
        for port in ports:
            self.settled(host, port, found, None)

    def unsent(self, host: int, port: ProbePort, kind: str) -> None:
        self._only_once(host, port)
        self.found.unsent[host, port] = kind

    def seen(self, host: int, reason: str, rtt_s: float | None) -> None:
        assert host not in self.found.seen
        self.found.seen[host] = reason

    def host_done(self, host: int, end: HostEnd) -> None:
        assert host not in self.found.ends, "a host ended twice"
        self.found.ends[host] = end
        self.found.ended_at_s[host] = self._now_s

    def _only_once(self, host: int, port: ProbePort) -> None:
        assert host not in self.found.ends, "a result came after the end of its host"
        assert (host, port) not in self.found.settled | self.found.unsent, f"port {port} is reported twice"


def simulate(*hosts: Mapping[ProbePort, Port], timing: Timing | None = None, descriptors: int | None = None) -> Run:
    return Simulation(hosts, timing or Timing(), descriptors=descriptors).run()


def ports(number: int, **behaviour: object) -> dict[ProbePort, Port]:
    """Ports 1 to ``number`` that all do the same."""
    return {port: Port(**behaviour) for port in range(1, number + 1)}  # type: ignore[arg-type]
