"""The other ends of links that lie in other network namespaces: which namespace, and what the end is called there."""

from collections.abc import Iterable
from dataclasses import replace
from functools import partial
from typing import Final, NamedTuple

from nettools.core.ifaces.report import Interface, Warned
from nettools.core.netlink import request
from nettools.core.netlink.link import RTM_NEWLINK
from nettools.core.netlink.machine import link_names
from nettools.core.netlink.wire import attributes, signed
from nettools.net.namespaces import each_namespace
from nettools.net.netlink import NetlinkSocket

_RTM_NEWNSID: Final = 88
_NETNSA_NSID: Final = 1  # linux/net_namespace.h
_RTGENMSG_BYTES: Final = 4


class NamedInterfaces(NamedTuple):
    """The interfaces with what could be found out, and a warning about the rest."""

    interfaces: tuple[Interface, ...]
    warnings: tuple[Warned, ...] = ()


class FarEnds:
    """Looks into other namespaces over netlink, without entering them."""

    def __init__(self, netlink: NetlinkSocket) -> None:
        self._netlink = netlink

    def named(self, interfaces: Iterable[Interface]) -> NamedInterfaces:
        """The interfaces with ``netns`` and ``link`` filled in for links that lie elsewhere."""
        found = tuple(interfaces)
        ids = {one.netnsid for one in found if one.netnsid is not None and one.link_index is not None}
        if not ids:
            return NamedInterfaces(interfaces=found)
        names = self._namespace_names(ids)
        links = {netnsid: self._links_of(netnsid) for netnsid in ids}
        named = tuple(
            one
            if one.netnsid is None or one.link_index is None
            else replace(
                one,
                netns=names.get(one.netnsid),
                link=(links[one.netnsid] or {}).get(one.link_index),
            )
            for one in found
        )
        unseen = {netnsid for netnsid, found_there in links.items() if found_there is None}
        hidden = sum(1 for one in named if one.link_index is not None and one.netnsid in unseen)
        return NamedInterfaces(interfaces=named, warnings=(_hidden(hidden),) if hidden else ())

    def _namespace_names(self, ids: set[int]) -> dict[int, str]:
        found: dict[int, str] = {}
        for name, descriptor in each_namespace():
            answer = self._netlink.ask(partial(request.get_namespace_id, descriptor=descriptor))
            for one in answer.records():
                value = attributes(one.body, _RTGENMSG_BYTES).get(_NETNSA_NSID)
                if one.type == _RTM_NEWNSID and value is not None:
                    found.setdefault(signed(value), name)
            if ids <= found.keys():
                break
        return found

    def _links_of(self, netnsid: int) -> dict[int, str] | None:
        """The links of that namespace; None where we may not see them."""
        dump = self._netlink.dump(partial(request.dump_links, netnsid=netnsid))
        if dump.errno:
            return None
        return link_names(one.body for one in dump.records() if one.type == RTM_NEWLINK)


def _hidden(count: int) -> Warned:
    what = "the other end of a link lies" if count == 1 else f"the other ends of {count} links lie"
    return Warned(
        kind="hidden-namespace",
        message=f"{what} in another network namespace, and the name there is not shown to us",
        hint="that needs CAP_NET_ADMIN there",
    )
