"""The records of the answer of ``nettools scan``."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import ClassVar, Literal

from nettools.core.address import Address
from nettools.core.outcome import Failure
from nettools.core.record import column
from nettools.core.scan.diff_report import DiffReport
from nettools.core.scan.expect_report import ExpectReport
from nettools.core.scan.reason import PortState
from nettools.core.scan.tls_info import TlsInfo

HostStatus = Literal["up", "down", "assumed-up", "unknown"]


@dataclass(frozen=True, slots=True, kw_only=True)
class PortReport:
    """One port of one address."""

    port: int = field(metadata=column("Port", align="right"))
    protocol: str = field(metadata=column("Protocol"))
    state: PortState = field(metadata=column("State"))
    """What was found; ``unfiltered`` is what an ACK scan can say."""
    reason: str = field(metadata=column("Reason"))
    """By what it is known: conn-refused, syn-ack, no-response, the name of an ICMP error."""
    reason_ip: Address | None = field(metadata=column("Reason from"))
    """Who sent the ICMP error that says so; None where there was none."""
    reason_ttl: int | None = field(metadata=column("TTL", align="right"))
    """The TTL or hop limit of the packet that said so."""
    rtt_ms: float | None = field(metadata=column("RTT ms", align="right"))
    service: str | None = field(metadata=column("Service"))
    """The name that the registry has for the port."""
    in_practice: str | None = field(metadata=column("In practice"))
    """What usually answers there, where the registered name misleads."""
    banner: str | None = field(metadata=column("Banner"))
    """What the service said, control characters and all."""
    tls: TlsInfo | None = field(metadata=column("TLS"))
    product: str | None = field(metadata=column("Product"))
    version: str | None = field(metadata=column("Version"))
    detected: str | None = field(metadata=column("Detected"))
    """The service that answered, by its own words; ``service`` is only what is registered there."""
    extra: str | None = field(metadata=column("Extra"))
    banner_base64: str | None = field(metadata=column("Banner base64"))
    """The octets, where they are not UTF-8."""
    problem: str | None = field(metadata=column("Problem"))
    """Why less was found out of the service than was asked for."""


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
    """The word of the command line, or of a file."""
    address: Address = field(metadata=column("Address"))
    names: tuple[str, ...] = field(metadata=column("Names"))
    """Every target that is a name and has this address."""
    status: HostStatus = field(metadata=column("Status"))
    """``assumed-up``: it was probed without evidence that it is there."""
    status_reason: str | None = field(metadata=column("Status reason"))
    """By what that is known."""
    rtt_ms: float | None = field(metadata=column("RTT ms", align="right"))
    complete: bool = field(metadata=column("Complete"))
    """Whether every port has its verdict."""
    ports: tuple[PortReport, ...] = field(metadata=column("Ports"))
    """The ports that stand alone; many alike are in ``collapsed``."""
    collapsed: tuple[Collapsed, ...] = field(metadata=column("Collapsed"))
    """More than 25 closed or filtered ports with the same state and reason."""
    counts: dict[str, int] = field(metadata=column("Counts"))
    """State to number of ports, those in ``collapsed`` too."""
    notes: tuple[str, ...] = field(metadata=column("Notes"))
    """What makes the verdicts of this host doubtful, in words."""
    ptr: str | None = field(metadata=column("PTR"))
    """The name of the address, asked for by ``--rdns``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ScannedPorts:
    """Which ports were asked for, as ranges."""

    tcp: str | None = field(metadata=column("TCP"))
    udp: str | None = field(metadata=column("UDP"))


@dataclass(frozen=True, slots=True, kw_only=True)
class ResumePoint:
    """How far a scan has come, all its runs together; ``--resume`` goes on from here."""

    position: int = field(metadata=column("Position", align="right", decimal=True))
    """The turns of the order before this position have begun, and those from it on have not."""
    unfinished: str | None = field(metadata=column("Unfinished"))
    """The positions of those turns that were cut short, as ranges: ``3,17-20``."""
    runs: int = field(metadata=column("Runs", align="right"))
    probes_sent: int = field(metadata=column("Probes sent", align="right"))
    retransmitted: int = field(metadata=column("Retransmitted", align="right"))
    duration_ms: float = field(metadata=column("Duration ms", align="right"))


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
    addresses: int = field(metadata=column("Addresses", align="right", decimal=True))
    """How many addresses the targets hold, each counted once."""
    hosts_down: int = field(metadata=column("Hosts down", align="right"))
    hosts_silent: int = field(metadata=column("Hosts silent", align="right"))
    """Those that gave no evidence of being there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ScanReport:
    """The answer of ``nettools scan``."""

    SCHEMA: ClassVar[str] = "nettools.scan/1"

    scan: ScanSettings = field(metadata=column("Scan"))
    hosts: tuple[HostReport, ...] = field(metadata=column("Hosts"))
    summary: ScanSummary = field(metadata=column("Summary"))
    errors: tuple[Failure, ...] = field(metadata=column("Errors"))
    resume: ResumePoint | None = field(default=None, metadata=column("Resume"))
    """Where a later run can go on; None where its hosts alone tell."""
    diff: DiffReport | None = field(default=None, metadata=column("Diff"))
    """What has changed since an earlier answer, under ``--diff``."""
    expected: ExpectReport | None = field(default=None, metadata=column("Expected"))
    """Whether it is as a file says that it must be, under ``--expect-file``."""


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
    detected: str | None = field(metadata=column("Detected"))
    product: str | None = field(metadata=column("Product"))
    version: str | None = field(metadata=column("Version"))
    banner: str | None = field(metadata=column("Banner"))
