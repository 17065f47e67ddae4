"""Cassandra: the answer to OPTIONS. CQL native protocol v4, sections 2 (frame), 3 (notations), 4.2.1 and 4.2.4."""

from collections.abc import Iterator
from struct import unpack_from
from typing import Final

from nettools.core.depth.match import Match, told

_RESPONSE: Final = 0x80
_ERROR: Final = 0x00
_SUPPORTED: Final = 0x06
_HEADER: Final = 9


def read(data: bytes) -> Match | None:
    """The version of CQL; the product is not told to strangers. ScyllaDB adds options of its own name."""
    version, _, _, opcode, length = unpack_from(">BBhBI", data)
    body = data[_HEADER : _HEADER + length]
    if not version & _RESPONSE or not 1 <= version & 0x7F <= 6 or len(body) != length:
        return None
    if opcode == _ERROR and length >= 6:
        size = unpack_from(">H", body, 4)[0]
        return Match(service="cassandra", extra=told(body[6 : 6 + size])) if size == length - 6 else None
    if opcode != _SUPPORTED:
        return None
    options = dict(_options(body))
    if "CQL_VERSION" not in options:
        return None
    product = "ScyllaDB" if any(name.startswith("SCYLLA_") for name in options) else None
    return Match(service="cassandra", product=product, extra=f"CQL {told(options['CQL_VERSION'])}")


def _options(body: bytes) -> Iterator[tuple[str, bytes]]:
    """Each option with its first value."""
    at = 2
    for _ in range(unpack_from(">H", body)[0]):
        name, at = _text(body, at)
        count = unpack_from(">H", body, at)[0]
        at += 2
        first = None
        for _ in range(count):
            value, at = _text(body, at)
            first = value if first is None else first
        yield name.decode("utf-8", "replace"), first or b""


def _text(body: bytes, at: int) -> tuple[bytes, int]:
    size = unpack_from(">H", body, at)[0]
    return body[at + 2 : at + 2 + size], at + 2 + size
