"""``nettools schema``: the JSON Schema of a command's documents."""

import os
from typing import Annotated

import typer
from typer.core import TyperCommand

from nettools.commands._command import build
from nettools.commands._session import Session
from nettools.core.text import quoted
from nettools.errors import OptionError
from nettools.render.format import Format

EPILOG = """\
\b
Examples:
  nettools schema subnet
  nettools schema scan --output scan.schema.json
"""

_FOLDER = os.path.join(os.path.dirname(os.path.dirname(__file__)), "schemas")


def build_command() -> TyperCommand:
    """The command for the table."""
    return build("schema", schema, epilog=EPILOG)


def schema(
    session: Session,
    command: Annotated[str, typer.Argument(metavar="COMMAND", help="The command, or error for a failed request.")],
) -> int:
    """Print the JSON Schema (draft 2020-12) of the documents that a command prints with --json."""
    if session.options.format not in (Format.TABLE, Format.JSON):
        raise OptionError(f"a schema is JSON, not {session.options.format}", hint="leave out --format")
    known = sorted(name.removesuffix(".json") for name in os.listdir(_FOLDER) if name.endswith(".json"))
    if command not in known:
        raise OptionError(f"there is no schema {quoted(command)}", hint=f"there are {', '.join(known)}")
    with open(os.path.join(_FOLDER, f"{command}.json"), encoding="utf-8") as file:
        session.output.write(file.read())
    return 0
