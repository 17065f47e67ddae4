"""Linux where netlink is forbidden: interfaces and routes from /proc/net, /sys/class/net and ioctls.

A seccomp filter, as of some containers, refuses socket(AF_NETLINK) with EPERM, EACCES or EAFNOSUPPORT; getifaddrs(3)
fails then too, since glibc asks netlink. Each of the three sources may be hidden: what the others tell is given, and
a warning says what is missing. Sources: proc(5), sysfs(5), netdevice(7).
"""

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from ipaddress import IPv4Address
from typing import Final, Protocol

from nettools.core.ifaces.defaults import DefaultWay, default_ways_of
from nettools.core.ifaces.gather import (
    IoctlLink,
    SysLink,
    gather_interface,
    is_foreign_sys,
    with_kind_of_master,
    with_state_below,
)
from nettools.core.ifaces.proc import DeviceCounters, Inet6Lines, parse_dev, parse_if_inet6, read_number
from nettools.core.ifaces.report import Family, Interface, InterfaceAddress
from nettools.core.netlink.names import GROUPS
from nettools.core.prefix import Prefix
from nettools.core.route.foreign import TABLE
from nettools.core.route.proc import (
    LOCAL_TABLE,
    RouteLines,
    may_be_in,
    parse_ipv6_route,
    parse_route,
    readable_table,
)
from nettools.core.route.proc_trie import parse_fib_trie
from nettools.core.route.question import Question, SystemAnswer
from nettools.core.route.report import Route
from nettools.errors import LocalFault
from nettools.net.name_files import read_name_file
from nettools.net.platform import BOTH_FAMILIES, InterfacesFound, RoutesFound, linux_missing
from nettools.net.platform.linux_connect import ask_by_connecting
from nettools.net.platform.linux_ioctl import Ioctls, Ipv4Details
from nettools.net.platform.linux_sys import link_names, master_of, read_link, read_text

_NAME_FOLDERS: Final = ("usr/share/iproute2", "etc/iproute2")


class Asker(Protocol):
    """What is asked by ioctl: ``Ioctls``, or what a test puts in its place. None is what the kernel refuses."""

    def link(self, name: str) -> IoctlLink: ...

    def driver(self, name: str) -> str | None: ...

    def ipv4_addresses(self) -> list[tuple[str, IPv4Address]] | None: ...

    def ipv4_details(self, label: str, address: IPv4Address) -> Ipv4Details | None: ...

    def close(self) -> None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class _Survey:
    """What the three sources say at one moment; None for one that is hidden."""

    counters: DeviceCounters | None
    inet6: Inet6Lines | None
    sys: dict[str, SysLink] | None
    ioctl: dict[str, IoctlLink]
    ipv4: list[tuple[str, IPv4Address]] | None

    @property
    def has_ioctls(self) -> bool:
        return any(link.ifindex is not None for link in self.ioctl.values())

    @property
    def is_sys_foreign(self) -> bool:
        return self.sys is not None and is_foreign_sys(self.sys, self.ioctl, self.counters)


