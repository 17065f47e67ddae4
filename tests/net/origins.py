"""Small servers on loopback for clients of forwards and proxies, each in a thread of its own, bounded in time."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic, sleep

LONGEST_S = 20.0


@contextmanager
def origin(serve: Callable[[socket.socket], None]) -> Iterator[int]:
    """The port of a server that gives each connection to ``serve``, one after the other."""
    listener = socket.create_server(("127.0.0.1", 0))
    listener.settimeout(LONGEST_S)

    def run() -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            connection.settimeout(LONGEST_S)
            with connection:
                try:
                    serve(connection)
                except OSError:
                    continue

    threading.Thread(target=run, daemon=True).start()
    try:
        yield listener.getsockname()[1]
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()


def echo(connection: socket.socket) -> None:
    """Gives back what comes, at once."""
    while octets := connection.recv(65_536):
        connection.sendall(octets)


def echo_at_the_end(connection: socket.socket) -> None:
    """Gives back all that came, once nothing more comes: only a half-close that goes through gets an answer."""
    said = b""
    while octets := connection.recv(65_536):
        said += octets
    connection.sendall(said)


def wait_until_acknowledged(connection: socket.socket) -> None:
    """Until nothing is on its way any more (SIOCOUTQ, tcp(7))."""
    import fcntl
    import termios

    until_s = monotonic() + LONGEST_S
    while any(fcntl.ioctl(connection, termios.TIOCOUTQ, bytes(4))) and monotonic() < until_s:
        sleep(0.001)


def says(octets: bytes, *, after: bytes = b"") -> Callable[[socket.socket], None]:
    """Waits for a request that ends so, answers with these octets, closes."""

    def serve(connection: socket.socket) -> None:
        said = b""
        while after and not said.endswith(after):
            piece = connection.recv(65_536)
            if not piece:
                return
            said += piece
        connection.sendall(octets)

    return serve


@contextmanager
def free_port() -> Iterator[int]:
    """A port where nobody listens, and nobody else will while this lasts."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield taken.getsockname()[1]


@contextmanager
def hanging_port() -> Iterator[int]:
    """A port where connecting takes for ever: the queue of its listener is full, and nobody accepts (listen(2))."""
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    listener.listen(0)
    fillers = [socket.socket() for _ in range(4)]
    for filler in fillers:
        filler.setblocking(False)
        filler.connect_ex(listener.getsockname())
    try:
        yield listener.getsockname()[1]
    finally:
        for one in [*fillers, listener]:
            one.close()


def exchange(port: int, octets: bytes, *, shuts: bool = False) -> bytes:
    """What a server says to these octets until it closes."""
    with socket.create_connection(("127.0.0.1", port), timeout=LONGEST_S) as connection:
        connection.settimeout(LONGEST_S)
        connection.sendall(octets)
        if shuts:
            connection.shutdown(socket.SHUT_WR)
        said = b""
        while piece := connection.recv(1 << 18):
            said += piece
        return said


def megabytes(folder: Path, count: int) -> Path:
    """A file of so many MiB that are not all the same."""
    import random

    path = folder / "file"
    path.write_bytes(random.Random(1).randbytes(count << 20))
    return path
