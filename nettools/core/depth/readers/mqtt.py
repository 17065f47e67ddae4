"""MQTT 3.1.1: the answer to CONNECT, and what the broker tells under ``$SYS/broker/version``.

OASIS MQTT 3.1.1 §2.2 (fixed header), §3.2 (CONNACK), §3.3 (PUBLISH); mosquitto(8), "Broker status".
"""

import re
from collections.abc import Iterator
from typing import Final

from nettools.core.depth.match import Match, told

_CONNACK: Final = 2
_PUBLISH: Final = 3
_REFUSALS: Final = {
    1: "refuses protocol 3.1.1",
    2: "refuses clients without a name",
    3: "unavailable",
    4: "wrong user name or password",
    5: "asks for a password",
}
_PRODUCT: Final = re.compile(rb"([A-Za-z][A-Za-z -]{0,40}?)(?: version)? v?([0-9][^ ]{0,30})")


def read(data: bytes) -> Match | None:
    """What the broker said to CONNECT, and its name where it told that."""
    packets = list(_packets(data))
    if not packets or packets[0][0] != _CONNACK or len(packets[0][1]) != 2 or packets[0][1][0] > 1:
        return None
    code = packets[0][1][1]
    if code:
        return Match(service="mqtt", extra=_REFUSALS.get(code, f"refused: {code}")) if code <= 5 else None
    for kind, body in packets[1:]:
        topic = 2 + int.from_bytes(body[:2], "big")
        if kind == _PUBLISH and body[2:topic] == b"$SYS/broker/version":
            named = _PRODUCT.match(body[topic:])
            if named:
                return Match(service="mqtt", product=told(named[1]), version=told(named[2]), extra="open to anybody")
    return Match(service="mqtt", extra="open to anybody")


def _packets(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Type and body of each whole packet. The length has seven bits in each octet, at most four of them (§2.2.3)."""
    at = 0
    while at < len(data):
        kind, length, shift = data[at] >> 4, 0, 0
        at += 1
        while shift < 28 and at < len(data):
            octet = data[at]
            at += 1
            length |= (octet & 0x7F) << shift
            shift += 7
            if octet < 0x80:
                break
        else:
            return
        if at + length > len(data):
            return
        yield kind, data[at : at + length]
        at += length