class LinuxFilesPlatform:
    """``Platform`` without netlink, below ``root`` and with the ioctls of this process."""

    def __init__(self, root: str = "/", open_ioctls: Callable[[], Asker] = Ioctls) -> None:
        self._root = root
        self._open_ioctls = open_ioctls

    def interfaces(self) -> InterfacesFound:
        """The interfaces by index, without what the warnings name. Raises LocalFault when all sources are hidden."""
        try:
            asker = self._open_ioctls()
        except OSError:
            return self._interfaces(None)
        try:
            return self._interfaces(asker)
        finally:
            asker.close()

    def counters(self) -> tuple[Interface, ...]:
        """The interfaces again. Raises LocalFault when all sources are hidden."""
        return self.interfaces().interfaces

    def routes(self, families: tuple[Family, ...], table: str | None, touching: Sequence[Prefix] = ()) -> RoutesFound:
        """IPv4's table main, and of IPv6 all tables, which cannot be told apart but for local. The rules are not known.

        Raises LocalFault for another table, which may well be there, and when the files are hidden.
        """
        wanted = None if table is None else readable_table(table)
        if wanted is None and table is not None:
            raise LocalFault(linux_missing.NO_TABLE, hint=linux_missing.NO_NETLINK.hint)
        warnings = [linux_missing.NO_RULES]
        found: list[Route] = []
        hidden = 0
        for family in families:
            if family == "inet" and wanted == LOCAL_TABLE:
                warnings.append(linux_missing.NO_IPV4_LOCAL)
                continue
            path = "/proc/net/route" if family == "inet" else "/proc/net/ipv6_route"
            lines = self._ipv4_routes() if family == "inet" else self._ipv6_routes()
            if lines is None:
                if family == "inet" or not self._is_without_ipv6("ipv6_route"):
                    hidden += 1
                    warnings.append(linux_missing.hidden_routes(path))
                continue
            found += [
                route
                for route in lines.routes
                if may_be_in(route, wanted) and (not touching or any(route.dst.touches(one) for one in touching))
            ]
            warnings.append(linux_missing.IPV4_ROUTES if family == "inet" else linux_missing.IPV6_ROUTES)
            if lines.uncertain:
                warnings.append(linux_missing.uncertain_types(lines.uncertain, path))
            if lines.unreadable:
                warnings.append(linux_missing.unreadable_lines(lines.unreadable, path))
        if hidden and hidden == len(families):
            raise LocalFault(linux_missing.NO_ROUTES, hint=linux_missing.HIDDEN_PROC.hint)
        return RoutesFound(routes=tuple(found), warnings=tuple(warnings))

    def close(self) -> None:
        """Nothing is held open."""

    def default_ways(self) -> Sequence[DefaultWay]:
        """Of a multipath route of IPv4 only the first way. Raises LocalFault when the files are hidden."""
        return default_ways_of(self.routes(BOTH_FAMILIES, TABLE).routes)

    def filled(self, question: Question) -> Question:
        """The question with the user of this process where it names none. The protocol stays open."""
        return question if question.uid is not None else replace(question, uid=os.getuid())

    def ask(self, question: Question) -> SystemAnswer:
        """The source address or the error, from connecting a UDP socket, which sends nothing.

        Raises LocalFault for what no socket can be asked, OptionError for source and destination of different IP
        versions.
        """
        return ask_by_connecting(question)

    def _interfaces(self, asker: Asker | None) -> InterfacesFound:
        survey = self._survey(asker, with_sys=True)
        if survey.is_sys_foreign:  # or an interface came or went between the readings: then not twice
            survey = self._survey(asker, with_sys=True)
        is_foreign = survey.is_sys_foreign
        if is_foreign:
            survey = self._survey(asker, with_sys=False)
        names = [name for name, link in survey.ioctl.items() if link.ifindex is not None or not survey.has_ioctls]
        if not names and survey.counters is None:
            raise LocalFault(linux_missing.NO_INTERFACES)
        addresses, without_home = _addresses(survey, asker)
        found = self._records(survey, names, addresses)
        warnings = [linux_missing.NO_NETLINK]
        if survey.sys is None:
            warnings.append(linux_missing.OTHER_NAMESPACE if is_foreign else linux_missing.HIDDEN_SYS)
        if survey.inet6 is None and not self._is_without_ipv6("if_inet6"):
            warnings.append(linux_missing.HIDDEN_PROC)
        if survey.ipv4 is None:
            warnings.append(linux_missing.NO_IOCTLS)
        if without_home:
            warnings.append(linux_missing.homeless(without_home))
        for path, lines in (("/proc/net/dev", survey.counters), ("/proc/net/if_inet6", survey.inet6)):
            if lines is not None and lines.unreadable:
                warnings.append(linux_missing.unreadable_lines(lines.unreadable, path))
        return InterfacesFound(interfaces=found, warnings=tuple(warnings))

    def _survey(self, asker: Asker | None, *, with_sys: bool) -> _Survey:
        dev, inet6 = self._proc_net("dev"), self._proc_net("if_inet6")
        counters = None if dev is None else parse_dev(dev)
        inet6_lines = None if inet6 is None else parse_if_inet6(inet6)
        sys = self._sys_links() if with_sys else None
        ipv4 = None if asker is None else asker.ipv4_addresses()
        names = dict.fromkeys([*(counters.by_name if counters else ()), *(sys or ())])
        names |= dict.fromkeys([line.ifname for line in inet6_lines.entries] if inet6_lines else [])
        if counters is None and sys is None:
            names |= dict.fromkeys([label.partition(":")[0] for label, _ in ipv4 or ()])
        ioctl = {name: IoctlLink() if asker is None else asker.link(name) for name in names}
        return _Survey(counters=counters, inet6=inet6_lines, sys=sys, ioctl=ioctl, ipv4=ipv4)

    def _records(
        self, survey: _Survey, names: list[str], addresses: dict[str, list[InterfaceAddress]]
    ) -> tuple[Interface, ...]:
        folders = tuple([os.path.join(self._root, folder) for folder in _NAME_FOLDERS])
        groups = {**GROUPS, **read_name_file("group", folders)} if survey.sys else GROUPS
        sys = survey.sys or {}
        index_of = {
            name: index for name, link in sys.items() if (index := read_number(link.files.get("ifindex"))) is not None
        }
        index_of_inet6 = {line.ifname: line.ifindex for line in survey.inet6.entries} if survey.inet6 else {}
        records: dict[str, Interface] = {}
        for name in names:
            link = survey.ioctl[name]
            if link.ifindex is None and name not in sys and name in index_of_inet6:
                link = IoctlLink(ifindex=index_of_inet6[name])
            records[name] = gather_interface(
                name,
                sys.get(name),
                link,
                addresses=tuple(addresses.get(name, ())),
                counters=None if survey.counters is None else survey.counters.by_name.get(name),
                groups=groups,
                index_of=index_of,
            )
        found = [
            with_kind_of_master(with_state_below(one, records.get(one.link or "")), records.get(one.master or ""))
            for one in records.values()
        ]
        return tuple(sorted(found, key=lambda one: (one.ifindex is None, one.ifindex or 0)))

    def _ipv4_routes(self) -> RouteLines | None:
        text = self._proc_net("route")
        if text is None:
            return None
        return parse_route(text, parse_fib_trie(self._proc_net("fib_trie") or ""))

    def _ipv6_routes(self) -> RouteLines | None:
        text = self._proc_net("ipv6_route")
        return None if text is None else parse_ipv6_route(text, self._vrf_ports())

    def _vrf_ports(self) -> frozenset[str]:
        folder = self._path("/sys/class/net")
        masters = {name: master for name in link_names(folder) or () if (master := master_of(folder, name))}
        if not masters:
            return frozenset()
        try:
            asker = self._open_ioctls()
        except OSError:
            return frozenset()
        try:
            return frozenset([name for name, master in masters.items() if asker.driver(master) == "vrf"])
        finally:
            asker.close()

    def _sys_links(self) -> dict[str, SysLink] | None:
        folder = self._path("/sys/class/net")
        links = {name: read_link(folder, name) for name in link_names(folder) or ()}
        return {name: link for name, link in links.items() if link is not None} or None

    def _proc_net(self, name: str) -> str | None:
        """A file of /proc/net: of this thread's namespace, which only setns(2) makes another than the process's."""
        own = read_text(self._path(f"/proc/thread-self/net/{name}"))
        return own if own is not None else read_text(self._path(f"/proc/net/{name}"))

    def _is_without_ipv6(self, name: str) -> bool:
        """Whether that file is missing because the kernel has no IPv6: what IPv4 has beside it is there."""
        return self._proc_net("dev") is not None and not os.path.exists(self._path(f"/proc/net/{name}"))

    def _path(self, path: str) -> bytes:
        return os.fsencode(self._root).rstrip(b"/") + path.encode()


def _addresses(survey: _Survey, asker: Asker | None) -> tuple[dict[str, list[InterfaceAddress]], int]:
    """The addresses by interface, IPv4 first; and how many IPv4 ones name no interface."""
    found: dict[str, list[InterfaceAddress]] = {}
    without_home = 0
    seen: set[tuple[str, IPv4Address]] = set()
    for label, address in survey.ipv4 or ():
        name = label if label in survey.ioctl else label.partition(":")[0]
        if name not in survey.ioctl:
            without_home += 1
            continue
        # Of the same address twice under one label, with two masks, the ioctl finds but the first.
        details = None if asker is None or (label, address) in seen else asker.ipv4_details(label, address)
        seen.add((label, address))
        found.setdefault(name, []).append(
            InterfaceAddress(
                family="inet",
                local=address,
                prefixlen=None if details is None else details.prefixlen,
                peer=None if details is None else details.peer,
                broadcast=None if details is None else details.broadcast,
                scope=None,
                label=label,
                flags=(),
                valid_life_time=None,
                preferred_life_time=None,
            )
        )
    for line in survey.inet6.entries if survey.inet6 else ():
        found.setdefault(line.ifname, []).append(line.address)
    return found, without_home
