import re

import pyte
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nettools.core.relay.terminal import SIDE_COLORS, TerminalText
from tests.core.relay.splitting import in_pieces, through

HOSTILE = st.lists(
    st.one_of(
        st.binary(max_size=4),
        st.sampled_from(
            [
                b"\r",
                b"\n",
                b"\r\n",
                b"\t",
                b"text",
                b"\x1b[2J",
                b"\x1b]0;title\x07",
                b"\x9b1A",
                "\x9b1A".encode(),
                "é€\U0001f600".encode(),
                "\u202e".encode(),
                b"\\",
                b"\xf0\x9f",
            ]
        ),
    ),
    max_size=20,
).map(b"".join)


@pytest.mark.parametrize(
    ("pieces", "shown"),
    [
        ([b"two\nlines\n"], "two\nlines\n"),
        ([b"two\r\nlines\r\n"], "two\nlines\n"),
        ([b"a\r", b"\nb"], "a\nb"),
        ([b"a\rb\r"], r"a\x0db\x0d"),
        ([b"a\tb"], "a\tb"),
        ([b"\x1b[31mred\x07\x00"], r"\x1b[31mred\x07\x00"),
        (["\u202eabc\x9b".encode()], r"\u{202e}abc\u{9b}"),
        ([b"C:\\dir"], r"C:\\dir"),
        ([b"\xe2", b"\x82", b"\xac"], "€"),
        ([b"\xe2\x82"], r"\xe2\x82"),
        ([b"\xff\xfe"], r"\xff\xfe"),
    ],
)
def test_a_terminal_is_shown_text_and_no_controls(pieces: list[bytes], shown: str) -> None:
    assert through(TerminalText(), pieces).decode() == shown


def test_no_more_than_the_beginning_of_a_character_is_kept_back() -> None:
    stage = TerminalText()
    assert stage.feed(b"login: ") == b"login: "
    assert stage.feed(b"a\xf0\x9f\x98") == b"a"
    assert stage.feed(b"\x80b\r") == "\U0001f600b".encode()
    assert stage.finish() == rb"\x0d"


@given(in_pieces(HOSTILE))
def test_any_split_shows_the_same(pieces: list[bytes]) -> None:
    whole = through(TerminalText(), [b"".join(pieces)])
    assert through(TerminalText(), pieces) == whole
    coloured = through(TerminalText(color=SIDE_COLORS["in"]), pieces)
    assert re.sub(rb"\x1b\[[0-9]*m", b"", coloured) == whole


@given(in_pieces(HOSTILE))
def test_a_terminal_never_obeys_what_the_other_side_says(pieces: list[bytes]) -> None:
    text = through(TerminalText(), pieces).decode()
    assert all(character in "\n\t" or character.isprintable() for character in text)
    screen = pyte.Screen(1000, 100)
    stream = pyte.Stream(screen)
    screen.set_mode(pyte.modes.LNM)
    stream.feed(text)
    assert screen.title == ""
    lines = text.split("\n")
    assert screen.cursor.y == len(lines) - 1
    for number, line in enumerate(lines):
        if "\t" not in line and line.isascii():
            assert "".join(screen.buffer[number][column].data for column in range(len(line))) == line


@given(in_pieces(HOSTILE))
def test_a_colour_ends_with_each_line_and_each_read(pieces: list[bytes]) -> None:
    stage = TerminalText(color="36")
    for piece in [*pieces, None]:
        shown = (stage.finish() if piece is None else stage.feed(piece)).decode()
        for line in shown.split("\n"):
            assert re.fullmatch(r"(\x1b\[36m[^\x1b]+\x1b\[0m)?", line)


def test_a_character_that_the_terminal_lacks_is_escaped() -> None:
    assert through(TerminalText(encoding="ascii"), ["aé€".encode()]) == rb"a\xe9\u20ac"
