"""completions/_nettools, for zsh."""

from collections.abc import Iterable, Mapping
from typing import Final

from tools.shells.model import Command, Option, Shelf
from tools.shells.text import filled, wrapped
from tools.shells.values import ANYTHING, BUILT_IN

_LONGEST_LIST: Final = 70
"""Characters of words that stand in the specification itself; longer lists have a name."""


def script(shelf: Shelf) -> str:
    """The script for zsh."""
    common = shelf.common
    shown = {name: words for name, words in shelf.words.items() if not _stands_inline(words)}
    return filled(
        "nettools.zsh.in",
        words="\n".join(
            wrapped(words, before=f"    ({name}) list=(", indent="    ", after=") ;;") for name, words in shown.items()
        ),
        common=" \\\n".join(f"    {_spec(option, shelf)}" for option in common),
        commands="\n\n".join(_functions(shelf, common)),
        topics=_described(shelf.topics),
        names=_described(shelf.first_words),
        calls="\n".join(
            [
                wrapped(["|".join(shelf.first_words) + ")"], before="    (", indent="    ", after=""),
                "      shift words",
                "      (( CURRENT-- ))",
                "      _nettools-$words[1]",
                "      ;;",
            ]
        ),
    )


def _stands_inline(words: Iterable[str]) -> bool:
    joined = " ".join(words)
    return len(joined) <= _LONGEST_LIST and ":" not in joined


def _described(summaries: Mapping[str, str]) -> str:
    return "\n".join(f"    {_quoted(f'{name}:{text}')}" for name, text in summaries.items())


def _functions(shelf: Shelf, common: tuple[Option, ...]) -> Iterable[str]:
    for command in shelf.commands:
        yield from (_function(verb, shelf, common) for verb in command.verbs)
        yield _function(command, shelf, common)


def _function(command: Command, shelf: Shelf, common: tuple[Option, ...]) -> str:
    specs = [_spec(option, shelf) for option in command.options if option not in common]
    specs += _arguments(command, shelf)
    lines = [f"_nettools-{command.path.replace(' ', '-')}() {{"]
    if command.verbs:
        lines.append(_verb_choice(command))
    lines.append("  _nettools_arguments \\\n" + " \\\n".join(f"    {spec}" for spec in specs))
    return "\n".join([*lines, "}"])


def _verb_choice(command: Command) -> str:
    """Finds the verb as nettools does: the first word that is no option."""
    valued = [word for option in command.options if option.value for word in option.spellings]
    names = "|".join(verb.name for verb in command.verbs)
    return f"""\
  local -i index
  local -a verbs=(
{_described({verb.name: verb.summary for verb in command.verbs})}
  )
  for (( index = 2; index < CURRENT; index++ )); do
    case $words[index] in
      ({"|".join(valued)}) (( index++ )) ;;
      (--) break ;;
      (-*) ;;
      ({names})
        local verb=$words[index]
        words[index]=()
        (( CURRENT-- ))
        _nettools-{command.name}-$verb
        return
        ;;
      (*) break ;;
    esac
  done"""


def _arguments(command: Command, shelf: Shelf) -> Iterable[str]:
    if command.verbs:
        yield "'1:verb:{_describe verb verbs}'"
    for place, kinds in enumerate(command.arguments):
        is_last = place + 1 == len(command.arguments)
        metavar = command.metavars[min(place, len(command.metavars) - 1)]
        where = "*" if is_last and command.repeats else str(place + 1)
        # Nothing, not even a message, where nothing can be said: a message keeps options from being inserted.
        action = "()" if kinds == (ANYTHING,) else _action(kinds, shelf)
        yield _quoted(f"{where}:{_message(metavar)}:{action}")


def _spec(option: Option, shelf: Shelf) -> str:
    """How _arguments wants it: what it excludes, its spellings, its help, and what completes its value."""
    value = ""
    if option.value is not None:
        mark = "::" if option.value_is_optional else ":"
        value = f"{mark}{_message(option.metavar)}:{_action((option.value,), shelf)}"
    help_text = option.help.replace("\\", "\\\\").replace("[", "\\[").replace("]", "\\]")
    excluded = _excluded(option)
    specs = [_one_spec(option.spellings, excluded, f"[{help_text}]{value}", takes_value=option.value is not None)]
    for negation in option.negations:
        opposite = next(word for word in option.spellings if word.startswith("--"))
        specs.append(_one_spec((negation,), excluded, f"[The opposite of {opposite}]", takes_value=False))
    return " \\\n    ".join(specs)


def _excluded(option: Option) -> str:
    if option.is_repeatable:
        return "*"
    if "--help" in option.spellings:
        return "(- *)"
    return f"({' '.join(option.all_spellings)})" if len(option.all_spellings) > 1 else ""


def _one_spec(spellings: tuple[str, ...], excluded: str, rest: str, *, takes_value: bool) -> str:
    marked = [f"{word}{('=' if word.startswith('--') else '+') if takes_value else ''}" for word in spellings]
    if len(marked) == 1:
        return _quoted(f"{excluded}{marked[0]}{rest}")
    return f"{_quoted(excluded)}{{{','.join(marked)}}}{_quoted(rest)}"


def _action(kinds: tuple[str, ...], shelf: Shelf) -> str:
    if kinds == (ANYTHING,):
        return " "
    if len(kinds) == 1 and kinds[0] not in BUILT_IN and _stands_inline(shelf.words[kinds[0]]):
        return f"({' '.join(shelf.words[kinds[0]])})"
    return f" _nettools_offer {' '.join(kinds)}"


def _message(metavar: str) -> str:
    return metavar.replace(":", "\\:")


def _quoted(text: str) -> str:
    quoted = text.replace("'", "'\\''")
    return f"'{quoted}'"
