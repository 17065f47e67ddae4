"""Tables: nothing is lost, nothing of what they show is obeyed by a terminal."""

import re
from collections.abc import Callable, Sequence
from io import BytesIO
from typing import Any

import pyte
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rich.text import Text

from nettools.core.port_service import Service
from nettools.core.text import safe
from nettools.render.output import Output
from nettools.render.port_service import draw_services
from nettools.render.style import Canvas
from nettools.render.table import Head, draw, draw_long, fits, grid, record, text, value_text
from tests.cli import is_harmless

PIPE = Canvas(width=None, color=False, ascii_only=False)
SGR = re.compile(r"\x1b\[[0-9;]*m")
# What a terminal may be told: to show text, to go to the next line, to change the colour.
HARMLESS_ORDERS = {"draw", "linefeed", "carriage_return", "select_graphic_rendition"}

canvases = st.builds(Canvas, width=st.none() | st.integers(20, 200), color=st.booleans(), ascii_only=st.booleans())
words = st.text(st.characters(codec="ascii", categories=["L", "N", "P", "S"]), min_size=1, max_size=60)
ORDERS = ("\x1b]0;pwn\x07", "\x1b]52;c;cHdu\x07", "\x1b[2J", "\x1b[31m", "\x9b31m", "\x9d0;pwn\x9c", "\x1bP", "\x1bc")
CONTROLS = ("\x05", "\x07", "\x08", "\t", "\r", "\n", "\x7f", "\u202e", "\u2066", "\u200b", "\u2028")
MARKUP = (":smile:", "[/x]", "[red]", "\\")
hostile = st.text(max_size=40) | st.lists(
    st.sampled_from([*ORDERS, *CONTROLS, *MARKUP]) | st.text(max_size=3), max_size=8
).map("".join)


def drawn(canvas: Canvas, *items: Any) -> str:
    raw = BytesIO()
    output = Output(raw, name="it")
    draw(output, canvas, *items)
    output.flush()
    return raw.getvalue().decode()


def table(canvas: Canvas, heads: Sequence[Head], rows: Sequence[Sequence[str]]) -> str:
    return drawn(canvas, grid(canvas, heads, [[text(cell) for cell in row] for row in rows]))


class Orders:
    """Stands for a terminal and notes the name of whatever it is told to do."""

    def __init__(self) -> None:
        self.told: set[str] = set()

    def __getattr__(self, name: str) -> Callable[..., None]:
        return lambda *_, **__: self.told.add(name)


def orders(sent: str) -> set[str]:
    """What the text tells a terminal to do."""
    noted = Orders()
    stream = pyte.Stream()
    stream.attach(noted)  # type: ignore[arg-type]
    stream.feed(sent.replace("\n", "\r\n"))
    return noted.told


def shown(sent: str) -> pyte.Screen:
    """A wide terminal after it was sent the text."""
    screen = pyte.Screen(400, 50)
    pyte.Stream(screen).feed(sent.replace("\n", "\r\n"))
    return screen


@pytest.mark.parametrize("order", ["\x1b]0;pwn\x07", "\x1b[2J", "\x9b2J", "\x07", "\x1bc"])
def test_an_order_in_the_text_would_be_seen(order: str) -> None:
    assert not orders(order) <= HARMLESS_ORDERS
    assert orders("a\n\x1b[31mb") == HARMLESS_ORDERS


@settings(max_examples=300, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.tuples(hostile, hostile), min_size=1, max_size=4), canvases)
def test_no_text_in_a_table_makes_a_terminal_do_anything_but_show_it(
    rows: list[tuple[str, str]], canvas: Canvas
) -> None:
    sent = table(canvas, [Head(title="One"), Head(title="Two", is_prose=True)], rows)
    assert orders(sent) <= HARMLESS_ORDERS
    assert is_harmless(SGR.sub("", sent).replace("\n", ""))
    screen = shown(sent)
    assert (screen.title, screen.icon_name, screen.cursor.x) == ("", "", 0)


