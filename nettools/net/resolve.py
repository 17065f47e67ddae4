"""The driver of lookups: does what the machines of ``core/resolve`` say, many at a time, with sockets and a clock."""

import os
import selectors
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator
from dataclasses import dataclass, field
from time import monotonic, time
from typing import Generic, TypeVar

from nettools.core.resolve.lookup import Ask, Outcome, Procedure
from nettools.core.resolve.resolution import Resolution
from nettools.net.dns_channels import Channel, OpenChannel, StreamChannel, UdpChannel
from nettools.net.exchanges import Exchanges

R = TypeVar("R")
K = TypeVar("K")

MOST_AT_ONCE = 64
"""Procedures that run at the same time."""


def open_channel(ask: Ask) -> Channel:
    """The channel for a transport that needs no settings."""
    return UdpChannel(ask) if ask.transport == "udp" else StreamChannel(ask)


@dataclass(slots=True, kw_only=True, eq=False)
class _Running(Generic[K, R]):
    """A procedure and the lookups that it waits for."""

    key: K
    procedure: Procedure[R]
    outcomes: list[Outcome | None] = field(default_factory=list)
    missing: int = 0


class LookupDriver:
    """Runs procedures. ``open`` makes the channel of each transport."""

    def __init__(
        self,
        open: OpenChannel = open_channel,
        *,
        most_at_once: int = MOST_AT_ONCE,
        entropy: Callable[[int], bytes] = os.urandom,
    ) -> None:
        self._open = open
        self._most_at_once = most_at_once
        self._entropy = entropy

    def run(self, procedure: Procedure[R]) -> R:
        """The result of one procedure."""
        for _, result in self.run_all([(None, procedure)]):
            return result
        raise AssertionError("a procedure ends with a result")

    def run_all(self, procedures: Iterable[tuple[K, Procedure[R]]]) -> Generator[tuple[K, R], None, None]:
        """(key, result) of each procedure in the order in which they end; a new one starts when there is room."""
        with selectors.DefaultSelector() as selector:
            yield from _Run(self._open, self._entropy, self._most_at_once, selector, iter(procedures)).results()


class _Run(Generic[K, R]):
    """One call of ``run_all``."""

    def __init__(
        self,
        open: OpenChannel,
        entropy: Callable[[int], bytes],
        most_at_once: int,
        selector: selectors.BaseSelector,
        waiting: Iterator[tuple[K, Procedure[R]]],
    ) -> None:
        self._entropy = entropy
        self._most_at_once = most_at_once
        self._selector = selector
        self._waiting = waiting
        self._running_count = 0
        self._exchanges: Exchanges[tuple[_Running[K, R], int]] = Exchanges(selector, open)
        self._ready: deque[tuple[_Running[K, R], list[Outcome] | None]] = deque()
        self._ended: deque[tuple[K, R]] = deque()

    def results(self) -> Generator[tuple[K, R], None, None]:
        try:
            is_more = True
            while is_more or self._running_count or self._ended:
                is_more = is_more and self._start_some()
                while self._ended:
                    yield self._ended.popleft()
                if len(self._exchanges):
                    self._wait(may_block=not (is_more and self._has_room))
                self._continue_ready()
        finally:
            self._exchanges.close()

    def _start_some(self) -> bool:
        """Start procedures while there is room. Returns whether there may be more."""
        while self._has_room:
            try:
                key, procedure = next(self._waiting)
            except StopIteration:
                return False
            self._running_count += 1
            self._ready.append((_Running(key=key, procedure=procedure), None))
            self._continue_ready()
        return True

    @property
    def _has_room(self) -> bool:
        """Whether one more may start: results that nobody has taken yet need their room too."""
        return self._running_count + len(self._ended) < self._most_at_once

    def _continue_ready(self) -> None:
        """Let those go on that wait for nothing more: one after the other, for a call within a call has an end."""
        while self._ready or self._exchanges.ended:
            while self._exchanges.ended:
                (running, place), outcome = self._exchanges.ended.popleft()
                self._deliver(running, place, outcome)
            if self._ready:
                self._continue(*self._ready.popleft())

    def _continue(self, running: _Running[K, R], outcomes: list[Outcome] | None) -> None:
        """Let a procedure go on with what it waited for: it wants more lookups, or it ends."""
        try:
            lookups = next(running.procedure) if outcomes is None else running.procedure.send(outcomes)
        except StopIteration as end:
            self._running_count -= 1
            self._ended.append((running.key, end.value))
            return
        running.outcomes = [None] * len(lookups)
        running.missing = len(lookups)
        if not lookups:
            self._ready.append((running, []))
        for place, lookup in enumerate(lookups):
            machine = Resolution(lookup, entropy=self._entropy, started_s=monotonic(), started_wall_s=time())
            self._exchanges.begin((running, place), machine)

    def _deliver(self, running: _Running[K, R], place: int, outcome: Outcome) -> None:
        running.outcomes[place] = outcome
        running.missing -= 1
        if running.missing == 0:
            self._ready.append((running, [found for found in running.outcomes if found is not None]))

    def _wait(self, *, may_block: bool) -> None:
        wait_s = max(0.0, self._exchanges.wakes_at_s - monotonic()) if may_block else 0
        for key, _ in self._selector.select(wait_s):
            self._exchanges.advance(key.data, key.fileobj)
        self._exchanges.expire(monotonic())
