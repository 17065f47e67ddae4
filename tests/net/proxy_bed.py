"""A server with a handler under test in this thread's loop, while the clients run in another thread."""

import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from ipaddress import IPv4Address
from typing import TypeVar

from nettools.core.connect.target import Target
from nettools.core.listen.place import Place
from nettools.core.listen.settings import ListenEvent, ServerSettings
from nettools.core.relay.ending import Ending
from nettools.net.connect.dial import DialOrder
from nettools.net.interrupts import Interrupts
from nettools.net.listen.accepting import Acceptor
from nettools.net.listen.clients import Client, Handler
from nettools.net.listen.datagram_server import DatagramServer
from nettools.net.listen.listeners import open_listeners
from nettools.net.loop import READABLE, Loop

LOOPBACK = IPv4Address("127.0.0.1")
T = TypeVar("T")


def order_of(target: Target) -> DialOrder:
    return DialOrder(target=target, timeout_s=5.0)


def order_to(port: int, *, is_datagram: bool = False) -> DialOrder:
    return order_of(Target(transport="udp" if is_datagram else "tcp", host=LOOPBACK, port=port))


class Bed:
    """What happened is in ``closed`` and ``clients``."""

    def __init__(self) -> None:
        self.interrupts = Interrupts()
        self.loop = Loop(self.interrupts)
        self.closed: list[ListenEvent] = []
        self.clients: list[Client] = []
        self._soon: list[Callable[[], None]] = []
        self._wake = os.pipe()
        self._servers: list[Acceptor | DatagramServer] = []

    @property
    def endings(self) -> list[Ending]:
        return [client.ending for client in self.clients if client.ending is not None]

    @property
    def is_idle(self) -> bool:
        """Whether every client that came has gone."""
        return all(client.ending is not None for client in self.clients)

    def serve(self, handler: Handler, *, is_datagram: bool = False, most_clients: int = 5000) -> int:
        """The port that it got."""
        place = Place(transport="udp" if is_datagram else "tcp", host=LOOPBACK, port=0)
        listeners = open_listeners(place, [LOOPBACK])
        kind = DatagramServer if is_datagram else Acceptor
        server = kind(
            self.loop,
            listeners,
            _Noting(self, handler),
            settings=ServerSettings(keep_open=True, most_clients=most_clients),
            on_event=self._note,
            on_over=lambda _ending: None,
        )
        server.start()
        self._servers.append(server)
        assert listeners[0].port is not None
        return listeners[0].port

    def soon(self, callback: Callable[[], None]) -> None:
        """From another thread: let the loop call it."""
        self._soon.append(callback)
        os.write(self._wake[1], b"!")

    def _on_soon(self, _events: int) -> None:
        os.read(self._wake[0], 1)
        self._soon.pop(0)()

    def during(self, work: Callable[[], T], *, until_idle: bool = False, longest_s: float = 60.0) -> T:
        """What ``work`` returns, run in a thread while the loop turns; then perhaps until all clients have gone."""
        done: list[T | BaseException] = []
        readable, writable = os.pipe()

        def run() -> None:
            try:
                done.append(work())
            except BaseException as error:
                done.append(error)
            finally:
                os.close(writable)

        def look() -> None:
            if not until_idle or self.is_idle:
                self.loop.stop()
            else:
                self.loop.call_at(self.loop.now_s + 0.005, look)

        def on_done(_events: int) -> None:
            self.loop.forget(readable)
            look()

        self.loop._is_stopped = False
        late = self.loop.call_at(self.loop.now_s + longest_s, self.loop.stop)
        self.loop.watch(readable, READABLE, on_done)
        self.loop.watch(self._wake[0], READABLE, self._on_soon)
        thread = threading.Thread(target=run, daemon=True)
        thread.start()
        self.loop.run()
        late.cancel()
        assert done, "the work took too long"
        thread.join(5)
        os.close(readable)
        result = done[0]
        if isinstance(result, BaseException):
            raise result
        return result

    def left_behind_by(self, work: Callable[[], object]) -> int:
        """Objects of clients that have gone which only the collector can free: in a flood it comes late."""
        import gc

        self.during(work, until_idle=True)  # what is made once is made
        self.forget_clients()
        gc.collect()
        gc.disable()
        try:
            self.during(work, until_idle=True)
            self.forget_clients()
            return gc.collect()
        finally:
            gc.enable()

    def forget_clients(self) -> None:
        self.clients.clear()
        self.closed.clear()

    def close(self) -> None:
        for server in self._servers:
            server.close_all("cut", "the test is over")
        self.loop.close()
        for descriptor in (self.interrupts._readable, self.interrupts._writable, *self._wake):
            with suppress(OSError):
                os.close(descriptor)

    def _note(self, event: ListenEvent) -> None:
        if event.event == "close":
            self.closed.append(event)


class _Noting:
    """Remembers the clients that a handler gets."""

    def __init__(self, bed: Bed, handler: Handler) -> None:
        self._bed = bed
        self._handler = handler

    def take(self, client: Client) -> None:
        self._bed.clients.append(client)
        self._handler.take(client)


@contextmanager
def made_bed() -> Iterator[Bed]:
    bed = Bed()
    try:
        yield bed
    finally:
        bed.close()
