"""The ends of a relay: octets in and out without blocking, whatever stands behind.

``read_into`` takes what has come, ``write`` hands over what it can, ``shut`` says that no more will come, ``close``
ends it. Errors are OSError, or EndFailed where the system has no word for it.
"""

import errno
import os
import select
import socket
import sys
from collections.abc import Callable
from contextlib import suppress
from time import monotonic
from typing import Final, Protocol

from nettools.core.relay.ending import EndingKind
from nettools.net.loop import Loop, Timer

_FULL_QUEUE_S: Final = 0.01
"""How long a datagram waits when send(2) says ENOBUFS: no event tells that the queue of the device has room again."""

_SIOCOUTQ: Final = 0x5411  # linux/sockios.h


class EndFailed(Exception):
    """An end that cannot go on for a reason that is no OSError: TLS, a protocol."""

    def __init__(self, kind: EndingKind, message: str) -> None:
        super().__init__(message)
        self.kind = kind
        self.message = message


class End(Protocol):
    """One end of a relay."""

    @property
    def is_datagram(self) -> bool:
        """Whether each read and each write is a datagram: an empty one is no end then."""

    @property
    def backlog(self) -> int:
        """Octets that ``write`` took and the system has not yet (TLS records, say): ``flush`` goes on with them."""

    @property
    def read_descriptor(self) -> int | None:
        """What to wait for before reading; None for an end without one, which calls what ``attach`` gave it."""

    @property
    def write_descriptor(self) -> int | None:
        """The same for writing."""

    @property
    def splices(self) -> bool:
        """Whether the octets are those of the descriptors themselves, so that the kernel may move them."""

    def read_into(self, buffer: memoryview) -> int | None:
        """How many octets came; 0 is the end of a stream; None when there is nothing now."""

    def write(self, octets: memoryview) -> int | None:
        """How many octets were taken; None when none can be now. A datagram is taken whole, an empty one as well."""

    def attach(self, on_change: Callable[[], None]) -> None:
        """What to call when reading or writing may have become possible; for ends without descriptors."""

    def flush(self) -> None:
        """Go on with the backlog."""

    def shut(self) -> None:
        """Tell the other side that nothing more comes."""

    def close(self) -> None:
        """Let go of everything. May be called twice."""


def is_readable(descriptor: int) -> bool:
    """Whether reading would not wait: there are octets, an end or an error."""
    poll = select.poll()
    poll.register(descriptor, select.POLLIN)
    return bool(poll.poll(0))


def unsent(descriptor: int | None) -> int | None:
    """Octets, and the end of the stream, that the peer's system has not acknowledged; None where nobody can tell.

    SIOCOUTQ of tcp(7) and unix(7), which has the number of TIOCOUTQ.
    """
    if descriptor is None:
        return None
    try:
        import fcntl

        return int.from_bytes(fcntl.ioctl(descriptor, _SIOCOUTQ, bytes(4)), sys.byteorder)
    except (ImportError, OSError):
        return None


class SocketEnd:
    """A connected socket: a stream of TCP, Unix or vsock, or datagrams.

    ``own_path`` is a Unix socket that was bound for this connection, and is removed with it. Datagrams need the
    ``loop``: when the queue of the device is full, they wait a moment there.
    """

    backlog = 0

    def __init__(self, connected: socket.socket, *, loop: Loop | None = None, own_path: str | None = None) -> None:
        connected.setblocking(False)
        self.socket = connected
        self.is_datagram = connected.type == socket.SOCK_DGRAM
        self._descriptor = connected.fileno()
        self._loop = loop
        self._own_path = own_path
        self._pause: Timer | None = None
        self._on_change: Callable[[], None] | None = None

    @property
    def read_descriptor(self) -> int | None:
        return self._descriptor

    @property
    def write_descriptor(self) -> int | None:
        """None while it waits for the queue of the device: the socket itself looks writable all the time."""
        return self._descriptor if self._pause is None else None

    @property
    def splices(self) -> bool:
        return not self.is_datagram

    def read_into(self, buffer: memoryview) -> int | None:
        try:
            return self.socket.recv_into(buffer)
        except BlockingIOError:
            return None

    def write(self, octets: memoryview) -> int | None:
        if self._pause is not None:
            return None
        try:
            return self.socket.send(octets)
        except BlockingIOError:
            return None
        except OSError as error:
            if error.errno != errno.ENOBUFS or not self.is_datagram or self._loop is None:
                raise
            self._pause = self._loop.call_at(monotonic() + _FULL_QUEUE_S, self._go_on)
            return None

    def is_broken(self) -> bool:
        """Whether a stream was reset, and nothing that came before can be read."""
        if self.is_datagram:
            return False
        try:
            self.socket.recv(1, socket.MSG_PEEK)
        except BlockingIOError:
            return False
        except OSError:
            return True
        return False

    def attach(self, on_change: Callable[[], None]) -> None:
        """Its descriptors tell, but for the end of a pause."""
        self._on_change = on_change

    def flush(self) -> None:
        """Nothing is kept back."""

    def shut(self) -> None:
        if not self.is_datagram:
            with suppress(OSError):  # ENOTCONN: the other side has gone already
                self.socket.shutdown(socket.SHUT_WR)

    def close(self) -> None:
        if self._pause is not None:
            self._pause.cancel()
        self._on_change = None  # no cycle stays behind
        self.socket.close()
        if self._own_path is not None:
            with suppress(OSError):  # somebody else has removed it
                os.unlink(self._own_path)
            self._own_path = None

    def _go_on(self) -> None:
        self._pause = None
        if self._on_change is not None:
            self._on_change()


class DescriptorEnd:
    """A pair of descriptors: standard input and output, or the pipes of a child."""

    backlog = 0
    is_datagram = False

    def __init__(self, reader: int | None, writer: int | None, *, owns: bool) -> None:
        self._reader = reader
        self._writer = writer
        self._owns = owns

    @property
    def read_descriptor(self) -> int | None:
        return self._reader

    @property
    def write_descriptor(self) -> int | None:
        return self._writer

    @property
    def splices(self) -> bool:
        return True

    def read_into(self, buffer: memoryview) -> int | None:
        if self._reader is None:
            return 0
        try:
            return os.readv(self._reader, [buffer])
        except BlockingIOError:
            return None

    def write(self, octets: memoryview) -> int | None:
        if self._writer is None:
            raise BrokenPipeError(errno.EPIPE, os.strerror(errno.EPIPE))
        try:
            return os.write(self._writer, octets)
        except BlockingIOError:
            return None

    def attach(self, on_change: Callable[[], None]) -> None:
        """Its descriptors tell."""

    def flush(self) -> None:
        """Nothing is kept back."""

    def shut(self) -> None:
        if self._writer is not None and self._owns:
            os.close(self._writer)
            self._writer = None

    def close(self) -> None:
        self.shut()
        if self._reader is not None and self._owns:
            os.close(self._reader)
            self._reader = None
