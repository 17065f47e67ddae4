"""``--hex-dump``: the octets of a session with their direction, time and place.

Each crossing has a head, ``> 2026-01-31T12:00:00.123456Z 127.0.0.1:80 12 bytes``, and below it 16 octets a line, in 80
columns: direction, offset (counted for each direction of each connection), hex, and what is printable. ``>`` is what we
sent, ``<`` what came. ncat and socat were looked at: the first tells neither direction nor time.
"""

from datetime import UTC, datetime
from typing import Final

from nettools.core.relay.manner import Way
from nettools.core.relay.terminal import SIDE_COLORS, colored

_SIGNS: Final[dict[Way, str]] = {"out": ">", "in": "<"}
_PER_LINE: Final = 16
_HALF: Final = 8
_PRINTABLE: Final = bytes(code if 0x20 <= code < 0x7F else 0x2E for code in range(256))
"""For each octet itself when it is printable ASCII, else a dot."""


class HexDump:
    """The dump of one connection."""

    __slots__ = ("_offsets", "_peer", "_uses_color")

    def __init__(self, *, peer: str = "", uses_color: bool = False) -> None:
        self._peer = f" {peer}" if peer else ""
        """Who is at the other end, in one safe word, where there are several."""
        self._uses_color = uses_color
        self._offsets: dict[Way, int] = {"out": 0, "in": 0}

    def crossing(self, way: Way, octets: memoryview, wall_s: float) -> str:
        """The lines of what crossed at once; an empty datagram has a head alone. ``wall_s`` is Unix time."""
        sign = _SIGNS[way]
        count = len(octets)
        head = f"{sign} {utc_time(wall_s)}{self._peer} {count} {'byte' if count == 1 else 'bytes'}"
        offset = self._offsets[way]
        self._offsets[way] = offset + count
        lines = [head]
        for begin in range(0, count, _PER_LINE):
            lines.append(f"{sign} {offset + begin:08x}  {dump_line(bytes(octets[begin : begin + _PER_LINE]))}")
        color = SIDE_COLORS[way] if self._uses_color else None
        return "".join(f"{colored(line, color)}\n" for line in lines)


def dump_line(octets: bytes) -> str:
    """Up to 16 octets as hexdump(1) -C shows them, without the offset.

    >>> dump_line(b"hello")
    '68 65 6c 6c 6f                                    |hello|'
    """
    pairs = f"{octets[:_HALF].hex(' '):<23}  {octets[_HALF:].hex(' '):<23}"
    return f"{pairs}  |{octets.translate(_PRINTABLE).decode('ascii')}|"


def utc_time(wall_s: float) -> str:
    """Unix time as RFC 3339 in UTC with microseconds.

    >>> utc_time(0.25)
    '1970-01-01T00:00:00.250000Z'
    """
    return datetime.fromtimestamp(wall_s, UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
