"""Turns a function with typed arguments into a command: adds the common options and the session.

A command is written as ``def scan(session: Session, targets: Annotated[…], …) -> int``. Typer reads the
signature of what it is given, so it is shown the function's own parameters, without the session and with
the common options behind them.
"""

import gc
import inspect
import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import is_dataclass, replace
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer
from typer.core import TyperCommand

from nettools.commands._environment import Environment
from nettools.commands._session import CommonOptions, ProgressChoice, Session
from nettools.commands._settings import has_settings
from nettools.core.outcome import Exit
from nettools.errors import NettoolsError, OptionError
from nettools.render.format import COMMON_FORMATS, Format
from nettools.render.style import ColorChoice
from nettools.runs.together import spellings

if TYPE_CHECKING:
    from nettools.commands._configured import Defaults

UsableFormats = Callable[[Mapping[str, object]], Collection[Format]]
"""The formats in which a command can answer what the values of its parameters ask."""

WordsCheck = Callable[[Sequence[str]], None]
"""Refuses options as they are written, before they are read."""

_DEFAULT = re.compile(r" *\[default: (.*)\]$", re.DOTALL)

CONTEXT_SETTINGS = {"help_option_names": ["-h", "--help"]}

COMMON_GROUP = "Options of every command"


def common_options(
    default_format: Format,
    *,
    format: Annotated[str | None, typer.Option("--format", "-f")] = None,
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
        format=Format.JSON if json else Format(format or default_format),
        output=output,
        color=color,
        progress=progress,
        verbose=verbose,
        quiet=quiet,
    )


class _Command(TyperCommand):
    """A command of which some options may stand without their value. Its help is drawn by ``_help_page``."""

    optional_values: frozenset[str] = frozenset()
    """Options that may stand without their value, which is empty then: Typer has no such thing."""

    check_words: WordsCheck | None = None
    """Refuses options that would be read as what nobody meant."""

    group_order: tuple[str, ...] = ()
    """The headings of help in their order; others come behind them."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Say where a value was left out: at the end, and before another option. An empty value is refused."""
        end = args.index("--") if "--" in args else len(args)
        if self.check_words is not None:
            self.check_words(self._options_among(args[:end]))
        for place, word in enumerate(args[:end]):
            is_alone = place + 1 == len(args) or (args[place + 1].startswith("-") and args[place + 1] != "-")
            if word in self.optional_values and is_alone:
                args[place] = f"{word}="
        rest = list(super().parse_args(ctx, args))
        for one in self.params:
            value = ctx.params.get(one.name)
            if one.param_type_name == "option" and self.optional_values.isdisjoint(one.opts) and _is_empty(value):
                long = next((word for word in one.opts if word.startswith("--")), one.opts[0])
                raise OptionError(f"{long} has an empty value", hint="is a variable unset?")
        return rest

    def _options_among(self, words: list[str]) -> list[str]:
        """The words that are read as options: a value may begin with a hyphen too."""
        taking = {spelling for one in self.params if _takes_value(one) for spelling in one.opts}
        return [
            word
            for place, word in enumerate(words)
            if word.startswith("-") and not (place and words[place - 1] in taking - self.optional_values)
        ]


def _takes_value(parameter: Any) -> bool:
    """Whether the next word is its value."""
    return parameter.param_type_name == "option" and not parameter.is_flag and not parameter.count


def option_group(parameter: Any) -> str:
    """The heading of help under which an option stands: its own, or that of what every command has."""
    return getattr(parameter, "rich_help_panel", None) or ("Options" if parameter.name != "help" else COMMON_GROUP)


def _is_empty(value: object) -> bool:
    """Whether it is no text at all, or has such among its items."""
    return value == "" or (isinstance(value, list | tuple) and "" in value)


def worded_default(text: str) -> tuple[str, str | None]:
    """The help of an option without its default, and the default; Typer puts brackets around one told in words.

    >>> worded_default("From this port.  [default: (any)]")
    ('From this port.', 'any')
    >>> worded_default("Say more.")
    ('Say more.', None)
    """
    found = _DEFAULT.search(text)
    if found is None:
        return text, None
    default = found[1]
    is_worded = default.startswith("(") and default.endswith(")")
    return text[: found.start()], default[1:-1] if is_worded else default


def _defaults(
    name: str,
    context: typer.Context,
    environment: Environment,
    values: dict[str, object],
    usable_formats: UsableFormats | None,
) -> "Defaults":
    """The settings that stand in for options of this run. Raises SettingError, InputError."""
    from nettools.commands._configured import defaults_for

    def is_given(parameter: str) -> bool:
        source = context.get_parameter_source(parameter)
        return parameter not in values or (source is not None and source.name == "COMMANDLINE")

    defaults = defaults_for(name, environment.variables, is_given=is_given)
    chosen = defaults.values.get("format")
    if chosen is None:
        return defaults
    is_usable = usable_formats is None or chosen.text in usable_formats(values)
    return defaults if is_usable and not values["json"] else defaults.without("format")


