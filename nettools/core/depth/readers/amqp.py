"""AMQP 0-9-1: the properties in ``connection.start``; AMQP 1.0: the header that its brokers answer with.

AMQP 0-9-1 specification §4.2.3 (frames), §4.2.5.5 (field tables); OASIS AMQP 1.0 part 2, §2.2.
"""

from collections.abc import Iterator
from struct import unpack_from
from typing import Final

from nettools.core.depth.match import Match, told

_FRAME_HEADER: Final = 7
_METHOD_FRAME: Final = 1
_CONNECTION_START: Final = b"\x00\x0a\x00\x0a"
_LONG_TEXT: Final = 0x53
_TABLE: Final = 0x46
# Field types of a fixed length, as RabbitMQ's errata to §4.2.5.5 list them: t b B s u I i l f d D T.
_FIXED: Final = dict(zip(b"tbBsuIilfdDTV", (1, 1, 1, 2, 2, 4, 4, 8, 4, 8, 5, 8, 0), strict=True))


def read(data: bytes) -> Match | None:
    """Product and version from the server's properties."""
    if data[:4] == b"AMQP" and len(data) >= 8:
        major, minor, revision = data[5:8]
        return Match(service="amqp", extra=f"wants protocol {major}.{minor}.{revision}")
    kind, _, size = unpack_from(">BHI", data)
    if kind != _METHOD_FRAME or data[7:11] != _CONNECTION_START or len(data) < _FRAME_HEADER + size:
        return None
    length = unpack_from(">I", data, 13)[0]
    properties = dict(_texts(data[17 : 17 + length]))
    platform = properties.get("platform")
    return Match(
        service="amqp",
        product=told(properties.get("product")),
        version=told(properties.get("version")),
        extra=told(platform),
    )


def _texts(table: bytes) -> Iterator[tuple[str, bytes]]:
    """The entries of a table that are texts, as far as it can be read."""
    at = 0
    while at < len(table):
        name = table[at + 1 : at + 1 + table[at]]
        at += 1 + table[at]
        kind = table[at]
        at += 1
        if kind in (_LONG_TEXT, _TABLE):
            size = unpack_from(">I", table, at)[0]
            if kind == _LONG_TEXT:
                yield name.decode("utf-8", "replace"), table[at + 4 : at + 4 + size]
            at += 4 + size
        elif kind in _FIXED:
            at += _FIXED[kind]
        else:
            return
