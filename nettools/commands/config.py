"""``nettools config``: each setting, its value, and where it came from."""

from collections.abc import Mapping
from typing import Annotated, Final

import typer
from typer.core import TyperCommand

from nettools.commands._command import build
from nettools.commands._session import Session
from nettools.errors import OptionError
from nettools.render.format import COMMON_FORMATS, Format

EPILOG: Final = """\
\b
Examples:
  # what holds, and where it was set
  nettools config
  # one setting, for a script
  nettools config scan.timeout --json
  # which file is read
  nettools config --path
  # a file to begin with
  nettools config --template
"""


def build_command() -> TyperCommand:
    """The command for the table."""
    return build("config", config, epilog=EPILOG, usable_formats=_usable_formats)


def _usable_formats(values: Mapping[str, object]) -> tuple[Format, ...]:
    return (Format.TABLE,) if values["path"] or values["template"] else COMMON_FORMATS


def config(
    session: Session,
    setting: Annotated[
        list[str] | None,
        typer.Argument(metavar="SETTING|COMMAND...", help="Only these: scan.timeout, or scan for all of scan's."),
    ] = None,
    path: Annotated[bool, typer.Option("--path", help="Print the name of the file that is read.")] = False,
    template: Annotated[
        bool, typer.Option("--template", help="Print a file with every setting in it, commented out.")
    ] = False,
    show_origin: Annotated[
        bool, typer.Option("--show-origin", help="Show where each value came from (always done).")
    ] = False,
) -> int:
    """Show each setting, its value, and where it came from: built in, a variable of the environment, or FILE:LINE.

    A setting is the default of an option, moved once for all. Options come before the environment, the environment
    before the file. A value that cannot be used is shown where it stands; a COMMAND that would use it exits with 2.
    """
    from nettools.commands._config_run import print_path, print_template, show_settings

    alone = [word for word, is_set in (("--path", path), ("--template", template)) if is_set]
    if alone and (setting or len(alone) > 1 or show_origin):
        other = alone[1] if len(alone) > 1 else "--show-origin" if show_origin else "a SETTING"
        raise OptionError(f"{alone[0]} and {other} ask for different things", hint="choose one")
    if alone and session.options.format is not Format.TABLE:
        hint = "nettools config --json has it as file" if path else "leave out --format"
        raise OptionError(f"what {alone[0]} prints has one form", hint=hint)
    if path:
        return print_path(session)
    return print_template(session) if template else show_settings(session, setting or ())
