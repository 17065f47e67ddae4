"""Small name servers on loopback for tests of what asks them: each answers as one function says."""

import socket
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from ipaddress import ip_address

from nettools.core.resolve.lookup import Server
from tests.dns_servers.ports import bound_pair

Answer = Callable[[bytes], Sequence[bytes]]
"""A query -> the datagrams that come back."""


def address_reply(query: bytes, address: str = "192.0.2.1", *, tc: bool = False, rcode: int = 0) -> bytes:
    """A reply with one A record; with TC or an rcode it has none."""
    question = query[12 : query.index(b"\0", 12) + 5]
    count = 0 if tc or rcode else 1
    record = b"\xc0\x0c\x00\x01\x00\x01\x00\x00\x00\x3c\x00\x04" + ip_address(address).packed
    head = query[:2] + bytes([0x83 if tc else 0x81, rcode]) + b"\0\1" + bytes([0, count]) + b"\0\0\0\0"
    return head + question + record * count


@contextmanager
def name_server(answer: Answer, stream: Answer | None = None) -> Iterator[Server]:
    """A server over UDP, and over TCP with ``stream``, on a port of its own."""
    with bound_pair() as (datagrams, listener):
        datagrams.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 20)
        port = datagrams.getsockname()[1]
        listener.listen(512)
        threads = [threading.Thread(target=_serve, args=(datagrams, answer))]
        if stream is not None:
            threads.append(threading.Thread(target=_accept, args=(listener, stream)))
        for thread in threads:
            thread.start()
        try:
            yield Server(address=ip_address("127.0.0.1"), port=port)
        finally:
            with suppress(OSError):
                datagrams.shutdown(socket.SHUT_RDWR)  # wakes the thread, although it says that nobody is connected
            with suppress(OSError):
                listener.shutdown(socket.SHUT_RDWR)
            for thread in threads:
                thread.join(10)


def _serve(datagrams: socket.socket, answer: Answer) -> None:
    while True:
        try:
            query, client = datagrams.recvfrom(65_535)
        except OSError:
            return
        if not query:
            return
        for reply in answer(query):
            with suppress(OSError):
                datagrams.sendto(reply, client)


def _accept(listener: socket.socket, answer: Answer) -> None:
    while True:
        try:
            connection, _ = listener.accept()
        except OSError:
            return
        with connection, suppress(OSError):
            connection.settimeout(5)
            size = int.from_bytes(connection.recv(2, socket.MSG_WAITALL), "big")
            for reply in answer(connection.recv(size, socket.MSG_WAITALL)):
                connection.sendall(len(reply).to_bytes(2, "big") + reply)
