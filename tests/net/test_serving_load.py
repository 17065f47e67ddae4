"""What a server costs, idle and under load, in a process of its own; every load is bounded in time and number."""

import os
import resource
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from time import monotonic, sleep

import pytest

from nettools.net.sockets import close_with_reset
from tests.cli import PROJECT, variables

MOST_GROWTH = 16 << 20
SERVED_WITHIN_S = 1.0
MOST_IDLE_CPU = 0.05
LOAD_S = 2.0
LOCKSTEP = 100_000


@dataclass
class Child:
    """The server's process."""

    process: "subprocess.Popen[bytes]"
    port: int

    def resident(self) -> int:
        """Octets of memory (proc(5), statm)."""
        words = Path(f"/proc/{self.process.pid}/statm").read_text(encoding="ascii").split()
        return int(words[1]) * os.sysconf("SC_PAGE_SIZE")

    def cpu_s(self) -> float:
        """Seconds of processor time so far (proc(5), stat)."""
        words = Path(f"/proc/{self.process.pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
        return (int(words[11]) + int(words[12])) / os.sysconf("SC_CLK_TCK")

    def idle_cpu(self, *, over_s: float = 1.0) -> float:
        """The part of a processor that it takes while nobody asks anything."""
        before = self.cpu_s()
        sleep(over_s)
        return (self.cpu_s() - before) / over_s

    def calms_down(self, *, within_s: float) -> bool:
        """Whether it has worked off what came, and is idle again."""
        until_s = monotonic() + within_s
        while monotonic() < until_s:
            if self.idle_cpu(over_s=0.5) <= MOST_IDLE_CPU:
                return True
        return False

    def connect(self) -> socket.socket:
        return socket.create_connection(("127.0.0.1", self.port), timeout=5)

    def serves_a_good_client(self) -> float:
        """How long an echo takes, with the connection."""
        began_s = monotonic()
        with self.connect() as client:
            client.send(b"hello")
            assert client.recv(5) == b"hello"
        return monotonic() - began_s


@contextmanager
def child(transport: str, what: str, limit: int, *, descriptors: int | None = None) -> Iterator[Child]:
    def lower() -> None:
        if descriptors is not None:
            resource.setrlimit(resource.RLIMIT_NOFILE, (descriptors, descriptors))

    with subprocess.Popen(
        [sys.executable, "-m", "tests.net.serving_child", transport, what, str(limit)],
        cwd=PROJECT,
        env=variables(),
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        preexec_fn=lower,
    ) as process:
        try:
            assert process.stderr is not None
            yield Child(process, int(process.stderr.readline()))
        finally:
            process.kill()


@contextmanager
def open_files(wanted: int) -> Iterator[None]:
    """Let this process have so many descriptors."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard != resource.RLIM_INFINITY and hard < wanted:
        pytest.skip(f"needed for this many clients: {wanted} descriptors")
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, wanted), hard))
    yield
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


@pytest.mark.parametrize("what", ["echo", "all"])
def test_a_thousand_silent_clients_cost_little_and_a_good_one_is_served(what: str) -> None:
    with open_files(2000), child("tcp", what, 2000) as server:
        server.connect().close()
        before = server.resident()
        clients = [server.connect() for _ in range(1000)]
        try:
            if what == "echo":
                assert server.serves_a_good_client() < SERVED_WITHIN_S
            assert server.resident() - before < MOST_GROWTH
            assert server.idle_cpu() <= MOST_IDLE_CPU
        finally:
            for one in clients:
                one.close()


def test_a_flood_of_connections_that_are_reset_leaves_nothing_behind() -> None:
    with child("tcp", "echo", 100) as server:
        assert server.serves_a_good_client() < SERVED_WITHIN_S
        before, until_s, count = server.resident(), monotonic() + LOAD_S, 0
        while monotonic() < until_s:
            for _ in range(200):
                with suppress(OSError):
                    close_with_reset(server.connect())
                    count += 1
            assert server.serves_a_good_client() < SERVED_WITHIN_S
        assert count > 1000
        assert server.resident() - before < MOST_GROWTH
        assert server.idle_cpu() <= MOST_IDLE_CPU


def test_with_32_descriptors_it_lives_through_a_hundred_clients() -> None:
    with child("tcp", "echo", 100, descriptors=32) as server:
        before = server.resident()
        clients = [server.connect() for _ in range(100)]
        clients[0].send(b"first")
        assert clients[0].recv(5) == b"first"
        turned_away = 0
        for one in clients[-50:]:
            with suppress(ConnectionResetError):
                turned_away += one.recv(1) == b""
        assert turned_away == 50
        assert server.idle_cpu() <= MOST_IDLE_CPU
        clients[1].close()
        began_s = monotonic()
        while True:  # it hears of the end and of the new connection in the order of its descriptors
            try:
                assert server.serves_a_good_client() < SERVED_WITHIN_S
                break
            except (AssertionError, OSError):
                assert monotonic() - began_s < SERVED_WITHIN_S
        assert server.resident() - before < MOST_GROWTH
        for one in clients:
            one.close()


def test_a_signal_ends_it_within_a_second_with_a_hundred_clients() -> None:
    with child("tcp", "all", 200) as server:
        clients = [server.connect() for _ in range(100)]
        began_s = monotonic()
        server.process.send_signal(signal.SIGTERM)
        assert server.process.wait(5) == 128 + signal.SIGTERM
        assert monotonic() - began_s < 1.0
        for one in clients:
            with suppress(ConnectionResetError):
                assert one.recv(1) == b""
            one.close()


def test_a_hundred_thousand_datagrams_in_lock_step_all_come_back() -> None:
    with child("udp", "echo", 100) as server, socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
        client.connect(("127.0.0.1", server.port))
        client.settimeout(5)
        for number in range(LOCKSTEP):
            said = b"%d" % number
            client.send(said)
            assert client.recv(100) == said


@pytest.mark.parametrize("what", ["echo", "all", "broker"])
def test_a_flood_of_datagrams_from_many_ports_leaves_memory_flat(what: str) -> None:
    with child("udp", what, 100) as server:
        sockets = [socket.socket(socket.AF_INET, socket.SOCK_DGRAM) for _ in range(200)]
        try:
            for one in sockets:
                one.setblocking(False)
                one.connect(("127.0.0.1", server.port))
                one.send(b"hello")
            sleep(0.3)
            before, until_s = server.resident(), monotonic() + LOAD_S
            while monotonic() < until_s:
                for one in sockets:
                    with suppress(OSError):
                        one.send(b"x" * 1400)
                assert server.resident() - before < MOST_GROWTH
            assert server.calms_down(within_s=30)  # a broker sends each datagram that it kept to all others
            assert server.resident() - before < MOST_GROWTH
        finally:
            for one in sockets:
                one.close()
