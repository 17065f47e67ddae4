"""Finger, RFC 1288: a query in one line is answered, and nobody is told about anybody.

Who is logged in, and whether a name exists, is nobody's business on a network, so both are refused with the words of
RFC 1288 §3.2.2 and the like, whoever asks. A query for another host is refused with the words of §3.2.1. The one name
that is answered is ``nettools``, so that there is something to see.
Nothing of the query is repeated in the answer, so it cannot carry what a terminal would obey.
"""

import re
from typing import Final

LONGEST_QUERY: Final = 1024
"""Octets before the line end; RFC 1288 names no limit."""

_LIST_REFUSED: Final = b"Finger online user list denied\r\n"  # §3.2.2
_FORWARDING_REFUSED: Final = b"Finger forwarding service denied\r\n"  # §3.2.1
_USER_REFUSED: Final = b"Finger user information denied\r\n"  # no words are given; these are like the others
_ABOUT_US: Final = b"nettools: network diagnostics; tells about nobody else\r\n"
_TOO_LONG: Final = b"Finger query denied: the line is too long\r\n"

_WORDY: Final = re.compile(rb"\A */[Ww](?= |\Z)")
"""The token that asks for more detail, §2.5.4."""


def answer_query(query: bytes) -> bytes:
    """The answer to one query, given without its line end.

    >>> answer_query(b""), answer_query(b"root@192.0.2.1")
    (b'Finger online user list denied\\r\\n', b'Finger forwarding service denied\\r\\n')
    """
    if len(query) > LONGEST_QUERY:
        return _TOO_LONG
    if b"@" in query:
        return _FORWARDING_REFUSED
    user = _WORDY.sub(b"", query).strip().lower()
    if user == b"nettools":
        return _ABOUT_US
    return _USER_REFUSED if user else _LIST_REFUSED


class FingerAnswer:
    """One client: its line, then the answer, then it is over."""

    __slots__ = ("_query", "is_over")
    is_endless = False

    def __init__(self) -> None:
        self._query = b""
        self.is_over = False

    def opened(self) -> bytes:
        return b""

    def heard(self, octets: bytes, /) -> bytes:
        if self.is_over:
            return b""
        line, end, _ = (self._query + octets).partition(b"\n")
        if not end and len(line) <= LONGEST_QUERY + 1:  # a CR may be the last
            self._query = line
            return b""
        self._query = b""
        self.is_over = True
        return answer_query(line.removesuffix(b"\r"))

    def more(self) -> memoryview:
        return memoryview(b"")
