"""UDP probes and echoes in network namespaces of their own: routers that refuse, neighbours that do not answer, and
faults of this machine, which must never look like states of a port.
"""

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from typing import NamedTuple

import pytest

from tests import peers
from tests.integration.conftest import KEPT_VARIABLES, PROJECT

pytestmark = pytest.mark.integration

HERE4, NEXT4, BEYOND4 = "192.0.2.1", "192.0.2.2", "198.51.100.7"
HERE6, NEXT6, BEYOND6 = "2001:db8::1", "2001:db8::2", "2001:db8:1::7"

# This machine and a router next to it, which has no way on.
NETWORK = f"""
unshare --net sleep 60 &
router=$!
trap 'kill $router' EXIT
until [ "$(readlink /proc/$router/ns/net)" != "$(readlink /proc/self/ns/net)" ]; do sleep 0.01; done
there() {{ nsenter --net=/proc/$router/ns/net "$@"; }}
ip link set lo up
sysctl -qw net.ipv6.conf.default.accept_dad=0 net.ipv6.conf.all.accept_dad=0
there sysctl -qw net.ipv6.conf.default.accept_dad=0 net.ipv6.conf.all.accept_dad=0
ip link add near type veth peer name far netns $router
ip addr add {HERE4}/24 dev near
ip -6 addr add {HERE6}/64 dev near nodad
ip link set near up
ip ntable change name arp_cache dev near retrans 200 mcast_probes 3
ip ntable change name ndisc_cache dev near retrans 200 mcast_probes 3
there sysctl -qw net.ipv4.ip_forward=1 net.ipv6.conf.all.forwarding=1
there sysctl -qw net.ipv4.icmp_ratelimit=0 net.ipv6.icmp.ratelimit=0
there ip addr add {NEXT4}/24 dev far
there ip -6 addr add {NEXT6}/64 dev far nodad
there ip link set far up
# IPv6 is silent until the kernel has noticed that the link is there, which it does once a second.
until ip -o link show near | grep -q "state UP"; do sleep 0.01; done
until there ip -o link show far | grep -q "state UP"; do sleep 0.01; done
ip route add 198.51.100.0/24 via {NEXT4}
ip -6 route add 2001:db8:1::/64 via {NEXT6}
"""


class Outcome(NamedTuple):
    """What the plan was told of one endpoint."""

    address: str
    port: int
    state: str | None
    reason: str | None
    reason_ip: str | None
    ttl: int | None
    service: str | None
    fault: str | None


