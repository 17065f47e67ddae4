"""How our cat and listen end beside ncat in the same situation: 0, 1 for the network, 2 for the rest."""

import os
import socket
import struct
import subprocess
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.cli import PROGRAM, variables
from tests.peers import require
from tests.relay_peers import free_port

_LONGEST_S = 30.0
OURS_CAT = [*PROGRAM, "cat"]
OURS_LISTEN = [*PROGRAM, "listen"]


@pytest.fixture(autouse=True)
def _needs_ncat() -> None:
    require("ncat", reason="to compare exit statuses")


def status(words: Sequence[str], *, stdin: bytes | None = b"", holds_input: bool = False) -> int:
    """The exit status; ``holds_input`` keeps standard input open and silent until the end."""
    with subprocess.Popen(
        words,
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env=variables(),
    ) as process:
        assert process.stdin is not None
        try:
            if not holds_input:
                with open(os.devnull, "wb") if stdin is None else process.stdin as feed:
                    feed.write(stdin or b"")
            return process.wait(_LONGEST_S)
        except subprocess.TimeoutExpired:
            raise AssertionError(f"{words!r} did not end") from None
        finally:
            process.kill()


@contextmanager
def server(serve: Callable[[socket.socket], None]) -> Iterator[str]:
    """A server of one client; its port."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(_LONGEST_S)

        def run() -> None:
            try:
                client, _ = listener.accept()
            except OSError:
                return  # the client never came: its status says so
            with client:
                serve(client)

        thread = threading.Thread(target=run, daemon=True)
        thread.start()
        yield str(listener.getsockname()[1])
        thread.join(_LONGEST_S)
        assert not thread.is_alive()


def resets(client: socket.socket) -> None:
    client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def says_goodbye(client: socket.socket) -> None:
    client.sendall(b"bye\n")


def is_silent(client: socket.socket) -> None:
    client.settimeout(_LONGEST_S)
    with_octets = client.recv(1)
    assert not with_octets


def test_a_peer_that_closes_is_0() -> None:
    for words in (["ncat"], OURS_CAT):
        with server(says_goodbye) as port:
            assert status([*words, "127.0.0.1", port]) == 0


def test_refused_is_1() -> None:
    port = str(free_port())
    assert status(["ncat", "127.0.0.1", port]) == 1
    assert status([*OURS_CAT, "127.0.0.1", port]) == 1


def test_reset_is_1() -> None:
    for words in (["ncat"], OURS_CAT):
        with server(resets) as port:
            assert status([*words, "127.0.0.1", port], holds_input=True) == 1


def test_an_idle_timeout_is_1() -> None:
    for words in (["ncat"], OURS_CAT):
        with server(is_silent) as port:
            assert status([*words, "-i", "300ms", "127.0.0.1", port], holds_input=True) == 1


def test_nobody_to_connect_to_with_a_unix_socket_is_1(tmp_path: Path) -> None:
    missing = str(tmp_path / "missing")
    assert status(["ncat", "-U", missing]) == 1
    assert status([*OURS_CAT, "-U", missing]) == 1


def test_a_port_that_is_taken_is_2() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        assert status(["ncat", "-l", "127.0.0.1", port]) == 2
        assert status([*OURS_LISTEN, "127.0.0.1", port]) == 2


def test_an_address_that_is_not_ours_is_2() -> None:
    assert status(["ncat", "-l", "192.0.2.1", "40000"]) == 2
    assert status([*OURS_LISTEN, "192.0.2.1", "40000"]) == 2


def test_a_unix_socket_that_is_there_already_is_2(tmp_path: Path) -> None:
    path = str(tmp_path / "taken")
    with socket.socket(socket.AF_UNIX) as taken:
        taken.bind(path)
        taken.listen()
        assert status(["ncat", "-l", "-U", path]) == 2
        assert status([*OURS_LISTEN, "-U", path]) == 2


@pytest.mark.parametrize(
    "words",
    [
        ["--no-such-option"],
        ["127.0.0.1", "65536"],
        ["127.0.0.1", "port"],
        ["-i", "soon", "127.0.0.1", "1"],
    ],
    ids=lambda words: " ".join(words),
)
def test_what_cannot_be_meant_is_2(words: list[str]) -> None:
    assert status([*OURS_CAT, *words]) == 2
    assert status(["ncat", *words]) == 2


def test_a_certificate_that_is_not_there_is_2() -> None:
    theirs = ["ncat", "--ssl", "--ssl-cert", "/nonexistent/file", "--ssl-key", "/nonexistent/file"]
    ours = [*OURS_CAT, "--tls", "--insecure", "--cert", "/nonexistent/file"]
    for words in (theirs, ours):
        with server(says_goodbye) as port:
            assert status([*words, "127.0.0.1", port]) == 2
            with socket.create_connection(("127.0.0.1", int(port))):
                pass  # who reads the file first never came


def test_a_log_that_cannot_be_written_is_2() -> None:
    for words in (["ncat"], OURS_CAT):
        with server(says_goodbye) as port:
            assert status([*words, "-o", "/nonexistent/file", "127.0.0.1", port]) == 2
            with socket.create_connection(("127.0.0.1", int(port))):
                pass  # nobody else came


@pytest.mark.integration
def test_a_name_that_nobody_knows_is_2_and_a_black_hole_is_1() -> None:
    """In a namespace without a resolver, and with a network in which nobody answers."""
    require("unshare", "ip", "bash", root=True, reason="to make a network that swallows everything")
    script = """
        ip link set lo up
        ip link add hole type dummy && ip link set hole up && ip address add 192.0.2.1/24 dev hole
        ip neighbour add 192.0.2.2 lladdr 02:00:00:00:00:02 dev hole
        mount --bind /dev/null /etc/resolv.conf
        {command} < /dev/null > /dev/null 2>&1; echo $?
    """
    situations = [
        (["nobody.invalid", "80"], 2),
        (["-w", "300ms", "192.0.2.2", "80"], 1),
        (["-w", "2s", "198.51.100.1", "80"], 1),
    ]
    for words, expected in situations:
        for program in (["ncat"], OURS_CAT):
            command = " ".join([*program, *words])
            done = subprocess.run(
                ["unshare", "-nm", "bash", "-c", script.replace("{command}", command)],
                env=variables(),
                capture_output=True,
                text=True,
                timeout=_LONGEST_S,
                check=True,
            )
            assert int(done.stdout) == expected, command
