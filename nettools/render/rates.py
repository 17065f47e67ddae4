"""How a person sees rates: bytes and packets a second of each interface."""

from collections.abc import Sequence

from rich.console import RenderableType
from rich.text import Text

from nettools.core.ifaces.rates import Flow, InterfaceRate
from nettools.render.style import Canvas
from nettools.render.table import Head, fits, grid, text
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
_NARROW_HEADS = (
    Head(title="Interface"),
    Head(title="Way"),
    Head(title="Bytes/s", align="right"),
    *_HEADS[2:5],
)


def rate_table(canvas: Canvas, rates: Sequence[InterfaceRate]) -> RenderableType:
    """A line for each interface; where that has no room, one for each way."""
    rows = [[text(one.ifname, "network"), *_cells(one.rx), *_cells(one.tx)] for one in rates]
    if fits(canvas, _HEADS, rows):
        return grid(canvas, _HEADS, rows)
    both = [
        [text(one.ifname if way == "in" else "", "network"), text(way), *_cells(flow)]
        for one in rates
        for way, flow in (("in", one.rx), ("out", one.tx))
    ]
    return grid(canvas, _NARROW_HEADS, both)


def _cells(flow: Flow) -> list[Text]:
    return [
        text(with_prefix(flow.bytes_per_s, "B"), None if flow.bytes_per_s else "quiet"),
        text(with_prefix(flow.packets_per_s, "").rstrip(), None if flow.packets_per_s else "quiet"),
        *(text(f"{count:,}", "bad" if count else "quiet") for count in (flow.errors, flow.dropped)),
    ]
