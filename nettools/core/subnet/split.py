"""Carving a network up: by prefix length, into a number of parts, or by hosts (VLSM). Also what is left free."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from nettools.core.intervals import IntervalSet, Ranges, pack
from nettools.core.prefix import Prefix
from nettools.errors import PrefixError

_BATCH = 8192


def split_by_length(network: Prefix, length: int) -> Iterator[list[int]]:
    """All networks of that prefix length inside, packed, in batches: a split may have more than memory holds.

    Raises PrefixError when the length is shorter than the network's own, or longer than an address.
    """
    if not network.length <= length <= network.width:
        raise PrefixError(
            f"{network} cannot be split into /{length}: the new length must be {network.length} to {network.width}"
        )
    host_bits = network.width - length
    step = 1 << host_bits
    number, end = network.network, network.last_number + 1
    while number < end:
        stop = min(end, number + _BATCH * step)
        yield [pack(one, host_bits) for one in range(number, stop, step)]
        number = stop


class Allocation(NamedTuple):
    """Networks in the order in which they were asked for, and what the parent has left, packed."""

    networks: list[Prefix]
    free: list[Prefix]


def split_into(network: Prefix, count: int) -> Allocation:
    """``count`` networks of equal size, the largest that fit; the rest is free. Raises PrefixError."""
    extra_bits = (count - 1).bit_length()
    length = network.length + extra_bits
    if length > network.width:
        raise PrefixError(f"{network} has {network.size:,} addresses, too few for {count:,} networks")
    step = 1 << network.width - length
    networks = [Prefix(network.version, network.network + place * step, length) for place in range(count)]
    return Allocation(networks, _free(network, networks))


def allocate_hosts(network: Prefix, hosts: Sequence[int]) -> Allocation:
    """A network for each number of hosts, the largest placed first so that all stay aligned and nothing is wasted.

    An IPv4 network spends two addresses on itself and its broadcast; an IPv6 network none. Raises PrefixError,
    which says how much is missing.
    """
    overhead = 2 if network.version == 4 else 0
    bits = [(count + overhead - 1).bit_length() for count in hosts]
    needed = sum(1 << one for one in bits)
    length = network.width - (needed - 1).bit_length()
    if needed > network.size:
        raise PrefixError(
            f"{network} has {network.size:,} addresses and {needed:,} are needed: {needed - network.size:,} too few",
            hint=f"a /{length} would do" if length >= 0 else None,
        )
    placed: dict[int, Prefix] = {}
    number = network.network
    for place in sorted(range(len(bits)), key=lambda one: (-bits[one], one)):
        placed[place] = Prefix(network.version, number, network.width - bits[place])
        number += 1 << bits[place]
    networks = [placed[place] for place in range(len(bits))]
    return Allocation(networks, _free(network, networks))


def _free(network: Prefix, used: Sequence[Prefix]) -> list[Prefix]:
    return list(IntervalSet.of_prefixes([network]).minus(IntervalSet.of_prefixes(used)).prefixes())


def free_blocks(free: IntervalSet, length: int | None) -> Iterator[tuple[int, list[int]]]:
    """(version, packed networks) of what is free, ascending, in batches.

    With ``length`` they are all of that length; without, the fewest that cover what is free.
    """
    for prefix in free.prefixes():
        if length is None:
            yield prefix.version, [pack(prefix.network, prefix.host_bits)]
        elif prefix.length <= length <= prefix.width:
            for batch in split_by_length(prefix, length):
                yield prefix.version, batch


def cover(sets: IntervalSet, version: int) -> Prefix | None:
    """The one smallest network of that version that holds the whole set; None when the set has none of it."""
    ranges: Ranges = sets.ranges(version)
    if not ranges.starts:
        return None
    first, last = ranges.starts[0], ranges.ends[-1]
    host_bits = (first ^ last).bit_length()
    width = 32 if version == 4 else 128
    return Prefix(version, first >> host_bits << host_bits, width - host_bits)
