"""``nettools cat``: octets between this terminal and one other side."""

from typing import Final

from typer.core import TyperCommand

from nettools.commands._cat_options import CatOptions
from nettools.commands._command import build
from nettools.commands._session import Session

EPILOG: Final = """\
\b
Examples:
  nettools cat localhost 8080 --quit-after 1s
  nettools cat 127.0.0.1:8080 -z --json
  nettools cat localhost 8443 --tls --insecure --timeline
  nettools cat localhost 9000 --send disk.img
"""


def build_command() -> TyperCommand:
    """The command for the table."""
    return build("cat", cat, epilog=EPILOG)


def cat(session: Session, options: CatOptions) -> int:
    """Connect, send standard input, and write what comes back, byte for byte.

    When the input ends the other side is told, and what it still says is read until it ends. Exit status: 0 fine, 1 the
    network, 2 anything else.
    """
    from nettools.commands._cat_run import run_cat

    return run_cat(session, options)
