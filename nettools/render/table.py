"""Tables and records for people, drawn by rich. The pieces that every command's view is built of.

Cells are ``rich.text.Text`` made by ``text()``, never strings: in a string rich turns ``:ab:`` of an IPv6
address into an emoji and ``[/x]`` of a banner into an error. On a terminal long cells fold; elsewhere the
table is as wide as its content. Nothing is ever cut: where a table's columns do not fit, each row becomes
a record.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, is_dataclass
from functools import lru_cache
from io import StringIO
from itertools import pairwise

from rich import box
from rich.cells import cell_len
from rich.color import ColorSystem
from rich.console import Console, RenderableType
from rich.style import Style
from rich.table import Table
from rich.text import Text
from rich.theme import Theme

from nettools.core.record import Align, to_json
from nettools.core.text import safe
from nettools.render.output import Output
from nettools.render.style import Canvas, styles

_LEAST_PROSE = 20
"""Columns that prose needs to be readable."""

_MANY_ROWS = 200

UNBOUNDED_WIDTH = 1_000_000
"""The width of what is no terminal: the content decides."""

_HEAD_LINE = box.Box("    \n    \n -- \n    \n    \n    \n    \n    \n", ascii=True)
"""rich's SIMPLE_HEAD for encodings without box characters."""

_TRAILING_BLANKS = re.compile(r"[ ]+((?:\x1b\[[0-9;]*m)*)$")


def text(value: str, meaning: str | None = None) -> Text:
    """A cell whose text is escaped, styled by what it means."""
    return Text(safe(value), style=meaning or "", overflow="fold")


def text_lines(lines: Iterable[str], meaning: str | None = None) -> Text:
    """Several lines in one cell, each escaped."""
    return Text("\n").join(text(line, meaning) for line in lines)


def value_text(value: object) -> str:
    """A field's value in words: yes and no, ``-`` when absent."""
    if value is None:
        return "-"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple):
        return ", ".join(value_text(item) for item in value) or "-"
    if isinstance(value, float):
        return f"{value:.3g}" if abs(value) < 100 else f"{value:.0f}"
    plain = to_json(value)
    if is_dataclass(value) and isinstance(plain, dict):
        return ", ".join(f"{key} {item}" for key, item in plain.items() if item is not None)
    return str(plain)


def record(canvas: Canvas, rows: Sequence[tuple[str, Text]]) -> Text:
    """Label and value, a line each; what does not fit goes on below the value's beginning."""
    indent = 2 + max((cell_len(safe(label)) for label, _ in rows), default=0) + 2
    room = max(1, (canvas.width or UNBOUNDED_WIDTH) - indent)
    drawn = Text(overflow="fold", no_wrap=True)
    for label, value in rows:
        lines = [part for line in value.split("\n", allow_blank=True) for part in folded(line, room)]
        for number, line in enumerate(lines):
            head = f"  {safe(label)}".ljust(indent) if number == 0 else " " * indent
            drawn.append("\n" if drawn else "").append(head, style="label").append_text(line)
    return drawn


def hanging(canvas: Canvas, line: Text, *, indent: int = 0, hang: int = 2, lead: Text | None = None) -> Text:
    """A line that begins ``indent`` columns in; where it folds, it goes on ``hang`` columns further in.

    ``lead`` stands before every part instead of blanks: the bars of a tree.
    """
    before = Text(" " * indent) if lead is None else lead
    room = max(1, (canvas.width or UNBOUNDED_WIDTH) - before.cell_len)
    first, *rest = folded(line, room, later=max(1, room - hang))
    drawn = Text(overflow="fold", no_wrap=True).append_text(before).append_text(first)
    for part in rest:
        drawn.append("\n").append_text(before).append(" " * hang).append_text(part)
    return drawn


