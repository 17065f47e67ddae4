"""Dialing in network namespaces of their own: black holes, ICMP errors, routes that refuse.

Names are those of a hosts file that is bound over /etc/hosts there; no question leaves the namespace.
"""

import json
import os
import subprocess
import sys
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from tests import peers
from tests.integration.conftest import KEPT_VARIABLES, PROJECT

pytestmark = pytest.mark.integration

# What goes out of "hole" comes to a device without an address, which answers nothing: all but ours is a black hole.
NETWORK = """
ip link set lo up
ip link add hole type veth peer name bottom
ip link set hole up arp off
ip link set bottom up arp off
ip addr add 192.0.2.1/24 dev hole
ip -6 addr add 2001:db8::1/64 dev hole nodad
"""
LISTENER = (
    "import socket, sys; held = socket.create_server(('192.0.2.1', 80)); print('ready', flush=True); sys.stdin.read()"
)
PORT = "80"


def dial(setup: str, *words: str, hosts: str = "", tmp_path: Path) -> dict[str, Any]:
    """What dial_child.py finds in a new namespace after the setup."""
    peers.require("unshare", "ip", "mount", "iptables", "ip6tables", reason="for a network namespace")
    tmp_path.mkdir(exist_ok=True)
    hosts_file, nsswitch = tmp_path / "hosts", tmp_path / "nsswitch.conf"
    hosts_file.write_text(hosts)
    nsswitch.write_text("hosts: files\n")
    script = f"""
{NETWORK}
mount --bind {hosts_file} /etc/hosts
mount --bind {nsswitch} /etc/nsswitch.conf
{setup}
mkfifo {tmp_path}/alive
{sys.executable} -c "{LISTENER}" < {tmp_path}/alive > {tmp_path}/listening &
exec 7> {tmp_path}/alive
until [ -s {tmp_path}/listening ]; do sleep 0.02; done
{sys.executable} -m tests.integration.dial_child "$@"
"""
    ended = subprocess.run(
        ["unshare", "-Urnm", "sh", "-euc", script, "sh", *words],
        env={name: os.environ[name] for name in KEPT_VARIABLES if name in os.environ},
        cwd=PROJECT,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    if "unshare failed" in ended.stderr:
        peers.unavailable(f"needed for a network namespace: {ended.stderr.strip()}")
    assert ended.returncode == 0, ended.stderr
    found: dict[str, Any] = json.loads(ended.stdout)
    return found


def test_behind_a_black_hole_the_second_address_is_tried_after_250_ms(tmp_path: Path) -> None:
    hosts = "2001:db8::99 two.test\n192.0.2.1 two.test\n"
    found = dial("", "two.test", PORT, "10", hosts=hosts, tmp_path=tmp_path)
    assert found["connected"] == "192.0.2.1"
    assert list(found["starts_s"]) == ["2001:db8::99", "192.0.2.1"]
    first_s, second_s = found["starts_s"].values()
    assert 0.245 <= second_s - first_s <= 0.45
    assert [(one["address"], one["outcome"]) for one in found["tries"]] == [
        ("192.0.2.1", "open"),
        ("2001:db8::99", "abandoned"),
    ]
    assert found["elapsed_s"] < 1


def test_black_holes_alone_are_a_timeout_at_the_deadline(tmp_path: Path) -> None:
    hosts = "2001:db8::99 two.test\n192.0.2.99 two.test\n"
    found = dial("", "two.test", PORT, "0.6", hosts=hosts, tmp_path=tmp_path)
    assert (found["outcome"], found["is_local"], found["is_network"]) == ("timeout", False, True)
    assert sorted(one["outcome"] for one in found["tries"]) == ["timeout", "timeout"]
    assert 0.6 <= found["elapsed_s"] < 0.8


def test_versions_take_turns_when_a_name_has_many_addresses(tmp_path: Path) -> None:
    hosts = "".join(f"{one} many.test\n" for one in ("2001:db8::91", "2001:db8::92", "192.0.2.91", "192.0.2.92"))
    found = dial("", "many.test", PORT, "1.2", hosts=hosts, tmp_path=tmp_path)
    tried = list(found["starts_s"])
    assert sorted(tried) == ["192.0.2.91", "192.0.2.92", "2001:db8::91", "2001:db8::92"]
    assert [":" in one for one in tried] == [True, False, True, False]
    starts_s = list(found["starts_s"].values())
    assert all(later_s - earlier_s >= 0.245 for earlier_s, later_s in pairwise(starts_s))


@pytest.mark.parametrize(
    ("route", "outcome"),
    [
        ("unreachable", "unreachable-route"),
        ("prohibit", "prohibited"),
        ("blackhole", "blackhole-route"),
        ("", "no-route"),
    ],
)
def test_what_a_route_of_this_machine_refuses_is_no_state_of_the_target(
    route: str, outcome: str, tmp_path: Path
) -> None:
    setup = f"ip route add {route} 198.51.100.0/24" if route else ""
    found = dial(setup, "198.51.100.7", PORT, "5", tmp_path=tmp_path)
    assert (found["outcome"], found["is_local"]) == (outcome, True)
    assert found["elapsed_s"] < 1


def test_a_firewall_of_this_machine_that_drops_a_syn_looks_like_silence(tmp_path: Path) -> None:
    """tcp_connect() of net/ipv4/tcp_output.c passes on ECONNREFUSED alone; a datagram gets EPERM."""
    found = dial("iptables -A OUTPUT -d 192.0.2.50 -j DROP", "192.0.2.50", PORT, "0.3", tmp_path=tmp_path)
    assert found["outcome"] == "timeout"


@pytest.mark.parametrize(
    ("reject", "outcome"),
    [
        ("icmp-port-unreachable", "refused"),
        ("tcp-reset", "refused"),
        ("icmp-host-unreachable", "unreachable"),
        ("icmp-net-unreachable", "unreachable"),
        ("icmp-proto-unreachable", "unreachable"),
        ("icmp-admin-prohibited", "unreachable"),
    ],
)
def test_what_comes_back_by_icmp_is_told_apart_from_our_own_refusals(reject: str, outcome: str, tmp_path: Path) -> None:
    rule = f"iptables -A INPUT -p tcp -d 192.0.2.1 --dport 81 -j REJECT --reject-with {reject}"
    found = dial(rule, "192.0.2.1", "81", "5", tmp_path=tmp_path)
    assert (found["outcome"], found["is_local"], found["is_network"]) == (outcome, False, True)
    assert found["elapsed_s"] < 2


@pytest.mark.parametrize(
    ("reject", "outcome"),
    [
        ("icmp6-port-unreachable", "refused"),
        ("icmp6-no-route", "unreachable"),
        ("icmp6-addr-unreachable", "unreachable"),
        ("icmp6-adm-prohibited", "prohibited"),
    ],
)
def test_what_comes_back_by_icmpv6_is_told_apart_too(reject: str, outcome: str, tmp_path: Path) -> None:
    rule = f"ip6tables -A INPUT -p tcp -d 2001:db8::1 --dport 81 -j REJECT --reject-with {reject}"
    found = dial(rule, "2001:db8::1", "81", "5", tmp_path=tmp_path)
    assert (found["outcome"], found["is_local"], found["is_network"]) == (outcome, False, True)


@pytest.mark.parametrize(
    ("route", "said"),
    [("prohibit", "administratively prohibited"), ("unreachable", "host unreachable")],
)
def test_a_router_that_refuses_is_named_with_what_it_says(route: str, said: str, tmp_path: Path) -> None:
    setup = f"""
mount -t tmpfs none /run
mkdir /run/netns
ip netns add router
ip link add near type veth peer name far netns router
ip addr add 198.51.100.2/24 dev near
ip link set near up
ip -n router addr add 198.51.100.1/24 dev far
ip -n router link set far up
ip netns exec router sh -c 'echo 1 > /proc/sys/net/ipv4/ip_forward'
ip -n router route add {route} 203.0.113.0/24
ip route add 203.0.113.0/24 via 198.51.100.1
"""
    found = dial(setup, "203.0.113.7", PORT, "5", tmp_path=tmp_path)
    assert (found["outcome"], found["message"]) == ("unreachable", f"198.51.100.1 says: {said}")


def test_a_neighbour_that_does_not_answer_is_nobody_who_says_so(tmp_path: Path) -> None:
    setup = """
ip link add near type veth peer name far
ip addr add 198.51.100.2/24 dev near
ip link set near up
ip link set far up
"""
    found = dial(setup, "198.51.100.9", PORT, "6", tmp_path=tmp_path)
    assert (found["outcome"], " says: " in found["message"]) == ("unreachable", False)


def test_a_dropped_packet_is_a_timeout(tmp_path: Path) -> None:
    rule = "iptables -A INPUT -p tcp -d 192.0.2.1 --dport 81 -j DROP"
    found = dial(rule, "192.0.2.1", "81", "0.3", tmp_path=tmp_path)
    assert (found["outcome"], found["is_local"]) == ("timeout", False)
    assert 0.3 <= found["elapsed_s"] < 0.6


def test_a_link_that_is_down_is_ours(tmp_path: Path) -> None:
    found = dial("ip link set hole down; ip route flush table main", "192.0.2.7", PORT, "2", tmp_path=tmp_path)
    assert (found["outcome"], found["is_local"]) == ("no-route", True)


def test_kept_to_an_interface_nothing_goes_another_way(tmp_path: Path) -> None:
    """The interface at the bottom of the hole has no address, and no way to 192.0.2.1, which is ours."""
    assert dial("", "192.0.2.1", PORT, "5", tmp_path=tmp_path / "any")["connected"] == "192.0.2.1"
    found = dial("", "192.0.2.1", PORT, "0.3", "bottom", tmp_path=tmp_path / "bottom")
    assert found["connected"] is None
    assert found["outcome"] in ("timeout", "no-route")


def test_without_ipv6_the_name_is_reached_by_ipv4_at_once(tmp_path: Path) -> None:
    hosts = "2001:db8:9::9 two.test\n192.0.2.1 two.test\n"
    setup = "sysctl -qw net.ipv6.conf.all.disable_ipv6=1"
    found = dial(setup, "two.test", PORT, "5", hosts=hosts, tmp_path=tmp_path)
    assert found["connected"] == "192.0.2.1"
    assert found["elapsed_s"] < 0.25
