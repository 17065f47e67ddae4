"""The line that goes away, and messages that are folded between words."""

from hypothesis import given
from hypothesis import strategies as st

from nettools.render.status_line import StatusLine, width, wrapped


def test_what_is_shown_is_taken_away_once() -> None:
    told: list[str] = []
    line = StatusLine(told.append, lambda: 80)
    line.clear()
    line.show(lambda columns: f"{columns} columns")
    line.clear()
    line.clear()
    assert told == ["\r\x1b[K\x1b[?7l80 columns\x1b[?7h\r", "\r\x1b[K"]


def test_it_is_made_for_the_width_that_there_is_now() -> None:
    told: list[str] = []
    widths = iter([80, 20])
    line = StatusLine(told.append, lambda: next(widths))
    line.redraw()
    line.show(lambda columns: f"{columns}")
    line.redraw()
    assert ["80" in told[0], "20" in told[1]] == [True, True]


def test_a_line_that_was_folded_is_erased_piece_by_piece() -> None:
    """Not with ED: tmux keeps what that erases from the top of the screen, ten lines of history a second."""
    told: list[str] = []
    widths = iter([80, 30, 90, 10])
    line = StatusLine(told.append, lambda: next(widths))
    line.show(lambda _: "x" * 70)
    line.show(lambda _: "x" * 20)
    line.show(lambda _: "x" * 20)
    line.clear()
    erase = "\r\x1b[K"
    assert [text.partition("\x1b[?7l")[0] for text in told] == [
        erase,
        f"\r\x1b7{erase}\x1b[B\x1b[K\x1b[B\x1b[K\x1b8",
        erase,
        f"\r\x1b7{erase}\x1b[B\x1b[K\x1b8",
    ]


def test_where_it_would_disturb_it_is_not_drawn() -> None:
    told: list[str] = []
    StatusLine(told.append, lambda: 80, may_draw=lambda: False).show(str)
    assert told == []


def test_what_somebody_else_wrote_below_is_not_erased() -> None:
    told: list[str] = []
    line = StatusLine(told.append, lambda: 80)
    line.show(str)
    line.forget()
    line.clear()
    assert len(told) == 1


def test_wide_and_combining_characters_count_as_wide_as_they_are() -> None:
    assert [width(one) for one in ("abc", "日本", "e\u0301", "")] == [3, 4, 1, 0]


@given(st.lists(st.text("abc日.:'", min_size=1, max_size=12), min_size=1, max_size=30), st.integers(1, 120))
def test_a_message_is_folded_between_words_and_loses_none(words: list[str], columns: int) -> None:
    told = wrapped(" ".join(words), columns)
    assert told.split() == words
    first, *rest = told.split("\n")
    assert all(line.startswith("  ") for line in rest)
    if columns >= 40:
        assert all(width(line) < columns for line in (first, *rest))


def test_away_from_a_terminal_a_message_is_one_line() -> None:
    assert wrapped("word " * 100, None) == "word " * 100
