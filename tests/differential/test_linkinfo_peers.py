"""The details of links against those that ip prints, key by key.

What this kernel can make is made in a network namespace, and both read it. For every other kind ip is given the
bytes of ``tests.core.netlink.linkinfo_cases`` in place of the kernel's. ``as_ip_prints`` is the whole of what differs.
"""

import json
import os
import struct
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from nettools.core.netlink.linkinfo import linkinfo
from nettools.core.netlink.wire import NLMSG_DONE, attribute, attributes, message, messages, text
from nettools.core.record import Json
from tests.core.netlink.linkinfo_cases import CASES, NAMES, Case, interface_name
from tests.peers import require, unavailable

REASON = "to compare the details of links"
RTM_NEWLINK, IFINFO, IFLA_IFNAME, IFLA_MTU, IFLA_LINKINFO = 16, struct.Struct("=BxHiII"), 3, 4, 18
NAMESPACE = f"ntli{os.getpid()}"
Replay = Callable[[bytes], dict[str, Json]]

# Read by us alone: attributes younger than ip 6.1, and a few that it passes over.
UNPRINTED: dict[str, set[str]] = {
    "bridge": {"mst_enabled", "mdb_offload_fail_notification", "fdb_local_vlan_0", "mcast_querier_state"}
    | {"fdb_n_learned", "fdb_max_learned"},
    "member of bridge": {"learning_sync", "mrp_ring_open", "mrp_in_open", "mcast_eht_hosts_limit"}
    | {"mcast_eht_hosts_cnt", "mab", "mcast_n_groups", "mcast_max_groups", "neigh_vlan_suppress", "backup_nhid"},
    "bond": {"coupled_control", "broadcast_neighbor"},
    "member of bond": {"actor_port_prio"},
    "macvlan": {"bccutoff"},
    "macvtap": {"bccutoff"},
    "vxlan": {"ttl_inherit", "remcsum_nopartial", "localbypass", "label_policy", "reserved_bits", "mc_route"},
    "geneve": {"ttl_inherit", "port_range"},
    "gtp": {"local"},
    "hsr": {"version", "interlink"},
    "xfrm": {"link"},
    "rmnet": {"flags"},
    "can": {"bitrate_max"},
}
UNKNOWN_TO_IP = {"netkit", "batadv"}


class Link(NamedTuple):
    """One link as the kernel tells of it."""

    ifindex: int
    name: str
    details: bytes


def as_ip_prints(details: dict[str, Json]) -> dict[str, Json]:
    """Our reading with the errors of ip 6.1 put in and what it does not print left out."""
    result = dict(details)
    result.pop("info_xstats", None)  # printed only with statistics
    for key, prefix in (("info", ""), ("info_slave", "member of ")):
        kind, data = f"{prefix}{result.get(f'{key}_kind')}", result.get(f"{key}_data")
        if kind in UNKNOWN_TO_IP:
            del result[f"{key}_data"]
        elif isinstance(data, dict):
            kept = {name: value for name, value in data.items() if name not in UNPRINTED.get(kind, ())}
            result[f"{key}_data"] = with_errors(kind, kept)
    return result


def with_errors(kind: str, data: dict[str, Json]) -> dict[str, Json]:
    if kind == "bridge" and "root_id" in data:
        data["root_id"] = data["bridge_id"]  # a slip of ip: it prints the bridge's own id in both places
    if "ad_lacp_active" in data:
        data["ad_lacp_active"] = "on" if data["ad_lacp_active"] else "off"
    for key in ("bittiming", "data_bittiming"):
        timing = data.get(key)
        if isinstance(timing, dict):
            data[key] = timing | {"sample_point": f"{timing['sample_point']:.3f}"}
    return data


# -- The bytes that we composed -------------------------------------------------------------------------


@pytest.fixture(scope="module")
def replay(tmp_path_factory: pytest.TempPathFactory) -> Replay:
    """A way to let ip print links from bytes: name -> linkinfo."""
    require("ip", "gcc", reason=f"{REASON} that this kernel cannot make")
    directory = tmp_path_factory.mktemp("replay")
    library, dump = directory / "replay.so", directory / "links"
    source = Path(__file__).with_name("linkinfo_replay.c")
    built = subprocess.run(
        ["gcc", "-Wall", "-Wextra", "-Werror", "-shared", "-fPIC", "-o", library, source],
        capture_output=True,
        text=True,
        check=False,
    )
    if built.returncode != 0:
        unavailable(f"needed {REASON}: a C compiler with the kernel's headers ({built.stderr.strip()})")

    def print_links(data: bytes) -> dict[str, Json]:
        dump.write_bytes(data)
        environment = {**os.environ, "LD_PRELOAD": str(library), "REPLAY_LINKS": str(dump)}
        return printed(["ip", "-j", "-d", "link", "show"], environment)

    return print_links


