"""Tables that always show everything, whatever the width: side by side, as details, or below."""

import time
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.text import Text

from nettools.core.text import safe
from nettools.render.fitted import Cell, Column, draw_fitted
from nettools.render.style import Canvas
from nettools.render.table import Head, text
from tests.render.drawing import HOSTILE, canvas_of, faults, missing, squeezed, widest, written
from tests.render.test_table import SGR, hostile

COLUMNS = (
    Column(Head(title="Name")),
    Column(Head(title="Count", align="right")),
    Column(Head(title="Way")),
    Column(Head(title="Source"), label=""),
    Column(Head(title="Notes", is_prose=True), label="", is_short=False),
)
ROWS = [
    ["alpha", "7", "2001:db8:1:2:3:4:5:6", "system", "some words that may fold where there is little room"],
    ["b", "1,234", "-", "iana", ""],
]


def fitted(rows: Sequence[Sequence[Cell]], canvas: Canvas, *, always: int = 2) -> str:
    return written(lambda output: draw_fitted(output, canvas, COLUMNS, rows, always=always))


def test_where_there_is_room_it_is_a_table() -> None:
    head, rule, first, second = fitted(ROWS, canvas_of(None)).splitlines()
    assert head.split() == ["Name", "Count", "Way", "Source", "Notes"]
    assert set(rule) == {"─"}
    assert first.split()[:4] == ["alpha", "7", "2001:db8:1:2:3:4:5:6", "system"]
    assert second == "b      1,234  -                     iana"


def test_prose_in_the_last_column_folds_there() -> None:
    lines = fitted(ROWS, canvas_of(76)).splitlines()
    assert lines[0].split() == ["Name", "Count", "Way", "Source", "Notes"]
    assert [line.rstrip() for line in lines[2:4]] == [
        "alpha      7  2001:db8:1:2:3:4:5:6  system  some words that may fold where",
        "                                            there is little room",
    ]


def test_what_has_no_room_beside_stands_among_details() -> None:
    lines = fitted(ROWS, canvas_of(60)).splitlines()
    assert lines[0].split() == ["Name", "Count", "Details"]
    assert lines[2] == "alpha      7  way 2001:db8:1:2:3:4:5:6  system"
    assert lines[3] == "              some words that may fold where there is little"


def test_on_a_narrow_terminal_it_stands_below() -> None:
    assert fitted(ROWS, canvas_of(30)).splitlines()[2:] == [
        "alpha      7",
        "    way 2001:db8:1:2:3:4:5:6",
        "      system",
        "    some words that may fold",
        "      where there is little",
        "      room",
        "b      1,234",
        "    iana",
    ]


def test_where_not_even_the_first_columns_fit_they_follow_each_other() -> None:
    rows = [["a-name-that-is-long", "1,234,567,890", "-", "-", ""]]
    assert fitted(rows, canvas_of(24)).splitlines() == ["a-name-that-is-long", "  1,234,567,890"]


def test_a_column_without_a_value_goes_before_anything_else_does() -> None:
    rows = [["alpha", "7", "-", "iana", "word " * 4], ["beta", "8", "", "system", ""]]
    assert fitted(rows, canvas_of(45)).splitlines()[0].split() == ["Name", "Count", "Source", "Notes"]


words = st.text("abc日本é-., ", max_size=50).map(str.strip)


@given(st.lists(st.tuples(*[words] * 5), min_size=1, max_size=4), st.integers(2, 150), st.booleans())
def test_nothing_is_lost_and_nothing_is_wider_at_any_width(
    rows: list[tuple[str, ...]], width: int, color: bool
) -> None:
    cells = [[text(cell, "good") for cell in row] for row in rows]
    sent = fitted(cells, canvas_of(width, color=color))
    told = [cell for row in rows for cell in row if cell.strip(" -")]
    assert missing(sent, [word for cell in told for word in cell.split() if len(word) < width - 6]) == []
    for cell in told:
        if len(cell) < 12:
            assert squeezed(cell) in squeezed(sent)
    assert max(cell_len(SGR.sub("", line)) for line in sent.splitlines()) <= width


@given(st.lists(st.tuples(*[hostile] * 5), min_size=1, max_size=3), st.integers(10, 120), st.booleans())
def test_no_text_makes_a_terminal_do_anything_but_show_it(rows: list[tuple[str, ...]], width: int, color: bool) -> None:
    cells = [[text(cell, "bad") for cell in row] for row in rows]
    assert faults(fitted(cells, canvas_of(width, color=color))) == set()


@pytest.mark.parametrize("width", [20, 40, 80, 200, None])
def test_wide_and_combining_characters_keep_the_columns_below_each_other(width: int | None) -> None:
    names = ["日本語" * 3, "e" + "\u0301" * 10_000, HOSTILE, "\U0001f1e9\U0001f1ea", "\ufffd"]
    rows: list[list[Cell]] = [[text(name), "7", "-", "x", ""] for name in names]
    sent = fitted(rows, canvas_of(width))
    assert missing(sent, [safe(name) for name in names]) == []
    assert faults(sent) == set()
    if width == 200 or width is None:
        assert "日本語" in sent


def test_a_table_of_many_rows_is_drawn_in_time() -> None:
    rows = [[f"10.{number >> 8}.{number & 255}.0/24", "7", "192.0.2.1", "static", ""] for number in range(50_000)]
    began_s = time.process_time()
    assert fitted(rows, canvas_of(80)).count("\n") == 50_002
    assert time.process_time() - began_s < 5


def test_what_lies_upon_each_other_has_the_later_colour_and_is_written_once() -> None:
    cell = Text("abcdef", "cyan")
    cell.stylize("red", 2, 4)
    sent = written(lambda output: draw_fitted(output, canvas_of(None, color=True), COLUMNS[:1], [[cell]]))
    assert sent.splitlines()[2] == "\x1b[36mab\x1b[0m\x1b[31mcd\x1b[0m\x1b[36mef\x1b[0m"
    assert widest(sent) == 6
