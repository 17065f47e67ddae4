"""One run of ``nettools scan``: probe, say how far it is, write the answer."""

from time import monotonic
from typing import Final

from nettools.commands._scan_answer import LineWriter, ScanAnswer
from nettools.commands._scan_compared import Comparisons
from nettools.commands._session import Session
from nettools.core.outcome import Exit, Failure, exit_status
from nettools.core.port_service import ServiceTable
from nettools.net.interrupts import Interrupts
from nettools.render import data
from nettools.render.format import Format
from nettools.runs.scan_order import ScanOrder
from nettools.runs.scan_resume import Continuation
from nettools.runs.scan_run import Planned, ScanWork, plan_scan

_LOST: Final = frozenset({"network-down", "no-route"})
"""Local faults that, once probes went out, tell that the network was lost on the way."""
_POINT_EVERY_S: Final = 10.0
"""How often JSON lines tell how far the scan has come, for a run that is killed."""


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
        *,
        keeps_order: bool = False,
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
            keeps_order
            or order.depth.asks_services
            or order.depth.rdns
            or comparisons.wants_report
            or continuation.is_under_way
        )
        self._holds_errors = self._writes_lines and keeps_order
        self._held: list[tuple[int | None, Failure]] = []

    def run(self, port_note: str | None) -> int:
        """Returns the exit status. Raises Interrupted when a signal comes before the first probe.

        ``port_note`` is said once there is something to scan.
        """
        with self._interrupts.raising(), self._session.screen.waiting("the addresses of the targets"):
            planned = plan_scan(self._session, self._order, self._continuation, self._interrupts, self._fail)
        if self._is_refused(planned):
            return Exit.BAD_REQUEST
        if port_note is not None and planned.total:
            self._session.note(port_note)
        work = ScanWork(
            self._order,
            planned,
            self._services,
            self._continuation,
            self._interrupts,
            began_s=self._began_s,
            on_open=lambda *found: lines.port(*found) if self._writes_at_once else None,
            on_host=lambda host: self._host_done(host, work, lines),
        )
        lines = LineWriter(self._session, work.space, work.book, work.reports, self._services, self._held)
        if self._writes_lines:
            lines.begin(planned.settings)
        work.restore()
        self._run_engines(planned, work, lines)
        work.tell_unsent(self._fail)
        summary = work.summary()
        answer = ScanAnswer(self._session, self._order, work.reports, lines)
        is_as_wished = answer.write(planned.settings, summary, self._comparisons, work.resume_point(summary))
        return self._status(work, is_as_wished=is_as_wished)

    def _is_refused(self, planned: Planned) -> bool:
        """Whether no target could be read: there is nothing to answer for people, only what is wrong with them."""
        failures = self._session.failures
        is_told_as_data = self._session.options.format in (Format.JSON, Format.JSONL)
        return not planned.total and bool(failures) and all(one.unreadable for one in failures) and not is_told_as_data

    def _run_engines(self, planned: Planned, work: ScanWork, lines: LineWriter) -> None:
        progress = self._session.progress(total=planned.total, began_s=self._began_s)
        next_point_s = self._began_s + _POINT_EVERY_S

        def tick(now_s: float) -> None:
            nonlocal next_point_s
            progress.tick(now_s, done=work.engines.done_count, found=work.book.open_count)
            if self._writes_at_once and now_s >= next_point_s:
                next_point_s = now_s + _POINT_EVERY_S
                point = self._continuation.point(work.summary())
                if point is not None:
                    lines.resume_point(point)

        try:
            work.run(tick)
        finally:
            progress.end()

    def _host_done(self, host: int, work: ScanWork, lines: LineWriter) -> None:
        if self._writes_at_once:
            lines.host(host)
            work.book.forget(host)

    def _fail(self, target: int | None, failure: Failure) -> None:
        self._session.failed(failure)
        if self._holds_errors:
            self._held.append((target, failure))
        elif self._writes_lines:
            data.write_json_line(self._session.output, "error", failure, index=target)

    def _status(self, work: ScanWork, *, is_as_wished: bool) -> int:
        """What was cut short is partly answered, even where every target could be read, or nobody answered in time."""
        book = work.book
        status = exit_status(
            answered=book.answered_count,
            affirmative=is_as_wished if self._comparisons.wants_report else book.open_count > 0,
            failures=self._session.failures,
            signal_number=self._interrupts.signal_number,
        )
        was_cut_short = status in (Exit.ANSWERED, Exit.NEGATIVE) and book.incomplete_count
        is_lost = any(one.kind in _LOST for one in self._session.failures)
        was_lost = work.engines.sent_count and status == Exit.UNANSWERED and is_lost
        return Exit.PARTIAL if was_cut_short or was_lost else status
