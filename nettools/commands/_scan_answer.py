"""What a scan answers, in each format: as it is found (JSONL), or whole at its end."""

from collections import deque
from collections.abc import Sequence
from dataclasses import replace

from nettools.commands._scan_compared import Comparisons
from nettools.commands._session import Session
from nettools.core.outcome import Failure
from nettools.core.port_service import ServiceTable
from nettools.core.record import columns, to_json
from nettools.core.scan.book import LISTS_ALL_UP_TO, ScanBook
from nettools.core.scan.probe_port import ProbePort
from nettools.core.scan.reason import Verdict
from nettools.core.scan.report import (
    PortReport,
    PortRow,
    ResumePoint,
    ScanReport,
    ScanSettings,
    ScanSummary,
)
from nettools.core.scan.tally import port_report
from nettools.render import data
from nettools.render.format import Format
from nettools.runs.scan_hosts import HostReports
from nettools.runs.scan_order import ScanOrder
from nettools.runs.scan_space import ScanSpace


class LineWriter:
    """Writes what is found as JSONL: an open port at once, then each host with the rest of its ports."""

    def __init__(
        self,
        session: Session,
        space: ScanSpace,
        book: ScanBook,
        reports: HostReports,
        services: ServiceTable,
        held: Sequence[tuple[int | None, Failure]],
    ) -> None:
        """``held`` are the failures, with the numbers of their targets, that wait for the end of an ordered answer."""
        self._session = session
        self._held = held
        self._space = space
        self._book = book
        self._reports = reports
        self._services = services

    def begin(self, scan: ScanSettings) -> None:
        """How the scan is made: the first line, which a later run needs of one that was killed."""
        body = to_json(scan)
        assert isinstance(body, dict)
        data.write_json_line(self._session.output, "scan", {"schema": ScanReport.SCHEMA, **body})

    def port(self, host: int, port: ProbePort, found: Verdict, rtt_s: float | None, ttl: int | None) -> None:
        """An open port, as soon as it is known."""
        self._write_port(host, port_report(port, found, rtt_s, self._services, ttl=ttl))

    def host(self, host: int) -> None:
        """A host on which all work has ended: its ports that are listed and not open, then itself."""
        for number, target in enumerate(self._space.targets_of(host)):
            self._host(target, host, writes_ports=not number, with_open=False)

    def resume_point(self, point: ResumePoint) -> None:
        """How far the scan has come."""
        data.write_json_line(self._session.output, "resume", point)

    def end(self, frame: ScanReport) -> None:
        """What was not written yet, what the answer compares with, and the sum of it."""
        written: set[int] = set()
        output = self._session.output
        # What failed for no target of its own stands behind all of them.
        held = deque(sorted(self._held, key=lambda one: (one[0] is None, one[0] or 0)))
        for target, host in self._reports.placed():
            while held and held[0][0] is not None and held[0][0] <= target:
                self._error(*held.popleft())
            self._host(target, host, writes_ports=host not in written, with_open=True)
            written.add(host)
        while held:
            self._error(*held.popleft())
        if frame.diff is not None:
            for change in (*frame.diff.appeared, *frame.diff.gone, *frame.diff.changed):
                data.write_json_line(output, "change", change)
        if frame.expected is not None:
            for finding in (*frame.expected.unexpected, *frame.expected.missing, *frame.expected.not_scanned):
                data.write_json_line(output, "expectation", finding)
        if frame.resume is not None:
            self.resume_point(frame.resume)
        data.write_json_line(output, "summary", frame.summary)

    def _error(self, target: int | None, failure: Failure) -> None:
        data.write_json_line(self._session.output, "error", failure, index=target)

    def _host(self, target: int, host: int, *, writes_ports: bool, with_open: bool) -> None:
        report = self._reports.report(target, host)
        if writes_ports:
            for found in report.ports:
                if (with_open or found.state != "open") and self._reports.shows(found):
                    self._write_port(host, found)
        body = to_json(report)
        assert isinstance(body, dict)
        line = {key: value for key, value in body.items() if key != "ports"}
        data.write_json_line(self._session.output, "host", line, index=target)

    def _write_port(self, host: int, found: PortReport) -> None:
        body = to_json(found)
        assert isinstance(body, dict)
        for target in self._space.targets_of(host):
            where = {"target": self._space.text_of(target, host), "address": self._book.tally(host).address}
            data.write_json_line(self._session.output, "port", {**where, **body}, index=target)


