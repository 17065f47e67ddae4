"""Which of a machine's interfaces were asked for, and what a name that is none was perhaps meant to be."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace

from nettools.core.ifaces.report import Family, Interface


def narrowed(
    interfaces: Iterable[Interface],
    *,
    families: Collection[Family],
    only_up: bool = False,
    kind: str | None = None,
    keeps_bare: bool = False,
) -> tuple[Interface, ...]:
    """The interfaces that are wanted, each with the addresses of the wanted families.

    Where one family is asked for, an interface without an address of it is left out, unless ``keeps_bare``.
    """
    found: list[Interface] = []
    for one in interfaces:
        if (only_up and not one.admin_up) or (kind is not None and not is_of_kind(one, kind)):
            continue
        held = tuple(address for address in one.addr_info if address.family in families)
        if held or keeps_bare or len(families) > 1:
            found.append(one if len(held) == len(one.addr_info) else replace(one, addr_info=held))
    return tuple(found)


def is_of_kind(one: Interface, kind: str) -> bool:
    """Whether the word names the interface's kind; a tap is a tun device of another type."""
    about = one.linkinfo.get("info_data")
    inner = about.get("type") if isinstance(about, dict) else None
    return kind.lower() in {one.kind, inner if one.kind == "tun" else one.kind}


def named(interfaces: Sequence[Interface], name: str) -> Interface | None:
    """The interface of that name or other name."""
    return next((one for one in interfaces if name == one.ifname), None) or next(
        (one for one in interfaces if name in one.altnames), None
    )


def nearest_names(interfaces: Iterable[Interface], name: str) -> list[str]:
    """The names that look most like this one."""
    from difflib import get_close_matches  # wanted only when a name is wrong

    known = [known for one in interfaces for known in (one.ifname, *one.altnames)]
    return get_close_matches(name, known, n=3, cutoff=0.5)
