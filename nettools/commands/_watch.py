"""``--watch``: each change as the kernel tells it, as JSONL, or as a line of a table on a terminal."""

import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from typing import TYPE_CHECKING

from nettools.commands._ifaces_run import Choice
from nettools.commands._reports import require_stream, tell_warnings
from nettools.commands._session import Session
from nettools.core.ifaces.events import MachineEvent
from nettools.core.ifaces.watched import WatchedInterfaces
from nettools.core.netlink.events import INTERFACE_GROUPS, ROUTE_GROUPS, RULE_GROUPS
from nettools.core.outcome import Exit
from nettools.errors import LocalFault
from nettools.net.platform import Platform
from nettools.render import data
from nettools.render.format import Format
from nettools.runs.ifaces_run import machine_now, select
from nettools.runs.machine import families_of, opened_platform

if TYPE_CHECKING:
    from nettools.net.platform.linux import LinuxPlatform


def watch_interfaces(session: Session, choice: Choice) -> int:
    """Tell what happens to the interfaces that were asked for and to their addresses, until a signal."""
    require_stream(session, "--watch")
    with opened_platform(choice.netns) as opened:
        platform = _with_netlink(opened)
        chosen = select(session, choice._replace(ipv4=False, ipv6=False), platform.interfaces().interfaces)
        tell_warnings(session, chosen.warnings)
        if choice.names and not chosen.interfaces:
            return Exit.NEGATIVE
        watched = WatchedInterfaces(
            chosen.interfaces,
            are_named=bool(choice.names),
            families=families_of(choice.ipv4, choice.ipv6),
            only_up=choice.only_up,
            kind=choice.kind,
        )
        return _watch(session, platform, INTERFACE_GROUPS, watched.is_wanted)


def watch_routes(session: Session, *, ipv4: bool, ipv6: bool, table: str | None, rules: bool, netns: str | None) -> int:
    """Tell what happens to the routes of a table, and with ``rules`` to the rules, until a signal."""
    require_stream(session, "--watch")
    families = families_of(ipv4, ipv6)
    with opened_platform(netns) as opened:
        platform = _with_netlink(opened)
        number = None if table == "all" else platform.route_reader().table_number("main" if table is None else table)
        wanted = None if number is None else platform.names.table(number)

        def is_wanted(event: MachineEvent) -> bool:
            if event.rule is not None:
                return event.rule.family in families
            if event.route is None:
                return event.event == "lost"
            return event.route.family in families and wanted in (None, event.route.table)

        return _watch(session, platform, ROUTE_GROUPS + (RULE_GROUPS if rules else ()), is_wanted)


def _with_netlink(platform: Platform) -> "LinuxPlatform":
    """The platform, where it can tell what changes. Raises LocalFault where it cannot."""
    if sys.platform == "linux":
        from nettools.net.platform.linux import LinuxPlatform

        if isinstance(platform, LinuxPlatform):
            return platform
    raise LocalFault("this system does not tell what changes", hint="--watch needs Linux's netlink")


def _watch(
    session: Session, platform: Platform, groups: Iterable[int], is_wanted: Callable[[MachineEvent], bool]
) -> int:
    from nettools.net.watch import Watch

    watch = Watch(groups)
    with closing(watch):
        _tell(session, watch.events(lambda: machine_now(platform)[0]), is_wanted)
    return 128 + (session.signal_number or 0)


def _tell(session: Session, events: Iterator[MachineEvent], is_wanted: Callable[[MachineEvent], bool]) -> None:
    as_lines = session.options.format is Format.JSONL or not session.is_on_terminal
    if not as_lines:
        from nettools.render.events import event_line, head_line

        session.output.write(head_line())
        session.output.flush()
    session.note("watching; Ctrl-C ends")
    wanted = (event for event in events if is_wanted(event))
    for number, event in enumerate(session.until_interrupted(wanted)):
        if as_lines:
            data.write_json_line(session.output, "event", event, index=number)
        else:
            session.output.write(event_line(event))
            session.output.flush()
