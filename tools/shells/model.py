"""The commands of nettools as the generators of the four scripts want them: each option with what completes it."""

from collections.abc import Iterator
from dataclasses import dataclass

from nettools.cli import COMMANDS
from nettools.commands._catalog import DescribedArgument, DescribedCommand, DescribedOption, described_commands
from nettools.commands._group import LazyGroup
from nettools.commands._help_topics import TOPICS
from tools.shells.values import ARGUMENTS, BUILT_IN, OPTIONS, WORDS


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """An option, or its negation: all that is one to whoever types."""

    spellings: tuple[str, ...]
    negations: tuple[str, ...]
    help: str
    metavar: str
    value: str | None
    """What completes the value: one of ``values.BUILT_IN``, or a key of ``Shelf.words``; None for a flag."""
    value_is_optional: bool
    is_repeatable: bool

    @property
    def all_spellings(self) -> tuple[str, ...]:
        return self.spellings + self.negations


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """A command or a verb."""

    path: str
    """``subnet split``."""
    summary: str
    options: tuple[Option, ...]
    arguments: tuple[tuple[str, ...], ...]
    """By place, what completes it."""
    repeats: bool
    """Whether the last argument may come again."""
    metavars: tuple[str, ...]
    verbs: tuple["Command", ...] = ()

    @property
    def name(self) -> str:
        return self.path.rpartition(" ")[2]


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelf:
    """All that a script has to know."""

    commands: tuple[Command, ...]
    common: tuple[Option, ...]
    """The options that all commands have, and have alike."""
    words: dict[str, tuple[str, ...]]
    """Name -> the words of a closed list."""
    topics: dict[str, str]
    """What ``nettools help`` can be asked, with a line about each."""

    @property
    def first_words(self) -> dict[str, str]:
        """What may stand first, with a line about each."""
        return {**{one.name: one.summary for one in self.commands}, "help": "Help on a command or a topic."}

    @property
    def leaves(self) -> Iterator[Command]:
        """Every command and every verb; a command with verbs stands before them, with its default verb's options."""
        for command in self.commands:
            yield command
            yield from command.verbs


def shelf() -> Shelf:
    """The commands of this source tree."""
    words = dict(WORDS)
    root = LazyGroup("nettools", "nettools.commands", COMMANDS)
    described = described_commands(COMMANDS)
    _name_choices(described, words)
    commands = []
    for one in described:
        optional: frozenset[str] = getattr(root.get_command(None, one.name), "optional_values", frozenset())
        commands.append(_command(one, words, optional))
    topics = {name: f"Help on {name.replace('-', ' ')}." for name in TOPICS}
    leaves = [leaf for command in commands for leaf in (command, *command.verbs)]
    return Shelf(
        commands=tuple(commands),
        common=tuple(one for one in leaves[0].options if all(one in leaf.options for leaf in leaves)),
        words=dict(sorted(words.items())),
        topics={**COMMANDS, **topics},
    )


def value_of(command: DescribedCommand, option: DescribedOption) -> str:
    """What completes the option's value. Raises LookupError when the table does not say."""
    for key in (f"{command.path} {option.long}", option.long):
        if key in OPTIONS:
            return OPTIONS[key]
    raise LookupError(f"tools/shells/values.py: OPTIONS does not say what completes {command.path} {option.long}")


def arguments_of(command: DescribedCommand) -> tuple[tuple[str, ...], ...]:
    """What completes the arguments. Raises LookupError when the table does not say."""
    usual = f"{command.path} {command.default_verb}" if command.default_verb else command.path
    if usual not in ARGUMENTS and command.arguments:
        raise LookupError(f"tools/shells/values.py: ARGUMENTS does not say what completes {command.path}")
    return ARGUMENTS.get(usual, ())


def _with_verbs(described: tuple[DescribedCommand, ...]) -> Iterator[DescribedCommand]:
    for command in described:
        yield command
        yield from command.verbs


def _name_choices(described: tuple[DescribedCommand, ...], words: dict[str, tuple[str, ...]]) -> None:
    """Put the choices of options among the words: under the option's name, where they differ with the command's."""
    for command in _with_verbs(described):
        for option in command.options:
            if option.choices:
                name = option.long.lstrip("-")
                if words.setdefault(name, option.choices) != option.choices:
                    words[_own_name(command, name)] = option.choices


def _own_name(command: DescribedCommand, name: str) -> str:
    return f"{command.path.replace(' ', '-')}-{name}"


def _command(described: DescribedCommand, words: dict[str, tuple[str, ...]], optional: frozenset[str]) -> Command:
    arguments = arguments_of(described)
    unknown = {kind for kinds in arguments for kind in kinds} - BUILT_IN - set(words)
    assert not unknown, unknown
    return Command(
        path=described.path,
        summary=described.summary,
        options=tuple(_option(described, option, words, optional) for option in described.options),
        arguments=arguments,
        repeats=any("..." in argument.metavar for argument in described.arguments),
        metavars=tuple(_metavar(argument) for argument in described.arguments),
        verbs=tuple(_command(verb, words, optional) for verb in described.verbs),
    )


def _metavar(argument: DescribedArgument) -> str:
    return argument.metavar.removesuffix("...")


def _option(
    command: DescribedCommand, option: DescribedOption, words: dict[str, tuple[str, ...]], optional: frozenset[str]
) -> Option:
    value: str | None = None
    if option.choices:
        name = option.long.lstrip("-")
        value = name if words[name] == option.choices else _own_name(command, name)
    elif option.takes_value:
        value = value_of(command, option)
        assert value in BUILT_IN or value in words, value
    return Option(
        spellings=option.spellings,
        negations=option.negations,
        help=option.help.rstrip("."),
        metavar=option.metavar or option.long.lstrip("-"),
        value=value,
        value_is_optional=not optional.isdisjoint(option.spellings),
        is_repeatable=option.is_repeatable,
    )
