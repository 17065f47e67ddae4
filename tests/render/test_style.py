"""What a colour says: never the only one to say it. When to use colour is in tests/test_cli.py, a table."""

import re

import pytest
from rich.style import Style

from nettools.render.style import FIXED_COLORS, MEANING, Canvas, color_count, styles
from nettools.render.table import Head, draw, draw_long, grid, text
from tests.cli import run
from tests.render.drawing import written

SGR = re.compile(r"\x1b\[[0-9;]*m")


@pytest.mark.parametrize("meaning", MEANING)
def test_every_meaning_has_a_style_that_rich_knows(meaning: str) -> None:
    assert Style.parse(MEANING[meaning])


@pytest.mark.parametrize("meaning", MEANING)
def test_styles_keep_to_what_every_terminal_theme_sets(meaning: str) -> None:
    color = Style.parse(MEANING[meaning]).color
    assert color is None or (color.number is not None and color.number < 16)


@pytest.mark.parametrize("columns", [None, 40, 80, 120])
@pytest.mark.parametrize("words", [["port-service", "22", "9092"], ["scan", "127.0.0.1", "1"]])
def test_colour_changes_no_word(words: list[str], columns: int | None) -> None:
    times = re.compile(r"[0-9.]+m?s|─+")  # differ between two scans, and so does the line as wide as the table
    plain = run(*words, columns=columns, env={"NO_COLOR": "1"}).stdout
    coloured = run(*words, "--color", "always", columns=columns).stdout
    assert "\x1b" not in plain
    assert SGR.search(coloured)
    without_blanks = ["".join(SGR.sub("", one).split()) for one in (plain, coloured)]
    assert times.sub("#", without_blanks[0]) == times.sub("#", without_blanks[1])


def test_only_colours_and_no_other_escape_sequence_is_ever_written() -> None:
    for words in (["subnet", "2001:db8::1/64"], ["port-service", "9092"], ["scan", "127.0.0.1", "1"]):
        coloured = run(*words, "--color", "always", columns=60).stdout
        assert "\x1b" not in SGR.sub("", coloured)
        assert coloured.count("\x1b[0m") == len(SGR.findall(coloured)) / 2


def test_a_line_with_colour_ends_without_blanks_too() -> None:
    coloured = run("subnet", "192.0.2.0/24", "--color", "always", columns=100).stdout
    for line in SGR.sub("", coloured).splitlines():
        assert line == line.rstrip()


def luminance(red: int, green: int, blue: int) -> float:
    """Relative luminance of a colour of sRGB: WCAG 2.2."""
    red_, green_, blue_ = (
        (part / 255 / 12.92) if part / 255 <= 0.04045 else ((part / 255 + 0.055) / 1.055) ** 2.4
        for part in (red, green, blue)
    )
    return 0.2126 * red_ + 0.7152 * green_ + 0.0722 * blue_


BACKGROUNDS = {
    "black": (0, 0, 0),
    "dark grey": (30, 30, 30),
    "dark blue": (0, 43, 54),
    "white": (255, 255, 255),
    "paper": (253, 246, 227),
}


@pytest.mark.parametrize("background", BACKGROUNDS)
@pytest.mark.parametrize("meaning", FIXED_COLORS)
def test_what_has_a_fixed_colour_can_be_read_on_dark_and_on_light(meaning: str, background: str) -> None:
    shown = Style.parse(styles(256)[meaning]).color
    assert shown is not None
    light, dark = sorted((luminance(*shown.get_truecolor()), luminance(*BACKGROUNDS[background])), reverse=True)
    assert (light + 0.05) / (dark + 0.05) >= 3


def test_nothing_is_dim_where_a_colour_can_say_it() -> None:
    assert not any(Style.parse(style).dim for style in styles(256).values())
    assert styles(256).keys() == styles(8).keys() == MEANING.keys()


@pytest.mark.parametrize(
    ("variables", "count"),
    [
        ({"TERM": "xterm-256color"}, 256),
        ({"TERM": "tmux-direct"}, 256),
        ({"TERM": "xterm-kitty"}, 256),
        ({"TERM": "xterm", "COLORTERM": "truecolor"}, 256),
        ({"TERM": "xterm"}, 8),
        ({"TERM": "linux"}, 8),
        ({}, 8),
    ],
)
def test_how_many_colours_a_terminal_has_it_says_itself(variables: dict[str, str], count: int) -> None:
    assert color_count(variables) == count


def test_the_same_colours_mean_the_same_in_short_and_in_long_tables() -> None:
    canvas = Canvas(width=None, color=True, ascii_only=False, colors=256)
    heads = [Head(title="One"), Head(title="Two")]
    rows = [[text("a", "good"), text("b", "quiet")]]
    short = written(lambda output: draw(output, canvas, grid(canvas, heads, rows)))
    long = written(lambda output: draw_long(output, canvas, heads, rows * 300))
    for code in ("\x1b[38;5;28ma", "\x1b[38;5;244mb"):
        assert code in short
        assert code in long
