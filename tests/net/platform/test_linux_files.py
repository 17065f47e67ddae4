"""Linux by files and ioctls. The root folders and the answers of ioctls are composed here, and are no recordings;
what asks the system itself asks about loopback.
"""

import os
import socket
import sys
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from ipaddress import IPv4Address, IPv6Address, ip_address
from pathlib import Path

import pytest

from nettools.core.ifaces.gather import IoctlLink
from nettools.core.ifaces.report import Family, Interface
from nettools.core.prefix import Prefix
from nettools.core.route.question import Question, SystemAnswer
from nettools.errors import LocalFault, OptionError
from nettools.net.platform import InterfacesFound
from nettools.net.platform.linux_connect import ask_by_connecting
from nettools.net.platform.linux_files import LinuxFilesPlatform
from nettools.net.platform.linux_ioctl import Ioctls, Ipv4Details
from tests.core.strategies import attempt

only_linux = pytest.mark.skipif(sys.platform != "linux", reason="needed for this: Linux, whose ioctls they are")

SIXTEEN = " 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16"
LOOPBACK_FILES = {"ifindex": "1", "iflink": "1", "type": "772", "address": "00:00:00:00:00:00", "flags": "0x9"}
ETHER_FILES = {
    "ifindex": "2",
    "iflink": "2",
    "type": "1",
    "address": "02:00:00:00:00:01",
    "flags": "0x1003",
    "operstate": "up",
    "carrier": "1",
    "mtu": "1500",
}
LOOPBACK = IoctlLink(ifindex=1, flags=0x49, mtu=65536, txqlen=1000, type=772, address=bytes(14))
ETHER = IoctlLink(ifindex=2, flags=0x1043, mtu=1500, txqlen=7, type=1, address=b"\x02\0\0\0\0\x01" + bytes(8))


@dataclass
class FakeIoctls:
    """The answers that a test wants; what it has none for is refused."""

    links: dict[str, IoctlLink] = field(default_factory=lambda: {"lo": LOOPBACK, "eth0": ETHER})
    drivers: dict[str, str] = field(default_factory=dict)
    addresses: list[tuple[str, IPv4Address]] | None = field(default_factory=list)
    details: dict[tuple[str, IPv4Address], Ipv4Details] = field(default_factory=dict)
    closed: int = 0
    on_link: Callable[[str], None] = lambda name: None

    def link(self, name: str) -> IoctlLink:
        self.on_link(name)
        return self.links.get(name, IoctlLink())

    def driver(self, name: str) -> str | None:
        return self.drivers.get(name)

    def ipv4_addresses(self) -> list[tuple[str, IPv4Address]] | None:
        return self.addresses

    def ipv4_details(self, label: str, address: IPv4Address) -> Ipv4Details | None:
        return self.details.get((label, address))

    def close(self) -> None:
        self.closed += 1


def details(prefixlen: int, *, broadcast: str | None = None, peer: str | None = None) -> Ipv4Details:
    return Ipv4Details(
        prefixlen=prefixlen,
        broadcast=None if broadcast is None else IPv4Address(broadcast),
        peer=None if peer is None else IPv4Address(peer),
    )


@dataclass
class FakeRoot:
    """A folder with /proc and /sys as a test wants them."""

    path: Path

    def write(self, name: str, text: str) -> None:
        target = self.path / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(text.encode("utf-8", "surrogateescape"))

    def dev(self, *names: str) -> None:
        self.write("proc/net/dev", "a|\nb|\n" + "".join(f"{name:>6}:{SIXTEEN}\n" for name in names))

    def link(self, name: str, files: dict[str, str], **more: str) -> Path:
        for file, text in {**files, **more}.items():
            self.write(f"sys/class/net/{name}/{file}", text + "\n")
        return self.path / "sys/class/net" / name

    def platform(self, ioctls: FakeIoctls | None = None) -> LinuxFilesPlatform:
        return LinuxFilesPlatform(str(self.path), lambda: ioctls or FakeIoctls())

    def interfaces(self, ioctls: FakeIoctls | None = None) -> InterfacesFound:
        return self.platform(ioctls).interfaces()

    def without_ioctls(self) -> LinuxFilesPlatform:
        def refuse() -> FakeIoctls:
            raise PermissionError

        return LinuxFilesPlatform(str(self.path), refuse)


