"""``nettools subnet reverse``: the reverse zones of a network, and what a parent zone must say."""

from collections.abc import Iterator
from typing import Annotated

import typer
from typer.core import TyperCommand

from nettools.commands._command import build
from nettools.commands._session import Session
from nettools.commands.subnet._networks import Networks, answer_networks
from nettools.core.prefix import Prefix
from nettools.core.subnet.lists import Batch
from nettools.render.format import Format
from nettools.runs.subnet import reverse_batches

EPILOG = """\
\b
Examples:
  # the zones of a network
  nettools subnet reverse 10.0.0.0/23
  # the zone of a part of a /24, and the lines that delegate it
  nettools subnet reverse 192.0.2.64/26
  # the PTR name of an address
  nettools subnet reverse 2001:db8::1
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
    lines: list[str] = []

    def work(_text: str, network: Prefix) -> Iterator[Batch]:
        return reverse_batches(network, lines)

    networks = Networks(session)
    return answer_networks(session, "reverse", networks.each(cidr, work), networks, delegation=lines)
