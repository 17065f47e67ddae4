"""Which of a machine's interfaces were asked for, and what a name that is none was perhaps meant to be."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace

from nettools.core.ifaces.report import DefaultGateways, Family, Interface
from nettools.core.record import Json
from nettools.core.text import quoted, some_of, suggestion


def narrowed(
    interfaces: Iterable[Interface],
    *,
    families: Collection[Family],
    only_up: bool = False,
    kind: str | None = None,
    keeps_bare: bool = False,
) -> tuple[Interface, ...]:
    """The interfaces that are wanted, each with the addresses and the gateways of the wanted families.

    Where one family is asked for, an interface without an address of it is left out, unless ``keeps_bare``.
    """
    found: list[Interface] = []
    for one in interfaces:
        if (only_up and one.admin_up is False) or (kind is not None and not is_of_kind(one, kind)):
            continue
        held = tuple(address for address in one.addr_info if address.family in families)
        if held or keeps_bare or len(families) > 1:
            found.append(replace(one, addr_info=held, default=_narrowed_gateways(one.default, families)))
    return tuple(found)


def _narrowed_gateways(known: DefaultGateways, families: Collection[Family]) -> DefaultGateways:
    return DefaultGateways(
        inet=known.inet if "inet" in families else None, inet6=known.inet6 if "inet6" in families else None
    )


def is_of_kind(one: Interface, kind: str) -> bool:
    """Whether the word names the interface's kind; a tap is a tun device of another type."""
    return kind.lower() in (one.kind, inner_kind(one))


def inner_kind(one: Interface) -> Json:
    """Which of its driver's devices a tun interface is, tun or tap, by number where there is no name; else None."""
    about = one.linkinfo.get("info_data")
    return about.get("type") if isinstance(about, dict) and one.kind == "tun" else None


def by_name(interfaces: Iterable[Interface]) -> dict[str, Interface]:
    """Name or other name -> interface; a name comes before somebody else's other name."""
    found = list(interfaces)
    return {name: one for one in found for name in one.altnames} | {one.ifname: one for one in found}


def all_names(interfaces: Iterable[Interface]) -> list[str]:
    """The names and the other names of the interfaces."""
    return [name for one in interfaces for name in (one.ifname, *one.altnames)]


def unknown_name(interfaces: Sequence[Interface], name: str) -> tuple[str, str]:
    """(what, what next) of a name that no interface has."""
    hint = suggestion(name, all_names(interfaces), some_of(one.ifname for one in interfaces))
    return f"there is no interface {quoted(name)}", hint
