"""Raw scans in network namespaces of their own: loopback, a link with a router behind it, faults of this machine."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from typing import Any

import pytest

from tests import peers
from tests.integration.conftest import KEPT_VARIABLES, PROJECT

pytestmark = pytest.mark.integration

HERE4, NEXT4, ABSENT4, BEYOND4 = "192.0.2.1", "192.0.2.2", "192.0.2.99", "198.51.100.7"
HERE6, NEXT6, ABSENT6, BEYOND6 = "2001:db8::1", "2001:db8::2", "2001:db8::99", "2001:db8:1::7"

LISTEN = """
import socket, sys, time
held = []
for word in sys.argv[1:]:
    one = socket.create_server(("::", int(word)), family=socket.AF_INET6, dualstack_ipv6=True)
    held.append(one)
print("ready", flush=True)
time.sleep(60)
"""

# This machine and a router next to it, which has the addresses behind it too.
NETWORK = f"""
unshare --net sleep 60 &
router=$!
until [ "$(readlink /proc/$router/ns/net)" != "$(readlink /proc/self/ns/net)" ]; do sleep 0.01; done
there() {{ nsenter --net=/proc/$router/ns/net "$@"; }}
listen() {{
  "$@" {sys.executable} -c '{LISTEN}' 22 80 >"$ready" &
  read -r word <"$ready"
  test "$word" = ready
}}
mount -t tmpfs tmpfs /mnt
ready=/mnt/ready
mkfifo $ready
ip link set lo up
there ip link set lo up
sysctl -qw net.ipv6.conf.default.accept_dad=0 net.ipv6.conf.all.accept_dad=0
there sysctl -qw net.ipv6.conf.default.accept_dad=0 net.ipv6.conf.all.accept_dad=0
ip link add near type veth peer name far netns $router
ip addr add {HERE4}/24 dev near
ip -6 addr add {HERE6}/64 dev near nodad
ip link set near up
there ip addr add {NEXT4}/24 dev far
there ip -6 addr add {NEXT6}/64 dev far nodad
there ip addr add {BEYOND4}/32 dev lo
there ip -6 addr add {BEYOND6}/128 dev lo nodad
there ip link set far up
until ip -o link show near | grep -q "state UP"; do sleep 0.01; done
until there ip -o link show far | grep -q "state UP"; do sleep 0.01; done
ip route add 198.51.100.0/24 via {NEXT4}
ip -6 route add 2001:db8:1::/64 via {NEXT6}
ip route add unreachable 203.0.113.0/26
ip route add prohibit 203.0.113.64/26
ip route add blackhole 203.0.113.128/26
"""
ONLY_LOOPBACK = "ip link set lo up"


def started(setup: str, arguments: Sequence[str], *, prefix: str = "") -> subprocess.Popen[str]:
    """A raw scan in a new network, after the setup."""
    peers.require("unshare", "nsenter", "ip", "iptables", "sysctl", "setpriv", reason="for a network namespace")
    script = f'{setup}\n{prefix} {sys.executable} -m tests.integration.raw_scan_child "$@"'
    return subprocess.Popen(
        ["unshare", "-Urnmp", "--fork", "--mount-proc", "--kill-child", "sh", "-euc", script, "sh", *arguments],
        env={name: os.environ[name] for name in KEPT_VARIABLES if name in os.environ},
        cwd=PROJECT,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def scanned(setup: str, *arguments: str, prefix: str = "") -> dict[str, Any]:
    """What the scan found."""
    process = started(setup, arguments, prefix=prefix)
    try:
        out, err = process.communicate(timeout=60)
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
    assert out, err
    found: dict[str, Any] = json.loads(out)
    return found


def ports_in(found: dict[str, Any], address: str, state: str) -> set[int]:
    return {int(port) for port, row in found["hosts"][address].items() if row[0] == state}


# --- loopback -------------------------------------------------------------------------------------


@pytest.mark.parametrize("address", ["127.0.0.1", "::1"])
def test_every_port_of_loopback(address: str) -> None:
    listening = f"{sys.executable} -c '{LISTEN}' 22 8080 >/dev/null & trap \"kill $!\" EXIT; sleep 0.5"
    found = scanned(f"{ONLY_LOOPBACK}\n{listening}", "1-65535", address)
    assert ports_in(found, address, "open") == {22, 8080}
    assert found["counts"] == {"open syn-ack": 2, "closed reset": 65533}
    assert found["sent"] == 65535
    assert found["ends"] == {address: [True, []]}
    assert {row[3] for row in found["hosts"][address].values()} == {64}
    assert found["peak_mb"] < 150


def test_an_ack_scan_of_loopback() -> None:
    found = scanned(ONLY_LOOPBACK, "--ack", "1-3000", "127.0.0.1")
    assert found["counts"] == {"unfiltered reset": 3000}


@pytest.mark.parametrize("port", ["53", "40000"])
def test_a_source_port_of_ones_own(port: str) -> None:
    counted = f"iptables -A INPUT -p tcp --syn --sport {port} -j ACCEPT; iptables -A INPUT -p tcp --syn -j DROP"
    found = scanned(f"{ONLY_LOOPBACK}; {counted}", "--source-port", port, "1-100", "127.0.0.1")
    assert found["counts"] == {"closed reset": 100}


def test_a_source_port_that_is_in_use_is_refused() -> None:
    listening = f"{sys.executable} -c '{LISTEN}' 4000 >/dev/null & trap \"kill $!\" EXIT; sleep 0.5"
    found = scanned(f"{ONLY_LOOPBACK}\n{listening}", "--source-port", "4000", "1-10", "127.0.0.1")
    assert found["error"] == "bad-option"
    assert "4000" in found["message"]


# --- a link and a router --------------------------------------------------------------------------


@pytest.mark.parametrize("address", [NEXT4, NEXT6, BEYOND4, BEYOND6])
def test_a_neighbour_and_what_is_behind_it(address: str) -> None:
    found = scanned(f"{NETWORK}\nlisten there", "1-300", address)
    assert ports_in(found, address, "open") == {22, 80}
    assert found["counts"] == {"open syn-ack": 2, "closed reset": 298}
    assert found["sent"] == 300


@pytest.mark.parametrize("target", [NEXT4, "192.0.2.0/29"])
def test_two_turns_of_a_host_come_one_after_the_other(target: str) -> None:
    found = scanned(f"{NETWORK}\nlisten there", "--split", "21-120", target)
    assert ports_in(found, NEXT4, "open") == {22, 80}
    assert len(found["hosts"][NEXT4]) == 100
    assert {len(rows) for rows in found["hosts"].values()} == {100}


def test_our_own_addresses() -> None:
    found = scanned(f"{NETWORK}\nlisten env", "22-24", HERE4, HERE6)
    assert [ports_in(found, address, "open") for address in (HERE4, HERE6)] == [{22}, {22}]


@pytest.mark.parametrize(
    ("absent", "here", "reason"), [(ABSENT4, HERE4, "host-unreach"), (ABSENT6, HERE6, "addr-unreach")]
)
def test_a_neighbour_that_is_not_there_is_known_soon(absent: str, here: str, reason: str) -> None:
    found = scanned(NETWORK, "1-50", absent)
    assert {tuple(row[:4]) for row in found["hosts"][absent].values()} == {("filtered", reason, here, None)}
    assert found["sent"] == 0
    assert found["took_s"] < 3
    assert found["ends"] == {absent: [True, []]}


def test_a_whole_link_is_asked_at_once() -> None:
    found = scanned(f"{NETWORK}\nlisten there", "22,23", "192.0.2.0/24")
    assert found["done"] == 256
    assert ports_in(found, NEXT4, "open") == {22}
    # The broadcast address is no host, nor is the lowest one before Linux 5.14.
    assert found["counts"]["unsent no-host"] in (2, 4)
    assert found["counts"]["filtered host-unreach"] + found["counts"]["unsent no-host"] == 2 * 254
    assert found["took_s"] < 4


def test_routes_that_lead_nowhere_are_no_state() -> None:
    found = scanned(NETWORK, "1-5", "203.0.113.1", "203.0.113.65", "203.0.113.129", "224.0.0.5", "0.0.0.0")
    assert found["counts"] == {
        "unsent unreachable-route": 5,
        "unsent prohibited": 5,
        "unsent blackhole-route": 5,
        "unsent no-host": 10,
    }
    assert found["hosts"] == {}


def test_a_source_address_of_ones_own() -> None:
    extra = "ip addr add 192.0.2.77/24 dev near; there iptables -A INPUT -p tcp ! -s 192.0.2.77 -j DROP"
    found = scanned(f"{NETWORK}\n{extra}", "--source", "192.0.2.77", "--interface", "near", "1-20", NEXT4)
    assert found["counts"] == {"closed reset": 20}


def test_a_foreign_source_address_is_refused() -> None:
    found = scanned(NETWORK, "--source", "198.51.100.200", "1-20", NEXT4)
    assert "198.51.100.200 is no address of this machine" in found["message"]


def test_a_firewall_of_our_own_is_not_the_targets_state() -> None:
    """Netfilter sees raw IP sockets, which packets to ourselves go through."""
    found = scanned(
        f"{ONLY_LOOPBACK}; iptables -A OUTPUT -p tcp --dport 5 -j DROP", "--retries", "0", "1-9", "127.0.0.1"
    )
    assert found["counts"] == {"closed reset": 8, "unsent firewalled-here": 1}


def test_an_interface_that_goes_down_leaves_ports_without_a_state() -> None:
    dropping = "there iptables -A INPUT -p tcp --dport 100:200 -j DROP; (sleep 0.9; ip link set near down) &"
    found = scanned(f"{NETWORK}\n{dropping}", "--retries", "9", "1-200", NEXT4)
    assert found["counts"] == {"closed reset": 99, "unsent network-down": 101}
    assert found["ends"] == {NEXT4: [False, []]}


# --- privileges and signals -----------------------------------------------------------------------


def test_without_the_capability_it_says_what_is_missing() -> None:
    dropped = "setpriv --bounding-set=-net_raw --inh-caps=-net_raw"
    found = scanned(ONLY_LOOPBACK, "1-5", "127.0.0.1", prefix=dropped)
    assert found["error"] == "missing-privilege"
    assert "CAP_NET_RAW" in found["message"]
    assert "setcap" in found["hint"]
    assert "--connect" in found["hint"]


def test_an_interrupt_keeps_what_is_known() -> None:
    dropping = "there iptables -A INPUT -p tcp --dport 100:200 -j DROP"
    process = started(f"{NETWORK}\n{dropping}", ["--retries", "9", "1-200", NEXT4], prefix="exec")
    try:
        time.sleep(2.0)
        began = time.monotonic()
        os.killpg(process.pid, signal.SIGINT)
        out, err = process.communicate(timeout=20)
        took_s = time.monotonic() - began
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
    found = json.loads(out or "{}")
    assert found.get("signal") == signal.SIGINT, err
    assert found["counts"] == {"closed reset": 99}
    assert found["ends"] == {NEXT4: [False, []]}
    assert took_s < 1.0  # of which most is the end of the interpreter and of the namespace
