"""Addresses as bits, grouped as people read them, and the place where the network part ends."""

from typing import Final

from nettools.core.address import WIDTH

_GROUP_BITS: Final[dict[int, int]] = {4: 8, 6: 16}
_SEPARATOR: Final[dict[int, str]] = {4: ".", 6: ":"}


def bits(version: int, number: int) -> str:
    """All bits of an address: octets joined by dots, 16-bit groups by colons.

    >>> bits(4, 0xC000020C)
    '11000000.00000000.00000010.00001100'
    """
    width, size = WIDTH[version], _GROUP_BITS[version]
    digits = f"{number:0{width}b}"
    return _SEPARATOR[version].join(digits[start : start + size] for start in range(0, width, size))


def split_at(version: int, length: int) -> int:
    """How many characters of ``bits()`` belong to a prefix of ``length`` bits.

    A separator right after the prefix belongs to the host part, so that the bar stands between bits.

    >>> split_at(4, 30), split_at(4, 24), split_at(4, 0)
    (33, 26, 0)
    """
    if length == 0:
        return 0
    return length + (length - 1) // _GROUP_BITS[version]
