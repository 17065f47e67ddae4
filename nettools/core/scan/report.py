"""From verdicts to the records of the answer. Nothing is lost: every port is in ``ports`` or in ``collapsed``."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from itertools import filterfalse
from operator import itemgetter
from typing import ClassVar, Final, Literal

from nettools.core.address import Address
from nettools.core.outcome import Failure
from nettools.core.port_service import ServiceTable
from nettools.core.ports import compact_ports
from nettools.core.record import column
from nettools.core.scan.reason import SILENT, PortState, Verdict
from nettools.core.scan.targets import addresses_in

COLLAPSE_ABOVE: Final = 25
"""More closed or filtered ports than this with the same verdict stand together."""

HostStatus = Literal["up", "down", "assumed-up", "unknown"]


@dataclass(frozen=True, slots=True, kw_only=True)
class PortReport:
    """One port of one address."""

    port: int = field(metadata=column("Port", align="right"))
    protocol: str = field(metadata=column("Protocol"))
    state: PortState = field(metadata=column("State"))
    reason: str = field(metadata=column("Reason"))
    reason_ip: Address | None = field(metadata=column("Reason from"))
    reason_ttl: int | None = field(metadata=column("TTL", align="right"))
    rtt_ms: float | None = field(metadata=column("RTT ms", align="right"))
    service: str | None = field(metadata=column("Service"))
    in_practice: str | None = field(metadata=column("In practice"))
    banner: str | None = field(metadata=column("Banner"))
    tls: dict[str, str] | None = field(metadata=column("TLS"))
    product: str | None = field(metadata=column("Product"))
    version: str | None = field(metadata=column("Version"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Collapsed:
    """Many ports with one verdict."""

    protocol: str = field(metadata=column("Protocol"))
    state: PortState = field(metadata=column("State"))
    reason: str = field(metadata=column("Reason"))
    reason_ip: Address | None = field(metadata=column("Reason from"))
    count: int = field(metadata=column("Count", align="right"))
    ports: str = field(metadata=column("Ports"))


@dataclass(frozen=True, slots=True, kw_only=True)
class HostReport:
    """One address of one target."""

    target: str = field(metadata=column("Target"))
    address: Address = field(metadata=column("Address"))
    names: tuple[str, ...] = field(metadata=column("Names"))
    status: HostStatus = field(metadata=column("Status"))
    status_reason: str | None = field(metadata=column("Status reason"))
    rtt_ms: float | None = field(metadata=column("RTT ms", align="right"))
    complete: bool = field(metadata=column("Complete"))
    ports: tuple[PortReport, ...] = field(metadata=column("Ports"))
    collapsed: tuple[Collapsed, ...] = field(metadata=column("Collapsed"))
    counts: dict[str, int] = field(metadata=column("Counts"))
    notes: tuple[str, ...] = field(metadata=column("Notes"))


@dataclass(frozen=True, slots=True, kw_only=True)
class ScannedPorts:
    """Which ports were asked for, as ranges."""

    tcp: str | None = field(metadata=column("TCP"))
    udp: str | None = field(metadata=column("UDP"))


@dataclass(frozen=True, slots=True, kw_only=True)
class ScanSettings:
    """How the scan was made."""

    started: datetime = field(metadata=column("Started"))
    type: str = field(metadata=column("Type"))
    seed: int | None = field(metadata=column("Seed"))
    shard: str | None = field(metadata=column("Shard"))
    options: dict[str, int | float | str] = field(metadata=column("Options"))
    ports: ScannedPorts = field(metadata=column("Ports"))


@dataclass(frozen=True, slots=True, kw_only=True)
class ScanSummary:
    """The scan in numbers."""

    hosts_up: int = field(metadata=column("Hosts up", align="right"))
    ports_open: int = field(metadata=column("Ports open", align="right"))
    probes_sent: int = field(metadata=column("Probes sent", align="right"))
    retransmitted: int = field(metadata=column("Retransmitted", align="right"))
    duration_ms: float = field(metadata=column("Duration ms", align="right"))
    interrupted: bool = field(metadata=column("Interrupted"))


@dataclass(frozen=True, slots=True, kw_only=True)
class ScanReport:
    """The answer of ``nettools scan``."""

    SCHEMA: ClassVar[str] = "nettools.scan/1"

    scan: ScanSettings = field(metadata=column("Scan"))
    hosts: tuple[HostReport, ...] = field(metadata=column("Hosts"))
    summary: ScanSummary = field(metadata=column("Summary"))
    errors: tuple[Failure, ...] = field(metadata=column("Errors"))


@dataclass(frozen=True, slots=True, kw_only=True)
class PortRow:
    """One port as a row of CSV or plain output, or as a JSONL record."""

    target: str = field(metadata=column("Target"))
    address: Address = field(metadata=column("Address"))
    port: int = field(metadata=column("Port", align="right"))
    protocol: str = field(metadata=column("Protocol"))
    state: PortState = field(metadata=column("State"))
    reason: str = field(metadata=column("Reason"))
    reason_ip: Address | None = field(metadata=column("Reason from"))
    rtt_ms: float | None = field(metadata=column("RTT ms", align="right"))
    service: str | None = field(metadata=column("Service"))
    in_practice: str | None = field(metadata=column("In practice"))


class HostTally:
    """Collects the verdicts on one address."""

    __slots__ = ("_by_verdict", "_unsent", "address", "best_rtt_s", "settled_count")

    def __init__(self, address: Address) -> None:
        self.address = address
        self.best_rtt_s: float | None = None
        self.settled_count = 0
        self._by_verdict: dict[Verdict, list[tuple[int, float | None]]] = {}
        self._unsent: dict[str, list[int]] = {}

    def settled(self, port: int, found: Verdict, rtt_s: float | None) -> None:
        """Note the verdict on one port."""
        ports = self._by_verdict.get(found)
        if ports is None:
            ports = self._by_verdict[found] = []
        if found.is_from_here or found is SILENT:
            rtt_s = None  # how long this machine took to give up is no round trip
        ports.append((port, rtt_s))
        self.settled_count += 1
        if rtt_s is not None and found.reason_ip is None and (self.best_rtt_s is None or rtt_s < self.best_rtt_s):
            self.best_rtt_s = rtt_s

    def unsent(self, port: int, kind: str) -> None:
        """Note that this machine could not probe the port."""
        self._unsent.setdefault(kind, []).append(port)

    @property
    def unsent_by_kind(self) -> dict[str, str]:
        """Kind of local fault -> the ports that it kept from being probed, as ranges."""
        return {kind: compact_ports(sorted(ports)) for kind, ports in self._unsent.items()}

    @property
    def counts(self) -> dict[str, int]:
        """State -> how many ports have it."""
        totals: dict[str, int] = {}
        for found, ports in self._by_verdict.items():
            totals[found.state] = totals.get(found.state, 0) + len(ports)
        return totals

    def every_port(self, services: ServiceTable) -> list[PortReport]:
        """Each port with its verdict, ascending."""
        return self._reports(services, self._by_verdict)

    def report(self, target: str, services: ServiceTable, *, planned: int) -> HostReport:
        """What is known of the address as ``target``; ``planned`` is how many ports were to be probed."""
        status, status_reason = self.status
        return HostReport(
            target=target,
            address=self.address,
            names=() if addresses_in(target) is not None else (target,),
            status=status,
            status_reason=status_reason,
            rtt_ms=_milliseconds(self.best_rtt_s),
            complete=self.settled_count == planned,
            ports=tuple(self._reports(services, filter(self._is_listed, self._by_verdict))),
            collapsed=tuple(map(self._collapsed, filterfalse(self._is_listed, self._by_verdict))),
            counts=self.counts,
            notes=(),
        )

    def _is_listed(self, found: Verdict) -> bool:
        """Whether the ports with this verdict are listed one by one."""
        return found.state not in ("closed", "filtered") or len(self._by_verdict[found]) <= COLLAPSE_ABOVE

    def _reports(self, services: ServiceTable, verdicts: Iterable[Verdict]) -> list[PortReport]:
        wanted = [(port, found, rtt_s) for found in verdicts for port, rtt_s in self._by_verdict[found]]
        wanted.sort(key=itemgetter(0))
        return [port_report(port, found, rtt_s, services) for port, found, rtt_s in wanted]

    def _collapsed(self, found: Verdict) -> Collapsed:
        ports = sorted(port for port, _ in self._by_verdict[found])
        return Collapsed(
            protocol="tcp",
            state=found.state,
            reason=found.reason,
            reason_ip=found.reason_ip,
            count=len(ports),
            ports=compact_ports(ports),
        )

    @property
    def status(self) -> tuple[HostStatus, str | None]:
        """Up only on evidence from the address itself, down when its neighbour resolution failed."""
        if not self._by_verdict:
            return "unknown", None
        for found in self._by_verdict:
            is_own_answer = found.reason_ip is None and found.state in ("open", "closed")
            if is_own_answer or found.reason_ip == self.address:
                return "up", found.reason
        for found in self._by_verdict:
            if found.is_from_here:
                return "down", found.reason
        return "assumed-up", next(iter(self._by_verdict)).reason


def port_report(port: int, found: Verdict, rtt_s: float | None, services: ServiceTable) -> PortReport:
    """The record of one port."""
    return PortReport(
        port=port,
        protocol="tcp",
        state=found.state,
        reason=found.reason,
        reason_ip=found.reason_ip,
        reason_ttl=None,
        rtt_ms=_milliseconds(rtt_s),
        service=services.name(port, "tcp"),
        in_practice=services.in_practice(port, "tcp"),
        banner=None,
        tls=None,
        product=None,
        version=None,
    )


def port_row(target: str, address: Address, found: PortReport) -> PortRow:
    """The record of one port as a row that stands alone."""
    return PortRow(
        target=target,
        address=address,
        port=found.port,
        protocol=found.protocol,
        state=found.state,
        reason=found.reason,
        reason_ip=found.reason_ip,
        rtt_ms=found.rtt_ms,
        service=found.service,
        in_practice=found.in_practice,
    )


def _milliseconds(seconds: float | None) -> float | None:
    return None if seconds is None else round(seconds * 1000, 3)
