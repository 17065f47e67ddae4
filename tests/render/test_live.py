"""A block that is drawn over itself, on a terminal that may change its size meanwhile: nothing is left over."""

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import partial
from random import Random

import pyte
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.console import Group
from rich.text import Text

from nettools.core.ifaces.rates import Flow, InterfaceRate
from nettools.render.live import LiveBlock
from nettools.render.output import Output
from nettools.render.rates import rate_table
from nettools.render.style import Canvas
from nettools.render.table import text

PROMPT = "$ nettools"
NOW = datetime(2024, 1, 2, 3, 4, 5, tzinfo=UTC)
CANVAS = Canvas(width=None, color=False, ascii_only=False)
COLORED = Canvas(width=None, color=True, ascii_only=False)


class Terminal:
    """A screen with a prompt on it, on which a block is drawn."""

    def __init__(self, columns: int = 40, rows: int = 12, encoding: str = "utf-8") -> None:
        self.sent = b""
        self.screen = pyte.Screen(columns, rows)
        self.feed(f"{PROMPT}\r\n")
        output = Output(self, name="the screen", encoding=encoding)
        self.block = LiveBlock(output, lambda: (self.screen.columns, self.screen.lines))

    def write(self, data: bytes, /) -> int:
        self.sent += data
        self.feed(data.decode().replace("\n", "\r\n"))
        return len(data)

    def fileno(self) -> int:
        return -1

    def feed(self, sent: str) -> None:
        pyte.Stream(self.screen).feed(sent)

    def show(self, *lines: str, canvas: Canvas = CANVAS) -> list[str]:
        """Draw these lines and return what is seen."""
        self.block.show(canvas, lambda _: Text("\n").join(text(line) for line in lines) if lines else Group())
        return self.lines

    @property
    def lines(self) -> list[str]:
        """What is seen, without empty lines at the end."""
        shown = [line.rstrip() for line in self.screen.display]
        while shown and not shown[-1]:
            shown.pop()
        return shown

    def narrow(self, columns: int) -> None:
        """Fold what is too long for the new width, and keep the cursor at its character, as terminals do."""
        above = [line.rstrip() for line in self.screen.display[: self.screen.cursor.y]]
        below = [line.rstrip() for line in self.screen.display[self.screen.cursor.y :]]
        while below and not below[-1]:
            below.pop()
        rows = sum(max(1, -(-cell_len(line) // columns)) for line in below)
        self.screen = pyte.Screen(columns, self.screen.lines)
        self.feed("".join(f"{line}\r\n" for line in above) + "\r\n".join(below))
        self.feed(f"\x1b[{rows - 1}A\r" if rows > 1 else "\r")

    def lower(self, rows: int) -> None:
        """Lose rows: those below the cursor go first, as in VTE and tmux."""
        kept = [line.rstrip() for line in self.screen.display[:rows]]
        place = self.screen.cursor.y
        self.screen = pyte.Screen(self.screen.columns, rows)
        self.feed("\r\n".join(kept) + f"\x1b[{place + 1};1H")


def test_the_next_picture_stands_in_the_place_of_the_last() -> None:
    terminal = Terminal()
    assert terminal.show("one", "two") == [PROMPT, "one", "two"]
    assert terminal.show("ONE", "TWO") == [PROMPT, "ONE", "TWO"]


@pytest.mark.parametrize("pictures", [(["a"], ["a", "b", "c"]), (["a", "b", "c"], ["x"]), (["long line"], ["l"])])
def test_a_picture_may_grow_and_shrink(pictures: tuple[list[str], ...]) -> None:
    terminal = Terminal()
    for picture in pictures:
        assert terminal.show(*picture) == [PROMPT, *picture]


def test_a_picture_of_nothing_leaves_the_place_empty_and_the_next_one_fills_it() -> None:
    terminal = Terminal()
    terminal.show("one", "two")
    assert terminal.show() == [PROMPT]
    assert terminal.show("three") == [PROMPT, "three"]


def test_empty_lines_have_their_place_too() -> None:
    terminal = Terminal()
    terminal.show("a", "", "b")
    assert terminal.show("x", "", "", "y") == [PROMPT, "x", "", "", "y"]
    assert terminal.show("z") == [PROMPT, "z"]


def test_more_lines_than_there_are_rows_end_in_how_many_more() -> None:
    terminal = Terminal(rows=6)
    for start in (0, 100, 200):
        shown = terminal.show(*(f"line {number}" for number in range(start, start + 20)))
        assert shown == [PROMPT, *(f"line {number}" for number in range(start, start + 4)), "... 16 more lines"]
    assert terminal.show("end") == [PROMPT, "end"]


def test_as_many_lines_as_there_is_room_for_are_all_shown() -> None:
    terminal = Terminal(rows=6)
    lines = [f"line {number}" for number in range(5)]
    assert terminal.show(*lines) == [PROMPT, *lines]
    assert terminal.show(*lines) == [PROMPT, *lines]


@pytest.mark.parametrize("rows", [1, 2, 3])
def test_a_terminal_of_hardly_any_rows_is_no_trouble(rows: int) -> None:
    terminal = Terminal(rows=rows)
    for _ in range(3):
        shown = [line for line in terminal.show(*(f"line {number}" for number in range(9))) if line != PROMPT]
        assert len(shown) <= max(rows - 1, 1)


@pytest.mark.parametrize("columns", [5, 7, 10, 19, 20, 21, 39])
def test_on_a_terminal_that_became_narrower_nothing_of_the_folded_picture_is_left(columns: int) -> None:
    terminal = Terminal(columns=40, rows=60)
    terminal.show("x" * 40, "y" * 39, "", "z" * 20, "w")
    terminal.narrow(columns)
    shown = terminal.show("end")
    assert "".join(shown[:-1]) == PROMPT
    assert shown[-1] == "end"


def test_on_a_terminal_that_became_narrower_the_next_picture_is_as_wide_as_it_now_is() -> None:
    terminal = Terminal(columns=40, rows=60)
    terminal.show("x" * 40)
    terminal.narrow(20)
    assert terminal.show("y" * 40) == [PROMPT, "y" * 20, "y" * 20]
    assert terminal.show("end") == [PROMPT, "end"]


def test_a_picture_is_made_for_the_terminal_as_it_is() -> None:
    terminal = Terminal(columns=30, rows=20)
    for columns in (30, 20):
        terminal.narrow(columns)
        terminal.block.show(COLORED, lambda canvas: text(f"{canvas.width} {canvas.color} {canvas.ascii_only}"))
        assert terminal.lines == [PROMPT, f"{columns} True False"]


def test_a_terminal_that_became_wider_gets_wider_pictures() -> None:
    terminal = Terminal(columns=20)
    terminal.show("x" * 40)
    terminal.screen.resize(columns=40)
    assert terminal.show("y" * 40) == [PROMPT, "y" * 40]


def test_a_terminal_that_lost_rows_shows_what_there_is_room_for() -> None:
    terminal = Terminal(rows=12)
    terminal.show(*"abcdefghij")
    terminal.lower(5)
    assert terminal.show(*"ABCDEFGHIJ") == [PROMPT, "A", "B", "C", "... 7 more lines"]


def test_wide_characters_and_colours_count_as_wide_as_they_are() -> None:
    terminal = Terminal(columns=20, rows=30)
    terminal.block.show(COLORED, lambda _: Group(text("日本語" * 5, "good"), text("plain" * 8, "bad")))
    terminal.narrow(10)
    shown = terminal.show("end")
    assert (shown[-1], len(shown)) == ("end", 2)


def test_an_ascii_terminal_is_sent_ascii_alone() -> None:
    terminal = Terminal(encoding="ascii")
    terminal.show("grün → 日本")
    terminal.show("end")
    assert terminal.sent.isascii()
    assert terminal.lines == [PROMPT, "end"]


def test_nothing_has_to_be_put_right_afterwards() -> None:
    """No hidden cursor, no other screen: only moves up, erasing, colours, and the folding is off while it draws."""
    terminal = Terminal()
    for picture in (["a", "b"], ["c"], ["d", "e", "f"]):
        terminal.show(*picture, canvas=COLORED)
    sent = terminal.sent.decode()
    line = r"\r\x1b\[K(?:[a-f]|\x1b\[[0-9;]*m)*"
    empty = r"(?:\r\x1b7\r\x1b\[K(?:\x1b\[B\x1b\[K)*\x1b8)?"
    assert re.fullmatch(rf"(?:{empty}\x1b\[\?7l(?:{line}\n?)*\x1b\[\?7h(?:\x1b\[\d+A)?\r)*", sent)
    assert (terminal.screen.cursor.x, terminal.screen.cursor.hidden) == (0, False)


def test_the_end_leaves_the_last_picture_and_the_cursor_below_it() -> None:
    terminal = Terminal()
    terminal.show("one", "two")
    terminal.block.end()
    terminal.block.end()
    terminal.feed("$ ")
    assert terminal.lines == [PROMPT, "one", "two", "$"]


def test_after_the_end_a_picture_is_drawn_below_as_after_a_stop() -> None:
    terminal = Terminal()
    terminal.show("one", "two")
    terminal.block.end()
    terminal.feed("[1]+ stopped\r\n$ fg\r\n")
    terminal.block.redraw()
    assert terminal.lines == [PROMPT, "one", "two", "[1]+ stopped", "$ fg", "one", "two"]


def test_a_resize_within_a_picture_draws_one_more_behind_it() -> None:
    terminal = Terminal()
    widths = []

    def picture(canvas: Canvas) -> Text:
        widths.append(canvas.width)
        if len(widths) == 1:
            terminal.narrow(20)
            terminal.block.redraw()
        return Text("x" * 30)

    terminal.block.show(CANVAS, picture)
    assert (widths, terminal.lines) == ([40, 20], [PROMPT, "x" * 20, "x" * 10])


@pytest.mark.parametrize("seed", range(4))
def test_a_hundred_resizes_leave_nothing_over(seed: int) -> None:
    chance = Random(seed)
    terminal = Terminal(columns=200, rows=30)
    for _ in range(100):
        columns = min(chance.choice([1, 2, 7, 20, 40, 80, 120, 200]), terminal.screen.columns)
        terminal.narrow(columns)
        terminal.show(*(f"line {number} " + "x" * chance.randrange(60) for number in range(chance.randrange(12))))
        if columns < 20:
            terminal = Terminal(columns=200, rows=30)
    terminal.narrow(20)
    assert terminal.show("end")[-1] == "end"
    assert sum("line" in line for line in terminal.lines) == 0


def test_a_terminal_of_one_column_and_one_row_breaks_nothing() -> None:
    terminal = Terminal(columns=1, rows=1)
    terminal.show("abc", "def")
    terminal.block.end()
    assert terminal.screen.cursor.x == 0


def test_a_huge_terminal_gets_no_more_than_there_is() -> None:
    terminal = Terminal(columns=500, rows=200)
    assert terminal.show("abc", "x" * 499) == [PROMPT, "abc", "x" * 499]


def test_the_rates_of_interfaces_that_come_and_go_are_drawn_in_place() -> None:
    flow = Flow(bytes_per_s=1000.0, packets_per_s=1.0, errors=0, dropped=0)
    terminal = Terminal(columns=120, rows=30)
    for names in (["lo", "eth0"], ["lo"], ["lo", "eth0", "*[red]\x1b[2J"]):
        rates = [InterfaceRate(time=NOW, ifindex=1, ifname=name, interval_ms=1.0, rx=flow, tx=flow) for name in names]
        terminal.block.show(CANVAS, partial(rate_table, rates=rates))
        assert len(terminal.lines) == 3 + len(names)
        assert [line.split()[0] for line in terminal.lines[3:]] == [name.replace("\x1b", r"\x1b") for name in names]


pictures = st.lists(st.lists(st.text("abc *[]日", max_size=30).map(str.strip), max_size=8), min_size=1, max_size=6)


@settings(max_examples=100)
@given(pictures)
def test_of_any_row_of_pictures_only_the_last_is_seen(shown: Sequence[list[str]]) -> None:
    terminal = Terminal(columns=80, rows=30)
    for picture in shown:
        terminal.show(*picture)
    alone = Terminal(columns=80, rows=30)
    assert terminal.lines == alone.show(*shown[-1])
    assert terminal.screen.cursor.y == alone.screen.cursor.y


@settings(max_examples=100)
@given(
    st.lists(
        st.tuples(st.integers(10, 60), st.lists(st.text("abc xyz", max_size=50), max_size=5)), min_size=1, max_size=5
    )
)
def test_whatever_the_width_becomes_only_the_last_picture_is_seen(shown: list[tuple[int, list[str]]]) -> None:
    terminal = Terminal(columns=60, rows=80)
    for columns, picture in shown:
        if columns < terminal.screen.columns:
            terminal.narrow(columns)
        terminal.show(*picture)
    alone = Terminal(columns=terminal.screen.columns, rows=80)
    assert terminal.lines == alone.show(*shown[-1][1])


def test_what_is_drawn_is_text_and_no_markup() -> None:
    terminal = Terminal()
    terminal.block.show(CANVAS, lambda _: Text("[red]*:smile:[/x]"))
    assert terminal.lines == [PROMPT, "[red]*:smile:[/x]"]
