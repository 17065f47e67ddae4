"""What an HTTP response says about a DNS query: RFC 8484 §4.2. Pure: octets come from ``nettools.net.dns_https``."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from nettools.core.text import quoted

CONTENT_TYPE: Final = "application/dns-message"
"""RFC 8484 §6."""

LARGEST_BODY: Final = 65_535
"""Octets: no DNS message is longer, whatever carries it (RFC 8484 §6)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpFault:
    """Why a response has no message: ``result`` is a word for ``Try.result``."""

    result: str
    why: str


def request_headers(authority: str, path: str, size: int) -> list[tuple[str, str]]:
    """The fields of a POST that carries a query of that many octets: RFC 8484 §4.1, RFC 9113 §8.3.1."""
    return [
        (":method", "POST"),
        (":scheme", "https"),
        (":authority", authority),
        (":path", path),
        ("accept", CONTENT_TYPE),
        ("content-type", CONTENT_TYPE),
        ("content-length", str(size)),
    ]


def fault_of(headers: Iterable[tuple[bytes, bytes]]) -> HttpFault | None:
    """What is wrong with the head of a response; None when its body is a message.

    A redirection is not followed: RFC 8484 §4.2.1 leaves that to us, and another server would answer then.
    """
    fields = {name.lower(): value for name, value in headers}
    status = fields.get(b":status", b"").decode("latin-1")
    if not re.fullmatch(r"[0-9]{3}", status, re.ASCII):
        return HttpFault(result="http-protocol", why="the HTTP response has no status")
    if status[0] == "3":
        place = fields.get(b"location", b"")
        to = f" to {quoted(place.decode('utf-8', 'surrogateescape'))}" if place else ""
        return HttpFault(result=f"http-{status}", why=f"HTTP status {status}: it moved{to}, which is not followed")
    if status[0] != "2":
        return HttpFault(result=f"http-{status}", why=f"HTTP status {status}{_meaning(status)}")
    kind = fields.get(b"content-type", b"").decode("latin-1").partition(";")[0].strip().lower()
    if kind != CONTENT_TYPE:
        why = f"the HTTP response is {quoted(kind) if kind else 'of no type'}, and {CONTENT_TYPE} is wanted"
        return HttpFault(result="http-content-type", why=why)
    coding = fields.get(b"content-encoding", b"identity").decode("latin-1").strip().lower()
    if coding != "identity":
        return HttpFault(result="http-encoding", why=f"the HTTP response is coded as {quoted(coding)}, unasked")
    length = fields.get(b"content-length", b"").decode("latin-1")
    if re.fullmatch(r"[0-9]{1,18}", length, re.ASCII) and int(length) > LARGEST_BODY:
        return too_large(int(length))
    return None


def too_large(size: int | None = None) -> HttpFault:
    """The body is longer than any message."""
    told = f"of {size:,} octets" if size else f"over {LARGEST_BODY:,} octets"
    return HttpFault(result="http-too-large", why=f"the HTTP response has a body {told}: no DNS message is so long")


def _meaning(status: str) -> str:
    from http import HTTPStatus

    try:
        return f" ({HTTPStatus(int(status)).phrase})"
    except ValueError:
        return ""
