"""A machine that is not this one: the platform of a laptop, composed of records, for tests of commands and pictures.

fake = FakePlatform(interfaces=LAPTOP, routes=LAPTOP_ROUTES)
fake.install(monkeypatch)
run("ifaces")
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import NoReturn

import pytest

from nettools.core.ifaces.defaults import DefaultWay, default_ways_of
from nettools.core.ifaces.report import Family, Interface, InterfaceAddress, Warned
from nettools.core.netlink.names import Names
from nettools.core.prefix import Prefix
from nettools.core.record import Json
from nettools.core.route.question import Question, SystemAnswer
from nettools.core.route.report import Route, Rule
from nettools.core.text import quoted
from nettools.errors import LocalFault, NettoolsError, OptionError
from nettools.net.platform import InterfacesFound, RoutesFound
from tests.core.ifaces.machines import counters, interface, veth
from tests.core.route.machines import FIRST_RULES, interface_address, route, rule


def _held(text: str, **fields: object) -> InterfaceAddress:
    return replace(interface_address(text), **fields)  # type: ignore[arg-type]


def _kind(kind: str, slave: str | None = None, **data: Json) -> dict[str, Json]:
    about: dict[str, Json] = {"info_kind": kind}
    if data:
        about["info_data"] = dict(data)
    return about if slave is None else {**about, "info_slave_kind": slave}


USER = 1000
"""Who asks."""
RUNNING = ("BROADCAST", "MULTICAST", "UP", "LOWER_UP")
LO = interface(
    "lo",
    "127.0.0.1/8 scope host",
    "::1/128 scope host noprefixroute",
    ifindex=1,
    kind="loopback",
    operstate="UNKNOWN",
    flags=("LOOPBACK", "UP", "LOWER_UP"),
    mtu=65536,
    address="00:00:00:00:00:00",
    stats=counters((123_456, 1_000, 0, 0), (123_456, 1_000, 0, 0)),
)
ETH = replace(
    interface(
        "eth0",
        ifindex=2,
        kind="ether",
        flags=RUNNING,
        address="02:00:00:00:00:02",
        permaddr="02:00:00:00:ff:02",
        altnames=("enp3s0",),
        speed_mbps=2500,
        duplex="full",
        stats=counters((1_534_000_000, 1_234_567, 0, 12), (98_765_432, 654_321, 3, 0), multicast=77),
    ),
    addr_info=(
        _held("192.0.2.5/24", label="eth0", flags=("dynamic",), valid_life_time=86399, preferred_life_time=86399),
        _held("192.0.2.77/24 secondary", label="eth0:web"),
        _held("2001:db8:1::5/64", flags=("dynamic", "mngtmpaddr"), valid_life_time=2591999),
        _held("2001:db8:1:0:1234:5678:9abc:def0/64 temporary deprecated", valid_life_time=59),
        _held("fe80::ff:fe00:2/64 scope link"),
    ),
)
WLAN = interface(
    "wlan0",
    ifindex=3,
    kind="ether",
    operstate="DOWN",
    flags=("NO-CARRIER", "BROADCAST", "MULTICAST", "UP"),
    address="02:00:00:00:00:03",
    alias="the antenna on the roof",
    stats=counters(),
)
BRIDGE = interface(
    "br0",
    "198.51.100.1/24",
    ifindex=4,
    kind="bridge",
    flags=RUNNING,
    address="02:00:00:00:00:04",
    linkinfo=_kind("bridge"),
    stats=counters((10_500, 100, 0, 0), (999, 9, 0, 0)),
)
PORT = veth(
    "veth0",
    ifindex=5,
    flags=RUNNING,
    master="br0",
    link="eth0",
    link_index=2,
    netnsid=0,
    netns="guest",
    linkinfo=_kind("veth", "bridge"),
    address="02:00:00:00:00:05",
    stats=counters((10_500, 100, 0, 0), (999, 9, 0, 0)),
)
VLAN = interface(
    "br0.7",
    "203.0.113.1/28",
    ifindex=6,
    kind="vlan",
    operstate="LOWERLAYERDOWN",
    link="br0",
    link_index=4,
    flags=("BROADCAST", "MULTICAST", "UP"),
    linkinfo=_kind("vlan", protocol="802.1Q", id=7),
    address="02:00:00:00:00:04",
    stats=counters(),
)
TUNNEL = interface(
    "wg0",
    "10.8.0.2/32",
    ifindex=7,
    kind="wireguard",
    operstate="UNKNOWN",
    flags=("POINTOPOINT", "NOARP", "UP", "LOWER_UP"),
    mtu=1420,
    linkinfo=_kind("wireguard"),
    stats=None,
)
TAP = interface(
    "tap0",
    ifindex=8,
    kind="tun",
    admin_up=False,
    operstate="DOWN",
    flags=("BROADCAST", "MULTICAST"),
    linkinfo=_kind("tun", type="tap"),
    address="02:00:00:00:00:08",
    stats=counters(),
)
LAPTOP = (LO, ETH, WLAN, BRIDGE, PORT, VLAN, TUNNEL, TAP)

LAPTOP_ROUTES = tuple(
    route(text)
    for text in (
        "default via 192.0.2.1 dev eth0 proto dhcp src 192.0.2.5 metric 100",
        "10.0.0.0/8 dev wg0 scope link metric 0",
        "blackhole 10.9.0.0/16 proto static",
        "172.16.0.0/12 nexthop via 192.0.2.9 dev eth0 weight 3 nexthop via 198.51.100.9 dev br0 linkdown",
        "192.0.2.0/24 dev eth0 proto kernel src 192.0.2.5",
        "198.51.100.0/24 dev br0 proto kernel src 198.51.100.1",
        "203.0.113.0/28 dev br0.7 proto kernel src 203.0.113.1 linkdown",
        "local 192.0.2.5 dev eth0 table local proto kernel scope host src 192.0.2.5",
        "broadcast 192.0.2.255 dev eth0 table local proto kernel src 192.0.2.5",
        "default dev wg0 table 51820",
        "-6 default via fe80::1 dev eth0 proto ra expires 1799 pref high",
        "2001:db8:1::/64 dev eth0 proto kernel metric 256",
        "unreachable 2001:db8:9::/48 dev lo from 2001:db8:1::/64",
        "local 2001:db8:1::5 dev eth0 table local proto kernel metric 0",
    )
)
LAPTOP_RULES = tuple(
    rule(text)
    for text in (
        *FIRST_RULES,
        "100: from 198.51.100.0/24 iif br0 lookup 51820",
        "200: not fwmark 0xca6c lookup main suppress_prefixlength 0",
        "300: to 198.18.0.0/15 ipproto tcp dport 25-26 prohibit",
        "-6 100: uidrange 1000-1999 goto 32766",
    )
)


@dataclass
class FakePlatform:
    """Answers with what it was made of; a NettoolsError in its place is raised."""

    found: Sequence[Interface] | NettoolsError = ()
    made_routes: Sequence[Route] | NettoolsError = ()
    rules: Sequence[Rule] | None = ()
    answer: SystemAnswer | NettoolsError = field(default_factory=lambda: LocalFault("nobody asked the kernel"))
    warnings: tuple[Warned, ...] = ()
    route_warnings: tuple[Warned, ...] = ()
    questions: list[Question] = field(default_factory=list)
    names: Names = field(default_factory=lambda: Names(lambda _index: None))
    is_closed: bool = False

    def install(self, monkeypatch: pytest.MonkeyPatch) -> "FakePlatform":
        """Be what the commands take for this machine, of whose settings none can be read."""
        monkeypatch.setattr("nettools.runs.machine.this_platform", lambda: self)
        monkeypatch.setattr("nettools.runs.route_explain.read_sysctl", lambda _name: None)
        monkeypatch.setattr("nettools.net.sysctl.read_sysctl", lambda _name: None)
        return self

    def interfaces(self) -> InterfacesFound:
        if isinstance(self.found, NettoolsError):
            _refuse(self.found)
        return InterfacesFound(interfaces=tuple(self.found), warnings=self.warnings)

    def routes(self, families: tuple[Family, ...], table: str | None, touching: Sequence[Prefix] = ()) -> RoutesFound:
        if isinstance(self.made_routes, NettoolsError):
            _refuse(self.made_routes)
        if table is not None and table not in {one.table for one in self.made_routes} | {"main", "77"}:
            raise OptionError(
                f"there is no routing table {quoted(table)}", hint="name one of rt_tables, or give its number"
            )
        routes = tuple(one for one in self.made_routes if one.family in families and table in (None, one.table))
        rules = None if self.rules is None else [one for one in self.rules if one.family in families]
        in_order = None if rules is None else tuple(sorted(rules, key=_rule_order))
        return RoutesFound(routes=routes, rules=in_order, warnings=self.route_warnings)

    def default_ways(self) -> Sequence[DefaultWay]:
        if isinstance(self.made_routes, NettoolsError):
            _refuse(self.made_routes)
        return default_ways_of(self.made_routes)

    def counters(self) -> tuple[Interface, ...]:
        return self.interfaces().interfaces

    def filled(self, question: Question) -> Question:
        uid = USER if question.uid is None else question.uid
        return replace(question, uid=uid, protocol=17 if question.protocol is None else question.protocol)

    def ask(self, question: Question) -> SystemAnswer:
        self.questions.append(question)
        if isinstance(self.answer, NettoolsError):
            _refuse(self.answer)
        return self.answer

    def route_reader(self) -> "FakePlatform":
        """Of Linux's platform: itself, as far as --watch asks."""
        return self

    def table_number(self, table: str) -> int:
        number = self.names.table_number(table)
        if number is None:
            raise OptionError(f"there is no routing table {quoted(table)}", hint=None)
        return number

    def close(self) -> None:
        self.is_closed = True


def laptop() -> FakePlatform:
    """The laptop with everything that it has."""
    return FakePlatform(found=LAPTOP, made_routes=LAPTOP_ROUTES, rules=LAPTOP_RULES)


def _refuse(error: NettoolsError) -> NoReturn:
    raise error


def _rule_order(one: Rule) -> tuple[bool, int]:
    return one.family == "inet6", one.priority
