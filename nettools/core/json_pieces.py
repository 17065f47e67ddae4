"""One JSON object from a stream of text, its long lists item by item, so that a document may be larger than memory.

RFC 8259; NaN and Infinity, which are no JSON, are refused.
"""

import json
from collections.abc import Collection, Iterator
from typing import Final, NoReturn

LONGEST_ITEM: Final = 1 << 26
"""More characters than this for one member or item are refused."""

_LONGEST_LITERAL: Final = 16
"""A number or word that the text broke off in is not longer, or it is a fault before."""

_BLANKS: Final = " \t\r\n"


class BrokenJson(ValueError):
    """The text is no JSON, or not what was expected: in which line of it, and why."""

    def __init__(self, line: int, why: str) -> None:
        super().__init__(why)
        self.line = line
        self.why = why


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is no JSON")


DECODER: Final = json.JSONDecoder(parse_constant=_refuse)


def decoded(text: str, line: int) -> object:
    """The value that is the whole text. Raises BrokenJson, which counts the text's lines from ``line``."""
    try:
        return DECODER.decode(text)
    except RecursionError:
        raise BrokenJson(line, "is nested too deeply") from None
    except json.JSONDecodeError as error:
        raise BrokenJson(line + error.lineno - 1, f"is no JSON: {error.msg}") from None
    except ValueError as error:
        raise BrokenJson(line, f"is no JSON: {error}") from None


class JsonPieces:
    """Reads the members of one object; what is read is forgotten."""

    def __init__(self, chunks: Iterator[str]) -> None:
        self._chunks = chunks
        self._text = ""
        self._place = 0
        self._line = 1
        """The line that ``_text`` begins in."""

    def members(self, listed: Collection[str]) -> Iterator[tuple[str, int | None, object]]:
        """(key, None, value) for each member; for a list whose key is in ``listed`` (key, number, item) for each item.

        Raises BrokenJson.
        """
        self._take("{", "a JSON document begins with '{'")
        separator = "" if self._next() != "}" else "}"
        while separator != "}":
            key = self._value()
            if not isinstance(key, str):
                raise self._fault("expected a key")
            self._take(":", "expected ':' after a key")
            if key in listed and self._next() == "[":
                yield from self._items(key)
            else:
                yield key, None, self._value()
            separator = self._next()
            if separator == ",":
                self._place += 1
            elif separator != "}":
                raise self._fault("expected ',' or '}'")
        self._place += 1
        if self._next():
            raise self._fault("something follows the document")

    def _items(self, key: str) -> Iterator[tuple[str, int, object]]:
        self._place += 1
        number = 0
        separator = self._next()
        while separator != "]":
            yield key, number, self._value()
            number += 1
            separator = self._next()
            if separator == ",":
                self._place += 1
            elif separator != "]":
                raise self._fault("expected ',' or ']'")
        self._place += 1

    def _take(self, wanted: str, otherwise: str) -> None:
        if self._next() != wanted:
            raise self._fault(otherwise)
        self._place += 1

    def _next(self) -> str:
        """The next character that is no blank, which stays where it is; nothing at the end."""
        while True:
            while self._place < len(self._text):
                if self._text[self._place] not in _BLANKS:
                    return self._text[self._place]
                self._place += 1
            if not self._grow():
                return ""

    def _value(self) -> object:
        if not self._next():
            raise self._fault("")
        while True:
            try:
                value, end = DECODER.raw_decode(self._text, self._place)
            except RecursionError:
                raise self._fault("is nested too deeply") from None
            except json.JSONDecodeError as error:
                self._read_on(error)
                continue
            except ValueError as error:
                raise self._fault(str(error)) from None
            may_go_on = isinstance(value, (int, float)) and len(self._text) - end < _LONGEST_LITERAL
            if may_go_on and self._grow():
                continue  # "1e" of "1e5" has been read as 1
            self._place = end
            return value

    def _read_on(self, error: json.JSONDecodeError) -> None:
        """Get more text where that may be all that is missing. Raises BrokenJson when it is not."""
        is_open_string = error.msg.startswith("Unterminated string")
        is_certain = not is_open_string and error.pos < len(self._text) - _LONGEST_LITERAL
        if len(self._text) - self._place > LONGEST_ITEM:
            raise self._fault(f"an item is longer than {LONGEST_ITEM:,} characters")
        if is_certain or not self._grow():
            place = len(self._text) if is_open_string else error.pos
            raise BrokenJson(self._line + self._text.count("\n", 0, place), self._why(place, error.msg))

    def _why(self, place: int, why: str) -> str:
        if not why or place >= len(self._text):
            return "is no whole document: it ends in the middle"
        return f"is no JSON: {why}"

    def _fault(self, why: str) -> BrokenJson:
        return BrokenJson(self._line + self._text.count("\n", 0, self._place), self._why(self._place, why))

    def _grow(self) -> bool:
        """At least as much text again as is left; whether there was any."""
        left = len(self._text) - self._place
        pieces: list[str] = []
        got = 0
        while got <= left:
            piece = next(self._chunks, None)
            if piece is None:
                break
            pieces.append(piece)
            got += len(piece)
        if not got:
            return False
        self._line += self._text.count("\n", 0, self._place)
        self._text = self._text[self._place :] + "".join(pieces)
        self._place = 0
        return True
