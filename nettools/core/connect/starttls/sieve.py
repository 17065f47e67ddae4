"""ManageSieve: RFC 5804."""

import re
from typing import Final

from nettools.core.connect.handshake import HandshakeFailed
from nettools.core.connect.starttls.replies import LineStartTls, not_offered, refused, unlike

_LITERAL: Final = re.compile(rb"\{([0-9]{1,9})\+?\}\Z")
_CAPABILITY: Final = re.compile(rb'"([^"\\]*)"')
_RESPONSE: Final = re.compile(rb"(OK|NO|BYE)(?: |\Z)", re.IGNORECASE)


class SieveStartTls(LineStartTls):
    """The capabilities and OK, STARTTLS, OK: RFC 5804 §1.7 and §2.2. They come again once TLS is there."""

    def __init__(self) -> None:
        super().__init__()
        self._has_asked = False
        self._is_offered = False
        self._literal = 0
        """Octets that are a string whose length stood at the end of a line: RFC 5804 §4."""

    def _advance(self) -> bytes:
        while True:
            skipped = min(self._literal, len(self._unread))
            self._unread = self._unread[skipped:]
            self._literal -= skipped
            if self._literal or b"\n" not in self._unread or self.is_done:
                self._check_length(self._unread)
                return b""
            line, _, self._unread = self._unread.partition(b"\n")
            self._check_length(line)
            answer = self._heard(line.removesuffix(b"\r"))
            if answer:
                return answer

    def _heard(self, line: bytes) -> bytes:
        literal = _LITERAL.search(line)
        if literal is not None:
            self._literal = int(literal[1])
        response = _RESPONSE.match(line)
        if response is not None:
            return self._responded(response[1].upper(), line)
        capability = _CAPABILITY.match(line)
        if self._has_asked or (capability is None and literal is None and line):
            raise unlike("ManageSieve", line)
        if capability is not None and capability[1].upper() == b"STARTTLS":
            self._is_offered = True
        return b""

    def _responded(self, word: bytes, line: bytes) -> bytes:
        if self._literal:
            raise HandshakeFailed("it puts a literal string into a response before TLS")
        if word != b"OK":
            raise refused(line)
        if self._has_asked:
            self.is_done = True
            return b""
        if not self._is_offered:
            raise not_offered()
        self._has_asked = True
        return b"STARTTLS\r\n"
