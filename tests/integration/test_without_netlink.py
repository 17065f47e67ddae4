"""Linux without netlink, against ``ip -j -d`` with it, in a network namespace that holds what a test put there.

The child process runs under a seccomp filter that refuses socket(AF_NETLINK), as a container's does; that
getifaddrs fails there shows that the filter works.
"""

import json
import os
import platform
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from ipaddress import ip_address, ip_network
from itertools import count
from typing import Any

import pytest

from tests import peers
from tests.integration.conftest import KEPT_VARIABLES, PROJECT

pytestmark = [
    pytest.mark.integration,
    pytest.mark.skipif(sys.platform != "linux", reason="needed for this: Linux, which has netlink"),
]

Document = dict[str, Any]
SYSCALL_SOCKET = {"x86_64": 41, "aarch64": 198}  # asm/unistd.h
numbers = count()

CHILD = """
import ctypes, errno, json, socket, struct, sys
from ipaddress import ip_address

def filter_out_netlink(number):
    # struct sock_filter: code, jump if true, jump if false, value. linux/bpf_common.h, linux/seccomp.h
    program = b"".join(struct.pack("=HBBI", *one) for one in (
        (0x20, 0, 0, 0),                          # the number of the system call
        (0x15, 0, 3, number),
        (0x20, 0, 0, 16),                         # its first argument, low half
        (0x15, 0, 1, 16),                         # AF_NETLINK
        (0x06, 0, 0, 0x00050000 | errno.EPERM),   # SECCOMP_RET_ERRNO
        (0x06, 0, 0, 0x7FFF0000),                 # SECCOMP_RET_ALLOW
    ))
    held = ctypes.create_string_buffer(program)
    fprog = ctypes.create_string_buffer(struct.pack("@HP", 6, ctypes.addressof(held)))
    libc = ctypes.CDLL(None, use_errno=True)
    assert libc.prctl(38, 1, 0, 0, 0) == 0        # PR_SET_NO_NEW_PRIVS
    assert libc.prctl(22, 2, fprog, 0, 0) == 0    # PR_SET_SECCOMP, SECCOMP_MODE_FILTER

filter_out_netlink(int(sys.argv[1]))
try:
    socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0)
except PermissionError:
    pass
else:
    sys.exit("the filter lets netlink through")

from nettools.core.record import to_json
from nettools.core.route.question import Question
from nettools.net.platform.linux_files import LinuxFilesPlatform

wanted = json.load(sys.stdin)
made = LinuxFilesPlatform()
found, routes = made.interfaces(), made.routes(("inet", "inet6"), None)
print(json.dumps({
    "interfaces": to_json(found.interfaces),
    "warnings": [one.kind for one in found.warnings],
    "routes": to_json(routes.routes),
    "route_warnings": [one.kind for one in routes.warnings],
    "answers": [to_json({"source": (answer := made.ask(Question(destination=ip_address(one)))).source,
                         "error": answer.error}) for one in wanted],
}))
"""

