"""``nettools subnet split``: a network carved up by length, into a number of parts, or by hosts (VLSM)."""

from typing import Annotated

import typer
from typer.core import TyperCommand

from nettools.commands._command import build
from nettools.commands._session import Session
from nettools.commands.subnet._networks import answer_networks
from nettools.render.format import Format
from nettools.runs.subnet import one_network, split_network

EPILOG = """\
\b
Examples:
  # all networks of a length
  nettools subnet split 192.0.2.0/24 --prefix 26
  # three networks of equal size
  nettools subnet split 192.0.2.0/24 --into 3
  # room for so many hosts in each office, without waste
  nettools subnet split 192.168.0.0/24 --hosts 50,20,10 --names lab,office,guests --format table
"""


def build_command() -> TyperCommand:
    """The verb for the group."""
    return build("subnet split", subnet_split, epilog=EPILOG, default_format=Format.PLAIN)


def subnet_split(
    session: Session,
    cidr: Annotated[str, typer.Argument(metavar="CIDR", help="The network to split.")],
    prefix: Annotated[str | None, typer.Option("--prefix", metavar="N", help="Into networks of this length.")] = None,
    into: Annotated[str | None, typer.Option("--into", metavar="N", help="Into N networks of equal size.")] = None,
    hosts: Annotated[
        str | None, typer.Option("--hosts", metavar="N,N,...", help="A network for each number of hosts (VLSM).")
    ] = None,
    names: Annotated[
        str | None, typer.Option("--names", metavar="A,B,...", help="Names for the networks of --into or --hosts.")
    ] = None,
) -> int:
    """Split a network; IPv4 and IPv6.

    --hosts places the largest network first, so that all fit without waste, and answers in the order asked for. What
    is left free stands in the table and in the JSON document, and on standard error for plain lines.
    """
    network = one_network(cidr)
    parts = split_network(
        network,
        prefix=prefix,
        into=into,
        hosts=None if hosts is None else [one.strip() for one in hosts.split(",")],
        names=None if names is None else [one.strip() for one in names.split(",")],
    )
    return answer_networks(session, "split", parts.batches, free=parts.free)
