"""``nettools subnet merge``: the smallest set of networks that covers exactly the inputs."""

from typing import Annotated

import typer
from typer.core import TyperCommand

from nettools.commands._command import build
from nettools.commands._session import Session
from nettools.commands.subnet._networks import Networks, answer_networks
from nettools.render.format import Format
from nettools.runs.subnet import batches_of

EPILOG = """\
\b
Examples:
  # the fewest networks for these
  nettools subnet merge 192.0.2.0/25 192.0.2.128/25 10.0.0.0-10.0.0.9
  # a list that another program makes
  printf '10.0.0.0/25\\n10.0.0.128/25\\n' | nettools subnet merge -
  # with the ends and sizes of the networks
  nettools subnet merge 10.0.0.0/24 10.0.1.0/24 --json
"""


def build_command() -> TyperCommand:
    """The verb for the group."""
    return build("subnet merge", subnet_merge, epilog=EPILOG, default_format=Format.PLAIN)


def subnet_merge(
    session: Session,
    cidr: Annotated[
        list[str], typer.Argument(metavar="CIDR...", help="Networks, addresses or ranges; - reads lines, @FILE a file.")
    ],
    loose: Annotated[bool, typer.Option("--loose", help="Read octal, hexadecimal and short IPv4 forms.")] = False,
) -> int:
    """Print the smallest set of networks that covers exactly the inputs, IPv4 first.

    Overlapping, repeated and adjacent networks become one. A line that is no network is reported with its number.
    """
    networks = Networks(session)
    merged = networks.set_of_words(cidr, loose=loose)
    return answer_networks(session, "merge", batches_of(merged), networks)
