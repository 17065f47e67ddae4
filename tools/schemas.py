"""The JSON Schemas of all documents, generated from the record classes that the documents are made of.

    python tools/schemas.py write      rewrite nettools/schemas/
    python tools/schemas.py --check    exit 1 and show the difference when a file is out of date

JSON Schema draft 2020-12. Readers may meet further keys within a version, so none is forbidden.
"""

import difflib
import json
import sys
from collections.abc import Iterator
from dataclasses import is_dataclass
from datetime import datetime
from enum import Enum
from ipaddress import IPv4Address, IPv6Address
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from nettools.core.connect.report import CatReport
from nettools.core.error_report import ErrorReport
from nettools.core.ifaces.report import IfacesReport
from nettools.core.port_service import ServiceReport
from nettools.core.prefix import Prefix
from nettools.core.rdns.report import RdnsReport
from nettools.core.record import Column, columns
from nettools.core.relay.events import RelayEvent
from nettools.core.resolve.report import ResolveReport
from nettools.core.route.explanation import ExplainReport
from nettools.core.route.report import RouteReport
from nettools.core.scan.report import ScanReport
from nettools.core.subnet.lists import ComparisonReport, FilterReport, NetworkListReport, RelationReport
from nettools.core.subnet.mac import MacReport
from nettools.core.subnet.report import SubnetReport

REPORTS: dict[str, type] = {
    "cat": CatReport,
    "error": ErrorReport,
    "events": RelayEvent,
    "ifaces": IfacesReport,
    "port-service": ServiceReport,
    "rdns": RdnsReport,
    "resolve": ResolveReport,
    "route": RouteReport,
    "route-explain": ExplainReport,
    "scan": ScanReport,
    "subnet": SubnetReport,
    "subnet-compare": ComparisonReport,
    "subnet-filter": FilterReport,
    "subnet-list": NetworkListReport,
    "subnet-mac": MacReport,
    "subnet-relation": RelationReport,
}
FOLDER = Path(__file__).parent.parent / "nettools" / "schemas"

_DECIMAL = {"type": "string", "pattern": "^-?[0-9]+$"}
_SCALARS: dict[object, dict[str, Any]] = {
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


def schema_of(report: type) -> dict[str, Any]:
    """The schema of the document that a report becomes."""
    definitions: dict[str, Any] = {}
    document = _object_schema(report, definitions)
    name: str = report.SCHEMA  # type: ignore[attr-defined]
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": name,
        "description": _summary(report),
        "type": "object",
        "properties": {"schema": {"const": name}, **document["properties"]},
        "required": ["schema", *document["required"]],
        "$defs": dict(sorted(definitions.items())),
    }


def _object_schema(record: type, definitions: dict[str, Any]) -> dict[str, Any]:
    hints = get_type_hints(record)
    properties = {one.key: _field_schema(one, hints[one.name], definitions) for one in columns(record)}
    return {
        "description": _summary(record),
        "type": "object",
        "properties": properties,
        "required": list(properties),
    }


def _field_schema(one: Column, hint: object, definitions: dict[str, Any]) -> dict[str, Any]:
    schema = _schema(hint, definitions)
    if one.decimal:
        schema = _any_of([_DECIMAL, {"type": "null"}]) if NoneType in get_args(hint) else _DECIMAL
    return {"title": one.title, **schema} if one.title else schema


def _schema(hint: object, definitions: dict[str, Any]) -> dict[str, Any]:
    if hint in _SCALARS:
        return _SCALARS[hint]
    origin, arguments = get_origin(hint), get_args(hint)
    if origin in (Union, UnionType):
        return _any_of([_schema(option, definitions) for option in arguments])
    if origin is Literal:
        return {"enum": list(arguments)}
    if origin is tuple:
        return {"type": "array", "items": _schema(arguments[0], definitions)}
    if origin is dict and "Json" in str(arguments[1]):  # any value: the alias names itself
        return {"type": "object"}
    if origin is dict:
        return {"type": "object", "additionalProperties": _schema(arguments[1], definitions)}
    if isinstance(hint, type) and issubclass(hint, Enum):
        return {"enum": [member.value for member in hint]}
    if isinstance(hint, type) and is_dataclass(hint):
        if hint.__name__ not in definitions:
            definitions[hint.__name__] = {}
            definitions[hint.__name__] = _object_schema(hint, definitions)
        return {"$ref": f"#/$defs/{hint.__name__}"}
    raise TypeError(f"no JSON Schema for {hint}")


def _any_of(options: list[dict[str, Any]]) -> dict[str, Any]:
    """The options as one schema: a list of types where they are nothing but types."""
    unique = [option for place, option in enumerate(options) if option not in options[:place]]
    if len(unique) == 1:
        return unique[0]
    if all(set(option) == {"type"} for option in unique):
        return {"type": [option["type"] for option in unique]}
    return {"anyOf": unique}


def _summary(record: type) -> str:
    return (record.__doc__ or "").partition("\n")[0]


def _files() -> Iterator[tuple[Path, str]]:
    for name, report in REPORTS.items():
        yield FOLDER / f"{name}.json", json.dumps(schema_of(report), indent=2) + "\n"


def main(arguments: list[str]) -> int:
    """``write`` or ``--check``."""
    if arguments not in (["write"], ["--check"]):
        sys.stderr.write(f"usage: {sys.argv[0]} write|--check\n")
        return 2
    stale = 0
    for path, text in _files():
        current = path.read_text() if path.exists() else ""
        if current == text:
            continue
        if arguments == ["write"]:
            path.write_text(text)
            continue
        stale = 1
        lines = difflib.unified_diff(current.splitlines(True), text.splitlines(True), str(path), "generated")
        sys.stdout.writelines(lines)
    return stale


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