def link_message(index: int, name: str, details: bytes | None) -> bytes:
    body = IFINFO.pack(0, 1, index, 0, 0) + attribute(IFLA_IFNAME, name.encode() + b"\0")
    body += attribute(IFLA_MTU, struct.pack("=I", 1500))
    return message(RTM_NEWLINK, 2, 0, body if details is None else body + attribute(IFLA_LINKINFO, details))


def printed(command: list[str], environment: dict[str, str] | None = None) -> dict[str, Json]:
    """What ip prints of each link, by name; ``None`` of one without details."""
    shown = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert shown.returncode == 0, shown.stderr
    return {link["ifname"]: link.get("linkinfo") for link in json.loads(shown.stdout)}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_ip_reads_the_same_from_bytes_composed_by_hand(case: Case, replay: Replay) -> None:
    lower = b"".join(link_message(index, name, None) for index, name in NAMES.items())
    theirs = replay(lower + link_message(20, "link20", case.value))["link20"]
    assert theirs == as_ip_prints(linkinfo(case.value, interface_name))


# -- What this kernel can make --------------------------------------------------------------------------

BRIDGES = [
    "link add br0 type bridge",
    "link add br1 type bridge forward_delay 400 hello_time 300 max_age 1000 ageing_time 12345 stp_state 1 "
    "priority 4096 group_fwd_mask 16392 group_address 01:80:c2:00:00:08 mcast_snooping 0 mcast_router 2",
    "link add br2 type bridge mcast_query_use_ifaddr 1 mcast_querier 1 mcast_hash_max 512 mcast_last_member_count 3 "
    "mcast_startup_query_count 4 mcast_last_member_interval 200 mcast_membership_interval 30000 "
    "mcast_querier_interval 20000 mcast_query_interval 10000 mcast_query_response_interval 900 "
    "mcast_startup_query_interval 3000 mcast_stats_enabled 1 mcast_igmp_version 3 mcast_mld_version 2 "
    "nf_call_iptables 1 nf_call_ip6tables 1 nf_call_arptables 1",
    "link add br3 type bridge no_linklocal_learn 1",
    "link set br3 type bridge vlan_filtering 1 vlan_protocol 802.1ad vlan_default_pvid 7 vlan_stats_enabled 1 "
    "vlan_stats_per_port 1 mcast_vlan_snooping 1",
]
PORTS = [
    "link add port0 type veth peer name peer0",
    "link add port1 type veth peer name peer1",
    "link set port0 master br0",
    "link set port1 master br1",
    "link set port1 type bridge_slave priority 17 cost 321 hairpin on guard on root_block on fastleave on learning off "
    "flood off proxy_arp on mcast_router 2 mcast_flood off bcast_flood off mcast_to_unicast on group_fwd_mask 16384 "
    "neigh_suppress on vlan_tunnel on isolated on locked on",
    "link set peer1 master br1",
    "link set port1 type bridge_slave proxy_arp off proxy_arp_wifi on learning on backup_port peer1",
]
MACVLANS = [
    "link add low0 type ifb",
    "link add low1 type ifb",
    "link add low2 type ifb",
    *(f"link add mv{mode} link low0 type macvlan mode {mode}" for mode in ("private", "vepa", "bridge")),
    "link add mvpassthru link low1 type macvlan mode passthru nopromisc",
    "link add mvsource link low2 type macvlan mode source bcqueuelen 77",
    "link set mvsource type macvlan macaddr set 02:00:5e:10:00:01 02:00:5e:10:00:02",
    "link add mvnone link low2 type macvlan mode source nodst",
    "link add mvtap link low0 type macvtap mode bridge",
]
VXLANS = [
    "link add vx0 type vxlan id 1 dstport 0",
    "link add vx1 type vxlan id 2 local 192.0.2.1 remote 192.0.2.2 dstport 4789 ttl 5 tos 16 df set noudpcsum",
    "link add vx2 type vxlan id 3 group 239.1.1.1 dev low0 dstport 4790 srcport 1000 2000 ttl inherit tos inherit "
    "nolearning proxy rsc l2miss l3miss ageing 33 maxaddress 44 gbp",
    "link add vx3 type vxlan id 4 local 2001:db8::1 remote 2001:db8::2 dstport 4791 flowlabel 0x12345 "
    "udp6zerocsumtx udp6zerocsumrx remcsumtx remcsumrx df inherit",
    "link add vx4 type vxlan id 5 group ff02::1:2 dev low0 dstport 4792 df unset",
    "link add vx5 type vxlan external dstport 4793",
    "link add vx6 type vxlan external gpe dstport 4794",
    "link add vx7 type vxlan external vnifilter dstport 4795",
]
OTHERS = ["link add ifb9 type ifb"]
TUNS = [
    ["mode", "tun"],
    ["mode", "tap"],
    # Ids without a name: ip prints names where there are some, and core reads no files.
    ["mode", "tap", "user", "65533", "group", "65532", "multi_queue", "vnet_hdr"],
    ["mode", "tun", "pi"],
]

