"""How a person sees services: one line a port and transport, the practice set off."""

from collections.abc import Iterable

from nettools.core.port_service import Service
from nettools.render.output import Output
from nettools.render.style import Canvas
from nettools.render.table import draw, record_table


def draw_services(output: Output, canvas: Canvas, services: Iterable[Service]) -> None:
    """The services as a table; the query column only where there were several queries."""
    found = list(services)
    if not found:
        return
    several = len({service.query for service in found}) > 1
    table = record_table(
        canvas,
        Service,
        found,
        show=lambda one: one.name != "query" or several,
        meanings={"in_practice": lambda value: "caution" if value else None, "name": lambda _: "network"},
    )
    draw(output, canvas, table)
