"""Finding the interfaces that were asked for, and writing them."""

from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

from nettools.commands._machine import families_of, opened_platform
from nettools.commands._reports import ReportLayout, tell_warnings, write_report
from nettools.commands._session import Session
from nettools.commands._targets import Failed
from nettools.core.ifaces.defaults import with_defaults
from nettools.core.ifaces.overlaps import overlap_warnings
from nettools.core.ifaces.report import IfacesReport, Interface, Warned
from nettools.core.ifaces.select import by_name, narrowed, unknown_name
from nettools.core.outcome import exit_status
from nettools.errors import LocalFault
from nettools.net.platform import Platform
from nettools.render.output import Output
from nettools.render.style import Canvas

_NO_DEFAULT_ROUTE: Final = Warned(kind="no-default-route", message="there is no default route", hint=None)
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


class Selected(NamedTuple):
    """The interfaces that were found among those asked for, and what there is to say."""

    interfaces: tuple[Interface, ...]
    warnings: tuple[Warned, ...]
    asked: int


def list_interfaces(session: Session, choice: Choice, *, only_primary: bool) -> int:
    """Write the interfaces once. Returns the exit status."""
    with opened_platform(choice.netns) as platform:
        found, warnings = machine_now(platform)
        primary, torn = _primary(platform, choice, found) if only_primary else ((), ())
        warnings += torn
    chosen = select(session, choice, found)
    shown = chosen.interfaces
    if only_primary:
        names = {one.ifname for one in shown}
        shown = tuple(one for one in primary if one.ifname in names)
        warnings += () if primary else (_NO_DEFAULT_ROUTE,)
    else:
        warnings += overlap_warnings(found)
    report = IfacesReport(interfaces=shown, warnings=warnings + chosen.warnings, errors=tuple(session.failures))
    tell_warnings(session, (one for one in report.warnings if choice.tree or one.kind not in _TOLD_IN_TREES_ONLY))
    families = families_of(choice.ipv4, choice.ipv6)
    # Below an interface that was named stands what lies on it, asked for or not.
    drawn = narrowed(found, families=families, keeps_bare=True) if choice.names else shown
    write_report(session, _layout(choice, drawn), report, session.failures)
    return exit_status(
        answered=chosen.asked - len(session.failures) if choice.names else 1,
        affirmative=bool(report.interfaces),
        failures=session.failures,
        signal_number=session.signal_number,
    )


def machine_now(platform: Platform) -> tuple[tuple[Interface, ...], tuple[Warned, ...]]:
    """All interfaces with their default gateways, and what the system could not tell."""
    found = platform.interfaces()
    try:
        defaults = platform.default_ways()
    except LocalFault as fault:
        told = Warned(kind="no-routes", message=f"the default routes are unknown: {fault.message}", hint=fault.hint)
        return found.interfaces, (*found.warnings, told)
    return with_defaults(found.interfaces, defaults), found.warnings


def select(session: Session, choice: Choice, found: tuple[Interface, ...]) -> Selected:
    """Of all interfaces those that were asked for; a name that is none is warned of."""
    families = families_of(choice.ipv4, choice.ipv6)
    if not choice.names:
        wanted = narrowed(found, families=families, only_up=choice.only_up, kind=choice.kind)
        return Selected(interfaces=wanted, warnings=(), asked=0)
    known = by_name(found)
    interfaces: dict[str, Interface] = {}
    warnings: list[Warned] = []
    asked = 0
    for target in session.targets(choice.names):
        asked += 1
        if isinstance(target, Failed):
            session.failed(target.failure)
            continue
        one = known.get(target.text)
        if one is None:
            message, hint = unknown_name(found, target.text)
            warnings.append(Warned(kind="unknown-interface", message=message, hint=hint))
        else:
            interfaces[one.ifname] = one
    wanted = narrowed(interfaces.values(), families=families, only_up=choice.only_up, kind=choice.kind, keeps_bare=True)
    return Selected(interfaces=wanted, warnings=tuple(warnings), asked=asked)


def _primary(
    platform: Platform, choice: Choice, found: tuple[Interface, ...]
) -> tuple[tuple[Interface, ...], tuple[Warned, ...]]:
    from nettools.core.ifaces.primary import primary
    from nettools.core.route.walk import Machine
    from nettools.net.sysctl import read_sysctl

    families = families_of(choice.ipv4, choice.ipv6)
    routes = platform.routes(families, None)
    machine = Machine(routes.routes, routes.rules, found)
    return primary(machine, families, read_sysctl, platform.filled), routes.warnings


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
