"""The conversation of an HTTP proxy: a request, perhaps after authentication, then a tunnel or an exchange."""

from dataclasses import replace
from typing import Final

from nettools.core.address import Address
from nettools.core.proxy.head import Head, HeadFailed, HeadReader
from nettools.core.proxy_server.access import Access
from nettools.core.proxy_server.exchange import AnswerFilter, RequestFilter
from nettools.core.proxy_server.refusal import Refusal
from nettools.core.proxy_server.request import Request, parse_request
from nettools.core.proxy_server.steps import Connect, Exchange, Hang, Listen, Step, Tunnel
from nettools.core.relay.ending import Ending

_ESTABLISHED: Final = b"HTTP/1.1 200 Connection established\r\n\r\n"
_MOST_CHALLENGES: Final = 4
"""On one connection: one to begin with, one for a stale nonce, and a typing error."""
_REASONS: Final = {
    400: "Bad Request",
    403: "Forbidden",
    407: "Proxy Authentication Required",
    414: "URI Too Long",
    431: "Request Header Fields Too Large",
    501: "Not Implemented",
    502: "Bad Gateway",
    503: "Service Unavailable",
    504: "Gateway Timeout",
    505: "HTTP Version Not Supported",
}
"""RFC 9110 §15, RFC 6585 §5."""


class HttpConversation:
    """With one client. ``access`` is None when everybody may use the proxy."""

    __slots__ = ("_access", "_challenges", "_reader", "_request", "_rest")

    def __init__(self, access: Access | None) -> None:
        self._access = access
        self._reader = HeadReader()
        self._challenges = 0
        self._request: Request | None = None
        self._rest = b""

    def received(self, octets: bytes, now_s: float) -> Step:
        said = b""
        try:
            while (head := self._reader.feed(octets)) is not None:
                octets = self._reader.rest
                self._reader = HeadReader()
                step = self._take(head, octets, now_s)
                if not isinstance(step, Listen):
                    return _after(said, step)
                said += step.send
        except HeadFailed as failure:
            return Hang(send=said + error_page(failure.status, failure.message), reason=failure.message)
        return Listen(send=said)

    def ended(self) -> Step:
        if self._challenges:
            return _left("the client did not say who it is")
        if self._reader.is_empty:
            return _left("the client left without a word")
        return _left("the client left in the middle of its request")

    def connected(self, address: Address | None, port: int) -> Step:  # noqa: ARG002 -- HTTP does not tell them
        request = self._request
        assert request is not None
        if request.head is None:
            return Tunnel(to_client=_ESTABLISHED, to_target=self._rest)
        try:
            filtered = RequestFilter(request, self._rest)
        except HeadFailed as failure:
            page = error_page(failure.status, failure.message, method=request.line.method)
            return Hang(send=page, reason=failure.message)
        return Exchange(request=filtered, answer=AnswerFilter(request))

    def failed(self, refusal: Refusal) -> Step:
        assert self._request is not None
        page = error_page(refusal.http_status, refusal.message, method=self._request.line.method)
        return Hang(send=page, reason=refusal.message)

    def _take(self, head: Head, rest: bytes, now_s: float) -> Listen | Connect | Hang:
        request = parse_request(head)
        if self._access is not None:
            verdict = self._access.check(
                head.values("proxy-authorization"), method=request.line.method, uris=request.uris, now_s=now_s
            )
            if verdict != "granted":
                return self._challenge(self._access, request, now_s, is_stale=verdict == "stale")
        self._request = request
        self._rest = rest
        return Connect(target=request.target)

    def _challenge(self, access: Access, request: Request, now_s: float, *, is_stale: bool) -> Listen | Hang:
        """Ask who it is; on this connection still, when nothing of the request is on its way any more."""
        self._challenges += 1
        stays = request.stays and self._challenges < _MOST_CHALLENGES
        asked = access.challenges(now_s, minor=request.line.minor, is_stale=is_stale)
        fields = [f"Proxy-Authenticate: {value}" for value in asked]
        words = "this proxy wants a user and a password"
        page = error_page(407, words, fields, method=request.line.method, closes=not stays)
        return Listen(send=page) if stays else Hang(send=page, reason="the client did not say who it is")


def _after(said: bytes, step: Connect | Hang) -> Connect | Hang:
    """A client that sends requests before it has the answer to the first is answered in order."""
    return replace(step, send=said + step.send)


def _left(reason: str) -> Hang:
    return Hang(send=b"", reason=reason, kind="closed")


def page_for_fault(answer: AnswerFilter, ending: Ending, mistake: HeadFailed | None) -> bytes:
    """What the client is told of an exchange that went wrong; nothing when it has heard a part of the answer.

    ``mistake`` is what was wrong with its own request.
    """
    if answer.has_begun:
        return b""
    status = 504 if ending.kind == "idle-timeout" else 502 if mistake is None else mistake.status
    return error_page(status, ending.message, method=answer.method)


def error_page(
    status: int, message: str, fields: list[str] | None = None, *, method: str = "GET", closes: bool = True
) -> bytes:
    """An answer of the proxy itself. The message is safe to be shown.

    To HEAD without the page (RFC 9110 §9.3.2): what follows the headers would be taken for the next answer.
    """
    reason = _REASONS[status]
    page = f"{status} {reason}: {message}\n".encode()
    lines = [
        f"HTTP/1.1 {status} {reason}",
        *(fields or []),
        "Content-Type: text/plain; charset=utf-8",
        f"Content-Length: {len(page)}",
        f"Connection: {'close' if closes else 'keep-alive'}",
    ]
    return "\r\n".join([*lines, "", ""]).encode("latin-1") + (b"" if method == "HEAD" else page)
