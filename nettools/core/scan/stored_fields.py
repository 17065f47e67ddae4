"""The members of an object from a file, each of the type that it must have, or an error that says where."""

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Final, NoReturn, TypeVar

from nettools.core.address import Address, parse_address
from nettools.core.text import quoted, safe
from nettools.errors import AddressError, InputError

_KINDS: Final[dict[type, str]] = {
    type(None): "null",
    bool: "a boolean",
    int: "a number",
    float: "a number",
    str: "a text",
    list: "a list",
    dict: "an object",
}
Word = TypeVar("Word", bound=str)

_LARGEST: Final = 1 << 63
_DECIMAL: Final = re.compile(r"[0-9]{1,60}\Z", re.ASCII)


class Fields:
    """One object. ``where`` is its place in a document, as ``hosts[3]``, empty for the outermost."""

    __slots__ = ("_body", "source", "where")

    def __init__(self, body: object, source: str, where: str = "") -> None:
        self.source = source
        self.where = where
        self._body: dict[str, object] = body if isinstance(body, dict) else self.wrong("", body, "an object")

    def wrong(self, key: str, value: object, wanted: str) -> NoReturn:
        """Raises InputError: the member is not what it must be."""
        place = ".".join(part for part in (self.where, key) if part)
        shown = quoted(value) if isinstance(value, str) else _KINDS.get(type(value), "something else")
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            shown = str(value)[:40]
        self.fail(f"{place} is {shown}, expected {wanted}" if place else f"is {shown}, expected {wanted}")

    def fail(self, why: str) -> NoReturn:
        """Raises InputError about the file that this stands in."""
        raise InputError(f"{self.source}: {why}")

    def has(self, key: str) -> bool:
        """Whether the member is there and not null."""
        return self._body.get(key) is not None

    def raw(self, key: str) -> object:
        """The member as it is. Raises InputError when it is missing."""
        if key not in self._body:
            place = ".".join(part for part in (self.where, key) if part)
            self.fail(f"{safe(place)} is missing")
        return self._body[key]

    def text(self, key: str) -> str:
        value = self.raw(key)
        return value if isinstance(value, str) else self.wrong(key, value, "a text")

    def optional_text(self, key: str) -> str | None:
        return self.text(key) if self.has(key) else None

    def one_of(self, key: str, known: tuple[Word, ...]) -> Word:
        """One of the words that are known."""
        value = self.raw(key)
        for word in known:
            if value == word:
                return word
        return self.wrong(key, value, ", ".join(known[:-1]) + f" or {known[-1]}")

    def flag(self, key: str) -> bool:
        value = self.raw(key)
        return value if isinstance(value, bool) else self.wrong(key, value, "true or false")

    def whole(self, key: str, most: int = _LARGEST) -> int:
        """A whole number from 0; one that can pass 2^53 is a decimal text (RFC 7493 §2.2)."""
        value = self.raw(key)
        if most == _LARGEST and isinstance(value, str) and _DECIMAL.match(value):
            return int(value)
        if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= most:
            return value
        return self.wrong(key, value, "a whole number" if most == _LARGEST else f"a whole number up to {most}")

    def number(self, key: str) -> float | None:
        """A number from 0, or null."""
        if not self.has(key):
            return None
        value = self.raw(key)
        if isinstance(value, (int, float)) and not isinstance(value, bool) and 0 <= value < _LARGEST:
            return float(value)
        return self.wrong(key, value, "a number")

    def address(self, key: str) -> Address:
        value = self.raw(key)
        try:
            return parse_address(value) if isinstance(value, str) else self.wrong(key, value, "an address")
        except AddressError:
            self.wrong(key, value, "an address")

    def moment(self, key: str) -> datetime:
        """A time with its offset from UTC (RFC 3339)."""
        value = self.raw(key)
        try:
            moment = datetime.fromisoformat(value) if isinstance(value, str) else None
        except ValueError:
            moment = None
        return moment if moment and moment.tzinfo else self.wrong(key, value, "a time like 2026-01-31T12:00:00Z")

    def inner(self, key: str) -> "Fields":
        """The object that is the member."""
        return Fields(self.raw(key), self.source, f"{self.where}.{key}" if self.where else key)

    def items(self, key: str) -> Iterator["Fields"]:
        """The objects in the list that is the member."""
        place = f"{self.where}.{key}" if self.where else key
        for number, item in enumerate(self._list(key)):
            yield Fields(item, self.source, f"{place}[{number}]")

    def texts(self, key: str) -> tuple[str, ...]:
        """The texts in the list that is the member."""
        found = self._list(key)
        return tuple(one if isinstance(one, str) else self.wrong(key, one, "a list of texts") for one in found)

    def members(self) -> Iterator[tuple[str, object]]:
        """All of them."""
        return iter(self._body.items())

    def _list(self, key: str) -> list[object]:
        value = self.raw(key)
        return value if isinstance(value, list) else self.wrong(key, value, "a list")