@settings(max_examples=300, suppress_health_check=[HealthCheck.too_slow])
@given(hostile, hostile, st.booleans())
def test_no_text_in_a_record_makes_a_terminal_do_anything_but_show_it(label: str, value: str, color: bool) -> None:
    canvas = Canvas(width=80, color=color, ascii_only=False)
    sent = drawn(canvas, text(label, "heading"), record(canvas, [(label, text(value, "good"))]))
    assert orders(sent) <= HARMLESS_ORDERS
    assert is_harmless(SGR.sub("", sent).replace("\n", ""))


@settings(max_examples=300)
@given(hostile, hostile)
def test_services_from_a_hostile_machine_are_only_shown(name: str, alias: str) -> None:
    service = Service(
        query=name,
        port=80,
        protocol="tcp",
        name=name,
        aliases=(alias,),
        in_practice=name,
        range="well-known",
        source="system",
    )
    raw = BytesIO()
    output = Output(raw, name="it")
    draw_services(output, Canvas(width=100, color=True, ascii_only=False), [service])
    output.flush()
    assert orders(raw.getvalue().decode()) <= HARMLESS_ORDERS


@given(st.lists(st.lists(words, min_size=3, max_size=3), min_size=1, max_size=5))
def test_away_from_a_terminal_every_cell_stands_whole_in_the_line_of_its_row(rows: list[list[str]]) -> None:
    lines = table(PIPE, [Head(title="A"), Head(title="B", align="right"), Head(title="C", is_prose=True)], rows).split(
        "\n"
    )
    assert len(lines) == len(rows) + 3
    for line, row in zip(lines[2:], rows, strict=False):
        place = 0
        for cell in row:
            place = line.index(safe(cell), place) + len(safe(cell))


@given(
    st.lists(
        st.tuples(
            st.text("abcdefgh", min_size=1, max_size=70),
            st.text("0123456789", min_size=1, max_size=70),
            st.text("ABCDEFGH ", min_size=1, max_size=70),
        ),
        min_size=1,
        max_size=5,
    ),
    canvases,
)
def test_no_character_of_a_cell_is_lost_at_any_width(rows: list[tuple[str, str, str]], canvas: Canvas) -> None:
    heads = [Head(title="α"), Head(title="β", align="right"), Head(title="γ", is_prose=True)]
    sent = SGR.sub("", table(canvas, heads, rows))
    for column, alphabet in enumerate(["abcdefgh", "0123456789", "ABCDEFGH"]):
        kept = "".join(character for character in sent if character in alphabet)
        assert kept == "".join(row[column] for row in rows).replace(" ", "")


@given(st.lists(st.tuples(words, words, words), min_size=1, max_size=5), canvases)
def test_no_line_is_wider_than_the_terminal(rows: list[tuple[str, str, str]], canvas: Canvas) -> None:
    heads = [Head(title="First"), Head(title="Second", align="right"), Head(title="Third", is_prose=True)]
    for line in SGR.sub("", table(canvas, heads, rows)).splitlines():
        assert canvas.width is None or len(line) <= canvas.width


@given(words, st.integers(20, 200))
def test_a_record_folds_and_never_cuts(value: str, width: int) -> None:
    canvas = Canvas(width=width, color=False, ascii_only=False)
    sent = drawn(canvas, record(canvas, [("Label", text(value))]))
    assert all(len(line) <= width for line in sent.splitlines())
    assert re.sub(r"\s", "", sent) == f"Label{safe(value)}"


def test_prose_gives_way_before_a_number_or_a_name_is_broken() -> None:
    canvas = Canvas(width=50, color=False, ascii_only=False)
    heads = [Head(title="Port", align="right"), Head(title="Name"), Head(title="In practice", is_prose=True)]
    sent = table(canvas, heads, [["51820", "a-name-of-20-letters", "words that go on and on for a while"]])
    assert re.search(r"\b51820\b", sent)
    assert "a-name-of-20-letters" in sent
    assert "words" in sent.split()