SET_UP = """
link set lo up
link add ntv0 type veth peer name ntv1
link add ntbr0 type bridge
link set ntv1 master ntbr0
link set ntbr0 up
link set ntv1 up
link set ntv0 up
link add ntmac0 link ntv0 type macvlan
link add ntmac1 link ntbr0 type macvlan
link set ntmac1 up
link set ntbr0 promisc on
link add nt€x type bridge
link set ntv0 alias a\tb€
link set ntv0 group 7
link set ntv0 mtu 1400 txqueuelen 77
addr add 192.0.2.1/24 broadcast + dev ntv0
addr add 192.0.2.2/24 dev ntv0 label ntv0:web
addr add 198.51.100.1 peer 198.51.100.9/32 dev ntv0
addr add 192.0.2.65/26 dev ntbr0 label ntbr0:a:b
addr add 2001:db8::1/64 dev ntv0 nodad
addr add 2001:db8::2/64 dev ntv0 nodad preferred_lft 0 valid_lft 3600
addr add ::192.0.2.77/128 dev ntv0 nodad
addr add fec0::1/64 dev ntv0 nodad
addr add 2001:db8:ffff::1/64 dev ntmac0 nodad
route add default via 192.0.2.9 metric 50
route add 10.0.0.0/8 nexthop via 192.0.2.10 weight 3 nexthop via 192.0.2.11
route add blackhole 10.9.0.0/16
route add throw 10.10.0.0/16
route add unreachable 10.11.0.0/16
route add prohibit 10.12.0.0/16
route add 10.13.0.0/16 via inet6 fe80::99 dev ntv0
route add 10.14.0.0/16 dev ntv0 advmss 1200 window 1000 rtt 80ms
route add 10.15.0.0/16 dev ntv0 table 100
route add 10.16.0.0/16 dev ntv0 tos 0x10
route add 10.16.0.0/16 dev ntbr0
route add 10.16.0.0/16 dev ntbr0 metric 9
route add local 10.17.0.0/16 dev lo table main
route add local 10.16.0.0/16 dev lo table local
-6 route add default via fe80::99 dev ntv0
-6 route add blackhole 2001:db8:9::/48
-6 route add prohibit 2001:db8:a::/48
-6 route add 2001:db8:b::/48 nexthop via 2001:db8::9 nexthop via 2001:db8::a
-6 route add 2001:db8:c::/48 from 2001:db8:d::/48 via 2001:db8::9
-6 route add 2001:db8:e::/48 dev ntv0 table 100 metric 7
-6 route add 2001:db8:f::/48 dev ntv0 expires 1000 pref high proto static
-6 route add local 2001:db8:10::/48 dev lo
"""

ASKED = [
    "127.0.0.1", "192.0.2.1", "192.0.2.9", "192.0.2.70", "198.51.100.9", "203.0.113.1", "10.1.1.1", "10.9.0.1",
    "10.10.0.1", "10.11.0.1", "10.12.0.1", "10.14.0.1", "10.17.0.1", "192.0.2.255", "224.0.0.5", "::1",
    "2001:db8::1", "2001:db8::99", "2001:db8:9::1", "2001:db8:a::1", "2001:db8:b::1", "2001:db8:10::1",
    "2001:db8:77::1",
]  # fmt: skip
KERNEL_ERRORS = {"Invalid argument": "EINVAL", "No route to host": "EHOSTUNREACH", "Permission denied": "EACCES"}


class Bed:
    def __init__(self, name: str) -> None:
        self.name = name

    def ip(self, *words: str) -> None:
        done = subprocess.run(["ip", "-n", self.name, *words], capture_output=True, text=True, check=False)
        assert done.returncode == 0, (words, done.stderr)

    def ask_ip(self, *words: str) -> list[Document]:
        argv = ["ip", "-n", self.name, "-j", "-d", *words]
        found: list[Document] = json.loads(subprocess.run(argv, capture_output=True, check=True).stdout)
        return [one for one in found if one]

    def child(self, enter: tuple[str, ...], asked: list[str]) -> Document:
        number = SYSCALL_SOCKET.get(platform.machine())
        if number is None:
            peers.unavailable(f"needed for this: the number of socket(2) on {platform.machine()}")
        done = subprocess.run(
            [*enter, sys.executable, "-c", CHILD, str(number)],
            input=json.dumps(asked),
            capture_output=True,
            text=True,
            check=False,
            cwd=PROJECT,
            env={name: os.environ[name] for name in KEPT_VARIABLES if name in os.environ},
        )
        assert done.returncode == 0, done.stderr
        document: Document = json.loads(done.stdout)
        return document

    def run(self, asked: list[str] | None = None) -> Document:
        """With /sys mounted anew for the namespace, which ip-netns(8) does."""
        return self.child(("ip", "netns", "exec", self.name), asked or [])

    def run_with_foreign_sys(self) -> Document:
        return self.child(("nsenter", f"--net=/run/netns/{self.name}"), [])


