"""What changes on a machine, a line each, in columns of fixed width: the next line cannot be known."""

from nettools.core.address import Address, format_address
from nettools.core.ifaces.events import MachineEvent
from nettools.core.route.policy import selectors
from nettools.core.text import safe

_LAYOUT = "{:<12}  {:<17}  {:<15}  {}\n"


def head_line() -> str:
    """The heads of the columns."""
    return _LAYOUT.format("Time", "Event", "Interface", "What")


def event_line(event: MachineEvent) -> str:
    """The event in the time of this machine's zone."""
    moment = event.time.astimezone().strftime("%H:%M:%S.") + f"{event.time.microsecond // 1000:03d}"
    name = "-" if event.ifname is None else safe(event.ifname)
    return _LAYOUT.format(moment, event.event, name, _what(event)).rstrip() + "\n"


def _what(event: MachineEvent) -> str:
    if event.changes:
        return "; ".join(safe(change) for change in event.changes)
    if event.address is not None:
        held = event.address
        peer = f" peer {format_address(held.peer)}" if held.peer else ""
        return f"{format_address(held.local)}{peer}/{held.prefixlen} {' '.join(held.flags)}"
    if event.route is not None:
        route = event.route
        ways = [(hop.gateway, hop.dev) for hop in route.nexthops] or [(route.gateway, route.dev)]
        told = ", ".join(_way(gateway, dev) for gateway, dev in ways)
        kind = "" if route.type == "unicast" else f"{route.type} "
        return f"{kind}{route.dst} {told} metric {route.metric} table {safe(route.table or '-')}".replace("  ", " ")
    if event.rule is not None:
        rule = event.rule
        concerned = " ".join(selectors(rule)) or "everything"
        negated = "not " if rule.not_ else ""
        return f"{rule.family} rule {rule.priority}: {negated}{safe(concerned)}: {safe(rule.table or rule.action)}"
    if event.interface is not None:
        told_of = (event.interface.kind, event.interface.operstate, event.interface.address)
        return " ".join(safe(word) for word in told_of if word)
    return ""


def _way(gateway: Address | None, dev: str | None) -> str:
    parts = [f"via {format_address(gateway)}"] if gateway else []
    return " ".join([*parts, *([f"dev {safe(dev)}"] if dev else [])])
