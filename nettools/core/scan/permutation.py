"""An order that looks random, of any number of things, without a list of them.

A permutation of 0 … 2^k - 1 is made of steps that can each be undone: add a key, multiply by an odd number (both
modulo 2^k), exclusive-or with the upper half. Of a size that is no power of two, 2^k is the next one, and
what falls outside is put in again until it is inside ("cycle walking": Black and Rogaway, Ciphers with Arbitrary
Finite Domains, 2002), on average less than once. So any position is looked up by itself, in constant time and
memory. Nothing is secret: the order only spreads a scan over its targets.
"""

from collections.abc import Iterable, Iterator
from typing import Final

_WORD: Final = (1 << 64) - 1
# SplitMix64: Steele, Lea and Flood, Fast Splittable Pseudorandom Number Generators, OOPSLA 2014.
_GOLDEN_STEP: Final = 0x9E3779B97F4A7C15
_FIRST_FACTOR: Final = 0xBF58476D1CE4E5B9
_SECOND_FACTOR: Final = 0x94D049BB133111EB


def key_words(seed: int) -> Iterator[int]:
    """An endless stream of 64-bit words that the seed alone decides (SplitMix64)."""
    state = 0
    rest = abs(seed) << 1 | (seed < 0)
    while True:  # longer seeds count in full
        state = _mixed((state ^ rest) + _GOLDEN_STEP & _WORD)
        rest >>= 64
        if not rest:
            break
    while True:
        state = state + _GOLDEN_STEP & _WORD
        yield _mixed(state)


def _mixed(word: int) -> int:
    word = (word ^ word >> 30) * _FIRST_FACTOR & _WORD
    word = (word ^ word >> 27) * _SECOND_FACTOR & _WORD
    return word ^ word >> 31


class Permutation:
    """A bijection of 0 … size - 1 onto itself that a seed decides."""

    __slots__ = ("_keys", "_mask", "_shift", "size")

    def __init__(self, size: int, seed: int) -> None:
        self.size = size
        bits = max(1, (size - 1).bit_length())
        self._mask = (1 << bits) - 1
        self._shift = (bits + 1) // 2
        words = key_words(seed)
        keys = [sum(next(words) << place for place in range(0, bits, 64)) & self._mask for _ in range(6)]
        self._keys = tuple(key | place & 1 for place, key in enumerate(keys))  # every second one is a factor

    def at(self, position: int) -> int:
        """What stands at a position, 0 <= position < size."""
        return next(self.of((position,)))

    def of(self, positions: Iterable[int]) -> Iterator[int]:
        """What stands at each of the positions, in their order."""
        size, mask, shift = self.size, self._mask, self._shift
        add_1, factor_1, add_2, factor_2, add_3, factor_3 = self._keys
        for position in positions:
            value = position
            while True:
                value = (value + add_1) * factor_1 & mask
                value ^= value >> shift
                value = (value + add_2) * factor_2 & mask
                value ^= value >> shift
                value = (value + add_3) * factor_3 & mask
                value ^= value >> shift
                if value < size:
                    break
            yield value
