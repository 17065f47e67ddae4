"""Answers of scans as files, for the tests that read them."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from ipaddress import ip_address

from nettools.core.address import Address
from nettools.core.outcome import Failure
from nettools.core.port_service import ServiceTable
from nettools.core.record import Json, to_json
from nettools.core.scan.finding import Finding
from nettools.core.scan.probe_port import ProbePort, number_of, tcp, transport_of
from nettools.core.scan.reason import Verdict
from nettools.core.scan.report import (
    HostReport,
    ResumePoint,
    ScannedPorts,
    ScanReport,
    ScanSettings,
    ScanSummary,
)
from nettools.core.scan.stored import StoredScan
from nettools.core.scan.stored_document import read_scan
from nettools.core.scan.tally import HostTally, port_list

SERVICES = ServiceTable(registered=[("22", "tcp", "ssh", ""), ("443", "tcp", "https", "")], in_practice=[])
STARTED = datetime(2026, 1, 31, 12, 0, tzinfo=UTC)
OLD_FILE = "old.json"

Verdicts = Mapping[ProbePort, Verdict]


def ports_asked(ports: Iterable[ProbePort]) -> ScannedPorts:
    listed = sorted(ports)
    by_transport = {
        one: port_list(tcp(number_of(port)) for port in listed if transport_of(port) == one) for one in ("tcp", "udp")
    }
    return ScannedPorts(tcp=by_transport["tcp"] or None, udp=by_transport["udp"] or None)


def host_report(
    address: str | Address,
    verdicts: Verdicts,
    *,
    target: str | None = None,
    names: tuple[str, ...] = (),
    complete: bool = True,
    findings: Mapping[ProbePort, Finding] | None = None,
    notes: Iterable[str] = (),
    rtt_s: float | None = None,
) -> HostReport:
    tally = HostTally(ip_address(str(address)))
    for port, found in verdicts.items():
        tally.settled(port, found, rtt_s)
    for port, finding in (findings or {}).items():
        tally.found(port, finding)
    tally.is_complete = complete
    tally.notes += tuple(notes)
    return tally.report(target or str(address), SERVICES, names=names)


def scan_report(
    hosts: Iterable[HostReport],
    ports: Iterable[ProbePort] = (),
    *,
    kind: str = "connect",
    seed: int | None = None,
    shard: str | None = None,
    options: Mapping[str, int | float | str] | None = None,
    interrupted: bool = False,
    errors: tuple[Failure, ...] = (),
    resume: ResumePoint | None = None,
) -> ScanReport:
    listed = tuple(hosts)
    return ScanReport(
        scan=ScanSettings(
            started=STARTED,
            type=kind,
            seed=seed,
            shard=shard,
            options=dict(options or {}),
            ports=ports_asked(ports),
        ),
        hosts=listed,
        summary=ScanSummary(
            hosts_up=sum(host.status == "up" for host in listed),
            ports_open=sum(host.counts.get("open", 0) for host in listed),
            probes_sent=100,
            retransmitted=7,
            duration_ms=1234.5,
            interrupted=interrupted,
            addresses=len(listed),
            hosts_down=0,
            hosts_silent=0,
        ),
        errors=errors,
        resume=resume,
    )


def document(report: ScanReport) -> dict[str, Json]:
    body = to_json(report)
    assert isinstance(body, dict)
    return {"schema": ScanReport.SCHEMA, **body}


def line_texts(report: ScanReport) -> list[str]:
    """The JSON lines of the answer: the scan, each port, each host, the errors, the summary."""
    settings = to_json(report.scan)
    assert isinstance(settings, dict)
    first = {"schema": ScanReport.SCHEMA, **settings, "scan_type": settings["type"], "type": "scan"}
    lines: list[dict[str, Json]] = [first]
    for host in report.hosts:
        body = to_json(host)
        assert isinstance(body, dict)
        ports = body.pop("ports")
        assert isinstance(ports, list)
        where = {"target": body["target"], "address": body["address"]}
        lines += [{"type": "port", **where, **port} for port in ports if isinstance(port, dict)]
        lines.append({"type": "host", **body})
    for failure in report.errors:
        told = to_json(failure)
        assert isinstance(told, dict)
        lines.append({"type": "error", **told})
    point = to_json(report.resume)
    if isinstance(point, dict):
        lines.append({"type": "resume", **point})
    summary = to_json(report.summary)
    assert isinstance(summary, dict)
    lines.append({"type": "summary", **summary})
    return [json.dumps(line) for line in lines]


def stored(report: ScanReport) -> StoredScan:
    return read_text(json.dumps(document(report)))


def read_text(text: str | bytes, *, chunk: int = 1 << 16) -> StoredScan:
    data = text.encode() if isinstance(text, str) else text
    return read_scan((data[start : start + chunk] for start in range(0, len(data), chunk)), OLD_FILE)


def without_cost(report: ScanReport) -> ScanReport:
    """The answer without what it took to get it, to compare two ways to it."""
    return replace(report, summary=replace(report.summary, probes_sent=0, retransmitted=0, duration_ms=0))
