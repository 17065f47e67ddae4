"""``--watch``: each change as the kernel tells it, as JSONL, or as a line of a table on a terminal."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import closing

from nettools.commands._ifaces_run import Choice
from nettools.commands._machine import families_of, opened_platform
from nettools.commands._reports import require_stream
from nettools.commands._session import Session
from nettools.core.ifaces.events import MachineEvent
from nettools.core.ifaces.select import named, nearest_names
from nettools.core.netlink.events import INTERFACE_GROUPS, ROUTE_GROUPS, RULE_GROUPS
from nettools.core.text import quoted
from nettools.errors import LocalFault, OptionError
from nettools.net.platform import Platform
from nettools.render import data
from nettools.render.format import Format


def watch_interfaces(session: Session, choice: Choice) -> int:
    """Tell what happens to the interfaces that were asked for and to their addresses, until a signal."""
    require_stream(session, "--watch")
    families = families_of(choice.ipv4, choice.ipv6)

    def is_wanted(event: MachineEvent) -> bool:
        if names and event.ifname not in names and event.event != "lost":
            return False
        return event.address is None or event.address.family in families

    with opened_platform(choice.netns) as platform:
        names = _known_names(platform, choice.names)
        return _watch(session, platform, INTERFACE_GROUPS, is_wanted)


def watch_routes(session: Session, *, ipv4: bool, ipv6: bool, table: str | None, rules: bool, netns: str | None) -> int:
    """Tell what happens to the routes, and with ``rules`` to the rules, until a signal."""
    require_stream(session, "--watch")
    families = families_of(ipv4, ipv6)
    wanted = None if table in (None, "all") else table

    def is_wanted(event: MachineEvent) -> bool:
        about = event.route or event.rule
        if about is None:
            return event.event == "lost"
        return about.family in families and (wanted is None or about.table == wanted)

    with opened_platform(netns) as platform:
        return _watch(session, platform, ROUTE_GROUPS + (RULE_GROUPS if rules else ()), is_wanted)


def _watch(
    session: Session, platform: Platform, groups: Iterable[int], is_wanted: Callable[[MachineEvent], bool]
) -> int:
    from nettools.net.watch import Watch

    try:
        watch = Watch(groups)
    except (OSError, AttributeError):  # no such thing as netlink here, or it is forbidden
        raise LocalFault("this system does not tell what changes", hint="--watch needs Linux's netlink") from None
    with closing(watch):
        _tell(session, watch.events(lambda: platform.interfaces().interfaces), is_wanted)
    return 128 + (session.signal_number or 0)


def _tell(session: Session, events: Iterator[MachineEvent], is_wanted: Callable[[MachineEvent], bool]) -> None:
    as_lines = session.options.format is Format.JSONL or not session.environment.stdout_is_terminal
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


def _known_names(platform: Platform, words: tuple[str, ...]) -> frozenset[str]:
    """The interfaces' own names for what was asked. Raises OptionError for a name that is none."""
    found = platform.interfaces().interfaces
    names: set[str] = set()
    for word in words:
        one = named(found, word)
        if one is None:
            close = nearest_names(found, word)
            hint = f"did you mean {' or '.join(close)}?" if close else "nettools ifaces lists them"
            raise OptionError(f"there is no interface {quoted(word)}", hint=hint)
        names.add(one.ifname)
    return frozenset(names)
