"""Writing the interfaces that were asked for."""

from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

from nettools.commands._reports import ReportLayout, tell_warnings, write_report
from nettools.commands._session import Session
from nettools.core.ifaces.report import IfacesReport, Interface
from nettools.core.ifaces.select import narrowed
from nettools.core.outcome import exit_status
from nettools.render.output import Output
from nettools.render.style import Canvas
from nettools.runs.ifaces_run import find_interfaces
from nettools.runs.machine import families_of

_TOLD_IN_TREES_ONLY: Final = frozenset({"hidden-namespace"})
"""Warnings that would be a nuisance at every look, and belong to the tree."""


class Choice(NamedTuple):
    """Which interfaces, and how to show them."""

    names: tuple[str, ...]
    ipv4: bool
    ipv6: bool
    only_up: bool
    kind: str | None
    stats: bool
    tree: bool
    netns: str | None


def list_interfaces(session: Session, choice: Choice, *, only_primary: bool) -> int:
    """Write the interfaces once. Returns the exit status."""
    report, found, asked = find_interfaces(session, choice, only_primary=only_primary)
    tell_warnings(session, (one for one in report.warnings if choice.tree or one.kind not in _TOLD_IN_TREES_ONLY))
    families = families_of(choice.ipv4, choice.ipv6)
    # Below an interface that was named stands what lies on it, asked for or not.
    drawn = narrowed(found, families=families, keeps_bare=True) if choice.names else report.interfaces
    write_report(session, _layout(choice, drawn), report, session.failures)
    return exit_status(
        answered=asked - len(session.failures) if choice.names else 1,
        affirmative=bool(report.interfaces),
        failures=session.failures,
        signal_number=session.signal_number,
    )


def _layout(choice: Choice, machine: tuple[Interface, ...]) -> ReportLayout[IfacesReport]:
    def draw(output: Output, canvas: Canvas, report: IfacesReport) -> None:
        from nettools.render.ifaces import draw_counters, draw_interfaces, draw_tree

        if choice.tree:
            draw_tree(output, canvas, report.interfaces, machine)
        elif choice.stats:
            draw_counters(output, canvas, report.interfaces)
        else:
            draw_interfaces(output, canvas, report.interfaces)

    return ReportLayout(schema=IfacesReport.SCHEMA, lines=_lines, rows=_rows, draw=draw)


def _rows(report: IfacesReport) -> tuple[type, Iterable[object]]:
    from nettools.core.ifaces.rows import AddressRow, address_rows

    return AddressRow, address_rows(report.interfaces)


def _lines(report: IfacesReport) -> Iterator[tuple[str, object]]:
    return (("interface", one) for one in report.interfaces)
