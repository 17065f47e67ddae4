"""NNTP: RFC 4642."""

import re
from typing import Final

from nettools.core.connect.starttls.replies import LineStartTls, refused, unlike

_REPLY: Final = re.compile(rb"([1-5][0-9]{2})(?: |\Z)")


class NntpStartTls(LineStartTls):
    """STARTTLS, 382. A reply is one line: RFC 3977 §3.2."""

    def __init__(self) -> None:
        super().__init__()
        self._has_asked = False

    def _heard(self, line: bytes) -> bytes:
        match = _REPLY.match(line)
        if match is None:
            raise unlike("NNTP", line)
        if self._has_asked:
            if match[1] != b"382":
                raise refused(line)
            self.is_done = True
            return b""
        if match[1] not in (b"200", b"201"):
            raise refused(line)
        self._has_asked = True
        return b"STARTTLS\r\n"
