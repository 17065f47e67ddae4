"""One query on its way over one socket: UDP and TCP. A channel does; what an event means is decided elsewhere."""

import errno
import os
import socket
from collections.abc import Callable
from typing import NamedTuple, Protocol

from nettools.core.resolve.lookup import Ask
from nettools.errors import LocalFault
from nettools.net.sockets import SHORTAGES, socket_address

_LARGEST_DATAGRAM = 65_535
_MOST_READS = 16
"""In one turn: a flood leaves time for the deadlines and for others."""
_PENDING = frozenset({errno.EINPROGRESS, errno.EWOULDBLOCK, errno.EAGAIN, errno.EALREADY})


class Reply(NamedTuple):
    """A whole message came."""

    wire: bytes


class Failed(NamedTuple):
    """Nothing more will come; ``result`` is one of the words of ``Try.result``."""

    result: str
    why: str | None = None


class Noted(NamedTuple):
    """Something that the outcome has to say."""

    text: str


Event = Reply | Failed | Noted


class Channel(Protocol):
    """A query on its way."""

    wants_write: bool
    """Whether to wait until the socket can be written to; it is always waited for being readable."""
    wakes_at_s: float | None
    """When ``advance`` wants to be called though nothing came; monotonic seconds."""

    def fileno(self) -> int: ...

    def send(self, wire: bytes) -> list[Event]:
        """Send the query, for UDP perhaps once more."""
        ...

    def advance(self) -> list[Event]:
        """The socket is ready, or ``wakes_at_s`` has passed: what has happened since."""
        ...

    def close(self) -> None: ...


OpenChannel = Callable[[Ask], Channel]
"""Makes the channel for what is to be asked. Raises LocalFault, and MissingExtra for a transport that needs one."""


class UdpChannel:
    """A connected socket: the kernel lets through what comes from the server alone, and tells a closed port at once."""

    wants_write = False
    wakes_at_s: float | None = None

    def __init__(self, ask: Ask) -> None:
        self._socket = connected_socket(ask, socket.SOCK_DGRAM)
        self._failure = _begin_connect(self._socket, ask)

    def fileno(self) -> int:
        return self._socket.fileno()

    def send(self, wire: bytes) -> list[Event]:
        if self._failure is not None:
            return [self._failure]
        try:
            self._socket.send(wire)
        except OSError as error:
            return [failure_of(error)]
        return []

    def advance(self) -> list[Event]:
        events: list[Event] = []
        for _ in range(_MOST_READS):
            try:
                events.append(Reply(self._socket.recv(_LARGEST_DATAGRAM)))
            except BlockingIOError:
                break
            except OSError as error:
                return [*events, failure_of(error)]
        return events

    def close(self) -> None:
        self._socket.close()


class StreamChannel:
    """TCP with the two octets of length of RFC 1035 §4.2.2 before each message.

    A protocol between TCP and the messages overrides what happens to octets: ``_enqueue`` on their way out,
    ``_begin`` once connected, ``_arrived`` on their way in, ``_ended`` when the other side closes.
    """

    wakes_at_s: float | None = None

    def __init__(self, ask: Ask) -> None:
        self._socket = connected_socket(ask, socket.SOCK_STREAM)
        # A query behind a handshake is not to wait until that is acknowledged (Nagle, RFC 9293 §3.7.4).
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._failure = _begin_connect(self._socket, ask)
        self._is_connected = False
        self.wants_write = True
        self._outgoing = b""
        self._incoming = bytearray()

    def fileno(self) -> int:
        return self._socket.fileno()

    def send(self, wire: bytes) -> list[Event]:
        if self._failure is not None:
            return [self._failure]
        self._enqueue(framed(wire))
        return []

    def advance(self) -> list[Event]:
        events: list[Event] = []
        try:
            if not self._is_connected:
                error = self._socket.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
                if error:
                    return [failure_of(OSError(error, ""))]
                self._is_connected = True
                events += self._begin()
            self._write()
            events += self._read()
            self._write()
        except OSError as error:
            events.append(failure_of(error))
        return events

    def _enqueue(self, octets: bytes) -> None:
        """Octets that are to be sent."""
        self._outgoing += octets

    def _begin(self) -> list[Event]:
        """The connection stands."""
        return []

    def _arrived(self, octets: bytes) -> list[Event]:
        """Octets have come: the messages that they complete."""
        self._incoming += octets
        return list(self._messages())

    def _ended(self) -> list[Event]:
        """The other side has closed."""
        return [Failed("cut" if self._incoming else "closed")]

    def _write(self) -> None:
        try:
            while self._outgoing:
                self._outgoing = self._outgoing[self._socket.send(self._outgoing) :]
        except BlockingIOError:
            pass
        self.wants_write = bool(self._outgoing)

    def _read(self) -> list[Event]:
        """Take what is there, and of a flood a part."""
        events: list[Event] = []
        for _ in range(_MOST_READS):
            try:
                octets = self._socket.recv(_LARGEST_DATAGRAM)
            except BlockingIOError:
                break
            except OSError as error:  # what came before it counts
                return [*events, failure_of(error)]
            events += self._arrived(octets) if octets else self._ended()
            if not octets:
                break
        return events

    def _messages(self) -> list[Reply]:
        replies: list[Reply] = []
        while len(self._incoming) >= 2:
            end = 2 + int.from_bytes(self._incoming[:2], "big")
            if len(self._incoming) < end:
                break
            replies.append(Reply(bytes(self._incoming[2:end])))
            del self._incoming[:end]
        return replies

    def close(self) -> None:
        self._socket.close()


def framed(wire: bytes) -> bytes:
    """A message with its length before it, RFC 1035 §4.2.2."""
    return len(wire).to_bytes(2, "big") + wire


def connected_socket(ask: Ask, kind: socket.SocketKind) -> socket.socket:
    """A socket that never blocks, of the server's family. Raises LocalFault."""
    family = socket.AF_INET if ask.server.address.version == 4 else socket.AF_INET6
    try:
        made = socket.socket(family, kind)
    except OSError as error:
        raise LocalFault(f"no socket for {ask.server}: {error.strerror}") from None
    made.setblocking(False)
    return made


def _begin_connect(made: socket.socket, ask: Ask) -> Failed | None:
    try:
        error = made.connect_ex(socket_address(ask.server.address, ask.server.port))
    except OSError as refusal:
        return failure_of(refusal)
    return None if error == 0 or error in _PENDING else failure_of(OSError(error, ""))


_RESULTS = {
    errno.ECONNREFUSED: "refused-connection",
    errno.ECONNRESET: "reset",
    errno.EPIPE: "reset",
    errno.ETIMEDOUT: "timeout",
}


def failure_of(error: OSError) -> Failed:
    """What an error of the socket means for the try. Raises LocalFault for a shortage of this machine's own."""
    number = error.errno or 0
    if number in SHORTAGES:
        raise LocalFault(f"cannot ask: {errno.errorcode.get(number, str(number))}") from None
    result = _RESULTS.get(number)
    if result is not None:
        return Failed(result)
    return Failed("unreachable", os.strerror(number) if number else str(error))
