"""``nettools resolve --file``: very many names, each answered in one line or item, in constant memory."""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from io import BytesIO
from time import monotonic
from typing import Final, cast

from nettools.commands._session import Session
from nettools.core.bulk_resolve.forms import JsonForm, RowForm, ShortForm
from nettools.core.bulk_resolve.lines import Form, Line
from nettools.core.bulk_resolve.ordering import InOrder
from nettools.core.bulk_resolve.plan import BulkPlan
from nettools.core.bulk_resolve.report import ANSWERS, BulkSummary, bulk_exit_status, bulk_summary
from nettools.core.bulk_resolve.rows import BadLine, Chunk
from nettools.core.outcome import failure_of
from nettools.core.resolve.report import ResolveReport, Response
from nettools.core.resolve.rows import ResponseRow, response_rows
from nettools.net.bulk_resolve import BulkDriver
from nettools.net.line_input import OverlongLine, ReadableSource, open_input, read_lines
from nettools.render import data
from nettools.render.format import Format
from nettools.render.output import Output
from nettools.render.progress import Words
from nettools.runs.bulk_run import BulkOrder, plan_bulk
from nettools.runs.targets import LONGEST_LINE_BYTES, overlong_error

MOST_ERRORS_KEPT: Final = 10_000
"""Lines that cannot be read and stand in a document; of more, only their number is told."""
_WORDS: Final = Words("questions", "answered")


@dataclass(frozen=True, slots=True, kw_only=True)
class BulkSource:
    """Where the names come from, and in which order the answers are wanted."""

    file: str
    """A path, or ``-`` for standard input."""
    ordered: bool = False
    """Whether JSONL keeps the order of the questions, as everything else does."""
    short: bool = False
    """Whether people want the data of the answers alone."""
    signatures: bool = False
    """Whether signatures belong to those data."""


def run_bulk(session: Session, order: BulkOrder, source: BulkSource) -> int:
    """Ask, write each answer as it comes. Returns the exit status. Raises InputError when FILE cannot be read."""
    if source.file == "-":
        return _BulkRun(session, order, source, session.standard_input()).run()
    with open_input(source.file) as file:
        return _BulkRun(session, order, source, file).run()


