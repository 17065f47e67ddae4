"""What a client of an HTTP proxy asks for: a tunnel, or a page of some origin (RFC 9112 §3.2)."""

from dataclasses import dataclass
from typing import Final

from nettools.core.address import Address
from nettools.core.connect.target import Target, parse_host
from nettools.core.ports import parse_port
from nettools.core.proxy.body import Body, request_body
from nettools.core.proxy.head import Head, HeadFailed, RequestLine, parse_request_line
from nettools.errors import NettoolsError

_HTTP_PORT: Final = 80
HOP_BY_HOP: Final = frozenset(
    {
        "connection",
        "proxy-connection",
        "keep-alive",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
        "proxy-authenticate",
        "proxy-authorization",
        "proxy-authentication-info",
        "content-length",
    }
)
"""Fields that mean this connection alone (RFC 9110 §7.6.1, §11.7). The length is written anew, as it was understood."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One request, understood. ``head`` is None for a tunnel."""

    line: RequestLine
    target: Target
    body: Body
    head: bytes | None
    """What the origin is told."""
    uris: tuple[str, ...]
    """What Digest authentication may call it: the target of the request, and the path of it, as curl does."""
    stays: bool
    """Whether the client would send another request after a refusal."""


def parse_request(head: Head) -> Request:
    """Raises HeadFailed with the status to answer."""
    line = parse_request_line(head.start)
    hosts = head.values("host")
    if len(hosts) > 1 or (not hosts and line.minor >= 1):
        raise HeadFailed(400, "there is not exactly one Host")  # RFC 9112 §3.2
    body = request_body(head, line.minor)
    if line.method == "CONNECT":
        if not body.is_over:
            raise HeadFailed(400, "CONNECT has no content")  # RFC 9110 §9.3.6
        target = _parse_authority(line.target, default_port=None)
        return Request(line=line, target=target, body=body, head=None, uris=(line.target,), stays=_stays(head, line))
    if line.method == "TRACE" or (line.method == "OPTIONS" and head.values("max-forwards")):
        raise HeadFailed(501, "requests are not traced here")
    target, authority, path = _parse_absolute(line.target)
    told = _origin_head(head, line, authority, path or ("*" if line.method == "OPTIONS" else "/"))
    return Request(
        line=line,
        target=target,
        body=body,
        head=told,
        uris=(line.target, path or "/"),
        stays=_stays(head, line) and body.is_over,
    )


def _stays(head: Head, line: RequestLine) -> bool:
    """RFC 9112 §9.3."""
    return line.minor >= 1 and "close" not in head.words("connection") + head.words("proxy-connection")


def _parse_authority(text: str, *, default_port: int | None) -> Target:
    """``HOST:PORT``; an IPv6 address stands in brackets. Raises HeadFailed."""
    host, colon, port = text.rpartition(":")
    if not colon or text.endswith("]"):
        host, port = text, ""
    if "@" in text:
        raise HeadFailed(400, "a user has no place in the address of a request")  # RFC 9110 §4.2.4
    try:
        number = parse_port(port) if port else default_port
        found = _parse_bracketed(host)
    except NettoolsError as error:
        raise HeadFailed(400, error.message) from None
    if not number:
        raise HeadFailed(400, "the port is missing")
    return Target(transport="tcp", host=found, port=number)


def _parse_bracketed(host: str) -> Address | str:
    if ":" in host and not host.startswith("["):
        raise HeadFailed(400, "an IPv6 address stands in brackets")
    return parse_host(host)


def _parse_absolute(text: str) -> tuple[Target, str, str]:
    """(target, authority, path and query) of ``http://HOST[:PORT]/PATH``. Raises HeadFailed."""
    scheme, separator, rest = text.partition("://")
    if not separator:
        raise HeadFailed(400, "this is a proxy: a request names a whole http:// address, or is a CONNECT")
    if scheme.lower() != "http":
        raise HeadFailed(501, "other addresses than http:// go through CONNECT")
    end = min((at for at in (rest.find("/"), rest.find("?")) if at >= 0), default=len(rest))
    authority, path = rest[:end], rest[end:]
    if "#" in text:
        raise HeadFailed(400, "a fragment has no place in a request")
    if path.startswith("?"):
        path = f"/{path}"
    return _parse_authority(authority, default_port=_HTTP_PORT), authority, path


def _origin_head(head: Head, line: RequestLine, authority: str, path: str) -> bytes:
    """The request as the origin is told it. An HTTP/1.0 client gets answers that it understands."""
    lines = [f"{line.method} {path} HTTP/1.{min(line.minor, 1)}", f"Host: {authority}"]
    lines += [f"{name}: {value}" for name, value in end_to_end(head) if name.lower() != "host"]
    lines += length_fields(head)
    return "\r\n".join([*lines, "Connection: close", "", ""]).encode("latin-1")


def end_to_end(head: Head) -> list[tuple[str, str]]:
    """The fields that are not for this connection alone, neither by their nature nor because Connection names them."""
    dropped = HOP_BY_HOP | set(head.words("connection"))
    return [(name, value) for name, value in head.fields if name.lower() not in dropped]


def length_fields(head: Head) -> list[str]:
    """How long the content is, as ``request_body`` and ``response_body`` have understood it."""
    if head.values("transfer-encoding"):
        return ["Transfer-Encoding: chunked"]
    return [f"Content-Length: {value}" for value in head.values("content-length")]
