"""The values of a bulk run: server groups, where rows come from, sockets and what waits on them."""

from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import Final, Protocol

from nettools.core.bulk_resolve.pacing import Pacer
from nettools.core.bulk_resolve.row import Row
from nettools.core.dns.message import Question
from nettools.core.dns.query import make_query
from nettools.core.resolve.lookup import Ask, Lookup, Outcome, Server
from nettools.core.resolve.resolution import Resolution

PORTS_PER_SERVER: Final = 4
"""Sockets: who forges a reply has to guess the port too, and each has a receive buffer of its own."""


@dataclass(frozen=True, slots=True)
class Group:
    """Servers of which the first that answers is enough. ``sample`` is the lookup of any question to them."""

    sample: Lookup

    @property
    def servers(self) -> tuple[Server, ...]:
        return self.sample.servers

    @property
    def first_try_s(self) -> float:
        """How long the first server has for the first try, as ``Resolution`` shares the time out."""
        sample = self.sample
        return min(sample.try_timeout_s or sample.timeout_s / (len(sample.servers) * sample.tries), sample.timeout_s)

    @property
    def query_ends(self) -> tuple[bytes, bytes]:
        """What stands before and behind the question in every lean query, without the ID."""
        nothing = Question(name=b"\0", type=0, class_=0)
        whole = make_query(nothing, self.sample.options, identifier=0)
        return whole[2:12], whole[17:]

    @property
    def is_lean(self) -> bool:
        """Whether its queries can be made from octets that are alike in all of them."""
        sample = self.sample
        return sample.servers[0].transport == "udp" and not sample.options.cookie and sample.tsig is None

    def lookup(self, row: Row, first: int = 0) -> Lookup:
        """The lookup of a row; ``first`` says which of the servers is asked first."""
        question = row[1]
        return replace(
            self.sample,
            question=Question(
                name=question[:-4],
                type=int.from_bytes(question[-4:-2], "big"),
                class_=int.from_bytes(question[-2:], "big"),
            ),
            servers=self.servers[first:] + self.servers[:first],
        )


class Source(Protocol):
    """Where rows come from."""

    def take(self, most: int) -> Sequence[Row]:
        """Up to ``most`` rows; none when there are none now, and when nothing is on its way: for ever."""
        ...


class IteratedRows:
    """Rows of an iterator."""

    def __init__(self, rows: Iterator[Row]) -> None:
        self._rows = rows

    def take(self, most: int) -> Sequence[Row]:
        return list(islice(self._rows, most))


class Lines(Protocol):
    """Makes results of replies: ``line`` of a usual one, ``long`` of any outcome."""

    def line(self, wire: bytes, row: Row, duration_ms: str) -> object | None: ...
    def long(self, row: Row, outcome: Outcome) -> object: ...


@dataclass(slots=True, eq=False)
class Errand:
    """A row whose lookup is not usual, with its machine."""

    row: Row
    machine: Resolution
    group: Group
    server: Server
    """Who was asked first."""
    ask: Ask
    port: "Port | None" = None
    """Where it waits; None while it is on a detour."""
    was_truncated: bool = False


Waiting = tuple[Row, float] | Errand
"""What an ID stands for: a row and when it was asked, or an errand."""


@dataclass(slots=True, eq=False)
class Port:
    """A connected UDP socket to a server, which is the first one asked for its rows."""

    number: int
    """Of its group."""
    group: Group
    server_place: int
    server: Server
    pacer: Pacer
    waiting: dict[bytes, Waiting] = field(default_factory=dict)
    again: deque[bytes] = field(default_factory=deque)
    """Queries to be repeated."""
    last_stray_s: float = float("-inf")
    """When a reply came whose ID nobody waits for."""

    def queries(
        self, rows: Sequence[Row], ends: tuple[bytes, bytes], now_s: float, entropy: Callable[[int], bytes]
    ) -> list[bytes]:
        """The queries for rows, which wait from now on; no two that wait here have the same ID."""
        head, tail = ends
        waiting, identifiers, place = self.waiting, entropy(2 * len(rows)), 0
        messages: list[bytes] = []
        for row in rows:
            identifier = identifiers[place : place + 2]
            place += 2
            while identifier in waiting:
                identifier = entropy(2)
            waiting[identifier] = (row, now_s)
            messages.append(identifier + head + row[1] + tail)
        return messages


def ports_of(number: int, group: Group, pacers: Mapping[Server, Pacer]) -> list[Port]:
    """The sockets of a group, the same number for each of its servers; none when it is not lean."""
    if not group.is_lean:
        return []
    return [
        Port(number, group, place, server, pacers[server])
        for place, server in enumerate(group.servers)
        if server.transport == "udp"
        for _ in range(PORTS_PER_SERVER)
    ]


def begun_errand(row: Row, machine: Resolution, group: Group, now_s: float) -> Errand:
    """The errand of a machine that has not been asked anything yet."""
    ask = machine.next_action(now_s)
    assert not isinstance(ask, Outcome)  # the first of a lookup is always a query
    return Errand(row, machine, group, ask.server, ask)
