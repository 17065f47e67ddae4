"""An HTTP/1 answer in parts, as far as it came: enough to recognise who gave it, and never an error.

Unlike ``core.proxy``, which must refuse what two readers could understand in two ways, this only looks.
Bodies that are compressed stay as they are: nothing here unpacks anything.
"""

import re
from dataclasses import dataclass
from typing import Final

MOST_FIELDS: Final = 100

_STATUS_LINE: Final = re.compile(rb"HTTP/1\.[01] ([1-5][0-9]{2})(?: [^\r\n]{0,200})?\r?\n")  # RFC 9112 §4
_CHUNK_SIZE: Final = re.compile(rb"([0-9A-Fa-f]{1,8})[^\r\n]{0,100}\r\n")  # RFC 9112 §7.1


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpReply:
    """The parts of one answer."""

    status: int
    fields: dict[bytes, bytes]
    """Names in lower case; of several with one name, the first."""
    body: bytes
    """Without the marks of chunks."""
    is_whole: bool
    """Whether its own framing (RFC 9112 §6.3) says that no more comes."""


def parse_http(data: bytes) -> HttpReply | None:
    """The answer that ``data`` begins with; None where it is no HTTP/1 or its head has not come as a whole."""
    start = _STATUS_LINE.match(data)
    if start is None:
        return None
    end, gap = _end_of_head(data)
    if end < 0:
        return None
    fields: dict[bytes, bytes] = {}
    for line in data[start.end() : end].split(b"\n", MOST_FIELDS)[:MOST_FIELDS]:
        name, colon, value = line.partition(b":")
        if colon:
            fields.setdefault(name.strip().lower(), value.strip())
    status = int(start[1])
    body = data[end + gap :]
    if fields.get(b"transfer-encoding", b"").lower() == b"chunked":
        body, is_whole = _without_chunks(body)
    elif status in (204, 304):
        is_whole = True
    else:
        length = fields.get(b"content-length", b"")
        is_whole = length.isdigit() and len(length) < 10 and len(body) >= int(length)
    return HttpReply(status=status, fields=fields, body=body, is_whole=is_whole)


def _end_of_head(data: bytes) -> tuple[int, int]:
    """Where the empty line stands, and how long it is. Bare line feeds are accepted (RFC 9112 §2.2)."""
    found = [(at, len(gap)) for gap in (b"\r\n\r\n", b"\n\n") if (at := data.find(gap)) >= 0]
    return min(found, default=(-1, 0))


def _without_chunks(body: bytes) -> tuple[bytes, bool]:
    parts: list[bytes] = []
    at = 0
    while size := _CHUNK_SIZE.match(body, at):
        length = int(size[1], 16)
        if length == 0:
            return b"".join(parts), True
        parts.append(body[size.end() : size.end() + length])
        at = size.end() + length + 2
    return b"".join(parts), False
