"""Many datagrams with one system call: sendmmsg(2) and recvmmsg(2) through ctypes, and a loop where there is neither.

The structures are those of the system's own ABI, laid out by ctypes; they are filled through views of their memory,
since setting a field of a ctypes structure costs more than sending the datagram.
"""

import ctypes
import errno
import os
import socket
from collections.abc import Sequence
from contextlib import suppress
from itertools import accumulate
from typing import Final, Protocol

from nettools.net.messages import IoVector, MultiMessageHeader

MOST_AT_ONCE: Final = 64
"""Datagrams of one call."""
_LARGEST_DATAGRAM: Final = 1 << 16
_LARGEST_QUERY: Final = 4096
_WOULD_BLOCK: Final = frozenset({errno.EAGAIN, errno.EWOULDBLOCK, errno.ENOBUFS})


class Datagrams(Protocol):
    """Sends and receives on connected sockets that do not block."""

    def send(self, connected: socket.socket, messages: Sequence[bytes]) -> int:
        """Send up to MOST_AT_ONCE messages. Returns how many the system took. Raises OSError."""
        ...

    def receive(self, connected: socket.socket) -> list[bytes]:
        """What has come, at most MOST_AT_ONCE; nothing when nothing is there. Raises OSError."""
        ...


def make_datagrams() -> Datagrams:
    """The fastest way that this system has."""
    with suppress(OSError, AttributeError, TypeError):
        return MmsgDatagrams()
    return PlainDatagrams()


class PlainDatagrams:
    """One system call for each datagram."""

    def send(self, connected: socket.socket, messages: Sequence[bytes]) -> int:
        for number, message in enumerate(messages):
            try:
                connected.send(message)
            except OSError as error:
                if error.errno in _WOULD_BLOCK:
                    return number
                raise
        return len(messages)

    def receive(self, connected: socket.socket) -> list[bytes]:
        received: list[bytes] = []
        while len(received) < MOST_AT_ONCE:
            try:
                received.append(connected.recv(_LARGEST_DATAGRAM))
            except BlockingIOError:
                break
            except OSError:
                if received:
                    break  # the next query will tell it again
                raise
        return received


class MmsgDatagrams:
    """All that fit into one call. Raises AttributeError where the C library has no such call."""

    def __init__(self) -> None:
        if os.name != "posix" or not hasattr(socket, "recv_fds"):
            raise AttributeError("no C library of a POSIX system")
        library = ctypes.CDLL(None, use_errno=True)
        self._sendmmsg, self._recvmmsg = library.sendmmsg, library.recvmmsg
        self._outgoing = _Batch(MOST_AT_ONCE * _LARGEST_QUERY)
        self._incoming = _Batch(MOST_AT_ONCE * _LARGEST_DATAGRAM)
        for number in range(MOST_AT_ONCE):
            self._incoming.place(number, number * _LARGEST_DATAGRAM, _LARGEST_DATAGRAM)

    def send(self, connected: socket.socket, messages: Sequence[bytes]) -> int:
        batch, start = self._outgoing, 0
        data = b"".join(messages)
        batch.octets[: len(data)] = data
        for number, end in enumerate(accumulate(map(len, messages))):
            batch.place(number, start, end - start)
            start = end
        # After some messages the call keeps its error to itself, and only the next one tells it: sendmmsg(2), BUGS.
        done = 0
        while done < len(messages):
            sent: int = self._sendmmsg(connected.fileno(), batch.header(done), len(messages) - done, 0)
            if sent < 0:
                number = ctypes.get_errno()
                if number in _WOULD_BLOCK:
                    break
                raise OSError(number, os.strerror(number))
            done += sent
        return done

    def receive(self, connected: socket.socket) -> list[bytes]:
        batch = self._incoming
        count: int = self._recvmmsg(connected.fileno(), batch.headers, MOST_AT_ONCE, 0, None)
        if count >= 0:
            octets, place = batch.octets, 0
            received = []
            for length in batch.lengths(count):
                received.append(octets[place : place + length].tobytes())
                place += _LARGEST_DATAGRAM
            return received
        number = ctypes.get_errno()
        if number in _WOULD_BLOCK:
            return []
        raise OSError(number, os.strerror(number))


class _Batch:
    """Room for the datagrams of one call, and the headers that point into it."""

    def __init__(self, size: int) -> None:
        # Anonymous memory: pages that no datagram ever reaches cost nothing.
        import mmap

        self._room = mmap.mmap(-1, size)
        self._first = ctypes.c_char.from_buffer(self._room)
        self._base = ctypes.addressof(self._first)
        self.octets = memoryview(self._room)
        vectors = (IoVector * MOST_AT_ONCE)()
        self.headers = (MultiMessageHeader * MOST_AT_ONCE)()
        for number in range(MOST_AT_ONCE):
            self.headers[number].header.vectors = ctypes.addressof(vectors[number])
            self.headers[number].header.vector_count = 1
        self._vectors = memoryview(vectors).cast("B").cast("P")
        self._words = memoryview(self.headers).cast("B").cast("I")
        self._stride = ctypes.sizeof(MultiMessageHeader) // 4
        self._length_at = MultiMessageHeader.length.offset // 4

    def header(self, number: int) -> object:
        """The header of datagram ``number``, for a call that begins with it."""
        return ctypes.byref(self.headers, number * ctypes.sizeof(MultiMessageHeader))

    def place(self, number: int, start: int, length: int) -> None:
        """Say where datagram ``number`` lies."""
        self._vectors[2 * number] = self._base + start
        self._vectors[2 * number + 1] = length

    def lengths(self, count: int) -> Sequence[int]:
        """How long the first ``count`` datagrams that came are."""
        return self._words[self._length_at : count * self._stride : self._stride].tolist()
