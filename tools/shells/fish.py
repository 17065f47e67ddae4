"""completions/nettools.fish."""

from collections.abc import Iterable, Iterator
from typing import Final

from tools.shells.model import Command, Option, Shelf
from tools.shells.text import filled, wrapped
from tools.shells.values import (
    ANYTHING,
    ASKED,
    AT_FILE,
    AT_SERVER,
    BUILT_IN,
    FILE,
    FOLDER,
    PATH,
    PORT_LIST,
    PORTS,
    SERVER,
)

_LONGEST_LIST: Final = 70
"""Characters of words that stand in the line itself; longer lists have a name."""

_FUNCTIONS: Final = {
    AT_FILE: "__nettools_at_files",
    AT_SERVER: "__nettools_at_servers",
    FOLDER: "__fish_complete_directories",
    PORTS: "__nettools_ports",
    PORT_LIST: "__nettools_port_list",
    SERVER: "__nettools_servers",
    **{kind: f"__nettools_ask {asked}" for kind, asked in ASKED.items()},
}


def script(shelf: Shelf) -> str:
    """The script for fish."""
    return filled(
        "nettools.fish.in",
        words="\n".join(_case(name, words) for name, words in shelf.words.items() if not _stands_inline(words)),
        valued="\n".join(
            _case(command.path, [word for option in command.options if option.value for word in option.spellings])
            for command in shelf.leaves
        ),
        verbs="\n".join(
            _case(command.path, [verb.name for verb in command.verbs]) for command in shelf.commands if command.verbs
        ),
        names=" ".join(command.name for command in shelf.commands),
        commands="\n".join(_lines(shelf)),
    )


def _case(name: str, words: Iterable[str]) -> str:
    body = wrapped(words, before="            printf '%s\\n' ", indent="            ", after="", width=116)
    lines = body.rstrip().split("\n")
    return "\n".join([f"        case {_word(name)}", *(f"{line} \\" for line in lines[:-1]), lines[-1]])


def _stands_inline(words: Iterable[str]) -> bool:
    joined = " ".join(words)
    return len(joined) <= _LONGEST_LIST and ":" not in joined


def _lines(shelf: Shelf) -> Iterator[str]:
    for name, summary in shelf.first_words.items():
        yield f"complete -c nettools -n __nettools_at_start -a {name} -d {_quoted(summary)}"
    yield "complete -c nettools -n __nettools_at_start -s h -l help -d 'Show this message and exit'"
    yield "complete -c nettools -n __nettools_at_start -l version -d 'Show the version'"
    yield "\n# nettools help"
    yield "set -l at '__nettools_at help'"
    for name, text in shelf.topics.items():
        yield f'complete -c nettools -n "$at 0" -a {name} -d {_quoted(text)}'
    yield "\n# Every command"
    yield "set at __nettools_in_command"
    for option in shelf.common:
        yield from _option(option, shelf)
    for command in shelf.leaves:
        yield f"\n# nettools {command.path}"
        yield f"set at '__nettools_at {_double_quoted(command.path)}'"
        yield from _command(command, shelf)


def _command(command: Command, shelf: Shelf) -> Iterator[str]:
    for verb in command.verbs:
        yield f'complete -c nettools -n "$at 0" -a {verb.name} -d {_quoted(verb.summary)}'
    for place, kinds in enumerate(command.arguments):
        repeats = command.repeats and place + 1 == len(command.arguments)
        where = f"$at {place}{'+' if repeats else ''}"
        yield from (_argument(where, kind, shelf) for kind in kinds if kind != ANYTHING)
    for option in command.options:
        if option not in shelf.common:
            yield from _option(option, shelf)


def _argument(where: str, kind: str, shelf: Shelf) -> str:
    if kind == PATH:
        return f'complete -c nettools -n "{where}; and __nettools_in_path" -F'
    return f'complete -c nettools -n "{where}" {_values(kind, shelf)}'


def _option(option: Option, shelf: Shelf) -> Iterator[str]:
    spelled = "".join(f" {'-l' if word.startswith('--') else '-s'} {word.lstrip('-')}" for word in option.spellings)
    value = ""
    if option.value in (FILE, PATH):
        value = " -r -F"
    elif option.value == ANYTHING:
        value = " -x"
    elif option.value is not None:
        value = f" -x {_values(option.value, shelf)}"
    yield f"complete -c nettools -n $at{spelled}{value} -d {_quoted(option.help)}"
    for negation in option.negations:
        opposite = next(word for word in option.spellings if word.startswith("--"))
        yield f"complete -c nettools -n $at -l {negation.lstrip('-')} -d {_quoted(f'The opposite of {opposite}')}"


def _values(kind: str, shelf: Shelf) -> str:
    if kind in BUILT_IN:
        return f"-a '({_FUNCTIONS[kind]})'"
    if _stands_inline(shelf.words[kind]):
        return f"-a '{' '.join(shelf.words[kind])}'"
    return f"-a '(__nettools_words {kind})'"


def _quoted(text: str) -> str:
    quoted = text.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{quoted}'"


def _word(word: str) -> str:
    return _quoted(word) if " " in word else word


def _double_quoted(word: str) -> str:
    return f'"{word}"' if " " in word else word
