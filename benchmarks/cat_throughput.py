"""How fast octets go through two processes on loopback: pipe -> TCP -> pipe, file -> TCP, and pipe -> TLS -> pipe.

Run: python -m benchmarks.cat_throughput [--mb 1024] [--runs 7] [--tls]

All tools move the same octets in turn, round by round. The feeder of a pipe is cat(1) from a file in memory, the
drain at its other end cat(1) to /dev/null, the same for all. The clock runs from the start of the feeder, when the
connection stands already, until the drain has seen the end: start-up of the tools is not in it. A file as standard
input goes to a sink of ours that drops octets in the kernel (MSG_TRUNC of tcp(7)), the same for all; that clock runs
from the first octet to the last. Quote the ratios, which are medians of ratios within a round.
"""

import argparse
import os
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

_OURS = (sys.executable, "-m", "nettools")
_PATIENCE_S = 10.0
_SLOWEST_S = 120.0


@dataclass(frozen=True, slots=True)
class Tool:
    """How a program is told to send what it reads, and to write what it takes."""

    name: str
    sends: Callable[[int], Sequence[str]]
    takes: Callable[[int], Sequence[str]]


PLAIN = (
    Tool(
        "nettools",
        lambda port: [*_OURS, "cat", "127.0.0.1", str(port)],
        lambda port: [*_OURS, "listen", "127.0.0.1", str(port), "--recv-only"],
    ),
    Tool(
        "ncat",
        lambda port: ["ncat", "127.0.0.1", str(port)],
        lambda port: ["ncat", "-l", "127.0.0.1", str(port), "--recv-only"],
    ),
    Tool(
        "nc", lambda port: ["nc", "-N", "127.0.0.1", str(port)], lambda port: ["nc", "-d", "-l", "127.0.0.1", str(port)]
    ),
    Tool(
        "socat",
        lambda port: ["socat", "-u", "STDIN", f"TCP:127.0.0.1:{port}"],
        lambda port: ["socat", "-u", f"TCP-LISTEN:{port},bind=127.0.0.1", "STDOUT"],
    ),
)


def tls_tools(certificate: str, key: str) -> Sequence[Tool]:
    """The same with TLS; nobody checks the certificate, which costs nothing once the connection stands."""
    return (
        Tool(
            "nettools",
            lambda port: [*_OURS, "cat", "--tls", "--insecure", "127.0.0.1", str(port)],
            lambda port: [
                *(*_OURS, "listen", "--tls", "--cert", certificate, "--key", key),
                *("127.0.0.1", str(port), "--recv-only"),
            ],
        ),
        Tool(
            "ncat",
            lambda port: ["ncat", "--ssl", "127.0.0.1", str(port)],
            lambda port: [
                *("ncat", "-l", "--ssl", "--ssl-cert", certificate, "--ssl-key", key),
                *("127.0.0.1", str(port), "--recv-only"),
            ],
        ),
    )


