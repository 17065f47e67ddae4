"""Tables and records for people, drawn by rich. The pieces that every command's view is built of.

Cells are ``rich.text.Text`` made by ``text()``, never strings: in a string rich turns ``:ab:`` of an IPv6
address into an emoji and ``[/x]`` of a banner into an error. On a terminal long cells fold; elsewhere the
table is as wide as its content. Nothing is ever cut.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import is_dataclass
from io import StringIO

from rich import box
from rich.console import Console, RenderableType
from rich.table import Table
from rich.text import Text

from nettools.core.record import Align, Column, columns, to_json
from nettools.core.text import safe
from nettools.render.output import Output
from nettools.render.style import MEANING, Canvas

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


def grid_table(canvas: Canvas, heads: Sequence[tuple[str, Align]], rows: Iterable[Sequence[Text]]) -> Table:
    """A table with a head line and no frame."""
    table = Table(
        box=box.ASCII2 if canvas.ascii_only else box.SIMPLE_HEAD,
        show_edge=False,
        pad_edge=False,
        padding=(0, 1, 0, 0),
        header_style=MEANING["heading"],
    )
    for title, align in heads:
        table.add_column(text(title), justify=align, overflow="fold")
    for row in rows:
        table.add_row(*row)
    return table


def record_table(
    canvas: Canvas,
    record_class: type,
    records: Sequence[object],
    *,
    show: Callable[[Column], bool] = lambda _: True,
    meanings: Mapping[str, Callable[[object], str | None]] | None = None,
) -> Table:
    """A table of records, its columns as their fields describe them.

    ``meanings`` gives for a field's name a function from its value to what that means.
    """
    shown = [one for one in columns(record_class) if show(one)]
    meanings = meanings or {}

    def cell(one: Column, record: object) -> Text:
        value = getattr(record, one.name)
        meaning_of = meanings.get(one.name)
        return text(value_text(value), meaning_of(value) if meaning_of else None)

    return grid_table(
        canvas,
        [(one.title, one.align) for one in shown],
        [[cell(one, record) for one in shown] for record in records],
    )


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