class ScanAnswer:
    """Writes the answer of a scan that has ended, whole or early."""

    def __init__(self, session: Session, order: ScanOrder, reports: HostReports, lines: LineWriter) -> None:
        self._session = session
        self._order = order
        self._reports = reports
        self._lines = lines

    def write(
        self, scan: ScanSettings, summary: ScanSummary, comparisons: Comparisons, resume: ResumePoint | None
    ) -> bool:
        """Returns whether the scan compares as it should: no difference, every expectation met."""
        frame = ScanReport(scan=scan, hosts=(), summary=summary, errors=tuple(self._session.failures), resume=resume)
        if comparisons.wants_report:
            diff, expected = comparisons.of(replace(frame, hosts=tuple(self._reports)))
            frame = replace(frame, diff=diff, expected=expected)
        self._session.write_whole(lambda: self._write(frame))
        return not (frame.diff and frame.diff.differs) and (frame.expected is None or frame.expected.met)

    def _write(self, frame: ScanReport) -> None:
        output = self._session.output
        match self._session.options.format:
            case Format.JSON:
                self._write_document(frame)
            case Format.JSONL:
                self._lines.end(frame)
            case Format.CSV:
                data.write_csv_header(output, PortRow)
                for row in self._reports.rows():
                    data.write_csv_row(output, row)
            case Format.PLAIN:
                for row in self._reports.rows():
                    data.write_plain_row(output, row)
            case Format.NMAP_XML:
                from nettools.render.nmap_xml import write_nmap_xml

                write_nmap_xml(output, self._whole(frame), arguments=self._arguments, only_open=self._order.only_open)
            case Format.GREPABLE:
                from nettools.render.grepable import write_grepable

                write_grepable(output, self._whole(frame), arguments=self._arguments, only_open=self._order.only_open)
            case _:
                self._draw(self._whole(frame))

    @property
    def _arguments(self) -> str:
        import shlex

        return shlex.join(self._order.arguments)

    def _whole(self, frame: ScanReport) -> ScanReport:
        self._reports.collapses_all = frame.summary.addresses > LISTS_ALL_UP_TO
        return replace(frame, hosts=tuple(self._reports))

    def _write_document(self, frame: ScanReport) -> None:
        """Host by host, so that no more than one of them is in memory as a record."""
        document = data.JsonDocument(self._session.output, ScanReport.SCHEMA)
        for one in columns(ScanReport):
            if one.name != "hosts":
                document.field(one.key, getattr(frame, one.name))
                continue
            document.begin_list(one.key)
            for report in self._reports.shown():
                document.item(report)
            document.end_list()
        document.end()

    def _draw(self, report: ScanReport) -> None:
        """What compares badly comes first; there the hosts follow only where they are asked for."""
        from nettools.render.scan import draw_report, draw_summary
        from nettools.render.scan_changes import draw_changes, draw_expected

        output, canvas, order = self._session.output, self._session.canvas, self._order
        if report.diff is not None:
            draw_changes(output, canvas, report.diff)
            output.write("\n")
        if report.expected is not None:
            draw_expected(output, canvas, report.expected)
            output.write("\n")
        is_compared = report.diff is not None or report.expected is not None
        if is_compared and not (self._session.options.verbose or order.only_open or order.shows_reason):
            draw_summary(output, canvas, report)
        else:
            draw_report(output, canvas, report, shows_reason=order.shows_reason, only_open=order.only_open)
