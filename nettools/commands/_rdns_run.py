"""One run of ``nettools rdns``: its targets in, what is known of them out, in the format that was asked for."""

from collections.abc import Iterator
from contextlib import closing
from time import monotonic
from typing import Final

from nettools.commands._rdns_options import RdnsOptions
from nettools.commands._session import Session
from nettools.core.outcome import Exit, Failure, failure_of
from nettools.core.rdns.lines import AddressLines
from nettools.core.rdns.report import AddressReport, NameRow, RdnsReport, RdnsSummary, name_rows
from nettools.core.rdns.sweep import Finished
from nettools.errors import InputError
from nettools.net.line_input import open_input
from nettools.render import data
from nettools.render.format import Format
from nettools.render.progress import Words
from nettools.runs.rdns_order import RdnsOrder
from nettools.runs.rdns_run import RdnsWork
from nettools.runs.targets import Failed, Target, input_lines

_WORDS: Final = Words("addresses", "named")
_ROWS_OF_A_TABLE: Final = 5_000
"""Addresses that are laid out together; of more, each such part is a table."""


class RdnsRun:
    """One run."""

    def __init__(self, session: Session, options: RdnsOptions, order: RdnsOrder) -> None:
        self._session = session
        self._order = order
        self._file = options.file
        self._format = session.options.format
        self._lines = AddressLines(data.encode, head=self._format is Format.JSONL)
        self._work = RdnsWork(
            order,
            self._targets(),
            keeps_order=self._format is not Format.JSONL or options.ordered,
            owns_process=True,
            fail=self._fail,
            note=session.note,
            on_turn=self._tick,
        )
        self._progress = session.progress(total=None, began_s=monotonic(), words=_WORDS)

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
        document.field("warnings", tuple(self._work.warnings))
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
        if self._work.asked:
            self._session.note(summary_line(self._summary(), has_verdicts=self._order.forward))
        elif self._work.walked and not self._session.failures and not self._summary().interrupted:
            self._session.note(
                f"no address of {'these networks' if self._work.walked > 1 else 'this network'} has a name"
            )

    def _summary(self) -> RdnsSummary:
        return self._work.summary(interrupted=self._session.signal_number is not None)

    def _status(self) -> int:
        """The first that holds, in the order that all commands promise."""
        if self._session.signal_number is not None:
            return 128 + self._session.signal_number
        work, failures = self._work, self._session.failures
        if work.errors or failures:
            if work.asked > work.errors:
                return Exit.PARTIAL
            is_unreadable = not work.errors and all(one.unreadable for one in failures)
            return Exit.BAD_REQUEST if is_unreadable else Exit.UNANSWERED
        return Exit.ANSWERED if work.named else Exit.NEGATIVE

    def _listed(self) -> Iterator[list[Finished]]:
        """The addresses that are shown, some at a time, until a signal."""
        with closing(self._work.finished()) as results:
            for batch in self._session.until_interrupted(results):
                yield self._counted(batch)
        self._progress.end()
        yield self._counted(self._work.rest())

    def _counted(self, batch: list[Finished]) -> list[Finished]:
        listed = self._work.counted(batch)
        self._tick()
        return listed

    def _tick(self) -> None:
        self._progress.tick(monotonic(), done=self._work.asked, found=self._work.named)

    def _targets(self) -> Iterator[Target | Failed]:
        number = 0
        for target in self._session.targets(self._order.targets):
            number = target.number + 1
            yield target
        if self._file is None:
            return
        if self._file == "-":
            yield from _lines_of(number, input_lines(self._session.standard_input()))
        else:
            with open_input(self._file) as file:
                yield from _lines_of(number, input_lines(file))

    def _fail(self, number: int | None, failure: Failure) -> None:
        self._session.failed(failure)
        if self._format is Format.JSONL:
            data.write_json_line(self._session.output, "error", failure, index=number)


def _lines_of(number: int, lines: Iterator[tuple[int, str | InputError]]) -> Iterator[Target | Failed]:
    for line, text in lines:
        if isinstance(text, InputError):
            yield Failed(number, failure_of(text, line=line))
        else:
            yield Target(number, text, line)
        number += 1
