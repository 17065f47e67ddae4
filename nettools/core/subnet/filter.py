"""Lines of any text that hold an address inside some networks, on whole buffers.

What counts as an address in a text (a *token* is a run of letters, digits and ``_ . : % -``):

    10.0.0.1  10.0.0.1:80  10.0.0.1.  (10.0.0.1)  src=10.0.0.1  src:10.0.0.1  10.0.0.1-10.0.0.9  10.0.0.0/8
    2001:db8::1  [2001:db8::1]:443  fe80::1%eth0  2001:db8::/32
    ::ffff:10.0.0.1 is the IPv6 address that it spells, and with ``mapped`` 10.0.0.1 as well

and what does not: ``1.2.3.4.5``, ``x10.0.0.1y``, ``host-10.1.1.1.example.com``, ``010.1.1.1``.

A quick pass finds every place that may be an IPv4 address by its middle, ``.b.c.``: a pattern that begins with
a literal dot lets the engine skip text as fast as memchr. It accepts too much and misses nothing; only a place
whose address is inside the networks is looked at by the rules above.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from typing import Final, NamedTuple

from nettools.core.address import Address, address_from_int, parse_ipv4, parse_ipv6
from nettools.core.intervals import IntervalSet
from nettools.core.prefix import Prefix
from nettools.errors import AddressError

_IPV4_MIDDLE: Final = re.compile(rb"\.(?<=([\x00-\xff]{3})\.)([0-9]{1,3})\.([0-9]{1,3})\.([0-9]{1,3})")
_IPV6_LIKE: Final = re.compile(rb":(?::|(?:[0-9A-Fa-f]{1,4}:){4})")
"""Every IPv6 text has ``::`` or at least six colons; times of day have neither."""

_TOKEN: Final = re.compile(rb"[0-9A-Za-z_.:%-]+")
_PUNCTUATION: Final = ".:-"
"""What a token may end with behind an address."""
_MOST_PUNCTUATION: Final = 6
_PORT: Final = re.compile(r"[0-9]{1,5}\Z", re.ASCII)
_KEY: Final = re.compile(r"[A-Za-z_][0-9A-Za-z_-]*\Z", re.ASCII)
_PADDING: Final = b"\n\n\n"
"""The pattern looks three bytes back, so a buffer begins with these."""

_MAPPED_HIGH: Final = 0xFFFF  # ::ffff:0:0/96, RFC 4291 §2.5.5.2


class Found(NamedTuple):
    """One address of a line that is inside the networks."""

    version: int
    number: int

    @property
    def address(self) -> Address:
        return address_from_int(self.version, self.number)


class TextFilter:
    """Finds the lines of a buffer that hold an address inside ``networks``."""

    def __init__(self, networks: IntervalSet, *, mapped: bool = False) -> None:
        self._networks = networks
        self._mapped = mapped
        v4 = networks.ranges(4)
        self._starts, self._ends = v4.starts, v4.ends
        self._live = _LiveOctets(v4.starts, v4.ends)
        self._wants_v6 = bool(networks.ranges(6).starts) or mapped
        self._wants_v4 = bool(v4.starts)

    def matching_lines(self, buffer: bytes) -> Iterator[tuple[int, int]]:
        """(start, end) of each line that matches, ascending, the newline left out. The buffer holds whole lines."""
        padded = _PADDING + buffer
        end = -1
        for place in self._candidates(padded):
            if place < end:
                continue
            start = padded.rfind(b"\n", 0, place) + 1
            end = padded.find(b"\n", place)
            end = len(padded) if end < 0 else end
            if any(self.found_in(padded[start:end])):
                yield start - len(_PADDING), end - len(_PADDING)

    def found_in(self, line: bytes) -> Iterator[Found]:
        """The addresses of one line that are inside the networks, in their order."""
        for match in _TOKEN.finditer(line):
            for one in addresses_of_token(match.group()):
                if self._networks.contains(one.version, one.number):
                    yield one
                elif self._mapped and one.version == 6 and one.number >> 32 == _MAPPED_HIGH:
                    low = one.number & 0xFFFFFFFF
                    if self._networks.contains(4, low):
                        yield Found(4, low)

    def _candidates(self, padded: bytes) -> Iterator[int]:
        """Places where a matching address may be, ascending."""
        v4 = self._v4_candidates(padded) if self._wants_v4 else []
        if not self._wants_v6:
            return iter(v4)
        v6 = [match.start() for match in _IPV6_LIKE.finditer(padded)]
        return iter(sorted([*v4, *v6]) if v4 else v6)

    def _v4_candidates(self, padded: bytes) -> list[int]:
        live, starts, ends = self._live, self._starts, self._ends
        places: list[int] = []
        for match in [one for one in _IPV4_MIDDLE.finditer(padded) if one[2] in live[one[1]]]:
            before, second, third, fourth = match.groups()
            number = _octet_behind(before) << 24 | int(second) << 16 | int(third) << 8 | int(fourth)
            place = bisect_right(starts, number) - 1
            # A fourth octet of which the pattern took three digits may go on; the rules decide on the line.
            if place >= 0 and number <= ends[place]:
                places.append(match.start())
        return places


class _LiveOctets(dict[bytes, frozenset[bytes]]):
    """Three bytes before a dot -> the second octets with which that first octet may be inside the networks.

    Entries are made when they are first asked for; at most some tens of thousands of contexts are kept.
    """

    _MOST = 100_000

    def __init__(self, starts: Sequence[int], ends: Sequence[int]) -> None:
        super().__init__()
        live: dict[int, set[int]] = {}
        for start, end in zip(starts, ends, strict=True):
            for high in range(start >> 16, (end >> 16) + 1):
                live.setdefault(high >> 8, set()).add(high & 255)
        self._by_octet = {first: frozenset(b"%d" % one for one in seconds) for first, seconds in live.items()}

    def __missing__(self, before: bytes) -> frozenset[bytes]:
        first = _octet_behind(before)
        found = self._by_octet.get(first, frozenset())
        if len(self) < self._MOST:
            self[before] = found
        return found


def _octet_behind(before: bytes) -> int:
    """The number that ends the three bytes before a dot, -1 when none does."""
    digits = before[len(before.rstrip(b"0123456789")) :]
    return int(digits) if digits else -1


def addresses_of_token(token: bytes) -> Iterator[Found]:
    """The addresses that a token is, or holds, by the rules of this module."""
    text = token.decode("ascii")
    one = _address_before_punctuation(text)
    if one is not None:
        yield one
        return
    first, dash, second = text.partition("-")
    if dash:
        ends = _address_of(first), _address_before_punctuation(second)
        yield from (end for end in ends if end is not None and None not in ends)


def _address_before_punctuation(text: str) -> Found | None:
    """An address with as little as possible cut from its end: an IPv6 address may end in colons of its own."""
    bare = text.rstrip(_PUNCTUATION)
    shortest = max(len(bare), len(text) - _MOST_PUNCTUATION)
    candidates = [*(text[:end] for end in range(len(text), shortest - 1, -1)), bare]
    for read in (_address_of, _value_of):
        for candidate in candidates:
            one = read(candidate)
            if one is not None:
                return one
    return None


def _address_of(text: str) -> Found | None:
    """An address alone, with a port behind it, or with a zone."""
    colons = text.count(":")
    if colons > 1:
        try:
            return Found(6, parse_ipv6(text.partition("%")[0]))
        except AddressError:
            return None
    address, _, port = text.partition(":")
    return _ipv4(address) if not colons or _PORT.match(port) else None


def _value_of(text: str) -> Found | None:
    """An address as the value of a key: src:10.0.0.1."""
    key, _, value = text.partition(":")
    return _address_of(value) if _KEY.match(key) and value and not value.startswith(":") else None


def _ipv4(text: str) -> Found | None:
    if text.count(".") != 3:
        return None
    try:
        return Found(4, parse_ipv4(text))
    except AddressError:
        return None


def narrowest(found: Found, networks: Mapping[tuple[int, int, int], str | None]) -> tuple[Prefix, str | None] | None:
    """The longest of the networks that holds the address, with its label.

    ``networks`` maps (version, network, length) to the label.
    """
    width = 32 if found.version == 4 else 128
    for length in range(width, -1, -1):
        network = found.number >> width - length << width - length
        key = (found.version, network, length)
        if key in networks:
            return Prefix(found.version, network, length), networks[key]
    return None
