"""``nettools subnet nat64``: IPv4 addresses in IPv6 and back, by RFC 6052."""

from collections.abc import Iterator
from typing import Annotated

import typer
from typer.core import TyperCommand

from nettools.commands._command import build
from nettools.commands._session import Session
from nettools.commands.subnet._networks import Networks, answer_networks
from nettools.core.address import parse_address
from nettools.core.intervals import pack
from nettools.core.subnet.lists import Batch
from nettools.core.subnet.nat64 import translate
from nettools.render.format import Format
from nettools.runs.subnet import one_network

EPILOG = """\
\b
Examples:
  # the IPv6 address of an IPv4 host behind NAT64
  nettools subnet nat64 64:ff9b::/96 192.0.2.33
  # several, under a prefix of one's own
  nettools subnet nat64 2001:db8:100::/40 192.0.2.33 198.51.100.7
  # the IPv4 address inside an IPv6 one
  nettools subnet nat64 64:ff9b::/96 64:ff9b::192.0.2.33
"""


def build_command() -> TyperCommand:
    """The verb for the group."""
    return build("subnet nat64", subnet_nat64, epilog=EPILOG, default_format=Format.PLAIN)


def subnet_nat64(
    session: Session,
    prefix: Annotated[str, typer.Argument(metavar="PREFIX", help="A translation prefix: /32 /40 /48 /56 /64 or /96.")],
    addresses: Annotated[list[str], typer.Argument(metavar="ADDRESS...", help="IPv4 to embed, IPv6 to extract from.")],
) -> int:
    """Print the IPv6 address of an IPv4 address under a translation prefix, or the IPv4 address inside an IPv6 one."""
    network = one_network(prefix)

    def work(text: str) -> Iterator[Batch]:
        found = translate(network, parse_address(text))
        yield Batch(found.version, [pack(int(found), 0)])

    networks = Networks(session)
    return answer_networks(session, "nat64", networks.each_target(addresses, work), networks, bare_hosts=True)
