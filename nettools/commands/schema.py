"""``nettools schema``: the JSON Schemas of documents and of lines, and which there are."""

import json
import os
from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from typing import Annotated, cast

import typer
from typer.core import TyperCommand

from nettools.commands._answers import Answer, ListLayout
from nettools.commands._command import build
from nettools.commands._session import Session
from nettools.core.schema_list import SchemaEntry, SchemaList
from nettools.core.text import quoted
from nettools.errors import OptionError
from nettools.render.format import COMMON_FORMATS, Format
from nettools.render.output import Output
from nettools.render.style import Canvas

EPILOG = """\
\b
Examples:
  # which schemas there are
  nettools schema
  # the documents of a command
  nettools schema subnet
  # the lines that scan --format jsonl prints
  nettools schema scan-lines
  # a file to validate with
  nettools schema scan --output scan.schema.json
"""

_FOLDER = os.path.join(os.path.dirname(os.path.dirname(__file__)), "schemas")


def build_command() -> TyperCommand:
    """The command for the table."""
    return build("schema", schema, epilog=EPILOG, usable_formats=_usable_formats)


def _usable_formats(values: Mapping[str, object]) -> tuple[Format, ...]:
    return COMMON_FORMATS if values["name"] is None else (Format.TABLE, Format.JSON)


def schema(
    session: Session,
    name: Annotated[
        str | None,
        typer.Argument(
            metavar="NAME", help="A command, or another name of the list; with -lines: of what --format jsonl prints."
        ),
    ] = None,
) -> int:
    """Print a JSON Schema (draft 2020-12): what a script may rely on in a document, or in a line.

    Without NAME the schemas are listed. Within a version (the /1) keys are added, never removed or changed in type.
    """
    known = _names()
    if name is None:
        return session.answer(_LAYOUT, (Answer(place, _entry(one)) for place, one in enumerate(known)))
    if session.options.format not in (Format.TABLE, Format.JSON):
        raise OptionError(f"a schema is JSON, not {session.options.format}", hint="leave out --format")
    if name not in known:
        close = get_close_matches(name, known, n=3, cutoff=0.6)
        hint = f"did you mean {' or '.join(close)}?" if close else "nettools schema lists them"
        raise OptionError(f"there is no schema {quoted(name)}", hint=hint)
    session.output.write(_text(name))
    return 0


def _names() -> list[str]:
    return sorted(name.removesuffix(".json") for name in os.listdir(_FOLDER) if name.endswith(".json"))


def _text(name: str) -> str:
    with open(os.path.join(_FOLDER, f"{name}.json"), encoding="utf-8") as file:
        return file.read()


def _entry(name: str) -> SchemaEntry:
    described = json.loads(_text(name))
    return SchemaEntry(name=name, title=described["title"], description=described["description"])


def _draw(output: Output, canvas: Canvas, records: Iterable[object]) -> None:
    from nettools.render.schema import draw_schemas

    draw_schemas(output, canvas, cast("Iterable[SchemaEntry]", records))


_LAYOUT = ListLayout(
    schema=SchemaList.SCHEMA, list_key="schemas", line_type="schema", row_class=SchemaEntry, draw=_draw
)
