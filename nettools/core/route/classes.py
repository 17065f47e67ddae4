"""Destinations that every routing table and rule treats alike, so that one question to the kernel answers for all.

A lookup compares a destination with prefixes only. Two destinations that are in the same of all prefixes of all
tables and rules have the same way, apart from the choice among several next hops, which the kernel makes by a hash.
"""

from collections.abc import Iterable
from typing import Final

from nettools.core.prefix import Prefix

DestinationClass = tuple[int, int]


_LIMITED_BROADCAST: Final = 0xFFFFFFFF  # RFC 919 §7


def is_no_host(version: int, destination: int) -> bool:
    """Whether the address is unspecified, a multicast group, or all hosts of a link: whatever tables say of it.

    >>> is_no_host(4, 0xE0000001), is_no_host(6, 1)
    (True, False)
    """
    if not destination:
        return True
    if version == 4:
        return destination >> 28 == 0xE or destination == _LIMITED_BROADCAST  # RFC 5771 §3
    return destination >> 120 == 0xFF  # RFC 4291 §2.7


class DestinationClasses:
    """The classes that these prefixes of one IP version divide its addresses into; ``width`` is 32 or 128."""

    def __init__(self, prefixes: Iterable[Prefix], width: int) -> None:
        by_length: dict[int, set[int]] = {}
        for prefix in prefixes:
            if prefix.length:
                shift = width - prefix.length
                by_length.setdefault(prefix.length, set()).add(prefix.network >> shift)
        self._levels = [(length, width - length, by_length[length]) for length in sorted(by_length, reverse=True)]

    def class_of(self, destination: int) -> DestinationClass:
        """A name for the class: the longest of the prefixes that holds the destination."""
        for length, shift, networks in self._levels:
            if destination >> shift in networks:
                return length, destination >> shift
        return 0, 0