@pytest.fixture
def root(tmp_path: Path) -> FakeRoot:
    """With loopback and one Ethernet interface in /proc and /sys."""
    made = FakeRoot(tmp_path)
    made.dev("eth0", "lo")
    made.link("lo", LOOPBACK_FILES)
    made.link("eth0", ETHER_FILES)
    made.write("proc/net/if_inet6", f"{'0' * 31}1 01 80 10 80       lo\n")
    return made


def kinds(found: InterfacesFound) -> list[str]:
    return [warning.kind for warning in found.warnings]


def by_name(found: InterfacesFound) -> dict[str, Interface]:
    return {one.ifname: one for one in found.interfaces}


# --- interfaces -----------------------------------------------------------------------------------


def test_three_sources_make_an_interface(root: FakeRoot) -> None:
    found = root.interfaces()
    assert [one.ifname for one in found.interfaces] == ["lo", "eth0"]
    assert kinds(found) == ["no-netlink"]
    eth0 = by_name(found)["eth0"]
    assert (eth0.ifindex, eth0.mtu, eth0.txqlen, eth0.admin_up) == (2, 1500, 7, True)
    assert eth0.flags == ("BROADCAST", "MULTICAST", "UP", "LOWER_UP")
    assert eth0.address == "02:00:00:00:00:01"
    assert eth0.operstate == "UP"
    assert eth0.stats is not None
    assert eth0.stats.rx.bytes == 1
    [loopback] = by_name(found)["lo"].addr_info
    assert loopback.local == IPv6Address("::1")


def test_the_ioctls_are_closed_again(root: FakeRoot) -> None:
    ioctls = FakeIoctls()
    root.interfaces(ioctls)
    assert ioctls.closed == 1


def test_without_sys_there_is_what_proc_and_ioctls_tell(tmp_path: Path) -> None:
    root = FakeRoot(tmp_path)
    root.dev("lo", "eth0")
    found = root.interfaces()
    assert kinds(found) == ["no-netlink", "sys-hidden"]
    eth0 = by_name(found)["eth0"]
    assert (eth0.ifindex, eth0.mtu, eth0.address) == (2, 1500, "02:00:00:00:00:01")
    assert eth0.operstate is eth0.master is eth0.alias is eth0.group is None


def test_without_proc_there_is_what_sys_and_ioctls_tell(tmp_path: Path) -> None:
    root = FakeRoot(tmp_path)
    root.link("lo", LOOPBACK_FILES)
    root.link("eth0", ETHER_FILES)
    found = root.interfaces(FakeIoctls(addresses=[("eth0", IPv4Address("192.0.2.1"))]))
    assert kinds(found) == ["no-netlink", "proc-hidden"]
    eth0 = by_name(found)["eth0"]
    assert eth0.stats is None
    assert [address.local for address in eth0.addr_info] == [IPv4Address("192.0.2.1")]


def test_without_ioctls_there_is_what_files_tell(root: FakeRoot) -> None:
    found = root.without_ioctls().interfaces()
    assert kinds(found) == ["no-netlink", "no-ioctls"]
    eth0 = by_name(found)["eth0"]
    assert (eth0.ifindex, eth0.mtu, eth0.flags) == (2, 1500, ("BROADCAST", "MULTICAST", "UP", "LOWER_UP"))
    assert eth0.addr_info == ()


def test_with_ioctls_alone_there_is_what_has_an_ipv4_address(tmp_path: Path) -> None:
    found = FakeRoot(tmp_path).interfaces(FakeIoctls(addresses=[("lo", IPv4Address("127.0.0.1"))]))
    assert [one.ifname for one in found.interfaces] == ["lo"]
    assert kinds(found) == ["no-netlink", "sys-hidden", "proc-hidden"]


def test_with_proc_alone_the_index_is_that_of_an_ipv6_address(root: FakeRoot, tmp_path: Path) -> None:
    os.rename(tmp_path / "sys", tmp_path / "elsewhere")
    found = by_name(root.without_ioctls().interfaces())
    assert (found["lo"].ifindex, found["eth0"].ifindex) == (1, None)


def test_with_no_source_at_all_it_cannot_be_known(tmp_path: Path) -> None:
    with pytest.raises(LocalFault, match="cannot be read"):
        FakeRoot(tmp_path).without_ioctls().interfaces()


def test_a_sys_of_another_namespace_is_not_believed(root: FakeRoot) -> None:
    """Its eth0 has the same index, and another link address; lo is alike everywhere, and not believed either."""
    root.link("eth0", ETHER_FILES, address="02:00:00:00:00:99", ifalias="theirs")
    root.link("lo", LOOPBACK_FILES, ifalias="theirs")
    found = root.interfaces()
    assert kinds(found) == ["no-netlink", "sys-of-another-namespace"]
    assert [(one.ifname, one.alias) for one in found.interfaces] == [("lo", None), ("eth0", None)]
    assert by_name(found)["eth0"].address == "02:00:00:00:00:01"


