"""Whole tables of netlink messages to records: what a machine's interfaces are, from its links and addresses."""

from collections.abc import Iterable, Iterator, Mapping

from nettools.core.ifaces.report import Interface, InterfaceAddress
from nettools.core.netlink.address import parse_address_message
from nettools.core.netlink.link import LinkHead, LinkMessage, head_of, interface_of, parse_link
from nettools.core.netlink.names import NameFile, Names, no_files


def link_names(links: Iterable[bytes]) -> dict[int, str]:
    """Index -> name of the links in a dump."""
    return {head.ifindex: head.name for head, _ in _with_heads(links)}


def machine_interfaces(
    links: Iterable[bytes], addresses: Iterable[bytes], read_names: NameFile = no_files
) -> tuple[Interface, ...]:
    """The interfaces in the kernel's order, each with its addresses.

    An address of an interface that is not among the links is left out: the interface came after the links were
    read, or has gone.
    """
    named = list(_with_heads(links))
    by_index = {head.ifindex: head for head, _ in named}
    names = Names({index: head.name for index, head in by_index.items()}.get, read_names)
    held = _addresses_by_interface(addresses, names)
    found: list[Interface] = []
    for head, link in named:
        below = None if head.below is None else by_index.get(head.below)
        is_link_down = below is not None and not below.is_up
        found.append(interface_of(link, names, tuple(held.get(head.ifindex, ())), is_link_down=is_link_down))
    return tuple(found)


def _with_heads(links: Iterable[bytes]) -> Iterator[tuple[LinkHead, LinkMessage]]:
    """The links that have a name."""
    for body in links:
        link = parse_link(body)
        head = None if link is None else head_of(link)
        if link is not None and head is not None:
            yield head, link


def _addresses_by_interface(bodies: Iterable[bytes], names: Names) -> Mapping[int, list[InterfaceAddress]]:
    held: dict[int, list[InterfaceAddress]] = {}
    for body in bodies:
        one = parse_address_message(body, names)
        if one is not None:
            held.setdefault(one.ifindex, []).append(one.address)
    return held
