"""A network namespace that holds nothing but what a test put there, and `nettools scan` in it."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from typing import Any

import pytest

from tests import peers
from tests.integration.conftest import KEPT_VARIABLES, PROJECT
from tests.integration.nmap_xml import expand_ports

Document = dict[str, Any]
States = dict[int, tuple[str, str]]

OPEN = ("open", "syn-ack")
CLOSED = ("closed", "conn-refused")
DROPPED = ("filtered", "no-response")

# Specs are ADDRESS,PORT; it says "ready" once all listen, and lives as long as its standard input.
HOLD_LISTENERS = """
import socket, sys
held = []
for spec in sys.argv[1:]:
    host, port = spec.rsplit(",", 1)
    family = socket.AF_INET6 if ":" in host or host == "dual" else socket.AF_INET
    dual = host == "dual"
    held.append(socket.create_server(("::" if dual else host, int(port)), family=family, dualstack_ipv6=dual))
print("ready", flush=True)
sys.stdin.read()
"""


# --- a namespace, and nettools in it --------------------------------------------------------------


@dataclass(frozen=True)
class Namespace:
    """A network namespace with a loopback device and no way out."""

    name: str

    def argv(self, *command: str) -> list[str]:
        return ["ip", "netns", "exec", self.name, *command]

    def run(self, *command: str, stdin: str = "", timeout_s: float = 60) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            self.argv(*command),
            input=stdin,
            capture_output=True,
            text=True,
            timeout=timeout_s,
            check=False,
            env=environment(),
            cwd=PROJECT,
            preexec_fn=heed_signals,
        )

    def do(self, *command: str) -> str:
        """A command that must succeed."""
        done = self.run(*command)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def start(self, *command: str) -> "subprocess.Popen[str]":
        return subprocess.Popen(
            self.argv(*command),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=environment(),
            cwd=PROJECT,
            preexec_fn=heed_signals,
        )

    def nettools(
        self, *words: str, descriptors: int | None = None, stdin: str = "", timeout_s: float = 60
    ) -> subprocess.CompletedProcess[str]:
        return self.run(*limited(descriptors), *NETTOOLS, *words, stdin=stdin, timeout_s=timeout_s)

    def scan(self, *words: str, descriptors: int | None = None) -> "Answer":
        return Answer.parse(self.nettools("scan", *words, "--json", descriptors=descriptors))

    @contextmanager
    def listeners(self, *specs: str) -> Iterator[None]:
        holder = self.start(sys.executable, "-c", HOLD_LISTENERS, *specs)
        assert holder.stdout is not None
        try:
            assert holder.stdout.readline() == "ready\n"
            yield
        finally:
            _, complaints = holder.communicate(timeout=30)
            assert complaints == ""

    def listening(self, *addresses: str) -> set[int]:
        """The ports that ss shows for any of these local addresses."""
        local = [line.split()[3].rpartition(":") for line in self.do("ss", "-Hltn").splitlines()]
        return {int(port) for address, _, port in local if address in addresses}

    def wait_until_packets_are_out(self, scan: "subprocess.Popen[str] | None" = None) -> None:
        """Until a connection attempt, of this process when one is named, hangs in the middle of its handshake."""
        whose = "" if scan is None else f"pid={scan.pid},"
        give_up_s = time.monotonic() + 30
        while whose not in (attempts := self.do("ss", "-Htnp", "state", "syn-sent")) or not attempts:
            assert time.monotonic() < give_up_s, "no connection attempt was ever under way"

    def wait_until_connections_were_refused(self, count: int) -> None:
        """Until this namespace has seen so many attempts fail (AttemptFails, RFC 4022)."""
        give_up_s = time.monotonic() + 30
        while attempts_that_failed(self.do("cat", "/proc/net/snmp")) < count:
            assert time.monotonic() < give_up_s, "too few connection attempts have failed"


NETTOOLS = (sys.executable, "-m", "nettools")


def environment() -> dict[str, str]:
    return {name: os.environ[name] for name in KEPT_VARIABLES if name in os.environ}


def heed_signals() -> None:
    """A shell may have told us to ignore what a test sends."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_DFL)


def limited(descriptors: int | None) -> tuple[str, ...]:
    """What to run a command with so that it can have no more descriptors."""
    return () if descriptors is None else ("sh", "-euc", 'ulimit -n "$0"; exec "$@"', str(descriptors))


numbers = count()


@contextmanager
def made_namespace() -> Iterator[Namespace]:
    peers.require("ip", "iptables", "ip6tables", "ss", "sysctl", root=True, reason="for a network namespace")
    made = Namespace(f"nettools-{os.getpid()}-{next(numbers)}")
    added = subprocess.run(["ip", "netns", "add", made.name], capture_output=True, text=True, check=False)
    if added.returncode != 0:
        peers.unavailable(f"needed for this: a network namespace ({added.stderr.strip()})")
    try:
        made.do("ip", "link", "set", "lo", "up")
        yield made
    finally:
        subprocess.run(["ip", "netns", "del", made.name], check=True)


def attempts_that_failed(counters: str) -> int:
    """Of the two lines "Tcp:" of /proc/net/snmp: names, and numbers (proc(5))."""
    names, numbers = (line.split() for line in counters.splitlines() if line.startswith("Tcp:"))
    return int(numbers[names.index("AttemptFails")])


# --- what it answered -----------------------------------------------------------------------------


@dataclass(frozen=True)
class Answer:
    """A `nettools scan --json` document, and how the command ended."""

    exit_status: int
    document: Document

    @classmethod
    def parse(cls, done: subprocess.CompletedProcess[str]) -> "Answer":
        assert "Traceback" not in done.stderr
        try:
            document: Document = json.loads(done.stdout)
        except json.JSONDecodeError:
            pytest.fail(f"no JSON, exit status {done.returncode}:\n{done.stdout[-2000:]}{done.stderr}")
        assert document["schema"] == "nettools.scan/1"
        return cls(done.returncode, document)

    @property
    def host(self) -> Document:
        [host] = self.document["hosts"]
        assert isinstance(host, dict)
        return host

    @property
    def errors(self) -> list[Document]:
        errors: list[Document] = self.document["errors"]
        return errors

    @property
    def error_kinds(self) -> list[str]:
        return [error["kind"] for error in self.errors]

    @property
    def states(self) -> States:
        return states(self.host)


def states(host: Document) -> States:
    """Port -> (state, reason), whether it is listed or stands together with others."""
    found: States = {}
    for row in host["ports"]:
        assert row["port"] not in found
        found[row["port"]] = (row["state"], row["reason"])
    for row in host["collapsed"]:
        for port in expand_ports(row["ports"]):
            assert port not in found
            found[port] = (row["state"], row["reason"])
    return found


def open_and_closed(opened: set[int], scanned: Sequence[int]) -> States:
    return {port: OPEN if port in opened else CLOSED for port in scanned}
