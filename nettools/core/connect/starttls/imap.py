"""IMAP: RFC 9051 §6.2.1 and RFC 3501 §6.2.1."""

from typing import Final

from nettools.core.connect.handshake import HandshakeFailed
from nettools.core.connect.starttls.replies import LineStartTls, refused, unlike

_TAG: Final = b"a1"


class ImapStartTls(LineStartTls):
    """A greeting, STARTTLS, OK under our tag; untagged lines may stand before it (RFC 9051 §2.2.2)."""

    def __init__(self) -> None:
        super().__init__()
        self._has_asked = False

    def _heard(self, line: bytes) -> bytes:
        tag, _, rest = line.partition(b" ")
        word = rest.split(b" ")[0].upper()
        if not self._has_asked:
            return self._greeted(tag, word, line)
        if tag == b"*":
            if word == b"BYE":
                raise refused(line)
            return b""
        if tag != _TAG:
            raise unlike("IMAP", line)
        if word != b"OK":
            raise refused(line)
        self.is_done = True
        return b""

    def _greeted(self, tag: bytes, word: bytes, line: bytes) -> bytes:
        if tag != b"*" or word not in (b"OK", b"PREAUTH", b"BYE"):
            raise unlike("IMAP", line)
        if word == b"PREAUTH":  # RFC 9051 §11.1: it would let somebody on the way have all of it in the clear
            raise HandshakeFailed("it says that we are logged in already (PREAUTH), which rules TLS out")
        if word == b"BYE":
            raise refused(line)
        self._has_asked = True
        return _TAG + b" STARTTLS\r\n"