@pytest.mark.parametrize("change", ["more in /sys", "more in /proc"])
def test_a_sys_with_other_interfaces_is_of_another_namespace(root: FakeRoot, change: str) -> None:
    ioctls = FakeIoctls()
    if change == "more in /sys":
        root.link("eth7", ETHER_FILES, ifindex="7")
    else:
        root.dev("lo", "eth0", "eth7")
        ioctls.links["eth7"] = IoctlLink(ifindex=7)
    found = root.interfaces(ioctls)
    assert "sys-of-another-namespace" in kinds(found)
    assert ("eth7" in by_name(found)) == (change == "more in /proc")


def test_an_interface_that_goes_while_it_is_read_is_left_out(root: FakeRoot) -> None:
    ioctls = FakeIoctls()
    removed: list[str] = []

    def remove(name: str) -> None:
        if name == "eth0" and not removed:
            removed.append(name)
            del ioctls.links["eth0"]
            os.rename(root.path / "sys/class/net/eth0", root.path / "gone")
            root.dev("lo")

    ioctls.on_link = remove
    found = root.interfaces(ioctls)
    assert removed == ["eth0"]
    assert [one.ifname for one in found.interfaces] == ["lo"]
    assert kinds(found) == ["no-netlink"]


def test_files_that_are_missing_are_values_that_are_unknown(root: FakeRoot) -> None:
    for name in ("operstate", "carrier", "mtu"):
        os.unlink(root.path / "sys/class/net/eth0" / name)
    eth0 = by_name(root.interfaces())["eth0"]
    assert eth0.operstate is None
    assert eth0.mtu == 1500
    assert "LOWER_UP" in eth0.flags


def test_an_entry_that_is_no_interface_is_passed_over(root: FakeRoot) -> None:
    root.write("sys/class/net/bonding_masters", "bond0 bond1\n")
    (root.path / "sys/class/net/odd").mkdir()
    assert list(by_name(root.interfaces())) == ["lo", "eth0"]


def test_names_and_aliases_may_hold_any_byte(root: FakeRoot) -> None:
    name = b"x\xff\x1cy".decode("utf-8", "surrogateescape")
    alias = b"\xfe\n\x1b[31m".decode("utf-8", "surrogateescape")
    root.dev("lo", "eth0", name)
    os.makedirs(os.fsencode(root.path) + b"/sys/class/net/x\xff\x1cy")
    for file, text in {**ETHER_FILES, "ifindex": "9", "iflink": "9", "ifalias": alias}.items():
        with open(os.fsencode(root.path) + b"/sys/class/net/x\xff\x1cy/" + file.encode(), "wb") as opened:
            opened.write(text.encode("utf-8", "surrogateescape") + b"\n")
    ioctls = FakeIoctls()
    ioctls.links[name] = IoctlLink(ifindex=9)
    found = root.interfaces(ioctls)
    assert kinds(found) == ["no-netlink"]
    assert by_name(found)[name].alias == alias


def test_master_lower_link_and_hardware_are_seen(root: FakeRoot) -> None:
    root.dev("lo", "eth0", "br0", "vlan5")
    folder = root.path / "sys/class/net"
    root.link("br0", ETHER_FILES, ifindex="3", iflink="3", uevent="DEVTYPE=bridge\nINTERFACE=br0")
    vlan = root.link("vlan5", ETHER_FILES, ifindex="4", iflink="2", uevent="DEVTYPE=vlan")
    (vlan / "lower_eth0").symlink_to("../eth0")
    (folder / "eth0/master").symlink_to("../br0")
    (folder / "eth0/device").mkdir()
    root.link("eth0", {"speed": "1000", "duplex": "full"})
    root.link("br0", {"speed": "10000"})
    root.write("sys/class/net/eth0/statistics/rx_dropped", "77\n")
    root.write("sys/class/net/eth0/netdev_group", "5\n")
    root.write("etc/iproute2/group", "5 blue\n")
    ioctls = FakeIoctls()
    ioctls.links |= {"br0": IoctlLink(ifindex=3), "vlan5": IoctlLink(ifindex=4)}
    found = by_name(root.interfaces(ioctls))
    assert (found["vlan5"].link, found["vlan5"].link_index, found["vlan5"].kind) == ("eth0", 2, "vlan")
    eth0 = found["eth0"]
    assert (eth0.master, eth0.speed_mbps, eth0.duplex, eth0.kind, eth0.group) == ("br0", 1000, "full", "ether", "blue")
    assert eth0.linkinfo == {"info_slave_kind": "bridge"}
    assert eth0.stats is not None
    assert eth0.stats.rx.dropped == 77
    assert found["br0"].speed_mbps is None


