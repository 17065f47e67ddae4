"""HTTP/1: who answered, by Server, X-Powered-By, the realm that asks for a password, and the page's title."""

import re
from html import unescape
from typing import Final

from nettools.core.depth.http_reply import HttpReply, parse_http
from nettools.core.depth.match import Match, told

_SERVER: Final = re.compile(
    rb"(?P<product>[^/()]{1,80}?)(?:/v?(?P<version>[0-9][^ ()]{0,60}))?"
    rb"(?: {1,4}\((?P<system>[^)]{1,80})\))?(?: .{0,400})?\Z"
)
"""RFC 9110 §10.2.4: product, a slash and its version, then comments and what it is built of."""
_REALM: Final = re.compile(rb".{0,200}?realm=\"(?P<realm>[^\"]{1,100})\"", re.IGNORECASE | re.DOTALL)
_NAMES: Final = {"Apache": "Apache httpd", "Microsoft-IIS": "Microsoft IIS", "Apache-Coyote": "Apache Tomcat Coyote"}
"""What people call those who name themselves otherwise."""
_LONGEST_TITLE: Final = 400


def read(data: bytes) -> Match | None:
    """HTTP as soon as the head of the answer is there; 0.9 and 2 are something else."""
    reply = parse_http(data)
    if reply is None:
        return None
    named = _SERVER.match(reply.fields.get(b"server", b"")[:600])
    product = told(named["product"]) if named else told(reply.fields.get(b"server"))
    version = told(named["version"]) if named else None
    system = told(named["system"]) if named else None
    if product is None:
        product, version = _powered_by(reply)
    parts = [system, _realm(reply), _title(reply.body), None if 200 <= reply.status < 300 else f"status {reply.status}"]
    extra = told("; ".join(part for part in parts if part))
    return Match(service="http", product=_NAMES.get(product or "", product), version=version, extra=extra)


def _powered_by(reply: HttpReply) -> tuple[str | None, str | None]:
    product, _, version = (told(reply.fields.get(b"x-powered-by")) or "").partition("/")
    return product or None, version or None


def _realm(reply: HttpReply) -> str | None:
    found = _REALM.match(reply.fields.get(b"www-authenticate", b""))
    realm = told(found["realm"]) if found else None
    return f"realm {realm}" if realm else None


def _title(body: bytes) -> str | None:
    lower = body.lower()
    start = lower.find(b"<title")
    begin = lower.find(b">", start) + 1
    end = lower.find(b"</title", begin)
    if start < 0 or begin == 0 or end < 0 or end - begin > _LONGEST_TITLE:
        return None
    text = told(unescape(body[begin:end].decode("utf-8", "replace")))
    return f"title {text}" if text else None
