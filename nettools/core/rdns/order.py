"""The order in which addresses are asked: shuffled, so that no server gets all of its zone's queries at once.

A Feistel network over 16 bits is a permutation that needs no memory beyond its key; numbers beyond the end of a shorter
block are sent through it again until they fall inside (cycle walking: Black and Rogaway, "Ciphers with Arbitrary Finite
Domains", 2002). Blocks come one after the other, so that what is asked out of order can be told in order.
"""

from collections.abc import Iterator
from typing import Final

BLOCK: Final = 1 << 16
"""How many addresses are shuffled together."""
_ROUNDS: Final = 4
_HALF: Final = 256


class Shuffle:
    """A permutation of 0 … size-1 for each size up to BLOCK. ``key`` is 1024 octets: a table for each round."""

    def __init__(self, key: bytes) -> None:
        if len(key) != _ROUNDS * _HALF:
            raise ValueError(f"a key has {_ROUNDS * _HALF} octets")
        self._tables = [key[place : place + _HALF] for place in range(0, len(key), _HALF)]

    def place(self, number: int, size: int) -> int:
        """Where ``number`` goes."""
        one, two, three, four = self._tables
        while True:
            left, right = number >> 8, number & 0xFF
            left ^= one[right]
            right ^= two[left]
            left ^= three[right]
            right ^= four[left]
            number = left << 8 | right
            if number < size:
                return number

    def block(self, size: int) -> Iterator[int]:
        """All numbers below ``size``, which is at most BLOCK, shuffled."""
        place = self.place
        for number in range(size):
            yield place(number, size)


def key_size() -> int:
    """Octets of a key."""
    return _ROUNDS * _HALF