@contextmanager
def new_bed() -> Iterator[Bed]:
    peers.require("ip", "nsenter", root=True, reason="for a network namespace without netlink")
    name = f"ntlf{os.getpid()}n{next(numbers)}"
    added = subprocess.run(["ip", "netns", "add", name], capture_output=True, text=True, check=False)
    if added.returncode != 0:
        peers.unavailable(f"needed for this: a network namespace ({added.stderr.strip()})")
    try:
        yield Bed(name)
    finally:
        subprocess.run(["ip", "netns", "del", name], check=True)


def set_up(made: Bed) -> None:
    for line in SET_UP.strip().splitlines():
        made.ip(*line.split(" "))


@pytest.fixture
def empty_bed() -> Iterator[Bed]:
    with new_bed() as made:
        yield made


@pytest.fixture(scope="module")
def bed() -> Iterator[Bed]:
    """One for all tests, none of which changes it."""
    with new_bed() as made:
        set_up(made)
        give_up_s = time.monotonic() + 30
        while not is_settled(made.ask_ip("addr")):
            assert time.monotonic() < give_up_s, "states and addresses never came to rest"
            time.sleep(0.05)
        yield made


def is_settled(interfaces: list[Document]) -> bool:
    """Whether two readings one after the other will be the same: carriers are there, addresses are checked."""
    running = [one for one in interfaces if "UP" in one["flags"] and "LOOPBACK" not in one["flags"]]
    return all(
        one["operstate"] == "UP"
        and any(address["scope"] == "link" for address in one["addr_info"])
        and not any("tentative" in address for address in one["addr_info"])
        for one in running
    )


def differences(ours: Document, theirs: Document, keys: dict[str, str]) -> list[str]:
    """Where what we say is not what ip(8) says; what we do not know makes no difference."""
    return [
        f"{key}: {ours[key]!r}, not {theirs.get(name)!r}"
        for key, name in keys.items()
        if ours[key] is not None and ours[key] != theirs.get(name)
    ]


# --- interfaces -----------------------------------------------------------------------------------

LINK_KEYS = {
    key: key for key in ("ifindex", "ifname", "operstate", "mtu", "address", "master", "link", "group", "txqlen")
} | {"alias": "ifalias"}


def test_every_interface_is_found_and_nothing_said_of_it_is_wrong(bed: Bed) -> None:
    truth = {one["ifname"]: one for one in bed.ask_ip("-s", "addr")}
    found = bed.run()
    assert [one["ifname"] for one in found["interfaces"]] == list(truth)
    for one in found["interfaces"]:
        other = truth[one["ifname"]]
        assert differences(one, other, LINK_KEYS) == []
        assert one["admin_up"] == ("UP" in other["flags"])
        assert one["flags"] == [flag for flag in other["flags"] if one["link"] or flag != "M-DOWN"]
        assert one["kind"] == other.get("linkinfo", {}).get("info_kind", other["link_type"])
        info = {key: other["linkinfo"][key] for key in one["linkinfo"]}
        assert one["linkinfo"] == info
        for way in ("rx", "tx"):
            counted = {key: str(other["stats64"][way][key]) for key in one["stats"][way]}
            if "UP" not in other["flags"]:  # what is up may send between the two readings
                assert one["stats"][way] == counted


