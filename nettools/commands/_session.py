"""One run of a command: its targets in, its answers out, what failed on standard error."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from time import monotonic
from types import TracebackType
from typing import TYPE_CHECKING, Literal, Self, TypeVar

from nettools.commands._answers import Answer, ListLayout, Negative, Result, write_list
from nettools.commands._environment import Environment
from nettools.commands._interruption import Interruption
from nettools.commands._screen import Screen
from nettools.commands._sentence import sentence
from nettools.core.outcome import Failure, exit_status, failure_of
from nettools.errors import InputError, Interrupted, NettoolsError, OutputError, ReaderGone
from nettools.render.format import Format
from nettools.render.output import FileOutput, Output
from nettools.render.progress import PORTS, Progress, ProgressStyle, Words
from nettools.render.style import Canvas, ColorChoice, color_count, lacks_boxes, use_color
from nettools.render.units import in_milliseconds
from nettools.runs.targets import Failed, Target, input_lines
from nettools.start import error_document

if TYPE_CHECKING:
    from nettools.net.interrupts import Interrupts
    from nettools.net.line_input import PatientInput

ProgressChoice = Literal["auto", "never", "jsonl"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class CommonOptions:
    """The options that every command has."""

    format: Format
    output: str | None
    color: ColorChoice
    progress: ProgressChoice
    verbose: int
    quiet: bool
    from_settings: frozenset[str] = frozenset()
    """The parameters of the command that nobody gave, and for whose default a setting stands in."""


T = TypeVar("T")


class Session:
    """What a command is given to read its targets, to tell and to answer."""

    def __init__(self, command: str, environment: Environment, options: CommonOptions) -> None:
        self.command = command
        self.environment = environment
        self.options = options
        # What scripts read is UTF-8 in every locale; what people read is in the terminal's encoding.
        encoding = environment.encoding if options.format is Format.TABLE else "utf-8"
        self._file: FileOutput | None = None
        self._errors = Output(environment.stderr, name="standard error", encoding=environment.encoding)
        self.screen = Screen(
            environment, self._errors, lambda: self.progress_style, lambda: self._wants_line and self._is_dumb
        )
        self.output = Output(environment.stdout, name="standard output", encoding=encoding)
        if environment.stdout_is_terminal:
            self.output.before_write = self.screen.line.clear
            self.screen.answer = self.output
        self.failures: list[Failure] = []
        self.counts_failures = True
        """Whether there are targets of which some may fail."""
        self._interruption = Interruption()
        self._started = monotonic()
        self._files = ExitStack()

    def __enter__(self) -> Self:
        self._interruption.install()
        try:
            self._open_output()
        except BaseException:  # nobody leaves what was not entered
            self._interruption.remove()
            raise
        return self

    def _open_output(self) -> None:
        path = self.options.output
        if path is not None and path != "-":
            whole = self.options.format is not Format.JSONL
            self._file = self._files.enter_context(FileOutput(path, whole=whole))
            self.output = self._file.output

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            try:
                if kind is None:
                    self.output.flush()
                elif isinstance(error, Interrupted):
                    self._tell_interruption(error.signal_number)
            except BaseException as failure:  # what is not whole replaces no file
                self._files.__exit__(type(failure), failure, failure.__traceback__)
                raise
            self._files.__exit__(kind, error, trace)
        finally:
            self._interruption.remove()
            self.screen.remove()
        self._tell_failures_when_quiet()
        if self.options.verbose:
            took = in_milliseconds((monotonic() - self._started) * 1000)
            counted = f", {len(self.failures)} failed" if self.counts_failures else ""
            self.note(f"done in {took}{counted}")

    def _tell_interruption(self, signal_number: int) -> None:
        """A signal came before there was any result: where a document is expected, it says so."""
        if self.options.format is not Format.JSON or not self.output.take_back():
            return
        told = Output(self.environment.stdout, name="standard output")
        told.write(error_document("interrupted", f"ended by signal {signal_number} before there was an answer"))
        with suppress(NettoolsError):
            told.flush()

    @property
    def is_on_terminal(self) -> bool:
        """Whether the answer goes to a terminal: standard output is one, and no file was named."""
        return self.environment.stdout_is_terminal and self.options.output in (None, "-")

    @property
    def canvas(self) -> Canvas:
        """What a table is drawn for: the terminal, unless the answer goes to a file."""
        is_terminal = self.is_on_terminal
        return Canvas(
            width=self.environment.columns if is_terminal else None,
            color=use_color(self.options.color, self.environment.variables, is_terminal=is_terminal),
            ascii_only=lacks_boxes(self.output.encoding),
            colors=color_count(self.environment.variables),
        )

    @property
    def progress_style(self) -> ProgressStyle:
        """How progress is shown: a line that rewrites itself, JSONL, or not at all."""
        if self.options.progress == "jsonl":
            return "jsonl"
        return "line" if self._wants_line and not self._is_dumb else "never"

    @property
    def _wants_line(self) -> bool:
        is_auto = self.options.progress == "auto" and not self.options.quiet
        return is_auto and self.environment.stderr_is_terminal

    @property
    def _is_dumb(self) -> bool:
        """Whether the terminal cannot move its cursor."""
        return self.environment.variables.get("TERM") == "dumb"

    def progress(
        self, *, total: int | None, began_s: float, words: Words = PORTS, beside_total: int | None = None
    ) -> Progress:
        """Shows how far the work is, as was asked for; it also answers SIGUSR1."""
        shown = Progress(
            self.tell,
            self.progress_style,
            total=total,
            began_s=began_s,
            line=self.screen.line,
            words=words,
            beside_total=beside_total,
        )
        self.screen.reports(shown)
        return shown

    def tell(self, text: str) -> None:
        """Write ``text`` to standard error as it is; a standard error that is gone stops nothing."""
        self.screen.line.clear()
        try:
            self._errors.write(text)
            self._errors.flush()
        except NettoolsError:
            return

    def note(self, message: str) -> None:
        """One line on standard error, unless --quiet."""
        if not self.options.quiet:
            self.tell(self.screen.wrapped(f"nettools {self.command}: {message}") + "\n")

    def failed(self, failure: Failure) -> None:
        """Say on standard error what failed; under --quiet the end of the run says it in one line."""
        self.failures.append(failure)
        self.note(sentence(failure))

    def _tell_failures_when_quiet(self) -> None:
        if self.options.quiet and self.failures:
            more = f" (and {len(self.failures) - 1} more)" if len(self.failures) > 1 else ""
            self.tell(f"nettools {self.command}: {sentence(self.failures[0])}{more}\n")

    def targets(self, words: Iterable[str]) -> Iterator[Target | Failed]:
        """The words, and for ``-`` the lines of standard input, in order; an overlong line is a failure."""
        number = 0
        for word in words:
            for line, text in self._lines_of(word):
                if isinstance(text, InputError):
                    yield Failed(number, failure_of(text, line=line))
                else:
                    yield Target(number, text, line)
                number += 1

    def _lines_of(self, word: str) -> Iterator[tuple[int | None, str | InputError]]:
        if word != "-":
            yield None, word
            return
        try:
            yield from input_lines(self.standard_input())
        except InputError as error:
            yield None, error

    def each(self, words: Iterable[str], ask: Callable[[Target], Iterable[Result]]) -> Iterator[Result]:
        """The results of every target; an error that one raises becomes its failure."""
        for target in self.targets(words):
            if isinstance(target, Failed):
                yield target
                continue
            try:
                yield from ask(target)
            except (OutputError, ReaderGone):
                raise
            except NettoolsError as error:
                yield Failed(target.number, failure_of(error, input=target.text, line=target.line))

    def answer(self, layout: ListLayout, results: Iterable[Result]) -> int:
        """Write the results in the chosen format as they come. Returns the exit status."""
        answered = 0
        is_affirmative = False

        def counted() -> Iterator[Answer | Failed]:
            nonlocal answered, is_affirmative
            for result in self.until_interrupted(results):
                if isinstance(result, Failed):
                    self.failed(result.failure)
                    yield result
                    continue
                if isinstance(result, Answer) and result.failure is not None:
                    if layout.draws_failures:
                        self.failures.append(result.failure)
                    else:
                        self.failed(result.failure)
                    yield result
                    continue
                answered += 1
                if isinstance(result, Negative):
                    self.note(result.message)
                else:
                    is_affirmative = is_affirmative or result.affirmative
                    yield result

        write_list(self, layout, counted())
        return exit_status(
            answered=answered,
            affirmative=is_affirmative,
            failures=self.failures,
            signal_number=self.signal_number,
        )

    def until_interrupted(self, items: Iterable[T]) -> Iterator[T]:
        """The items until Ctrl-C, which ends them so that what is known is written whole."""
        return self._interruption.until_interrupted(items)

    def waits_for(self, what: str) -> None:
        """From here on, a person at a terminal is told what the run waits for when nothing comes for a second."""
        self.screen.begin_waiting(what)

    def write_whole(self, write: Callable[[], None]) -> None:
        """Call ``write``, which writes a document: a signal meanwhile waits until it is whole."""
        for _ in self.until_interrupted((None,)):
            write()

    @property
    def signal_number(self) -> int | None:
        """The signal that cut the work short, if one did."""
        return self._interruption.signal_number

    def interrupts(self) -> "Interrupts":
        """What ends the work early where a poll waits: the signals of this process, which is ours."""
        from nettools.net.interrupts import Interrupts

        return Interrupts()

    def standard_input(self) -> "PatientInput":
        """The stream itself. Raises InputError when it is closed."""
        from nettools.net.line_input import PatientInput

        if self.environment.stdin is None:
            raise InputError("standard input is closed")
        if self.environment.stdin_is_terminal:
            self.screen.end_waiting()  # somebody types
            self.note("reading from the terminal, line by line; Ctrl-D ends")
        return PatientInput(self.environment.stdin)

    def discard_output(self) -> None:
        """Leave the file of -o as it was: there is no answer to put in its place."""
        if self._file is not None:
            self._file.discard()
