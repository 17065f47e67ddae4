"""The contract of documents and lines, as tests hold it: the closed schema, I-JSON, the order of keys.

check_document(run("subnet", "192.0.2.0/24", "--json").raw_stdout)
check_lines("subnet-lines", run("subnet", "192.0.2.0/24", "-f", "jsonl").raw_stdout)
"""

import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator

FOLDER = Path(__file__).resolve().parents[1] / "nettools" / "schemas"

LARGEST = (1 << 53) - 1
"""Of the integers that every reader takes as they are: RFC 7493 §2.2."""


@cache
def schema(name: str) -> dict[str, Any]:
    """The schema as it ships."""
    found: dict[str, Any] = json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))
    return found


def closed(schema: Any) -> Any:
    """A copy in which every object forbids further keys."""
    if isinstance(schema, list):
        return [closed(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    copy = {key: closed(value) for key, value in schema.items()}
    if isinstance(copy.get("properties"), dict) and "additionalProperties" not in copy:
        copy["additionalProperties"] = False
    return copy


@cache
def _validator(name: str) -> Draft202012Validator:
    Draft202012Validator.check_schema(schema(name))
    return Draft202012Validator(closed(schema(name)))


def check_document(octets: bytes) -> dict[str, Any]:
    """Hold one document to the schema that it names; returns it."""
    document: dict[str, Any] = json.loads(octets)
    assert octets.endswith(b"}\n")
    check_value(document["schema"].removeprefix("nettools.").removesuffix("/1"), document)
    return document


def check_lines(name: str, octets: bytes) -> list[dict[str, Any]]:
    """Hold each line of JSONL to a schema; returns them."""
    lines: list[dict[str, Any]] = [json.loads(line) for line in octets.splitlines()]
    assert lines
    for line in lines:
        check_value(name, line)
    return lines


def check_value(name: str, value: object) -> None:
    """Hold a document or a line to the closed schema, to I-JSON, and to the order of the schema's keys."""
    _validator(name).validate(value)
    for one in _parts(value):
        assert not isinstance(one, int) or abs(one) <= LARGEST, one
        assert not isinstance(one, str) or one.encode("utf-8", "surrogatepass").decode("utf-8", "strict") == one
        assert not isinstance(one, float) or one == one
    root = schema(name)
    assert _is_ordered(value, root, root), "the keys are in another order than in the schema"


def _parts(value: object) -> Iterator[object]:
    yield value
    if isinstance(value, dict):
        for key, inner in value.items():
            yield key
            yield from _parts(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _parts(inner)


def _is_ordered(value: object, form: dict[str, Any], root: dict[str, Any]) -> bool:
    """Whether the keys of every object stand in the order of one of the forms that it may have."""
    if "$ref" in form:
        form = root["$defs"][form["$ref"].rpartition("/")[2]]
    options = (*form.get("anyOf", ()), *form.get("oneOf", ()))
    if options:
        return any(_is_ordered(value, one, root) for one in options)
    if isinstance(value, list):
        return all(_is_ordered(one, form.get("items", {}), root) for one in value)
    properties = form.get("properties")
    if not isinstance(value, dict) or properties is None:
        return True
    return list(value) == [key for key in properties if key in value] and all(
        _is_ordered(inner, properties[key], root) for key, inner in value.items()
    )
