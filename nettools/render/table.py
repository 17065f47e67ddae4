"""Tables and records for people, drawn by rich. The pieces that every command's view is built of.

Cells are ``rich.text.Text`` made by ``text()``, never strings: in a string rich turns ``:ab:`` of an IPv6
address into an emoji and ``[/x]`` of a banner into an error. On a terminal long cells fold; elsewhere the
table is as wide as its content. Nothing is ever cut.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, is_dataclass
from io import StringIO

from rich import box
from rich.cells import cell_len
from rich.console import Console, RenderableType
from rich.table import Table
from rich.text import Text

from nettools.core.record import Align, to_json
from nettools.core.text import safe
from nettools.render.output import Output
from nettools.render.style import MEANING, Canvas

_LEAST_PROSE = 16
"""Columns that prose needs to be readable."""

UNBOUNDED_WIDTH = 1_000_000
"""The width of what is no terminal: the content decides."""


def text(value: str, meaning: str | None = None) -> Text:
    """A cell whose text is escaped, styled by what it means."""
    return Text(safe(value), style=MEANING[meaning] if meaning else "", no_wrap=False, overflow="fold")


def value_text(value: object) -> str:
    """A field's value in words: yes and no, ``-`` when absent."""
    if value is None:
        return "-"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple):
        return ", ".join(value_text(item) for item in value) or "-"
    if isinstance(value, float):
        return f"{value:.3g}" if value < 100 else f"{value:.0f}"
    plain = to_json(value)
    if is_dataclass(value) and isinstance(plain, dict):
        return ", ".join(f"{key} {item}" for key, item in plain.items() if item is not None)
    return str(plain)


def record_grid(rows: Iterable[tuple[str, Text]]) -> Table:
    """Label: value, a line each."""
    grid = Table.grid(padding=(0, 2, 0, 0))
    grid.add_column(no_wrap=True)
    grid.add_column(overflow="fold")
    for label, value in rows:
        grid.add_row(text(f"  {label}", "label"), value)
    return grid


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """The head of a table's column."""

    title: str
    align: Align = "left"
    is_prose: bool = False
    """Whether the cells may break between words; others fold only when the terminal is too narrow for them."""


def grid_table(canvas: Canvas, heads: Sequence[Head], rows: Sequence[Sequence[Text]]) -> Table:
    """A table with a head line and no frame."""
    table = Table(
        box=box.ASCII2 if canvas.ascii_only else box.SIMPLE_HEAD,
        show_edge=False,
        pad_edge=False,
        padding=(0, 1, 0, 0),
        header_style=MEANING["heading"],
    )
    widths = [max([cell_len(head.title), *(row[place].cell_len for row in rows)]) for place, head in enumerate(heads)]
    rigid = sum(width + 2 for width, head in zip(widths, heads, strict=True) if not head.is_prose)
    has_room = canvas.width is None or rigid + _LEAST_PROSE <= canvas.width
    for head in heads:
        # A column that never wraps would be cropped if it did not fit, so none is when they do not all fit.
        table.add_column(text(head.title), justify=head.align, overflow="fold", no_wrap=has_room and not head.is_prose)
    for row in rows:
        table.add_row(*row)
    return table


def draw(output: Output, canvas: Canvas, *items: RenderableType) -> None:
    """Write the items one below the other, without trailing blanks."""
    buffer = StringIO()
    console = Console(
        file=buffer,
        width=canvas.width or UNBOUNDED_WIDTH,
        force_terminal=canvas.color,
        color_system="standard" if canvas.color else None,
        no_color=not canvas.color,
        emoji=False,
        markup=False,
        highlight=False,
        legacy_windows=False,
        _environ={},
    )
    for item in items:
        console.print(item, soft_wrap=False, overflow="fold", crop=False)
    for line in buffer.getvalue().split("\n")[:-1]:
        output.write(line.rstrip() + "\n")