def test_numbers_stand_at_the_right_of_their_column() -> None:
    lines = table(PIPE, [Head(title="N", align="right"), Head(title="X")], [["1", "a"], ["1000", "b"]]).splitlines()
    assert lines[2:] == ["   1  a", "1000  b"]


@pytest.mark.parametrize("color", [True, False])
def test_no_line_ends_in_blanks(color: bool) -> None:
    canvas = Canvas(width=60, color=color, ascii_only=False)
    sent = table(canvas, [Head(title="A"), Head(title="Long title")], [["long cell", "b"], ["x", "y"]])
    assert all(line == line.rstrip() for line in SGR.sub("", sent).splitlines())


def test_an_address_is_no_emoji_and_a_banner_no_markup() -> None:
    cells = ["2001:db8:a:b::1", "1a:ab:cd:0b", "[/x]", "[red]", ":smile:", "http://192.0.2.1"]
    sent = table(PIPE, [Head(title="A")], [[cell] for cell in cells])
    assert sent.splitlines()[2:] == cells


def test_ascii_only_draws_with_ascii_only() -> None:
    canvas = Canvas(width=40, color=False, ascii_only=True)
    assert table(canvas, [Head(title="A"), Head(title="B")], [["a", "b"]]).isascii()


@pytest.mark.parametrize("wide", ["日本語", "한국어", "👍👍", "e\u0301e\u0301", "ｗｉｄｅ"])
def test_columns_stay_aligned_behind_wide_and_combining_characters(wide: str) -> None:
    sent = table(PIPE, [Head(title="A"), Head(title="B")], [[wide, "mark"], ["x" * 12, "mark"]])
    screen = shown(sent)
    places = [
        next(x for x in range(100) if "".join(screen.buffer[y][x + i].data for i in range(4)) == "mark") for y in (2, 3)
    ]
    assert places[0] == places[1]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (None, "-"),
        (True, "yes"),
        (False, "no"),
        ((), "-"),
        (("a", "b"), "a, b"),
        (0.0123456, "0.0123"),
        (99.96, "100"),
        (123.456, "123"),
        (7, "7"),
        ("text", "text"),
    ],
)
def test_a_value_in_words(value: object, expected: str) -> None:
    assert value_text(value) == expected


@given(st.integers(0, 10**12))
def test_milliseconds_in_words_are_never_in_scientific_notation(microseconds: int) -> None:
    assert "e" not in value_text(microseconds / 1000)


def test_a_text_with_a_meaning_is_still_the_text() -> None:
    assert text("a\x1bb", "good").plain == r"a\x1bb"
    assert isinstance(text("a"), Text)


# Long tables, drawn without rich where no cell has to fold.

MANY = 250
LONG_HEADS = [Head(title="Name"), Head(title="Number", align="right"), Head(title="Notes", is_prose=True)]


def long_table(canvas: Canvas, rows: Sequence[Sequence[str]]) -> str:
    raw = BytesIO()
    output = Output(raw, name="it")
    draw_long(output, canvas, LONG_HEADS, [[text(cell) for cell in row] for row in rows])
    output.flush()
    return raw.getvalue().decode()


@settings(max_examples=25, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(st.tuples(words | st.just("日本語"), words, hostile | st.just("")), min_size=1, max_size=4), st.booleans()
)
def test_a_long_table_is_drawn_as_a_short_one_would_be(rows: list[tuple[str, str, str]], ascii_only: bool) -> None:
    canvas = Canvas(width=None, color=False, ascii_only=ascii_only)
    many = [rows[place % len(rows)] for place in range(MANY)]
    assert long_table(canvas, many) == table(canvas, LONG_HEADS, many)


