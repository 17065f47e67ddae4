"""Examples of help: read from an epilog, and folded so that a shell still takes them for one line."""

import shlex

from hypothesis import given
from hypothesis import strategies as st

from nettools.commands._examples import Example, folded, read_examples

WORDS = st.lists(
    st.text("abc-19./:|", min_size=1, max_size=12)
    | st.text("ab c|", min_size=1, max_size=9).map(lambda word: f"'{word}'"),
    min_size=1,
    max_size=12,
)


def test_the_line_above_says_what_an_example_is_for() -> None:
    assert read_examples("\b\nExamples:\n  # why\n  nettools a\n  nettools b\n") == (
        Example(purpose="why", line="nettools a"),
        Example(purpose="", line="nettools b"),
    )


def test_without_examples_there_are_none() -> None:
    assert read_examples("") == ()


@given(WORDS, st.integers(10, 100))
def test_a_folded_line_is_the_same_to_a_shell(words: list[str], width: int) -> None:
    line = " ".join(words)
    rows = folded(line, width)
    assert all(row.endswith(" \\") for row in rows[:-1])
    joined = "\n".join(rows).replace("\\\n", "")
    assert shlex.split(joined) == shlex.split(line)


@given(st.lists(st.text("abc", min_size=1, max_size=8), min_size=1, max_size=12), st.integers(20, 60))
def test_a_folded_line_fits_where_its_words_do(words: list[str], width: int) -> None:
    assert all(len(row) <= width for row in folded(" ".join(words), width))


@given(st.lists(st.text("abc", min_size=1, max_size=8), min_size=1, max_size=12))
def test_a_line_that_fits_is_left_alone(words: list[str]) -> None:
    line = " ".join(words)
    assert folded(line, len(line)) == [line]


def test_an_option_stays_with_its_value() -> None:
    assert folded("nettools scan localhost -p 22,80 --json", 29) == [
        "nettools scan localhost \\",
        "    -p 22,80 --json",
    ]
