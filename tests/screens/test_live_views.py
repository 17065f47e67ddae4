"""What is drawn over itself, and what is told line by line: whatever ends it, the terminal is as it was."""

import re
import signal

import pytest

from tests.screens.terminals import Terminal

RATES = ("ifaces", "lo", "--rate", "--interval", "0.1")


def tables(terminal: Terminal) -> int:
    """How many tables of rates are seen."""
    return sum(bool(re.match(r"Interface +(In/s|Way)", line)) for line in terminal.lines)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP], ids=lambda one: one.name)
def test_after_a_signal_the_last_picture_stays_and_the_shell_goes_on_below_it(number: signal.Signals) -> None:
    with Terminal(*RATES) as terminal:
        terminal.until(lambda: tables(terminal) == 1 and "lo" in terminal.lines[-1])
        terminal.signal(number)
        assert terminal.end() == 128 + number
        assert tables(terminal) == 1
        assert terminal.screen.cursor.y == len(terminal.lines)
        assert terminal.is_as_it_should_be


def test_q_ends_it_at_once_and_the_key_is_not_seen() -> None:
    with Terminal("ifaces", "lo", "--rate", "--interval", "0.5") as terminal:
        terminal.until(lambda: tables(terminal) == 1)
        terminal.child.send("xq")
        assert terminal.end() == 0
        assert "x" not in terminal.text
        assert terminal.is_as_it_should_be


def test_a_new_size_is_drawn_at_once_and_nothing_is_left_of_the_old_one() -> None:
    with Terminal("ifaces", "lo", "--rate", "--interval", "1", columns=100) as terminal:
        terminal.until(lambda: tables(terminal) == 1 and "lo" in terminal.lines[-1])
        for columns in (58, 100, 70):
            terminal.resize(columns)
            terminal.until_sent("lo")
            terminal.for_a_while(0.1)
            assert tables(terminal) == 1
            assert len(terminal.lines) <= 6


def test_a_hundred_sizes_end_in_one_picture() -> None:
    with Terminal(*RATES) as terminal:
        terminal.until(lambda: tables(terminal) == 1)
        for number in range(100):
            terminal.child.setwinsize(*[(1, 1), (200, 500), (4, 30), (24, 80)][number % 4])
            terminal.for_a_while(0.002)
        terminal.for_a_while(0.3)
        assert tables(terminal) == 1
        terminal.signal(signal.SIGINT)
        assert terminal.end() == 130


def test_stopped_and_continued_it_gives_the_keys_back_and_draws_below() -> None:
    from tests.cli import PROGRAM

    with Terminal("--norc", "--noprofile", "-i", program=("bash",), PS1="> ", HISTFILE="/dev/null") as terminal:
        terminal.until(lambda: terminal.text.endswith(">"))
        terminal.child.sendline(" ".join([*PROGRAM, *RATES]))
        terminal.until(lambda: tables(terminal) == 1)
        terminal.child.send("\x1a")
        terminal.until(lambda: "Stopped" in terminal.text and terminal.lines[-1] == ">")
        terminal.child.sendline("stty -a | grep -o '.icanon'; fg")
        terminal.until(lambda: tables(terminal) == 2)
        assert "-icanon" not in terminal.text
        terminal.child.send("q")
        terminal.until(lambda: terminal.lines[-1] == ">")
        assert tables(terminal) == 2


def test_on_a_terminal_that_cannot_move_its_cursor_it_is_json_lines() -> None:
    with Terminal(*RATES, TERM="dumb") as terminal:
        terminal.until(lambda: terminal.sent.count('"type":"event"') >= 2)
        assert "\x1b" not in terminal.sent


@pytest.mark.parametrize("words", [("ifaces", "--watch"), ("route", "--watch")])
def test_what_is_told_line_by_line_ends_with_the_signal_and_leaves_the_terminal_alone(words: tuple[str, ...]) -> None:
    with Terminal(*words) as terminal:
        terminal.until(lambda: "Ctrl-C ends" in terminal.text)
        terminal.signal(signal.SIGINT)
        assert terminal.end() == 130
        assert "Traceback" not in terminal.text
        assert terminal.is_as_it_should_be
