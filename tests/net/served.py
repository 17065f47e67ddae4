"""A server of our handlers that runs in a thread on loopback, so that a test can be its client."""

import os
import queue
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

from nettools.net.interrupts import Interrupts
from nettools.net.listen.clients import Client, Handler
from nettools.net.loop import READABLE, Loop
from nettools.net.relay.ends import End, SocketEnd

PATIENCE_S = 20.0
"""No test waits longer for anything."""


class ReluctantEnd(SocketEnd):
    """A socket whose end is no plain one: it takes and gives little at a time, and sometimes nothing at first."""

    def __init__(self, connected: socket.socket, *, most: int = 700) -> None:
        super().__init__(connected)
        self._most = most
        self._turn = 0

    @property
    def splices(self) -> bool:
        return False

    def read_into(self, buffer: memoryview) -> int | None:
        return super().read_into(buffer[: self._most])

    def write(self, octets: memoryview) -> int | None:
        self._turn += 1
        return None if self._turn % 3 == 0 else super().write(octets[: self._most])


class HoardingEnd(ReluctantEnd):
    """An end that takes all at once into a backlog of its own, as one with TLS on it may."""

    def __init__(self, connected: socket.socket) -> None:
        super().__init__(connected)
        self._hoard = b""
        self._is_shut = False

    @property
    def backlog(self) -> int:  # type: ignore[override]
        return len(self._hoard)

    def write(self, octets: memoryview) -> int | None:
        assert not self._hoard, "a writer waits until the backlog is gone"
        self._hoard += bytes(octets)
        with suppress(OSError):  # it took them; the next call tells
            self.flush()
        return len(octets)

    def flush(self) -> None:
        while self._hoard:
            count = SocketEnd.write(self, memoryview(self._hoard[:900]))
            if count is None:
                return
            self._hoard = self._hoard[count:]
        if self._is_shut:
            super().shut()

    def shut(self) -> None:
        self._is_shut = True
        self.flush()


@dataclass
class Served:
    """What a test sees of the server."""

    port: int
    loop: Loop
    handler: Handler
    closed: "queue.Queue[Client]" = field(default_factory=queue.Queue)
    clients: list[Client] = field(default_factory=list)
    _calls: "queue.Queue[Callable[[], None]]" = field(default_factory=queue.Queue)
    _wake: int = -1

    def connect(self, *, receive_buffer: int | None = None) -> socket.socket:
        connection = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        if receive_buffer is not None:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        connection.settimeout(PATIENCE_S)
        connection.connect(("127.0.0.1", self.port))
        return connection

    def ended(self) -> Client:
        """The next client that is over."""
        return self.closed.get(timeout=PATIENCE_S)

    def in_loop(self, call: Callable[[], None]) -> None:
        """Have the loop make a call, and wait for it."""
        done = threading.Event()

        def called() -> None:
            call()
            done.set()

        self._calls.put(called)
        os.write(self._wake, b"!")
        assert done.wait(PATIENCE_S)


@contextmanager
def serving(
    make_handler: Callable[[Loop], Handler], *, make_end: Callable[[socket.socket], End] = SocketEnd
) -> Iterator[Served]:
    """Clients that connect are taken by the handler, on ends of the wanted kind."""
    loop = Loop(Interrupts())
    listener = socket.create_server(("127.0.0.1", 0), backlog=256)
    listener.setblocking(False)
    reader, writer = os.pipe()
    served = Served(port=listener.getsockname()[1], loop=loop, handler=make_handler(loop), _wake=writer)
    faults: list[BaseException] = []

    def accept(_events: int) -> None:
        try:
            connection, address = listener.accept()
        except BlockingIOError:
            return
        client = Client(
            make_end(connection),
            number=len(served.clients) + 1,
            protocol="tcp",
            peer=f"{address[0]}:{address[1]}",
            local=f"127.0.0.1:{served.port}",
            started_s=loop.now_s,
            on_closed=served.closed.put,
        )
        served.clients.append(client)
        served.handler.take(client)

    def woken(_events: int) -> None:
        if os.read(reader, 1) == b"!":
            served._calls.get()()
        else:
            loop.stop()

    def run() -> None:
        try:
            loop.run()
        except BaseException as fault:
            faults.append(fault)

    loop.watch(listener.fileno(), READABLE, accept)
    loop.watch(reader, READABLE, woken)
    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    try:
        yield served
    finally:
        os.write(writer, b".")
        thread.join(PATIENCE_S)
        for client in served.clients:
            client.cut("cut", "the test is over")
        loop.close()
        listener.close()
        os.close(reader)
        os.close(writer)
        if faults:
            raise faults[0]


def read_all(connection: socket.socket) -> bytes:
    """Until the other side closes."""
    parts = []
    while part := connection.recv(1 << 16):
        parts.append(part)
    return b"".join(parts)
