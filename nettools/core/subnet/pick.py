"""Some addresses of a network: one by its number, every so many, or by chance."""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from nettools.core.prefix import Prefix
from nettools.core.text import quoted
from nettools.errors import OptionError

if TYPE_CHECKING:  # the generator is an argument: this module has no entropy of its own
    from random import Random

_SIGNED = re.compile(r"-?[0-9]{1,39}\Z", re.ASCII)


def nth_number(network: Prefix, text: str) -> int:
    """Address number N from 0; a negative N counts from the end, as in Python. Raises OptionError."""
    if not _SIGNED.match(text):
        raise OptionError(f"--nth {quoted(text)} is not a whole number")
    place = int(text)
    if not -network.size <= place < network.size:
        raise OptionError(f"--nth {place} is out of range: {network} has {network.size:,} addresses, numbered from 0")
    return network.network + (place if place >= 0 else network.size + place)


def stepped_numbers(network: Prefix, step: int, most: int | None) -> Iterator[int]:
    """Every ``step``-th address from the first, at most ``most``."""
    number, left = network.network, network.size if most is None else most
    while left and number <= network.last_number:
        yield number
        number += step
        left -= 1


def sample_numbers(network: Prefix, count: int, chance: "Random") -> Iterator[int]:
    """``count`` different addresses in random order. Raises OptionError when there are not so many."""
    if count > network.size:
        raise OptionError(f"{network} has {network.size:,} addresses, so {count:,} different ones cannot be drawn")
    if network.size <= 4 * count:
        yield from (network.network + offset for offset in chance.sample(range(network.size), count))
        return
    seen: set[int] = set()
    while len(seen) < count:
        offset = chance.getrandbits(network.host_bits)
        if offset not in seen:
            seen.add(offset)
            yield network.network + offset
