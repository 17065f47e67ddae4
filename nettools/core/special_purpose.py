"""What IANA's special-purpose address registries say of a block (RFC 6890, RFC 8190).

The rows come from ``data/special-purpose.tsv``, a dated copy of the IPv4 and the IPv6 registry.
``ipaddress.is_private`` and ``is_global`` are never asked: they differ between patch releases of Python.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from nettools.core.address import parse_address
from nettools.core.prefix import Prefix, prefix_of
from nettools.core.record import column

_REACHABLE = {"true": True, "false": False, "n/a": None}


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """One row of a special-purpose registry."""

    name: str = field(metadata=column("Name"))
    block: Prefix = field(metadata=column("Block"))
    rfc: str = field(metadata=column("RFC"))
    globally_reachable: bool | None = field(metadata=column("Globally reachable", key="global"))
    """None where the registry says "N/A"."""


class Placement(NamedTuple):
    """Where a prefix stands among the registry's blocks."""

    containing: tuple[Block, ...]
    """The blocks that hold the whole prefix, the most specific first."""
    inside: tuple[Block, ...]
    """The blocks strictly inside the prefix, ascending."""


def parse_registry(rows: Iterable[Sequence[str]]) -> tuple[Block, ...]:
    """The registry of rows (block, name, RFC, ``true`` | ``false`` | ``n/a``)."""
    registry: list[Block] = []
    for text, name, rfc, reachable in rows:
        address, _, length = text.partition("/")
        first = parse_address(address)
        registry.append(
            Block(
                name=name,
                block=prefix_of(first.version, int(first), int(length)),
                rfc=rfc,
                globally_reachable=_REACHABLE[reachable],
            )
        )
    return tuple(registry)


def place(prefix: Prefix, registry: Sequence[Block]) -> Placement:
    """The registry's blocks around and inside ``prefix``."""
    containing = [row for row in registry if row.block.contains(prefix)]
    inside = [row for row in registry if row.block.length > prefix.length and prefix.contains(row.block)]
    return Placement(
        containing=tuple(sorted(containing, key=lambda row: -row.block.length)),
        inside=tuple(sorted(inside, key=lambda row: (row.block.network, row.block.length))),
    )
