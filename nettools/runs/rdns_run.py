"""One run of rdns: walks what is too large to sweep, sweeps the rest, counts what it finds."""

import socket
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import closing
from typing import cast

from nettools.core.bulk_resolve.groups import Source
from nettools.core.bulk_resolve.ordering import HeldBack, InOrder
from nettools.core.bulk_resolve.plan import BulkPlan
from nettools.core.bulk_resolve.reply import AnswerReader
from nettools.core.outcome import Failure, failure_of
from nettools.core.rdns.replies import Found, ReplyData
from nettools.core.rdns.report import RdnsSummary
from nettools.core.rdns.sweep import SEED_OCTETS, Finished, Sweep
from nettools.core.rdns.targets import Stretch, Walk, stretches_of
from nettools.errors import NettoolsError
from nettools.net.bulk_resolve import BulkDriver, system_entropy
from nettools.runs.rdns_order import RdnsOrder
from nettools.runs.targets import Failed, Target

Fail = Callable[[int | None, Failure], None]
"""Told of what has no answer: the number of the target, where it is one target's failure, and why."""


class RdnsWork:
    """Asks for the names of the targets, which are drawn as there is room for them."""

    def __init__(
        self,
        order: RdnsOrder,
        targets: Iterable[Target | Failed],
        *,
        keeps_order: bool,
        owns_process: bool,
        fail: Fail,
        note: Callable[[str], None],
        on_turn: Callable[[], None],
    ) -> None:
        self._order = order
        self._targets = iter(targets)
        self._owns_process = owns_process
        self._fail = fail
        self._note = note
        self._on_turn = on_turn
        self._pieces: deque[Stretch | Walk] = deque()
        self._is_at_end = False
        self._in_order: InOrder[Finished] | None = InOrder() if keeps_order else None
        self.asked = self.named = self.confirmed = self.errors = 0
        self.walked = 0
        """IPv6 networks in which names were looked for nibble by nibble."""
        self.warnings: list[str] = []

    def summary(self, *, interrupted: bool) -> RdnsSummary:
        """What was counted."""
        return RdnsSummary(
            asked=self.asked, named=self.named, confirmed=self.confirmed, errors=self.errors, interrupted=interrupted
        )

    def counted(self, batch: list[Finished]) -> list[Finished]:
        """Count them. Returns those that are listed."""
        listed: list[Finished] = []
        lists_all = self._order.lists_all
        self.asked += len(batch)
        for one in batch:
            if one.error:
                self.errors += 1
            elif one.names:
                self.named += 1
                self.confirmed += one.is_confirmed
            elif not lists_all:
                continue
            listed.append(one)
        return listed

    def rest(self) -> list[Finished]:
        """Those that are finished and wait for others, of which a run that ended early never hears."""
        return [] if self._in_order is None else self._in_order.rest()

    def finished(self) -> Generator[list[Finished], None, None]:
        """Sweeps of what lies before and behind each network that has to be walked, and the walks."""
        seed = int.from_bytes(system_entropy(SEED_OCTETS))
        start = 0
        while not self._is_at_end or self._pieces:
            sweep = Sweep(self._stretches(), seed, forward=self._order.forward, start=start)
            source = sweep if self._in_order is None else HeldBack(sweep, self._in_order, start)
            plan = self._plan(source)
            with closing(self._driver(plan).results()) as results:
                for batch in results:
                    finished: list[Finished] = []
                    for found in cast(list[Found], batch):
                        finished += sweep.answered(found)
                    if self._in_order is not None:
                        for one in finished:
                            self._in_order.add(one.number, one)
                        finished = self._in_order.ready()
                    yield finished
            start += sweep.asked
            if self._pieces and isinstance(self._pieces[0], Walk):
                self._walk(cast(Walk, self._pieces.popleft()))

    def _plan(self, source: Source) -> BulkPlan:
        reader = AnswerReader(socket.inet_ntop, ipv4=socket.AF_INET, ipv6=socket.AF_INET6)
        return BulkPlan(
            [self._order.group],
            source,
            ReplyData(reader),
            entropy=system_entropy,
            concurrency=self._order.concurrency,
            rate=self._order.rate,
        )

    def _driver(self, plan: BulkPlan) -> BulkDriver:
        return BulkDriver(plan, self._order.open, owns_process=self._owns_process)

    def _walk(self, target: Walk) -> None:
        """Find the addresses of a network that have names, and put them in its place."""
        from nettools.core.rdns.walk import NibbleWalk

        walk = NibbleWalk(target, entropy=system_entropy)
        with closing(self._driver(self._plan(walk)).results()) as results:
            for batch in results:
                for found in cast(list[Found], batch):
                    walk.answered(found.number, found.status)
                self._on_turn()
        self.walked += 1
        self._pieces.extendleft(Stretch(6, value, 1) for value in sorted(walk.found, reverse=True))
        for warning in walk.warnings:
            self.warnings.append(warning)
            self._note(warning)
        if walk.failure is not None:
            self._fail(None, walk.failure)

    def _stretches(self) -> Iterator[Stretch]:
        """The stretches up to the next network to be walked, or to the end."""
        while True:
            while self._pieces:
                if isinstance(self._pieces[0], Walk):
                    return
                yield cast(Stretch, self._pieces.popleft())
            target = next(self._targets, None)
            if target is None:
                self._is_at_end = True
                return
            if isinstance(target, Failed):
                self._fail(target.number, target.failure)
                continue
            try:
                self._pieces.extend(stretches_of(target.text))
            except NettoolsError as error:
                self._fail(target.number, failure_of(error, input=target.text, line=target.line))
