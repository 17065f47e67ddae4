"""MySQL and MariaDB: the first packet of the server.

MySQL Source Code Documentation, Protocol::HandshakeV10 and ERR_Packet.
"""

import re
from typing import Final

from nettools.core.depth.match import Match, told

_HEADER: Final = 4
"""Three octets of length, least significant first, and a number in sequence."""
_VERSION_10: Final = 10
_ERROR: Final = 0xFF
_REFUSALS: Final = {1040: "too many connections", 1129: "host is blocked", 1130: "host is not allowed"}
"""Numbers in the MySQL Server Error Message Reference."""
_HARMLESS_PREFIX: Final = b"5.5.5-"
"""MariaDB 10 and later put it in front, for replicas that only know version 5 (MariaDB documentation, Connecting)."""
_PRINTABLE: Final = re.compile(rb"[\x21-\x7e]{1,80}\Z")


def read(data: bytes) -> Match | None:
    """The product and version of a handshake; of a refusal its reason."""
    length = int.from_bytes(data[:3], "little")
    packet = data[_HEADER : _HEADER + length]
    if len(data) <= _HEADER or data[3] != 0 or len(packet) != length:
        return None
    if packet[0] == _ERROR:
        code = int.from_bytes(packet[1:3], "little")
        return _refusal(code, packet[3:]) if 1000 <= code < 5000 else None
    version, end, _ = packet[1:].partition(b"\0")
    if packet[0] != _VERSION_10 or not end or not _PRINTABLE.match(version) or length < len(version) + 15:
        return None
    is_mariadb = b"mariadb" in version.lower() or version.startswith(_HARMLESS_PREFIX)
    number = told(version.removeprefix(_HARMLESS_PREFIX))
    return Match(service="mysql", product="MariaDB" if is_mariadb else "MySQL", version=number)


def _refusal(code: int, words: bytes) -> Match:
    product = "MariaDB" if b"MariaDB" in words else "MySQL" if b"MySQL" in words else None
    return Match(service="mysql", product=product, extra=_REFUSALS.get(code) or told(words))
