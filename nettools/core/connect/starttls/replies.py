"""What the protocols of STARTTLS have in common: replies that are bounded, and nothing behind the go-ahead.

What stands behind it in the clear would be taken for a part of the secured stream by a client that does not look:
whoever sits on the way could say it (CVE-2011-0411 and its kin; "NO STARTTLS", USENIX Security 2021).
"""

from abc import ABC, abstractmethod
from typing import Final

from nettools.core.connect.handshake import HandshakeFailed
from nettools.core.text import quoted

MOST_OCTETS: Final = 1 << 16
"""What a server may say before TLS, in all: far above any greeting and list of capabilities."""
LONGEST_LINE: Final = 8192
"""Far above the 512 to 1,000 octets that the protocols allow."""


class StartTls(ABC):
    """A handshake in turns: the server speaks, then we do. Nobody may speak out of turn."""

    most_octets = MOST_OCTETS

    def __init__(self) -> None:
        self.is_done = False
        self.rest = b""
        self._unread = b""
        self._count = 0

    def begin(self) -> bytes:
        """What to send first: nothing, where the server greets."""
        return b""

    def received(self, octets: bytes) -> bytes:
        self._count += len(octets)
        if self._count > self.most_octets:
            raise HandshakeFailed(f"it said more than {self.most_octets:,} bytes and did not begin TLS")
        self._unread += octets
        answer = self._advance()
        if (answer or self.is_done) and self._unread:
            behind = f"{len(self._unread):,} bytes" if len(self._unread) > 1 else "a byte"
            raise HandshakeFailed(
                f"it spoke out of turn before TLS began: {behind} behind its reply",
                hint="somebody on the way may have put that there: what it says cannot be trusted",
            )
        return answer

    def ended(self) -> None:
        raise HandshakeFailed("it closed the connection before TLS began")

    @abstractmethod
    def _advance(self) -> bytes:
        """Take replies out of ``_unread``; what to send once one is whole. Raises HandshakeFailed."""


class LineStartTls(StartTls):
    """The same where replies are lines."""

    def _advance(self) -> bytes:
        while not self.is_done and b"\n" in self._unread:
            line, _, self._unread = self._unread.partition(b"\n")
            self._check_length(line)
            answer = self._heard(line.removesuffix(b"\r"))
            if answer:
                return answer
        self._check_length(self._unread)
        return b""

    def _check_length(self, line: bytes) -> None:
        if len(line) > LONGEST_LINE:
            raise HandshakeFailed(f"it sent a line of more than {LONGEST_LINE:,} bytes")

    @abstractmethod
    def _heard(self, line: bytes) -> bytes:
        """What to send after this line; nothing while the reply goes on. Raises HandshakeFailed."""


def said(line: bytes) -> str:
    """A reply as it is shown in a failure."""
    return quoted(line.decode("utf-8", "surrogateescape"), 100)


def refused(line: bytes) -> HandshakeFailed:
    """It does not want to begin TLS, or not now."""
    return HandshakeFailed(f"it does not begin TLS: {said(line)}")


def not_offered() -> HandshakeFailed:
    """It speaks the protocol, without TLS; or somebody on the way has taken the offer out."""
    return HandshakeFailed(
        "it does not offer to begin TLS", hint="it may speak TLS from the first byte on another port: --tls alone"
    )


def unlike(protocol: str, line: bytes) -> HandshakeFailed:
    """What came is nothing that the protocol has."""
    return HandshakeFailed(f"it does not speak {protocol}: {said(line)}")
