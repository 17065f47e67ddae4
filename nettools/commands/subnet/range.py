"""``nettools subnet range``: a range of addresses as networks, a network as a range."""

from collections.abc import Iterator
from typing import Annotated

import typer
from typer.core import TyperCommand

from nettools.commands._command import build
from nettools.commands._session import Session
from nettools.commands.subnet._networks import Networks, answer_networks
from nettools.core.intervals import pack_prefix
from nettools.core.subnet.lists import Batch, PlainForm
from nettools.core.subnet.parse import parse_subnet, refuse_zone
from nettools.render.format import Format

EPILOG = """\
\b
Examples:
  # the fewest networks that are exactly this range
  nettools subnet range 192.0.2.3-192.0.2.17
  # the first and last address of a network
  nettools subnet range 192.0.2.0/24
  # an IPv6 range, with the sizes of its networks
  nettools subnet range 2001:db8::1-2001:db8::ff --json
"""


def build_command() -> TyperCommand:
    """The verb for the group."""
    return build("subnet range", subnet_range, epilog=EPILOG, default_format=Format.PLAIN)


def subnet_range(
    session: Session,
    words: Annotated[
        list[str], typer.Argument(metavar="FIRST-LAST|CIDR...", help="A range gives its networks, a network its range.")
    ],
) -> int:
    """Print the fewest networks that are exactly a range, or the first and last address of a network."""

    def work(text: str) -> Iterator[Batch]:
        for interface in parse_subnet(text):
            network = interface.network
            refuse_zone(text, network)
            plain: PlainForm = "network" if "-" in text and "/" not in text else "range"
            yield Batch(network.version, [pack_prefix(network)], plain=plain)

    networks = Networks(session)
    return answer_networks(session, "range", networks.each_target(words, work), networks)
