"""completions/nettools.ps1, for PowerShell."""

from collections.abc import Iterable

from tools.shells.model import Command, Option, Shelf
from tools.shells.text import filled

_WIDTH = 116


def script(shelf: Shelf) -> str:
    """The script for PowerShell."""
    help_options = [", @('-h/--help', '', $false, 'Show this message and exit')"]
    help_page = _entry("help", (), ["topic"], help_options, shelf.first_words["help"])
    return filled(
        "nettools.ps1.in",
        words="\n".join(_list(name, words) for name, words in shelf.words.items()),
        common="\n".join(f"        {_row(option)}" for option in shelf.common),
        commands="\n".join([*(_command(command, shelf) for command in shelf.leaves), help_page]),
        summaries="\n".join(
            f"        {_quoted(name)} = {_quoted(text)}" for name, text in (shelf.first_words | shelf.topics).items()
        ),
    )


def _list(name: str, words: Iterable[str]) -> str:
    head = f"        {_quoted(name)} = @("
    line = ""
    lines: list[str] = []
    for word in words:
        item = f"{_quoted(word)}, "
        if len(head if not lines else " " * 12) + len(line) + len(item) > _WIDTH:
            lines.append(line.rstrip())
            line = ""
        line += item
    lines.append(line.rstrip(", "))
    if len(lines) == 1:
        return f"{head}{lines[0]})"
    return "\n".join([head, *(f"            {one}" for one in lines), "        )"])


def _command(command: Command, shelf: Shelf) -> str:
    arguments = ["+".join(kinds) for kinds in command.arguments]
    if arguments and command.repeats:
        arguments[-1] += "..."
    own = [_row(option) for option in command.options if option not in shelf.common]
    return _entry(command.path, [verb.name for verb in command.verbs], arguments, own, command.summary)


def _entry(path: str, verbs: Iterable[str], arguments: Iterable[str], options: Iterable[str], about: str) -> str:
    return "\n".join(
        [
            f"        {_quoted(path)} = @{{",
            f"            About = {_quoted(about)}",
            f"            Verbs = @({', '.join(map(_quoted, verbs))})",
            f"            Arguments = @({', '.join(map(_quoted, arguments))})",
            "            Options = @(",
            *(f"                {line}" for line in options),
            "            )",
            "        }",
        ]
    )


def _row(option: Option) -> str:
    """A leading comma keeps a row a row where it is the only one: PowerShell would put its cells into the list."""
    value = "" if option.value is None else f"{'?' if option.value_is_optional else ''}{option.value}"
    again = "$true" if option.is_repeatable else "$false"
    return f", @({_quoted('/'.join(option.all_spellings))}, {_quoted(value)}, {again}, {_quoted(option.help)})"


def _quoted(text: str) -> str:
    quoted = text.replace("'", "''")
    return f"'{quoted}'"
