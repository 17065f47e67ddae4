"""POP3: RFC 2595 §4."""

from nettools.core.connect.starttls.replies import LineStartTls, refused, unlike


class Pop3StartTls(LineStartTls):
    """STLS, +OK. A reply is one line: RFC 1939 §3."""

    def __init__(self) -> None:
        super().__init__()
        self._has_asked = False

    def _heard(self, line: bytes) -> bytes:
        word = line.split(b" ")[0].upper()
        if word == b"-ERR":
            raise refused(line)
        if word != b"+OK":
            raise unlike("POP3", line)
        if self._has_asked:
            self.is_done = True
            return b""
        self._has_asked = True
        return b"STLS\r\n"
