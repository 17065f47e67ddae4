"""cat and listen on a terminal: typed lines go out, remote text comes in escaped, in the colour of its side."""

import re
import signal
import socket
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pexpect  # type: ignore[import-untyped]
import pyte
import pytest

from tests.cli import PROGRAM, variables
from tests.commands.relay_runs import PATIENCE_S, events_of, listening, peer

HERE = "127.0.0.1"
REMOTE = "\x1b[36m"
"""Cyan is the colour of the other side (core.relay.terminal)."""
RED = b"a\x1b[31mb\xc3\xa8\xff\\\r\n"


@contextmanager
def terminal(*words: str, **env: str) -> Iterator["pexpect.spawn"]:
    """nettools on a terminal of its own."""
    child = pexpect.spawn(
        PROGRAM[0],
        [*PROGRAM[1:], *words],
        env=variables(**{"TERM": "xterm-256color", **env}),
        encoding="utf-8",
        timeout=PATIENCE_S,
        dimensions=(24, 100),
    )
    try:
        yield child
    finally:
        child.close(force=True)


def ended(child: "pexpect.spawn") -> str:
    """What was shown until the end; ``child.exitstatus`` is known then."""
    child.expect(pexpect.EOF)
    child.close()
    return str(child.before)


def says(octets: bytes) -> AbstractContextManager[str]:
    """A server that says this and ends."""
    return peer(lambda connection: connection.sendall(octets))


def test_a_typed_line_goes_out_and_its_answer_comes_in_in_the_colour_of_the_other_side() -> None:
    with listening("--service", "echo", "-k") as server, terminal("cat", HERE, server.port) as child:
        child.sendline("hello")
        child.expect_exact(f"hello\r\n{REMOTE}hello\x1b[0m\r\n")
        child.sendeof()
        assert ended(child) == ""
    assert child.exitstatus == 0


def test_ctrl_d_half_closes_and_the_rest_is_still_read() -> None:
    def answer(connection: socket.socket) -> None:
        while connection.recv(100):
            pass
        connection.sendall(b"after the end\n")

    with peer(answer) as port, terminal("cat", HERE, port, "--timeline") as child:
        child.sendline("x")
        child.sendeof()
        said = ended(child)
    assert child.exitstatus == 0
    assert f"{REMOTE}after the end\x1b[0m\r\n" in said
    assert "sent 2 bytes" in said
    assert "received 14 bytes" in said


def test_ctrl_c_ends_with_130_and_the_timeline() -> None:
    with listening("--service", "echo", "-k") as server, terminal("cat", HERE, server.port, "--timeline") as child:
        child.sendline("hello")
        child.expect_exact(f"{REMOTE}hello\x1b[0m")
        child.sendintr()
        said = ended(child)
    assert child.exitstatus == 130
    assert re.search(r"ms  connected to .*\r\n.*ms  first byte in\r\n.*ms  ended by signal 2; sent 6 bytes", said)


def test_what_would_move_the_terminal_is_shown_and_not_obeyed() -> None:
    with says(RED + b"\x1b[2J\x1b]0;title\x07\x9b31m\n") as port, terminal("cat", HERE, port) as child:
        said = ended(child)
    screen = pyte.Screen(100, 24)
    pyte.Stream(screen).feed(said)
    assert screen.display[0].rstrip() == r"a\x1b[31mbè\xff" + "\\\\"
    assert screen.display[1].rstrip() == r"\x1b[2J\x1b]0;title\x07\x9b31m"
    assert screen.title == ""
    assert {screen.buffer[0][column].fg for column in range(10)} == {"cyan"}


def test_raw_writes_what_comes() -> None:
    with says(b"a\x1b[31mb\n") as port, terminal("cat", HERE, port, "--raw") as child:
        assert ended(child) == "a\x1b[31mb\r\n"


@pytest.mark.parametrize(
    ("words", "env"),
    [([], {"NO_COLOR": "1"}), ([], {"TERM": "dumb"}), (["--color", "never"], {})],
    ids=["NO_COLOR", "dumb", "never"],
)
def test_without_colour_it_is_escaped_all_the_same(words: list[str], env: dict[str, str]) -> None:
    with says(b"\x1b[31mred\n") as port, terminal("cat", HERE, port, *words, **env) as child:
        assert ended(child) == "\\x1b[31mred\r\n"


def test_events_count_the_octets_of_the_network_and_not_those_of_the_screen(tmp_path: Path) -> None:
    path = tmp_path / "events"
    with says(b"\x1b[31mred\n") as port, terminal("cat", HERE, port, "--events", str(path)) as child:
        ended(child)
    close = events_of(path.read_bytes())[-1]
    assert (close["event"], close["bytes_in"]) == ("close", 9)


def test_when_the_other_side_ends_it_is_over_at_once_though_the_keyboard_has_not() -> None:
    with says(b"bye\n") as port, terminal("cat", HERE, port) as child:
        ended(child)
    assert child.exitstatus == 0


def test_no_progress_is_drawn_between_what_is_typed_and_what_comes() -> None:
    with listening("--service", "echo", "-k") as server, terminal("cat", HERE, server.port) as child:
        for line in ("one", "two"):
            child.sendline(line)
            child.expect_exact(f"{REMOTE}{line}")
        child.expect(pexpect.TIMEOUT, timeout=1.2)
        assert str(child.before) == "\x1b[0m\r\n"


def test_a_server_on_a_terminal_shows_its_client_escaped_and_in_colour() -> None:
    with terminal("listen", "0", "-4", "--announce-listen") as child:
        child.expect(r"listening 127\.0\.0\.1 (\d+)\r\n")
        with socket.create_connection((HERE, int(child.match[1])), PATIENCE_S) as client:
            child.sendline("typed")
            assert client.recv(100) == b"typed\n"
            client.sendall(b"\x1b[31mred\n")
            child.expect_exact(f"{REMOTE}\\x1b[31mred\x1b[0m\r\n")
        ended(child)
    assert child.exitstatus == 0


def test_a_server_of_many_on_a_terminal_ends_with_ctrl_c() -> None:
    with terminal("listen", "0", "-4", "-k", "--announce-listen") as child:
        child.expect(r"listening 127\.0\.0\.1 (\d+)\r\n")
        with socket.create_connection((HERE, int(child.match[1])), PATIENCE_S) as client:
            client.sendall(b"\x9b\n")
            child.expect_exact(f"{REMOTE}\\x9b\x1b[0m\r\n")
            child.sendintr()
            ended(child)
            assert client.recv(1) == b""
    assert child.exitstatus == 128 + signal.SIGINT
