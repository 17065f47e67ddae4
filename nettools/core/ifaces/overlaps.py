"""Subnets of different interfaces that overlap: a machine then reaches the common addresses by one of them only."""

from collections.abc import Collection, Iterable, Iterator
from typing import Final

from nettools.core.ifaces.report import Interface, Warned
from nettools.core.prefix import Prefix, prefix_of
from nettools.core.text import safe

_LINK_LOCAL: Final = Prefix(6, 0xFE80 << 112, 10)
_MOST: Final = 20
"""How many pairs are told; a machine with more has one problem, not many."""


_MORE: Final = Warned(kind="overlapping-subnets", message="more interfaces overlap than are told here", hint=None)


def overlap_warnings(interfaces: Iterable[Interface], about: Collection[str]) -> tuple[Warned, ...]:
    """A warning for each pair of interfaces that are up, in the same routing domain, with overlapping subnets.

    ``about``: the names of the interfaces that somebody asked for, of which one at least is in each pair.
    """
    held = sorted(_subnets(interfaces), key=lambda item: (item[0], item[1].version, item[1].network, item[1].length))
    warned: dict[tuple[str, str], Warned] = {}
    around: list[tuple[str, Prefix, str]] = []
    for domain, subnet, name in held:
        around = [one for one in around if one[0] == domain and one[1].contains(subnet)]
        for _, outer, other in around:
            pair = (min(other, name), max(other, name))
            if other == name or pair in warned or (other not in about and name not in about):
                continue
            if len(warned) == _MOST:
                return (*warned.values(), _MORE)
            warned[pair] = _warning(outer, other, subnet, name)
        around.append((domain, subnet, name))
    return tuple(warned.values())


def _subnets(interfaces: Iterable[Interface]) -> Iterator[tuple[str, Prefix, str]]:
    """(routing domain, subnet, interface) of what can hold more than one host."""
    for one in interfaces:
        if one.admin_up is False:
            continue
        domain = (one.master or "") if one.linkinfo.get("info_slave_kind") == "vrf" else ""
        for address in one.addr_info:
            shown = address.peer or address.local
            if address.prefixlen is None or address.prefixlen == shown.max_prefixlen:
                continue
            subnet = prefix_of(shown.version, int(shown), address.prefixlen)
            if not _LINK_LOCAL.contains(subnet):
                yield domain, subnet, one.ifname


def _warning(outer: Prefix, other: str, subnet: Prefix, name: str) -> Warned:
    one, two = safe(other), safe(name)
    what = f"both hold {outer}" if outer == subnet else f"overlap: {subnet} of {two} lies in {outer} of {one}"
    return Warned(
        kind="overlapping-subnets",
        message=f"{one} and {two} {what}",
        hint="only one of them is used to reach an address of both; nettools route ADDRESS says which",
    )
