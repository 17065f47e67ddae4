"""``nettools subnet subtract``: the networks without some others."""

from typing import Annotated

import typer
from typer.core import TyperCommand

from nettools.commands._command import build
from nettools.commands._session import Session
from nettools.commands.subnet._networks import Networks, answer_networks
from nettools.errors import OptionError
from nettools.render.format import Format
from nettools.runs.subnet import batches_of

EPILOG = """\
\b
Examples:
  # a network without a part of it
  nettools subnet subtract 10.0.0.0/8 --minus 10.1.0.0/16
  # everything but private networks
  nettools subnet subtract 0.0.0.0/0 --minus 10.0.0.0/8,192.168.0.0/16
  # a range without some addresses
  nettools subnet subtract 192.0.2.0-192.0.2.99 --minus 192.0.2.7 --minus 192.0.2.50
"""


def build_command() -> TyperCommand:
    """The verb for the group."""
    return build("subnet subtract", subnet_subtract, epilog=EPILOG, default_format=Format.PLAIN)


def subnet_subtract(
    session: Session,
    cidr: Annotated[
        list[str], typer.Argument(metavar="CIDR...", help="Networks, addresses or ranges; - reads lines, @FILE a file.")
    ],
    minus: Annotated[
        list[str] | None,
        typer.Option(
            "--minus", metavar="CIDR[,CIDR...]", help="What to take away; may be repeated; @FILE reads a file."
        ),
    ] = None,
) -> int:
    """Print the fewest networks that hold what is in the inputs and not in --minus. What does not overlap stays."""
    if not minus:
        raise OptionError("nothing to take away", hint="name it, as in --minus 10.1.0.0/16")
    networks = Networks(session)
    whole = networks.set_of_words(cidr)
    for one in minus:
        whole = whole.minus(networks.of_list(one))
    return answer_networks(session, "subtract", batches_of(whole), networks)
