"""What the verbs on networks share: reading sets from words, files and standard input, and answering lists."""

from collections.abc import Callable, Iterable, Iterator, Sequence

from nettools.commands._session import Session
from nettools.core.address import format_address
from nettools.core.bulk import BadLine, Packed, format_packed, pack_lines
from nettools.core.intervals import IntervalSet
from nettools.core.outcome import exit_status, failure_of
from nettools.core.prefix import Prefix
from nettools.core.subnet.lists import Batch, NetworkItem, NetworkListReport
from nettools.core.text import quoted, safe
from nettools.errors import AddressError, NettoolsError, OutputError, ReaderGone
from nettools.net.line_input import OverlongLine, ReadableSource, open_input, read_lines
from nettools.render import data
from nettools.render.format import Format
from nettools.runs.subnet import one_network
from nettools.runs.targets import LONGEST_LINE_BYTES, Failed, overlong_error


class Networks:
    """Networks read for one command, and how many there were; the session knows what could not be read."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self.read_count = 0

    def of_words(
        self, words: Iterable[str], *, loose: bool = False, otherwise: Callable[[BadLine], Packed | None] | None = None
    ) -> Packed:
        """The networks of the words; ``-`` stands for the lines of standard input, ``@FILE`` for those of a file.

        ``otherwise`` may read a line that is no network; None from it makes the line a failure.
        """
        packed = Packed()
        for word in words:
            for part in self._parts(word, loose=loose):
                bad, part.bad = part.bad, []
                packed.add(part)
                for line in bad:
                    other = otherwise(line) if otherwise else None
                    if other is None:
                        self._session.failed(failure_of(line.error, input=line.text, line=line.number))
                    else:
                        packed.add(other)
        self.read_count += len(packed.v4) + len(packed.v6)
        return packed

    def each(self, words: Iterable[str], work: Callable[[str, Prefix], Iterable[Batch]]) -> Iterator[Batch]:
        """What ``work`` makes of the network of each word or input line; an error becomes that target's failure."""
        yield from self.each_target(words, lambda text: work(text, one_network(text)))

    def each_target(self, words: Iterable[str], work: Callable[[str], Iterable[Batch]]) -> Iterator[Batch]:
        """The same for targets that are no networks."""
        for target in self._session.targets(words):
            if isinstance(target, Failed):
                self._session.failed(target.failure)
                continue
            try:
                yield from work(target.text)
                self.read_count += 1
            except (OutputError, ReaderGone):
                raise
            except NettoolsError as error:
                self._session.failed(failure_of(error, input=target.text, line=target.line))

    def set_of_words(self, words: Iterable[str], *, loose: bool = False) -> IntervalSet:
        """The set of the same words."""
        packed = self.of_words(words, loose=loose)
        return IntervalSet.of_packed(packed.v4, packed.v6)

    def of_list(self, text: str) -> IntervalSet:
        """The set of a comma list, ``@FILE`` or ``-``."""
        words = [text] if text.startswith("@") else text.split(",")
        return self.set_of_words(words)

    def of_file(self, path: str) -> IntervalSet:
        """The set of a file's lines, or of standard input for ``-``."""
        return self.set_of_words([path if path == "-" else f"@{path}"])

    def _parts(self, word: str, *, loose: bool) -> Iterator[Packed]:
        if word == "-":
            yield from self._lines(self._session.standard_input(), loose=loose)
        elif word.startswith("@"):
            with open_input(word[1:]) as file:
                yield from self._lines(file, loose=loose)
        elif not word.strip():
            yield Packed(
                bad=[BadLine(None, word, AddressError(f"{quoted(word)} names no network", hint="is a variable unset?"))]
            )
        else:
            yield pack_lines([word], first_number=None, loose=loose)

    def _lines(self, source: ReadableSource, *, loose: bool) -> Iterator[Packed]:
        for chunk in read_lines(source, longest_bytes=LONGEST_LINE_BYTES):
            if isinstance(chunk, OverlongLine):
                self._session.failed(failure_of(overlong_error(), line=chunk.number))
                continue
            text = chunk.data.decode("utf-8", "surrogateescape")
            if chunk.first_number == 1:
                text = text.removeprefix("\ufeff")
            lines = text.replace("\r\n", "\n").split("\n")
            if not lines[-1]:
                lines.pop()
            yield pack_lines(lines, first_number=chunk.first_number, loose=loose)


def answer_networks(
    session: Session,
    operation: str,
    batches: Iterable[Batch],
    inputs: Networks | None = None,
    *,
    free: Sequence[Prefix] = (),
    delegation: Sequence[str] = (),
    bare_hosts: bool = False,
    needs_one: bool = False,
) -> int:
    """Write the list as it comes. Returns the exit status; with ``needs_one`` an empty list is a no.

    ``inputs`` knows how many targets could be read and what failed; it may still be reading while this writes.
    """
    count = 0

    def counted() -> Iterator[Batch]:
        nonlocal count
        for batch in session.until_interrupted(batches):
            count += len(batch.packed)
            yield batch

    _write(session, operation, counted(), free, delegation, bare_hosts=bare_hosts)
    return exit_status(
        answered=inputs.read_count if inputs else 1,
        affirmative=bool(count) or not needs_one,
        failures=session.failures,
        signal_number=session.signal_number,
    )


def _write(
    session: Session,
    operation: str,
    batches: Iterator[Batch],
    free: Sequence[Prefix],
    delegation: Sequence[str],
    *,
    bare_hosts: bool,
) -> None:
    output = session.output
    items = (item for batch in batches for item in batch.items(bare_hosts=bare_hosts))
    match session.options.format:
        case Format.PLAIN:
            for batch in batches:
                output.write(_plain(batch, bare_hosts=bare_hosts))
            for line in delegation:
                output.write(f"{line}\n")
            if free:
                session.note(f"free: {' '.join(map(str, free))}")
        case Format.JSON:
            document = data.JsonDocument(output, NetworkListReport.SCHEMA)
            document.field("operation", operation)
            document.begin_list("items")
            for item in items:
                document.item(item)
            document.end_list()
            document.field("free", tuple(free))
            document.field("delegation", tuple(delegation))
            document.field("errors", tuple(session.failures))
            document.end()
        case Format.JSONL:
            for index, item in enumerate(items):
                data.write_json_line(output, "subnet", item, index=index)
            for one in free:
                data.write_json_line(output, "free", {"network": str(one)})
            for failure in session.failures:
                data.write_json_line(output, "error", failure)
        case Format.CSV:
            data.write_csv_header(output, NetworkItem)
            for item in items:
                data.write_csv_row(output, item)
        case Format.TABLE:
            from nettools.render.subnet_lists import draw_networks

            draw_networks(output, session.canvas, items, free, delegation)


def _plain(batch: Batch, *, bare_hosts: bool) -> str:
    if batch.plain == "name":
        return "".join(f"{safe(name or '-')}\n" for name in batch.names or ())
    if batch.plain == "range":
        ends = ((format_address(one.first), format_address(one.last)) for one in batch.prefixes())
        return "".join(f"{first}-{last}\n" for first, last in ends)
    if batch.names is None:
        return format_packed(batch.version, batch.packed, bare_hosts=bare_hosts)
    lines = format_packed(batch.version, batch.packed, bare_hosts=bare_hosts).splitlines()
    return "".join(f"{line}\t{safe(name or '-')}\n" for line, name in zip(lines, batch.names, strict=True))
