"""One run of ``nettools rdns``: walks what is too large to sweep, sweeps the rest, writes what is known."""

import socket
from collections import deque
from collections.abc import Generator, Iterator
from contextlib import closing
from dataclasses import dataclass
from time import monotonic
from typing import Final, cast

from nettools.commands._session import Session
from nettools.commands._targets import Failed, Target, input_lines
from nettools.core.bulk_resolve.groups import Group, Source
from nettools.core.bulk_resolve.ordering import HeldBack, InOrder
from nettools.core.bulk_resolve.plan import BulkPlan
from nettools.core.bulk_resolve.reply import AnswerReader
from nettools.core.outcome import Exit, Failure, failure_of
from nettools.core.rdns.lines import AddressLines
from nettools.core.rdns.order import Shuffle, key_size
from nettools.core.rdns.replies import Found, ReplyData
from nettools.core.rdns.report import AddressReport, NameRow, RdnsReport, RdnsSummary, name_rows
from nettools.core.rdns.sweep import Finished, Sweep
from nettools.core.rdns.targets import Stretch, Walk, stretches_of
from nettools.errors import InputError, NettoolsError
from nettools.net.bulk_resolve import BulkDriver, system_entropy
from nettools.net.dns_channels import OpenChannel
from nettools.net.line_input import open_input
from nettools.render import data
from nettools.render.format import Format
from nettools.render.progress import Progress, Words

