"""What is answered to a request: a status, headers, and the octets or the part of a file that follow."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from nettools.core.serve.conditions import judge, range_holds, validators_of
from nettools.core.serve.content_types import content_type_of
from nettools.core.serve.http_date import format_http_date
from nettools.core.serve.listing import Entry, html_listing, json_listing, prefers_json
from nettools.core.serve.ranges import Part, select_part
from nettools.core.serve.refusal import PHRASES, Refused
from nettools.core.serve.target import Place, parse_request_target

Headers = tuple[tuple[str, str], ...]

_METHODS: Final = ("GET", "HEAD")
_OTHERS: Final = frozenset({"POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH"})  # RFC 9110 §9, RFC 5789
_SAFE_PAGE: Final = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A request that may be answered with a file."""

    method: str
    place: Place
    headers: Mapping[bytes, bytes]
    """By lower-case name; several of one name are one list (RFC 9110 §5.3)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FileFacts:
    """What the system says about a file that is open."""

    name: bytes
    size: int
    modified_ns: int
    inode: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """An answer to be sent; to HEAD without what follows the headers."""

    status: int
    headers: Headers
    body: bytes = b""
    part: Part | None = None
    """The part of the file that follows, instead of ``body``."""
    closes: bool = False
    """Whether the connection is of no more use."""


def read_question(method: bytes, target: bytes, headers: Sequence[tuple[bytes, bytes]], version: bytes) -> Question:
    """What a request asks for. Raises Refused."""
    if not version.startswith(b"1."):
        raise Refused(505, "HTTP/1.1 is spoken here.")
    word = method.decode("latin-1")
    if word not in _METHODS:
        known = word in _OTHERS
        raise Refused(405 if known else 501, f"Only {' and '.join(_METHODS)} are answered here.")
    merged: dict[bytes, bytes] = {}
    for name, value in headers:
        name = name.lower()
        merged[name] = merged[name] + b", " + value if name in merged else value
    return Question(method=word, place=parse_request_target(target), headers=merged)


def answer_file(question: Question, facts: FileFacts, *, now_s: float) -> Answer:
    """A file, or a part of it, or that the client has it already."""
    validators = validators_of(size=facts.size, modified_ns=facts.modified_ns, inode=facts.inode, now_s=now_s)
    known: Headers = (("ETag", validators.etag), ("Last-Modified", validators.last_modified))
    outcome = judge(question.headers, validators, now_s=now_s)
    if outcome == "failed":
        return answer_refusal(Refused(412, "The file is not in the state that was asked for."), now_s=now_s)
    if outcome == "not-modified":
        return Answer(status=304, headers=(*_general(now_s), *known))
    kind = (("Content-Type", content_type_of(facts.name)), ("Accept-Ranges", "bytes"))
    try:
        part = _wanted_part(question, facts, holds=range_holds(question.headers, validators, now_s=now_s))
    except Refused as refused:
        there = ("Content-Range", f"bytes */{facts.size}")
        return answer_refusal(refused, now_s=now_s, more=(there,))
    if part is None:
        whole = Part(start=0, length=facts.size)
        headers = (*_general(now_s), *kind, ("Content-Length", str(facts.size)), *known)
        return Answer(status=200, headers=headers, part=whole)
    place = ("Content-Range", f"bytes {part.start}-{part.stop - 1}/{facts.size}")
    headers = (*_general(now_s), *kind, ("Content-Length", str(part.length)), place, *known)
    return Answer(status=206, headers=headers, part=part)


def _wanted_part(question: Question, facts: FileFacts, *, holds: bool) -> Part | None:
    header = question.headers.get(b"range")
    if header is None or question.method != "GET" or not holds:  # RFC 9110 §14.2 knows ranges of GET alone
        return None
    return select_part(header, facts.size)


def answer_folder(question: Question, entries: Sequence[Entry], *, is_cut: bool, now_s: float) -> Answer:
    """The listing of a folder."""
    is_json = prefers_json(question.headers.get(b"accept", b""))
    body = (json_listing if is_json else html_listing)(question.place, entries, is_cut=is_cut)
    about = (
        ("Content-Type", "application/json" if is_json else "text/html; charset=utf-8"),
        ("Content-Security-Policy", _SAFE_PAGE),
        ("Cache-Control", "no-cache"),
        ("Vary", "Accept"),
    )
    return Answer(status=200, headers=(*_general(now_s), *about, _length(body)), body=body)


def answer_moved(question: Question, *, now_s: float) -> Answer:
    """A folder that was asked for without its slash: links in it would lead elsewhere."""
    body = b"It is a folder: its name ends with a slash.\n"
    headers = (*_general(now_s), ("Location", question.place.folder_location), *_text(body))
    return Answer(status=301, headers=headers, body=body)


def answer_refusal(refused: Refused, *, now_s: float, closes: bool = False, more: Headers = ()) -> Answer:
    """A status with a sentence."""
    body = f"{refused.status} {PHRASES[refused.status]}: {refused.message}\n".encode("ascii")
    if refused.status in (405, 501):
        more = (*more, ("Allow", ", ".join(_METHODS)))
    if refused.status == 503:
        more = (*more, ("Retry-After", "1"))
    return Answer(status=refused.status, headers=(*_general(now_s), *more, *_text(body)), body=body, closes=closes)


def _general(now_s: float) -> Headers:
    return (("Date", format_http_date(now_s)), ("X-Content-Type-Options", "nosniff"))


def _text(body: bytes) -> Headers:
    return (("Content-Type", "text/plain; charset=utf-8"), _length(body))


def _length(body: bytes) -> tuple[str, str]:
    return ("Content-Length", str(len(body)))
