"""``nettools subnet sort``: networks and addresses in numeric order, each once."""

from typing import Annotated

import typer
from typer.core import TyperCommand

from nettools.commands._command import build
from nettools.commands._session import Session
from nettools.commands.subnet._networks import Networks, answer_networks
from nettools.render.format import Format
from nettools.runs.subnet import sorted_batches

EPILOG = """\
\b
Examples:
  # in numeric order, each once
  nettools subnet sort 10.0.0.10 10.0.0.9 9.0.0.0/8 2001:db8::1
  # a list that another program makes
  printf '10.0.0.10\\n10.0.0.9\\n' | nettools subnet sort -
  # with the ends and sizes of the networks
  nettools subnet sort 10.0.0.0-10.0.0.5 9.0.0.0/8 --format csv
"""


def build_command() -> TyperCommand:
    """The verb for the group."""
    return build("subnet sort", subnet_sort, epilog=EPILOG, default_format=Format.PLAIN)


def subnet_sort(
    session: Session,
    cidr: Annotated[
        list[str], typer.Argument(metavar="CIDR...", help="Networks, addresses or ranges; - reads lines, @FILE a file.")
    ],
    loose: Annotated[bool, typer.Option("--loose", help="Read octal, hexadecimal and short IPv4 forms.")] = False,
) -> int:
    """Print networks in numeric order without duplicates: IPv4 first, the shorter prefix first.

    Host bits are cleared, a range becomes its networks, and a single address is printed without its length.
    """
    networks = Networks(session)
    packed = networks.of_words(cidr, loose=loose)
    return answer_networks(session, "sort", sorted_batches(packed), networks, bare_hosts=True)
