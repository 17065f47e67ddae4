"""One run of a command: its targets in, its answers out, what failed on standard error."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from io import BufferedIOBase
from time import monotonic
from types import TracebackType
from typing import Literal, NamedTuple, Self, TypeVar

from nettools.commands._environment import Environment
from nettools.core.outcome import Failure, exit_status, failure_of
from nettools.core.text import safe
from nettools.errors import InputError, NettoolsError, OutputError
from nettools.render import data
from nettools.render.format import Format
from nettools.render.output import FileOutput, Output
from nettools.render.progress import ProgressStyle
from nettools.render.style import Canvas, ColorChoice, use_color

ProgressChoice = Literal["auto", "never", "jsonl"]

_LONGEST_LINE_BYTES = 1 << 16
"""A longer line of input is no target."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CommonOptions:
    """The options that every command has."""

    format: Format
    output: str | None
    color: ColorChoice
    progress: ProgressChoice
    verbose: int
    quiet: bool


class Target(NamedTuple):
    """One word of the command line (``line`` is None) or one line of standard input (from 1)."""

    number: int
    text: str
    line: int | None


class Answer(NamedTuple):
    """A result for the target ``number`` (from 0); ``affirmative`` when it is a yes."""

    number: int
    record: object
    affirmative: bool = True


class Negative(NamedTuple):
    """The target number ``index`` was asked, and the answer is no: there is no such thing."""

    number: int
    message: str


class Failed(NamedTuple):
    """No answer for the target ``number`` (from 0)."""

    number: int
    failure: Failure


T = TypeVar("T")

Result = Answer | Negative | Failed


@dataclass(frozen=True, slots=True, kw_only=True)
class ListLayout:
    """How a list of results of one kind looks in each format."""

    schema: str
    list_key: str
    line_type: str
    row_class: type
    draw: Callable[[Output, Canvas, Iterator[object]], None]
    """Draws the records for people; imports rich only when it is called."""


