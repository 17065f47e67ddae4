"""``nettools subnet intersect``: what two sets of networks have in common."""

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
  # what two lists share
  nettools subnet intersect 10.0.0.0/8 10.1.0.0/16,192.0.2.0/24
  # where two ranges overlap
  nettools subnet intersect 192.0.2.0-192.0.2.99 192.0.2.64/26
  # with the ends and sizes of the networks
  nettools subnet intersect 2001:db8::/32 2001:db8:5::/48 --json
"""


def build_command() -> TyperCommand:
    """The verb for the group."""
    return build("subnet intersect", subnet_intersect, epilog=EPILOG, default_format=Format.PLAIN)


def subnet_intersect(
    session: Session,
    a: Annotated[str, typer.Argument(metavar="A", help="A comma list of networks, @FILE, or - for standard input.")],
    b: Annotated[str, typer.Argument(metavar="B", help="The same.")],
) -> int:
    """Print the fewest networks that hold what is in both A and B."""
    networks = Networks(session)
    common = networks.of_list(a).both(networks.of_list(b))
    return answer_networks(session, "intersect", batches_of(common), networks)
