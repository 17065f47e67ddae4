"""A connection to a port that is looked at: read up to a bound, written without waiting, reset at the end."""

from contextlib import suppress
from typing import Final

from nettools.net.loop import READABLE, WRITABLE
from nettools.net.relay.ends import SocketEnd
from nettools.net.sockets import reset_on_close
from nettools.net.tls.end import TlsEnd

_LARGEST_READ: Final = 1 << 16
"""No datagram is larger (RFC 768)."""
_BUFFER: Final = memoryview(bytearray(_LARGEST_READ))
"""Shared by all: what is in it is copied before anybody else has a turn."""


class Link:
    """A socket, with TLS around it or without."""

    def __init__(self, end: SocketEnd) -> None:
        self.socket_end = end
        self._tls: TlsEnd | None = None
        self._unsent = memoryview(b"")

    @property
    def descriptor(self) -> int:
        return self.socket_end.socket.fileno()

    @property
    def is_datagram(self) -> bool:
        return self.socket_end.is_datagram

    @property
    def interest(self) -> int:
        """What to wait for while listening."""
        is_sending = bool(self._unsent) or (self._tls is not None and bool(self._tls.backlog))
        return READABLE | WRITABLE if is_sending else READABLE

    def secured(self, end: TlsEnd) -> None:
        """From now on octets go through TLS, which is around the same socket."""
        self._tls = end

    def say(self, data: bytes) -> None:
        """Send it, as far as the socket takes it now. Raises OSError, EndFailed."""
        self._unsent = memoryview(bytes(self._unsent) + data)
        self.go_on()

    def go_on(self) -> None:
        """Send what is left. Raises OSError, EndFailed."""
        end = self._tls or self.socket_end
        if end.backlog:
            end.flush()
        while self._unsent and not end.backlog:
            count = end.write(self._unsent)
            if count is None:
                return
            self._unsent = self._unsent[count:]

    def read(self, most: int) -> bytes | None:
        """What has come, at most so much; nothing at the end of a stream, None when there is nothing now.

        Of a datagram the rest is lost. Raises OSError, EndFailed.
        """
        end = self._tls or self.socket_end
        room = _LARGEST_READ if self.is_datagram else min(most, _LARGEST_READ)
        count = end.read_into(_BUFFER[:room])
        return None if count is None else bytes(_BUFFER[: min(count, most)])

    def close(self) -> None:
        """At once, without TIME_WAIT: a machine with few local ports could not come back to the port."""
        if not self.is_datagram:
            with suppress(OSError):  # the other side may have reset it already
                reset_on_close(self.socket_end.socket)
        self._tls = None
        self.socket_end.close()
