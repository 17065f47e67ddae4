"""UDP servers on loopback that run a function for each datagram, in a thread, until the test is over."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

Client = tuple[str, int]
Handler = Callable[[socket.socket, bytes, Client], None]


@contextmanager
def datagram_server(handle: Handler, *, port: int = 0) -> Iterator[int]:
    """The port of a server on 127.0.0.1, a free one for 0; ``handle`` gets its socket, the query and the client."""
    bound = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    bound.bind(("127.0.0.1", port))
    is_over = threading.Event()

    def serve() -> None:
        while not is_over.is_set():
            query, client = bound.recvfrom(65_535)
            if query:
                with suppress(OSError):
                    handle(bound, query, client)

    server = threading.Thread(target=serve, daemon=True)
    server.start()
    port = bound.getsockname()[1]
    try:
        yield port
    finally:
        is_over.set()
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as waker:
            waker.sendto(b"", ("127.0.0.1", port))
        server.join(5)
        bound.close()


@contextmanager
def closed_port(kind: socket.SocketKind) -> Iterator[int]:
    """A port of 127.0.0.1 where nobody listens: nobody else is given it while we hold it."""
    with socket.socket(socket.AF_INET, kind) as held:
        held.bind(("127.0.0.1", 0))
        port = held.getsockname()[1]
        if kind == socket.SOCK_DGRAM:
            # A bound UDP socket would take the query; connected elsewhere, it takes nothing from us.
            held.connect(("127.0.0.1", 1))
        yield port