def test_every_known_field_of_a_link_is_there(bed: Bed) -> None:
    found = {one["ifname"]: one for one in bed.run()["interfaces"]}
    assert found["ntv0"]["alias"] == "a\tb€"
    assert (found["ntv0"]["group"], found["ntv0"]["mtu"], found["ntv0"]["txqlen"]) == ("7", 1400, 77)
    assert found["ntv0"]["link_index"] == found["ntv1"]["ifindex"]
    assert found["ntv1"]["master"] == "ntbr0"
    assert found["ntv1"]["linkinfo"] == {"info_kind": "veth", "info_slave_kind": "bridge"}
    assert (found["ntmac0"]["kind"], found["ntmac0"]["link"]) == ("macvlan", "ntv0")
    assert "PROMISC" in found["ntbr0"]["flags"]
    assert "PROMISC" not in found["ntv1"]["flags"]
    assert found["nt€x"]["kind"] == "bridge"
    assert [one["speed_mbps"] for one in found.values()] == [None] * len(found)


def test_the_addresses_are_those_of_ip(bed: Bed) -> None:
    truth = {
        (one["ifname"], str(ip_address(address["local"])), address["prefixlen"]): address
        for one in bed.ask_ip("addr")
        for address in one["addr_info"]
    }
    found = {
        (one["ifname"], address["local"], address["prefixlen"]): address
        for one in bed.run()["interfaces"]
        for address in one["addr_info"]
    }
    assert found.keys() == truth.keys()
    for key, address in found.items():
        other = truth[key]
        keys = {"family": "family", "label": "label", "scope": "scope", "broadcast": "broadcast", "peer": "address"}
        assert differences(address, other, keys) == []
        if address["family"] == "inet6":
            # The file has but eight bits of flags.
            known = {"temporary", "nodad", "optimistic", "dadfailed", "home", "deprecated", "tentative", "dynamic"}
            assert set(address["flags"]) == {flag for flag in known if other.get(flag)}
        else:
            assert address["broadcast"] == other.get("broadcast")
            assert address["peer"] == other.get("address")
    assert "deprecated" in found["ntv0", "2001:db8::2", 64]["flags"]
    assert found["ntv0", "192.0.2.2", 24]["label"] == "ntv0:web"
    assert found["ntv0", "fec0::1", 64]["scope"] == "site"


def test_it_says_that_something_is_missing(bed: Bed) -> None:
    found = bed.run()
    assert found["warnings"] == ["no-netlink"]
    assert found["route_warnings"][0] == "no-rules"


def test_the_files_of_another_namespace_are_not_believed(bed: Bed) -> None:
    truth = {one["ifname"]: one for one in bed.ask_ip("addr")}
    found = bed.run_with_foreign_sys()
    assert found["warnings"] == ["no-netlink", "sys-of-another-namespace"]
    assert [one["ifname"] for one in found["interfaces"]] == list(truth)
    for one in found["interfaces"]:
        other = truth[one["ifname"]]
        assert differences(one, other, LINK_KEYS) == []
        assert one["flags"] == [flag for flag in other["flags"] if flag != "M-DOWN"]
        assert one["kind"] in (other.get("linkinfo", {}).get("info_kind", other["link_type"]), None)


def test_hundreds_of_addresses_are_all_there(empty_bed: Bed) -> None:
    """More than the first buffer of SIOCGIFCONF holds."""
    for number in range(1, 200):
        empty_bed.ip("addr", "add", f"10.99.{number}.1/24", "dev", "lo")
    [found] = empty_bed.run()["interfaces"]
    local = [one["local"] for one in found["addr_info"] if one["family"] == "inet"]
    assert sorted(local) == sorted(f"10.99.{number}.1" for number in range(1, 200))
    assert {one["prefixlen"] for one in found["addr_info"] if one["family"] == "inet"} == {24}
    assert (found["admin_up"], found["operstate"]) == (False, "DOWN")


# --- routes ---------------------------------------------------------------------------------------

ROUTE_KEYS = {
    key: key for key in ("type", "dst", "gateway", "dev", "protocol", "scope", "table", "tos", "from", "pref")
}


def as_ours(route: Document) -> Document:
    """A route of ip(8) with whole prefixes in our spelling, and the table that it leaves out when asked for main."""
    everything = "::/0" if "pref" in route else "0.0.0.0/0"
    prefixes = {key: route[key] for key in ("dst", "from") if key in route}
    whole = {key: str(ip_network(everything if text == "default" else text)) for key, text in prefixes.items()}
    return {"table": "main"} | route | whole


