"""One run of a scan: the space of its targets, the engines over it, what the services say, the answer."""

from dataclasses import dataclass
from datetime import UTC, datetime
from time import monotonic
from typing import Final

from nettools.commands._scan_answer import HostReports, LineWriter, ScanAnswer
from nettools.commands._scan_compared import Comparisons
from nettools.commands._scan_depth import look_deeper
from nettools.commands._scan_engines import EngineRun, Pass, plan_passes
from nettools.commands._scan_order import ScanOrder
from nettools.commands._scan_resume import Continuation
from nettools.commands._scan_settings import scan_settings
from nettools.commands._scan_space import ScanSpace, read_space
from nettools.commands._scan_unsent import unsent_failures
from nettools.commands._session import Session
from nettools.core.outcome import Exit, Failure, exit_status
from nettools.core.port_service import ServiceTable
from nettools.core.scan.book import LISTS_ALL_UP_TO, ScanBook
from nettools.core.scan.order import check_probe_count
from nettools.core.scan.report import ScanSettings, ScanSummary
from nettools.errors import Interrupted
from nettools.net.interrupts import Interrupts
from nettools.render import data
from nettools.render.format import Format
from nettools.render.progress import Progress

_LOST: Final = frozenset({"network-down", "no-route"})
"""Local faults that, once probes went out, tell that the network was lost on the way."""
_POINT_EVERY_S: Final = 10.0
"""How often JSON lines tell how far the scan has come, for a run that is killed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Parts:
    """What one run is made of, once its targets are known."""

    space: ScanSpace
    book: ScanBook
    reports: HostReports
    lines: LineWriter
    engines: EngineRun


class ScanRun:
    """Resolve, scan, look deeper, answer."""

    def __init__(
        self,
        session: Session,
        services: ServiceTable,
        order: ScanOrder,
        comparisons: Comparisons,
        continuation: Continuation,
        interrupts: Interrupts,
    ) -> None:
        self._session = session
        self._services = services
        self._order = order
        self._comparisons = comparisons
        self._continuation = continuation
        self._interrupts = interrupts
        self._began_s = monotonic()
        self._writes_lines = session.options.format is Format.JSONL
        # What is asked of services and names afterwards, or compared, or goes on, needs every host at the end.
        self._writes_at_once = self._writes_lines and not (
            order.depth.asks_services or order.depth.rdns or comparisons.wants_report or continuation.is_under_way
        )

    def run(self) -> int:
        """Returns the exit status."""
        try:
            space = read_space(self._session, self._order, self._interrupts, self._fail)
        except Interrupted as signal:
            return 128 + signal.signal_number
        if not space.addresses.count and not self._session.failures:
            self._session.note("no address is left to scan: there are no targets, or all of them are excluded")
        passes = plan_passes(self._order, space.addresses.count)
        check_probe_count(sum(one.order.total for one in passes), is_agreed=self._order.may_be_huge)
        settings = scan_settings(self._order, space, self._continuation.started or datetime.now(UTC))
        self._continuation.check(settings)
        return self._run(space, passes, settings)

    def _run(self, space: ScanSpace, passes: tuple[Pass, ...], settings: ScanSettings) -> int:
        book = ScanBook(
            space.addresses.address_at,
            forgets_silent=space.addresses.count > LISTS_ALL_UP_TO,
            passes=len(passes),
            on_open=lambda *found: lines.port(*found) if self._writes_at_once else None,
            on_host=lambda host: self._host_done(host, book, lines),
            on_end=lambda host, end: self._continuation.host_done(host, complete=end.complete),
        )
        reports = HostReports(space, book, self._services, only_open=self._order.only_open)
        lines = LineWriter(self._session, space, book, reports, self._services)
        engines = EngineRun(
            self._order, space.addresses, book, self._interrupts, self._continuation, is_only_pass=len(passes) == 1
        )
        if self._writes_lines:
            lines.begin(settings)
        self._continuation.restore(book, space.addresses)
        parts = _Parts(space=space, book=book, reports=reports, lines=lines, engines=engines)
        self._run_engines(passes, parts)
        for target, failure in unsent_failures(space, book):
            self._fail(target, failure)
        if engines.stopped_by is not None:
            self._fail(None, engines.stopped_by)
        summary = self._summary(parts)
        point = self._continuation.point(summary) if self._interrupts.has_fired or book.incomplete_count else None
        answer = ScanAnswer(self._session, self._order, reports, lines)
        is_as_wished = answer.write(settings, summary, self._comparisons, point)
        return self._status(book, engines.sent_count, is_as_wished=is_as_wished)

    def _run_engines(self, passes: tuple[Pass, ...], parts: _Parts) -> None:
        progress = Progress(
            self._session.tell,
            self._session.progress_style,
            total=sum(one.order.total for one in passes),
            began_s=self._began_s,
            columns=self._session.environment.error_columns,
        )
        next_point_s = self._began_s + _POINT_EVERY_S

        def tick(now_s: float) -> None:
            nonlocal next_point_s
            progress.tick(now_s, done=parts.engines.done_count, found=parts.book.open_count)
            if self._writes_at_once and now_s >= next_point_s:
                next_point_s = now_s + _POINT_EVERY_S
                point = self._continuation.point(self._summary(parts))
                if point is not None:
                    parts.lines.resume_point(point)

        try:
            for one in passes:
                if not self._interrupts.has_fired:
                    parts.engines.run(one, tick)
            look_deeper(self._order, parts.space, parts.book, parts.reports, self._interrupts, tick)
        finally:
            progress.end()

    def _host_done(self, host: int, book: ScanBook, lines: LineWriter) -> None:
        if self._writes_at_once:
            lines.host(host)
            book.forget(host)

    def _fail(self, target: int | None, failure: Failure) -> None:
        self._session.failed(failure)
        if self._writes_lines:
            data.write_json_line(self._session.output, "error", failure, index=target)

    def _summary(self, parts: _Parts) -> ScanSummary:
        """As things stand, with what earlier runs have cost."""
        book = parts.book
        return self._continuation.added(
            ScanSummary(
                hosts_up=book.count("up"),
                ports_open=book.open_count,
                probes_sent=parts.engines.sent_count,
                retransmitted=parts.engines.retransmitted_count,
                duration_ms=round((monotonic() - self._began_s) * 1000, 1),
                interrupted=self._interrupts.has_fired,
                addresses=parts.space.addresses.count,
                hosts_down=book.count("down"),
                hosts_silent=book.count("assumed-up", "unknown"),
            )
        )

    def _status(self, book: ScanBook, sent_count: int, *, is_as_wished: bool) -> int:
        """What was cut short is partly answered, even where every target could be read, or nobody answered in time."""
        status = exit_status(
            answered=book.answered_count,
            affirmative=is_as_wished if self._comparisons.wants_report else book.open_count > 0,
            failures=self._session.failures,
            signal_number=self._interrupts.signal_number,
        )
        was_cut_short = status in (Exit.ANSWERED, Exit.NEGATIVE) and book.incomplete_count
        was_lost = sent_count and status == Exit.UNANSWERED and any(one.kind in _LOST for one in self._session.failures)
        return Exit.PARTIAL if was_cut_short or was_lost else status
