"""Tables that always show everything: side by side what has room, the rest beside it as details, or below its row.

======================== ======================================================================
all columns fit          a table
those in front fit       a table whose last column has the others as ``label value``, folded there
not even so              the columns that fit, and the others indented below each row
======================== ======================================================================

Where there is no room for all, columns that nobody has a value for are left out. Cells are ``Text``, or ``str`` that
is safe already: with those a table of 100,000 lines takes no more time than the lines themselves.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Final, NamedTuple

from rich.cells import cell_len
from rich.text import Text

from nettools.render.output import Output
from nettools.render.style import Canvas
from nettools.render.table import UNBOUNDED_WIDTH, Head, folded, head_rule, styled, text

Cell = Text | str

_LEAST_DETAILS: Final = 28
"""Columns that details need beside the others to be readable; with less they stand below them."""
_INDENT: Final = 4
_ABSENT: Final = frozenset({"", "-"})


class Column(NamedTuple):
    """One column, the most needed first."""

    head: Head
    label: str | None = None
    """Before the value among details; None: the title in lower case, empty: the value speaks for itself."""
    is_short: bool = True
    """Whether several such go on one line of details."""


Paint = Callable[[Sequence[Cell], int], Cell]
"""(row, place) -> the cell with its colour, for rows of plain text."""


def draw_fitted(
    output: Output,
    canvas: Canvas,
    columns: Sequence[Column],
    rows: Sequence[Sequence[Cell]],
    *,
    always: int = 1,
    paint: Paint | None = None,
) -> None:
    """Draw the rows; the first ``always`` columns are never moved into the details."""
    if not rows:
        return
    _Fitted(output, canvas, columns, rows, always=always, paint=paint).draw()


class _Fitted:
    def __init__(
        self,
        output: Output,
        canvas: Canvas,
        columns: Sequence[Column],
        rows: Sequence[Sequence[Cell]],
        *,
        always: int,
        paint: Paint | None,
    ) -> None:
        self._output = output
        self._canvas = canvas
        self._rows = rows
        self._paint = paint if canvas.color else None
        self._room = canvas.width or UNBOUNDED_WIDTH
        self._columns = columns
        self._places = list(range(len(columns)))
        self._widths = [max(_width_of(rows, place), cell_len(columns[place].head.title)) for place in self._places]
        self._always = always
        if self._total(self._places) > self._room:
            self._places = [place for place in self._places if place < always or self._is_telling(place)]

    def draw(self) -> None:
        total = self._total(self._places)
        last = self._columns[self._places[-1]]
        if total <= self._room:
            self._table(self._places, [])
        elif last.head.is_prose and self._total(self._places[:-1]) + 2 + _LEAST_DETAILS <= self._room:
            self._table(self._places[:-1], self._places[-1:], title=last.head.title, is_labelled=False)
        else:
            self._shrunk()

    def _is_telling(self, place: int) -> bool:
        """Whether anybody has a value there."""
        return any(_plain(row[place]) not in _ABSENT for row in self._rows)

    def _shrunk(self) -> None:
        """Fewer columns, and the others as details."""
        for count in range(len(self._places) - 1, self._always - 1, -1):
            if self._total(self._places[:count]) + 2 + _LEAST_DETAILS <= self._room:
                self._table(self._places[:count], self._places[count:], title="Details")
                return
        count = len(self._places)
        while count > self._always and self._total(self._places[:count]) > self._room:
            count -= 1
        self._lines_below(self._places[:count], self._places[count:])

    def _total(self, places: Sequence[int]) -> int:
        return sum(self._widths[place] for place in places) + 2 * (len(places) - 1)

    def _table(
        self, shown: Sequence[int], rest: Sequence[int], *, title: str | None = None, is_labelled: bool = True
    ) -> None:
        """Rows in columns; ``rest`` in a last one, in as many lines as it needs."""
        write = self._output.write
        room = self._room - self._total(shown) - 2
        details = [list(self._detail_lines(row, rest, is_labelled=is_labelled)) for row in self._rows] if rest else []
        widest = max([cell_len(title or ""), *(cell_len(_plain(line)) for lines in details for line in lines)])
        heads = [text(self._columns[place].head.title, "heading") for place in shown]
        self._line(shown, heads, text(title, "heading") if title else "")
        write(head_rule(self._canvas, self._total(shown) + (2 + min(widest, room) if rest else 0)) + "\n")
        blank: list[Cell] = ["" for _ in shown]
        for number, row in enumerate(self._rows):
            cells = self._painted(row, shown)
            if not rest:
                self._line(shown, cells, "")
                continue
            parts = [part for line in details[number] for part in _in_parts(line, room)] or [""]
            self._line(shown, cells, parts[0])
            for part in parts[1:]:
                self._line(shown, blank, part)

    def _lines_below(self, shown: Sequence[int], rest: Sequence[int]) -> None:
        """For narrow terminals; where the columns in front have no room either, they only follow each other."""
        is_aligned = self._total(shown) <= self._room
        if is_aligned:
            self._line(shown, [text(self._columns[place].head.title, "heading") for place in shown], "")
            self._output.write(head_rule(self._canvas, self._total(shown)) + "\n")
        for row in self._rows:
            cells = self._painted(row, shown)
            if is_aligned:
                self._line(shown, cells, "")
            else:
                joined = Text("  ").join(_as_text(cell) for cell in cells if _plain(cell) not in _ABSENT)
                self._hanging(joined, 0, hang=2)
            for line in self._detail_lines(row, rest, is_labelled=True):
                self._hanging(line, _INDENT, hang=2)

    def _hanging(self, line: Cell, indent: int, *, hang: int) -> None:
        indent, hang = min(indent, self._room // 5), min(hang, self._room // 10)
        room = max(self._room - indent, 1)
        for number, part in enumerate(_in_parts(line, room, later=max(room - hang, 1))):
            self._put(" " * (indent + (hang if number else 0)), part)

    def _detail_lines(self, row: Sequence[Cell], rest: Sequence[int], *, is_labelled: bool) -> Iterator[Cell]:
        cells = self._painted(row, rest)
        short = [
            self._labelled(place, cell) if is_labelled else cell
            for place, cell in zip(rest, cells, strict=True)
            if self._columns[place].is_short and _plain(cell) not in _ABSENT
        ]
        if len(short) == 1:
            yield short[0]
        elif short:
            yield (
                "  ".join(map(_plain, short))
                if all(type(one) is str for one in short)
                else Text("  ").join(map(_as_text, short))
            )
        for place, cell in zip(rest, cells, strict=True):
            if not self._columns[place].is_short and _plain(cell) not in _ABSENT:
                yield self._labelled(place, cell) if is_labelled else cell

    def _labelled(self, place: int, cell: Cell) -> Cell:
        one = self._columns[place]
        label = one.head.title.lower() if one.label is None else one.label
        if not label:
            return cell
        return f"{label} {cell}" if isinstance(cell, str) else Text.assemble(f"{label} ", cell)

    def _painted(self, row: Sequence[Cell], places: Sequence[int]) -> list[Cell]:
        if self._paint is None:
            return [row[place] for place in places]
        return [self._paint(row, place) for place in places]

    def _line(self, shown: Sequence[int], cells: Sequence[Cell], behind: Cell) -> None:
        padded: list[str] = []
        for place, cell in zip(shown, cells, strict=True):
            plain = _plain(cell)
            blanks = " " * (self._widths[place] - (len(plain) if plain.isascii() else cell_len(plain)))
            said = self._said(cell)
            padded.append(blanks + said if self._columns[place].head.align == "right" else said + blanks)
        if _plain(behind):
            padded.append(self._said(behind))
        self._output.write("  ".join(padded).rstrip() + "\n")

    def _put(self, lead: str, part: Cell) -> None:
        self._output.write((lead + self._said(part)).rstrip() + "\n")

    def _said(self, cell: Cell) -> str:
        if isinstance(cell, str):
            return cell
        return styled(cell, self._canvas.colors) if self._canvas.color else cell.plain


def _plain(cell: Cell) -> str:
    return cell if isinstance(cell, str) else cell.plain


def _as_text(cell: Cell) -> Text:
    return Text(cell) if isinstance(cell, str) else cell


def _width_of(rows: Sequence[Sequence[Cell]], place: int) -> int:
    """Columns that the widest cell needs."""
    plains = {_plain(row[place]) for row in rows}
    return max(len(one) if one.isascii() else cell_len(one) for one in plains)


def _in_parts(line: Cell, room: int, *, later: int | None = None) -> Iterator[Cell]:
    """The line, in pieces where it has no room."""
    plain = _plain(line)
    if "\n" in plain:
        for one in _as_text(line).split("\n"):
            yield from _in_parts(one, room, later=later)
    elif (len(plain) if plain.isascii() else cell_len(plain)) <= room:
        yield line
    else:
        yield from folded(_as_text(line), room, later=later)
