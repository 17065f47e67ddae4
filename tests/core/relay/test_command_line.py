import shlex

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nettools.core.relay.command_line import split_command_line
from nettools.errors import OptionError


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("/bin/cat", ("/bin/cat",)),
        ("  /bin/cat\t-n \n", ("/bin/cat", "-n")),
        ("echo 'a b' \"c d\"", ("echo", "a b", "c d")),
        (r"echo a\ b \\ \'", ("echo", "a b", "\\", "'")),
        (r'echo "a\"b\\c\d"', ("echo", 'a"b\\c\\d')),
        (r"echo 'a\b'", ("echo", r"a\b")),
        ("echo '' x", ("echo", "", "x")),
        ("echo one' 'word", ("echo", "one word")),
        ("echo $HOME *.py | cat # no", ("echo", "$HOME", "*.py", "|", "cat", "#", "no")),
    ],
)
def test_words_are_split_as_posix_quotes_them(line: str, words: tuple[str, ...]) -> None:
    assert split_command_line(line) == words


@given(st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\0")), min_size=1))
def test_what_shlex_quotes_comes_back(words: list[str]) -> None:
    if not words[0]:
        words[0] = "program"
    assert split_command_line(shlex.join(words)) == tuple(words)


@pytest.mark.parametrize(
    ("line", "wrong"),
    [
        ("", "the program is missing"),
        ("  \t", "the program is missing"),
        ("'' x", "the program is missing"),
        ("echo 'a", "a quote that is not closed"),
        ('echo "a', "a quote that is not closed"),
        ("echo a\\", "ends in a backslash"),
    ],
)
def test_what_cannot_be_split_is_told(line: str, wrong: str) -> None:
    with pytest.raises(OptionError, match=wrong):
        split_command_line(line)


def test_an_escape_in_the_command_line_is_not_printed() -> None:
    with pytest.raises(OptionError) as told:
        split_command_line("echo '\x1b[2J")
    assert "\x1b" not in told.value.message
