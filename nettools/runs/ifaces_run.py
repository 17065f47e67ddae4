"""The interfaces that were asked for, found and chosen."""

from collections.abc import Sequence
from typing import Final, NamedTuple, Protocol

from nettools.core.ifaces.defaults import with_defaults
from nettools.core.ifaces.overlaps import overlap_warnings
from nettools.core.ifaces.report import IfacesReport, Interface, Warned
from nettools.core.ifaces.select import by_name, narrowed, unknown_name
from nettools.errors import LocalFault
from nettools.net.platform import Platform
from nettools.runs.caller import Caller
from nettools.runs.machine import families_of, opened_platform
from nettools.runs.targets import Failed

_NO_DEFAULT_ROUTE: Final = Warned(kind="no-default-route", message="there is no default route", hint=None)


class IfacesAsked(Protocol):
    """Which interfaces are wanted; of what namespace."""

    @property
    def names(self) -> Sequence[str]: ...
    @property
    def ipv4(self) -> bool: ...
    @property
    def ipv6(self) -> bool: ...
    @property
    def only_up(self) -> bool: ...
    @property
    def kind(self) -> str | None: ...
    @property
    def netns(self) -> str | None: ...


class Selected(NamedTuple):
    """The interfaces that were found among those asked for, and what there is to say."""

    interfaces: tuple[Interface, ...]
    warnings: tuple[Warned, ...]
    asked: int


class Found(NamedTuple):
    """The answer, and what it was chosen from."""

    report: IfacesReport
    everything: tuple[Interface, ...]
    asked: int
    """How many names were given."""


def find_interfaces(caller: Caller, asked: IfacesAsked, *, only_primary: bool) -> Found:
    """Look once. Raises OptionError or LocalFault."""
    with opened_platform(asked.netns) as platform:
        found, warnings = machine_now(platform)
        primary, torn = _primary(platform, asked, found) if only_primary else ((), ())
        warnings += torn
    chosen = select(caller, asked, found)
    shown = chosen.interfaces
    if only_primary:
        names = {one.ifname for one in shown}
        shown = tuple(one for one in primary if one.ifname in names)
        warnings += () if primary else (_NO_DEFAULT_ROUTE,)
    else:
        warnings += overlap_warnings(found, {one.ifname for one in shown})
    report = IfacesReport(interfaces=shown, warnings=warnings + chosen.warnings, errors=tuple(caller.failures))
    return Found(report=report, everything=found, asked=chosen.asked)


def machine_now(platform: Platform) -> tuple[tuple[Interface, ...], tuple[Warned, ...]]:
    """All interfaces with their default gateways, and what the system could not tell."""
    found = platform.interfaces()
    try:
        defaults = platform.default_ways()
    except LocalFault as fault:
        told = Warned(kind="no-routes", message=f"the default routes are unknown: {fault.message}", hint=fault.hint)
        return found.interfaces, (*found.warnings, told)
    return with_defaults(found.interfaces, defaults), found.warnings


def select(caller: Caller, asked: IfacesAsked, found: tuple[Interface, ...]) -> Selected:
    """Of all interfaces those that were asked for; a name that is none is warned of."""
    families = families_of(asked.ipv4, asked.ipv6)
    if not asked.names:
        wanted = narrowed(found, families=families, only_up=asked.only_up, kind=asked.kind)
        return Selected(interfaces=wanted, warnings=(), asked=0)
    known = by_name(found)
    interfaces: dict[str, Interface] = {}
    warnings: list[Warned] = []
    count = 0
    for target in caller.targets(asked.names):
        count += 1
        if isinstance(target, Failed):
            caller.failed(target.failure)
            continue
        one = known.get(target.text)
        if one is None:
            message, hint = unknown_name(found, target.text)
            warnings.append(Warned(kind="unknown-interface", message=message, hint=hint))
        else:
            interfaces[one.ifname] = one
    wanted = narrowed(interfaces.values(), families=families, only_up=asked.only_up, kind=asked.kind, keeps_bare=True)
    return Selected(interfaces=wanted, warnings=tuple(warnings), asked=count)


def _primary(
    platform: Platform, asked: IfacesAsked, found: tuple[Interface, ...]
) -> tuple[tuple[Interface, ...], tuple[Warned, ...]]:
    from nettools.core.ifaces.primary import primary
    from nettools.core.route.walk import Machine
    from nettools.net.sysctl import read_sysctl

    families = families_of(asked.ipv4, asked.ipv6)
    routes = platform.routes(families, None)
    machine = Machine(routes.routes, routes.rules, found)
    return primary(machine, families, read_sysctl, platform.filled), routes.warnings
