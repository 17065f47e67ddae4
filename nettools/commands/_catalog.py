"""Every command, verb, argument and option as data: what help shows is what man pages, completions and settings say.

It imports all commands, so no run of a command uses it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from inspect import cleandoc
from typing import Any

from nettools.commands._command import worded_default
from nettools.commands._group import LazyGroup, VerbGroup


@dataclass(frozen=True, slots=True, kw_only=True)
class DescribedArgument:
    """What stands on the command line without a hyphen."""

    metavar: str
    help: str
    required: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class DescribedOption:
    """An option with all of its spellings."""

    name: str
    """The parameter that takes it."""
    spellings: tuple[str, ...]
    """``-p``, ``--ports``: short forms first."""
    negations: tuple[str, ...]
    """``--no-discover``: forms that turn it off."""
    metavar: str | None
    """What its value is called; None for a flag and for choices."""
    choices: tuple[str, ...]
    help: str
    """Without the default."""
    default: str | None
    """In words, as help states it."""
    group: str
    """The heading of help under which it stands."""
    takes_value: bool
    is_repeatable: bool

    @property
    def long(self) -> str:
        """The first long form, or the only form."""
        return next((word for word in self.spellings if word.startswith("--")), self.spellings[0])


@dataclass(frozen=True, slots=True, kw_only=True)
class DescribedCommand:
    """A command, or a verb of one."""

    name: str
    """``scan``, ``split``."""
    path: str
    """``scan``, ``subnet split``: what is typed behind ``nettools``."""
    summary: str
    """One line, as the page above lists it."""
    description: tuple[str, ...]
    """Paragraphs, each one line of text."""
    arguments: tuple[DescribedArgument, ...]
    options: tuple[DescribedOption, ...]
    examples: tuple[str, ...]
    """Lines of a shell, in which ``nettools`` stands first or behind a pipe."""
    verbs: tuple["DescribedCommand", ...] = field(default=())
    default_verb: str | None = None
    """The verb that is meant when none is named; arguments, options and examples of the command are its own."""


def described_commands(table: Mapping[str, str]) -> tuple[DescribedCommand, ...]:
    """The commands of a table (``cli.COMMANDS``: name -> summary), in its order."""
    root = LazyGroup("nettools", "nettools.commands", table)
    return tuple(_described(root.get_command(None, name), name, summary) for name, summary in table.items())


def _described(command: Any, name: str, summary: str) -> DescribedCommand:
    if not isinstance(command, VerbGroup):
        return _leaf(command, name, name, summary)
    verbs = tuple(
        _leaf(command.get_command(None, verb), verb, f"{name} {verb}", text) for verb, text in command.table.items()
    )
    usual = next(verb for verb in verbs if verb.name == command.default)
    return DescribedCommand(
        name=name,
        path=name,
        summary=summary,
        description=usual.description,
        arguments=usual.arguments,
        options=usual.options,
        examples=usual.examples,
        verbs=verbs,
        default_verb=command.default,
    )


def _leaf(command: Any, name: str, path: str, summary: str) -> DescribedCommand:
    context = command.make_context(f"nettools {path}", [], resilient_parsing=True)
    parameters = command.get_params(context)
    paragraphs = cleandoc(command.help or "").split("\n\n")
    return DescribedCommand(
        name=name,
        path=path,
        summary=summary,
        description=tuple(" ".join(paragraph.split()) for paragraph in paragraphs if paragraph.strip()),
        arguments=tuple(_arguments(parameters, context)),
        options=tuple(_options(parameters, context)),
        examples=_examples(command.epilog or ""),
    )


def _examples(epilog: str) -> tuple[str, ...]:
    _, _, lines = epilog.partition("Examples:\n")
    return tuple(line.strip() for line in lines.splitlines() if line.strip())


def _arguments(parameters: list[Any], context: Any) -> Iterator[DescribedArgument]:
    for one in parameters:
        record = one.get_help_record(context) if one.param_type_name == "argument" else None
        if record is not None:
            yield DescribedArgument(metavar=one.metavar, help=record[1], required=one.required)


def _options(parameters: list[Any], context: Any) -> Iterator[DescribedOption]:
    for one in parameters:
        record = one.get_help_record(context) if one.param_type_name == "option" else None
        if record is None:
            continue
        text, default = worded_default(record[1])
        takes_value = not (one.is_flag or one.count)
        choices = tuple(getattr(one.type, "choices", None) or ())
        yield DescribedOption(
            name=one.name,
            spellings=_shortest_first(context.help_option_names if one.name == "help" else one.opts),
            negations=tuple(one.secondary_opts),
            metavar=one.metavar if takes_value and not choices else None,
            choices=choices,
            help=text,
            default=default,
            group=getattr(one, "rich_help_panel", None) or "Options",
            takes_value=takes_value,
            is_repeatable=bool(one.multiple or one.count),
        )


def _shortest_first(words: list[str]) -> tuple[str, ...]:
    return tuple(sorted(words, key=lambda word: word.startswith("--")))
