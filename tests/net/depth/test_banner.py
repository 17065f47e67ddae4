"""What a port says unasked, to the octet and to a bound, whatever it is that says it."""

import gzip
import json
import os
import signal
import socket
import struct
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from threading import Barrier, Event, Lock
from time import monotonic, sleep

import pytest

from nettools.core.depth.action import Waits
from nettools.core.depth.jobs import DepthLimits
from nettools.core.depth.problems import INTERRUPTED
from nettools.core.scan.finding import MOST_BANNER_BYTES, NOTHING_FOUND
from tests.cli import PROJECT, variables
from tests.net.depth.peers import Behave, at, look, peer, saying, wait


@pytest.fixture(autouse=True)
def no_descriptor_stays_open() -> Iterator[None]:
    before = len(os.listdir("/dev/fd"))
    yield
    assert len(os.listdir("/dev/fd")) == before


def banner_of(behave: Behave) -> bytes | None:
    with peer(behave) as one:
        began_s = monotonic()
        finding = look(one.port, banner=True).only
        assert monotonic() - began_s < 4
    assert finding.problem is None
    return finding.banner


@pytest.mark.parametrize(
    "octets",
    [
        b"SSH-2.0-OpenSSH_9.6\r\n",
        b"\0",
        b"\x1b]0;gone\x07\x1b[2J\r\n",
        b"\xff\xfd\x18\xff\xfb\x01login: ",
        gzip.compress(bytes(1 << 20)),
        b"\xff\xfe" + "grüße".encode("utf-16-le"),
        b"\n" * 50,
    ],
    ids=["text", "nul", "escapes", "telnet", "gzip", "utf-16", "newlines"],
)
def test_a_banner_is_kept_as_it_came(octets: bytes) -> None:
    assert banner_of(saying(octets)) == octets[:MOST_BANNER_BYTES]


def test_a_banner_without_end_is_cut() -> None:
    assert banner_of(saying(b"x" * (1 << 20))) == b"x" * MOST_BANNER_BYTES


def test_silence_is_no_banner() -> None:
    assert banner_of(wait) is None


def test_a_banner_before_the_end_counts() -> None:
    assert banner_of(lambda connection: connection.sendall(b"530 go away\r\n")) == b"530 go away\r\n"


def test_a_banner_before_a_reset_counts_if_it_comes_through() -> None:
    def behave(connection: socket.socket) -> None:
        connection.sendall(b"530 go away\r\n")
        sleep(0.02)
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))

    assert banner_of(behave) in (b"530 go away\r\n", None)


def test_a_banner_that_comes_in_parts_is_put_together() -> None:
    def behave(connection: socket.socket) -> None:
        for part in (b"220", b" mail", b".test\r\n"):
            connection.sendall(part)
            sleep(0.01)
        wait(connection)

    assert banner_of(behave) == b"220 mail.test\r\n"


def test_one_who_drips_ends_with_the_greetings_time() -> None:
    over = Event()

    def behave(connection: socket.socket) -> None:
        while not over.wait(0.02):
            connection.sendall(b"x")

    with peer(behave) as one:
        began_s = monotonic()
        banner = look(one.port, banner=True).only.banner
        over.set()
    assert banner is not None
    assert set(banner) == {ord("x")}
    assert monotonic() - began_s < 2


def test_a_port_that_is_closed_by_now_is_told_so() -> None:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        finding = look(held.getsockname()[1], banner=True).only
    assert finding.banner is None
    assert finding.problem is not None
    assert finding.problem.startswith("closed meanwhile")


def test_one_who_closes_at_once_said_nothing() -> None:
    with peer(lambda connection: None) as one:
        assert look(one.port, banner=True).only == NOTHING_FOUND


def test_a_connection_is_reset_behind_us() -> None:
    """No TIME_WAIT stays: a machine with few local ports comes back to the same port."""
    endings: list[str] = []

    def behave(connection: socket.socket) -> None:
        connection.sendall(b"hello\r\n")
        try:
            endings.append(repr(connection.recv(1)))
        except ConnectionResetError:
            endings.append("reset")

    assert banner_of(behave) == b"hello\r\n"
    assert endings == ["reset"]


class Crowd:
    """Peers that greet once ``size`` connections are there at the same time, and count how many there are at most."""

    def __init__(self, size: int) -> None:
        self.most = self._now = 0
        self._all_are_here = Barrier(size)
        self._lock = Lock()

    def behave(self, connection: socket.socket) -> None:
        with self._lock:
            self._now += 1
            self.most = max(self.most, self._now)
        self._all_are_here.wait(5)
        with self._lock:
            self._now -= 1  # nobody leaves before the greeting
        connection.sendall(b"hello")
        wait(connection)


def test_connections_are_limited_in_all() -> None:
    crowd = Crowd(5)
    with peer(crowd.behave) as one:
        jobs = [at(one.port, host=number) for number in range(20)]
        told = look(*jobs, banner=True, waits=Waits(quiet_s=0.01), limits=DepthLimits(at_once=5))
    assert [finding.banner for finding in told.findings.values()] == [b"hello"] * 20
    assert crowd.most == 5


