"""One request to an origin and its answer, as filters of the octets that go each way."""

from typing import Final, Protocol

from nettools.core.proxy.body import Body, response_body
from nettools.core.proxy.head import Head, HeadFailed, HeadReader, StatusLine, parse_status_line
from nettools.core.proxy_server.request import Request, end_to_end, length_fields

_MOST_INTERIM: Final = 16
_SWITCHING: Final = 101
_NO_CONTENT: Final = 204


class Filter(Protocol):
    """Octets of one way: which go on, and where they end."""

    @property
    def is_over(self) -> bool:
        """Whether nothing more is wanted."""

    @property
    def passes(self) -> int:
        """So many of the next octets go on as they are, and are told to ``passed``; 0: ``feed`` decides."""

    def passed(self, count: int) -> None:
        """So many went on."""

    def feed(self, octets: bytes) -> bytes:
        """What goes on of these. Raises HeadFailed."""

    def finish(self) -> None:
        """The sender has closed. Raises HeadFailed when something is missing."""


class RequestFilter:
    """What the client says, up to the end of its request."""

    def __init__(self, request: Request, unread: bytes) -> None:
        assert request.head is not None
        self._body = request.body
        self.first = request.head + self._body.feed(unread)
        """What goes first: the head, and what came with it. Raises HeadFailed."""

    @property
    def is_over(self) -> bool:
        return self._body.is_over

    @property
    def passes(self) -> int:
        return self._body.passes

    def passed(self, count: int) -> None:
        self._body.passed(count)

    def feed(self, octets: bytes) -> bytes:
        return self._body.feed(octets)

    def finish(self) -> None:
        self._body.finish()


class AnswerFilter:
    """What the origin says: the head without what is between it and us, the content as it is."""

    def __init__(self, request: Request) -> None:
        self.method = request.line.method
        """Of the request."""
        self._minor = request.line.minor
        self._reader = HeadReader(is_lenient=True)
        self._interim = 0
        self._body: Body | None = None
        self.has_begun = False
        """Whether the client has been told anything: then no error can be told any more."""

    @property
    def is_over(self) -> bool:
        return self._body is not None and self._body.is_over

    @property
    def passes(self) -> int:
        return 0 if self._body is None else self._body.passes

    def passed(self, count: int) -> None:
        assert self._body is not None
        self._body.passed(count)

    def feed(self, octets: bytes) -> bytes:
        made = b""
        while self._body is None:
            head = self._reader.feed(octets)
            if head is None:
                break
            octets = self._reader.rest
            self._reader = HeadReader(is_lenient=True)
            made += self._take(head)
        if self._body is not None:
            made += self._body.feed(octets)
        self.has_begun = self.has_begun or bool(made)
        return made

    def finish(self) -> None:
        if self._body is None:
            raise HeadFailed(502, "it closed the connection instead of answering")
        self._body.finish()

    def _take(self, head: Head) -> bytes:
        status = parse_status_line(head.start)
        if status.code < 200:
            return self._take_interim(head, status)
        self._body = response_body(head, status.code, method=self.method)
        if self._minor == 0 and head.values("transfer-encoding"):
            raise HeadFailed(502, "it answers HTTP/1.0 with chunks")
        length = [] if status.code == _NO_CONTENT else length_fields(head)  # RFC 9110 §8.6, RFC 9112 §6.1
        return _rewritten(head, status, [*length, "Connection: close"])

    def _take_interim(self, head: Head, status: StatusLine) -> bytes:
        """Passed on to those who know of them (RFC 9110 §15.2)."""
        self._interim += 1
        if status.code == _SWITCHING or self._interim > _MOST_INTERIM:
            raise HeadFailed(502, "it answers with another protocol")
        return _rewritten(head, status, []) if self._minor else b""


def _rewritten(head: Head, status: StatusLine, own: list[str]) -> bytes:
    lines = [f"HTTP/1.1 {status.code} {status.reason}"]
    lines += [f"{name}: {value}" for name, value in end_to_end(head)]
    return "\r\n".join([*lines, *own, "", ""]).encode("latin-1")
