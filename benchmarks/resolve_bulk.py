"""Bulk lookups and a reverse sweep against dnsperf on the same names, with a name server of the benchmark's own.

python -m benchmarks.resolve_bulk [NAMES [RUNS]]

Everything stays on the loopback. nettools is measured as a whole process, its start included, over 200,000 names unless
said otherwise; dnsperf's rate is its own figure. Both ask with EDNS, in turn. Needs nsd and dnsperf.
"""

import os
import re
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from benchmarks.paired import nettools

_ADDRESS = "127.0.0.1"
_SWEEP = 1 << 16
_MANY = 1_000_000
_MOST_MB = 150.0
_PORT = 5397
_SOA = "@ SOA ns1.bench.test. host.bench.test. 1 7200 3600 1209600 60\n@ NS ns1.bench.test.\n"


def main() -> None:
    for program in ("nsd", "dnsperf"):
        if shutil.which(program) is None:
            raise SystemExit(f"{program} is not installed (Debian package {program})")
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 200_000
    runs = int(sys.argv[2]) if len(sys.argv) > 2 else 5
    with tempfile.TemporaryDirectory() as folder, _name_server(Path(folder), count):
        names, asked, sweep = (Path(folder, name) for name in ("names", "asked", "sweep"))
        names.write_text("".join(f"host-{number}.bench.test\n" for number in range(count)))
        asked.write_text("".join(f"host-{number}.bench.test A\n" for number in range(count)))
        sweep.write_text("".join(f"{number & 255}.{number >> 8}.0.10.in-addr.arpa PTR\n" for number in range(_SWEEP)))
        server = f"@{_ADDRESS}:{_PORT}"
        for form, goal in (("jsonl", 0.4), ("plain", 0.6)):
            ours = nettools("resolve", "--file", str(names), "A", server, "--format", form)
            _compare(f"resolve --file, {count:,} A, {form}", ours, count, asked, goal, runs)
        ours = nettools("rdns", "10.0.0.0/16", server, "--no-forward", "--format", "jsonl")
        _compare("rdns /16 --no-forward, jsonl", ours, _SWEEP, sweep, 0.4, runs)
        with names.open("w") as file:
            file.writelines(f"n{number}.many.bench.test\n" for number in range(_MANY))
        for form in ("jsonl", "json"):
            seconds, peak_mb = _measure(nettools("resolve", "--file", str(names), "A", server, "--format", form))
            what = f"resolve --file, {_MANY:,} A, {form}: peak memory"
            sys.stdout.write(f"{what:<58} {peak_mb:9.1f} MB {_MANY / seconds:12,.0f}/s  goal <= {_MOST_MB:.0f} MB\n")


def _compare(what: str, ours: Sequence[str], count: int, asked: Path, goal: float, runs: int) -> None:
    """Print the medians and the median of the ratios of paired runs; a first pair warms up."""
    rounds = [(count / _measure(ours)[0], _dnsperf(asked)) for _ in range(runs + 1)][1:]
    mine, peer = (statistics.median(column) for column in zip(*rounds, strict=True))
    ratio = statistics.median(one / other for one, other in rounds)
    sys.stdout.write(f"{what:<58} {mine:10,.0f}/s {peer:10,.0f}/s  ratio {ratio:5.2f}  goal >= {goal}\n")


def _measure(command: Sequence[str]) -> tuple[float, float]:
    """Wall time in seconds and peak memory in MB of one run, which has to answer everything."""
    started = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    elapsed = time.perf_counter() - started
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        raise SystemExit(f"{' '.join(command)} ended with {process.returncode}")
    return elapsed, usage.ru_maxrss / 1024


def _dnsperf(asked: Path) -> float:
    """Queries a second by dnsperf's own account."""
    command = ["dnsperf", "-s", _ADDRESS, "-p", str(_PORT), "-d", str(asked), "-n", "1", "-q", "200", "-e"]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    match = re.search(r"Queries per second:\s+([0-9.]+)", said)
    if match is None:
        raise SystemExit(f"dnsperf said no rate:\n{said}")
    return float(match[1])


@contextmanager
def _name_server(folder: Path, count: int) -> Iterator[None]:
    """nsd with one process and without rate limiting: names with addresses, a /16 of reverse names, a wildcard."""
    lines = ["$TTL 300\n", _SOA, f"ns1 A {_ADDRESS}\n", "*.many A 192.0.2.1\n"]
    lines += [f"host-{one} A 10.{one >> 16 & 255}.{one >> 8 & 255}.{one & 255}\n" for one in range(count)]
    (folder / "bench.zone").write_text("".join(lines))
    reverse = [f"{number & 255}.{number >> 8} PTR host-{number}.bench.test.\n" for number in range(_SWEEP)]
    (folder / "reverse.zone").write_text("".join(["$TTL 300\n", _SOA, *reverse]))
    (folder / "nsd.conf").write_text(
        f"""server:
  ip-address: {_ADDRESS}
  port: {_PORT}
  username: ""
  chroot: ""
  zonesdir: "{folder}"
  database: ""
  pidfile: "{folder}/nsd.pid"
  xfrdfile: "{folder}/xfrd.state"
  zonelistfile: "{folder}/zone.list"
  xfrdir: "{folder}"
  server-count: 1
  rrl-ratelimit: 0
  rrl-whitelist-ratelimit: 0
remote-control:
  control-enable: no
zone:
  name: bench.test
  zonefile: bench.zone
zone:
  name: 0.10.in-addr.arpa
  zonefile: reverse.zone
"""
    )
    with (folder / "nsd.log").open("wb") as log:
        server = subprocess.Popen(["nsd", "-d", "-c", str(folder / "nsd.conf")], stderr=log)
    try:
        _wait_for_answer(server)
        yield
    finally:
        if server.poll() is not None:  # whatever was measured since then was measured against nobody
            sys.stderr.write(f"nsd ended with {server.returncode}:\n{(folder / 'nsd.log').read_text()[-2000:]}\n")
        server.terminate()
        server.wait(10)


def _wait_for_answer(server: "subprocess.Popen[bytes]") -> None:
    query = b"\0\1\1\0\0\1\0\0\0\0\0\0\5bench\4test\0\0\6\0\1"
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asker:
        asker.settimeout(0.2)
        asker.connect((_ADDRESS, _PORT))
        for _ in range(150):
            if server.poll() is not None:
                raise SystemExit(f"nsd ended with {server.returncode}")
            try:
                asker.send(query)
                if asker.recv(512)[3] & 0xF == 0:
                    return
            except OSError:
                time.sleep(0.1)
    raise SystemExit("nsd does not answer")


if __name__ == "__main__":
    main()
