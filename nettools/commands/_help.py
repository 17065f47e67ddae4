"""Help: the tool's own page without importing a command, a command's page from its definition, and topics."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from nettools.core.text import quoted
from nettools.errors import OptionError

if TYPE_CHECKING:
    from nettools.commands._catalog import DescribedCommand, DescribedOption

_WIDEST = 80
_NARROWEST = 40
_SUMMARY_COLUMN = 12
_TOPIC_NAMES = ("exit-codes", "formats", "environment", "files", "settings")


def help_text(
    words: list[str],
    commands: Mapping[str, str],
    about: Collection[str],
    *,
    columns: int | None,
    variables: Mapping[str, str] | None = None,
) -> str:
    """The page for these words, for a terminal of that width; ``about`` are the commands on nettools itself.

    A command's page tells the defaults that settings, among them those variables of the environment, have moved.
    Raises OptionError when there is none.
    """
    width = max(_NARROWEST, min(_WIDEST, columns or _WIDEST))
    is_asked_by_name = words[:1] == ["help"]
    subject = [word for word in words if word not in ("-h", "--help", "help")]
    name = subject[0] if subject and not subject[0].startswith("-") else None
    if name is None:
        return _root_page(commands, about, width)
    if name in commands:
        page = _described_page(name, subject[1:], commands, names_verb=is_asked_by_name)
        return _command_text(page, variables or {}, width)
    if name in _TOPIC_NAMES:
        return _topic_page(name, width)
    raise OptionError(f"there is no help on {quoted(name)}", hint=_nearest_page(name, commands))


def _nearest_page(name: str, commands: Mapping[str, str]) -> str:
    from difflib import get_close_matches

    known = [*commands, *_TOPIC_NAMES]
    close = get_close_matches(name, known, n=3, cutoff=0.6)
    return f"did you mean {' or '.join(close)}?" if close else f"there is on {', '.join(known)}"


def _root_page(commands: Mapping[str, str], about: Collection[str], width: int) -> str:
    from nettools.commands._help_layout import rows_text, wrapped

    network = {name: summary for name, summary in commands.items() if name not in about}
    itself = {name: summary for name, summary in commands.items() if name in about}
    itself["help TOPIC"] = f"More on {', '.join(_TOPIC_NAMES[:-1])} and {_TOPIC_NAMES[-1]}."
    first = "Example: nettools scan localhost 1-1024"
    more = "Options and examples: nettools COMMAND --help. Manual: man nettools, and docs/."
    return f"""\
Usage: nettools COMMAND [ARGUMENT...] [OPTION...]

{wrapped("Network diagnostics whose answers are tables for people and JSON for scripts.", width)}

Commands:
{rows_text(network.items(), width, narrowest_term=_SUMMARY_COLUMN)}
About the tool:
{rows_text(itself.items(), width, narrowest_term=_SUMMARY_COLUMN)}
{wrapped(first, width)}
{wrapped(more, width)}
"""


def _topic_page(name: str, width: int) -> str:
    from nettools.commands._help_layout import section_text
    from nettools.commands._help_topics import TOPICS

    return "\n".join(section_text(section, width) for section in TOPICS[name])


def _described_page(name: str, rest: list[str], commands: Mapping[str, str], *, names_verb: bool) -> "DescribedCommand":
    from nettools.commands._catalog import described_command, described_verb
    from nettools.commands._group import LazyGroup, VerbGroup, choose_verb, nearest

    command: Any = LazyGroup("nettools", "nettools.commands", commands).get_command(None, name)
    if isinstance(command, VerbGroup):
        verb, others = choose_verb(rest, command.table, command.default)
        if names_verb and rest and others == rest:
            hint = nearest(rest[0], command.table, name)
            raise OptionError(f"{name} has no verb {quoted(rest[0])}", hint=hint)
        if verb != command.default:
            return described_verb(command, verb)
    return described_command(command, name, commands[name])


def _command_text(page: "DescribedCommand", variables: Mapping[str, str], width: int) -> str:
    from nettools.commands._help_page import command_text
    from nettools.commands._settings import has_settings

    if has_settings(variables):
        from nettools.commands._configured import moved_defaults

        moved = moved_defaults(page.path, variables)
        page = replace(page, options=tuple(_moved(one, moved.get(one.name)) for one in page.options))
    return command_text(page, width)


def _moved(option: "DescribedOption", default: str | None) -> "DescribedOption":
    """The option with the default that a setting gives it, and the built-in one behind that."""
    if default is None:
        return option
    return replace(option, default=default if option.default is None else f"{default}; built in: {option.default}")
