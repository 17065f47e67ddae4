"""How far the work is, and what is waited for: seen while it lasts, and nothing of it left over afterwards."""

import json
import re
import signal
import socket
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.screens.terminals import Terminal

LONG = ("scan", "127.0.0.1", "1-60000", "--rate", "2000")
"""Half a minute on loopback."""
PROGRESS = re.compile(r"^ +\d+ % .*ports  \d+ open", re.MULTILINE)


def is_under_way(terminal: Terminal) -> bool:
    return bool(PROGRESS.search(terminal.text))


@contextmanager
def silent_server() -> Iterator[str]:
    """A port that takes questions and never answers."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server:
        server.bind(("127.0.0.1", 0))
        yield f"127.0.0.1:{server.getsockname()[1]}"


def test_a_scan_says_how_much_of_how_much_is_done_and_when_it_will_end() -> None:
    with Terminal(*LONG) as terminal:
        terminal.until(lambda: " left" in terminal.text)
        assert re.fullmatch(r" +\d+ %  [\d,]+/60,000 ports  \d+ open  [\d,]+/s  (\d+ min )?\d+ s left", terminal.text)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP], ids=lambda one: one.name)
def test_after_a_signal_the_answer_stands_alone(number: signal.Signals) -> None:
    with Terminal(*LONG) as terminal:
        terminal.until(lambda: is_under_way(terminal))
        terminal.signal(number)
        assert terminal.end() == 128 + number
        assert not is_under_way(terminal)
        assert terminal.lines[0].startswith("127.0.0.1 is up")
        assert terminal.is_as_it_should_be


def test_a_terminal_that_becomes_narrower_and_wider_keeps_nothing_of_the_older_lines() -> None:
    with Terminal(*LONG) as terminal:
        terminal.until(lambda: " left" in terminal.text)
        for columns in (40, 24, 12, 60, 7, 120):
            terminal.resize(columns)
            terminal.until_sent("\x1b[?7h", times=2)
            assert len(terminal.lines) <= 1
            assert terminal.screen.cursor.x == 0


def test_a_hundred_resizes_leave_one_line() -> None:
    with Terminal(*LONG) as terminal:
        terminal.until(lambda: " left" in terminal.text)
        for number in range(100):
            terminal.child.setwinsize(*[(1, 1), (200, 500), (5, 33), (24, 80)][number % 4])
            terminal.for_a_while(0.002)
        terminal.until(lambda: is_under_way(terminal))
        assert len(terminal.lines) == 1
        terminal.signal(signal.SIGINT)
        assert terminal.end() == 130


def test_whoever_asks_by_a_signal_gets_a_line_that_stays() -> None:
    with Terminal(*LONG) as terminal:
        terminal.until(lambda: is_under_way(terminal))
        for _ in range(2):
            terminal.signal(signal.SIGUSR1)
            terminal.until_sent("\n")
        terminal.signal(signal.SIGINT)
        assert terminal.end() == 130
        assert [bool(re.match(r"\d+ %  [\d,]+/60,000", line)) for line in terminal.lines[:3]] == [True, True, False]


def test_lines_of_the_answer_that_stream_to_the_same_terminal_are_whole() -> None:
    with (
        socket.create_server(("127.0.0.1", 0)) as server,
        Terminal(
            *LONG[:2], f"1-{server.getsockname()[1]}", "--rate", "100000", "-f", "jsonl", "-v", columns=4000
        ) as it,
    ):
        it.until(lambda: is_under_way(it) or '"summary"' in it.text)
        assert it.end() == 0
        written = [line for line in it.lines if not line.startswith("nettools scan:")]
        kinds = [json.loads(line)["type"] for line in written]
        assert (kinds[0], kinds[-1]) == ("scan", "summary")
        assert "port" in kinds
        assert it.is_as_it_should_be


def test_a_message_takes_the_line_away_first() -> None:
    with Terminal("scan", "127.0.0.1", "127.0.0.300", "1-60000", "--rate", "2000") as terminal:
        terminal.until(lambda: is_under_way(terminal))
        assert terminal.lines[0].startswith("nettools scan: ")
        assert sum("ports" in line for line in terminal.lines) == 1


def test_who_waits_for_more_than_a_second_is_told_what_for() -> None:
    with silent_server() as server, Terminal("resolve", "www.example.com", f"@{server}", "--timeout", "9") as terminal:
        terminal.until(lambda: "waiting" in terminal.text)
        assert terminal.text == f"waiting for {server} for www.example.com  1 s"
        terminal.signal(signal.SIGINT)
        assert terminal.end() == 130
        assert "waiting" not in terminal.text
        assert terminal.is_as_it_should_be


def test_a_terminal_that_cannot_move_its_cursor_is_told_once_and_in_plain_text() -> None:
    words = ("resolve", "www.example.com", "--tries", "1")
    with silent_server() as server, Terminal(*words, f"@{server}", "--timeout", "1.2", TERM="dumb") as terminal:
        assert terminal.end() == 3
        assert terminal.sent.count(f"waiting for {server}") == 1
        assert "\x1b" not in terminal.sent


def test_who_wants_no_progress_sees_none() -> None:
    with Terminal(*LONG, "--progress", "never") as terminal:
        terminal.for_a_while(1.2)
        assert terminal.sent == ""


def test_away_from_a_terminal_not_a_byte_of_it_is_written() -> None:
    script = '"$@" 2>&1 >/dev/null | cat'
    words = (*LONG[:2], "1-2000", "--rate", "4000")
    with Terminal("-c", script, "sh", *_program(), *words, program=("sh",)) as terminal:
        assert terminal.end() == 0
        assert terminal.sent == ""


def test_stopped_and_continued_it_leaves_the_shell_alone_and_comes_back() -> None:
    with Terminal("--norc", "--noprofile", "-i", program=("bash",), PS1="> ", HISTFILE="/dev/null") as terminal:
        terminal.until(lambda: terminal.text.endswith(">"))
        terminal.child.sendline(" ".join([*_program(), *LONG]))
        terminal.until(lambda: is_under_way(terminal))
        terminal.child.send("\x1a")
        terminal.until(lambda: "Stopped" in terminal.text and terminal.lines[-1] == ">")
        assert not is_under_way(terminal)
        terminal.child.sendline("fg")
        terminal.until(lambda: is_under_way(terminal))
        assert sum(bool(PROGRESS.search(line)) for line in terminal.lines) == 1
        terminal.child.sendintr()
        terminal.until(lambda: terminal.lines[-1] == ">")
        assert not is_under_way(terminal)
        assert "interrupted" in terminal.text


def _program() -> list[str]:
    from tests.cli import PROGRAM

    return list(PROGRAM)
