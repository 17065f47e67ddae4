"""How many octets one client may have waiting here: many clients that never read must not fill the memory together."""

from typing import Final

LARGEST_SHARE: Final = 1 << 16
SMALLEST_SHARE: Final = 1 << 10
ALL_SHARES: Final = 1 << 23
"""Octets for all clients together: 8 MiB, as long as that leaves each of them the smallest share."""


def share_of(clients: int) -> int:
    """Octets that each of so many clients may have waiting.

    >>> share_of(1), share_of(1000), share_of(100_000)
    (65536, 8388, 1024)
    """
    return max(min(ALL_SHARES // max(clients, 1), LARGEST_SHARE), SMALLEST_SHARE)