class _BulkRun:
    """One run."""

    def __init__(self, session: Session, order: BulkOrder, source: BulkSource, lines: ReadableSource) -> None:
        self._session = session
        self._order = order
        self._source = source
        self._read = lines
        self._format = session.options.format
        self._statuses: Counter[str] = Counter()
        self._unreadable = 0
        self._in_order: InOrder[Line] | None = None
        if self._format is not Format.JSONL or source.ordered:
            self._in_order = InOrder()

    def run(self) -> int:
        """Returns the exit status."""
        began_s = monotonic()
        plan = plan_bulk(
            self._order, self._chunks(), self._form(), in_order=self._in_order, on_bad_line=self._on_bad_line
        )
        self._write_answers(plan, began_s)
        signal_number = self._session.signal_number
        summary = bulk_summary(
            self._statuses,
            plan.counts,
            unreadable=self._unreadable,
            duration_s=monotonic() - began_s,
            interrupted=signal_number is not None,
        )
        if self._format is Format.JSONL:
            data.write_json_line(self._session.output, "summary", summary)
        self._tell(summary)
        return bulk_exit_status(self._statuses, unreadable=self._unreadable, signal_number=signal_number)

    def _chunks(self) -> Iterator[Chunk]:
        for found in read_lines(self._read, longest_bytes=LONGEST_LINE_BYTES):
            if isinstance(found, OverlongLine):
                self._on_bad_line(BadLine(found.number, "", overlong_error()))
                continue
            octets = found.data.removeprefix(b"\xef\xbb\xbf") if found.first_number == 1 else found.data
            yield Chunk(found.first_number, octets.split(b"\n"))

    def _on_bad_line(self, bad: BadLine) -> None:
        self._unreadable += 1
        if self._unreadable > MOST_ERRORS_KEPT and self._format is not Format.JSONL:
            return
        failure = failure_of(bad.error, input=bad.text or None, line=bad.number)
        if self._format is Format.JSONL:
            data.write_json_line(self._session.output, "error", failure)
            if self._unreadable > MOST_ERRORS_KEPT:
                return
        self._session.failed(failure)

    def _form(self) -> Form:
        if self._source.short:
            return ShortForm(with_signatures=self._source.signatures)
        match self._format:
            case Format.JSON | Format.JSONL:
                return JsonForm(data.encode, head=self._format is Format.JSONL)
            case Format.CSV:
                return RowForm(_text_of(data.write_csv_row), is_csv=True)
            case Format.PLAIN:
                return RowForm(_text_of(data.write_plain_row), is_csv=False)
            case _:
                return _TableForm(names_servers=len(self._order.groups) > 1)

    def _write_answers(self, plan: BulkPlan, began_s: float) -> None:
        output = self._session.output
        document = None
        if self._format is Format.JSON:
            document = data.JsonDocument(output, ResolveReport.SCHEMA)
            document.begin_list("responses")
        elif self._format is Format.CSV:
            data.write_csv_header(output, ResponseRow)
        elif self._format is Format.TABLE and not self._source.short:
            server = "Server" if len(self._order.groups) > 1 else None
            output.write(_table_line("Name", "Type", "TTL", "Data", server))
        for lines in self._lines(plan, began_s):
            texts = [line[2] for line in lines]
            self._statuses.update([line[1] for line in lines])
            if document is not None:
                document.encoded_items(texts)
                continue
            output.write("".join(texts))
            output.flush()
        if document is not None:
            document.end_list()
            document.field("comparison", ())  # only --compare and --all-ns have one
            document.field("errors", tuple(self._session.failures))
            document.end()

    def _lines(self, plan: BulkPlan, began_s: float) -> Iterator[list[Line]]:
        """The answers, some at a time, in the order in which they are written; until a signal."""
        total = self._total() if self._session.progress_style != "never" else None
        progress = self._session.progress(total=total, began_s=began_s, words=_WORDS)
        with closing(BulkDriver(plan, self._order.open).results()) as results:
            for batch in self._session.until_interrupted(results):
                lines = cast(list[Line], batch)
                if self._in_order is not None:
                    for line in lines:
                        self._in_order.add(line[0], line)
                    lines = self._in_order.ready()
                if lines:
                    yield lines
                progress.tick(monotonic(), done=plan.counts["ended"], found=self._statuses["answered"])
        progress.end()
        if self._in_order is not None and (rest := self._in_order.rest()):
            yield rest

    def _total(self) -> int | None:
        """How many questions a file will make, as far as one can tell without reading the lines."""
        if self._source.file == "-":
            return None
        try:
            with open(self._source.file, "rb") as file:
                lines = sum(piece.count(b"\n") for piece in iter(lambda: file.read(1 << 20), b""))
        except OSError:
            return None
        return lines * (len(self._order.types) or 2) * len(self._order.groups)

    def _tell(self, summary: BulkSummary) -> None:
        without = {status: count for status, count in summary.statuses.items() if status not in ANSWERS}
        if without:
            which = ", ".join(f"{count:,} {status}" for status, count in without.items())
            self._session.note(f"{sum(without.values()):,} of {summary.asked:,} questions have no answer: {which}")
        if self._unreadable > MOST_ERRORS_KEPT:
            self._session.note(f"{self._unreadable - MOST_ERRORS_KEPT:,} more lines cannot be read")
        if summary.limited:
            self._session.note("a server limits the rate: it was asked more slowly, and over TCP")


def _text_of(write: Callable[[Output, object], None]) -> Callable[[Response], str]:
    """The rows of a response as text."""

    def text(response: Response) -> str:
        room = BytesIO()
        output = Output(room, name="memory")
        for row in response_rows(response):
            write(output, row)
        output.flush()
        return room.getvalue().decode()

    return text


class _TableForm(Form):
    """Rows in columns of a fixed width, since the table grows while people read it; what is longer is not cut."""

    def __init__(self, *, names_servers: bool) -> None:
        self._names_servers = names_servers

    def text(self, index: int, response: Response) -> str:  # noqa: ARG002
        lines: list[str] = []
        for row in response_rows(response):
            ttl = "-" if row.ttl is None else str(row.ttl)
            server = (row.server or "-") if self._names_servers else None
            kind = row.type or row.query_type
            lines.append(_table_line(row.name or row.query, kind, ttl, row.data or row.status, server))
        return "".join(lines)

    def template(self, response: Response) -> str | None:  # noqa: ARG002
        return None


def _table_line(name: str, kind: str, ttl: str, content: str, server: str | None) -> str:
    return f"{name:<32} {kind:<7} {ttl:>7}  {'' if server is None else f'{server:<20}  '}{content}\n"
