"""How a person sees rates: bytes and packets a second of each interface."""

from collections.abc import Sequence

from rich.console import RenderableType
from rich.text import Text

from nettools.core.ifaces.rates import Flow, InterfaceRate
from nettools.render.style import Canvas
from nettools.render.table import Head, grid, text
from nettools.render.units import with_prefix

_HEADS = (
    Head(title="Interface"),
    Head(title="In/s", align="right"),
    Head(title="Packets", align="right"),
    Head(title="Errors", align="right"),
    Head(title="Drops", align="right"),
    Head(title="Out/s", align="right"),
    Head(title="Packets", align="right"),
    Head(title="Errors", align="right"),
    Head(title="Drops", align="right"),
)


def rate_table(canvas: Canvas, rates: Sequence[InterfaceRate]) -> RenderableType:
    """A line for each interface."""
    rows = [[text(one.ifname, "network"), *_cells(one.rx), *_cells(one.tx)] for one in rates]
    return grid(canvas, _HEADS, rows)


def _cells(flow: Flow) -> list[Text]:
    return [
        text(with_prefix(flow.bytes_per_s, "B"), None if flow.bytes_per_s else "quiet"),
        text(with_prefix(flow.packets_per_s, "").rstrip(), None if flow.packets_per_s else "quiet"),
        *(text(f"{count:,}", "bad" if count else "quiet") for count in (flow.errors, flow.dropped)),
    ]