# Runs in the namespace: prints each datagram of a dump of links in hexadecimal digits.
DUMP = f"""
import socket, struct
netlink = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, socket.NETLINK_ROUTE)
netlink.send(struct.pack("=IHHIIBxHiII", 32, 18, 0x301, 1, 0, 0, 0, 0, 0, 0))
kind = 0
while kind != {NLMSG_DONE}:
    datagram = netlink.recv(1 << 20)
    kind = struct.unpack_from("=IH", datagram)[1]
    print(datagram.hex())
"""


@pytest.fixture
def namespace() -> Iterator[str]:
    """An empty network namespace."""
    require("ip", root=True, reason=f"{REASON} of the kernel")
    run("ip", "netns", "add", NAMESPACE)
    try:
        yield NAMESPACE
    finally:
        run("ip", "netns", "delete", NAMESPACE)


def run(*command: str) -> str:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{command}: {done.stderr}"
    return done.stdout


def make(namespace: str, commands: list[str]) -> None:
    """Each command must work, but for a setting that this kernel was built without."""
    for command in commands:
        done = subprocess.run(["ip", "-n", namespace, *command.split()], capture_output=True, text=True, check=False)
        if "Unknown device type" in done.stderr:
            unavailable(f"needed {REASON}: a kernel that can: ip {command}")
        unsupported = command.startswith("link set") and "Operation not supported" in done.stderr
        assert done.returncode == 0 or unsupported, f"{command}: {done.stderr}"


def dump(namespace: str) -> bytes:
    shown = run("ip", "netns", "exec", namespace, sys.executable, "-c", DUMP)
    return b"".join(bytes.fromhex(line) for line in shown.split())


def links(data: bytes) -> list[Link]:
    found = []
    for one in messages(data):
        if one.type == RTM_NEWLINK:
            told = attributes(one.body, IFINFO.size)
            index = IFINFO.unpack_from(one.body)[2]
            found.append(Link(index, text(told[IFLA_IFNAME]), told.get(IFLA_LINKINFO, b"")))
    return found


def ours(data: bytes) -> dict[str, Json]:
    """The details of each link that has any, in the form of ip."""
    found = links(data)
    names = {link.ifindex: link.name for link in found}
    return {link.name: as_ip_prints(linkinfo(link.details, names.__getitem__)) for link in found if link.details}


def compare(namespace: str, first: str) -> None:
    """Both ask the kernel; one link at least must be there, or nothing was compared."""
    before = ours(dump(namespace))
    theirs = printed(["ip", "-n", namespace, "-j", "-d", "link", "show"])
    after = ours(dump(namespace))
    assert first in before
    assert before.keys() == {name for name, details in theirs.items() if details is not None}
    for name, details in before.items():
        # The one timer that runs in a bridge which is down.
        bounds = [taken_out(links[name], "gc_timer") for links in (after, theirs, before)]
        assert bounds == sorted(bounds)
        assert details == theirs[name]


def taken_out(details: Json, key: str) -> float:
    assert isinstance(details, dict)
    data = details.get("info_data")
    taken = data.pop(key, 0) if isinstance(data, dict) else 0
    assert isinstance(taken, int | float)
    return taken


GROUPS = {
    "br0": BRIDGES,
    "port0": [*BRIDGES, *PORTS],
    "mvtap": MACVLANS,
    "vx7": [*MACVLANS[:1], *VXLANS],
    "ifb9": OTHERS,
}


@pytest.mark.parametrize("first", GROUPS)
def test_links_of_the_kernel_are_read_as_ip_reads_them(namespace: str, first: str) -> None:
    make(namespace, GROUPS[first])
    compare(namespace, first)


def test_tuns_of_the_kernel_are_read_as_ip_reads_them(namespace: str) -> None:
    if not Path("/dev/net/tun").exists():
        unavailable(f"needed {REASON}: /dev/net/tun")
    for number, options in enumerate(TUNS):
        run("ip", "-n", namespace, "tuntap", "add", "dev", f"tun{number}", *options)
    compare(namespace, "tun0")


def test_running_bridges_are_read_as_ip_reads_them(namespace: str, replay: Replay) -> None:
    """Their timers run between two dumps: ip is given ours."""
    make(namespace, [*BRIDGES, *PORTS[:4], "link set peer0 master br2", "link set br0 type bridge stp_state 1"])
    make(namespace, [f"link set {name} up" for name in ("br0", "br1", "br2", "port0", "peer0", "port1", "peer1")])
    data = dump(namespace)
    read = ours(data)
    assert '"gc_timer": 0.0,' not in json.dumps(read["br0"])
    replies = [one for one in messages(data) if one.type == RTM_NEWLINK]
    theirs = replay(b"".join(message(one.type, one.flags, one.sequence, one.body) for one in replies))
    assert read == {name: details for name, details in theirs.items() if details is not None}
