"""Where in a TOML file each key stands: ``tomllib`` tells the values alone.

The text is one that ``tomllib`` has taken, so nothing is judged here: it is walked statement by statement, strings and
comments are passed over, and the line of each key is noted (TOML 1.0, https://toml.io/en/v1.0.0).
"""

import re
import tomllib
from typing import Final

Path = tuple[str, ...]

DEEPEST: Final = 8
"""Parts of a path that are noted: no setting has more than two, and a key may have thousands."""

# No group is possessive: before Python 3.11.5 such a group can go wrong (gh-106052).
# A run of three to five quotes ends a text of several lines: up to two of them belong to it (TOML 1.0, "String").
_STRING: Final = re.compile(
    r'"""(?:[^"\\]|\\[\s\S]|"{1,2}(?!"))*"{3,5}'
    r"|'''(?:[^']|'{1,2}(?!'))*'{3,5}"
    r'|"(?:[^"\\\n]|\\.)*"'
    r"|'[^'\n]*+'"
)
_BARE_KEY: Final = re.compile(r"[A-Za-z0-9_-]+")
_BLANK: Final = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
_SPACE: Final = re.compile(r"[ \t]*+")
_SCALAR: Final = re.compile(r"[^,\]}#\n]++")


def key_lines(text: str) -> dict[Path, int]:
    """The line, from 1, on which each key or table stands first; an element of an array has the path of the array.

    >>> key_lines('a = 1\\n[scan]\\ntimeout = "2s"\\n')
    {('a',): 1, ('scan',): 2, ('scan', 'timeout'): 3}
    """
    return _Walk(text).places


class _Walk:
    """One pass over a text."""

    def __init__(self, text: str) -> None:
        self.places: dict[Path, int] = {}
        self._text = text
        self._at = 0
        self._counted_to = 0
        self._line = 1
        table: Path = ()
        while self._skip(_BLANK) < len(text):
            if text[self._at] == "[":
                self._at += 2 if text.startswith("[[", self._at) else 1
                table = self._key(())
                self._at = text.index("]", self._at)
                self._at += 2 if text.startswith("]]", self._at) else 1
            else:
                self._value(self._key(table))

    def _skip(self, pattern: re.Pattern[str]) -> int:
        found = pattern.match(self._text, self._at)
        assert found is not None, "tomllib has taken this text"
        self._at = found.end()
        return self._at

    def _key(self, table: Path) -> Path:
        """A key with its dots, and the ``=`` behind it where there is one; each of its parts is a place."""
        path = table
        while True:
            self._skip(_SPACE)
            part = self._key_part()
            if len(path) < DEEPEST:
                path = (*path, part)
                self._note(path)
            self._skip(_SPACE)
            if self._text[self._at] != ".":
                break
            self._at += 1
        if self._text[self._at] == "=":
            self._at += 1
        return path

    def _key_part(self) -> str:
        start = self._at
        is_quoted = self._text[start] in "\"'"
        raw = self._text[start : self._skip(_STRING if is_quoted else _BARE_KEY)]
        return str(tomllib.loads(f"key = {raw}")["key"]) if is_quoted else raw

    def _note(self, path: Path) -> None:
        self._line += self._text.count("\n", self._counted_to, self._at)
        self._counted_to = self._at
        self.places.setdefault(path, self._line)

    def _value(self, path: Path) -> None:
        """A value, however deep; the keys of inline tables are places too."""
        within: list[tuple[str, Path]] = []
        while True:
            self._skip(_BLANK)
            mark = self._text[self._at]
            if mark in "[{":
                self._at += 1
                within.append((mark, path))
            else:
                self._skip(_STRING if mark in "\"'" else _SCALAR)
            following = self._next_value(within, is_first=mark in "[{")
            if following is None:
                return
            path = following

    def _next_value(self, within: list[tuple[str, Path]], *, is_first: bool) -> Path | None:
        """Whose value comes next inside the open brackets; None when all of them are closed."""
        while within:
            self._skip(_BLANK)
            if self._text[self._at] in "]}":
                self._at += 1
                within.pop()
                is_first = False
                continue
            if not is_first:
                self._at += 1  # the comma
                self._skip(_BLANK)
                if self._text[self._at] in "]}":
                    is_first = True
                    continue
            kind, path = within[-1]
            return self._key(path) if kind == "{" else path
        return None
