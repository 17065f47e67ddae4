"""``nettools route``: the routes and rules as they stand."""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from nettools.commands._machine import families_of, opened_platform
from nettools.commands._reports import ReportLayout, tell_warnings, write_report
from nettools.commands._session import Session
from nettools.core.ifaces.report import Family
from nettools.core.outcome import exit_status
from nettools.core.route.report import RouteReport
from nettools.net.platform import TORN, Platform
from nettools.render import data
from nettools.render.format import Format
from nettools.render.output import Output
from nettools.render.style import Canvas

if TYPE_CHECKING:
    from nettools.net.platform.linux import LinuxPlatform


def list_routes(session: Session, *, ipv4: bool, ipv6: bool, table: str, rules: bool, netns: str | None) -> int:
    """Write the routes of a table, of all tables for ``all``. Returns the exit status."""
    families = families_of(ipv4, ipv6)
    wanted = None if table == "all" else table
    with opened_platform(netns) as platform:
        quick = _quick(session, platform)
        if quick:
            count = _write_quickly(session, quick, families, wanted)
        else:
            count = _write(session, platform, families, wanted, with_rules=rules)
    if not count:
        session.note(f"there are no routes in table {table}" if wanted else "there are no routes")
    return exit_status(answered=1, affirmative=count > 0, failures=session.failures)


def _write(
    session: Session, platform: Platform, families: tuple[Family, ...], table: str | None, *, with_rules: bool
) -> int:
    found = platform.routes(families, table)
    report = RouteReport(routes=found.routes, rules=found.rules, warnings=found.warnings, errors=())
    tell_warnings(session, found.warnings)
    write_report(session, _layout(with_rules=with_rules, is_one_table=table is not None), report)
    return len(found.routes) + (len(found.rules) if with_rules else 0)


def _quick(session: Session, platform: Platform) -> "LinuxPlatform | None":
    """The platform, where a document can be made straight from netlink."""
    from nettools.net.platform.linux import LinuxPlatform

    can = session.options.format is Format.JSON and isinstance(platform, LinuxPlatform) and platform.netlink.is_strict
    return platform if can and isinstance(platform, LinuxPlatform) else None


def _write_quickly(session: Session, platform: "LinuxPlatform", families: tuple[Family, ...], table: str | None) -> int:
    """The same document as ``_write`` makes, a route at a time and without the records: tables can be long."""
    from socket import inet_ntop

    from nettools.core.route.bulk import RouteLines

    reader = platform.route_reader()
    document = data.JsonDocument(session.output, RouteReport.SCHEMA)
    lines = RouteLines(platform.names, data.encode, inet_ntop)
    is_torn = False
    count = 0
    document.begin_list("routes")
    for dump in reader.dumps(families, table):
        for datagram in dump.datagrams:
            made = lines.of_datagram(datagram, dump.sequence)
            document.encoded_items(made)
            count += len(made)
        is_torn = is_torn or dump.is_torn
    rules = reader.rules(families)
    warnings = (TORN,) if is_torn else rules.warnings
    document.end_list()
    document.field("rules", rules.rules)
    document.field("warnings", warnings)
    document.field("errors", ())
    document.end()
    tell_warnings(session, warnings)
    return count


def _layout(*, with_rules: bool, is_one_table: bool) -> ReportLayout[RouteReport]:
    def lines(report: RouteReport) -> Iterator[tuple[str, object]]:
        for route in report.routes:
            yield "route", route
        for rule in report.rules if with_rules else ():
            yield "rule", rule

    def rows(report: RouteReport) -> tuple[type, Iterable[object]]:
        from nettools.core.route.rows import HopRow, hop_rows

        return HopRow, hop_rows(report.routes)

    def draw(output: Output, canvas: Canvas, report: RouteReport) -> None:
        from nettools.render.route import draw_routes, draw_rules

        if with_rules:
            draw_rules(output, canvas, report.rules)
            output.write("\n")
        draw_routes(output, canvas, report.routes, with_table=not is_one_table)

    return ReportLayout(schema=RouteReport.SCHEMA, lines=lines, rows=rows, draw=draw)
