"""Result records: how a field is described once, and how a record becomes JSON values or flat cells.

A record is a frozen, slotted, keyword-only dataclass with real types. A field's column title, alignment
and JSON key stand in its metadata (``field(metadata=column("Port", align="right"))``); tables, CSV, JSON,
the JSON Schemas and the documents all walk that one description.
"""

from collections.abc import Callable, Iterator
from dataclasses import fields, is_dataclass
from datetime import UTC, datetime
from enum import Enum
from functools import cache
from ipaddress import IPv4Address, IPv6Address
from types import UnionType
from typing import Literal, NamedTuple, Union, get_args, get_origin, get_type_hints

from nettools.core.address import format_address
from nettools.core.prefix import Prefix
from nettools.core.text import SafeText, without_surrogates

Json = None | bool | int | float | str | list["Json"] | dict[str, "Json"]
Cell = None | bool | int | float | str
Align = Literal["left", "right"]


def column(
    title: str,
    *,
    align: Align = "left",
    key: str | None = None,
    decimal: bool = False,
    when_present: bool = False,
    internal: bool = False,
) -> dict[str, object]:
    """The metadata of a record's field.

    ``key`` is the JSON name where Python's own words forbid it (``class``). ``decimal`` makes an integer a
    decimal string in JSON, for counts that can pass 2^53 (RFC 7493 §2.2). ``when_present`` leaves the row out
    of a drawn record when the value is absent. ``internal`` keeps the field out of every output.
    """
    return {
        "title": title,
        "align": align,
        "key": key,
        "decimal": decimal,
        "when_present": when_present,
        "internal": internal,
    }


class Column(NamedTuple):
    """One described field of a record class."""

    name: str
    title: str
    align: Align
    key: str
    decimal: bool
    when_present: bool


@cache
def columns(record_class: type) -> tuple[Column, ...]:
    """The described fields of a record class, in their order."""
    found: list[Column] = []
    for item in fields(record_class):
        about = item.metadata
        if about.get("internal"):
            continue
        found.append(
            Column(
                name=item.name,
                title=about.get("title", item.name),
                align=about.get("align", "left"),
                key=about.get("key") or item.name,
                decimal=bool(about.get("decimal")),
                when_present=bool(about.get("when_present")),
            )
        )
    return tuple(found)


def to_json(value: object) -> Json:
    """A record, or anything that stands in one, as values that JSON has.

    Raises TypeError for a type that no record may hold.
    """
    encode = _SCALARS.get(type(value))
    if encode is not None:
        return encode(value)
    if isinstance(value, (tuple, list)):
        return [to_json(item) for item in value]
    if isinstance(value, dict):
        return {str(key): to_json(item) for key, item in value.items()}
    if isinstance(value, Enum):
        return to_json(value.value)
    if is_dataclass(value) and not isinstance(value, type):
        return {
            one.key: _decimal(getattr(value, one.name)) if one.decimal else to_json(getattr(value, one.name))
            for one in columns(type(value))
        }
    raise TypeError(f"{type(value).__name__} cannot stand in a result record")


def _decimal(value: int | None) -> str | None:
    return None if value is None else str(value)


def _rfc3339(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _itself(value: Json) -> Json:
    return value


_SCALARS: dict[type, Callable[..., Json]] = {
    type(None): _itself,
    bool: _itself,
    int: _itself,
    float: _itself,
    str: without_surrogates,
    SafeText: str,
    IPv4Address: format_address,
    IPv6Address: format_address,
    Prefix: str,
    datetime: _rfc3339,
}


def flat_header(record_class: type, prefix: str = "") -> list[str]:
    """The cell names of a record: JSON keys, those of a record inside joined with a dot."""
    names: list[str] = []
    for one, inner in _flat_columns(record_class):
        names += flat_header(inner, f"{prefix}{one.key}.") if inner else [prefix + one.key]
    return names


def flat_cells(record: object) -> list[Cell]:
    """The values of a record, one for each name of ``flat_header``; a list becomes one text cell."""
    return list(_cells(type(record), record))


def _cells(record_class: type, record: object | None) -> Iterator[Cell]:
    for one, inner in _flat_columns(record_class):
        value = None if record is None else getattr(record, one.name)
        if inner:
            yield from _cells(inner, value)
        else:
            yield _cell(value)


def _cell(value: object) -> Cell:
    if isinstance(value, SafeText):
        return value  # to_json would make it text that is still to be escaped
    if isinstance(value, (tuple, list)):
        return "; ".join(str(_cell(item)) for item in value) or None
    if isinstance(value, dict):
        return "; ".join(f"{key}={_cell(item)}" for key, item in value.items()) or None
    if is_dataclass(value) and not isinstance(value, (type, Prefix)):
        return str(_cell(getattr(value, fields(value)[0].name)))
    plain = to_json(value)
    return plain if plain is None or isinstance(plain, (bool, int, float, str)) else str(plain)


@cache
def _flat_columns(record_class: type) -> tuple[tuple[Column, type | None], ...]:
    hints = get_type_hints(record_class)
    return tuple((one, _record_type(hints[one.name])) for one in columns(record_class))


def _record_type(hint: object) -> type | None:
    """The record class that a field holds directly or as an option; None for lists and scalars."""
    options = get_args(hint) if get_origin(hint) in (Union, UnionType) else (hint,)
    for option in options:
        if isinstance(option, type) and is_dataclass(option) and option is not Prefix:
            return option
    return None
