"""``nettools route``: the routes and rules as they stand."""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from nettools.commands._reports import ReportLayout, tell_warnings, write_report
from nettools.commands._session import Session
from nettools.core.ifaces.report import Family
from nettools.core.outcome import exit_status
from nettools.core.route.report import RouteReport
from nettools.core.text import safe
from nettools.errors import OptionError
from nettools.net.platform import TORN, Platform
from nettools.render import data
from nettools.render.format import Format
from nettools.render.output import Output
from nettools.render.style import Canvas
from nettools.runs.machine import families_of, opened_platform
from nettools.runs.route_list import route_report

if TYPE_CHECKING:
    from nettools.net.platform.linux import LinuxPlatform


def list_routes(session: Session, *, ipv4: bool, ipv6: bool, table: str, rules: bool, netns: str | None) -> int:
    """Write the routes of a table, of all tables for ``all``. Returns the exit status."""
    if rules and session.options.format in (Format.CSV, Format.PLAIN):
        raise OptionError(f"rules and routes have no columns in common for {session.options.format}", hint="use --json")
    families = families_of(ipv4, ipv6)
    wanted = None if table == "all" else table
    with opened_platform(netns) as platform:
        quick = _quick(session, platform)
        if quick and session.options.format is Format.JSON:
            count = _write_quickly(session, quick, families, wanted)
        elif quick:
            count = _draw_quickly(session, quick, families, wanted, with_rules=rules)
        else:
            count = _write(session, platform, families, wanted, with_rules=rules)
    if not count:
        session.note(f"there are no routes in table {safe(table)}" if wanted else "there are no routes")
    return exit_status(
        answered=1, affirmative=count > 0, failures=session.failures, signal_number=session.signal_number
    )


def _write(
    session: Session, platform: Platform, families: tuple[Family, ...], table: str | None, *, with_rules: bool
) -> int:
    """Returns how many routes there are."""
    report = route_report(platform, families, table)
    tell_warnings(session, report.warnings)
    write_report(session, _layout(with_rules=with_rules, is_one_table=table is not None), report)
    return len(report.routes)


def _quick(session: Session, platform: Platform) -> "LinuxPlatform | None":
    """The platform, where a document or a table can be made straight from netlink."""
    from nettools.net.platform.linux import LinuxPlatform

    if (
        session.options.format in (Format.JSON, Format.TABLE)
        and isinstance(platform, LinuxPlatform)
        and platform.netlink.is_strict
    ):
        return platform
    return None


def _write_quickly(session: Session, platform: "LinuxPlatform", families: tuple[Family, ...], table: str | None) -> int:
    """The same document as ``_write`` makes, without the records: tables can be long. Returns how many routes."""
    from socket import inet_ntop

    from nettools.core.route.bulk import RouteLines

    reader = platform.route_reader()
    dumps = list(reader.dumps(families, table))
    rules = reader.rules(families)
    warnings = (TORN,) if any(dump.is_torn for dump in dumps) else rules.warnings
    lines = RouteLines(platform.names, data.encode, inet_ntop, families, reader.route)
    count = 0

    def write() -> None:
        nonlocal count
        document = data.JsonDocument(session.output, RouteReport.SCHEMA)
        document.begin_list("routes")
        for dump in dumps:
            for datagram in dump.datagrams:
                made = lines.of_datagram(datagram, dump.sequence)
                document.encoded_items(made)
                count += len(made)
        document.end_list()
        document.field("rules", rules.rules or ())
        document.field("warnings", warnings)
        document.field("errors", ())
        document.end()

    tell_warnings(session, warnings)
    session.write_whole(write)
    return count


def _draw_quickly(
    session: Session, platform: "LinuxPlatform", families: tuple[Family, ...], table: str | None, *, with_rules: bool
) -> int:
    """The same table as ``_write`` draws, without the records. Returns how many routes there are."""
    from socket import inet_ntop

    from nettools.core.route.bulk import RouteLines
    from nettools.render.route import draw_route_rows, draw_rules, route_rows, row_text, told_of

    reader = platform.route_reader()
    dumps = list(reader.dumps(families, table))
    rules = reader.rules(families)
    lines = RouteLines(platform.names, row_text, inet_ntop, families, reader.route, told_of)
    found = [one for dump in dumps for part in dump.datagrams for one in lines.of_datagram(part, dump.sequence)]
    tell_warnings(session, (TORN,) if any(dump.is_torn for dump in dumps) else rules.warnings)

    def write() -> None:
        if with_rules:
            draw_rules(session.output, session.canvas, rules.rules or ())
        rows = [row for one in found for row in route_rows(one)]
        draw_route_rows(session.output, session.canvas, rows, with_table=table is None)

    session.write_whole(write)
    return len(found)


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
        draw_routes(output, canvas, report.routes, with_table=not is_one_table)

    return ReportLayout(schema=RouteReport.SCHEMA, lines=lines, rows=rows, draw=draw)
