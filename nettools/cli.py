"""The table of commands, and ``main``: the one place that catches, and turns every end into an exit status."""

import gc
import os
import signal
import sys
from collections.abc import Sequence
from contextlib import suppress
from os.path import dirname
from typing import TYPE_CHECKING

from nettools import __version__
from nettools.errors import (
    Bug,
    Interrupted,
    LocalFault,
    MissingExtra,
    NettoolsError,
    OptionError,
    OutputError,
    ReaderGone,
)
from nettools.start import asks_json, give_up, options_of, stand_down

if TYPE_CHECKING:
    from nettools.commands._environment import Environment

COMMANDS: dict[str, str] = {
    "ifaces": "The interfaces: state, addresses, gateways, links, counters.",
    "route": "Routes and rules; which way a destination goes, and why.",
    "resolve": "What the DNS says of a name, who says it, and why.",
    "rdns": "Which names addresses have, and whether they lead back.",
    "cat": "Bytes to another side and back: TCP, UDP, TLS, files.",
    "listen": "Wait for clients: relay, programs, services, files.",
    "scan": "Which ports of a host are open, closed or filtered, and why.",
    "subnet": "Networks, addresses: masks, ends, counts, registries, bits.",
    "port-service": "What runs on a port, which port a service has.",
    "schema": "The JSON Schema of a command's output.",
    "config": "Each setting, its value, and where it came from.",
    "completion": "The script that lets Tab complete nettools in a shell.",
}
"""Name -> summary. The module of a command is ``nettools.commands.<name>``, imported when it is called."""

ABOUT_THE_TOOL = frozenset({"schema", "config", "completion"})
"""Those that answer about nettools, not about a network."""

_COMPLETE = "__complete"
"""What the scripts of ``nettools completion`` call when Tab is pressed."""

_NCAT_STATUS = {3: 2}
"""cat and listen have the exit codes of ncat: 1 is the network, 2 anything else."""
_LONGEST_MESSAGE = 500


def main(argv: Sequence[str] | None = None, environment: "Environment | None" = None) -> int:
    """Run ``nettools`` with these arguments and return the exit status. Raises nothing."""
    words = list(sys.argv[1:] if argv is None else argv)
    if words[:1] == [_COMPLETE]:
        return _complete(words[1:])
    gc.disable()  # what the imports make stays: looking for garbage in it takes a tenth of the start-up
    try:
        from nettools.commands._environment import Environment

        world = environment or Environment.of_process()
        try:
            return _run(words, world)
        except Exception as error:
            return _report(error, words, world)
    except Exception as error:  # reporting takes imports and memory, which may be what is missing
        return give_up(error, words)
    except Interrupted as interrupted:
        return 128 + interrupted.signal_number
    except KeyboardInterrupt:
        return 128 + signal.SIGINT
    finally:
        gc.enable()


def _complete(kinds: list[str]) -> int:
    """Write the candidates of each kind, one a line. It never fails: somebody is in the middle of a line.

    Nothing of the commands is imported, since every press of Tab waits for it.
    """
    from nettools.net.candidates import candidates

    with suppress(OSError, ValueError, AttributeError):  # no standard output, or nobody reads it
        for kind in kinds:
            os.write(sys.stdout.fileno(), "".join(f"{one}\n" for one in candidates(kind)).encode())
    return 0


def _run(words: list[str], world: "Environment") -> int:
    if words == ["--version"]:
        return _print(f"nettools {__version__}\n", world)

    if _wants_help(words):
        from nettools.commands._help import help_text

        return _print(
            help_text(words, COMMANDS, ABOUT_THE_TOOL, columns=world.page_columns, variables=world.variables), world
        )

    from nettools.commands._group import LazyGroup

    root = LazyGroup("nettools", "nettools.commands", COMMANDS)
    return int(root.invoke(root.make_context("nettools", list(words), obj=world)))


def _wants_help(words: list[str]) -> bool:
    """No words at all, ``help``, or -h or --help wherever it stands."""
    options = options_of(words)
    return not words or words[0] == "help" or "-h" in options or "--help" in options


def _print(text: str, world: "Environment") -> int:
    from nettools.render.output import Output

    stand_down()
    output = Output(world.stdout, name="standard output", encoding=world.encoding)
    output.write(text)
    output.flush()
    return 0


