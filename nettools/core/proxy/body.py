"""How long the body of an HTTP/1 message is, and where it ends (RFC 9112 §6, §7).

A body is told what comes. What it knows to be content as it stands (``passes``) need not be shown to it.
"""

import re
from typing import Final, Protocol

from nettools.core.proxy.head import Head, HeadFailed

_LENGTH: Final = re.compile(r"[0-9]{1,18}\Z", re.ASCII)
_SIZE_LINE: Final = re.compile(rb"([0-9A-Fa-f]{1,15})[ \t]*(?:;[\t -~\x80-\xff]*)?\Z")
_TRAILER: Final = re.compile(rb"[!#$%&'*+.^_`|~0-9A-Za-z-]+:[\t -~\x80-\xff]*\Z")
_LONGEST_LINE: Final = 4_096
_MOST_TRAILERS: Final = 64
_ENDLESS: Final = 1 << 62


class Body(Protocol):
    """The content of one message."""

    @property
    def is_over(self) -> bool:
        """Whether all of it has come."""

    @property
    def passes(self) -> int:
        """So many of the octets that come next are content as they are: tell ``passed``. 0: give them to ``feed``."""

    @property
    def rest(self) -> bytes:
        """What was fed beyond its end."""

    def passed(self, count: int) -> None:
        """So many came."""

    def feed(self, octets: bytes) -> bytes:
        """What goes on of these. Raises HeadFailed when they are no body."""

    def finish(self) -> None:
        """The sender has closed. Raises HeadFailed when something is missing."""


class CountedBody:
    """As many octets as were announced."""

    __slots__ = ("_left", "rest")

    def __init__(self, length: int) -> None:
        self._left = length
        self.rest = b""

    @property
    def is_over(self) -> bool:
        return not self._left

    @property
    def passes(self) -> int:
        return self._left

    def passed(self, count: int) -> None:
        self._left -= count

    def feed(self, octets: bytes) -> bytes:
        count = min(self._left, len(octets))
        self._left -= count
        self.rest += octets[count:]
        return octets[:count]

    def finish(self) -> None:
        if self._left:
            raise HeadFailed(400, f"it closed {self._left:,} bytes before the end that it announced")


class OpenBody:
    """All until the sender closes."""

    __slots__ = ("is_over",)

    passes = _ENDLESS
    rest = b""

    def __init__(self) -> None:
        self.is_over = False

    def passed(self, count: int) -> None:
        """Nothing is counted."""

    def feed(self, octets: bytes) -> bytes:
        return octets

    def finish(self) -> None:
        self.is_over = True


class ChunkedBody:
    """Chunks (RFC 9112 §7.1). They go on as chunks without extensions, and without trailers, which nobody asked for."""

    __slots__ = ("_left", "_line", "_trailers", "is_over", "rest")

    passes = 0

    def __init__(self) -> None:
        self._line = bytearray()
        self._left: int | None = None
        """Octets of this chunk that are still to come; None while its size is read, -1 while trailers are."""
        self._trailers = 0
        self.is_over = False
        self.rest = b""

    def passed(self, count: int) -> None:
        """Never told: there are lines between the chunks."""

    def feed(self, octets: bytes) -> bytes:
        made = bytearray()
        at = 0
        while at < len(octets) and not self.is_over:
            if self._left is not None and self._left > 0:
                piece = octets[at : at + self._left]
                made += piece
                at += len(piece)
                self._left -= len(piece)
                continue
            end = octets.find(b"\n", at)
            self._line += octets[at : end if end >= 0 else len(octets)]
            if len(self._line) > _LONGEST_LINE:
                raise HeadFailed(400, "a line between two chunks is too long")
            if end < 0:
                at = len(octets)
            else:
                at = end + 1
                made += self._take_line()
        self.rest += octets[at:]
        return bytes(made)

    def finish(self) -> None:
        if not self.is_over:
            raise HeadFailed(400, "it closed before the last chunk")

    def _take_line(self) -> bytes:
        line = bytes(self._line)
        self._line.clear()
        if not line.endswith(b"\r"):
            raise HeadFailed(400, "a line between two chunks does not end with CR LF")
        line = line[:-1]
        if self._left is None:
            return self._take_size(line)
        if self._left == 0:
            if line:
                raise HeadFailed(400, "a chunk is longer than its size")
            self._left = None
            return b"\r\n"
        return self._take_trailer(line)

    def _take_size(self, line: bytes) -> bytes:
        match = _SIZE_LINE.match(line)
        if match is None:
            raise HeadFailed(400, "the size of a chunk is no hexadecimal number")
        size = int(match[1], 16)
        self._left = size or -1
        return b"%x\r\n" % size

    def _take_trailer(self, line: bytes) -> bytes:
        if not line:
            self.is_over = True
            return b"\r\n"
        self._trailers += 1
        if self._trailers > _MOST_TRAILERS or not _TRAILER.match(line):
            raise HeadFailed(400, "what follows the last chunk is no trailer")
        return b""


def request_body(head: Head, minor: int) -> Body:
    """The body of a request (RFC 9112 §6.3). Raises HeadFailed: two readers must never see two lengths."""
    codings = head.words("transfer-encoding")
    if head.values("transfer-encoding"):
        if head.values("content-length"):
            raise HeadFailed(400, "Content-Length and Transfer-Encoding contradict each other")
        if minor == 0:
            raise HeadFailed(400, "Transfer-Encoding is no part of HTTP/1.0")
        if codings != ["chunked"]:
            raise HeadFailed(501, "the transfer coding is not chunked")
        return ChunkedBody()
    return CountedBody(_content_length(head) or 0)


def response_body(head: Head, code: int, *, method: str) -> Body:
    """The body of the answer to a request with that method (RFC 9112 §6.3). Raises HeadFailed."""
    if method == "HEAD" or code < 200 or code in (204, 304):
        return CountedBody(0)
    codings = head.words("transfer-encoding")
    if head.values("transfer-encoding"):
        if head.values("content-length"):
            raise HeadFailed(502, "Content-Length and Transfer-Encoding contradict each other")
        if codings != ["chunked"]:
            raise HeadFailed(502, "the transfer coding is not chunked")
        return ChunkedBody()
    length = _content_length(head)
    return OpenBody() if length is None else CountedBody(length)


def _content_length(head: Head) -> int | None:
    values = head.values("content-length")
    if not values:
        return None
    if len(values) > 1 or not _LENGTH.match(values[0]):
        raise HeadFailed(400, "Content-Length is not one number")
    return int(values[0])
