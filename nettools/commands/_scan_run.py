"""One run of a scan: resolves the targets, drives the plan, streams what is found, writes the answer."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from time import monotonic

from nettools.commands._session import Session
from nettools.commands._targets import Failed, Target
from nettools.core.address import Address, format_address
from nettools.core.host_name import check_host_name
from nettools.core.outcome import Failure, exit_status, failure_of
from nettools.core.port_service import ServiceTable
from nettools.core.ports import compact_ports
from nettools.core.record import to_json
from nettools.core.scan.faults import LOCAL_FAULTS
from nettools.core.scan.plan import ScanPlan
from nettools.core.scan.reason import Verdict
from nettools.core.scan.report import (
    HostReport,
    HostTally,
    PortReport,
    PortRow,
    ScannedPorts,
    ScanReport,
    ScanSettings,
    ScanSummary,
    port_report,
    port_row,
)
from nettools.core.scan.targets import MOST_ADDRESSES, addresses_in
from nettools.core.scan.timing import Timing
from nettools.errors import Interrupted, NettoolsError, OptionError
from nettools.net.host_lookup import resolve_host
from nettools.net.interrupts import Interrupts
from nettools.net.scan import ConnectScan
from nettools.net.sockets import raise_descriptor_limit, socket_address
from nettools.render import data
from nettools.render.format import Format
from nettools.render.progress import Progress

NAME_TIMEOUT_S = 10.0
_DESCRIPTORS_TO_SPARE = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class ScanOrder:
    """What was asked for."""

    targets: list[str]
    ports: tuple[int, ...]
    timing: Timing
    version: int | None


class ScanRun:
    """Resolve, scan, answer."""

    def __init__(self, session: Session, services: ServiceTable, order: ScanOrder) -> None:
        self._session = session
        self._services = services
        self._order = order
        self._tallies: list[HostTally] = []
        self._targets: list[list[Target]] = []
        """The targets of each address; several names may share one, which is scanned once."""
        self._open_count = 0
        self._writes_lines = session.options.format is Format.JSONL

    def run(self) -> int:
        """Returns the exit status."""
        started, began_s = datetime.now(UTC), monotonic()
        with Interrupts() as interrupts:
            self._find_addresses(interrupts)
            plan = self._scan(began_s, interrupts)
            self._report_unsent()
            interrupted = interrupts.signal_number
            report = ScanReport(
                scan=self._settings(started),
                hosts=tuple(self._host_reports()),
                summary=self._summary(plan, monotonic() - began_s, interrupted=interrupted is not None),
                errors=tuple(self._session.failures),
            )
            self._write(report)
        return exit_status(
            answered=sum(1 for host in report.hosts if host.counts),
            affirmative=report.summary.ports_open > 0,
            failures=self._session.failures,
            signal_number=interrupted,
        )

    def _find_addresses(self, interrupts: Interrupts) -> None:
        place: dict[Address, int] = {}
        for target in self._session.targets(self._order.targets):
            if isinstance(target, Failed):
                self._fail(target.number, target.failure)
                continue
            try:
                for address in self._addresses_of(target, interrupts):
                    socket_address(address, 0)
                    if address not in place:
                        if len(place) == MOST_ADDRESSES:
                            raise OptionError(f"one scan takes {MOST_ADDRESSES:,} addresses")
                        place[address] = len(place)
                        self._tallies.append(HostTally(address))
                        self._targets.append([])
                    self._targets[place[address]].append(target)
            except Interrupted:
                return
            except NettoolsError as error:
                self._fail(target.number, failure_of(error, input=target.text, line=target.line))

    def _addresses_of(self, target: Target, interrupts: Interrupts) -> Iterable[Address]:
        spelled = addresses_in(target.text)
        if spelled is not None:
            return spelled
        name = check_host_name(target.text)
        return resolve_host(name, version=self._order.version, timeout_s=NAME_TIMEOUT_S, interrupts=interrupts)

    def _scan(self, began_s: float, interrupts: Interrupts) -> ScanPlan:
        addresses = [tally.address for tally in self._tallies]
        plan = ScanPlan(
            addresses,
            self._order.ports,
            self._order.timing,
            on_settled=self._on_settled,
            on_unsent=lambda host, port, kind: self._tallies[host].unsent(port, kind),
        )
        progress = Progress(
            self._session.tell,
            self._session.progress_style,
            total=plan.total,
            began_s=began_s,
            columns=self._session.environment.error_columns,
        )
        raise_descriptor_limit(self._order.timing.max_in_flight + _DESCRIPTORS_TO_SPARE)
        try:
            ConnectScan(addresses, plan, interrupts).run(
                lambda now_s: progress.tick(now_s, done=plan.settled_count, found=self._open_count)
            )
        finally:
            progress.end()
        return plan

    def _on_settled(self, host: int, port: int, found: Verdict, rtt_s: float | None) -> None:
        tally = self._tallies[host]
        tally.settled(port, found, rtt_s)
        if found.state == "open":
            self._open_count += 1
            if self._writes_lines:
                self._write_port_line(host, port_report(port, found, rtt_s, self._services))

    def _report_unsent(self) -> None:
        for host, tally in enumerate(self._tallies):
            for kind, ports in tally.unsent_by_kind.items():
                what, hint = LOCAL_FAULTS[kind]
                for target in self._targets[host]:
                    failure = Failure(
                        input=target.text,
                        line=target.line,
                        kind=kind,
                        message=f"{format_address(tally.address)}: {what}; not probed: ports {ports}",
                        hint=hint,
                        unreadable=False,
                    )
                    self._fail(target.number, failure)

    def _fail(self, index: int, failure: Failure) -> None:
        self._session.failed(failure)
        if self._writes_lines:
            data.write_json_line(self._session.output, "error", failure, index=index)

    def _each_target(self) -> Iterator[tuple[int, Target]]:
        """(host index, target), the order of the answer."""
        for host, targets in enumerate(self._targets):
            for target in targets:
                yield host, target

    def _host_reports(self) -> Iterator[HostReport]:
        for host, target in self._each_target():
            yield self._tallies[host].report(target.text, self._services, planned=len(self._order.ports))

    def _settings(self, started: datetime) -> ScanSettings:
        timing = self._order.timing
        return ScanSettings(
            started=started,
            type="connect",
            seed=None,
            shard=None,
            options={
                "timeout_ms": timing.timeout_s * 1000,
                "retries": timing.retries,
                "max_in_flight": timing.max_in_flight,
            },
            ports=ScannedPorts(tcp=compact_ports(self._order.ports), udp=None),
        )

    def _summary(self, plan: ScanPlan, duration_s: float, *, interrupted: bool) -> ScanSummary:
        return ScanSummary(
            hosts_up=sum(1 for tally in self._tallies if tally.status[0] == "up"),
            ports_open=self._open_count,
            probes_sent=plan.sent_count,
            retransmitted=plan.retransmitted_count,
            duration_ms=round(duration_s * 1000, 1),
            interrupted=interrupted,
        )

    def _write(self, report: ScanReport) -> None:
        output = self._session.output
        match self._session.options.format:
            case Format.JSON:
                data.write_document(output, report.SCHEMA, report)
            case Format.JSONL:
                self._write_closing_lines(report)
            case Format.CSV:
                data.write_csv_header(output, PortRow)
                for row in self._rows():
                    data.write_csv_row(output, row)
            case Format.PLAIN:
                for row in self._rows():
                    data.write_plain_row(output, row)
            case Format.TABLE:
                from nettools.render.scan import draw_report

                draw_report(output, self._session.canvas, report)

    def _rows(self) -> Iterator[PortRow]:
        for host, target in self._each_target():
            tally = self._tallies[host]
            for found in tally.every_port(self._services):
                yield port_row(target.text, tally.address, found)

    def _write_closing_lines(self, report: ScanReport) -> None:
        """What was not written while the scan ran: the listed ports that are not open, the hosts, the summary."""
        for (host, target), about in zip(self._each_target(), report.hosts, strict=True):
            for found in about.ports:
                if found.state != "open":
                    self._write_port_line(host, found)
            body = to_json(about)
            assert isinstance(body, dict)
            line = {key: value for key, value in body.items() if key != "ports"}
            data.write_json_line(self._session.output, "host", line, index=target.number)
        data.write_json_line(self._session.output, "summary", report.summary)

    def _write_port_line(self, host: int, found: PortReport) -> None:
        for target in self._targets[host]:
            where = {"target": target.text, "address": self._tallies[host].address}
            body = to_json(found)
            assert isinstance(body, dict)
            data.write_json_line(self._session.output, "port", {**where, **body}, index=target.number)
