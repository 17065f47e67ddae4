"""Serial number arithmetic, RFC 1982, as RFC 4034 §3.1.5 wants it for the times of signatures."""

from typing import Final

_CIRCLE: Final = 1 << 32


def serial_distance(start: int, end: int) -> int:
    """Steps from one number to the other on the circle of 2^32, the shorter way: negative when ``end`` comes before.

    >>> serial_distance(0xFFFFFFFF, 1), serial_distance(5, 3)
    (2, -2)
    """
    return (end - start + (_CIRCLE >> 1)) % _CIRCLE - (_CIRCLE >> 1)
