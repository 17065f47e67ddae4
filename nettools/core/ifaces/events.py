"""What changes on a machine, as records: interfaces, addresses, routes and rules that come, change and go."""

from dataclasses import dataclass, field, fields
from datetime import datetime
from typing import Final

from nettools.core.ifaces.report import Interface, InterfaceAddress
from nettools.core.record import column
from nettools.core.route.report import Route, Rule

_TOLD: Final = (
    "ifname",
    "admin_up",
    "operstate",
    "mtu",
    "address",
    "master",
    "link",
    "alias",
    "altnames",
    "group",
    "qdisc",
    "txqlen",
    "flags",
)
"""The fields of an interface whose change is worth a word; counters are not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MachineEvent:
    """One thing that the kernel told."""

    time: datetime = field(metadata=column("Time"))
    event: str = field(metadata=column("Event"))
    """interface-, address-, route- or rule-, then added, changed or removed; ``lost`` when some were missed."""
    ifname: str | None = field(metadata=column("Interface"))
    ifindex: int | None = field(metadata=column("Index", align="right"))
    changes: tuple[str, ...] = field(metadata=column("Changes"))
    """In words, what is other than before."""
    interface: Interface | None = field(metadata=column("Interface"))
    address: InterfaceAddress | None = field(metadata=column("Address"))
    route: Route | None = field(metadata=column("Route"))
    rule: Rule | None = field(metadata=column("Rule"))


def interface_changes(before: Interface, after: Interface) -> tuple[str, ...]:
    """What is other than before, a phrase each: ``mtu 1500 → 1400``."""
    return _changes(before, after, _TOLD)


def address_changes(before: InterfaceAddress, after: InterfaceAddress) -> tuple[str, ...]:
    """The same for an address."""
    return _changes(before, after, tuple(item.name for item in fields(InterfaceAddress)))


def _changes(before: object, after: object, names: tuple[str, ...]) -> tuple[str, ...]:
    pairs = ((name, getattr(before, name), getattr(after, name)) for name in names)
    return tuple(f"{name} {_word(one)} → {_word(other)}" for name, one, other in pairs if one != other)


def _word(value: object) -> str:
    if isinstance(value, tuple):
        return ",".join(str(item) for item in value) or "-"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "-" if value is None else str(value)
