"""mdoc(7) from text: what is typed in a terminal must come out as it was, and no word be taken for a macro.

Sources: mdoc(7) and mandoc_char(7) of mandoc 1.14, groff_char(7) of groff 1.22.
"""

import re
from collections.abc import Iterable, Iterator

_ESCAPES = {
    "\\": "\\e",
    "-": "\\-",  # a hyphen that may be copied; the bare one is typographic
    "'": "\\(aq",
    "`": "\\(ga",
    '"': "\\(dq",
    "^": "\\(ha",
    "~": "\\(ti",
}
_MACRO_LIKE = re.compile(r"%?[A-Z][a-z0-9]{1,2}\Z|[^\w\s]+\Z")
"""Words that mdoc may call as macros, or take for delimiters."""
_SENTENCE_END = re.compile(r"(?<=[\w)\]\"'][.?!]) +(?=[A-Z])")


def escaped(text: str) -> str:
    r"""Text in which no character has a meaning for roff. Raises ValueError for control characters.

    >>> escaped("-p 'a\\b'")
    '\\-p \\(aqa\\eb\\(aq'
    """
    return "".join(map(_escape, text))


def _escape(character: str) -> str:
    if character in _ESCAPES:
        return _ESCAPES[character]
    if " " <= character <= "~":
        return character
    if character < "\xa0" or "\ud800" <= character <= "\udfff":
        raise ValueError(f"{character!r} has no place in a manual page")
    return f"\\[u{ord(character):04X}]"


def argument(text: str) -> str:
    """One argument of a macro, whatever stands in it."""
    guard = "\\&" if _MACRO_LIKE.match(text) else ""
    made = guard + escaped(text)
    return f'"{made}"' if " " in made or not made else made


def macro(name: str, *arguments: str) -> str:
    """A line that calls a macro with these arguments."""
    return " ".join([f".{name}", *map(argument, arguments)])


def prose(text: str) -> Iterator[str]:
    """Lines of running text, a new one for each sentence, as mdoc wants it."""
    for sentence in _SENTENCE_END.split(" ".join(text.split())):
        yield literal_line(sentence)


def literal_line(text: str) -> str:
    """One line that is no request; an empty one stays a line."""
    made = escaped(text)
    return f"\\&{made}" if not made or made[0] in ". " else made


def literal(lines: Iterable[str]) -> Iterator[str]:
    """Lines that are shown as they are."""
    yield ".Bd -literal -offset indent"
    yield from map(literal_line, lines)
    yield ".Ed"


def tagged(rows: Iterable[tuple[str, str]], *, width: str = "Ds", compact: bool = False) -> Iterator[str]:
    """A list of heads, which are macros with their arguments already, and what each means."""
    yield f".Bl -tag -width {width}{' -compact' if compact else ''}"
    for head, text in rows:
        yield f".It {head}"
        yield from prose(text)
    yield ".El"
