"""The engines that a scan runs, one after the other over the same hosts: connections and datagrams, or raw packets."""

import os
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Protocol

from nettools.core.outcome import Failure
from nettools.core.scan.book import ScanBook
from nettools.core.scan.confidence import choose_canaries
from nettools.core.scan.faults import LOCAL_FAULTS
from nettools.core.scan.finding import Finding
from nettools.core.scan.order import ProbeOrder
from nettools.core.scan.plan import ScanPlan
from nettools.core.scan.probe_port import UDP_BIT, ProbePort
from nettools.core.scan.space import AddressSpace
from nettools.net.interrupts import Interrupts
from nettools.net.scan.connect import ConnectProber
from nettools.net.scan.engine import ECHO_PROBES, TCP_PROBES, UDP_PROBES, ScanEngine
from nettools.net.scan.source import ProbeSource
from nettools.net.sockets import descriptor_room
from nettools.runs.scan_order import ScanOrder, TcpKind
from nettools.runs.scan_resume import Continuation
from nettools.runs.scan_unsent import unsent_failure

if TYPE_CHECKING:
    from nettools.core.packet.headers import ProbeKind

_DESCRIPTORS_TO_SPARE = 32
_KEY_BYTES = 16

OnTick = Callable[[float], None]


class Counted(Protocol):
    """An engine that says how far it is."""

    @property
    def settled_count(self) -> int: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Pass:
    """One engine over all hosts: the ports that it probes, in order."""

    kind: TcpKind
    """``connect`` sends UDP too."""
    order: ProbeOrder


def plan_passes(order: ScanOrder, hosts: int) -> tuple[Pass, ...]:
    """Raw packets have an engine of their own; everything else goes together."""

    def one(kind: TcpKind, ports: tuple[ProbePort, ...]) -> Pass:
        return Pass(
            kind=kind,
            order=ProbeOrder(hosts=hosts, ports=ports, order=order.order, seed=order.seed, shard=order.shard),
        )

    if order.tcp_kind == "connect":
        return (one("connect", order.ports),)
    tcp_ports = tuple(port for port in order.ports if port < UDP_BIT)
    udp_ports = tuple(port for port in order.ports if port >= UDP_BIT)
    parts = [one(order.tcp_kind, tcp_ports)] if tcp_ports else []
    return (*parts, one("connect", udp_ports)) if udp_ports else tuple(parts)


class EngineRun:
    """Runs the passes and adds up what they sent."""

    def __init__(
        self,
        order: ScanOrder,
        space: AddressSpace,
        book: ScanBook,
        interrupts: Interrupts,
        continuation: Continuation,
        *,
        is_only_pass: bool,
    ) -> None:
        self._order = order
        self._space = space
        self._book = book
        self._interrupts = interrupts
        self._continuation = continuation
        self._source = ProbeSource(
            address=order.source.address, interface=order.source.interface, port=order.source.port
        )
        self._is_only_pass = is_only_pass
        self._running: Counted | None = None
        self.stopped_by: Failure | None = None
        """The fault of this machine that ended it before all hosts were begun."""
        self._done = 0
        self.sent_count = 0
        self.retransmitted_count = 0

    @property
    def done_count(self) -> int:
        """How many ports have a verdict, or a fault of this machine."""
        return self._done + (self._running.settled_count if self._running else 0)

    def run(self, part: Pass, on_tick: OnTick) -> None:
        """One pass, until it is done or a signal comes. Raises NettoolsError when it cannot begin at all."""
        if part.kind == "connect":
            self._run_sockets(part, on_tick)
        else:
            self._run_raw(part, part.kind, on_tick)

    def _run_sockets(self, part: Pass, on_tick: OnTick) -> None:
        order, ports = self._order, part.order.ports
        self._source.check()
        timing = order.timing
        room = descriptor_room(timing.max_in_flight + _DESCRIPTORS_TO_SPARE, owns_process=self._interrupts.owns_process)
        if not self._interrupts.owns_process:
            timing = replace(timing, max_in_flight=max(1, min(timing.max_in_flight, room)))
        has_tcp = min(ports) < UDP_BIT
        plan = ScanPlan(
            self._continuation.turns(part.order, self._space, is_only_pass=self._is_only_pass),
            ports,
            timing,
            address_of=self._space.address_at,
            sink=self._book,
            discovers=order.discovers,
            has_echo=order.discovers,
            canaries=choose_canaries(ports, order.seed) if has_tcp else (),
        )
        with ScanEngine(plan, self._interrupts) as engine:
            engine.use(TCP_PROBES, ConnectProber(plan, engine, self._source))
            if max(ports) >= UDP_BIT:
                self._use_udp(engine, plan)
            if order.discovers:
                from nettools.net.scan.ping import PingProber

                engine.use(ECHO_PROBES, PingProber(plan, engine, key=os.urandom(_KEY_BYTES), source=self._source))
            self._running = plan
            engine.run(on_tick)
        self._ended(plan.sent_count, plan.retransmitted_count, plan.settled_count)
        if plan.stopped_by is not None:
            self.stopped_by = unsent_failure(plan.stopped_by, f"the scan was ended: {LOCAL_FAULTS[plan.stopped_by][0]}")

    def _use_udp(self, engine: ScanEngine, plan: ScanPlan) -> None:
        from nettools import data
        from nettools.core.scan.payload_file import payload_table
        from nettools.net.scan.udp import UdpProber

        engine.use(
            UDP_PROBES,
            UdpProber(
                plan,
                engine,
                payload_table(data.files("udp", ".payload")),
                key=os.urandom(_KEY_BYTES),
                on_answer=lambda probe, finding: self._answered(plan, probe, finding),
                source=self._source,
            ),
        )

    def _answered(self, plan: ScanPlan, probe: int, finding: Finding) -> None:
        address, port = plan.endpoint(probe)
        host = self._space.index_of(address)
        if host is not None:
            self._book.answered(host, port, finding)

    def _run_raw(self, part: Pass, kind: "ProbeKind", on_tick: OnTick) -> None:
        from nettools.net.scan.syn import RawScan

        order = self._order
        scan = RawScan(
            self._continuation.turns(part.order, self._space, is_only_pass=self._is_only_pass),
            part.order.ports,
            order.timing,
            address_of=self._space.address_at,
            sink=self._book,
            interrupts=self._interrupts,
            kind=kind,
            source=order.source.address,
            interface=order.source.interface,
            source_port=order.source.port,
        )
        self._running = scan
        scan.run(on_tick)
        self._ended(scan.sent_count, scan.retransmitted_count, scan.settled_count)

    def _ended(self, sent: int, retransmitted: int, settled: int) -> None:
        self._running = None
        self.sent_count += sent
        self.retransmitted_count += retransmitted
        self._done += settled
