"""The keys of a schema and their types, a line each: what no later version within /1 may take away or retype.

``hosts[].ports[].rtt_ms  null|number``; ``[]`` is an item of a list, ``.*`` any key, ``<port>`` a line of that type.
"""

from collections.abc import Iterator
from typing import Any


def keys_text(schema: dict[str, Any]) -> str:
    """The lines, in the order of the schema."""
    rows = list(dict.fromkeys(_rows(schema, schema, "", ())))
    width = max((len(path) for path, _ in rows), default=0)
    return "".join(f"{path:<{width}}  {types}\n" for path, types in rows)


def read_keys(text: str) -> dict[str, str]:
    """Path -> types of what ``keys_text`` wrote; types of paths that stand there twice are joined."""
    found: dict[str, str] = {}
    for line in text.splitlines():
        path, types = line.rsplit(maxsplit=1)
        path = path.rstrip()
        found[path] = "|".join(sorted({*types.split("|"), *filter(None, found.get(path, "").split("|"))}))
    return found


def lost_keys(agreed: dict[str, str], now: dict[str, str]) -> list[str]:
    """What has gone or changed its type, in words; what has come is no loss."""
    return [
        f"{path} has gone" if path not in now else f"{path} was {types} and is {now[path]}"
        for path, types in agreed.items()
        if now.get(path) != types
    ]


def _rows(root: dict[str, Any], schema: dict[str, Any], path: str, above: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    reference = schema.get("$ref")
    if reference is not None:
        name = reference.rpartition("/")[2]
        if name not in above:  # a record inside itself
            yield from _rows(root, root["$defs"][name], path, (*above, name))
        return
    for option in (*schema.get("anyOf", ()), *schema.get("oneOf", ())):
        yield from _rows(root, option, path, above)
    properties = schema.get("properties", {})
    prefix = path + (f"<{properties['type']['const']}>" if "const" in properties.get("type", {}) else "")
    for key, inner in properties.items():
        here = f"{prefix}.{key}" if prefix else key
        yield here, "|".join(sorted(set(_types(root, inner))))
        yield from _rows(root, inner, here, above)
    if isinstance(schema.get("items"), dict):
        yield f"{path}[]", "|".join(sorted(set(_types(root, schema["items"]))))
        yield from _rows(root, schema["items"], f"{path}[]", above)
    if isinstance(schema.get("additionalProperties"), dict):
        inner = schema["additionalProperties"]
        yield f"{path}.*", "|".join(sorted(set(_types(root, inner))))
        yield from _rows(root, inner, f"{path}.*", above)


def _types(root: dict[str, Any], schema: dict[str, Any]) -> Iterator[str]:
    if "$ref" in schema:
        yield from _types(root, root["$defs"][schema["$ref"].rpartition("/")[2]])
    for option in (*schema.get("anyOf", ()), *schema.get("oneOf", ())):
        yield from _types(root, option)
    named = schema.get("type", ())
    yield from ((named,) if isinstance(named, str) else named)
    if "type" not in schema:
        constants = [schema["const"]] if "const" in schema else schema.get("enum", [])
        yield from (_NAMES[type(one)] for one in constants)


_NAMES = {str: "string", int: "integer", float: "number", bool: "boolean", type(None): "null"}
