"""Turns a function with typed arguments into a command: adds the common options and the session.

A command is written as ``def scan(session: Session, targets: Annotated[…], …) -> int``. Typer reads the
signature of what it is given, so it is shown the function's own parameters, without the session and with
the common options behind them.
"""

import gc
import inspect
import signal
from collections.abc import Callable
from typing import Annotated

import typer
from typer.core import TyperCommand

from nettools.commands._environment import Environment
from nettools.commands._session import CommonOptions, ProgressChoice, Session
from nettools.core.outcome import Exit
from nettools.errors import OptionError
from nettools.render.format import Format
from nettools.render.style import ColorChoice

CONTEXT_SETTINGS = {"help_option_names": ["-h", "--help"]}


def common_options(
    default_format: Format,
    *,
    format: Annotated[Format | None, typer.Option("--format", "-f")] = None,
    json: Annotated[bool, typer.Option("--json", help="The same as --format json.")] = False,
    output: Annotated[
        str | None, typer.Option("--output", "-o", metavar="FILE", help="Write the answer to FILE.")
    ] = None,
    color: Annotated[ColorChoice, typer.Option("--color", help="Colour in tables.")] = "auto",
    progress: Annotated[
        ProgressChoice, typer.Option("--progress", help="Progress on standard error; auto: on a terminal.")
    ] = "auto",
    verbose: Annotated[
        int, typer.Option("--verbose", "-v", count=True, show_default=False, help="Say more on standard error.")
    ] = 0,
    quiet: Annotated[bool, typer.Option("--quiet", help="Nothing on standard error but a failure.")] = False,
    debug: Annotated[bool, typer.Option("--debug", help="Show the traceback of an error.")] = False,  # noqa: ARG001
) -> CommonOptions:
    """The options of every command, as one value. ``debug`` is acted on by ``main``, which reads it from argv."""
    if json and format not in (None, Format.JSON):
        raise OptionError(f"--json and --format {format} contradict each other")
    return CommonOptions(
        format=Format.JSON if json else format or default_format,
        output=output,
        color=color,
        progress=progress,
        verbose=verbose,
        quiet=quiet,
    )


def _collect_rarely() -> None:
    """Turn garbage collection on again, seldom: bulk work makes millions of small lists and no cycles."""
    gc.freeze()
    gc.set_threshold(200_000, 50, 100)
    gc.enable()


def build(
    name: str, function: Callable[..., int], *, epilog: str, default_format: Format = Format.TABLE
) -> TyperCommand:
    """The command ``name``; its help is the function's docstring, ``epilog`` its examples."""
    own = list(inspect.signature(function).parameters.values())[1:]
    common = list(inspect.signature(common_options).parameters.values())[1:]

    def run(context: typer.Context, **values: object) -> int:
        _collect_rarely()
        if signal.getsignal(signal.SIGINT) is signal.SIG_DFL:  # main's guard over the imports, which end here
            signal.signal(signal.SIGINT, signal.default_int_handler)
        environment = context.obj
        assert isinstance(environment, Environment)
        chosen: Callable[..., CommonOptions] = common_options
        options = chosen(default_format, **{one.name: values.pop(one.name) for one in common})
        with Session(name, environment, options) as session:
            status = function(session, **values)
            if status in (Exit.BAD_REQUEST, Exit.UNANSWERED) and options.format is not Format.JSON:
                session.discard_output()
            return status

    context = inspect.Parameter("context", inspect.Parameter.KEYWORD_ONLY, annotation=typer.Context)
    shown = [context, *(one.replace(kind=inspect.Parameter.KEYWORD_ONLY) for one in own), *common]
    run.__signature__ = inspect.Signature(shown)  # type: ignore[attr-defined]
    run.__annotations__ = {one.name: one.annotation for one in shown}
    app = typer.Typer(add_completion=False, rich_markup_mode=None)
    app.command(name, help=inspect.getdoc(function), epilog=epilog, context_settings=CONTEXT_SETTINGS)(run)
    built = typer.main.get_command(app)
    assert isinstance(built, TyperCommand)
    format_option = next(one for one in built.params if one.name == "format")
    format_option.help = f"How to print the answer; {default_format} unless said."  # type: ignore[attr-defined]
    return built
