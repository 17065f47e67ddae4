"""One run of the filter: networks with their labels in, lines of text through, what matches out."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from nettools.commands._session import Session
from nettools.commands.subnet._networks import Networks
from nettools.core.bulk import BadLine, Packed
from nettools.core.intervals import IntervalSet, unpack
from nettools.core.outcome import exit_status, failure_of
from nettools.core.subnet.filter import TextFilter, narrowest
from nettools.core.subnet.lists import FilteredLine, FilterMatch, FilterReport
from nettools.core.subnet.parse import parse_network
from nettools.core.text import safe
from nettools.errors import NettoolsError
from nettools.net.line_input import OverlongLine, is_file, read_lines
from nettools.render import data
from nettools.render.format import Format
from nettools.runs.targets import overlong_error

LONGEST_TEXT_LINE_BYTES = 1 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class FilterOrder:
    """What was asked for."""

    words: Sequence[str]
    files: Sequence[str]
    invert: bool
    only_matching: bool
    mapped: bool


class FilterRun:
    """Reads the networks, then lets the text through."""

    def __init__(self, session: Session, networks: Networks, order: FilterOrder) -> None:
        self._session = session
        self._networks = networks
        self._order = order
        self._labels: dict[tuple[int, int, int], str | None] = {}
        self._shown = 0

    def run(self) -> int:
        """Returns the exit status."""
        wanted = self._read_networks()
        if self._session.failures and not self._networks.read_count:
            self._write(iter(()))
            return exit_status(answered=0, affirmative=False, failures=self._session.failures)
        self._filter = TextFilter(wanted, mapped=self._order.mapped)
        is_plain = self._session.options.format is Format.PLAIN and not self._order.only_matching
        if is_plain:
            self._pass_lines_through()
        else:
            self._write(self._lines())
        return exit_status(
            answered=1,
            affirmative=self._shown > 0,
            failures=self._session.failures,
            signal_number=self._session.signal_number,
        )

    def _read_networks(self) -> IntervalSet:
        packed = self._networks.of_words(self._order.words, otherwise=self._text_by_name)
        files = self._networks.of_words([f"@{path}" for path in self._order.files], otherwise=self._labelled)
        self._note(packed)
        self._note(files)
        return IntervalSet.of_packed([*packed.v4, *files.v4], [*packed.v6, *files.v6])

    def _note(self, packed: Packed) -> None:
        for version, values in ((4, packed.v4), (6, packed.v6)):
            for one in values:
                prefix = unpack(version, one)
                self._labels.setdefault((version, prefix.network, prefix.length), None)

    def _text_by_name(self, bad: BadLine) -> None:
        """A file where a network belongs, as grep(1) takes its text: it is said how to give it here."""
        if bad.number is None and is_file(bad.text):
            others = " ".join(word for word in self._order.words if word != bad.text) or "CIDR"
            bad.error.hint = f"for the lines of that file: nettools subnet filter {safe(others)} < {safe(bad.text)}"

    def _labelled(self, bad: BadLine) -> Packed | None:
        """A line of a network and a label behind it; None when it is not that either."""
        network_text, *rest = bad.text.split(None, 1)
        try:
            network = parse_network(network_text)
        except NettoolsError:
            return None
        self._labels[network.version, network.network, network.length] = rest[0] if rest else None
        return Packed.of_prefix(network)

    def _buffers(self) -> Iterator[tuple[int, bytes]]:
        """(number of its first line, whole lines), every line ended by a newline."""
        for chunk in read_lines(self._session.standard_input(), longest_bytes=LONGEST_TEXT_LINE_BYTES):
            if isinstance(chunk, OverlongLine):
                self._session.failed(failure_of(overlong_error(LONGEST_TEXT_LINE_BYTES), line=chunk.number))
                continue
            yield chunk.first_number, chunk.data if chunk.data.endswith(b"\n") else chunk.data + b"\n"

    def _pass_lines_through(self) -> None:
        """The lines themselves, byte for byte into a pipe or file, escaped on a terminal."""
        session = self._session
        for _, buffer in session.until_interrupted(self._buffers()):
            kept: list[bytes] = []
            behind = 0
            for start, end in self._filter.matching_lines(buffer):
                kept.append(buffer[behind:start] if self._order.invert else buffer[start : end + 1])
                behind = end + 1
            if self._order.invert:
                kept.append(buffer[behind:])
            text = b"".join(kept)
            self._shown += len(text)
            if session.canvas.width is None:
                session.output.write_bytes(text)
            else:
                session.output.write("".join(f"{safe(line)}\n" for line in text.splitlines()))
            session.output.flush()

    def _lines(self) -> Iterator[FilteredLine]:
        for first_number, buffer in self._session.until_interrupted(self._buffers()):
            number, counted = first_number, 0
            behind = 0
            for start, end in self._filter.matching_lines(buffer):
                number += buffer.count(b"\n", counted, start)
                counted = start
                if self._order.invert:
                    yield from self._others(buffer, behind, start, first_number)
                else:
                    yield self._line(number, buffer[start:end])
                behind = end + 1
            if self._order.invert:
                yield from self._others(buffer, behind, len(buffer), first_number)

    def _others(self, buffer: bytes, start: int, end: int, first_number: int) -> Iterator[FilteredLine]:
        """The lines between two that match."""
        number = first_number + buffer.count(b"\n", 0, start)
        for offset, line in enumerate(buffer[start:end].split(b"\n")[:-1]):
            self._shown += 1
            yield FilteredLine(line=number + offset, text=_text(line), matches=())

    def _line(self, number: int, line: bytes) -> FilteredLine:
        self._shown += 1
        matches: list[FilterMatch] = []
        for found in self._filter.found_in(line):
            place = narrowest(found, self._labels)
            if place is not None:
                matches.append(FilterMatch(address=found.address, network=place[0], label=place[1]))
        return FilteredLine(line=number, text=_text(line), matches=tuple(matches))

    def _write(self, lines: Iterator[FilteredLine]) -> None:
        output = self._session.output
        matches = ((line, match) for line in lines for match in line.matches)
        match self._session.options.format:
            case Format.JSON:
                document = data.JsonDocument(output, FilterReport.SCHEMA)
                document.begin_list("lines")
                for line in lines:
                    document.item(line)
                document.end_list()
                document.field("errors", tuple(self._session.failures))
                document.end()
            case Format.JSONL:
                told = self._tell_failures(0)
                for line in lines:
                    told = self._tell_failures(told)
                    data.write_json_line(output, "line", line)
                self._tell_failures(told)
            case Format.CSV if self._order.only_matching:
                data.write_csv_header(output, FilterMatch)
                for _, one in matches:
                    data.write_csv_row(output, one)
            case Format.CSV:
                data.write_csv_header(output, FilteredLine)
                for line in lines:
                    data.write_csv_row(output, line)
            case Format.PLAIN:
                for _, one in matches:
                    data.write_plain_row(output, one)
            case Format.TABLE:
                from nettools.render.subnet_lists import draw_filtered

                draw_filtered(output, self._session.canvas, lines)

    def _tell_failures(self, told: int) -> int:
        """Write the failures from number ``told`` on as JSONL. Returns how many have been written by now."""
        failures = self._session.failures
        for failure in failures[told:]:
            data.write_json_line(self._session.output, "error", failure)
        return len(failures)


def _text(line: bytes) -> str:
    return line.removesuffix(b"\r").decode("utf-8", "backslashreplace")
