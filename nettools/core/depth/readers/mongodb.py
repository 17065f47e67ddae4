"""MongoDB: OP_MSG replies to ``hello`` and ``buildInfo``. MongoDB documentation, Wire Protocol; bsonspec.org."""

from collections.abc import Iterator
from struct import unpack_from
from typing import Final

from nettools.core.depth.match import Match, told

_OP_MSG: Final = 2013
_OP_REPLY: Final = 1
_MOST_ELEMENTS: Final = 200
# Types of BSON whose length is fixed: double, object id, boolean, date, null, int32, timestamp, int64, decimal.
_FIXED: Final = {0x01: 8, 0x07: 12, 0x08: 1, 0x09: 8, 0x0A: 0, 0x10: 4, 0x11: 8, 0x12: 8, 0x13: 16}
_TEXT: Final = 0x02
_COUNTED: Final = {0x03: 0, 0x04: 0, 0x05: 5}
"""Documents and arrays count their own length in; binary has its length and a subtype in front."""
_INT32: Final = 0x10


def read(data: bytes) -> Match | None:
    """The version of ``buildInfo``; while only ``hello`` is there, the protocol that it tells."""
    fields: dict[str, str | int] = {}
    is_mongodb = False
    for document in _documents(data):
        is_mongodb = True
        fields.update((name, value) for name, value in _elements(document) if name not in fields)
    if not is_mongodb or not fields:
        return None
    version, wire = fields.get("version"), fields.get("maxWireVersion")
    extra = f"wire version {wire}" if isinstance(wire, int) else None
    if isinstance(version, str):
        return Match(service="mongodb", product="MongoDB", version=told(version), extra=extra)
    return Match(service="mongodb", extra=extra or told(str(fields.get("errmsg", ""))))


def _documents(data: bytes) -> Iterator[bytes]:
    """The body of each whole message."""
    at = 0
    while at + 16 <= len(data):
        length, _, _, code = unpack_from("<iiii", data, at)
        # OP_MSG: flags, a section of kind 0. OP_REPLY (before 3.6): flags, cursor, start, number returned.
        skip = 16 + {_OP_MSG: 5, _OP_REPLY: 20}.get(code, -100)
        if skip < 0 or length < skip + 5 or at + length > len(data):
            return
        yield data[at + skip : at + length]
        at += length


def _elements(document: bytes) -> Iterator[tuple[str, str | int]]:
    """Names and values of the texts and the numbers, as far as the document can be read."""
    at = 4
    for _ in range(_MOST_ELEMENTS):
        kind = document[at]
        if kind == 0:
            return
        end = document.index(b"\0", at + 1)
        name = document[at + 1 : end].decode("utf-8", "replace")
        at = end + 1
        if kind == _TEXT:
            size = unpack_from("<i", document, at)[0]
            if size < 1 or at + 4 + size > len(document):
                return
            yield name, document[at + 4 : at + 3 + size].decode("utf-8", "replace")
            at += 4 + size
        elif kind in _COUNTED:
            size = unpack_from("<i", document, at)[0] + _COUNTED[kind]
            if size < 5:
                return
            at += size
        elif kind in _FIXED:
            if kind == _INT32:
                yield name, unpack_from("<i", document, at)[0]
            at += _FIXED[kind]
        else:
            return
