"""How a person sees services: one line a port and transport, the practice set off."""

from collections.abc import Iterable

from nettools.core.port_service import Service
from nettools.render.output import Output
from nettools.render.style import Canvas
from nettools.render.table import Head, draw, grid_table, text, value_text


def draw_services(output: Output, canvas: Canvas, services: Iterable[Service]) -> None:
    """The services as a table; nothing when there are none."""
    found = list(services)
    if not found:
        return
    heads = [
        Head(title="Port", align="right"),
        Head(title="Protocol"),
        Head(title="Name"),
        Head(title="In practice", is_prose=True),
        Head(title="Aliases", is_prose=True),
        Head(title="Range"),
        Head(title="Source"),
    ]
    rows = [
        [
            text(str(one.port)),
            text(one.protocol),
            text(value_text(one.name), "network"),
            text(value_text(one.in_practice), "caution" if one.in_practice else None),
            text(value_text(one.aliases)),
            text(one.range),
            text(one.source),
        ]
        for one in found
    ]
    draw(output, canvas, grid_table(canvas, heads, rows))
