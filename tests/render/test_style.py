"""What a colour says: never the only one to say it. When to use colour is in tests/test_cli.py, a table."""

import re

import pytest
from rich.style import Style

from nettools.render.style import MEANING
from tests.cli import run

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
    times = re.compile(r"[0-9.]+m?s|[0-9]+\.[0-9]+")  # differ between two scans
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
