"""How the interfaces of a machine hang together: ports under their bridge, links under what they lie on."""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from nettools.core.ifaces.report import Interface


class Node(NamedTuple):
    """An interface in the tree."""

    interface: Interface
    depth: int
    is_last: tuple[bool, ...]
    """For each level above and its own, whether nothing follows on it: what the branches are drawn from."""
    relation: str | None
    """What it is to the node above: ``port`` of a master, ``over`` a lower link; None at the root."""


def tree(shown: Sequence[Interface], machine: Sequence[Interface]) -> Iterator[Node]:
    """The interfaces as a forest: a port stands under its master, else a link under the one that it lies on.

    What is shown may be a part of the machine: then what stands below each of them is shown too.
    """
    below: dict[str, list[tuple[Interface, str]]] = {}
    names = {one.ifname for one in machine}
    for one in machine:
        parent, relation = _parent(one)
        if parent is not None and parent in names and parent != one.ifname:
            below.setdefault(parent, []).append((one, relation))
    parents = {one.ifname: _parent(one)[0] for one in machine}
    wanted = {one.ifname for one in shown}
    roots = [one for one in shown if not _has_shown_above(one.ifname, parents, wanted)]
    seen: set[str] = set()
    for one in roots:
        yield from _walk(one, None, (), below, seen)
    for one in shown:  # links that lie on each other in a circle have no root
        if one.ifname not in seen:
            yield from _walk(one, None, (), below, seen)


def _parent(one: Interface) -> tuple[str | None, str]:
    """What an interface stands under: its master first. The other end of a pair is no parent."""
    if one.master is not None:
        return one.master, "port"
    if one.link is not None and one.netnsid is None and one.kind not in ("veth", "netkit"):
        return one.link, "over"
    return None, ""


def _has_shown_above(name: str, parents: Mapping[str, str | None], wanted: set[str]) -> bool:
    """Whether something that is shown stands above, at whatever height."""
    passed = {name}
    above = parents.get(name)
    while above is not None and above not in passed:
        if above in wanted:
            return True
        passed.add(above)
        above = parents.get(above)
    return False


def _walk(
    one: Interface,
    relation: str | None,
    is_last: tuple[bool, ...],
    below: dict[str, list[tuple[Interface, str]]],
    seen: set[str],
) -> Iterator[Node]:
    if one.ifname in seen:
        return
    seen.add(one.ifname)
    yield Node(one, len(is_last), is_last, relation)
    inside = [item for item in below.get(one.ifname, []) if item[0].ifname not in seen]
    for place, (child, what) in enumerate(inside):
        yield from _walk(child, what, (*is_last, place == len(inside) - 1), below, seen)
