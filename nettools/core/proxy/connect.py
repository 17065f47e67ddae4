"""HTTP CONNECT: the handshake that makes a tunnel through an HTTP proxy (RFC 9110 §9.3.6)."""

from typing import Final

from nettools.core.connect.handshake import HandshakeFailed, NewConnectionWanted
from nettools.core.proxy.body import Body, OpenBody, response_body
from nettools.core.proxy.challenge import Challenge, parse_challenges
from nettools.core.proxy.credentials import Credentials
from nettools.core.proxy.digest import authorization, choose_challenge
from nettools.core.proxy.head import Head, HeadFailed, HeadReader, StatusLine, parse_status_line
from nettools.core.text import safe

_AUTHENTICATION_REQUIRED: Final = 407
_MOST_DROPPED: Final = 65_536
"""Of the page that comes with a refusal; beyond that a new connection costs less."""
_MOST_INTERIM: Final = 16
"""Responses of the class 1xx before the one that counts."""


class HttpConnect:
    """Asks without credentials first: what the proxy wants decides how they are said."""

    def __init__(self, authority: str, *, credentials: Credentials | None, client_nonce: str) -> None:
        self.is_done = False
        self.rest = b""
        self._authority = authority
        self._credentials = credentials
        self._client_nonce = client_nonce
        self._answer: str | None = None
        """The value of Proxy-Authorization."""
        self._was_stale = False
        self._reader = HeadReader(is_lenient=True)
        self._interim = 0
        self._refusal: Body | None = None
        """The page that came with a challenge and is dropped before the answer to it is sent."""
        self._dropped = 0
        self._may_try_anew = False

    def begin(self) -> bytes:
        lines = [f"CONNECT {self._authority} HTTP/1.1", f"Host: {self._authority}"]
        if self._answer is not None:
            lines.append(f"Proxy-Authorization: {self._answer}")
        return "\r\n".join([*lines, "", ""]).encode("latin-1")

    def received(self, octets: bytes) -> bytes:
        answer = b""
        try:
            while octets and not self.is_done:
                octets, more = self._read(octets) if self._refusal is None else self._drop(octets, self._refusal)
                answer += more
        except HeadFailed as failure:
            raise HandshakeFailed(f"the proxy does not speak HTTP: {failure.message}") from None
        self.rest += octets
        return answer

    def ended(self) -> None:
        if self._refusal is not None or (self._may_try_anew and self._reader.is_empty):
            raise self._anew()
        raise HandshakeFailed("the proxy closed the connection instead of answering")

    def _read(self, octets: bytes) -> tuple[bytes, bytes]:
        """Towards a head. What is behind it, and what to say now."""
        head = self._reader.feed(octets)
        if head is None:
            return b"", b""
        rest = self._reader.rest
        self._reader = HeadReader(is_lenient=True)
        return rest, self._take(head)

    def _take(self, head: Head) -> bytes:
        status = parse_status_line(head.start)
        self._may_try_anew = False
        if 100 <= status.code < 200 and self._interim < _MOST_INTERIM:
            self._interim += 1
        elif 200 <= status.code < 300:
            self.is_done = True
        elif status.code == _AUTHENTICATION_REQUIRED:
            return self._answer_challenge(head, status)
        else:
            raise HandshakeFailed(f"the proxy refused: {_said(status)}")
        return b""

    def _answer_challenge(self, head: Head, status: StatusLine) -> bytes:
        if self._credentials is None:
            hint = "--proxy-auth USER:PASSWORD says them"
            raise HandshakeFailed(f"the proxy wants a user and a password: {_said(status)}", hint=hint)
        challenges = parse_challenges(head.values("proxy-authenticate"))
        chosen = choose_challenge(challenges)
        if chosen is None:
            raise HandshakeFailed(f"the proxy wants {_schemes(challenges)}; we have Digest and Basic")
        if self._answer is not None and not self._is_news(chosen):
            raise HandshakeFailed(f"the proxy did not accept the user and the password: {_said(status)}")
        self._answer = authorization(
            chosen, self._credentials, method="CONNECT", uri=self._authority, client_nonce=self._client_nonce
        )
        body = _page(head, status)
        if body is None:
            raise self._anew()
        self._may_try_anew = True
        if body.is_over:
            return self.begin()
        self._refusal = body
        self._dropped = 0
        return b""

    def _is_news(self, challenge: Challenge) -> bool:
        """Whether the credentials are right and only the nonce was too old (RFC 7616 §3.3, ``stale``)."""
        is_stale = challenge.parameters.get("stale", "").lower() == "true" and not self._was_stale
        self._was_stale = True
        return is_stale

    def _drop(self, octets: bytes, page: Body) -> tuple[bytes, bytes]:
        """Read over the page of a refusal. What is behind it, and what to say now."""
        piece = octets[: _MOST_DROPPED - self._dropped + 1]
        self._dropped += len(piece)
        page.feed(piece)
        if page.is_over:
            self._refusal = None
            return page.rest + octets[len(piece) :], self.begin()
        if self._dropped > _MOST_DROPPED:
            raise self._anew()
        return b"", b""

    def _anew(self) -> NewConnectionWanted:
        """The same handshake with the answer to the challenge, for a connection of its own."""
        again = HttpConnect(self._authority, credentials=self._credentials, client_nonce=self._client_nonce)
        again._answer = self._answer
        again._was_stale = self._was_stale
        return NewConnectionWanted("the proxy closes the connection after asking for a password", again=again)


def _page(head: Head, status: StatusLine) -> Body | None:
    """The page that comes with a refusal; None when no request can follow it here (RFC 9112 §9.3)."""
    said = head.words("connection") + head.words("proxy-connection")
    if "close" in said or (status.minor == 0 and "keep-alive" not in said):
        return None
    try:
        page = response_body(head, status.code, method="CONNECT")
    except HeadFailed:
        return None
    return None if isinstance(page, OpenBody) else page


def _schemes(challenges: list[Challenge]) -> str:
    names = list(dict.fromkeys(safe(one.scheme) for one in challenges))
    return f"the authentication {', '.join(names[:5])}" if names else "an authentication, and does not say which"


def _said(status: StatusLine) -> str:
    return f"{status.code} {safe(status.reason[:200])}".rstrip()