def test_labels_lead_to_their_interface(root: FakeRoot) -> None:
    """By their part before the first colon; the kernel lets a label name nothing at all."""
    root.dev("lo", "eth0", "eth0.5")
    root.link("eth0.5", ETHER_FILES, ifindex="5", iflink="5")
    ioctls = FakeIoctls(
        addresses=[
            ("eth0:web", IPv4Address("192.0.2.1")),
            ("eth0:a:b", IPv4Address("192.0.2.2")),
            ("eth0.5", IPv4Address("192.0.2.3")),
            ("nobody", IPv4Address("192.0.2.4")),
        ],
        details={
            ("eth0:web", IPv4Address("192.0.2.1")): details(24, broadcast="192.0.2.255"),
            ("eth0:a:b", IPv4Address("192.0.2.2")): details(32, peer="192.0.2.9"),
        },
    )
    ioctls.links["eth0.5"] = IoctlLink(ifindex=5)
    found = root.interfaces(ioctls)
    assert kinds(found) == ["no-netlink", "label-without-interface"]
    first, second = by_name(found)["eth0"].addr_info
    assert (first.label, first.prefixlen, first.broadcast) == ("eth0:web", 24, IPv4Address("192.0.2.255"))
    assert (second.label, second.prefixlen, second.peer) == ("eth0:a:b", 32, IPv4Address("192.0.2.9"))
    [third] = by_name(found)["eth0.5"].addr_info
    assert (third.local, third.prefixlen) == (IPv4Address("192.0.2.3"), None)


def test_of_one_address_with_two_masks_only_the_first_mask_is_known(root: FakeRoot) -> None:
    twice = ("eth0", IPv4Address("192.0.2.1"))
    ioctls = FakeIoctls(addresses=[twice, twice], details={twice: details(24)})
    addresses = by_name(root.interfaces(ioctls))["eth0"].addr_info
    assert [address.prefixlen for address in addresses] == [24, None]


def test_the_files_of_the_threads_own_namespace_come_first(root: FakeRoot) -> None:
    root.write("proc/thread-self/net/if_inet6", f"{'0' * 31}2 02 80 10 80     eth0\n")
    found = by_name(root.interfaces())
    assert [len(found[name].addr_info) for name in ("lo", "eth0")] == [0, 1]


def test_unreadable_lines_are_counted_in_a_warning(root: FakeRoot) -> None:
    root.write("proc/net/if_inet6", "rubbish\nmore\n")
    warnings = root.interfaces().warnings
    assert [warning.kind for warning in warnings] == ["no-netlink", "unreadable-lines"]
    assert warnings[1].message.startswith("2 lines of /proc/net/if_inet6")


# --- routes ---------------------------------------------------------------------------------------

IPV4_ROUTES = (
    "Iface\tDestination\tGateway\n"
    "eth0\t00000000\t010200C0\t0003\t0\t0\t0\t00000000\t0\t0\t0\n"
    "*\t0000000A\t00000000\t0001\t0\t0\t0\t000000FF\t0\t0\t0\n"
)
NOWHERE = "0" * 32
IPV6_ROUTES = (
    f"{NOWHERE} 00 {NOWHERE} 00 {NOWHERE} 00000400 00000001 00000000 00000001     eth0\n"
    f"{NOWHERE[:-1]}1 80 {NOWHERE} 00 {NOWHERE} 00000000 00000001 00000000 80200001       lo\n"
)


@pytest.fixture
def routed(root: FakeRoot) -> FakeRoot:
    if sys.byteorder != "little":
        pytest.skip("needed for this: a machine whose byte order is that of the composed file")
    root.write("proc/net/route", IPV4_ROUTES)
    root.write("proc/net/ipv6_route", IPV6_ROUTES)
    return root