def _tell(session: Session, defaults: "Defaults") -> None:
    """What is passed over in the settings, and with -v what they are."""
    for warning in defaults.warnings:
        session.note(warning)
    if session.options.verbose:
        for line in defaults.told():
            session.note(line)


def _collect_rarely() -> None:
    """Turn garbage collection on again, seldom: bulk work makes millions of small lists and no cycles."""
    gc.freeze()
    gc.set_threshold(200_000, 50, 100)
    gc.enable()


def _format_parameter(parameter: inspect.Parameter, formats: tuple[Format, ...]) -> inspect.Parameter:
    """--format with the choices of one command."""
    choices = Literal[tuple(map(str, formats))]  # type: ignore[valid-type]
    option = parameter.annotation.__metadata__[0]
    return parameter.replace(annotation=Annotated[choices | None, option])


def _options_class(parameters: list[inspect.Parameter]) -> type | None:
    """The dataclass of which one value is the only parameter."""
    annotation = parameters[0].annotation if len(parameters) == 1 else None
    return annotation if isinstance(annotation, type) and is_dataclass(annotation) else None


def _spellings(parameters: list[inspect.Parameter]) -> set[str]:
    """How the options among the parameters are written: a command's own stand in for common ones of that spelling."""
    return {word for one in parameters for word in spellings(one.annotation)}


def build(
    name: str,
    function: Callable[..., int],
    *,
    epilog: str,
    default_format: Format = Format.TABLE,
    more_formats: tuple[Format, ...] = (),
    optional_values: tuple[str, ...] = (),
    groups: Mapping[str, tuple[str, ...]] | None = None,
    usable_formats: UsableFormats | None = None,
    check_words: WordsCheck | None = None,
) -> TyperCommand:
    """The command ``name``; its help is the function's docstring, ``epilog`` its examples.

    ``groups`` are the headings of its help in their order, with the parameters that belong under each and do not
    say so themselves.

    A function with many options takes them as one value: its second parameter is a dataclass whose fields they are.
    ``usable_formats`` keeps a format that is only set away from what cannot be answered in it; one that stands on the
    command line is the function's to refuse. ``check_words`` is given the options as they are written, and raises
    OptionError.
    """
    own = list(inspect.signature(function).parameters.values())[1:]
    options_class = _options_class(own)
    if options_class is not None:
        own = [one for one in inspect.signature(options_class).parameters.values() if one.name != "from_settings"]
    taken = _spellings(own)
    common = list(inspect.signature(common_options).parameters.values())[1:]
    common = [one for one in common if not taken & _spellings([one])]
    common = [
        _format_parameter(one, (*COMMON_FORMATS, *more_formats)) if one.name == "format" else one for one in common
    ]

    def run(context: typer.Context, **values: object) -> int:
        _collect_rarely()
        environment = context.obj
        assert isinstance(environment, Environment)
        defaults: Defaults | None = None
        if has_settings(environment.variables):
            defaults = _defaults(name, context, environment, values, usable_formats)
            values.update({parameter: one.default for parameter, one in defaults.values.items()})
        chosen: Callable[..., CommonOptions] = common_options
        options = chosen(default_format, **{one.name: values.pop(one.name) for one in common})
        if defaults is not None:
            options = replace(options, from_settings=defaults.names)
        try:
            with Session(name, environment, options) as session:
                if defaults is not None:
                    _tell(session, defaults)
                if options_class is None:
                    status = function(session, **values)
                else:
                    status = function(session, options_class(**values, from_settings=options.from_settings))
                if status in (Exit.BAD_REQUEST, Exit.UNANSWERED) and options.format is not Format.JSON:
                    session.discard_output()
                return status
        except NettoolsError as error:
            error.as_document = options.format is Format.JSON
            if defaults is None:
                raise
            from nettools.commands._configured import with_origin

            raise with_origin(error, defaults) from None

    context = inspect.Parameter("context", inspect.Parameter.KEYWORD_ONLY, annotation=typer.Context)
    shown = [context, *(one.replace(kind=inspect.Parameter.KEYWORD_ONLY) for one in own), *common]
    run.__signature__ = inspect.Signature(shown)  # type: ignore[attr-defined]
    run.__annotations__ = {one.name: one.annotation for one in shown}
    app = typer.Typer(add_completion=False, rich_markup_mode=None)
    app.command(name, cls=_Command, help=inspect.getdoc(function), epilog=epilog, context_settings=CONTEXT_SETTINGS)(
        run
    )
    built = typer.main.get_command(app)
    assert isinstance(built, _Command)
    built.optional_values = frozenset(optional_values)
    built.check_words = check_words
    placed = {name: title for title, names in (groups or {}).items() for name in names}
    placed |= {one.name: COMMON_GROUP for one in common}
    for one in built.params:
        if one.name in placed:
            one.rich_help_panel = placed[one.name]  # type: ignore[attr-defined]
    built.group_order = tuple(groups or ())
    format_option = next(one for one in built.params if one.name == "format")
    format_option.help = f"How to print the answer; {default_format} unless said."  # type: ignore[attr-defined]
    return built
