"""PostgreSQL: its documentation, "Message Flow", "SSL Session Encryption", and "Message Formats", SSLRequest."""

from typing import Final

from nettools.core.connect.handshake import HandshakeFailed
from nettools.core.connect.starttls.replies import StartTls, not_offered

_SSL_REQUEST: Final = (8).to_bytes(4, "big") + (1234 << 16 | 5679).to_bytes(4, "big")
"""Its length, and a number that no version of the protocol has."""


class PostgresStartTls(StartTls):
    """SSLRequest, one octet. Nothing may stand behind it (CVE-2021-23222)."""

    def begin(self) -> bytes:
        return _SSL_REQUEST

    def _advance(self) -> bytes:
        answer, self._unread = self._unread[:1], self._unread[1:]
        if answer == b"N":
            raise not_offered()
        if answer not in (b"", b"S"):
            raise HandshakeFailed("it does not speak PostgreSQL, or not now")
        self.is_done = answer == b"S"
        return b""
