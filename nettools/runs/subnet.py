"""Arithmetic on networks, between what was asked and the batches of networks that answer it."""

from collections.abc import Iterator, Sequence
from functools import partial
from typing import Final, NamedTuple

from nettools.core.bulk import Packed
from nettools.core.intervals import VERSIONS, IntervalSet, pack_prefix, sorted_unique
from nettools.core.number import count_of, parse_option
from nettools.core.outcome import Failure
from nettools.core.prefix import Prefix
from nettools.core.subnet.lists import Batch, ComparisonReport, RelationReport, batch_of, first_networks
from nettools.core.subnet.parse import parse_network, parse_prefix_length, refuse_zone
from nettools.core.subnet.relate import are_mergeable, parse_span, relation
from nettools.core.subnet.reverse import delegation_lines, zones_to_delegate
from nettools.core.subnet.split import Allocation, allocate_hosts, cover, free_blocks, split_by_length, split_into
from nettools.errors import OptionError

MOST_PARTS: Final = 1 << 20
_MOST: Final = 10**18 - 1


def one_network(text: str) -> Prefix:
    """The network of a word, without a zone: a zone has no meaning in address arithmetic."""
    network = parse_network(text)
    refuse_zone(text, network)
    return network


def batches_of(networks: IntervalSet) -> Iterator[Batch]:
    """The fewest prefixes of a set."""
    for version in VERSIONS:
        packed = networks.packed(version)
        if packed:
            yield Batch(version, packed)


def sorted_batches(packed: Packed) -> Iterator[Batch]:
    """The prefixes in numeric order, each once."""
    for version, values in ((4, packed.v4), (6, packed.v6)):
        if values:
            yield Batch(version, sorted_unique(values))


def cover_of(whole: IntervalSet) -> Iterator[Batch]:
    """The one smallest prefix that holds a set; none for an empty one. Raises OptionError for both IP versions."""
    found = [one for version in VERSIONS if (one := cover(whole, version)) is not None]
    if len(found) > 1:
        raise OptionError("no network holds both IPv4 and IPv6 addresses", hint="cover them apart")
    return batch_of(found)


def comparison(one: IntervalSet, other: IntervalSet, failures: Sequence[Failure] = ()) -> ComparisonReport:
    """What only one has, only the other, and both."""
    return ComparisonReport(
        only_a=tuple(one.minus(other).prefixes()),
        only_b=tuple(other.minus(one).prefixes()),
        both=tuple(one.both(other).prefixes()),
        errors=tuple(failures),
    )


def relation_of(a: str, b: str) -> RelationReport:
    """What ``a`` is to ``b``. Raises AddressError or PrefixError."""
    one, other = parse_span(a), parse_span(b)
    return RelationReport(
        a=one.text, b=other.text, relation=relation(one, other), mergeable=are_mergeable(one, other), errors=()
    )


class Parts(NamedTuple):
    """What a network was split into, and what is left of it."""

    batches: Iterator[Batch]
    free: Sequence[Prefix] = ()


def split_network(
    network: Prefix,
    *,
    prefix: int | str | None = None,
    into: int | str | None = None,
    hosts: Sequence[int | str] | None = None,
    names: Sequence[str] | None = None,
) -> Parts:
    """The parts by length, by number, or by hosts (VLSM). Raises OptionError or PrefixError."""
    if sum(option is not None for option in (prefix, into, hosts)) != 1:
        raise OptionError("say how to split", hint="with one of --prefix N, --into N and --hosts N,N,...")
    if prefix is not None:
        if names is not None:
            raise OptionError("--names goes with --into and --hosts, not with --prefix")
        length = _prefix_length(prefix, network.version)
        return Parts(Batch(network.version, packed) for packed in split_by_length(network, length))
    allocation = _allocation(network, into, hosts or ())
    return Parts(batch_of(allocation.networks, _labels(names, len(allocation.networks))), allocation.free)


def _allocation(network: Prefix, into: int | str | None, hosts: Sequence[int | str]) -> Allocation:
    if into is not None:
        return split_into(network, count_of(into, "--into", minimum=1, maximum=MOST_PARTS))
    return allocate_hosts(network, [count_of(one, "--hosts", minimum=1, maximum=1 << 128) for one in hosts])


def _labels(names: Sequence[str] | None, count: int) -> Sequence[str | None] | None:
    if names is None:
        return None
    if len(names) > count:
        raise OptionError(f"--names has {len(names)} names for {count} networks")
    return [*names, *[None] * (count - len(names))]


def free_networks(
    pool: IntervalSet, used: IntervalSet, prefix: int | str | None, count: int | str | None
) -> Iterator[Batch]:
    """What is free: the fewest networks, or those of one length, the first of them. Raises OptionError, PrefixError."""
    version = 6 if pool.ranges(6).starts else 4
    length = None if prefix is None else _prefix_length(prefix, version)
    most = None if count is None else count_of(count, "--count", minimum=1, maximum=_MOST)
    found = (Batch(version, packed) for version, packed in free_blocks(pool.minus(used), length))
    return first_networks(found, most)


def reverse_batches(network: Prefix, delegation: list[str]) -> Iterator[Batch]:
    """The reverse zones of a network; ``delegation`` gets the lines that its parent zone needs."""
    delegation.extend(delegation_lines(network))
    for zone in zones_to_delegate(network):
        yield Batch(zone.network.version, [pack_prefix(zone.network)], [zone.name], plain="name")


def _prefix_length(given: int | str, version: int) -> int:
    return parse_option(str(given).removeprefix("/"), "--prefix", partial(parse_prefix_length, version=version))
