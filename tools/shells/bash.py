"""completions/nettools.bash."""

from tools.shells.model import Command, Option, Shelf
from tools.shells.text import filled, wrapped

_MARKS = set("?*[]{}~!$`'\"\\&;|<> #")


def script(shelf: Shelf) -> str:
    """The script for bash."""
    common = shelf.common
    words = {**shelf.words, "dns-type-in-lower-case": tuple(word.lower() for word in shelf.words["dns-type"])}
    return filled(
        "nettools.bash.in",
        words="\n".join(
            wrapped(map(_word, many), before=f"    {name}) words=(", indent="    ", after=") ;;")
            for name, many in sorted(words.items())
        ),
        common=wrapped(map(_row, common), before="", indent="  ", after="").strip("\n"),
        commands="\n".join([_root(shelf), _help(), *(_command(one, common) for one in shelf.leaves)]),
    )


def _root(shelf: Shelf) -> str:
    return "\n".join(
        [
            "    '')",
            wrapped(shelf.first_words, before="      verbs=(", indent="      ", after=")"),
            "      options=(-h/--help --version)",
            "      ;;",
        ]
    )


def _help() -> str:
    return "    help)\n      arguments=(topic)\n      options=(-h/--help)\n      ;;"


def _command(command: Command, common: tuple[Option, ...]) -> str:
    lines = [f"    {_word(command.path)})"]
    if command.verbs:
        lines.append(wrapped((verb.name for verb in command.verbs), before="      verbs=(", indent="      ", after=")"))
    arguments = ["+".join(kinds) for kinds in command.arguments]
    if arguments and command.repeats:
        arguments[-1] += "..."
    if arguments:
        lines.append(f"      arguments=({' '.join(arguments)})")
    own = [_row(option) for option in command.options if option not in common]
    lines += [wrapped(own, before="      options+=(", indent="      ", after=")"), "      ;;"]
    return "\n".join(lines)


def _row(option: Option) -> str:
    row = "/".join(option.all_spellings)
    if option.value is not None:
        row += f"={'?' if option.value_is_optional else ''}{option.value}"
    return _word(f"{row}..." if option.is_repeatable else row)


def _word(word: str) -> str:
    """The word as bash reads it; quoted only where it has to be."""
    if not _MARKS & set(word):
        return word
    assert "'" not in word, word
    return f"'{word}'"
