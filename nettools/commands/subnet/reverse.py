"""``nettools subnet reverse``: the reverse zones of a network, and what a parent zone must say."""

from typing import Annotated

import typer
from typer.core import TyperCommand

from nettools.commands._command import build
from nettools.commands._session import Session
from nettools.commands.subnet._networks import answer_networks, one_network
from nettools.core.subnet.lists import batch_of
from nettools.core.subnet.reverse import delegation_lines, zones_to_delegate
from nettools.render.format import Format

EPILOG = """\
\b
Examples:
  nettools subnet reverse 10.0.0.0/23
  nettools subnet reverse 192.0.2.64/26
  nettools subnet reverse 2001:db8::/33 --json
"""


def build_command() -> TyperCommand:
    """The verb for the group."""
    return build("subnet reverse", subnet_reverse, epilog=EPILOG, default_format=Format.PLAIN)


def subnet_reverse(
    session: Session,
    cidr: Annotated[list[str], typer.Argument(metavar="CIDR...", help="Networks; for an address its PTR name.")],
) -> int:
    """Print the reverse zones of a network.

    Off an octet (IPv4) or nibble (IPv6) boundary there are several zones. An IPv4 network longer than /24 has one
    zone by RFC 2317, and the lines follow that the zone of the /24 needs, with ns.example. for the name server.
    """
    networks = [one_network(word) for word in cidr]
    zones = [zone for network in networks for zone in zones_to_delegate(network)]
    lines = [line for network in networks for line in delegation_lines(network)]
    names = [zone.name for zone in zones]
    batches = batch_of([zone.network for zone in zones], names, names_alone=True)
    return answer_networks(session, "reverse", batches, delegation=lines)
