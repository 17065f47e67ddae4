"""The manual page of one command, from the catalog that its help is drawn from."""

from collections.abc import Iterable, Iterator, Sequence

from nettools.commands._catalog import DescribedArgument, DescribedCommand, DescribedOption
from nettools.commands._command import COMMON_GROUP
from nettools.commands._examples import Example, folded
from nettools.commands._help_page import option_groups, usage_word
from tools.man_pages.roff import argument, literal, macro, prose, tagged
from tools.man_pages.sections import environment, exit_status, files, head, see_also, signals, standards

_LITERAL_WIDTH = 68
"""Examples are indented by 11 columns at most."""


def command_page(command: DescribedCommand) -> str:
    """The mdoc source of ``nettools-COMMAND.1``."""
    name = command.name
    lines = [
        *head(f"nettools-{name}", command.summary),
        ".Sh SYNOPSIS",
        *_synopsis(command),
        ".Sh DESCRIPTION",
        *paragraphs(command.description),
        *(_verbs(command) if command.verbs else _own(command)),
        *_common(command.options),
        *environment(name),
        *files(name),
        *exit_status(name),
        *signals(name),
        *(() if command.verbs else _examples_section(command)),
        *see_also(name),
        *standards(name),
    ]
    return "\n".join(lines) + "\n"


def paragraphs(texts: Iterable[str]) -> Iterator[str]:
    """Running text with space between."""
    for number, text in enumerate(texts):
        if number:
            yield ".Pp"
        yield from prose(text)


def _synopsis(command: DescribedCommand) -> Iterator[str]:
    yield from _usage(f"nettools {command.path}", command.arguments)
    if command.verbs:
        yield macro("Nm", f"nettools {command.name}")
        yield ".Ar VERB"
        yield ".Op Ar ARGUMENT ..."
        yield ".Op Ar OPTION ..."


def _usage(words: str, arguments: Sequence[DescribedArgument]) -> Iterator[str]:
    yield macro("Nm", words)
    for one in arguments:
        is_plain = usage_word(one) == one.metavar
        yield f".Ar {argument(one.metavar)}" if is_plain else f".Op Ar {argument(one.metavar)}"
    yield ".Op Ar OPTION ..."


def _own(command: DescribedCommand) -> Iterator[str]:
    if command.arguments:
        yield ".Sh ARGUMENTS"
        yield from tagged(map(_argument_row, command.arguments))
    yield ".Sh OPTIONS"
    for group, options in option_groups(command.options):
        if group != COMMON_GROUP:
            if group != "Options":
                yield macro("Ss", group)
            yield from tagged(map(_option_row, options))


def _common(options: Sequence[DescribedOption]) -> Iterator[str]:
    """What every command has; under OPTIONS, where the page has no verbs."""
    for group, shared in option_groups(options):
        if group == COMMON_GROUP:
            yield macro("Ss", group)
            yield from tagged(map(_option_row, shared))


def _verbs(command: DescribedCommand) -> Iterator[str]:
    yield ".Sh VERBS"
    yield from prose(f"When no verb is named, {command.default_verb} is meant.")
    shared = [one for one in command.options if one.group == COMMON_GROUP]
    for verb in command.verbs:
        yield macro("Ss", verb.name)
        yield from paragraphs(verb.description)
        yield ".Bd -ragged -offset indent"
        yield from _usage(f"nettools {verb.path}", verb.arguments)
        yield ".Ed"
        yield from _parameters(verb, [one for one in verb.options if one not in shared])
        yield from _examples(verb.worked_examples)
    yield ".Sh OPTIONS"


def _parameters(verb: DescribedCommand, options: Sequence[DescribedOption]) -> Iterator[str]:
    if verb.arguments or options:
        yield from tagged([*map(_argument_row, verb.arguments), *map(_option_row, options)])


def _argument_row(one: DescribedArgument) -> tuple[str, str]:
    return f"Ar {argument(one.metavar)}", one.help


def _option_row(one: DescribedOption) -> tuple[str, str]:
    text = one.help if one.default is None else f"{one.help} [default: {one.default}]"
    return option_head(one), text


def option_head(one: DescribedOption) -> str:
    """All forms of an option and its value, as the arguments of ``.It``."""
    forms = " , ".join(map(_flag, (*one.spellings, *one.negations)))
    if one.choices:
        return f"{forms} Cm {' | '.join(map(argument, one.choices))}"
    return f"{forms} Ar {argument(one.metavar)}" if one.metavar and one.takes_value else forms


def _flag(spelling: str) -> str:
    """``Fl`` writes one hyphen: two for a long option."""
    hyphens = len(spelling) - len(spelling.lstrip("-"))
    return f"{'Fl ' * hyphens}{argument(spelling[hyphens:])}"


def _examples_section(command: DescribedCommand) -> Iterator[str]:
    if command.worked_examples:
        yield ".Sh EXAMPLES"
        yield from _examples(command.worked_examples, begins=True)


def _examples(examples: Iterable[Example], *, begins: bool = False) -> Iterator[str]:
    for number, example in enumerate(examples):
        if number or not begins:
            yield ".Pp"
        purpose = example.purpose or "For example"
        yield from prose(f"{purpose[:1].upper()}{purpose[1:]}:")
        yield from literal(folded(example.line, _LITERAL_WIDTH))
