"""A port of loopback for a name server: the same number over UDP and TCP."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager

_TRIES = 100


@contextmanager
def bound_pair() -> Iterator[tuple[socket.socket, socket.socket]]:
    """(UDP socket, TCP socket) bound to one port of 127.0.0.1 that was free for both."""
    for _ in range(_TRIES):
        datagrams = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        stream = socket.socket()
        with datagrams, stream:
            datagrams.bind(("127.0.0.1", 0))
            try:
                stream.bind(datagrams.getsockname())
            except OSError:  # some connection of this machine has the number
                continue
            yield datagrams, stream
            return
    raise OSError(f"no port was free for UDP and TCP in {_TRIES} tries")
