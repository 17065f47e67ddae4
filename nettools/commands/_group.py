"""Commands by name, imported when they are called: those of the tool, and the verbs of one command."""

from collections.abc import Mapping
from difflib import get_close_matches
from importlib import import_module
from typing import Any

from typer.core import TyperGroup

from nettools.commands._command import CONTEXT_SETTINGS
from nettools.core.text import quoted
from nettools.errors import OptionError

VALUE_OPTIONS = frozenset({"-f", "--format", "-o", "--output", "--color", "--progress"})
"""The common options whose value is the next word."""

_ELSEWHERE = {
    "addr": "ifaces",
    "address": "ifaces",
    "dig": "resolve",
    "host": "resolve",
    "ifconfig": "ifaces",
    "ip": "ifaces or route",
    "ipcalc": "subnet",
    "link": "ifaces",
    "lookup": "resolve",
    "nc": "cat or listen",
    "ncat": "cat or listen",
    "netcat": "cat or listen",
    "nmap": "scan",
    "nslookup": "resolve",
    "port": "port-service or scan",
    "ports": "port-service or scan",
    "services": "port-service",
    "sipcalc": "subnet",
    "socat": "cat or listen",
}
"""What people call a command who come from another tool (docs/coming-from.md) -> the command that does this here."""


class LazyGroup(TyperGroup):
    """A group that knows its commands from a table (name -> summary) and imports the one that is called.

    The module of a command is its name, with ``_`` for ``-``, in ``package``; its ``build_command()`` makes it.
    """

    def __init__(self, name: str, package: str, table: Mapping[str, str]) -> None:
        super().__init__(name=name, rich_markup_mode=None, context_settings=dict(CONTEXT_SETTINGS))
        self.package = package
        self.table = table

    def list_commands(self, ctx: Any) -> list[str]:
        return list(self.table)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        if cmd_name not in self.table:
            return None
        return import_module(f"{self.package}.{cmd_name.replace('-', '_')}").build_command()

    def resolve_command(self, ctx: Any, args: list[str]) -> tuple[str | None, Any, list[str]]:
        name = args[0]
        if name not in self.table:
            raise OptionError(f"there is no command {quoted(name)}", hint=nearest(name, self.table))
        return name, self.get_command(ctx, name), args[1:]

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(self.table.items()))


class VerbGroup(LazyGroup):
    """A command with verbs, one of which is meant when none is named.

    A variadic default verb would take the other verbs' names for its targets, so the choice is made here:
    the first word that is no option is the verb where it names one.
    """

    def __init__(self, name: str, package: str, table: Mapping[str, str], *, default: str) -> None:
        super().__init__(name, package, table)
        self.default = default

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Leave every word, options too, to the verb: a group of Typer would take the options for its own."""
        ctx._protected_args, ctx.args = [self.default], list(args)
        return list(args)

    def resolve_command(self, ctx: Any, args: list[str]) -> tuple[str | None, Any, list[str]]:
        words = args[1:]
        verb, rest = choose_verb(words, self.table, self.default)
        stray = words[0] if words and rest == words else ""
        if stray[:1].isalpha() and stray.isalnum():  # no verb, and no address either
            raise OptionError(f"{self.name} has no verb {quoted(stray)}", hint=nearest(stray, self.table, self.name))
        return verb, self.get_command(ctx, verb), rest


def choose_verb(words: list[str], verbs: Mapping[str, str], default: str) -> tuple[str, list[str]]:
    """The verb that the words name, and the words without it.

    >>> choose_verb(["--json", "split", "10.0.0.0/8"], {"split": "", "describe": ""}, "describe")
    ('split', ['--json', '10.0.0.0/8'])
    >>> choose_verb(["10.0.0.0/8", "split"], {"split": "", "describe": ""}, "describe")
    ('describe', ['10.0.0.0/8', 'split'])
    """
    position = 0
    while position < len(words) and words[position].startswith("-") and words[position] not in ("-", "--"):
        position += 2 if _takes_next_word(words[position]) else 1
    if position < len(words) and words[position] in verbs:
        return words[position], words[:position] + words[position + 1 :]
    return default, words


def _takes_next_word(option: str) -> bool:
    """Whether the option's value is the next word; short options may stand in one word, as in -vf."""
    is_bundle = not option.startswith("--") and f"-{option[-1]}" in VALUE_OPTIONS
    return option in VALUE_OPTIONS or is_bundle


def nearest(word: str, known: Mapping[str, str], command: str | None = None) -> str:
    """A hint that names the known words closest to ``word``, or where they are listed."""
    if command is None and word.lower() in _ELSEWHERE:
        return f"did you mean {_ELSEWHERE[word.lower()]}?"
    close = get_close_matches(word, known, n=3, cutoff=0.6)
    if close:
        return f"did you mean {' or '.join(close)}?"
    return f"nettools {command} --help lists the verbs" if command else "nettools --help lists the commands"
