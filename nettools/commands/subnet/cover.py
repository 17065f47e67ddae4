"""``nettools subnet cover``: the one smallest network that holds all the inputs."""

from typing import Annotated

import typer
from typer.core import TyperCommand

from nettools.commands._command import build
from nettools.commands._session import Session
from nettools.commands.subnet._networks import Networks, answer_networks
from nettools.render.format import Format
from nettools.runs.subnet import cover_of

EPILOG = """\
\b
Examples:
  # the network that all these hosts fit in
  nettools subnet cover 192.168.0.1 192.168.5.9 192.168.7.255
  # the same for IPv6 networks
  nettools subnet cover 2001:db8:1::/48 2001:db8:7::/48
  # with its ends and size
  nettools subnet cover 10.0.0.0/24 10.0.3.0/24 --json
"""


def build_command() -> TyperCommand:
    """The verb for the group."""
    return build("subnet cover", subnet_cover, epilog=EPILOG, default_format=Format.PLAIN)


def subnet_cover(
    session: Session,
    cidr: Annotated[
        list[str], typer.Argument(metavar="CIDR...", help="Networks, addresses or ranges; - reads lines, @FILE a file.")
    ],
) -> int:
    """Print the one smallest network that holds all the inputs: their common supernet."""
    networks = Networks(session)
    whole = networks.set_of_words(cidr)
    return answer_networks(session, "cover", cover_of(whole), networks)
