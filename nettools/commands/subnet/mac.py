"""``nettools subnet mac``: what IPv6 makes of a MAC address, and which MAC is inside an IPv6 address."""

from collections.abc import Iterable, Iterator
from typing import Annotated, cast

import typer
from typer.core import TyperCommand

from nettools.commands._answers import Answer, ListLayout
from nettools.commands._command import build
from nettools.commands._session import Session
from nettools.core.subnet.mac import MacFacts, MacReport, mac_facts
from nettools.render.output import Output
from nettools.render.style import Canvas
from nettools.runs.subnet import one_network
from nettools.runs.targets import Target

EPILOG = """\
\b
Examples:
  # the IPv6 addresses and groups of a card
  nettools subnet mac 34-56-78-9A-BC-DE
  # its address in a network
  nettools subnet mac 02:00:5e:10:00:01 --prefix 2001:db8::/64
  # which card made an address
  nettools subnet mac fe80::5eff:fe10:1 --json
"""


def build_command() -> TyperCommand:
    """The verb for the group."""
    return build("subnet mac", subnet_mac, epilog=EPILOG)


def subnet_mac(
    session: Session,
    words: Annotated[list[str], typer.Argument(metavar="MAC|ADDRESS...", help="MAC or IPv6 addresses; - reads lines.")],
    prefix: Annotated[
        str | None, typer.Option("--prefix", metavar="CIDR", help="Make the address in this network as well.")
    ] = None,
) -> int:
    """Print what IPv6 makes of a MAC (EUI-64, link-local, solicited node, group MAC), or the MAC in an address."""
    network = None if prefix is None else one_network(prefix)

    def ask(target: Target) -> Iterator[Answer]:
        yield Answer(target.number, mac_facts(target.text, network))

    return session.answer(_LAYOUT, session.each(words, ask))


def _draw(output: Output, canvas: Canvas, records: Iterable[object]) -> None:
    from nettools.render.subnet_lists import draw_macs

    draw_macs(output, canvas, cast("Iterable[MacFacts]", records))


_LAYOUT = ListLayout(schema=MacReport.SCHEMA, list_key="macs", line_type="address", row_class=MacFacts, draw=_draw)