def test_routes_of_both_families_with_what_is_missing(routed: FakeRoot) -> None:
    found = routed.platform().routes(("inet", "inet6"), None)
    assert [(route.family, route.type, str(route.dst), route.table) for route in found.routes] == [
        ("inet", "unicast", "0.0.0.0/0", "main"),
        ("inet", "blackhole", "10.0.0.0/8", "main"),
        ("inet6", "unicast", "::/0", None),
        ("inet6", "local", "::1/128", "local"),
    ]
    assert found.rules is None
    assert [warning.kind for warning in found.warnings] == [
        "no-rules",
        "ipv4-routes-incomplete",
        "route-type-uncertain",
        "ipv6-routes-incomplete",
    ]


def test_only_the_routes_that_touch_what_is_asked_about(routed: FakeRoot) -> None:
    found = routed.platform().routes(("inet", "inet6"), None, [Prefix(6, 0x20010DB8 << 96, 32)])
    assert [str(route.dst) for route in found.routes] == ["::/0"]


def test_default_ways_are_those_of_the_files(routed: FakeRoot) -> None:
    ways = [(way.family, way.dev, way.gateway) for way in routed.platform().default_ways()]
    assert ways == [("inet", "eth0", IPv4Address("192.0.2.1")), ("inet6", "eth0", None)]


def test_counters_are_those_of_the_interfaces(root: FakeRoot) -> None:
    assert root.platform().counters() == root.interfaces().interfaces


@only_linux
def test_a_question_without_a_user_is_that_of_this_process() -> None:
    platform = LinuxFilesPlatform()
    asked = Question(destination=ip_address("127.0.0.1"))
    assert platform.filled(asked) == replace(asked, uid=os.getuid())
    assert platform.filled(replace(asked, uid=7, protocol=6)) == replace(asked, uid=7, protocol=6)


def test_the_trie_settles_the_types(routed: FakeRoot) -> None:
    routed.write("proc/net/fib_trie", "Main:\n  |-- 10.0.0.0\n     /8 universe THROW\n")
    found = routed.platform().routes(("inet",), "main")
    assert [route.type for route in found.routes] == ["unicast", "throw"]
    assert "route-type-uncertain" not in [warning.kind for warning in found.warnings]


@pytest.mark.parametrize(
    ("table", "expected"),
    [
        ("main", ["0.0.0.0/0", "10.0.0.0/8", "::/0"]),
        ("254", ["0.0.0.0/0", "10.0.0.0/8", "::/0"]),
        ("local", ["::1/128"]),
        ("255", ["::1/128"]),
    ],
)
def test_tables(routed: FakeRoot, table: str, expected: list[str]) -> None:
    found = routed.platform().routes(("inet", "inet6"), table)
    assert [str(route.dst) for route in found.routes] == expected
    assert ("ipv4-local-hidden" in [warning.kind for warning in found.warnings]) == (table in ("local", "255"))


@pytest.mark.parametrize("table", ["100", "default", "vpn"])
def test_another_table_needs_netlink(routed: FakeRoot, table: str) -> None:
    with pytest.raises(LocalFault, match="main and local"):
        routed.platform().routes(("inet",), table)


def test_one_hidden_file_does_not_hide_the_other(routed: FakeRoot) -> None:
    os.unlink(routed.path / "proc/net/route")
    found = routed.platform().routes(("inet", "inet6"), None)
    assert [str(route.dst) for route in found.routes] == ["::/0", "::1/128"]
    assert "routes-hidden" in [warning.kind for warning in found.warnings]


def test_a_kernel_without_ipv6_hides_nothing(routed: FakeRoot) -> None:
    os.unlink(routed.path / "proc/net/ipv6_route")
    asked: list[tuple[Family, ...]] = [("inet", "inet6"), ("inet6",)]
    for families in asked:
        found = routed.platform().routes(families, None)
        assert "routes-hidden" not in [warning.kind for warning in found.warnings]
    os.unlink(routed.path / "proc/net/if_inet6")
    assert kinds(routed.interfaces()) == ["no-netlink"]


def test_without_proc_routes_cannot_be_known(tmp_path: Path) -> None:
    with pytest.raises(LocalFault, match="routes cannot be read"):
        FakeRoot(tmp_path).platform().routes(("inet", "inet6"), None)


def test_addresses_of_a_vrfs_port_are_in_its_table(routed: FakeRoot) -> None:
    (routed.path / "sys/class/net/lo/master").symlink_to("../blue")
    found = routed.platform(FakeIoctls(drivers={"blue": "vrf"})).routes(("inet6",), None)
    assert [route.table for route in found.routes] == [None, None]
    found = routed.platform(FakeIoctls(drivers={"blue": "bridge"})).routes(("inet6",), None)
    assert [route.table for route in found.routes] == [None, "local"]


