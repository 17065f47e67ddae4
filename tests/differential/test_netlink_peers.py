"""Interfaces, routes and rules of the kernel against those that ip(8) prints, field by field.

Both read a network namespace that the test makes. ``netlink_of_ip`` is the whole of what differs by design.
"""

import errno
import json
import os
import re
import struct
import subprocess
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import pytest

from nettools.core.ip_protocols import protocol_name
from tests.cli import PROJECT
from tests.core.netlink.compose import be32, header, nest, rule, u8, u16, u32
from tests.differential.netlink_of_ip import (
    Record,
    gateway_of_ip,
    interface_of_ip,
    object_of,
    route_of_ip,
    rule_of_ip,
    without_timers,
)
from tests.differential.test_linkinfo_peers import as_ip_prints
from tests.peers import require, unavailable

REASON = "to compare interfaces and routes with those of ip"
PREFIX = f"ntnc{os.getpid()}"
# Sent by the kernel in its own time, or counted by a clock: compared, but may differ by one second.
CLOCKS = ("valid_life_time", "preferred_life_time", "expires")
ATTEMPTS = 20
ALL_ROUTES = ("route", "show", "table", "all")


@dataclass(frozen=True)
class Machine:
    """A network namespace."""

    name: str

    def ip(self, *words: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(["ip", "-n", self.name, *words], capture_output=True, text=True, check=False)

    def make(self, lines: Iterable[str]) -> None:
        """Each line must work."""
        for line in lines:
            done = self.ip(*line.split())
            assert done.returncode == 0, f"{line}: {done.stderr}"

    def batch(self, lines: Iterable[str]) -> None:
        command = ["ip", "-n", self.name, "-batch", "-"]
        done = subprocess.run(command, input="\n".join(lines), capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr

    def can(self, line: str) -> bool:
        """Whether the line worked; False where the kernel was built without it."""
        done = self.ip(*line.split())
        lacking = ("Unknown device type", "not supported", "Operation not permitted")
        assert done.returncode == 0 or any(word in done.stderr for word in lacking), f"{line}: {done.stderr}"
        return done.returncode == 0

    def setting(self, name: str, value: int) -> None:
        self.run("sh", "-c", f"echo {value} > /proc/sys/{name}")

    def run(self, *command: str, given: str = "") -> str:
        entered = ["ip", "netns", "exec", self.name, *command]
        done = subprocess.run(
            entered, cwd=PROJECT, input=given, capture_output=True, text=True, check=False, timeout=60
        )
        assert done.returncode == 0, f"{command}: {done.stderr}"
        return done.stdout

    def nettools(self, *words: str, given: str = "") -> Any:
        return json.loads(self.run(sys.executable, "-m", "tests.differential.netlink_child", *words, given=given))

    def printed(self, *words: str) -> list[Record]:
        """What ip prints of a list; an object keeps its pairs, since ip prints some keys twice."""
        done = self.ip("-j", "-d", *words)
        assert done.returncode == 0, done.stderr
        shown: list[Record] = json.loads(done.stdout or "[]", object_pairs_hook=object_of)
        return [one for one in shown if one]


# -- Our side in the words of ip ------------------------------------------------------------------------


def interface_of_ours(one: Record) -> Record:
    """Without what ip does not tell: those fields are tested elsewhere."""
    kept = {key: one[key] for key in one if key not in ("link_index", "netns", "default", "speed_mbps", "duplex")}
    kept["linkinfo"] = without_timers(as_ip_prints(one["linkinfo"]))
    kept["addr_info"] = [held | {"flags": sorted(held["flags"])} for held in one["addr_info"]]
    return kept


def route_of_ours(one: Record) -> Record:
    """ip prints no locks in JSON, they are compared with its text."""
    return one | {"metrics": {key: value for key, value in one["metrics"].items() if key != "lock"}}


def rule_of_ours(one: Record) -> Record:
    """ip 6.1 does not know the newest two."""
    return {key: value for key, value in one.items() if key not in ("dscp", "flowlabel")}


def same(ours: Any, theirs: Any, place: str = "") -> None:
    """Equal, but for clocks, which may have run on by a second; the place of what differs is said."""
    if isinstance(ours, dict) and isinstance(theirs, dict):
        assert ours.keys() == theirs.keys(), place
        for key, value in ours.items():
            if key in CLOCKS and isinstance(value, int) and isinstance(theirs[key], int):
                assert abs(value - theirs[key]) <= 1, f"{place}.{key}"
            else:
                same(value, theirs[key], f"{place}.{key}")
    elif isinstance(ours, list) and isinstance(theirs, list):
        assert [type(one) for one in ours] == [type(one) for one in theirs], place
        for number, (one, other) in enumerate(zip(ours, theirs, strict=True)):
            name = one.get("ifname") or one.get("dst") or one.get("priority") if isinstance(one, dict) else number
            same(one, other, f"{place}[{name}]")
    else:
        assert ours == theirs, place


def is_same(ours: Any, theirs: Any) -> bool:
    try:
        same(ours, theirs)
    except AssertionError:
        return False
    return True


# -- What is compared -----------------------------------------------------------------------------------


OPTIONS = (("-4", "inet"), ("-6", "inet6"))


@dataclass(frozen=True)
class Printed:
    """What ip printed of a machine."""

    addresses: list[Record]
    links: list[Record]
    routes: list[tuple[Record, str]]
    rules: list[tuple[Record, str]]

    @classmethod
    def of(cls, machine: Machine) -> "Printed":
        return cls(
            machine.printed("address", "show"),
            machine.printed("-s", "link", "show"),
            [(one, family) for option, family in OPTIONS for one in machine.printed(option, *ALL_ROUTES)],
            [(one, family) for option, family in OPTIONS for one in machine.printed(option, "rule", "show")],
        )

    def interfaces(self, far_names: dict[int, str]) -> list[Record]:
        return [
            interface_of_ip(address, link, far_names) for address, link in zip(self.addresses, self.links, strict=True)
        ]


def compare(machine: Machine, far_names: dict[int, str] | None = None) -> Record:
    """Everything of the machine, by us and by ip; again while the kernel itself changes something between two looks."""
    for _ in range(ATTEMPTS):
        ours: Record = machine.nettools("read")
        theirs = Printed.of(machine)
        after: Record = machine.nettools("read")
        if is_same(without_timers(ours), without_timers(after)):
            break
    else:
        same(without_timers(ours), without_timers(after))
    assert ours["warnings"] == []
    same([interface_of_ours(one) for one in ours["interfaces"]], theirs.interfaces(far_names or {}))
    same([route_of_ours(one) for one in ours["routes"]], [route_of_ip(*one) for one in theirs.routes])
    same([rule_of_ours(one) for one in ours["rules"]], [rule_of_ip(*one) for one in theirs.rules])
    return ours


def by_name(found: Record) -> dict[str, Record]:
    return {one["ifname"]: one for one in found["interfaces"]}


def by_destination(found: Record, table: str = "main") -> dict[str, Record]:
    return {one["dst"]: one for one in found["routes"] if one["table"] == table}


@pytest.fixture
def machine() -> Iterator[Machine]:
    """A namespace with nothing but its loopback, which is up, and no router's advertisements."""
    yield from made(f"{PREFIX}a")


@pytest.fixture
def neighbour() -> Iterator[Machine]:
    yield from made(f"{PREFIX}b")


def made(name: str) -> Iterator[Machine]:
    require("ip", root=True, reason=REASON)
    subprocess.run(["ip", "netns", "add", name], check=True)
    machine = Machine(name)
    try:
        machine.make(["link set lo up"])
        yield machine
    finally:
        subprocess.run(["ip", "netns", "delete", name], check=True)


# -- Interfaces -----------------------------------------------------------------------------------------

LINKS = [
    "link add name pair0 mtu 1400 address 02:00:00:00:00:01 txqueuelen 77 group 42 type veth "
    "peer name pair1 address 02:00:00:00:00:02",
    "link property add dev pair0 altname uplink altname a-name-that-is-longer-than-an-interface-can-have",
    "link add name br0 type bridge",
    "link add name br1 type bridge priority 4096",
    "link add name port0 type veth peer name port1",
    "link set dev port0 master br0",
    "link set dev port1 master br1",
    "link add name low0 type ifb",
    "link add name low1 type ifb",
    "link add name mv0 link low0 type macvlan mode bridge",
    "link add name mv1 link low1 type macvlan mode private",
    "link add name mt0 link low0 type macvtap mode vepa",
    "link add name vx0 type vxlan id 7 dev low0 remote 192.0.2.9 dstport 4789",
    "link add name vx1 type vxlan id 8 group ff02::9 dev low0 dstport 4790",
    "link add name café type ifb",
    "link set dev pair0 up",
    "link set dev pair1 arp off",
    "link set dev br0 up promisc on",
    "link set dev port0 up",
    "link set dev low0 up",
    "link set dev mv0 up allmulticast on",
    "link set dev mv1 address 02:00:00:00:00:09",
]
# Kinds that a kernel may lack; each is made with what it needs.
OTHER_KINDS = {
    "dummy": "",
    "nlmon": "",
    "vcan": "",
    "vlan": "link low0 {} id 7",
    "vrf": "table 10",
    "bond": "mode 1",
    "team": "",
    "ipip": "local 192.0.2.1 remote 192.0.2.9",
    "sit": "local 192.0.2.1 remote 192.0.2.9",
    "gre": "local 192.0.2.1 remote 192.0.2.9",
    "gretap": "local 192.0.2.1 remote 192.0.2.9",
    "ip6tnl": "local 2001:db8::1 remote 2001:db8::9",
    "ip6gre": "local 2001:db8::1 remote 2001:db8::9",
    "vti": "local 192.0.2.1 remote 192.0.2.9 key 7",
    "geneve": "id 7 remote 192.0.2.9",
    "wireguard": "",
    "ipvlan": "link low0 {} mode l2",
    "macsec": "link low0 {} sci 7",
    "xfrm": "dev low0 if_id 7",
}


def add_other_kinds(machine: Machine) -> None:
    for number, (kind, options) in enumerate(OTHER_KINDS.items()):
        before, braces, after = options.partition("{}")
        machine.can(f"link add name kind{number} {before if braces else ''} type {kind} {after if braces else options}")


def test_links_of_every_kind_that_this_kernel_makes_are_read_as_ip_reads_them(machine: Machine) -> None:
    machine.make(LINKS)
    machine.ip("link", "set", "dev", "pair1", "alias", "to the attic, \u00fcber all")
    if Path("/dev/net/tun").exists():
        machine.make(["tuntap add name tun0 mode tun", "tuntap add name tap0 mode tap"])
    add_other_kinds(machine)
    found = by_name(compare(machine))
    assert found["pair0"]["link"] == "pair1"
    assert found["pair1"]["alias"] == "to the attic, \u00fcber all"
    assert (found["pair0"]["group"], found["pair0"]["txqlen"], found["pair0"]["mtu"]) == ("42", 77, 1400)
    assert len(found["pair0"]["altnames"]) == 2
    assert (found["port0"]["master"], found["mv0"]["link"]) == ("br0", "low0")
    assert "M-DOWN" in found["mv1"]["flags"]
    assert "NO-CARRIER" in found["pair0"]["flags"]
    kinds = {one["kind"] for one in found.values()}
    assert {"loopback", "veth", "bridge", "macvlan", "macvtap", "vxlan", "ifb"} <= kinds


def test_the_other_end_of_a_pair_in_another_namespace_has_its_name_there(machine: Machine, neighbour: Machine) -> None:
    neighbour.make([f"link add name filler{number} type ifb" for number in range(3)])
    machine.make([f"link add name near0 type veth peer name far0 netns {neighbour.name}"])
    far_index = next(one["ifindex"] for one in neighbour.printed("link", "show") if one["ifname"] == "far0")
    assert by_name(machine.nettools("read"))["near0"]["netns"] == neighbour.name
    near = by_name(compare(machine, {far_index: "far0"}))["near0"]
    assert (near["link"], near["link_index"], near["netnsid"]) == ("far0", far_index, 0)


ADDRESSES = [
    "addr add 192.0.2.1/24 brd + dev pair0 label pair0:lan",
    "addr add 192.0.2.2/24 dev pair0",
    "addr add 192.0.2.3/24 dev pair0 noprefixroute",
    "addr add 198.51.100.1 peer 198.51.100.9/30 dev pair0",
    "addr add 198.51.100.17/32 dev pair0 scope host",
    "addr add 198.51.100.18/32 dev pair0 scope link",
    "addr add 198.51.100.19/32 dev pair0 scope 77",
    "addr add 203.0.113.1/25 dev pair0 valid_lft 5000 preferred_lft 3000",
    "addr add 203.0.113.129/25 dev pair0 valid_lft forever preferred_lft 0",
    "addr add 169.254.7.7/16 brd 169.254.255.255 dev pair0 metric 500",
    "addr add 127.0.0.7/8 dev lo",
    "addr add 2001:db8::1/64 dev pair0 nodad",
    "addr add 2001:db8::2/64 dev pair0 nodad preferred_lft 0",
    "addr add 2001:db8::3/64 dev pair0 nodad valid_lft 5000 preferred_lft 3000",
    "addr add 2001:db8::4/64 dev pair0 nodad noprefixroute home",
    "addr add 2001:db8:1::1 peer 2001:db8:1::9/127 dev pair0 nodad",
    "addr add 2001:db8:2::1/64 dev pair0 nodad mngtmpaddr",
    "addr add fe80::7/64 dev pair0 nodad scope link",
    "addr add fd00::1/128 dev lo",
    "addr add 2001:db8:3::1/64 dev pair1",
]


def test_addresses_of_every_sort_are_read_as_ip_reads_them(machine: Machine) -> None:
    machine.make(LINKS[:1])
    machine.setting("net/ipv6/conf/pair1/accept_dad", 0)
    machine.make(["link set dev pair0 up", "link set dev pair1 up", *ADDRESSES])
    held = {one["local"]: one for one in by_name(compare(machine))["pair0"]["addr_info"]}
    assert held["192.0.2.1"] == {
        "family": "inet",
        "local": "192.0.2.1",
        "prefixlen": 24,
        "peer": None,
        "broadcast": "192.0.2.255",
        "scope": "global",
        "label": "pair0:lan",
        "flags": [],
        "valid_life_time": None,
        "preferred_life_time": None,
    }
    assert held["192.0.2.2"]["flags"] == ["secondary"]
    assert held["198.51.100.1"]["peer"] == "198.51.100.9"
    assert (held["198.51.100.17"]["scope"], held["198.51.100.19"]["scope"]) == ("host", "77")
    assert held["203.0.113.1"]["flags"] == ["dynamic"]
    assert 0 <= 3000 - held["203.0.113.1"]["preferred_life_time"] <= 30
    assert "deprecated" in held["2001:db8::2"]["flags"]
    assert {"nodad", "home", "noprefixroute"} <= set(held["2001:db8::4"]["flags"])


def test_three_hundred_links_are_read_as_ip_reads_them(machine: Machine) -> None:
    machine.batch(f"link add name ln{number} type ifb" for number in range(300))
    assert len(compare(machine)["interfaces"]) == 301


# -- Routes ---------------------------------------------------------------------------------------------

ROUTED = [
    "link add name one0 type veth peer name one1",
    "link add name two0 type veth peer name two1",
    "link add name down0 type veth peer name down1",
    *(f"link set dev {name} up" for name in ("one0", "one1", "two0", "two1", "down0")),
    "addr add 192.0.2.1/24 dev one0",
    "addr add 198.51.100.1/24 dev two0",
    "addr add 203.0.113.1/24 dev down0",
    "addr add 2001:db8::1/64 dev one0 nodad",
    "addr add 2001:db8:1::1/64 dev two0 nodad",
]
IPV4_ROUTES = [
    "route add default via 192.0.2.254",
    "route add default via 192.0.2.253 metric 100",
    "route add 10.0.0.0/8 dev one0 scope link",
    "route add 10.1.0.0/16 via 192.0.2.9 src 192.0.2.1 proto static metric 4294967295",
    "route add 10.2.0.0/16 via 192.0.2.9 proto 201 scope 77",
    "route add 10.3.0.0/16 via 10.255.255.1 dev one0 onlink",
    "route add 10.4.0.0/16 dev one0 mtu 1400 advmss 1300",
    "route add 10.5.0.0/16 dev one0 mtu lock 1400 rtt 100ms rttvar 50ms ssthresh 10 cwnd 11 advmss lock 1300 "
    "reordering 4 hoplimit 9 initcwnd 12 initrwnd 13 features ecn rto_min 5ms quickack 1 congctl reno window 2000 "
    "fastopen_no_cookie 1",
    "route add 10.6.0.0/16 tos 0x10 dev one0",
    "route add 10.6.0.0/16 tos 0x04 dev two0",
    "route add 10.7.0.0/16 nexthop via 192.0.2.9 dev one0 weight 3 nexthop via 198.51.100.9 dev two0 weight 256",
    "route add 10.8.0.0/16 nexthop via 10.255.255.1 dev one0 onlink nexthop dev two0",
    "route add 10.9.0.0/16 via inet6 fe80::9 dev one0",
    "route add 10.10.0.0/16 nexthop via inet6 fe80::9 dev one0 nexthop via 198.51.100.9 dev two0",
    "route add 10.11.1.1 dev one0",
    "route add 10.12.0.0/16 via 203.0.113.9 dev down0",
    "route add 10.13.0.0/16 nexthop via 203.0.113.9 dev down0 nexthop via 192.0.2.9 dev one0",
    "route add blackhole 10.20.0.0/16",
    "route add unreachable 10.21.0.0/16 metric 7",
    "route add prohibit 10.22.0.0/16 table 100",
    "route add throw 10.23.0.0/16 table 70000",
    "route add local 10.24.0.0/16 dev lo",
    "route add broadcast 10.25.0.255 dev one0 table 100",
    "route add multicast 239.1.0.0/16 dev one0",
    "route add 10.26.0.0/16 dev one0 table default",
    "nexthop add id 1 via 192.0.2.9 dev one0",
    "nexthop add id 2 via 198.51.100.9 dev two0",
    "nexthop add id 3 via fe80::9 dev one0",
    "nexthop add id 4 blackhole",
    "nexthop add id 10 group 1,5/2",
    "route add 10.30.0.0/16 nhid 1",
    "route add 10.31.0.0/16 nhid 10",
    "route add 10.32.0.0/16 nhid 3",
    "route add 10.33.0.0/16 nhid 4",
]
IPV6_ROUTES = [
    "-6 route add default via 2001:db8::9 metric 77",
    "-6 route add default from 2001:db8:77::/48 via 2001:db8::9",
    "-6 route add 2001:db8:10::/48 from 2001:db8:78::7 dev one0",
    "-6 route add 2001:db8:11::/48 dev one0 expires 500 pref high",
    "-6 route add 2001:db8:12::/48 via fe80::9 dev one0 pref low proto ra mtu 1300 hoplimit 9",
    "-6 route add 2001:db8:13::/48 via 2001:db8::9 src 2001:db8::1 proto static",
    "-6 route add 2001:db8:14::/48 nexthop via 2001:db8::9 dev one0 weight 3 nexthop via 2001:db8:1::9 dev two0",
    "-6 route add 2001:db8:15::7 dev one0",
    "-6 route add 2001:db8:16::/48 via 2001:db8:ffff::9 dev one0 onlink",
    "-6 route add blackhole 2001:db8:20::/48",
    "-6 route add unreachable 2001:db8:21::/48",
    "-6 route add prohibit 2001:db8:22::/48 table 100",
    "-6 route add throw 2001:db8:23::/48 table 70000",
    "-6 route add local 2001:db8:24::/64 dev lo",
    "-6 route add anycast 2001:db8:25::/128 dev one0",
    "-6 route add multicast ff0e::/16 dev one0 table local",
    "nexthop add id 21 via 2001:db8::9 dev one0",
    "nexthop add id 22 via 2001:db8:1::9 dev two0",
    "nexthop add id 30 group 21/22,3",
    "-6 route add 2001:db8:30::/48 nhid 21",
    "-6 route add 2001:db8:31::/48 nhid 30",
]
ENCAPSULATED = [
    "route add 10.40.0.0/16 encap ip id 100 dst 192.0.2.9 ttl 5 tos 4 dev one0",
    "route add 10.41.0.0/16 encap ip id 18446744073709551615 src 192.0.2.1 dst 192.0.2.9 key csum seq dev one0",
    "route add 10.42.0.0/16 encap ip6 id 100 dst 2001:db8::9 hoplimit 5 tc 4 dev one0",
    "route add 10.43.0.0/16 nexthop encap ip id 1 dst 192.0.2.9 dev one0 nexthop encap ip id 2 dst 192.0.2.8 dev two0",
    "-6 route add 2001:db8:40::/48 encap ip6 id 7 dst 2001:db8::9 csum dev one0",
    "-6 route add 2001:db8:41::/48 encap seg6 mode encap segs 2001:db8:f::1,2001:db8:f::2 dev one0",
    "-6 route add 2001:db8:42::/48 encap seg6 mode inline segs 2001:db8:f::1,2001:db8:f::2 dev one0",
    "-6 route add 2001:db8:43::/48 encap seg6 mode l2encap segs 2001:db8:f::1 dev one0",
    "-6 route add 2001:db8:44::/48 encap seg6 mode encap segs 2001:db8:f::1,2001:db8:f::2 hmac 5 dev one0",
    "-6 route add 2001:db8:45::/128 encap seg6local action End dev one0",
    "-6 route add 2001:db8:46::/128 encap seg6local action End.X nh6 2001:db8::9 dev one0",
    "-6 route add 2001:db8:47::/128 encap seg6local action End.DX6 nh6 :: dev one0",
    "-6 route add 2001:db8:48::/128 encap seg6local action End.DX4 nh4 192.0.2.9 dev one0",
    "-6 route add 2001:db8:49::/128 encap seg6local action End.T table 254 dev one0",
    "-6 route add 2001:db8:4a::/128 encap seg6local action End.DX2 oif one0 dev one0",
]


@pytest.fixture
def routed(machine: Machine) -> Machine:
    """With addresses on two links, and on one that has no carrier."""
    machine.make(ROUTED)
    machine.setting("net/ipv4/conf/down0/ignore_routes_with_linkdown", 0)
    return machine


def test_ipv4_routes_of_every_sort_are_read_as_ip_reads_them(routed: Machine) -> None:
    routed.make(IPV4_ROUTES)
    found = compare(routed)
    main = by_destination(found)
    assert main["0.0.0.0/0"]["gateway"] in ("192.0.2.254", "192.0.2.253")
    assert (main["10.9.0.0/16"]["gateway"], main["10.9.0.0/16"]["via_family"]) == ("fe80::9", "inet6")
    assert main["10.3.0.0/16"]["flags"] == ["onlink"]
    assert main["10.12.0.0/16"]["flags"] == ["linkdown"]
    assert [hop["flags"] for hop in main["10.13.0.0/16"]["nexthops"]] == [["linkdown"], []]
    assert [hop["weight"] for hop in main["10.7.0.0/16"]["nexthops"]] == [3, 256]
    assert [one["nhid"] for one in (main["10.30.0.0/16"], main["10.31.0.0/16"])] == [1, 10]
    assert {one["tos"] for one in found["routes"] if one["dst"] == "10.6.0.0/16"} == {"0x4", "0x10"}
    assert {one["type"] for one in found["routes"]} == {
        *("unicast", "local", "broadcast", "multicast", "blackhole", "unreachable", "prohibit", "throw")
    }
    assert {one["table"] for one in found["routes"]} == {"main", "local", "default", "100", "70000"}


def test_locked_metrics_are_those_that_ip_prints_in_its_text(routed: Machine) -> None:
    routed.make(IPV4_ROUTES[6:8])
    shown = routed.ip("-d", "route", "show", "10.5.0.0/16").stdout
    locked = re.findall(r"(\w+) lock ", shown)
    assert sorted(locked) == ["advmss", "mtu", "rto_min"]  # ip locks the last one unasked
    main = by_destination(compare(routed))
    ours = [name.removesuffix("_ms") for name in main["10.5.0.0/16"]["metrics"]["lock"]]
    assert sorted(ours) == sorted(locked)
    assert "lock" not in main["10.4.0.0/16"]["metrics"]


def test_ipv6_routes_of_every_sort_are_read_as_ip_reads_them(routed: Machine) -> None:
    routed.make(["nexthop add id 3 via fe80::9 dev one0"])
    routed.make(IPV6_ROUTES)
    found = compare(routed)
    main = by_destination(found)
    assert main["2001:db8:10::/48"]["from"] == "2001:db8:78::7/128"
    assert 400 < main["2001:db8:11::/48"]["expires"] <= 500
    assert [main[f"2001:db8:{word}::/48"]["pref"] for word in ("11", "12", "13")] == ["high", "low", "medium"]
    assert len(main["2001:db8:31::/48"]["nexthops"]) == 2
    assert {"anycast", "multicast", "blackhole"} <= {one["type"] for one in found["routes"]}


def test_routes_with_an_encapsulation_are_read_as_ip_reads_them(routed: Machine) -> None:
    able = [line for line in ENCAPSULATED if routed.can(line)]
    if not able:
        unavailable(f"needed {REASON}: a kernel with lightweight tunnels")
    found = by_destination(compare(routed))
    made_here = {line.split()[line.split().index("add") + 1] for line in able}
    assert {dst for dst, one in found.items() if one["encap"] or any(hop["encap"] for hop in one["nexthops"])} == {
        str(ip_network(dst)) for dst in made_here
    }


def test_a_dead_way_says_so(routed: Machine) -> None:
    routed.make(["route add 10.7.0.0/16 nexthop via 192.0.2.9 dev one0 nexthop via 198.51.100.9 dev two0"])
    routed.make(["link set dev two0 down"])
    hops = by_destination(compare(routed))["10.7.0.0/16"]["nexthops"]
    assert [hop["flags"] for hop in hops] == [[], ["dead", "linkdown"]]


def test_one_table_is_what_ip_shows_of_it(routed: Machine) -> None:
    routed.make([*IPV4_ROUTES[:7], *IPV4_ROUTES[17:25]])
    for table in ("main", "local", "100", "70000", "4242"):
        ours = routed.nettools("read", table)["routes"]
        theirs = [
            route_of_ip({"table": table, **one}, family)  # ip leaves out the table that it was asked for
            for option, family in OPTIONS
            for one in shown_of_table(routed, option, table)
        ]
        same([route_of_ours(one) for one in ours], theirs)
        assert bool(ours) == (table != "4242")


def shown_of_table(machine: Machine, option: str, table: str) -> list[Record]:
    """A table that is not there is an error of ip, and no routes."""
    done = machine.ip("-j", "-d", option, "route", "show", "table", table)
    if "does not exist" in done.stderr:
        return []
    assert done.returncode == 0, done.stderr
    return [one for one in json.loads(done.stdout or "[]", object_pairs_hook=object_of) if one]


def test_ten_thousand_routes_are_read_as_ip_reads_them(routed: Machine) -> None:
    routed.batch(
        f"route add table 5000 10.{number >> 8}.{number & 255}.0/24 via 192.0.2.9 dev one0 metric {number % 7}"
        for number in range(10_000)
    )
    ours = routed.nettools("read", "5000")
    theirs = [route_of_ip({"table": "5000", **one}, "inet") for one in shown_of_table(routed, "-4", "5000")]
    assert len(ours["routes"]) == 10_000
    assert ours["routes"] == theirs
    assert ours["warnings"] == []


# -- Rules ----------------------------------------------------------------------------------------------

RULES = [
    "rule add pref 5 not from 10.0.0.0/8 to 192.0.2.0/24 tos 0x10 fwmark 0x10/0xf0 iif lo oif gone0 uidrange 1-5 "
    "ipproto tcp sport 1-5 dport 80 lookup 100 suppress_prefixlength 8 suppress_ifgroup 42 protocol static "
    "realms 5/7 tun_id 18446744073709551615",
    "rule add pref 6 iif gone0 fwmark 1 goto 100",
    "rule add pref 7 fwmark 0/0xff nop",
    "rule add pref 8 l3mdev protocol 201",
    "rule add pref 9 prohibit",
    "rule add pref 10 ipproto 200 dport 80-90 goto 32766",
    "rule add pref 11 uidrange 0-0 blackhole",
    "rule add pref 12 from 10.1.2.3 dsfield 0x08 lookup 70000",
    "rule add pref 13 realms 7 lookup main",
    "rule add pref 14 to 10.2.3.4 unreachable",
    "rule add pref 15 ipproto 58 sport 53 lookup default suppress_prefixlength 0",
    "rule add pref 100 lookup main suppress_ifgroup default",
    "rule add pref 101 fwmark 0xffffffff lookup main",
    "rule add pref 102 ipproto icmp goto 103",
]
IPV6_RULES = [
    "-6 rule add pref 5 not from 2001:db8::/32 to 2001:db8:1::/48 tos 0x10 fwmark 0x10/0xf0 iif lo oif gone0 "
    "uidrange 1000-4294967294 ipproto udp sport 5 dport 80-90 lookup 100 suppress_prefixlength 8 protocol ra",
    "-6 rule add pref 6 from 2001:db8::7 unreachable",
    "-6 rule add pref 7 to fe80::7 blackhole",
    "-6 rule add pref 8 l3mdev",
    "-6 rule add pref 9 goto 32766",
]


def test_rules_with_every_selector_are_read_as_ip_reads_them(machine: Machine) -> None:
    assert protocol_name(200) == "200"
    machine.make([*RULES, *IPV6_RULES])
    found = {(one["family"], one["priority"]): one for one in compare(machine)["rules"]}
    assert len(found) == len(RULES) + len(IPV6_RULES) + 5
    everything = found["inet", 5]
    assert [key for key in everything if everything[key] is None] == ["goto", "dscp", "flowlabel"]
    assert everything["tun_id"] == "18446744073709551615"
    assert (found["inet", 8]["l3mdev"], found["inet", 8]["table"]) == (True, None)
    assert (found["inet", 7]["fwmark"], found["inet", 7]["fwmask"]) == ("0x0", "0xff")


NEWRULE, REQUEST, CREATE, ACK = 32, 0x1, 0x400, 0x4  # RTM_NEWRULE, NLM_F_*
# FRA_*: priority, table, then what ip 6.1 cannot say; as the kernel gives it back.
YOUNGER = [
    (2, 21, [(25, u8(8))], {"dscp": "8"}),
    (10, 22, [(25, u8(8)), (30, u8(0x38))], {"dscp": "0x8/0x38"}),
    (10, 23, [(26, be32(0x12345)), (27, be32(0xFFFFF))], {"flowlabel": "0x12345/0xfffff"}),
    (2, 24, [(22, u8(6)), (24, u16(80, 80)), (29, u16(0xF0))], {"dport": "80/0xf0", "ipproto": "tcp"}),
    (10, 25, [(22, u8(17)), (23, u16(53, 53)), (28, u16(0xFF))], {"sport": "53/0xff", "ipproto": "udp"}),
]
# Sends the messages on standard input, and prints the errno of each answer.
SEND = """
import json, socket, struct, sys
netlink = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, socket.NETLINK_ROUTE)
for line in json.load(sys.stdin):
    netlink.send(bytes.fromhex(line))
    print(-struct.unpack_from("=i", netlink.recv(65536), 16)[0])
"""


def test_selectors_younger_than_ip_come_back_as_they_were_given_to_the_kernel(machine: Machine) -> None:
    requests = [
        header(NEWRULE, REQUEST | CREATE | ACK, 1, rule((6, u32(priority)), (15, u32(100)), *pairs, family=family))
        for family, priority, pairs, _ in YOUNGER
    ]
    answers = machine.run(sys.executable, "-c", SEND, given=json.dumps([one.hex() for one in requests])).split()
    found = {one["priority"]: one for one in machine.nettools("read")["rules"]}
    able = [case for case, answer in zip(YOUNGER, answers, strict=True) if answer == "0"]
    if not able:
        unavailable(f"needed {REASON}: a kernel since 6.12, which has these selectors ({answers})")
    for family, priority, _, fields in able:
        told = found[priority]
        assert told["family"] == ("inet" if family == 2 else "inet6")
        assert {key: told[key] for key in fields} == fields


# -- Tables that change, and questions ------------------------------------------------------------------


def test_an_interface_that_goes_between_two_dumps_is_read_as_far_as_it_was_told(machine: Machine) -> None:
    machine.make(["link add name going0 type ifb", "link add name going1 type ifb"])
    machine.make(["addr add 192.0.2.1/24 dev going0", "addr add 192.0.2.2/24 dev lo"])
    machine.make(["link set dev going1 up", "route add 10.0.0.0/8 dev going1"])
    index = next(one["ifindex"] for one in machine.printed("link", "show") if one["ifname"] == "going1")
    told = machine.nettools("vanish", "going0", "going1")
    found = by_name(told)
    assert found["going0"]["addr_info"] == []
    assert "192.0.2.2" in [one["local"] for one in found["lo"]["addr_info"]]
    assert by_destination(told)["10.0.0.0/8"]["dev"] == f"if{index}"


def test_tables_that_change_all_the_time_are_read_without_an_error(machine: Machine) -> None:
    machine.batch(f"link add name still{number} type ifb" for number in range(30))
    machine.make(["link set dev still0 up"])
    machine.batch(f"route add 10.255.{number % 250}.0/24 dev still0 metric {number}" for number in range(300))
    told = machine.nettools("churn", "300", "5")
    assert told["reads"] > 30
    assert told["different"] > told["reads"] // 10


QUESTIONS: list[tuple[Record, str]] = [
    ({"destination": "10.1.2.3"}, "10.1.2.3"),
    ({"destination": "10.9.1.1"}, "10.9.1.1"),
    ({"destination": "10.11.1.1"}, "10.11.1.1"),
    ({"destination": "10.20.1.1"}, "10.20.1.1"),
    ({"destination": "10.21.1.1"}, "10.21.1.1"),
    ({"destination": "10.24.1.1"}, "10.24.1.1"),
    ({"destination": "10.6.1.1", "tos": 0x10}, "10.6.1.1 tos 0x10"),
    ({"destination": "10.6.1.1", "tos": 0x04}, "10.6.1.1 tos 0x04"),
    ({"destination": "10.30.1.1"}, "10.30.1.1"),
    ({"destination": "10.32.1.1"}, "10.32.1.1"),
    ({"destination": "10.33.1.1"}, "10.33.1.1"),
    ({"destination": "10.26.1.1"}, "10.26.1.1"),
    ({"destination": "192.0.2.1"}, "192.0.2.1"),
    ({"destination": "192.0.2.255"}, "192.0.2.255"),
    ({"destination": "127.0.0.1"}, "127.0.0.1"),
    ({"destination": "224.0.0.5", "outgoing": "one0"}, "224.0.0.5 oif one0"),
    ({"destination": "8.8.8.8"}, "8.8.8.8"),
    ({"destination": "8.8.8.8", "source": "198.51.100.1"}, "8.8.8.8 from 198.51.100.1"),
    ({"destination": "8.8.8.8", "source": "8.8.4.4"}, "8.8.8.8 from 8.8.4.4"),
    ({"destination": "8.8.8.8", "outgoing": "two0"}, "8.8.8.8 oif two0"),
    ({"destination": "8.8.8.8", "mark": 0x10}, "8.8.8.8 mark 0x10"),
    ({"destination": "8.8.8.8", "uid": 1000}, "8.8.8.8 uid 1000"),
    (
        {"destination": "8.8.8.8", "protocol": 6, "source_port": 1, "destination_port": 443},
        "8.8.8.8 ipproto tcp sport 1 dport 443",
    ),
    (
        {"destination": "192.0.2.1", "source": "192.0.2.77", "incoming": "one0"},
        "192.0.2.1 from 192.0.2.77 iif one0",
    ),
    ({"destination": "8.8.8.8", "source": "192.0.2.77", "incoming": "one0"}, "8.8.8.8 from 192.0.2.77 iif one0"),
    ({"destination": "2001:db8::9"}, "2001:db8::9"),
    ({"destination": "2001:db8:12::9"}, "2001:db8:12::9"),
    ({"destination": "2001:db8:20::9"}, "2001:db8:20::9"),
    ({"destination": "2001:db8:21::9"}, "2001:db8:21::9"),
    ({"destination": "2001:db8:24::9"}, "2001:db8:24::9"),
    ({"destination": "2001:db8:30::9"}, "2001:db8:30::9"),
    ({"destination": "2606:4700::1"}, "2606:4700::1"),
    ({"destination": "2606:4700::1", "source": "2001:db8:1::1"}, "2606:4700::1 from 2001:db8:1::1"),
    ({"destination": "2606:4700::1", "source": "2001:db8::1", "mark": 0x10}, "2606:4700::1 from 2001:db8::1 mark 0x10"),
    ({"destination": "ff02::1", "outgoing": "one0"}, "ff02::1 oif one0"),
    ({"destination": "::1"}, "::1"),
]
POLICY = [
    "rule add pref 20 fwmark 0x10 lookup 300",
    "rule add pref 21 uidrange 1000-1000 prohibit",
    "rule add pref 22 ipproto tcp dport 443 lookup 301",
    "-6 rule add pref 20 fwmark 0x10 lookup 300",
    "route add default via 198.51.100.9 table 300",
    "route add default dev two0 table 301",
    "-6 route add default via 2001:db8:1::9 table 300",
]


def test_the_kernels_own_answers_are_those_that_ip_prints(routed: Machine) -> None:
    routed.make([*IPV4_ROUTES, *IPV6_ROUTES, *POLICY])
    answers = routed.nettools("ask", given=json.dumps([question for question, _ in QUESTIONS]))
    for (question, words), answer in zip(QUESTIONS, answers, strict=True):
        assert answer == answer_of_ip(routed, question, words), words


def answer_of_ip(machine: Machine, question: Record, words: str) -> Record:
    done = machine.ip("-j", "-d", "route", "get", *words.split())
    none = {**dict.fromkeys(("type", "table", "dst", "dev", "gateway", "source", "error")), "tells_source": True}
    if done.returncode != 0:
        return none | {"error": error_of_ip(done.stderr)}
    [told] = json.loads(done.stdout)
    return none | {
        "type": told["type"],
        "table": told.get("table"),
        "dev": told.get("dev"),
        "gateway": gateway_of_ip(told)[0],
        "source": question.get("source") or told.get("prefsrc"),
    }


def error_of_ip(text: str) -> str:
    """ip has the words for an errno, ours is its name."""
    told = text.strip().removeprefix("RTNETLINK answers: ")
    return next(name for number, name in errno.errorcode.items() if os.strerror(number) == told)


def test_the_messages_of_this_test_are_those_of_the_kernel() -> None:
    """The composed rule is what the kernel's header lays out: twelve bytes, and then attributes."""
    body = rule((6, u32(7)), family=10, flags=2)
    assert struct.unpack_from("=8BI", body) == (10, 0, 0, 0, 254, 0, 0, 1, 2)
    assert body[12:] == nest((6, u32(7)))
