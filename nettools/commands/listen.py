"""``nettools listen``: octets between this terminal, a program or a service and whoever connects."""

from typing import Final

from typer.core import TyperCommand

from nettools.commands._command import build
from nettools.commands._listen_options import ListenOptions
from nettools.commands._session import Session
from nettools.render.format import Format

EPILOG: Final = """\
\b
Examples:
  # take one client, and show what it says
  nettools listen 8080
  # say everything back to everybody
  nettools listen 8080 --keep-open --service echo
  # offer the files of this folder over HTTP
  nettools listen 8080 --serve .
  # run a program for each client, behind TLS
  nettools listen 127.0.0.1 8443 --tls --keep-open --exec /bin/cat
  # take a file of nettools cat --send, and check it
  nettools listen 9000 --receive downloads
"""


_GROUPS: Final = (
    *("Where", "Who may connect", "What to do with a client"),
    *("How", "TLS", "What is told", "Socket options"),
)


def build_command() -> TyperCommand:
    """The command for the table."""
    return build(
        "listen",
        listen,
        epilog=EPILOG,
        optional_values=("--receive",),
        groups=dict.fromkeys(_GROUPS, ()),
        usable_formats=lambda _values: (Format.TABLE,),
    )


def listen(session: Session, options: ListenOptions) -> int:
    """Wait for a client, write what it says, and send it standard input.

    On loopback, unless a HOST or --any is given. Exit status: 0 fine, 1 the network, 2 anything else.
    """
    from nettools.commands._listen_run import run_listen

    return run_listen(session, options)
