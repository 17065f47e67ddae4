"""JSON Schema of a record class: its fields, their types, and what the source says of each.

Draft 2020-12. Readers may meet further keys within a version, so none is forbidden.
"""

import ast
import inspect
import textwrap
from dataclasses import is_dataclass
from datetime import datetime
from enum import Enum
from functools import cache
from ipaddress import IPv4Address, IPv6Address
from itertools import pairwise
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from nettools.core.prefix import Prefix
from nettools.core.record import Column, columns

JsonSchema = dict[str, Any]

DIALECT = "https://json-schema.org/draft/2020-12/schema"
_DECIMAL: JsonSchema = {"type": "string", "pattern": "^-?[0-9]+$"}
_SCALARS: dict[object, JsonSchema] = {
    NoneType: {"type": "null"},
    bool: {"type": "boolean"},
    int: {"type": "integer"},
    float: {"type": "number"},
    str: {"type": "string"},
    datetime: {"type": "string", "format": "date-time"},
    IPv4Address: {"type": "string", "format": "ipv4"},
    IPv6Address: {"type": "string", "description": "an IPv6 address, perhaps with a %zone"},
    Prefix: {"type": "string", "description": "a network in CIDR notation"},
}


def document_schema(name: str, report: type) -> JsonSchema:
    """The schema of the document that a report becomes; ``name`` is what ``nettools schema`` calls it."""
    definitions: JsonSchema = {}
    document = object_schema(report, definitions)
    title: str = report.SCHEMA  # type: ignore[attr-defined]
    return {
        "$schema": DIALECT,
        "$id": identifier(name, title),
        "title": title,
        "description": summary(report),
        "type": "object",
        "properties": {"schema": {"const": title}, **document["properties"]},
        "required": ["schema", *document["required"]],
        "$defs": dict(sorted(definitions.items())),
    }


def identifier(name: str, title: str) -> str:
    """The schema's own name, of which no reader fetches anything: ``urn:nettools:scan:1``."""
    return f"urn:nettools:{name}:{title.rpartition('/')[2]}"


def object_schema(record: type, definitions: JsonSchema) -> JsonSchema:
    """The schema of one record; the records inside it go into ``definitions``."""
    hints = get_type_hints(record)
    said = field_docs(record)
    properties = {
        one.key: _field_schema(one, hints[one.name], said.get(one.name), definitions) for one in columns(record)
    }
    return {
        "description": summary(record),
        "type": "object",
        "properties": properties,
        "required": list(properties),
    }


def _field_schema(one: Column, hint: object, said: str | None, definitions: JsonSchema) -> JsonSchema:
    schema = value_schema(hint, definitions)
    if one.decimal:
        schema = _any_of([_DECIMAL, {"type": "null"}]) if NoneType in get_args(hint) else _DECIMAL
    about = {"title": one.title} if one.title else {}
    return {**about, **schema, "description": said} if said else {**about, **schema}


def value_schema(hint: object, definitions: JsonSchema) -> JsonSchema:
    """The schema of a type that may stand in a record. Raises TypeError for any other."""
    if hint in _SCALARS:
        return _SCALARS[hint]
    origin, arguments = get_origin(hint), get_args(hint)
    if origin in (Union, UnionType):
        return _any_of([value_schema(option, definitions) for option in arguments])
    if origin is Literal:
        return {"enum": list(arguments)}
    if origin is tuple:
        return {"type": "array", "items": value_schema(arguments[0], definitions)}
    if origin is dict and "Json" in str(arguments[1]):  # any value: the alias names itself
        return {"type": "object"}
    if origin is dict:
        return {"type": "object", "additionalProperties": value_schema(arguments[1], definitions)}
    if isinstance(hint, type) and issubclass(hint, Enum):
        return {"enum": [member.value for member in hint]}
    if isinstance(hint, type) and is_dataclass(hint):
        if hint.__name__ not in definitions:
            definitions[hint.__name__] = {}
            definitions[hint.__name__] = object_schema(hint, definitions)
        return {"$ref": f"#/$defs/{hint.__name__}"}
    raise TypeError(f"no JSON Schema for {hint}")


def _any_of(options: list[JsonSchema]) -> JsonSchema:
    """The options as one schema: a list of types where they are nothing but types."""
    unique = [option for place, option in enumerate(options) if option not in options[:place]]
    if len(unique) == 1:
        return unique[0]
    if all(set(option) == {"type"} for option in unique):
        return {"type": [option["type"] for option in unique]}
    return {"anyOf": unique}


def summary(record: type) -> str:
    """What the class says of itself."""
    return plain_words((inspect.getdoc(record) or "").partition("\n\n")[0])


def plain_words(text: str) -> str:
    """A docstring as one line without marks: None is what JSON calls null.

    >>> plain_words("``data`` as it is;\\n    None where there is none.")
    'data as it is; null where there is none.'
    """
    words = " ".join(text.split()).replace("``", "")
    return " ".join(
        {"None": "null", "None.": "null.", "None:": "null:", "None,": "null,"}.get(one, one) for one in words.split()
    )


@cache
def field_docs(record: type) -> dict[str, str]:
    """What stands under each field of a class in its source; the interpreter does not keep it."""
    tree = ast.parse(textwrap.dedent(inspect.getsource(record)))
    body = tree.body[0].body if isinstance(tree.body[0], ast.ClassDef) else []
    found: dict[str, str] = {}
    for field, behind in pairwise(body):
        if isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name) and isinstance(behind, ast.Expr):
            value = behind.value
            if isinstance(value, ast.Constant) and isinstance(value.value, str):
                found[field.target.id] = plain_words(value.value)
    return found
