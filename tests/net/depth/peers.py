"""Servers on loopback for those who look at open ports: each connection has a thread, and does what a test wants."""

import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from ipaddress import IPv4Address

from nettools.core.depth.action import Waits, Wanted
from nettools.core.depth.catalog import Catalog
from nettools.core.depth.jobs import DepthJob, DepthLimits
from nettools.core.scan.finding import Finding
from nettools.net.depth.run import DepthRun
from nettools.net.interrupts import Interrupts

HERE = IPv4Address("127.0.0.1")
QUICK = Waits(connect_s=2.0, greeting_s=0.15, expected_greeting_s=0.3, reply_s=0.3, tls_s=1.0, quiet_s=0.05, port_s=3.0)
PATIENCE_S = 10.0

Behave = Callable[[socket.socket], None]


@dataclass
class Peer:
    """A port, and who came."""

    port: int
    _sockets: list[socket.socket] = field(default_factory=list)

    @property
    def connections(self) -> int:
        """How many there have been."""
        return len(self._sockets)

    def begin(self, connection: socket.socket) -> None:
        self._sockets.append(connection)

    def close(self) -> None:
        for one in self._sockets:
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()


@contextmanager
def peer(behave: Behave) -> Iterator[Peer]:
    """A port where each connection is treated so; it is closed when that returns."""
    with socket.create_server(("127.0.0.1", 0), backlog=256) as listener:
        about = Peer(listener.getsockname()[1])
        threads: list[threading.Thread] = []

        def treat(connection: socket.socket) -> None:
            with connection, suppress(OSError, ssl.SSLError, ValueError, threading.BrokenBarrierError):
                behave(connection)

        def accept() -> None:
            while True:
                try:
                    connection, _ = listener.accept()
                except OSError:
                    return
                connection.settimeout(PATIENCE_S)
                about.begin(connection)
                threads.append(threading.Thread(target=treat, args=(connection,), daemon=True))
                threads[-1].start()

        accepting = threading.Thread(target=accept, daemon=True)
        accepting.start()
        try:
            yield about
        finally:
            listener.shutdown(socket.SHUT_RDWR)
            accepting.join(PATIENCE_S)
            about.close()
            for thread in threads:
                thread.join(PATIENCE_S)


def wait(connection: socket.socket) -> None:
    """Until the other side has gone."""
    while connection.recv(4096):
        pass


def saying(octets: bytes) -> Behave:
    """Says it at once, and waits."""

    def behave(connection: socket.socket) -> None:
        connection.sendall(octets)
        wait(connection)

    return behave


def in_tls(context: ssl.SSLContext, greeting: bytes = b"") -> Behave:
    """Speaks TLS from the first octet on, and says something inside."""

    def behave(connection: socket.socket) -> None:
        with context.wrap_socket(connection, server_side=True) as secured:
            secured.sendall(greeting)
            wait(secured)

    return behave


@dataclass
class Told:
    """What a run told."""

    findings: dict[tuple[int, int], Finding] = field(default_factory=dict)
    """(host, port) -> what was found there."""
    signal_number: int | None = None

    @property
    def only(self) -> Finding:
        (finding,) = self.findings.values()
        return finding


def look(
    *jobs: DepthJob | int,
    catalog: Catalog | None = None,
    waits: Waits = QUICK,
    limits: DepthLimits | None = None,
    cafile: str | None = None,
    on_tick: Callable[[float], None] = lambda now_s: None,
    **wanted: bool,
) -> Told:
    """Look at all of them; each is told of once."""
    told = Told()

    def found(job: DepthJob, finding: Finding) -> None:
        assert (job.host, job.port) not in told.findings
        told.findings[job.host, job.port] = finding

    with Interrupts() as interrupts:
        run = DepthRun(
            [at(one) if isinstance(one, int) else one for one in jobs],
            Wanted(**wanted),
            catalog or Catalog({}),
            interrupts=interrupts,
            on_found=found,
            waits=waits,
            limits=limits or DepthLimits(),
            cafile=cafile,
        )
        told.signal_number = run.run(on_tick)
    assert run.done_count == len(told.findings)
    return told


def at(port: int, *, host: int = 0, server_name: str | None = None) -> DepthJob:
    return DepthJob(host=host, address=HERE, port=port, server_name=server_name)
