"""Serial numbers of zones: they wrap around, and are compared so. RFC 1982."""

from typing import Final

_HALF: Final = 1 << 31
_ALL: Final = 1 << 32


def is_newer(serial: int, than: int) -> bool:
    """Whether a 32-bit serial comes after another; of two that lie half the circle apart neither does (RFC 1982 §3.2).

    >>> is_newer(1, 4294967295), is_newer(7, 7)
    (True, False)
    """
    return 0 < (serial - than) % _ALL < _HALF


def soa_serial(rdata: bytes) -> int | None:
    """The serial of the rdata of a SOA record, uncompressed; None when it is too short. RFC 1035 §3.3.13."""
    return int.from_bytes(rdata[-20:-16], "big") if len(rdata) >= 22 else None
