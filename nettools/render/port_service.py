"""How a person sees services: a line for each port and name, the practice set off."""

from collections.abc import Iterable, Iterator
from itertools import groupby

from rich.text import Text

from nettools.core.port_service import Service
from nettools.render.fitted import Column, draw_fitted
from nettools.render.output import Output
from nettools.render.style import Canvas
from nettools.render.table import Head, text, value_text

_COLUMNS = (
    Column(Head(title="Port", align="right")),
    Column(Head(title="Protocol")),
    Column(Head(title="Name")),
    Column(Head(title="In practice")),
    Column(Head(title="Aliases")),
    Column(Head(title="Range"), label=""),
    Column(Head(title="Source"), label=""),
)


def draw_services(output: Output, canvas: Canvas, services: Iterable[Service]) -> None:
    """The services as a table; nothing when there are none."""
    found = list(services)
    if not found:
        return
    draw_fitted(output, canvas, _COLUMNS, [_row(alike) for alike in _alike(found)], always=3)


def _alike(services: list[Service]) -> Iterator[list[Service]]:
    """Neighbours that differ in their protocol alone."""
    for _, group in groupby(services, key=lambda one: (one.port, one.name, one.aliases, one.in_practice, one.source)):
        yield list(group)


def _row(alike: list[Service]) -> list[Text]:
    one = alike[0]
    return [
        text(str(one.port)),
        text(", ".join(dict.fromkeys(service.protocol for service in alike))),
        text(value_text(one.name), "network"),
        text(value_text(one.in_practice), "caution" if one.in_practice else None),
        text(value_text(one.aliases)),
        text(one.range),
        text(one.source),
    ]