def test_few_of_one_hosts_ports_are_looked_at_at_once() -> None:
    crowd = Crowd(2)
    with ExitStack() as stack:
        several = [stack.enter_context(peer(crowd.behave)) for _ in range(8)]
        ports = [one.port for one in several]
        told = look(*ports, banner=True, waits=Waits(quiet_s=0.01), limits=DepthLimits(per_host=2))
    assert [finding.banner for finding in told.findings.values()] == [b"hello"] * 8
    assert crowd.most == 2


def test_a_signal_ends_it_with_what_is_known() -> None:
    with peer(saying(b"hello")) as one, peer(wait) as silent:
        told = look(
            one.port,
            silent.port,
            *(at(silent.port, host=number) for number in range(1, 300)),
            banner=True,
            waits=Waits(greeting_s=5.0, quiet_s=0.01),
            limits=DepthLimits(at_once=3),
            on_tick=lambda now_s: os.kill(os.getpid(), signal.SIGINT),
        )
    assert told.signal_number == signal.SIGINT
    assert told.findings.pop((0, one.port)).banner == b"hello"
    assert {finding.problem for finding in told.findings.values()} == {INTERRUPTED}
    assert len(told.findings) <= 3


def test_the_clock_is_told_while_it_runs() -> None:
    ticks: list[float] = []
    with peer(wait) as silent:
        look(silent.port, banner=True, waits=Waits(greeting_s=0.35), on_tick=ticks.append)
    assert 2 <= len(ticks) <= 4
    assert ticks == sorted(ticks)


CHILD = """
import json, resource, sys
sys.path.insert(0, "")
limit, name, *ports = sys.argv[1:]
resource.setrlimit(resource.RLIMIT_NOFILE, (int(limit), int(limit)))
from nettools.net.depth import run
from tests.net.depth.peers import at, look
if name == "short":
    run._open_count = lambda: -100
def resident():
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * resource.getpagesize()
jobs = [at(int(port), host=number) for number, port in enumerate(ports)]
look(*jobs[:50], banner=True, tls_info=name == "tls")
before = resident()
told = look(*jobs, banner=True, tls_info=name == "tls")
found = {str(host): repr(finding)[:200] for (host, _), finding in told.findings.items()}
print(json.dumps({"grown": resident() - before, "found": found}))
"""


def look_in_a_child(limit: int, name: str, *ports: int) -> dict[str, object]:
    """What a process with so many descriptors finds, and by how many octets it grows."""
    ended = subprocess.run(
        [sys.executable, "-c", CHILD, str(limit), name, *map(str, ports)],
        env=variables(),
        cwd=PROJECT,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    answer: dict[str, object] = json.loads(ended.stdout)
    return answer


@pytest.mark.parametrize("name", ["banner", "short"], ids=["known", "unforeseen"])
def test_few_descriptors_find_all(name: str) -> None:
    """Whether it is known beforehand how many there are, or they are gone when a socket is to be made."""
    with ExitStack() as stack:
        peers = [stack.enter_context(peer(saying(f"hello {number}".encode()))) for number in range(5)]
        ports = [one.port for one in peers] * 20
        found = look_in_a_child(32, name, *ports)["found"]
    assert isinstance(found, dict)
    assert [int(host) for host in sorted(found, key=int)] == list(range(100))
    assert all(f"banner=b'hello {int(host) % 5}'" in finding for host, finding in found.items())
    assert all("problem=None" in finding for finding in found.values())


@pytest.mark.skipif(not os.path.exists("/proc/self/statm"), reason="needed for this: /proc, where memory is told")
def test_peers_that_flood_cost_no_memory() -> None:
    with peer(saying(b"x" * (1 << 20))) as one:
        grown = look_in_a_child(1024, "banner", *[one.port] * 300)["grown"]
    assert isinstance(grown, int)
    assert grown < 12 << 20


def test_what_was_heard_before_a_signal_is_told() -> None:
    """The greeting is known, and the try of TLS that follows gets no answer."""
    with peer(saying(b"hello")) as one:
        told = look(
            one.port,
            banner=True,
            tls_info=True,
            waits=Waits(tls_s=20.0, greeting_s=1.0, quiet_s=0.01),
            on_tick=lambda now_s: os.kill(os.getpid(), signal.SIGINT),
        )
    assert told.only.banner == b"hello"


WITHOUT_TLS = """
import sys
from nettools.core.depth.action import Wanted
from nettools.core.depth.catalog import Catalog
from nettools.net.depth.run import DepthRun
from nettools.net.interrupts import Interrupts
with Interrupts() as interrupts:
    run = DepthRun([], Wanted(banner=True), Catalog({}), interrupts=interrupts, on_found=lambda job, finding: None)
    assert run.run() is None
print(*sorted({"ssl", "rich", "asyncio", "cryptography", "nettools.core.bulk_resolve"} & set(sys.modules)))
"""


def test_banners_alone_load_no_tls() -> None:
    code = [sys.executable, "-c", WITHOUT_TLS]
    ended = subprocess.run(code, env=variables(), cwd=PROJECT, capture_output=True, text=True, timeout=60, check=True)
    assert ended.stdout.split() == []
