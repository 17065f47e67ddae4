"""How a person sees which schemas there are."""

from collections.abc import Iterable

from nettools.core.schema_list import SchemaEntry
from nettools.render.output import Output
from nettools.render.style import Canvas
from nettools.render.table import Head, draw, grid, text


def draw_schemas(output: Output, canvas: Canvas, schemas: Iterable[SchemaEntry]) -> None:
    """The schemas as a table."""
    heads = [Head(title="Name"), Head(title="Description", is_prose=True)]
    rows = [[text(one.name, "network"), text(one.description)] for one in schemas]
    draw(output, canvas, grid(canvas, heads, rows))
