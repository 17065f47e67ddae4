"""Round trips a second of an echo server with 100 clients, and what 10,000 idle clients cost.

Run: python -m benchmarks.listen_echo [--seconds 5] [--runs 5] [--idle 10000]

The server is ``nettools listen -k --service echo`` or ``ncat -l -k -e /bin/cat``, in turn, on loopback. The load comes
from echo_load.c, compiled with gcc: 64 octets each way, from clients that stay or with a connection for each round
trip. The CPU time of both sides is printed (a server's with that of its children), so that it shows which of them was
the limit. Quote the ratios.
"""

import argparse
import os
import resource
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

_OURS: Final = [sys.executable, "-m", "nettools", "listen", "-k"]
_CLIENTS: Final = 100
_PATIENCE_S: Final = 10.0
_TICKS: Final = os.sysconf("SC_CLK_TCK")
_MOST_SOURCES: Final = 20_000
"""Connections from one loopback address: fewer than the ports that Linux gives out by itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """What one run of the load found."""

    per_second: float
    load_cpu: float
    server_cpu: float
    failures: int


def servers(port: int) -> dict[str, list[str]]:
    """The same service of both; ncat's limit is raised, for its children end later than their connections."""
    return {
        "nettools": [*_OURS, "-m", "1000", "--service", "echo", "127.0.0.1", str(port)],
        "ncat": ["ncat", "-l", "-k", "-m", "1000", "-e", "/bin/cat", "127.0.0.1", str(port)],
    }


def main() -> None:
    """Measures and prints."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=5.0, help="how long each run lasts")
    parser.add_argument("--runs", type=int, default=5, help="rounds, after one that does not count")
    parser.add_argument("--idle", type=int, default=10_000, help="idle clients; 0 leaves that out")
    wanted = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        load = f"{folder}/echo_load"
        subprocess.run(["gcc", "-O2", "-o", load, str(Path(__file__).with_name("echo_load.c"))], check=True)
        for style, what in (("per-connection", f"{_CLIENTS} clients that stay"), ("one-each", "a connection each")):
            _compare(load, style, what, seconds=wanted.seconds, runs=wanted.runs)
    if wanted.idle:
        _idle(wanted.idle)


def _compare(load: str, style: str, what: str, *, seconds: float, runs: int) -> None:
    found: dict[str, list[Load]] = {}
    for number in range(runs + 1):
        port = _free_port()
        for name, command in servers(port).items():
            with _server(command, port) as process:
                one = _measure([load, str(port), str(_CLIENTS), str(seconds), style], process)
            if number:
                found.setdefault(name, []).append(one)
    for name, loads in found.items():
        rate = statistics.median(one.per_second for one in loads)
        ours, theirs = (statistics.median(getattr(one, side) for one in loads) for side in ("server_cpu", "load_cpu"))
        failures = sum(one.failures for one in loads)
        print(
            f"{what:<24} {name:<10} {rate:9.0f} round trips/s   CPU of the server {ours:4.0%}, "
            f"of the load {theirs:4.0%}   failed {failures}"
        )
    pairs = zip(found["nettools"], found["ncat"], strict=True)
    ratio = statistics.median(ours.per_second / max(peer.per_second, 1.0) for ours, peer in pairs)
    goal = "goal >= 5" if style == "per-connection" else "no goal"
    print(f"{what:<24} ratio {ratio:.2f}, {goal}\n", flush=True)


def _measure(command: Sequence[str], server: "subprocess.Popen[bytes]") -> Load:
    before = _cpu_s(server.pid)
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=_PATIENCE_S * 10)
    trips, seconds, load_cpu_s, failures = done.stdout.split()
    used_s = _cpu_s(server.pid) - before
    lasted_s = float(seconds)
    return Load(
        per_second=int(trips) / lasted_s,
        load_cpu=float(load_cpu_s) / lasted_s,
        server_cpu=used_s / lasted_s,
        failures=int(failures),
    )


def _idle(count: int) -> None:
    """Connect, wait, look at the memory and the CPU time of the server."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(count + 100, hard), hard))
    port = _free_port()
    command = [*_OURS, "-m", str(count), "--service", "echo", "-i", "600s", "127.0.0.1", str(port)]
    with _server(command, port) as process:
        empty_mb = _rss_mb(process.pid)
        started = time.perf_counter()
        clients = [_connect(port, number) for number in range(count)]
        clients[-1].sendall(b"?")
        if clients[-1].recv(1) != b"?":
            raise SystemExit("the last client was not served")
        took_s = time.perf_counter() - started
        before = _cpu_s(process.pid)
        time.sleep(10)
        cpu = (_cpu_s(process.pid) - before) / 10
        full_mb = _rss_mb(process.pid)
        late = time.perf_counter()
        clients[0].sendall(b"!")
        clients[0].recv(1)
        late_ms = (time.perf_counter() - late) * 1000
        for client in clients:
            client.close()
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    each_kb = (full_mb - empty_mb) * 1024 / count
    print(
        f"{count} idle clients: {full_mb:.1f} MB resident ({empty_mb:.1f} MB without, {each_kb:.2f} KB each), "
        f"goal <= 200; CPU {cpu:.1%}, goal <= 5 %; connected in {took_s:.1f} s; "
        f"the first is answered in {late_ms:.1f} ms"
    )


def _connect(port: int, number: int) -> socket.socket:
    client = socket.socket()
    client.bind((f"127.0.1.{1 + number // _MOST_SOURCES}", 0))
    client.connect(("127.0.0.1", port))
    return client


@contextmanager
def _server(command: Sequence[str], port: int) -> "Iterator[subprocess.Popen[bytes]]":
    process = subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
    )
    try:
        _wait_for(port, process)
        yield process
    finally:
        os.killpg(process.pid, 9)
        process.wait(_PATIENCE_S)


def _wait_for(port: int, process: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + _PATIENCE_S
    needle = f":{port:04X}"
    while time.monotonic() < deadline:
        for line in Path("/proc/net/tcp").read_text(encoding="ascii").splitlines()[1:]:
            words = line.split()
            if words[1].endswith(needle) and words[3] == "0A":
                return
        if process.poll() is not None:
            raise SystemExit(f"{process.args!r} ended with {process.returncode}")
        time.sleep(0.01)
    raise SystemExit(f"{process.args!r} does not listen")


def _cpu_s(session: int) -> float:
    """CPU time of all processes of that session, with that of their children that have ended (proc(5), stat)."""
    ticks = 0
    for folder in Path("/proc").iterdir():
        if not folder.name.isdecimal():
            continue
        try:
            words = (folder / "stat").read_text(encoding="utf-8").rpartition(") ")[2].split()
        except OSError:
            continue  # it has ended meanwhile
        if int(words[3]) == session:
            ticks += sum(int(word) for word in words[11:15])
    return ticks / _TICKS


def _rss_mb(pid: int) -> float:
    for line in Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    return 0.0


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return int(taken.getsockname()[1])


if __name__ == "__main__":
    main()