_WORDS: Final = Words("addresses", "named")
_ROWS_OF_A_TABLE: Final = 5_000
"""Addresses that are laid out together; of more, each such part is a table."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RdnsOrder:
    """What to ask whom."""

    targets: tuple[str, ...]
    file: str | None
    group: Group
    forward: bool
    """Whether to ask for the addresses of the names."""
    lists_all: bool
    """Whether to list addresses without a name too."""
    concurrency: int
    rate: float | None
    ordered: bool
    open: OpenChannel


class RdnsRun:
    """One run."""

    def __init__(self, session: Session, order: RdnsOrder) -> None:
        self._session = session
        self._order = order
        self._format = session.options.format
        self._lines = AddressLines(data.encode, head=self._format is Format.JSONL)
        self._pieces: deque[Stretch | Walk] = deque()
        self._targets = self._all_targets()
        self._is_at_end = False
        self._in_order: InOrder[Finished] | None = None
        if self._format is not Format.JSONL or order.ordered:
            self._in_order = InOrder()
        self._asked = self._named = self._confirmed = self._errors = 0
        self._warnings: list[str] = []
        self._progress = Progress(
            session.tell,
            session.progress_style,
            total=None,
            began_s=monotonic(),
            columns=session.environment.error_columns,
            words=_WORDS,
        )

    def run(self) -> int:
        """Returns the exit status."""
        output = self._session.output
        match self._format:
            case Format.JSON:
                self._write_document()
            case Format.JSONL:
                for batch in self._listed():
                    output.write("".join(map(self._lines.text, batch)))
                    output.flush()
                data.write_json_line(output, "summary", self._summary())
            case Format.CSV:
                data.write_csv_header(output, NameRow)
                for row in self._rows():
                    data.write_csv_row(output, row)
            case Format.PLAIN:
                for row in self._rows():
                    data.write_plain_row(output, row)
            case _:
                self._draw()
        return self._status()

    def _write_document(self) -> None:
        document = data.JsonDocument(self._session.output, RdnsReport.SCHEMA)
        document.begin_list("addresses")
        for batch in self._listed():
            document.encoded_items([self._lines.text(one) for one in batch])
        document.end_list()
        document.field("summary", self._summary())
        document.field("warnings", tuple(self._warnings))
        document.field("errors", tuple(self._session.failures))
        document.end()

    def _rows(self) -> Iterator[NameRow]:
        for batch in self._listed():
            for one in batch:
                yield from name_rows(one.report())
            self._session.output.flush()

    def _draw(self) -> None:
        from nettools.render.rdns import draw_addresses, summary_line

        waiting: list[AddressReport] = []
        for batch in self._listed():
            waiting += [one.report() for one in batch]
            if len(waiting) >= _ROWS_OF_A_TABLE:
                draw_addresses(self._session.output, self._session.canvas, waiting)
                waiting = []
        if waiting:
            draw_addresses(self._session.output, self._session.canvas, waiting)
        self._session.output.flush()  # on a terminal the sentence stands below the table
        if self._asked:
            self._session.note(summary_line(self._summary(), has_verdicts=self._order.forward))

    def _summary(self) -> RdnsSummary:
        return RdnsSummary(
            asked=self._asked,
            named=self._named,
            confirmed=self._confirmed,
            errors=self._errors,
            interrupted=self._session.signal_number is not None,
        )

    def _status(self) -> int:
        """The first that holds, in the order that all commands promise."""
        if self._session.signal_number is not None:
            return 128 + self._session.signal_number
        failures = self._session.failures
        if self._errors or failures:
            if self._asked > self._errors:
                return Exit.PARTIAL
            is_unreadable = not self._errors and all(one.unreadable for one in failures)
            return Exit.BAD_REQUEST if is_unreadable else Exit.UNANSWERED
        return Exit.ANSWERED if self._named else Exit.NEGATIVE

    def _listed(self) -> Iterator[list[Finished]]:
        """The addresses that are shown, some at a time, until a signal."""
        results = self._finished()
        with closing(results):
            for batch in self._session.until_interrupted(results):
                yield self._counted(batch)
        self._progress.end()
        if self._in_order is not None:
            yield self._counted(self._in_order.rest())

    def _counted(self, batch: list[Finished]) -> list[Finished]:
        """Count them. Returns those that are shown."""
        shown: list[Finished] = []
        lists_all = self._order.lists_all
        self._asked += len(batch)
        for one in batch:
            if one.error:
                self._errors += 1
            elif one.names:
                self._named += 1
                self._confirmed += one.is_confirmed
            elif not lists_all:
                continue
            shown.append(one)
        self._progress.tick(monotonic(), done=self._asked, found=self._named)
        return shown

    def _finished(self) -> Generator[list[Finished], None, None]:
        """Sweeps of what lies before and behind each network that has to be walked, and the walks."""
        shuffle = Shuffle(system_entropy(key_size()))
        start = 0
        while not self._is_at_end or self._pieces:
            sweep = Sweep(self._stretches(), shuffle, forward=self._order.forward, start=start)
            source = sweep if self._in_order is None else HeldBack(sweep, self._in_order, start)
            plan = self._plan(source)
            with closing(BulkDriver(plan, self._order.open).results()) as results:
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

    def _walk(self, target: Walk) -> None:
        """Find the addresses of a network that have names, and put them in its place."""
        from nettools.core.rdns.walk import NibbleWalk

        walk = NibbleWalk(target, entropy=system_entropy)
        with closing(BulkDriver(self._plan(walk), self._order.open).results()) as results:
            for batch in results:
                for found in cast(list[Found], batch):
                    walk.answered(found.number, found.status)
                self._progress.tick(monotonic(), done=self._asked, found=self._named)
        self._pieces.extendleft(Stretch(6, value, 1) for value in sorted(walk.found, reverse=True))
        for warning in walk.warnings:
            self._warnings.append(warning)
            self._session.note(warning)
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
            try:
                self._pieces.extend(stretches_of(target.text))
            except NettoolsError as error:
                self._fail(target.number, failure_of(error, input=target.text, line=target.line))

    def _all_targets(self) -> Iterator[Target]:
        number = 0
        for target in self._session.targets(self._order.targets):
            number = target.number + 1
            if isinstance(target, Failed):
                self._fail(target.number, target.failure)
            else:
                yield target
        if self._order.file is None:
            return
        if self._order.file == "-":
            yield from self._lines_of(number, input_lines(self._session.standard_input()))
        else:
            with open_input(self._order.file) as file:
                yield from self._lines_of(number, input_lines(file))

    def _lines_of(self, number: int, lines: Iterator[tuple[int, str | InputError]]) -> Iterator[Target]:
        for line, text in lines:
            if isinstance(text, InputError):
                self._fail(number, failure_of(text, line=line))
            else:
                yield Target(number, text, line)
            number += 1

    def _fail(self, number: int | None, failure: Failure) -> None:
        self._session.failed(failure)
        if self._format is Format.JSONL:
            data.write_json_line(self._session.output, "error", failure, index=number)
