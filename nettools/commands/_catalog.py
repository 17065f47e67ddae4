"""Every command, verb, argument and option as data: what help shows is what man pages, completions and settings say.

It imports all commands, so of all runs only that of ``nettools config`` uses it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from inspect import cleandoc
from typing import Any

from nettools.commands._command import option_group, worded_default
from nettools.commands._examples import Example, read_examples
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
    worked_examples: tuple[Example, ...]
    verbs: tuple["DescribedCommand", ...] = field(default=())
    default_verb: str | None = None
    """The verb that is meant when none is named; arguments, options and examples of the command are its own."""

    @property
    def examples(self) -> tuple[str, ...]:
        """Lines of a shell, in which ``nettools`` stands first or behind a pipe."""
        return tuple(example.line for example in self.worked_examples)


def described_commands(table: Mapping[str, str]) -> tuple[DescribedCommand, ...]:
    """The commands of a table (``cli.COMMANDS``: name -> summary), in its order."""
    root = LazyGroup("nettools", "nettools.commands", table)
    return tuple(described_command(root.get_command(None, name), name, summary) for name, summary in table.items())


def described_command(command: Any, name: str, summary: str) -> DescribedCommand:
    """What a command of Typer's says of itself, with all of its verbs."""
    if not isinstance(command, VerbGroup):
        return _leaf(command, name, name, summary)
    verbs = tuple(described_verb(command, verb) for verb in command.table)
    usual = next(verb for verb in verbs if verb.name == command.default)
    return DescribedCommand(
        name=name,
        path=name,
        summary=summary,
        description=usual.description,
        arguments=usual.arguments,
        options=usual.options,
        worked_examples=usual.worked_examples,
        verbs=verbs,
        default_verb=command.default,
    )


def described_verb(group: VerbGroup, verb: str) -> DescribedCommand:
    """One verb of a command."""
    return _leaf(group.get_command(None, verb), verb, f"{group.name} {verb}", group.table[verb])


def _leaf(command: Any, name: str, path: str, summary: str) -> DescribedCommand:
    context = command.make_context(f"nettools {path}", [], resilient_parsing=True)
    parameters = command.get_params(context)
    paragraphs = cleandoc(command.help or "").split("\n\n")
    places = {title: place for place, title in enumerate(getattr(command, "group_order", ()))}
    options = sorted(_options(parameters, context), key=lambda one: places.get(one.group, len(places)))
    return DescribedCommand(
        name=name,
        path=path,
        summary=summary,
        description=tuple(" ".join(paragraph.split()) for paragraph in paragraphs if paragraph.strip()),
        arguments=tuple(_arguments(parameters, context)),
        options=tuple(options),
        worked_examples=read_examples(command.epilog or ""),
    )


def _arguments(parameters: list[Any], context: Any) -> Iterator[DescribedArgument]:
    for one in parameters:
        record = one.get_help_record(context) if one.param_type_name == "argument" else None
        if record is not None:
            # Typer adds a word on what has to be there, which the usage line shows.
            text = record[1].removesuffix("[required]").rstrip()
            yield DescribedArgument(metavar=one.metavar, help=text, required=one.required)


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
            group=option_group(one),
            takes_value=takes_value,
            is_repeatable=bool(one.multiple or one.count),
        )


def _shortest_first(words: list[str]) -> tuple[str, ...]:
    return tuple(sorted(words, key=lambda word: word.startswith("--")))
