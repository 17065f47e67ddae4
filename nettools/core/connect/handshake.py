"""What is said on a connection before its octets are relayed: to a proxy, or before TLS begins in the open.

A handshake is a machine without sockets: it says what to send, is told what came, and knows when it is over.
"""

from typing import Protocol


class HandshakeFailed(Exception):
    """The other side did not agree, or cannot be understood; the message says which."""

    def __init__(self, message: str, *, hint: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class NewConnectionWanted(HandshakeFailed):
    """No failure yet: the other side closes this connection, and ``again`` is to be begun on a new one."""

    def __init__(self, message: str, *, again: "Handshake") -> None:
        super().__init__(message)
        self.again = again


class Handshake(Protocol):
    """One handshake, from our side."""

    is_done: bool
    rest: bytes
    """Octets that came behind the handshake: the first of what is to be relayed."""

    def begin(self) -> bytes:
        """What to send first; may be empty."""

    def received(self, octets: bytes) -> bytes:
        """What to send now that these came. Raises HandshakeFailed."""

    def ended(self) -> None:
        """The other side closed before it was done. Raises HandshakeFailed."""