# --- the ioctls of this machine -------------------------------------------------------------------


@only_linux
def test_loopback_by_ioctl() -> None:
    ioctls = Ioctls()
    try:
        found = ioctls.link("lo")
        assert found.ifindex == socket.if_nametoindex("lo")
        assert (found.type, found.address) == (772, bytes(14))
        assert found.flags is not None
        assert found.flags & 0x8  # IFF_LOOPBACK
        addresses = ioctls.ipv4_addresses()
        assert addresses is not None
        if ("lo", IPv4Address("127.0.0.1")) in addresses:
            assert ioctls.ipv4_details("lo", IPv4Address("127.0.0.1")) == details(8)
        assert ioctls.ipv4_details("lo", IPv4Address("127.77.77.77")) is None
    finally:
        ioctls.close()


@only_linux
@pytest.mark.parametrize("name", ["", "nosuchinterface", "x" * 16, "x" * 400, "a\0b", "\udcff", "lo\0"])
def test_a_name_that_no_interface_has_is_refused(name: str) -> None:
    ioctls = Ioctls()
    try:
        assert ioctls.link(name) == IoctlLink()
        assert ioctls.ipv4_details(name, IPv4Address("127.0.0.1")) is None
    finally:
        ioctls.close()


# --- the kernel's own answer ----------------------------------------------------------------------


@only_linux
def test_loopback_is_reached_from_itself() -> None:
    assert ask_by_connecting(Question(destination=ip_address("127.0.0.1"))).source == ip_address("127.0.0.1")
    asked = Question(
        destination=ip_address("127.0.0.1"),
        source=ip_address("127.0.0.9"),
        tos=0x10,
        uid=os.geteuid(),
        protocol=17,
        destination_port=9,
    )
    assert ask_by_connecting(asked).source == ip_address("127.0.0.9")


@only_linux
def test_what_does_not_exist_here_is_an_answer() -> None:
    destination = ip_address("127.0.0.1")
    assert ask_by_connecting(Question(destination=destination, source=ip_address("192.0.2.77"))).error == (
        "EADDRNOTAVAIL"
    )
    for outgoing in ("nosuch0", "lo" + "x" * 14, "\ud800"):
        assert ask_by_connecting(Question(destination=destination, outgoing=outgoing)).error == "ENODEV"


@only_linux
@pytest.mark.parametrize(
    "question",
    [
        Question(destination=ip_address("127.0.0.1"), incoming="lo"),
        Question(destination=ip_address("127.0.0.1"), uid=os.geteuid() + 1),
        Question(destination=ip_address("127.0.0.1"), protocol=6),
        Question(destination=ip_address("fe80::1%nosuch0")),
    ],
)
def test_what_a_socket_cannot_ask_is_not_answered(question: Question) -> None:
    with pytest.raises(LocalFault):
        ask_by_connecting(question)


@only_linux
def test_a_source_port_that_is_taken_is_not_the_routes_fault() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
        asked = Question(destination=ip_address("127.0.0.1"), source=ip_address("127.0.0.1"), source_port=port)
        with pytest.raises(LocalFault, match="asked about"):
            ask_by_connecting(asked)


@only_linux
def test_a_mark_of_32_bits_needs_a_privilege_and_nothing_else() -> None:
    asked = Question(destination=ip_address("127.0.0.1"), mark=0xFFFFFFFF)
    answer = attempt(lambda: ask_by_connecting(asked))
    if isinstance(answer, LocalFault):
        assert "CAP_NET_ADMIN" in (answer.hint or "")
    else:
        assert answer == SystemAnswer(source=ip_address("127.0.0.1"))


@only_linux
def test_a_traffic_class_is_no_hindrance() -> None:
    answer = ask_by_connecting(Question(destination=ip_address("::1"), tos=0xB8))
    if answer.error is not None:
        pytest.skip(f"needed for this: IPv6 on loopback ({answer.error})")
    assert answer.source == ip_address("::1")


def test_two_ip_versions_are_a_wrong_question() -> None:
    with pytest.raises(OptionError):
        ask_by_connecting(Question(destination=ip_address("127.0.0.1"), source=ip_address("::1")))


@only_linux
def test_a_socket_that_may_not_be_made_is_this_machines_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> socket.socket:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(socket, "socket", refuse)
    with pytest.raises(LocalFault, match="refused here"):
        LinuxFilesPlatform().ask(Question(destination=ip_address("127.0.0.1")))