def folded(line: Text, room: int, *, later: int | None = None) -> Iterator[Text]:
    """The line in pieces of at most ``room`` columns, ``later`` from the second on.

    It is broken between what two blanks set apart, else at any blank, else after commas: in lists of ports and flags.
    """
    plain, start = line.plain, 0
    while (end := _end_within(plain, start, room)) < len(plain):
        group = plain.rfind("  ", start + room // 2, end + 2)
        blank = group if group > 0 else plain.rfind(" ", start + 1, end + 1)
        cut = blank if blank > 0 else plain.rfind(",", start, end) + 1 or max(start + 1, end)
        yield line[start:cut]
        start = cut
        while blank > 0 and plain.startswith(" ", start):
            start += 1
        room = later or room
    yield line[start:]


def _end_within(plain: str, start: int, room: int) -> int:
    """Where what begins at ``start`` has filled ``room`` columns."""
    width = 0
    for place in range(start, len(plain)):
        width += cell_len(plain[place])
        if width > room:
            return place
    return len(plain)


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """The head of a table's column."""

    title: str
    align: Align = "left"
    is_prose: bool = False
    """Whether the cells may break between words."""


def grid(canvas: Canvas, heads: Sequence[Head], rows: Sequence[Sequence[Text]]) -> RenderableType:
    """A table with a head line and no frame; a record for each row where the columns do not fit."""
    if not fits(canvas, heads, rows):
        titles = [head.title for head in heads]
        labelled = ([(title, cell) for title, cell in zip(titles, row, strict=True) if cell.plain] for row in rows)
        return Text("\n\n").join(record(canvas, one) for one in labelled)
    table = Table(
        box=_HEAD_LINE if canvas.ascii_only else box.SIMPLE_HEAD,
        show_edge=False,
        pad_edge=False,
        padding=(0, 1, 0, 0),
        header_style="heading",
    )
    for head in heads:
        table.add_column(text(head.title), justify=head.align, overflow="fold", no_wrap=not head.is_prose)
    for row in rows:
        table.add_row(*row)
    return table


def fits(canvas: Canvas, heads: Sequence[Head], rows: Sequence[Sequence[Text]]) -> bool:
    """Whether the columns find room side by side, prose perhaps in several lines."""
    if canvas.width is None:
        return True
    widths = _widths(heads, rows)
    rigid = sum(width + 2 for width, head in zip(widths, heads, strict=True) if not head.is_prose)
    prose = sum(min(width, _LEAST_PROSE) + 2 for width, head in zip(widths, heads, strict=True) if head.is_prose)
    return rigid + prose <= canvas.width or sum(widths) + 2 * len(widths) <= canvas.width


def _widths(heads: Sequence[Head], rows: Sequence[Sequence[Text]]) -> list[int]:
    return [max([cell_len(head.title), *(row[place].cell_len for row in rows)]) for place, head in enumerate(heads)]


def draw_long(output: Output, canvas: Canvas, heads: Sequence[Head], rows: Sequence[Sequence[Text]]) -> None:
    """The same table as ``grid`` draws, many times faster where no cell has to fold: for thousands of rows."""
    widths = _widths(heads, rows)
    total = sum(widths) + 2 * (len(widths) - 1)
    if len(rows) < _MANY_ROWS or (canvas.width is not None and total > canvas.width):
        draw(output, canvas, grid(canvas, heads, rows))
        return
    titles = [Text(head.title, style="heading") for head in heads]
    output.write(_aligned(canvas, titles, heads, widths) + "\n")
    output.write(head_rule(canvas, total) + "\n")
    for row in rows:
        output.write(_aligned(canvas, row, heads, widths) + "\n")


def head_rule(canvas: Canvas, columns: int) -> str:
    """The line below the heads."""
    return ("-" if canvas.ascii_only else "─") * columns


def _aligned(canvas: Canvas, cells: Sequence[Text], heads: Sequence[Head], widths: Sequence[int]) -> str:
    padded: list[str] = []
    for cell, head, width in zip(cells, heads, widths, strict=True):
        blanks = " " * (width - cell.cell_len)
        shown = styled(cell, canvas.colors) if canvas.color else cell.plain
        padded.append(blanks + shown if head.align == "right" else shown + blanks)
    return "  ".join(padded).rstrip()


def styled(cell: Text, colors: int) -> str:
    """The cell with the codes of its style; parts that were appended have styles of their own."""
    pieces = [(cell.plain, cell.style)] if not cell.spans else _pieces(cell)
    return "".join(
        f"{_code(str(style), colors)}{piece}\x1b[0m" if style and piece else piece for piece, style in pieces
    )


def _pieces(cell: Text) -> list[tuple[str, object]]:
    """The text by its styles; where they lie upon each other the later one holds."""
    edges = sorted({0, len(cell.plain), *(edge for span in cell.spans for edge in (span.start, span.end))})
    pieces: list[tuple[str, object]] = []
    for start, end in pairwise(edges):
        over = [span.style for span in cell.spans if span.start <= start and end <= span.end]
        pieces.append((cell.plain[start:end], over[-1] if over else cell.style))
    return pieces


@lru_cache(maxsize=32)
def _code(meaning: str, colors: int) -> str:
    """What switches a style on: ECMA-48 SGR."""
    style = Style.parse(styles(colors).get(meaning, meaning))
    return style.render("x", color_system=ColorSystem.STANDARD if colors < 256 else ColorSystem.EIGHT_BIT).partition(
        "x"
    )[0]


@lru_cache(maxsize=8)
def _console(canvas: Canvas) -> Console:
    return Console(
        file=StringIO(),
        width=canvas.width or UNBOUNDED_WIDTH,
        force_terminal=canvas.color,
        color_system=None if not canvas.color else "standard" if canvas.colors < 256 else "256",
        theme=Theme(styles(canvas.colors)),
        no_color=not canvas.color,
        emoji=False,
        markup=False,
        highlight=False,
        legacy_windows=False,
        _environ={},
    )


def write_text(output: Output, canvas: Canvas, drawn: Text) -> None:
    """Write lines that have their width already: many times faster than ``draw``, for thousands of them."""
    for line in drawn.split("\n", allow_blank=True):
        line.rstrip()
        output.write((styled(line, canvas.colors) if canvas.color else line.plain) + "\n")


def draw(output: Output, canvas: Canvas, *items: RenderableType) -> None:
    """Write the items one below the other, without trailing blanks."""
    console = _console(canvas)
    buffer = StringIO()
    console.file = buffer
    for item in items:
        console.print(item, soft_wrap=False, overflow="fold", crop=False)
    for line in buffer.getvalue().split("\n")[:-1]:
        output.write(_TRAILING_BLANKS.sub(r"\1", line) + "\n")