def ways(route: Document) -> list[Document]:
    """Each way of a multipath route as a route of its own."""
    return [{**route, **way} for way in route.get("nexthops", [{}])]


def test_ipv4_routes_are_those_of_table_main(bed: Bed) -> None:
    truth = [ways(as_ours(one))[0] for one in bed.ask_ip("route", "show", "table", "main")]
    found = [one for one in bed.run()["routes"] if one["family"] == "inet"]
    assert len(found) == len(truth)
    key = ("dst", "tos", "metric")
    theirs = {tuple(one.get(part) or None for part in key): one for one in truth}
    assert len(theirs) == len(truth)
    for one in found:
        other = theirs[tuple(one[part] or None for part in key)]
        if one["via_family"] == "inet6":
            assert other["via"]["family"] == "inet6"
        assert differences(one, other, ROUTE_KEYS) == []
        metrics = (other.get("metrics") or [{}])[0]
        assert one["metrics"] == {"rtt_ms" if name == "rtt" else name: value for name, value in metrics.items()}
    types = {one["dst"]: one["type"] for one in found}
    assert [types[f"10.{number}.0.0/16"] for number in (9, 10, 11, 12, 16, 17)] == [
        "blackhole", "throw", "unreachable", "prohibit", "unicast", "local",
    ]  # fmt: skip
    assert any(one["via_family"] == "inet6" for one in found)


def test_types_and_scopes_are_right_once_the_tables_are_apart(empty_bed: Bed) -> None:
    """The first rule of a namespace splits the one trie of main and local."""
    set_up(empty_bed)
    empty_bed.ip("rule", "add", "to", "203.0.113.0/24", "table", "100")
    test_ipv4_routes_are_those_of_table_main(empty_bed)


def test_ipv6_routes_are_those_of_all_tables(bed: Bed) -> None:
    truth = [way for one in bed.ask_ip("-6", "route", "show", "table", "all") for way in ways(as_ours(one))]
    found = [one for one in bed.run()["routes"] if one["family"] == "inet6"]
    key = ("dst", "dev", "gateway", "metric", "from")
    theirs = {tuple(one.get(part) for part in key): one for one in truth}
    assert len(theirs) == len(truth)
    assert {tuple(one[part] for part in key) for one in found} == theirs.keys()
    assert len(found) == len(truth)
    for one in found:
        other = theirs[tuple(one[part] for part in key)]
        keys = {**ROUTE_KEYS}
        if one["type"] == "unreachable":
            assert other["type"] in ("blackhole", "unreachable", "prohibit", "throw")
            del keys["type"]
        assert differences(one, other, keys) == []
    assert {one["table"] for one in found} == {None, "local"}


# --- the system's own answer ----------------------------------------------------------------------


def test_the_source_is_that_of_ip_route_get(bed: Bed) -> None:
    answers = bed.run(ASKED)["answers"]
    assert len(answers) == len(ASKED)
    for destination, answer in zip(ASKED, answers, strict=True):
        argv = ["ip", "-n", bed.name, "-j", "route", "get", destination]
        done = subprocess.run(argv, capture_output=True, text=True, check=False)
        if done.returncode == 0:
            [truth] = json.loads(done.stdout)
            if truth.get("type") in ("blackhole", "prohibit", "unreachable"):  # IPv6 gives a route with an error
                assert answer["error"] in ("EINVAL", "EACCES", "EHOSTUNREACH")
            else:
                assert answer == {"source": truth["prefsrc"], "error": None}, destination
        else:
            errors = [name for text, name in KERNEL_ERRORS.items() if text in done.stderr] or ["ENETUNREACH"]
            assert answer == {"source": None, "error": errors[0]}, destination
