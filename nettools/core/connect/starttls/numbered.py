"""Protocols whose replies begin with three digits: SMTP (RFC 3207), LMTP (RFC 2033), FTP (RFC 4217)."""

import re
from abc import ABC, abstractmethod
from typing import Final

from nettools.core.connect.starttls.replies import LineStartTls, not_offered, refused, unlike

_REPLY: Final = re.compile(rb"([1-5][0-9]{2})(?:([ -])(.*))?\Z", re.DOTALL)
"""RFC 5321 §4.2, RFC 959 §4.2: a hyphen says that more lines follow."""


class _NumberedStartTls(LineStartTls, ABC):
    """A dialogue of commands and numbered replies of one or more lines."""

    protocol: str

    def __init__(self) -> None:
        super().__init__()
        self._code: bytes | None = None
        self._lines: list[bytes] = []

    def _heard(self, line: bytes) -> bytes:
        match = _REPLY.match(line)
        if self._code is None or self._counts_every_line:
            if match is None or (self._code is not None and match[1] != self._code):
                raise unlike(self.protocol, line)
            self._code = match[1]
            self._lines.append(match[3] or b"")
            is_last = match[2] != b"-"
        else:  # FTP: between the first line and the last, which has the same code and a blank, anything may stand
            is_last = match is not None and match[1] == self._code and match[2] != b"-"
        if not is_last:
            return b""
        code, self._code = int(self._code), None
        answer = self._replied(code, line)
        self._lines = []
        return answer

    @property
    def _counts_every_line(self) -> bool:
        """Whether each line of a reply has its code in front."""
        return True

    @abstractmethod
    def _replied(self, code: int, line: bytes) -> bytes:
        """What to say to a whole reply. Raises HandshakeFailed."""


class SmtpStartTls(_NumberedStartTls):
    """EHLO, the offer, STARTTLS, 220: RFC 3207 §4."""

    protocol = "SMTP"
    _greeting = b"EHLO localhost\r\n"

    def __init__(self) -> None:
        super().__init__()
        self._asked: str = "greeting"

    def _replied(self, code: int, line: bytes) -> bytes:
        if self._asked == "greeting":
            if code != 220:
                raise refused(line)
            self._asked = "offer"
            return self._greeting
        if self._asked == "offer":
            if code != 250:
                raise refused(line)
            if not any(one.strip().upper() == b"STARTTLS" for one in self._lines):
                raise not_offered()
            self._asked = "go-ahead"
            return b"STARTTLS\r\n"
        if code != 220:
            raise refused(line)
        self.is_done = True
        return b""


class LmtpStartTls(SmtpStartTls):
    """The same with its own greeting: RFC 2033 §4.1."""

    protocol = "LMTP"
    _greeting = b"LHLO localhost\r\n"


class FtpStartTls(_NumberedStartTls):
    """AUTH TLS, 234: RFC 4217 §4. Before the greeting a server may ask for patience (120, RFC 959 §5.4)."""

    protocol = "FTP"

    def __init__(self) -> None:
        super().__init__()
        self._has_asked = False

    @property
    def _counts_every_line(self) -> bool:
        return False

    def _replied(self, code: int, line: bytes) -> bytes:
        if self._has_asked:
            if code != 234:
                raise refused(line)
            self.is_done = True
            return b""
        if code == 120:
            return b""
        if code != 220:
            raise refused(line)
        self._has_asked = True
        return b"AUTH TLS\r\n"
