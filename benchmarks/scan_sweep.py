"""A /16 of which all but a hundred addresses are a black hole, ten ports each, as fast as it goes: against masscan.

python -m benchmarks.scan_sweep [RUNS]      in network namespaces of its own: two ends of a veth pair

The router at the other end is a static neighbour, and holds a hundred addresses of the /16 with one open port each.
The rate is that of the packets that left the interface, between the first and the last hundredth of them.
"""

import json
import os
import random
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.paired import nettools

NETWORK, PORTS, SEEDED = "10.10.0.0/16", range(1, 11), 100
PROBES = 65_536 * len(PORTS)
INSIDE = "SCAN_SWEEP_INSIDE"

SETUP = """
mount -t tmpfs tmpfs /run
unshare --net sleep 3600 &
router=$!
echo $router >/run/router
until [ "$(readlink /proc/$router/ns/net)" != "$(readlink /proc/self/ns/net)" ]; do sleep 0.01; done
there() { nsenter --net=/proc/$router/ns/net "$@"; }
ip link set lo up
there ip link set lo up
ip link add near type veth peer name far netns $router
ip addr add 10.9.0.1/24 dev near
ip link set near up
there ip addr add 10.9.0.2/24 dev far
there ip link set far up
mac_of() { jq -r '.[0].address'; }
ip neigh replace 10.9.0.2 lladdr "$(there ip -j link show far | mac_of)" dev near nud permanent
there ip neigh replace 10.9.0.1 lladdr "$(ip -j link show near | mac_of)" dev far nud permanent
ip route add 10.10.0.0/16 via 10.9.0.2
there ip route add blackhole 10.10.0.0/16
there sysctl -qw net.ipv4.ip_forward=1
"""

SERVE = """
import socket, sys, time
held = []
for word in sys.stdin.read().split():
    address, port = word.split(":")
    held.append(socket.create_server((address, int(port)), backlog=64))
print("ready", flush=True)
time.sleep(3600)
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sweep:
    """One run."""

    rate_pps: float
    caught: int
    took_s: float
    peak_mb: float


def main() -> None:
    for program in ("masscan", "unshare", "nsenter", "ip", "jq"):
        if shutil.which(program) is None:
            raise SystemExit(f"{program} is not installed (Debian: masscan, util-linux, iproute2, jq)")
    if INSIDE not in os.environ:
        inside = ["unshare", "-Urnmp", "--fork", "--mount-proc", "--kill-child", sys.executable, "-m"]
        os.execvpe("unshare", [*inside, "benchmarks.scan_sweep", *sys.argv[1:]], {**os.environ, INSIDE: "1"})
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 3
    subprocess.run(["sh", "-euc", SETUP], check=True)
    router_mac = _output("sh", "-c", "ip -j neigh show 10.9.0.2 | jq -r '.[0].lladdr'")
    places = [(f"10.10.{number >> 8}.{number & 255}", port) for number, port in _seeded()]
    _serve(places)
    ours = nettools("scan", "--syn", "--rate", "max", NETWORK, "-p", "1-10", "--json", "-o", "/run/ours.json")
    theirs = [
        "masscan",
        "--rate",
        "10000000",
        "--wait",
        "3",
        "-e",
        "near",
        "--router-mac",
        router_mac.replace(":", "-"),
    ]
    theirs += ["-p1-10", NETWORK, "-oJ", "/run/theirs.json"]
    found: list[tuple[Sweep, Sweep]] = []
    for _ in range(runs):
        found.append((_measure(ours, _ours_open, places), _measure(theirs, _theirs_open, places)))
    ratio = statistics.median(one.rate_pps / other.rate_pps for one, other in found)
    for name, sweeps in (
        ("nettools --syn --rate max", [one for one, _ in found]),
        ("masscan", [two for _, two in found]),
    ):
        sys.stdout.write(
            f"{name:<26} {statistics.median(one.rate_pps for one in sweeps):10,.0f} packets/s"
            f"  caught {min(one.caught for one in sweeps)}-{max(one.caught for one in sweeps)} of {SEEDED}"
            f"  {statistics.median(one.took_s for one in sweeps):6.2f} s"
            f"  {max(one.peak_mb for one in sweeps):6.1f} MB\n"
        )
    sys.stdout.write(f"packet rate, nettools : masscan   ratio {ratio:5.2f}  goal >= 1.0; all caught; <= 150 MB\n")


def _seeded() -> list[tuple[int, int]]:
    chosen = random.Random(7)
    return [(number, chosen.choice(PORTS)) for number in chosen.sample(range(256, 65_280), SEEDED)]


def _serve(places: Sequence[tuple[str, int]]) -> None:
    there = ["nsenter", f"--net=/proc/{Path('/run/router').read_text().strip()}/ns/net"]
    batch = "".join(f"address add {address}/32 dev lo\n" for address, _ in places)
    subprocess.run([*there, "ip", "-batch", "-"], input=batch, text=True, check=True)
    server = subprocess.Popen(
        [*there, sys.executable, "-c", SERVE], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert server.stdin is not None
    assert server.stdout is not None
    server.stdin.write(" ".join(f"{address}:{port}" for address, port in places))
    server.stdin.close()
    assert server.stdout.readline() == "ready\n"


def _measure(
    command: Sequence[str], read_open: Callable[[], list[tuple[str, int]]], places: Sequence[tuple[str, int]]
) -> Sweep:
    before = _sent_packets()
    began_s = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    samples = [(began_s, 0)]
    while True:
        pid, _, usage = os.wait4(process.pid, os.WNOHANG)
        if pid:
            break
        samples.append((time.perf_counter(), _sent_packets() - before))
        time.sleep(0.01)
    took_s = time.perf_counter() - began_s
    process.returncode = 0
    last = samples[-1][1]
    busy = [sample for sample in samples if last * 0.01 <= sample[1] <= last * 0.99]
    rate = (busy[-1][1] - busy[0][1]) / (busy[-1][0] - busy[0][0])
    assert last >= PROBES, f"only {last} packets left"
    caught = len(set(places) & set(read_open()))
    return Sweep(rate_pps=rate, caught=caught, took_s=took_s, peak_mb=usage.ru_maxrss / 1024)


def _sent_packets() -> int:
    """The tenth number of the interface's line: proc_net(5)."""
    for line in Path("/proc/net/dev").read_text().splitlines():
        name, _, numbers = line.partition(":")
        if name.strip() == "near":
            return int(numbers.split()[9])
    raise SystemExit("there is no interface near")


def _ours_open() -> list[tuple[str, int]]:
    document = json.loads(Path("/run/ours.json").read_text())
    return [
        (host["address"], port["port"])
        for host in document["hosts"]
        for port in host["ports"]
        if port["state"] == "open"
    ]


def _theirs_open() -> list[tuple[str, int]]:
    lines = Path("/run/theirs.json").read_text().splitlines()
    rows = [json.loads(line.rstrip(",")) for line in lines if line.startswith("{")]
    return [(row["ip"], port["port"]) for row in rows for port in row["ports"] if port["status"] == "open"]


def _output(*command: str) -> str:
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


if __name__ == "__main__":
    main()