def _report(error: Exception, words: list[str], world: "Environment") -> int:
    """Say in one line on standard error what went wrong; under --json also as a document. Returns the status."""
    if isinstance(error, ReaderGone):
        return error.exit_code

    from nettools.commands._sentence import sentence
    from nettools.core.error_report import ErrorReport
    from nettools.core.outcome import failure_of
    from nettools.render.data import write_document
    from nettools.render.output import Output
    from nettools.render.status_line import wrapped

    stand_down()
    ours = _as_ours(error, words)
    status = _NCAT_STATUS.get(ours.exit_code, ours.exit_code) if words[:1] in (["cat"], ["listen"]) else ours.exit_code
    failure = failure_of(ours)
    command = f" {words[0]}" if words[:1] and words[0] in COMMANDS else ""
    trace = ""
    if "--debug" in options_of(words):
        import traceback

        trace = "".join(traceback.format_exception(error))
    with suppress(NettoolsError):  # nobody listens on standard error: the status still tells
        errors = Output(world.stderr, name="standard error", encoding=world.encoding)
        told = wrapped(f"nettools{command}: {sentence(failure)}", world.error_size()[0] if world.error_size else None)
        errors.write(f"{trace}{told}\n")
        errors.flush()
    if _answers_in_json(error, words, world) and not isinstance(ours, OutputError):
        with suppress(NettoolsError):
            output = Output(world.stdout, name="standard output")
            write_document(output, ErrorReport.SCHEMA, ErrorReport(errors=(failure,)))
            output.flush()
    return status


def _answers_in_json(error: Exception, words: list[str], world: "Environment") -> bool:
    """Whether a document tells the failure: under --json, and where a setting makes JSON of this run's answers."""
    if isinstance(error, NettoolsError) and error.as_document is not None:
        return error.as_document
    if asks_json(words) or not words or words[0] in {*ABOUT_THE_TOOL, "cat", "listen"}:
        return asks_json(words)

    from nettools.commands._settings import has_settings

    names_format = any(word.startswith(("-f", "--format")) for word in options_of(words))
    if names_format or words[0] not in COMMANDS or not has_settings(world.variables):
        return False
    from nettools.commands._configured import default_format

    return default_format(words[0], world.variables) == "json"


def _as_ours(error: Exception, words: list[str]) -> NettoolsError:
    """The error as one of ours: a usage error of Typer's and a lack of memory have a place in the tree."""
    if isinstance(error, MissingExtra):
        from nettools.net.installation import command_adding

        return error.installed_by(command_adding(error.extra))
    if isinstance(error, NettoolsError):
        return error
    if isinstance(error, MemoryError | SystemError):  # where memory ends, CPython can lose the one and raise the other
        return LocalFault("out of memory")
    from nettools.core.text import safe

    is_own_file = isinstance(error, OSError) and str(error.filename).startswith(dirname(__file__))
    if is_own_file or isinstance(error, ImportError):
        return LocalFault(f"a part of nettools is missing: {safe(str(error))}", hint="install nettools again")
    if isinstance(error, OSError):
        from nettools.runs.faults import as_local_fault

        fault = as_local_fault(error)
        if fault is not None:
            return fault

    import typer

    if isinstance(error, typer.TyperException):
        # Typer has escaped control characters with backslashes; what it lets through is escaped between them.
        message = "\\".join(safe(part) for part in error.format_message().replace("\n", " ").split("\\"))
        if len(message) > _LONGEST_MESSAGE:
            message = f"{message[:_LONGEST_MESSAGE]}..."
        return OptionError(message.rstrip("."), hint=_usage_hint(error, words))
    return Bug(
        f"this is a bug of nettools {__version__}: {type(error).__name__}: {safe(str(error))}",
        hint="please report it with the command and what --debug shows",
    )


def _usage_hint(error: Exception, words: list[str]) -> str | None:
    """What to do about a usage error: the command's first example, or where options belong."""
    kind, has_near = type(error).__name__, bool(getattr(error, "possibilities", None))
    if words and words[0].startswith("-"):
        return None if has_near else "options go after the command"
    if kind == "NoSuchOption" and words[:1] == ["cat"] and getattr(error, "option_name", None) == "-l":
        return "nettools listen waits for clients"
    page = getattr(getattr(error, "ctx", None), "command_path", "nettools")
    if page.split()[-1] not in words:  # a verb that nobody named
        page = page.rpartition(" ")[0]
    if kind == "NoSuchOption" and not has_near:
        return f"{page} --help lists the options"
    if kind == "UsageError":  # a word too many
        return f"{page} --help shows what it takes"
    command = getattr(getattr(error, "ctx", None), "command", None)
    examples = [line.strip() for line in (getattr(command, "epilog", None) or "").splitlines()]
    example = next((line for line in examples if line.startswith("nettools ")), None)
    return f"for example: {example}" if example and type(error).__name__ == "MissingParameter" else None
