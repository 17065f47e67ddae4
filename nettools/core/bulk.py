"""Many lines to packed prefixes and back, a chunk at a time.

A chunk of plain IPv4 lines is read with table look-ups alone: the tables hold exactly the octets and
lengths that the strict parser accepts, so a look-up that fails is a line for the strict parser, which
reads every other form and says what is wrong.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Final, NamedTuple

from nettools.core.address import format_address
from nettools.core.intervals import pack, pack_prefix, unpack
from nettools.core.prefix import Prefix
from nettools.core.subnet.parse import parse_subnet
from nettools.errors import NettoolsError, PrefixError

_BIG_BATCH: Final = 20_000
"""From here on, tables for formatting pay for themselves."""


class BadLine(NamedTuple):
    """A line that names no network."""

    number: int | None
    text: str
    error: NettoolsError


@dataclass(slots=True)
class Packed:
    """Prefixes by IP version in the order of the lines, and the lines that are none."""

    v4: list[int] = field(default_factory=list)
    v6: list[int] = field(default_factory=list)
    bad: list[BadLine] = field(default_factory=list)

    @staticmethod
    def of_prefix(prefix: Prefix) -> "Packed":
        """One prefix."""
        one = [pack_prefix(prefix)]
        return Packed(v4=one) if prefix.version == 4 else Packed(v6=one)

    def add(self, other: "Packed") -> None:
        self.v4 += other.v4
        self.v6 += other.v6
        self.bad += other.bad


class _Tables(NamedTuple):
    octets: tuple[dict[str, int], dict[str, int], dict[str, int]]
    last: dict[str, int]
    """Last octet with or without ``/length`` -> its packed value."""
    masks: list[int]
    """Host bits -> what to keep of a packed value whose host bits may be set."""


@cache
def _tables() -> _Tables:
    octets = [{str(value): value << shift + 8 for value in range(256)} for shift in (24, 16, 8)]
    last = {f"{value}/{length}": value << 8 | 32 - length for value in range(256) for length in range(33)}
    last |= {str(value): value << 8 for value in range(256)}
    masks = [~((1 << bits) - 1) << 8 | 0xFF for bits in range(33)]
    return _Tables((octets[0], octets[1], octets[2]), last, masks)


def pack_lines(lines: Sequence[str], *, first_number: int | None, loose: bool = False) -> Packed:
    """The prefixes that the lines name, one or (a range) more a line; blank lines and ``#`` comments are passed over.

    ``first_number`` is the number of the first line, None for words of the command line.
    """
    if not loose:
        (first, second, third), last, masks = _tables()
        try:
            return Packed(
                v4=[
                    one & masks[one & 255]
                    for a, b, c, d in [line.split(".") for line in lines]
                    for one in (first[a] | second[b] | third[c] | last[d],)
                ]
            )
        except (KeyError, ValueError):
            pass  # some line is not a plain IPv4 prefix
    return _pack_line_by_line(lines, first_number, loose=loose)


def _pack_line_by_line(lines: Sequence[str], first_number: int | None, *, loose: bool) -> Packed:
    (first, second, third), last, masks = _tables()
    packed = Packed()
    for offset, line in enumerate(lines):
        if not loose:
            try:
                a, b, c, d = line.split(".")
                one = first[a] | second[b] | third[c] | last[d]
                packed.v4.append(one & masks[one & 255])
                continue
            except (KeyError, ValueError):
                pass
        text = line.partition("#")[0].strip()
        if not text:
            continue
        try:
            for interface in parse_subnet(text, loose=loose):
                if interface.network.zone:
                    raise PrefixError("a zone means nothing in a set of networks", hint="leave out '%' and the zone")
                bucket = packed.v4 if interface.network.version == 4 else packed.v6
                bucket.append(pack_prefix(interface.network))
        except NettoolsError as error:
            number = None if first_number is None else first_number + offset
            packed.bad.append(BadLine(number, text, error))
    return packed


def format_packed(version: int, packed: Sequence[int], *, bare_hosts: bool = False) -> str:
    """A line for each packed prefix; with ``bare_hosts`` single addresses go without their length."""
    if version == 6:
        return "".join(_text_v6(one, bare_hosts=bare_hosts) for one in packed)
    if len(packed) < _BIG_BATCH:
        ends = _line_ends(bare_hosts=bare_hosts)
        return "".join(
            f"{one >> 32}.{one >> 24 & 255}.{one >> 16 & 255}.{one >> 8 & 255}{ends[one & 255]}" for one in packed
        )
    high, low = _halves()
    ends = _line_ends(bare_hosts=bare_hosts)
    return "".join([f"{high[one >> 24]}{low[one >> 8 & 65535]}{ends[one & 255]}" for one in packed])


def _text_v6(packed: int, *, bare_hosts: bool) -> str:
    prefix = unpack(6, packed)
    is_bare = bare_hosts and prefix.length == 128
    return f"{format_address(prefix.first) if is_bare else prefix}\n"


@cache
def _line_ends(*, bare_hosts: bool) -> list[str]:
    ends = [f"/{32 - bits}\n" for bits in range(33)]
    return ["\n", *ends[1:]] if bare_hosts else ends


@cache
def _halves() -> tuple[list[str], list[str]]:
    """The text of the upper and of the lower sixteen bits of every IPv4 address."""
    low = [f"{value >> 8}.{value & 255}" for value in range(1 << 16)]
    return [f"{text}." for text in low], low


def address_lines(version: int, first: int, count: int) -> Iterator[str]:
    """``count`` consecutive addresses from ``first``, as texts of many lines each."""
    block_bits = 8 if version == 4 else 16
    size = 1 << block_bits
    number, end = first, first + count
    while number < end:
        block, offset = number >> block_bits, number & size - 1
        here = min(size - offset, end - number)
        yield _block_lines(version, block, offset, here)
        number += here


def _block_lines(version: int, block: int, offset: int, count: int) -> str:
    """Addresses that differ in the last octet or group alone: the text before it is the same for all but zero."""
    if version == 4:
        stem = f"{block >> 16}.{block >> 8 & 255}.{block & 255}."
        if count == 256:
            return _all_octets().replace("@", stem)
        return "".join(f"{stem}{octet}\n" for octet in range(offset, offset + count))
    base = block << 16
    # In group zero the last group may belong to the "::", so that address is written on its own.
    zero = f"{format_address(unpack(6, pack(base, 0)).first)}\n" if offset == 0 else ""
    mapped = base >> 32 == 0xFFFF
    if mapped:
        return "".join(
            f"{format_address(unpack(6, pack(base | low, 0)).first)}\n" for low in range(offset, offset + count)
        )
    stem = format_address(unpack(6, pack(base | 1, 0)).first)[:-1]
    return zero + "".join([f"{stem}{low:x}\n" for low in range(max(offset, 1), offset + count)])


@cache
def _all_octets() -> str:
    return "".join(f"@{octet}\n" for octet in range(256))