def probed(
    setup: str, kind: str, endpoints: Sequence[tuple[str, int]], *, attempts: int = 1, wait_s: float = 2.0
) -> list[Outcome]:
    """What comes of the endpoints in a new network after the setup."""
    peers.require("unshare", "nsenter", "ip", "iptables", "ip6tables", "sysctl", reason="for a network namespace")
    order = {"kind": kind, "attempts": attempts, "wait_s": wait_s, "endpoints": endpoints}
    script = f'{NETWORK}\n{setup}\n{sys.executable} -m tests.integration.datagram_child "$1"'
    ended = subprocess.run(
        ["unshare", "-Urnm", "sh", "-euc", script, "sh", json.dumps(order)],
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
    return [Outcome(*row) for row in json.loads(ended.stdout)]


def states(outcomes: Sequence[Outcome]) -> list[tuple[str | None, str | None, str | None]]:
    return [(one.state, one.reason, one.reason_ip) for one in outcomes]


# --- who sends the error --------------------------------------------------------------------------


def test_port_unreachable_closes_a_port_only_if_the_target_says_so() -> None:
    setup = """
there iptables -A FORWARD -p udp -j REJECT --reject-with icmp-port-unreachable
there ip6tables -A FORWARD -p udp -j REJECT --reject-with icmp6-port-unreachable
there ip route add blackhole default
there ip -6 route add 2001:db8:1::/64 dev far
there ip route add 198.51.100.0/24 dev far
"""
    outcomes = probed(setup, "udp", [(NEXT4, 9), (NEXT6, 9), (BEYOND4, 9), (BEYOND6, 9)])
    assert states(outcomes) == [
        ("closed", "port-unreach", None),
        ("closed", "port-unreach", None),
        ("filtered", "port-unreach", NEXT4),
        ("filtered", "port-unreach", NEXT6),
    ]
    assert {one.ttl for one in outcomes} == {64}


def test_a_router_without_a_way_on_says_so() -> None:
    outcomes = probed("", "udp", [(BEYOND4, 53), (BEYOND6, 53)])
    assert states(outcomes) == [("filtered", "net-unreach", NEXT4), ("filtered", "no-route", NEXT6)]


def test_the_addresses_of_this_machine_answer_as_any_others() -> None:
    setup = """
iptables -A INPUT -p udp --dport 10 -j REJECT --reject-with icmp-admin-prohibited
iptables -A INPUT -p udp --dport 11 -j REJECT --reject-with icmp-host-unreachable
ip6tables -A INPUT -p udp --dport 10 -j REJECT --reject-with icmp6-adm-prohibited
"""
    outcomes = probed(setup, "udp", [(HERE4, 9), (HERE4, 10), (HERE4, 11), (HERE6, 9), (HERE6, 10)])
    assert states(outcomes) == [
        ("closed", "port-unreach", None),
        ("filtered", "admin-prohibited", HERE4),
        ("filtered", "host-unreach", HERE4),
        ("closed", "port-unreach", None),
        ("filtered", "admin-prohibited", HERE6),
    ]
    assert [one.fault for one in outcomes] == [None] * 5


def test_a_link_local_address_answers_in_its_zone() -> None:
    setup = "there ip -6 addr add fe80::2/64 dev far nodad\nip -6 addr add fe80::1/64 dev near nodad"
    outcomes = probed(setup, "udp", [("fe80::2%near", 9), ("fe80::99%near", 9)], wait_s=4.0)
    assert states(outcomes) == [("closed", "port-unreach", None), ("filtered", "addr-unreach", "fe80::1")]


@pytest.mark.parametrize("kind", ["udp", "ping"])
def test_an_address_without_a_host_is_told_by_this_machine(kind: str) -> None:
    """ARP and ND give up after a while: three seconds, were they not told to hurry in this network."""
    setup = 'sysctl -qw net.ipv4.ping_group_range="0 0"'
    outcomes = probed(setup, kind, [("192.0.2.99", 9), ("2001:db8::99", 9)], wait_s=4.0)
    assert states(outcomes) == [("filtered", "host-unreach", HERE4), ("filtered", "addr-unreach", HERE6)]


# --- faults of this machine -----------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["udp", "ping"])
@pytest.mark.parametrize(
    ("setup", "fault4", "fault6"),
    [
        ("ip route flush 198.51.100.0/24; ip -6 route flush 2001:db8:1::/64", "no-route", "no-route"),
        ("ip link set near down", "no-route", "no-route"),
        (
            "ip route replace unreachable 198.51.100.0/24; ip -6 route replace unreachable 2001:db8:1::/64 metric 1",
            "unreachable-route",
            "unreachable-route",
        ),
        (
            "ip route replace prohibit 198.51.100.0/24; ip -6 route replace prohibit 2001:db8:1::/64 metric 1",
            "prohibited",
            "prohibited",
        ),
        (
            "ip route replace blackhole 198.51.100.0/24; ip -6 route replace blackhole 2001:db8:1::/64 metric 1",
            "blackhole-route",
            "blackhole-route",
        ),
        (
            "iptables -A OUTPUT -d 198.51.100.7 -j DROP; ip6tables -A OUTPUT -d 2001:db8:1::7 -j DROP",
            "firewalled-here",
            "firewalled-here",
        ),
        (
            "iptables -A OUTPUT -d 198.51.100.7 -j REJECT; ip6tables -A OUTPUT -d 2001:db8:1::7 -j REJECT",
            "firewalled-here",
            "firewalled-here",
        ),
    ],
    ids=["no-route", "down", "unreachable", "prohibit", "blackhole", "drop", "reject"],
)
def test_what_this_machine_refuses_to_send_has_no_state(kind: str, setup: str, fault4: str, fault6: str | None) -> None:
    setup += '\nsysctl -qw net.ipv4.ping_group_range="0 0"'
    outcomes = probed(setup, kind, [(BEYOND4, 53), (BEYOND6, 53)], wait_s=0.5)
    if kind == "ping" and "-j DROP" in setup:
        fault6 = None  # the kernel tells nobody that its ICMPv6 was dropped on the way out
    assert states(outcomes) == [(None, None, None)] * 2
    assert [one.fault for one in outcomes] == [fault4, fault6]


def test_a_broadcast_address_has_no_ports() -> None:
    [found] = probed("", "udp", [("192.0.2.255", 53)], wait_s=0.1)
    assert (found.state, found.fault) == (None, "no-host")


def test_a_payload_that_is_larger_than_the_link_is_cut() -> None:
    """The probe of port 443 has 1,200 octets; a closed port answers it nevertheless."""
    setup = """
ip link set near mtu 1280
ip route add 198.51.100.7/32 via 192.0.2.2 mtu 600
there ip link set lo up
there ip addr add 198.51.100.7/32 dev lo
"""
    outcomes = probed(setup, "udp", [(BEYOND4, 443), (NEXT6, 443)])
    assert states(outcomes) == [("closed", "port-unreach", None)] * 2


# --- echoes ---------------------------------------------------------------------------------------


def test_echoes_need_the_permission_of_the_system() -> None:
    endpoints = [("127.0.0.1", 0), ("::1", 0)]
    without = probed("", "ping", endpoints, wait_s=0.1)
    assert [(one.state, one.fault) for one in without] == [(None, "no-ping-socket")] * 2
    allowed = probed('sysctl -qw net.ipv4.ping_group_range="0 0"', "ping", endpoints)
    assert states(allowed) == [("open", "echo-reply", None)] * 2


def test_echoes_are_answered_or_refused() -> None:
    setup = """
sysctl -qw net.ipv4.ping_group_range="0 0"
there iptables -A FORWARD -d 198.51.100.7 -j REJECT --reject-with icmp-host-prohibited
there ip route add 198.51.100.0/24 dev far
"""
    endpoints = [(HERE4, 0), (NEXT4, 0), (NEXT6, 0), (BEYOND4, 0), (BEYOND6, 0), ("224.0.0.1", 0)]
    outcomes = probed(setup, "ping", endpoints)
    assert states(outcomes) == [
        *[("open", "echo-reply", None)] * 3,
        ("filtered", "host-prohibited", NEXT4),
        ("filtered", "no-route", NEXT6),
        (None, None, None),
    ]
    assert [one.fault for one in outcomes] == [None] * 5 + ["no-host"]
    assert [one.ttl for one in outcomes] == [64] * 5 + [None]
