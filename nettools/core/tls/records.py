"""Where the records of a TLS stream begin and end: whether it was cut inside one."""

from typing import Final

_HEADER: Final = 5
"""Type, version, length: RFC 8446 §5.1, RFC 5246 §6.2.1."""


class RecordBoundary:
    """Follows the records of one direction without looking into them."""

    __slots__ = ("_header", "_left")

    def __init__(self) -> None:
        self._header = b""
        self._left = 0

    @property
    def is_between(self) -> bool:
        """Whether all records that began are whole."""
        return not self._left and not self._header

    def feed(self, octets: memoryview) -> None:
        """These came next."""
        place, end = 0, len(octets)
        while place < end:
            if self._left:
                step = min(self._left, end - place)
                self._left -= step
            else:
                step = min(_HEADER - len(self._header), end - place)
                self._header += bytes(octets[place : place + step])
                if len(self._header) == _HEADER:
                    self._left = int.from_bytes(self._header[3:], "big")
                    self._header = b""
            place += step
