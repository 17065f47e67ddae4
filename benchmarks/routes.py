"""A long route table as JSON against ``ip -j route``, each without its start-up, in a namespace of its own.

python -m benchmarks.routes [ROUTES [RUNS]]

The start-up is the same command on a table that is not there. Needs root, or user namespaces.
"""

import os
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence

from benchmarks.paired import nettools

_INSIDE = "NETTOOLS_BENCHMARK_NAMESPACE"
_EMPTY_TABLE = "4242"


def main() -> None:
    if shutil.which("ip") is None:
        raise SystemExit("ip is not installed (Debian: iproute2)")
    if _INSIDE not in os.environ:
        words = [sys.executable, "-m", "benchmarks.routes", *sys.argv[1:]]
        command = ["unshare", "--net", *([] if os.getuid() == 0 else ["--user", "--map-root-user"]), *words]
        raise SystemExit(subprocess.run(command, env={**os.environ, _INSIDE: "1"}, check=False).returncode)
    routes = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    runs = int(sys.argv[2]) if len(sys.argv) > 2 else 15
    make_routes(routes)
    ours, peer = nettools("route", "--json"), ["ip", "-j", "route"]
    empty = [*nettools("route", "--json", "--table", _EMPTY_TABLE)], [*peer, "show", "table", _EMPTY_TABLE]
    rounds = [tuple(_seconds(one) for one in (ours, empty[0], peer, empty[1])) for _ in range(runs + 1)][1:]
    whole, start, peer_whole, peer_start = (statistics.median(column) for column in zip(*rounds, strict=True))
    ratio = statistics.median((one - two) / (three - four) for one, two, three, four in rounds)
    what = f"nettools route --json : ip -j route, {routes:,} routes, less start-up"
    times = f"{(whole - start) * 1000:9.1f} ms {(peer_whole - peer_start) * 1000:9.1f} ms"
    sys.stdout.write(f"{what:<58} {times}  ratio {ratio:6.2f}  goal <= 3\n")


def make_routes(count: int) -> None:
    """That many IPv4 routes by 200 gateways with seven metrics, over a veth pair."""
    lines = ["link set lo up", "link add v0 type veth peer name v1", "link set v0 up", "link set v1 up"]
    lines += ["addr add 10.255.0.1/16 dev v0"]
    lines += [
        f"route add {10 + (number >> 16)}.{number >> 8 & 255}.{number & 255}.0/24"
        f" via 10.255.0.{2 + number % 200} dev v0 metric {number % 7}"
        for number in range(count)
    ]
    subprocess.run(["ip", "-batch", "-"], input="\n".join(lines), text=True, check=True)


def _seconds(command: Sequence[str]) -> float:
    started = time.perf_counter()
    subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
    return time.perf_counter() - started


if __name__ == "__main__":
    main()
