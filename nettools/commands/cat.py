"""``nettools cat``: octets between this terminal and one other side."""

from collections.abc import Mapping
from typing import Final

from typer.core import TyperCommand

from nettools.commands._cat_options import CatOptions
from nettools.commands._command import build
from nettools.commands._session import Session
from nettools.render.format import COMMON_FORMATS, Format

EPILOG: Final = """\
\b
Examples:
  # talk to a port; end a second after the input has
  nettools cat localhost 8080 --quit-after 1s
  # whether a port can be connected to, for a script
  nettools cat 127.0.0.1:8080 -z --json
  # talk TLS, and say which version, cipher and certificate
  nettools cat localhost 8443 --tls --insecure --timeline
  # send a file to nettools listen 9000 --receive, and check it
  nettools cat localhost 9000 --send disk.img
"""


_GROUPS: Final = ("Where", "How", "TLS", "Proxy", "What is told", "Socket options")


def build_command() -> TyperCommand:
    """The command for the table."""
    return build("cat", cat, epilog=EPILOG, groups=dict.fromkeys(_GROUPS, ()), usable_formats=_usable_formats)


def _usable_formats(values: Mapping[str, object]) -> tuple[Format, ...]:
    return COMMON_FORMATS if values["zero"] else (Format.TABLE,)


def cat(session: Session, options: CatOptions) -> int:
    """Connect, send standard input, and write what comes back, byte for byte.

    When the input ends the other side is told, and what it still says is read until it ends. Exit status: 0 fine, 1 the
    network, 2 anything else.
    """
    from nettools.commands._cat_run import run_cat

    return run_cat(session, options)