class Session:
    """What a command is given to read its targets, to tell and to answer."""

    def __init__(self, command: str, environment: Environment, options: CommonOptions) -> None:
        self.command = command
        self.environment = environment
        self.options = options
        self.output = Output(environment.stdout, name="standard output", encoding=environment.encoding)
        self._errors = Output(environment.stderr, name="standard error", encoding=environment.encoding)
        self._failures: list[Failure] = []
        self.was_interrupted = False
        self._started = monotonic()
        self._files = ExitStack()

    def __enter__(self) -> Self:
        path = self.options.output
        if path is not None and path != "-":
            whole = self.options.format is not Format.JSONL
            self.output = self._files.enter_context(FileOutput(path, whole=whole)).output
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if kind is None:
                self.output.flush()
        finally:
            self._files.__exit__(kind, error, trace)
        self._tell_failures_when_quiet()
        if self.options.verbose:
            elapsed_ms = (monotonic() - self._started) * 1000
            self.note(f"done in {elapsed_ms:.0f} ms, {len(self._failures)} failed")

    @property
    def canvas(self) -> Canvas:
        """What a table is drawn for: the terminal, unless the answer goes to a file."""
        is_terminal = self.environment.stdout_is_terminal and self.options.output in (None, "-")
        return Canvas(
            width=self.environment.columns if is_terminal else None,
            color=use_color(self.options.color, self.environment.variables, is_terminal=is_terminal),
            ascii_only=_lacks_boxes(self.output.encoding),
        )

    @property
    def error_color(self) -> bool:
        """Whether standard error takes colour."""
        return use_color(
            self.options.color, self.environment.variables, is_terminal=self.environment.stderr_is_terminal
        )

    @property
    def progress_style(self) -> ProgressStyle:
        """How progress is shown: a line that rewrites itself, JSONL, or not at all."""
        if self.options.progress == "jsonl":
            return "jsonl"
        wants_line = self.options.progress == "auto" and self.environment.stderr_is_terminal
        is_plain_terminal = self.environment.variables.get("TERM") == "dumb"
        return "line" if wants_line and not self.options.quiet and not is_plain_terminal else "never"

    def tell(self, text: str) -> None:
        """Write ``text`` to standard error as it is; a standard error that is gone stops nothing."""
        try:
            self._errors.write(text)
            self._errors.flush()
        except NettoolsError:
            return

    def note(self, message: str) -> None:
        """One line on standard error, unless --quiet."""
        if not self.options.quiet:
            self.tell(f"nettools {self.command}: {message}\n")

    def failed(self, failure: Failure) -> None:
        """Say on standard error what failed; under --quiet the end of the run says it in one line."""
        self._failures.append(failure)
        self.note(sentence(failure))

    def _tell_failures_when_quiet(self) -> None:
        if self.options.quiet and self._failures:
            more = f" (and {len(self._failures) - 1} more)" if len(self._failures) > 1 else ""
            self.tell(f"nettools {self.command}: {sentence(self._failures[0])}{more}\n")

    def targets(self, words: Iterable[str]) -> Iterator[Target | Failed]:
        """The words, and for ``-`` the lines of standard input, in order; an overlong line is a failure."""
        index = 0
        for word in words:
            lines = self._input_lines() if word == "-" else [(word, None)]
            for text, line in lines:
                if isinstance(text, InputError):
                    yield Failed(index, failure_of(text, line=line))
                else:
                    yield Target(index, text, line)
                index += 1

    def each(self, words: Iterable[str], ask: Callable[[Target], Iterable[Result]]) -> Iterator[Result]:
        """The results of every target; an error that one raises becomes its failure."""
        for target in self.targets(words):
            if isinstance(target, Failed):
                yield target
                continue
            try:
                yield from ask(target)
            except OutputError:
                raise
            except NettoolsError as error:
                yield Failed(target.number, failure_of(error, input=target.text, line=target.line))

    def answer(self, layout: ListLayout, results: Iterable[Result]) -> int:
        """Write the results in the chosen format as they come. Returns the exit status."""
        answered = 0
        is_affirmative = False

        def counted() -> Iterator[Answer | Failed]:
            nonlocal answered, is_affirmative
            for result in results:
                if isinstance(result, Failed):
                    self.failed(result.failure)
                    yield result
                    continue
                answered += 1
                if isinstance(result, Negative):
                    self.note(result.message)
                else:
                    is_affirmative = is_affirmative or result.affirmative
                    yield result

        self._write_list(layout, counted())
        return exit_status(answered=answered, affirmative=is_affirmative, failures=self._failures)

    def _write_list(self, layout: ListLayout, results: Iterator[Answer | Failed]) -> None:
        answers = (result for result in results if isinstance(result, Answer))
        match self.options.format:
            case Format.JSON:
                document = data.JsonDocument(self.output, layout.schema)
                document.begin_list(layout.list_key)
                for answer in answers:
                    document.item(answer.record)
                document.end_list()
                document.field("errors", tuple(self._failures))
                document.end()
            case Format.JSONL:
                for result in results:
                    kind = layout.line_type if isinstance(result, Answer) else "error"
                    record = result.record if isinstance(result, Answer) else result.failure
                    data.write_json_line(self.output, kind, record, index=result.number)
            case Format.CSV:
                data.write_csv_header(self.output, layout.row_class)
                for answer in answers:
                    data.write_csv_row(self.output, answer.record)
            case Format.PLAIN:
                for answer in answers:
                    data.write_plain_row(self.output, answer.record)
            case Format.TABLE:
                layout.draw(self.output, self.canvas, (answer.record for answer in answers))

    def until_interrupted(self, items: Iterable[T]) -> Iterator[T]:
        """The items until Ctrl-C, which ends them so that what is known is written whole."""
        try:
            yield from items
        except KeyboardInterrupt:
            self.was_interrupted = True

    def standard_input(self) -> BufferedIOBase:
        """The stream itself, for what reads whole buffers. Raises InputError when it is closed."""
        if self.environment.stdin is None:
            raise InputError("standard input is closed")
        if self.environment.stdin_is_terminal:
            self.note("reading from the terminal; Ctrl-D ends")
        return self.environment.stdin

    def _input_lines(self) -> Iterator[tuple[str | InputError, int | None]]:
        """The lines of standard input without comments and blank ones."""
        try:
            source = self.standard_input()
        except InputError as error:
            yield error, None
            return
        number = 0
        while line := source.readline(_LONGEST_LINE_BYTES + 1):
            number += 1
            if len(line) > _LONGEST_LINE_BYTES:
                _skip_to_newline(source, line)
                yield InputError(f"the line is longer than {_LONGEST_LINE_BYTES:,} bytes"), number
                continue
            text = line.removeprefix(b"\xef\xbb\xbf") if number == 1 else line
            target = text.decode("utf-8", "surrogateescape").partition("#")[0].strip()
            if target:
                yield target, number


def sentence(failure: Failure) -> str:
    """A failure in one line: where, what, why, what next."""
    place = f"line {failure.line}: " if failure.line is not None else ""
    if failure.input is not None and safe(failure.input) not in failure.message:
        place += f"'{safe(failure.input)}': "
    advice = f"; {failure.hint}" if failure.hint else ""
    return f"{place}{failure.message}{advice}"


def _skip_to_newline(source: BufferedIOBase, line: bytes) -> None:
    while line and not line.endswith(b"\n"):
        line = source.readline(_LONGEST_LINE_BYTES)


def _lacks_boxes(encoding: str) -> bool:
    try:
        "─".encode(encoding)
    except UnicodeEncodeError:
        return True
    return False