@pytest.mark.parametrize("width", [20, 23, 24, 60])
def test_a_long_table_on_a_terminal_is_drawn_as_a_short_one_would_be(width: int) -> None:
    canvas = Canvas(width=width, color=False, ascii_only=False)
    many = [(f"eth{number}", str(number), "some notes") for number in range(MANY)]
    assert long_table(canvas, many) == table(canvas, LONG_HEADS, many)


@pytest.mark.parametrize("width", [None, 20, 60])
def test_a_long_table_has_the_colours_of_a_short_one(width: int | None) -> None:
    def inked(sent: str) -> list[tuple[int, int, str, str, bool]]:
        screen = pyte.Screen(100, MANY * 4)
        pyte.Stream(screen).feed(sent.replace("\n", "\r\n"))
        return [
            (y, x, cell.data, cell.fg, cell.bold)
            for y, row in sorted(screen.buffer.items())
            for x, cell in sorted(row.items())
            if cell.data.strip()
        ]

    canvas = Canvas(width=width, color=True, ascii_only=False)
    two = text("blackhole ", "caution").append_text(text("10.0.0.0/8", "network"))
    cells = [[two, text("7", "bad"), text("some notes", "good")], [text("eth0"), text("8"), text("")]] * (MANY // 2)
    raw = BytesIO()
    output = Output(raw, name="it")
    draw_long(output, canvas, LONG_HEADS, cells)
    output.flush()
    seen = inked(raw.getvalue().decode())
    assert seen == inked(drawn(canvas, grid(canvas, LONG_HEADS, cells)))
    assert {fg for *_, fg, _ in seen} >= {"brown", "cyan", "red", "green", "default"}


def test_a_long_table_is_drawn_without_rich(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_args: object) -> None:
        raise AssertionError

    monkeypatch.setattr("nettools.render.table.grid", refuse)
    assert long_table(PIPE, [("a", "1", "")] * MANY).count("\n") == MANY + 2


@pytest.mark.parametrize(
    ("width", "expected"),
    [
        pytest.param(None, True, id="no terminal"),
        pytest.param(40, True, id="all in one line, and two blanks behind each"),
        pytest.param(36, True, id="prose with its least room"),
        pytest.param(35, False, id="no room for readable prose"),
    ],
)
def test_columns_fit_where_prose_keeps_room_to_be_read(width: int | None, expected: bool) -> None:
    heads = [Head(title="Name"), Head(title="Notes", is_prose=True)]
    row = [text("0123456789ab"), text("words that may fold soon")]
    assert fits(Canvas(width=width, color=False, ascii_only=False), heads, [row]) is expected


def test_short_prose_needs_no_more_room_than_it_has() -> None:
    heads = [Head(title="N"), Head(title="P", is_prose=True)]
    canvas = Canvas(width=10, color=False, ascii_only=False)
    assert fits(canvas, heads, [[text("1234"), text("ab")]])
    assert not fits(canvas, heads, [[text("1234567"), text("ab")]])


def test_a_long_title_takes_room_as_well() -> None:
    assert not fits(Canvas(width=10, color=False, ascii_only=False), [Head(title="A long title")], [[text("a")]])
    assert fits(Canvas(width=14, color=False, ascii_only=False), [Head(title="A long title")], [])


@settings(max_examples=100)
@given(st.lists(st.tuples(words, words), min_size=1, max_size=4), st.integers(10, 100))
def test_what_is_said_to_fit_stands_in_columns_and_else_in_records(rows: list[tuple[str, str]], width: int) -> None:
    canvas = Canvas(width=width, color=False, ascii_only=False)
    heads = [Head(title="One"), Head(title="Two")]
    cells = [[text(cell) for cell in row] for row in rows]
    has_heads = "─" in drawn(canvas, grid(canvas, heads, cells)).replace(safe("".join(map("".join, rows))), "")
    assert has_heads == fits(canvas, heads, cells)
