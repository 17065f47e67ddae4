"""One run of a scan: the space of its targets, the engines over it, what the services say."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from time import monotonic
from typing import Final

from nettools.core.outcome import Failure
from nettools.core.port_service import ServiceTable
from nettools.core.scan.book import LISTS_ALL_UP_TO, IsMissing, OnHost, OnOpen, ScanBook
from nettools.core.scan.order import check_probe_count
from nettools.core.scan.report import ResumePoint, ScanSettings, ScanSummary
from nettools.core.scan.timing import Timing
from nettools.net.interrupts import Interrupts
from nettools.net.missing_neighbours import MissingNeighbours
from nettools.runs.caller import Caller
from nettools.runs.scan_depth import look_deeper
from nettools.runs.scan_engines import EngineRun, Pass, plan_passes
from nettools.runs.scan_hosts import HostReports
from nettools.runs.scan_order import ScanOrder
from nettools.runs.scan_resume import Continuation
from nettools.runs.scan_settings import scan_settings
from nettools.runs.scan_space import ScanSpace, read_space
from nettools.runs.scan_unsent import unsent_failures

Fail = Callable[[int | None, Failure], None]
"""Told of what has no answer: the number of the target, where it is one target's failure, and why."""
OnTick = Callable[[float], None]

_ASKED_TWICE_S: Final = 1.0
"""After so long the kernel has asked a second time (RetransTimer, RFC 4861 §10; arp(7), retrans_time_ms)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """What is to be scanned, once the targets are known."""

    space: ScanSpace
    passes: tuple[Pass, ...]
    settings: ScanSettings

    @property
    def total(self) -> int:
        """How many probes there will be, without repeated ones."""
        return sum(one.order.total for one in self.passes)


def plan_scan(
    caller: Caller, order: ScanOrder, continuation: Continuation, interrupts: Interrupts, fail: Fail
) -> Planned:
    """Resolve the names and plan. Raises Interrupted, and OptionError for what is too large or goes on differently."""
    space = read_space(caller, order, interrupts, fail)
    if not space.addresses.count and not caller.failures:
        caller.note("no address is left to scan: there are no targets, or all of them are excluded")
    passes = plan_passes(order, space.addresses.count)
    planned = Planned(
        space=space,
        passes=passes,
        settings=scan_settings(order, space, continuation.started or datetime.now(UTC)),
    )
    check_probe_count(planned.total, is_agreed=order.may_be_huge)
    continuation.check(planned.settings)
    return planned


def _is_missing(timing: Timing) -> IsMissing | None:
    """What knows of neighbours that do not answer; with less patience than two questions take nothing is known."""
    patience_s = min(timing.timeout_s, timing.host_timeout_s or timing.timeout_s)
    return MissingNeighbours().has if patience_s >= _ASKED_TWICE_S else None


class ScanWork:
    """The engines of one scan, and what they have found. ``began_s`` is when the scan began (``time.monotonic``)."""

    def __init__(
        self,
        order: ScanOrder,
        planned: Planned,
        services: ServiceTable,
        continuation: Continuation,
        interrupts: Interrupts,
        *,
        began_s: float,
        on_open: OnOpen,
        on_host: OnHost,
    ) -> None:
        self._order = order
        self._planned = planned
        self._continuation = continuation
        self._interrupts = interrupts
        self._began_s = began_s
        space = planned.space
        self.space = space
        self.book = ScanBook(
            space.addresses.address_at,
            forgets_silent=space.addresses.count > LISTS_ALL_UP_TO,
            passes=len(planned.passes),
            on_open=on_open,
            on_host=on_host,
            on_end=lambda host, end: continuation.host_done(host, complete=end.complete),
            is_missing=_is_missing(order.timing),
        )
        self.reports = HostReports(space, self.book, services, only_open=order.only_open)
        self.engines = EngineRun(
            order, space.addresses, self.book, interrupts, continuation, is_only_pass=len(planned.passes) == 1
        )

    def restore(self) -> None:
        """Know what an earlier run has found out."""
        self._continuation.restore(self.book, self.space.addresses)

    def run(self, on_tick: OnTick) -> None:
        """Probe, then look deeper, until all is done or a signal comes. Raises NettoolsError when it cannot begin."""
        for one in self._planned.passes:
            if not self._interrupts.has_fired:
                self.engines.run(one, on_tick)
        look_deeper(self._order, self.space, self.book, self.reports, self._interrupts, on_tick)

    def tell_unsent(self, fail: Fail) -> None:
        """What this machine could not send, and what of it ended the scan."""
        for target, failure in unsent_failures(self.space, self.book):
            fail(target, failure)
        if self.engines.stopped_by is not None:
            fail(None, self.engines.stopped_by)

    def summary(self) -> ScanSummary:
        """As things stand, with what earlier runs have cost."""
        book = self.book
        return self._continuation.added(
            ScanSummary(
                hosts_up=book.count("up"),
                ports_open=book.open_count,
                probes_sent=self.engines.sent_count,
                retransmitted=self.engines.retransmitted_count,
                duration_ms=round((monotonic() - self._began_s) * 1000, 1),
                interrupted=self._interrupts.has_fired,
                addresses=self.space.addresses.count,
                hosts_down=book.count("down"),
                hosts_silent=book.count("assumed-up", "unknown"),
            )
        )

    def resume_point(self, summary: ScanSummary) -> ResumePoint | None:
        """Where a later run can go on, when there is something left."""
        is_cut_short = self._interrupts.has_fired or self.book.incomplete_count
        return self._continuation.point(summary) if is_cut_short else None
