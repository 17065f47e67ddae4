"""The Internet checksum: RFC 1071, as arithmetic modulo 65,535.

2**16 leaves 1 when divided by 65,535, so the one's complement sum of the 16-bit words of a field is the field's own
value modulo 65,535, whatever its width. What changes from packet to packet is then added as a plain number.
"""

from typing import Final

MODULUS: Final = 0xFFFF


def word_sum(data: bytes) -> int:
    """The sum of the 16-bit words modulo 65,535; an odd octet at the end counts as if a zero followed it."""
    return int.from_bytes(data + bytes(len(data) % 2)) % MODULUS


def checksum_of(total: int) -> int:
    """What goes into the checksum field when all other words add up to ``total``; never 0, which is 65,535 as well."""
    return MODULUS - total % MODULUS


def is_valid(data: bytes) -> bool:
    """Whether the words, the checksum among them, add up to nothing in one's complement."""
    return word_sum(data) == 0
