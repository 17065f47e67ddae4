"""In which order a scan probes, and which part of it one of several machines does.

A probe has an index: ``position * len(ports) + rank``, where the position is the host's place in the order and the
rank the port's turn at that host. Shard I/N has the probes whose index leaves I - 1 when divided by N, so that N
machines with the same targets, ports and seed do each probe exactly once, whatever the numbers are.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import isqrt
from typing import Final, Literal, NamedTuple

from nettools.core.scan.permutation import Permutation
from nettools.core.scan.probe_port import ProbePort
from nettools.core.text import quoted
from nettools.errors import OptionError

Order = Literal["random", "ascending"]

MOST_PROBES_UNASKED: Final = 1 << 24
"""More probes than these need ``--yes``."""

_SHARD = re.compile(r"([0-9]{1,18})/([0-9]{1,18})\Z", re.ASCII)
_MANY_PORTS: Final = 1 << 14
_PORTS_STREAM: Final = 1
"""Keeps the order of the ports from being the order of as many hosts."""


@dataclass(frozen=True, slots=True)
class Shard:
    """The part ``number`` (from 1) of ``count``."""

    number: int
    count: int

    def __str__(self) -> str:
        return f"{self.number}/{self.count}"


def parse_shard(text: str) -> Shard:
    """The value of ``--shard``: I/N with 1 <= I <= N. Raises OptionError."""
    match = _SHARD.match(text)
    if not match:
        raise OptionError(f"--shard {quoted(text)} is not I/N", hint="write 1/4 for the first of four parts")
    number, count = int(match[1]), int(match[2])
    if not count:
        raise OptionError(f"--shard {text}: there is nothing in no parts", hint="write 1/4 for the first of four parts")
    if not number:
        raise OptionError(f"--shard {text}: parts count from 1", hint=f"the first of {count} is 1/{count}")
    if number > count:
        hint = f"did you mean {count}/{number}?" if count > 1 else f"the last of {count} is {count}/{count}"
        raise OptionError(f"--shard {text}: there is no part {number} of {count}", hint=hint)
    return Shard(number, count)


class Turn(NamedTuple):
    """One host and its ports: place k, 0 <= k < count, is ``ports[(first + k * step) % len(ports)]``."""

    position: int
    host: int
    first: int
    step: int
    count: int  # type: ignore[assignment]  # hides tuple.count, which nobody asks of a turn


class ProbeOrder:
    """Every probe of a scan, or of one shard of it, in order; lazily, whatever the number is.

    The random order, in which a seed shuffles hosts and ports, spreads the probes over all networks, and begins at
    another port with each host. The ascending one takes hosts and ports as they are sorted.
    """

    __slots__ = ("_hosts", "_permutation", "_shard", "ports")

    def __init__(
        self,
        *,
        hosts: int,
        ports: Sequence[ProbePort],
        order: Order = "random",
        seed: int = 0,
        shard: Shard | None = None,
    ) -> None:
        self._hosts = hosts
        self._shard = shard or Shard(1, 1)
        self.ports: tuple[ProbePort, ...] = tuple(sorted(set(ports)))
        self._permutation = Permutation(hosts, seed) if order == "random" else None
        if order == "random":
            self.ports = _shuffled(self.ports, seed << 1 | _PORTS_STREAM)

    @property
    def probe_count(self) -> int:
        """The probes of all shards together."""
        return self._hosts * len(self.ports)

    @property
    def total(self) -> int:
        """The probes of this shard."""
        before, of = self._shard.number - 1, self._shard.count
        return max(0, (self.probe_count - before + of - 1) // of)

    def turns(self, start: int = 0) -> Iterator[Turn]:
        """The turns of this shard from position ``start`` on, by position."""
        if not self.ports:
            return iter(())
        if self._shard.count == 1:
            return self._whole_turns(start)
        return self._sparse_turns(start) if self._shard.count >= len(self.ports) else self._partial_turns(start)

    def _hosts_at(self, positions: Iterator[int]) -> Iterator[int]:
        return positions if self._permutation is None else self._permutation.of(positions)

    def _whole_turns(self, start: int) -> Iterator[Turn]:
        """Without shards each host has all its ports."""
        new, ports, is_random = tuple.__new__, len(self.ports), self._permutation is not None
        hosts = self._hosts_at(iter(range(start, self._hosts)))
        for position, host in zip(range(start, self._hosts), hosts, strict=True):
            yield new(Turn, (position, host, position % ports if is_random else 0, 1, ports))

    def _partial_turns(self, start: int) -> Iterator[Turn]:
        """With fewer shards than ports each host has some of its ports here."""
        new, ports, step, is_random = tuple.__new__, len(self.ports), self._shard.count, self._permutation is not None
        mine = self._shard.number - 1
        hosts = self._hosts_at(iter(range(start, self._hosts)))
        for position, host in zip(range(start, self._hosts), hosts, strict=True):
            rank = (mine - position * ports) % step
            first = (rank + position) % ports if is_random else rank
            yield new(Turn, (position, host, first, step, (ports - 1 - rank) // step + 1))

    def _sparse_turns(self, start: int) -> Iterator[Turn]:
        """With at least as many shards as ports a host has one port here or none; those without are stepped over."""
        new, ports, step, is_random = tuple.__new__, len(self.ports), self._shard.count, self._permutation is not None
        behind = start * ports - (self._shard.number - 1)
        begin = self._shard.number - 1 + step * max(0, -(-behind // step))
        indices = range(begin, self.probe_count, step)
        hosts = self._hosts_at(index // ports for index in indices)
        for index, host in zip(indices, hosts, strict=True):
            position, rank = divmod(index, ports)
            yield new(Turn, (position, host, (rank + position) % ports if is_random else rank, step, 1))


def check_probe_count(probes: int, *, is_agreed: bool) -> None:
    """Raises OptionError when there are more than ``MOST_PROBES_UNASKED`` probes and nobody said ``--yes``."""
    if probes > MOST_PROBES_UNASKED and not is_agreed:
        raise OptionError(
            f"these are {probes:,} probes, more than {MOST_PROBES_UNASKED:,}",
            hint="--yes sends them; fewer targets, fewer ports or --shard I/N make them fewer",
        )


def _shuffled(ports: tuple[ProbePort, ...], seed: int) -> tuple[ProbePort, ...]:
    """The ports in an order that the seed decides.

    Many of them are laid out in a square, whose columns come in one random order and are each taken in another, which
    takes a tenth of the time; neighbours in time are as far apart.
    """
    count = len(ports)
    if count < _MANY_PORTS:
        return tuple([ports[place] for place in Permutation(count, seed).of(range(count))])
    width = isqrt(count)
    height = -(-count // width)
    rows = list(Permutation(height, seed).of(range(height)))
    whole, cut = rows * 2, [row for row in rows if row < height - 1] * 2
    shuffled: list[ProbePort] = []
    for turn, column in enumerate(Permutation(width, ~seed).of(range(width))):
        part = ports[column::width]  # the last row may end before this column
        taken = whole if len(part) == height else cut
        first = turn % len(part)
        shuffled += [part[row] for row in taken[first : first + len(part)]]
    return tuple(shuffled)
