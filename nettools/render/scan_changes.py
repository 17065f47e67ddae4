"""How a person sees what has changed since an earlier scan, and what is not as expected.

A plus is what is open and was not, or is not expected; a minus what was open, or should be; a tilde what has changed
otherwise; a question mark what cannot be said. The colours only repeat it.
"""

from collections.abc import Iterable, Sequence
from datetime import UTC
from itertools import groupby
from typing import Final

from nettools.core.address import format_address
from nettools.core.scan.address_ranges import AddressRanges, address_place
from nettools.core.scan.address_words import ranges_in_words
from nettools.core.scan.diff_report import DiffReport, NotCompared, ScanChange
from nettools.core.scan.expect_report import ExpectFinding, ExpectReport
from nettools.render.output import Output
from nettools.render.style import Canvas
from nettools.render.table import draw, hanging, text

_SIGNS: Final = {
    "appeared": ("+", "good"),
    "gone": ("-", "bad"),
    "changed": ("~", "caution"),
    "unexpected": ("+", "bad"),
    "missing": ("-", "bad"),
    "not-scanned": ("?", "caution"),
}
_WHY: Final = {
    "not-scanned-before": "not scanned before",
    "not-scanned-now": "not scanned now",
    "not-finished-before": "not finished before",
    "not-finished-now": "not finished now",
    "other-kind-of-scan": "scanned in another way, which says other things",
}
_TRANSPORTS: Final = {None: 0, "tcp": 1, "udp": 2}


def draw_changes(output: Output, canvas: Canvas, diff: DiffReport) -> None:
    """Every change by host, then what could not be compared, then both scans in a line."""
    changes = [*diff.appeared, *diff.gone, *diff.changed]
    changes.sort(key=lambda one: (address_place(one.address), _TRANSPORTS.get(one.protocol, 3), _first_port(one.ports)))
    for _, of_host in groupby(changes, key=lambda one: one.address):
        some = list(of_host)
        _draw_group(output, canvas, _who(some[0]), [(one.change, _change(one, canvas)) for one in some])
    if diff.not_compared:
        _draw_group(output, canvas, "Not compared", [("not-scanned", _not_compared(one)) for one in diff.not_compared])
    draw(output, canvas, hanging(canvas, text(_diff_line(diff), "caution" if diff.differs else "good")))


def draw_expected(output: Output, canvas: Canvas, report: ExpectReport) -> None:
    """Every finding by host, then whether the file is met."""
    findings = [*report.unexpected, *report.missing, *report.not_scanned]
    wheres = list(dict.fromkeys((one.target, one.addresses) for one in findings))
    by_where: dict[tuple[str, str | None], list[ExpectFinding]] = {where: [] for where in wheres}
    for one in findings:
        by_where[one.target, one.addresses].append(one)
    for (target, addresses), some in by_where.items():
        who = target if addresses in (None, target) else f"{target} ({addresses})"
        some.sort(key=lambda one: (_TRANSPORTS.get(one.protocol, 3), _first_port(one.ports)))
        _draw_group(output, canvas, who, [(one.finding, _finding(one)) for one in some])
    draw(output, canvas, hanging(canvas, text(_expect_line(report), "good" if report.met else "bad")))


def _draw_group(output: Output, canvas: Canvas, head: str, lines: Iterable[tuple[str, str]]) -> None:
    draw(output, canvas, hanging(canvas, text(head, "heading")))
    for kind, line in lines:
        sign, meaning = _SIGNS[kind]
        draw(output, canvas, hanging(canvas, text(f"{sign} {line}", meaning), indent=2))
    output.write("\n")


def _who(change: ScanChange) -> str:
    address = format_address(change.address)
    names = [*change.names] if change.names else [change.target] if change.target != address else []
    return f"{', '.join(names)} ({address})" if names else address


def _change(one: ScanChange, canvas: Canvas) -> str:
    arrow = "->" if canvas.ascii_only else "→"
    service = f" {one.service}" if one.service else ""
    where = "host" if one.ports is None else f"{one.ports}/{one.protocol}{service}"
    what = "" if one.what in ("host", "port") else f" {one.what}"
    absent = "silent" if one.what in ("host", "port") else "-"
    before, after = one.before or absent, one.after or absent
    before, after = (
        f"{value} ({reason})" if reason else value
        for value, reason in ((before, one.before_reason), (after, one.after_reason))
    )
    many = f" ({one.count:,} ports)" if one.count > 1 else ""
    return f"{where}{many}{what}: {before} {arrow} {after}"


def _finding(one: ExpectFinding) -> str:
    service = f" {one.service}" if one.service else ""
    where = f"{one.ports}/{one.protocol}{service}"
    because = f" (line {one.line})" if one.line is not None else " (no line is about this host)"
    if one.finding == "unexpected":
        return f"{where}: open, not expected{because}"
    if one.finding == "missing":
        shown = f"{one.state} ({one.reason})" if one.state else "silent"
        return f"{where}: expected open, is {shown}{because}"
    return f"{where}: expected open, not scanned{because}"


def _not_compared(one: NotCompared) -> str:
    many = f" ({one.address_count:,} addresses)" if one.address_count > 1 else ""
    ports = f" ({one.port_count:,} ports)" if one.port_count > 1 else ""
    addresses = ranges_in_words(AddressRanges.parse(one.addresses))
    return f"{addresses}{many} {one.ports}/{one.protocol}{ports}: {_WHY[one.why]}"


def _diff_line(diff: DiffReport) -> str:
    since = f"since {diff.old.started.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC ({diff.old.file})"
    parts = (("appeared", diff.appeared), ("gone", diff.gone), ("changed", diff.changed))
    told = ", ".join(f"{len(some):,} {what}" for what, some in parts if some)
    if not diff.compared:
        return f"nothing could be compared {since}"
    return f"{told or 'nothing has changed'} {since}; {diff.compared:,} port{_s(diff.compared)} compared"


def _expect_line(report: ExpectReport) -> str:
    hosts = f"{report.hosts:,} host{_s(report.hosts)}"
    if report.met:
        return f"{hosts} as {report.file} expects"
    parts: Sequence[tuple[str, Sequence[ExpectFinding]]] = (
        ("unexpected", report.unexpected),
        ("missing", report.missing),
        ("not scanned", report.not_scanned),
    )
    return f"not as {report.file} expects: " + ", ".join(f"{_ports_in(some):,} {what}" for what, some in parts if some)


def _ports_in(findings: Sequence[ExpectFinding]) -> int:
    return sum(one.port_count * max(1, one.address_count) for one in findings)


def _first_port(ports: str | None) -> int:
    return -1 if ports is None else int(ports.partition(",")[0].partition("-")[0])


def _s(count: int) -> str:
    return "" if count == 1 else "s"
