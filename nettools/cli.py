"""The table of commands, and ``main``: the one place that catches, and turns every end into an exit status."""

import gc
import os
import signal
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, NoReturn

from nettools import __version__
from nettools.errors import Interrupted, LocalFault, NettoolsError, OptionError, ReaderGone

if TYPE_CHECKING:
    from nettools.commands._environment import Environment

COMMANDS: dict[str, str] = {
    "scan": "Which ports of a host are open, closed or filtered, and why.",
    "subnet": "Networks and addresses: masks, ends, counts, registries, bits.",
    "port-service": "What runs on a port, which port a service has.",
    "schema": "The JSON Schema of a command's output.",
}
"""Name -> summary. The module of a command is ``nettools.commands.<name>``, imported when it is called."""

_BUG = 70


def run() -> NoReturn:
    """The console script: ``main``, then out without taking the interpreter apart.

    Nothing of ours waits for that (all output is unbuffered by then), and it costs a tenth of a short run.
    """
    os._exit(main())


def main(argv: Sequence[str] | None = None, environment: "Environment | None" = None) -> int:
    """Run ``nettools`` with these arguments and return the exit status. Raises nothing."""
    words = list(sys.argv[1:] if argv is None else argv)
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler and argv is None:
        # Until the imports are done, Ctrl-C ends us as it ends any program: no traceback from half an import.
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    gc.disable()  # what the imports make stays: looking for garbage in it takes a tenth of the start-up
    try:
        from nettools.commands._environment import Environment

        world = environment or Environment.of_process()
        try:
            return _run(words, world)
        except Exception as error:
            return _report(error, words, world)
    except KeyboardInterrupt:
        return 128 + signal.SIGINT
    except NettoolsError as error:
        return error.exit_code


def _run(words: list[str], world: "Environment") -> int:
    if words == ["--version"]:
        return _print(f"nettools {__version__}\n", world)

    if _wants_help(words):
        from nettools.commands._help import help_text

        return _print(help_text(words, COMMANDS), world)

    from nettools.commands._group import LazyGroup

    root = LazyGroup("nettools", "nettools.commands", COMMANDS)
    return int(root.invoke(root.make_context("nettools", words, obj=world)))


def _wants_help(words: list[str]) -> bool:
    """No words at all, ``help``, or -h or --help before a ``--``, wherever they stand."""
    options = words[: words.index("--")] if "--" in words else words
    return not words or words[0] == "help" or "-h" in options or "--help" in options


def _print(text: str, world: "Environment") -> int:
    from nettools.render.output import Output

    output = Output(world.stdout, name="standard output", encoding=world.encoding)
    output.write(text)
    output.flush()
    return 0


def _report(error: Exception, words: list[str], world: "Environment") -> int:
    """Say in one line on standard error what went wrong; under --json also as a document. Returns the status."""
    if isinstance(error, (ReaderGone, Interrupted)):
        return error.exit_code if isinstance(error, ReaderGone) else 128 + error.signal_number
    if "--debug" in words:
        import traceback

        world.stderr.write("".join(traceback.format_exception(error)).encode("utf-8", "backslashreplace"))
    failure = _as_ours(error)

    from nettools.commands._session import sentence
    from nettools.core.outcome import ErrorReport, failure_of
    from nettools.render.data import write_document
    from nettools.render.output import Output

    told = failure_of(failure or _bug(error))
    command = words[0] if words[:1] and words[0] in COMMANDS else ""
    errors = Output(world.stderr, name="standard error", encoding=world.encoding)
    errors.write(f"nettools{' ' if command else ''}{command}: {sentence(told)}\n")
    errors.flush()
    if "--json" in words and told.kind != "write-failed":
        output = Output(world.stdout, name="standard output")
        write_document(output, ErrorReport.SCHEMA, ErrorReport(errors=(told,)))
        output.flush()
    return failure.exit_code if failure else _BUG


def _as_ours(error: Exception) -> NettoolsError | None:
    """The error as one of ours: Typer's usage errors and a lack of memory have a place in the tree, a bug has none."""
    if isinstance(error, NettoolsError):
        return error
    if isinstance(error, MemoryError):
        return LocalFault("out of memory")

    import typer

    if isinstance(error, typer.TyperException):
        return OptionError(error.format_message().replace("\n", " ").rstrip("."))
    return None


def _bug(error: Exception) -> NettoolsError:
    from nettools.core.text import safe

    return NettoolsError(
        f"this is a bug of nettools {__version__}: {type(error).__name__}: {safe(str(error))}",
        hint="please report it with the command and what --debug shows",
    )
