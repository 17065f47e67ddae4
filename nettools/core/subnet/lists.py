"""Lists of networks or addresses as they are answered: batches of packed prefixes, and their records."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import ClassVar, Literal, NamedTuple

from nettools.core.address import Address
from nettools.core.intervals import pack_prefix, unpack
from nettools.core.outcome import Failure
from nettools.core.prefix import Prefix
from nettools.core.record import column
from nettools.core.subnet.relate import Relation


@dataclass(frozen=True, slots=True, kw_only=True)
class NetworkItem:
    """One network, or one address where the operation is about addresses."""

    network: Prefix | Address = field(metadata=column("Network"))
    first: Address = field(metadata=column("First"))
    """The lowest address of the network, its own; ``first`` of ``describe`` is the first that a host may have."""
    last: Address = field(metadata=column("Last"))
    """The highest address, of IPv4 the broadcast address."""
    total: int = field(metadata=column("Addresses", align="right", decimal=True))
    name: str | None = field(metadata=column("Name"))


@dataclass(frozen=True, slots=True, kw_only=True)
class NetworkListReport:
    """The answer of the ``nettools subnet`` verbs that list networks or addresses."""

    SCHEMA: ClassVar[str] = "nettools.subnet-list/1"

    operation: str = field(metadata=column("Operation"))
    items: tuple[NetworkItem, ...] = field(metadata=column("Items"))
    free: tuple[Prefix, ...] = field(metadata=column("Free"))
    delegation: tuple[str, ...] = field(metadata=column("Delegation"))
    errors: tuple[Failure, ...] = field(metadata=column("Errors"))


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparisonReport:
    """The answer of ``nettools subnet compare``."""

    SCHEMA: ClassVar[str] = "nettools.subnet-compare/1"

    only_a: tuple[Prefix, ...] = field(metadata=column("Only in A"))
    only_b: tuple[Prefix, ...] = field(metadata=column("Only in B"))
    both: tuple[Prefix, ...] = field(metadata=column("In both"))
    errors: tuple[Failure, ...] = field(metadata=column("Errors"))


@dataclass(frozen=True, slots=True, kw_only=True)
class RelationReport:
    """The answer of ``nettools subnet relate``."""

    SCHEMA: ClassVar[str] = "nettools.subnet-relation/1"

    a: str = field(metadata=column("A"))
    b: str = field(metadata=column("B"))
    relation: Relation = field(metadata=column("Relation"))
    mergeable: bool = field(metadata=column("Mergeable"))
    """Whether both together are exactly one network."""
    errors: tuple[Failure, ...] = field(metadata=column("Errors"))


@dataclass(frozen=True, slots=True, kw_only=True)
class FilterMatch:
    """One address in a line, and the narrowest of the networks that holds it."""

    address: Address = field(metadata=column("Address"))
    network: Prefix = field(metadata=column("Network"))
    label: str | None = field(metadata=column("Label"))


@dataclass(frozen=True, slots=True, kw_only=True)
class FilteredLine:
    """One line of the text."""

    line: int = field(metadata=column("Line", align="right"))
    text: str = field(metadata=column("Text"))
    matches: tuple[FilterMatch, ...] = field(metadata=column("Matches"))


@dataclass(frozen=True, slots=True, kw_only=True)
class FilterReport:
    """The answer of ``nettools subnet filter``."""

    SCHEMA: ClassVar[str] = "nettools.subnet-filter/1"

    lines: tuple[FilteredLine, ...] = field(metadata=column("Lines"))
    errors: tuple[Failure, ...] = field(metadata=column("Errors"))


PlainForm = Literal["network", "range", "name"]


class Batch(NamedTuple):
    """Some packed prefixes of one IP version, perhaps with a name for each."""

    version: int
    packed: Sequence[int]
    names: Sequence[str | None] | None = None
    plain: PlainForm = "network"
    """What a plain line shows: the network with its name if it has one, its first and last address, its name alone."""

    def prefixes(self) -> Iterator[Prefix]:
        for one in self.packed:
            yield unpack(self.version, one)

    def items(self, *, bare_hosts: bool) -> Iterator[NetworkItem]:
        """The records; with ``bare_hosts`` a single address stands without its length."""
        for place, prefix in enumerate(self.prefixes()):
            is_bare = bare_hosts and prefix.host_bits == 0
            yield NetworkItem(
                network=prefix.first if is_bare else prefix,
                first=prefix.first,
                last=prefix.last,
                total=prefix.size,
                name=self.names[place] if self.names else None,
            )


def batch_of(prefixes: Sequence[Prefix], names: Sequence[str | None] | None = None) -> Iterator[Batch]:
    """The prefixes one by one, their order kept, with their names."""
    for place, prefix in enumerate(prefixes):
        yield Batch(prefix.version, [pack_prefix(prefix)], None if names is None else [names[place]])


def first_networks(batches: Iterable[Batch], most: int | None) -> Iterator[Batch]:
    """The batches up to ``most`` networks in all."""
    left = most
    for batch in batches:
        if left is None or len(batch.packed) < left:
            left = None if left is None else left - len(batch.packed)
            yield batch
            continue
        yield batch._replace(packed=batch.packed[:left])
        return
