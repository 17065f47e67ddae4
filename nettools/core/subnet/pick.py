"""Some addresses of a network or a range: one by its number, every so many, or by chance."""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from nettools.core.subnet.relate import Span
from nettools.core.text import quoted
from nettools.errors import OptionError

if TYPE_CHECKING:  # the generator is an argument: this module has no entropy of its own
    from random import Random

_SIGNED = re.compile(r"-?[0-9]{1,39}\Z", re.ASCII)


def nth_number(among: Span, text: str) -> int:
    """Address number N from 0; a negative N counts from the end, as in Python. Raises OptionError."""
    if not _SIGNED.match(text):
        raise OptionError(f"--nth {quoted(text)} is not a whole number")
    place = int(text)
    if not -among.size <= place < among.size:
        raise OptionError(f"--nth {place} is out of range: {among.text} has {among.size:,} addresses, numbered from 0")
    return among.first + (place if place >= 0 else among.size + place)


def stepped_numbers(among: Span, step: int, most: int | None) -> Iterator[int]:
    """Every ``step``-th address from the first, at most ``most``."""
    number, left = among.first, among.size if most is None else most
    while left and number <= among.last:
        yield number
        number += step
        left -= 1


def sample_numbers(among: Span, count: int, chance: "Random") -> Iterator[int]:
    """``count`` different addresses in random order. Raises OptionError when there are not so many."""
    if count > among.size:
        raise OptionError(f"{among.text} has {among.size:,} addresses, so {count:,} different ones cannot be drawn")
    if among.size <= 4 * count:
        yield from (among.first + offset for offset in chance.sample(range(among.size), count))
        return
    seen: set[int] = set()
    bits = (among.size - 1).bit_length()
    while len(seen) < count:
        offset = chance.getrandbits(bits)
        if offset < among.size and offset not in seen:
            seen.add(offset)
            yield among.first + offset
