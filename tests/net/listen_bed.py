"""A loop that a test turns by itself, and handlers that do the least."""

import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import monotonic

from nettools.core.connect.target import Transport
from nettools.core.listen.access import Access
from nettools.core.listen.place import parse_place
from nettools.core.listen.settings import ListenEvent, ServerSettings
from nettools.core.relay.ending import Ending, EndingKind
from nettools.net.interrupts import Interrupts
from nettools.net.listen.accepting import Wrap
from nettools.net.listen.clients import Client, Handler
from nettools.net.listen.listeners import Listening, open_listeners
from nettools.net.listen.serving import Server, make_server
from nettools.net.loop import READABLE, Loop

PATIENCE_S = 10.0


class Bed:
    """One server in this process; the test says how far the loop turns."""

    def __init__(self) -> None:
        self.interrupts = Interrupts()
        self.loop = Loop(self.interrupts)
        self.events: list[ListenEvent] = []
        self.overs: list[Ending | None] = []
        self.listeners: list[Listening] = []
        self._servers: list[Server] = []
        self._sockets: list[socket.socket] = []

    def serve(
        self,
        handler: Handler,
        *words: str,
        transport: Transport = "tcp",
        settings: ServerSettings | None = None,
        access: Callable[[], Access] | None = None,
        wrap: Wrap | None = None,
        is_any: bool = False,
        version: int | None = 4,
    ) -> Server:
        """A server at the place; ``self.listeners`` are its sockets."""
        version = None if transport in ("unix", "unix-datagram") else version
        place = parse_place(words or ["0"], transport=transport, is_any=is_any, version=version)
        self.listeners = open_listeners(place, place.addresses())
        server = make_server(
            self.loop,
            place,
            self.listeners,
            handler,
            settings=settings or ServerSettings(keep_open=True),
            on_event=self.events.append,
            on_over=self.overs.append,
            access=access,
            wrap=wrap,
        )
        self._servers.append(server)
        server.start()
        return server

    @property
    def port(self) -> int:
        port = self.listeners[0].port
        assert port is not None
        return port

    def connect(self, host: str = "127.0.0.1") -> socket.socket:
        return self.keep(socket.create_connection((host, self.port), timeout=PATIENCE_S))

    def keep(self, one: socket.socket) -> socket.socket:
        """Close it at the end."""
        self._sockets.append(one)
        return one

    def told(self, event: str) -> list[ListenEvent]:
        return [one for one in self.events if one.event == event]

    def turn(self) -> None:
        """One turn, which waits for nothing longer than a moment."""
        self.loop.call_at(monotonic() + 0.005, lambda: None)
        self.loop._turn()

    def until(self, condition: Callable[[], bool], *, within_s: float = PATIENCE_S) -> float:
        """Turn until it holds; how long that took."""
        began_s = monotonic()
        while not condition():
            assert monotonic() - began_s < within_s, "it never came"
            self.turn()
        return monotonic() - began_s

    def read(self, connected: socket.socket, count: int = 1 << 16) -> bytes:
        """What comes next on that socket, while the loop turns; empty at its end."""
        connected.settimeout(0)
        got: list[bytes] = []

        def has_come() -> bool:
            try:
                got.append(connected.recv(count))
            except BlockingIOError:
                return False
            except ConnectionResetError:
                got.append(b"")
            return True

        self.until(has_come)
        return got[0]

    def read_exactly(self, connected: socket.socket, count: int) -> bytes:
        said = b""
        while len(said) < count:
            more = self.read(connected, count - len(said))
            assert more, f"it ended after {said!r}"
            said += more
        return said

    def is_silent(self, connected: socket.socket, *, turns: int = 5) -> bool:
        """Whether nothing has come after some turns."""
        for _ in range(turns):
            self.turn()
        connected.settimeout(0)
        try:
            connected.recv(1, socket.MSG_PEEK)
        except BlockingIOError:
            return True
        return False

    def close(self) -> None:
        for server in self._servers:
            server.close_all("cut", "the test is over")
        for one in self._sockets:
            one.close()
        self.loop.close()
        self.interrupts.__exit__(None, None, None)


@contextmanager
def bed() -> Iterator[Bed]:
    """The bed, taken apart at the end."""
    made = Bed()
    try:
        yield made
    finally:
        made.close()


class Echo:
    """A handler that says again what it hears, as far as that goes without waiting."""

    def __init__(self, loop: Loop) -> None:
        self.loop = loop
        self.clients: list[Client] = []
        self._buffer = memoryview(bytearray(1 << 16))

    def take(self, client: Client) -> None:
        self.clients.append(client)
        buffer = self._buffer
        counts = [0, 0]
        descriptor = client.end.read_descriptor

        def on_change(_events: int = 0) -> None:
            try:
                while (count := client.end.read_into(buffer)) is not None:
                    if not count and not client.end.is_datagram:
                        return cut("closed", "it ended")
                    counts[0] += count
                    counts[1] += client.end.write(buffer[:count]) or 0
            except OSError as error:
                cut("reset", str(error))

        def cut(kind: EndingKind, message: str) -> None:
            if client.is_open:
                if descriptor is not None:
                    self.loop.forget(descriptor)
                client.end.close()
                client.closed(Ending(kind=kind, message=message), bytes_in=counts[0], bytes_out=counts[1])

        client.cut = cut
        client.end.attach(on_change)
        if descriptor is not None:
            self.loop.watch(descriptor, READABLE, on_change)
        else:
            on_change()


class Keep:
    """A handler that only remembers its clients."""

    def __init__(self) -> None:
        self.clients: list[Client] = []

    def take(self, client: Client) -> None:
        self.clients.append(client)
