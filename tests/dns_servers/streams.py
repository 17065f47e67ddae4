"""TCP servers, plain or with TLS, that run a function for each connection in a thread until the test is over."""

import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

Handler = Callable[[socket.socket], None]


@contextmanager
def stream_server(handle: Handler, context: ssl.SSLContext | None = None) -> Iterator[int]:
    """The port of a server on 127.0.0.1. Connections that are open at the end are closed."""
    listener = socket.create_server(("127.0.0.1", 0))
    open_sockets: list[socket.socket] = []

    def serve(connection: socket.socket) -> None:
        with suppress(OSError, ssl.SSLError), connection:
            secured = context.wrap_socket(connection, server_side=True) if context else connection
            open_sockets.append(secured)
            with secured:
                handle(secured)

    def accept() -> None:
        with suppress(OSError):
            while True:
                connection, _ = listener.accept()
                open_sockets.append(connection)
                threading.Thread(target=serve, args=(connection,), daemon=True).start()

    acceptor = threading.Thread(target=accept, daemon=True)
    acceptor.start()
    try:
        yield listener.getsockname()[1]
    finally:
        with suppress(OSError):
            listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        for one in open_sockets:
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            with suppress(OSError):
                one.close()
        acceptor.join(5)


def received_message(connection: socket.socket) -> bytes:
    """The next message with the two octets of length before it."""
    length = received(connection, 2)
    return received(connection, int.from_bytes(length, "big"))


def received(connection: socket.socket, count: int) -> bytes:
    """That many octets. Raises ConnectionError when the client ends before."""
    octets = b""
    while len(octets) < count:
        more = connection.recv(count - len(octets))
        if not more:
            raise ConnectionError("the client has gone")
        octets += more
    return octets


def silent(connection: socket.socket) -> None:
    """Reads, and never says anything."""
    while connection.recv(4096):
        pass
