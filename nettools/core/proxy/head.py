"""The head of an HTTP/1 message, read strictly and within limits (RFC 9112 §2 to §5, RFC 9110 §5).

What is wrong and where it is found depend on the octets alone, not on how they were split into reads.
"""

import re
from dataclasses import dataclass
from typing import Final, NamedTuple

from nettools.core.text import quoted

MOST_OCTETS: Final = 65_536
LONGEST_START_LINE: Final = 16_384
"""RFC 9112 §3 wants at least 8,000 octets taken."""
MOST_FIELDS: Final = 128

_NAME: Final = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+\Z", re.ASCII)
_CONTROL: Final = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")
_REQUEST_LINE: Final = re.compile(r"([!#$%&'*+.^_`|~0-9A-Za-z-]+) ([!-~]+) HTTP/([0-9])\.([0-9])\Z", re.ASCII)
_STATUS_LINE: Final = re.compile(r"HTTP/1\.([0-9]) ([1-9][0-9]{2})(?: (.*))?\Z", re.ASCII)


class HeadFailed(Exception):
    """The head cannot be taken; ``status`` is what a server answers to it (RFC 9110 §15.5)."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.message = message


class RequestLine(NamedTuple):
    """``minor`` is that of HTTP/1.x."""

    method: str
    target: str
    minor: int


class StatusLine(NamedTuple):
    """The reason is what the peer wrote: it is escaped before it is shown."""

    minor: int
    code: int
    reason: str


@dataclass(frozen=True, slots=True)
class Head:
    """A start line and its fields in their order; each character stands for one octet (ISO 8859-1)."""

    start: str
    fields: tuple[tuple[str, str], ...]

    def values(self, name: str) -> list[str]:
        """Of every field of that name, which is lower-case."""
        return [value for found, value in self.fields if found.lower() == name]

    def words(self, name: str) -> list[str]:
        """The members of a comma list of tokens, lower-case, over all fields of that name (RFC 9110 §5.6.1)."""
        members = ",".join(self.values(name)).split(",")
        return [word.strip(" \t").lower() for word in members if word.strip(" \t")]


class HeadReader:
    """Collects one head. ``rest`` is what came behind it."""

    __slots__ = ("_buffer", "_fields", "_is_lenient", "_line_start", "_looked", "_start", "rest")

    def __init__(self, *, is_lenient: bool = False) -> None:
        self._is_lenient = is_lenient
        """Take a bare LF as the end of a line, and folded fields (RFC 9112 §2.2, §5.2): answers, not requests."""
        self._buffer = bytearray()
        self._line_start = 0
        self._looked = 0
        self._start: str | None = None
        self._fields: list[tuple[str, str]] = []
        self.rest = b""

    @property
    def is_empty(self) -> bool:
        """Whether nothing has come of it so far."""
        return not self._buffer

    def feed(self, octets: bytes) -> Head | None:
        """The head, once it is whole. Raises HeadFailed."""
        self._buffer += octets
        while (end := self._buffer.find(b"\n", self._looked)) >= 0:
            self._check_size(end, end + 1)
            line = self._buffer[self._line_start : end].decode("latin-1")
            self._looked = self._line_start = end + 1
            if self._take(line):
                self.rest = bytes(self._buffer[end + 1 :])
                self._buffer.clear()
                assert self._start is not None
                return Head(self._start, tuple(self._fields))
        self._looked = len(self._buffer)
        self._check_size(self._looked, self._looked)
        return None

    def _check_size(self, line_end: int, octets: int) -> None:
        if self._start is None and line_end - self._line_start > LONGEST_START_LINE:
            raise HeadFailed(414, f"the first line is longer than {LONGEST_START_LINE:,} bytes")
        if octets > MOST_OCTETS:
            raise HeadFailed(431, f"the head is longer than {MOST_OCTETS:,} bytes")

    def _take(self, line: str) -> bool:
        """One line without its LF. Whether it was the empty one that ends the head."""
        if line.endswith("\r"):
            line = line[:-1]
        elif not self._is_lenient:
            raise HeadFailed(400, "a line does not end with CR LF")
        if _CONTROL.search(line):
            raise HeadFailed(400, "a line holds a control character")
        if not line:
            return self._start is not None  # empty lines before the first are passed over (RFC 9112 §2.2)
        if self._start is None:
            self._start = line
        else:
            self._take_field(line)
        return False

    def _take_field(self, line: str) -> None:
        if line[0] in " \t":
            self._unfold(line)
            return
        name, colon, value = line.partition(":")
        if not colon or not _NAME.match(name):
            raise HeadFailed(400, f"{quoted(line)} is no field")
        if len(self._fields) == MOST_FIELDS:
            raise HeadFailed(431, f"there are more than {MOST_FIELDS} fields")
        self._fields.append((name, value.strip(" \t")))

    def _unfold(self, line: str) -> None:
        if not self._is_lenient or not self._fields:
            raise HeadFailed(400, "a line begins with a blank")
        name, value = self._fields[-1]
        folded = line.strip(" \t")
        self._fields[-1] = (name, f"{value} {folded}".strip())


def parse_request_line(line: str) -> RequestLine:
    """Raises HeadFailed."""
    match = _REQUEST_LINE.match(line)
    if match is None:
        raise HeadFailed(400, f"{quoted(line)} is no request line")
    if match[3] != "1":
        raise HeadFailed(505, f"HTTP/{match[3]}.{match[4]} is not spoken here")
    return RequestLine(match[1], match[2], int(match[4]))


def parse_status_line(line: str) -> StatusLine:
    """Raises HeadFailed."""
    match = _STATUS_LINE.match(line)
    if match is None:
        raise HeadFailed(502, f"{quoted(line)} is no status line of HTTP/1")
    return StatusLine(int(match[1]), int(match[2]), match[3] or "")
