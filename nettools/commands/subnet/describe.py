"""``nettools subnet CIDR…``: everything about each subnet."""

from collections.abc import Iterable, Iterator
from typing import Annotated, cast

import typer
from typer.core import TyperCommand

from nettools import data
from nettools.commands._answers import Answer, ListLayout
from nettools.commands._command import build
from nettools.commands._session import Session
from nettools.core.special_purpose import parse_registry
from nettools.core.subnet.describe import SCHEMA, Description, describe
from nettools.core.subnet.parse import parse_subnet, stray_masks
from nettools.render.output import Output
from nettools.render.style import Canvas
from nettools.runs.targets import Target

EPILOG = """\
\b
Examples:
  # masks, ends, counts, registry, bits
  nettools subnet 192.0.2.12/30
  # several, as a document
  nettools subnet 192.0.2.12/255.255.255.252 2001:db8::1/64 --json
  # an IPv6 address with its zone
  nettools subnet 'fe80::1%eth0/64'
  # a range, as one line for each network
  nettools subnet 192.0.2.0-192.0.2.9 --format plain
"""


def build_command() -> TyperCommand:
    """The verb for the group."""
    return build("subnet", subnet_describe, epilog=EPILOG)


def subnet_describe(
    session: Session,
    cidr: Annotated[
        list[str],
        typer.Argument(metavar="CIDR...", help="Address/length, address/mask, range or bare address; - reads lines."),
    ],
    loose: Annotated[
        bool, typer.Option("--loose", help="Read octal, hexadecimal and short IPv4 forms as inet_aton does.")
    ] = False,
) -> int:
    """Say everything about a subnet: masks, ends, counts, what it is registered for, its bits."""
    for address, mask in stray_masks(cidr):
        session.note(
            f'{mask} is described as an address; as the mask of {address} it is "{address} {mask}" in one word'
        )
    registry = parse_registry(data.rows("special-purpose.tsv"))

    def ask(target: Target) -> Iterator[Answer]:
        for interface in parse_subnet(target.text, loose=loose):
            yield Answer(target.number, describe(target.text, interface, registry))

    return session.answer(_LAYOUT, session.each(cidr, ask))


def _draw(output: Output, canvas: Canvas, records: Iterable[object]) -> None:
    from nettools.render.subnet import draw_descriptions

    draw_descriptions(output, canvas, cast("Iterable[Description]", records))


_LAYOUT = ListLayout(schema=SCHEMA, list_key="subnets", line_type="subnet", row_class=Description, draw=_draw)
