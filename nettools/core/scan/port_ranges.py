"""Port numbers as ranges: what a list of a document stands for, without a list of the ports."""

from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Final

from nettools.core.intervals import Ranges
from nettools.core.ports import parse_port_range
from nettools.errors import PortError

NO_PORTS: Final = Ranges([], [])


@lru_cache(maxsize=4096)  # hosts of one scan have few different lists
def port_ranges(text: str) -> Ranges:
    """The ports of ``3-21,23-79``: numbers and ranges alone, ascending, each once. Raises PortError."""
    pairs: list[tuple[int, int]] = []
    for part in text.split(","):
        found = parse_port_range(part)
        if found is None or (pairs and found.start <= pairs[-1][1]):
            raise PortError("is no ascending list of ports")
        pairs.append((found.start, found.stop - 1))
    return Ranges.of_pairs(pairs)


def single(port: int) -> Ranges:
    """One port."""
    return Ranges([port], [port])


def ranges_of(ports: Iterable[int]) -> Ranges:
    """The ports as ranges."""
    return Ranges.of_pairs((port, port) for port in ports)


def united(parts: Iterable[Ranges]) -> Ranges:
    """What is in any of them."""
    return Ranges.of_pairs(pair for part in parts for pair in part.pairs())


def count_of(ports: Ranges) -> int:
    """How many ports the ranges hold."""
    return sum(ports.ends) - sum(ports.starts) + len(ports.starts)


def each_port(ports: Ranges) -> Iterator[int]:
    """Every port, ascending."""
    for first, last in ports.pairs():
        yield from range(first, last + 1)


def ranges_text(ports: Ranges) -> str:
    """The list that ``port_ranges`` reads.

    >>> ranges_text(port_ranges("1-3,7"))
    '1-3,7'
    """
    return ",".join(f"{first}-{last}" if last > first else str(first) for first, last in ports.pairs())