def main() -> None:
    """Measures and prints."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--mb", type=int, default=1024, help="MiB that each tool moves in each round")
    parser.add_argument("--runs", type=int, default=7, help="rounds, after one that does not count")
    parser.add_argument("--tls", action="store_true", help="TLS as well")
    wanted = parser.parse_args()
    with _payload(wanted.mb) as path:
        tools = [tool for tool in PLAIN if tool.name == "nettools" or shutil.which(tool.name)]
        pipes = _rounds(tools, wanted.runs, lambda tool: _through_pipes(tool, path))
        _print("pipe -> TCP -> pipe", pipes, wanted.mb, {"ncat": 1.5, "best": 1.0})
        files = _rounds(tools, wanted.runs, lambda tool: _from_file(tool, path))
        _print("file -> TCP", files, wanted.mb, {"ncat": 2.0})
        if wanted.tls:
            with _certificate() as (certificate, key):
                sealed = tls_tools(certificate, key)
                found = _rounds(sealed, wanted.runs, lambda tool: _through_pipes(tool, path))
            _print("pipe -> TLS -> pipe", found, wanted.mb, {"ncat": 1.0})


def _rounds(tools: Sequence[Tool], runs: int, measure: Callable[[Tool], float]) -> dict[str, list[float]]:
    found: dict[str, list[float]] = {tool.name: [] for tool in tools}
    for number in range(runs + 1):
        for tool in tools:
            took_s = measure(tool)
            if number:
                found[tool.name].append(took_s)
    return found


def _print(what: str, found: dict[str, list[float]], mb: int, goals: dict[str, float]) -> None:
    ours = found["nettools"]
    for name, times in found.items():
        rate = mb / statistics.median(times)
        ratio = statistics.median(peer / own for peer, own in zip(times, ours, strict=True))
        print(f"{what:<22} {name:<10} {rate:8.0f} MiB/s   ours is {ratio:5.2f} x")
    peers = [times for name, times in found.items() if name != "nettools"]
    best = statistics.median(min(rounds) / own for own, *rounds in zip(ours, *peers, strict=True))
    print(f"{what:<22} {'the best of each round':<30}  ours is {best:5.2f} x")
    print(f"{what:<22} goals: " + ", ".join(f">= {ratio} x {name}" for name, ratio in goals.items()) + "\n", flush=True)


def _through_pipes(tool: Tool, path: Path) -> float:
    """Seconds from the start of the feeder until the drain has seen the end."""
    port = _free_port()
    feed_out, feed_in = os.pipe()
    drain_out, drain_in = os.pipe()
    # An input that says nothing and does not end: ncat would half-close at once.
    taking = _start(tool.takes(port), stdin=subprocess.PIPE, stdout=drain_in)
    drain = _start(["cat"], stdin=drain_out, stdout=subprocess.DEVNULL)
    os.close(drain_in)
    os.close(drain_out)
    _wait_for(port, _LISTENING)
    sending = _start(tool.sends(port), stdin=feed_out, stdout=subprocess.DEVNULL)
    os.close(feed_out)
    _wait_for(port, _ESTABLISHED)
    time.sleep(0.2)  # TLS shakes hands
    started = time.perf_counter()
    feeder = _start(["cat", str(path)], stdin=subprocess.DEVNULL, stdout=feed_in)
    os.close(feed_in)
    _end(drain)
    took_s = time.perf_counter() - started
    for process in (feeder, sending, taking):
        _end(process)
    return took_s


def _from_file(tool: Tool, path: Path) -> float:
    """Seconds from the first octet to the last at a sink that drops them."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        with path.open("rb") as file:
            sending = _start(tool.sends(listener.getsockname()[1]), stdin=file, stdout=subprocess.DEVNULL)
        client, _ = listener.accept()
    expected, received, started = path.stat().st_size, 0, 0.0
    untouched = bytearray(1 << 20)
    with client:
        while count := client.recv_into(untouched, 0, socket.MSG_TRUNC):
            started = started or time.perf_counter()
            received += count
        took_s = time.perf_counter() - started
    _end(sending)
    if received != expected:
        raise SystemExit(f"{tool.name} sent {received} of {expected} octets")
    return took_s


_ESTABLISHED = "01"
_LISTENING = "0A"


def _wait_for(port: int, state: str) -> None:
    """Until a TCP socket of that local port is in that state (/proc/net/tcp, proc(5))."""
    deadline = time.monotonic() + _PATIENCE_S
    needle = f":{port:04X} "
    while time.monotonic() < deadline:
        lines = Path("/proc/net/tcp").read_text(encoding="ascii").splitlines()[1:]
        if any(needle in line.split(maxsplit=2)[1] + " " and line.split()[3] == state for line in lines):
            return
        time.sleep(0.005)
    raise SystemExit(f"no TCP socket of port {port} came to state {state}")


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return int(taken.getsockname()[1])


def _start(
    command: Sequence[str], *, stdin: int | IO[bytes] | None, stdout: int | IO[bytes] | None
) -> "subprocess.Popen[bytes]":
    return subprocess.Popen(command, stdin=stdin, stdout=stdout, stderr=subprocess.DEVNULL)


def _end(process: "subprocess.Popen[bytes]") -> None:
    try:
        process.wait(_SLOWEST_S)
    except subprocess.TimeoutExpired:
        process.kill()
        raise SystemExit(f"{process.args!r} did not end in {_SLOWEST_S:g} s") from None


@contextmanager
def _payload(mb: int) -> Iterator[Path]:
    """Octets without a pattern, in memory where there is /dev/shm, so that no disk is measured."""
    folder = "/dev/shm" if Path("/dev/shm").is_dir() else None
    block = os.urandom(1 << 20)
    with tempfile.NamedTemporaryFile(dir=folder) as file:
        for _ in range(mb):
            file.write(block)
        file.flush()
        yield Path(file.name)


@contextmanager
def _certificate() -> Iterator[tuple[str, str]]:
    with tempfile.TemporaryDirectory() as folder:
        certificate, key = f"{folder}/certificate.pem", f"{folder}/key.pem"
        command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", "-subj", "/CN=localhost"]
        subprocess.run([*command, "-keyout", key, "-out", certificate], check=True, capture_output=True)
        yield certificate, key


if __name__ == "__main__":
    main()
