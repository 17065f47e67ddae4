"""``nettools listen``: where it listens, whom it takes, what ends it and with which status (docs/cat.md)."""

import os
import re
import signal
import socket
import stat
import time
from pathlib import Path

import pytest

from tests.cli import run
from tests.commands.relay_runs import PATIENCE_S, cat, listening, started, wait_for

HERE = "127.0.0.1"
DATA = bytes(range(256)) * 4096


def client_of(port: str) -> socket.socket:
    return socket.create_connection((HERE, int(port)), PATIENCE_S)


# --- where ---------------------------------------------------------------------------------------------------


def test_it_listens_on_loopback_of_both_families_and_says_so() -> None:
    with started("listen", "0") as process:
        assert process.stderr is not None
        said = process.stderr.readline().decode()
        found = re.fullmatch(
            r"nettools listen: listening on 127\.0\.0\.1:(\d+) and \[::1\]:\1: loopback, for this machine alone; "
            r"a HOST or --any lets others in\n",
            said,
        )
        assert found
        with socket.create_connection(("::1", int(found[1])), PATIENCE_S) as client:
            client.sendall(b"over IPv6")
        assert process.stdout is not None
        assert process.stdout.read() == b"over IPv6"
        assert process.wait(PATIENCE_S) == 0


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["-4", "0"], r"listening on 127\.0\.0\.1:\d+: loopback, for this machine alone; .*"),
        (["-6", "0"], r"listening on \[::1\]:\d+: loopback, for this machine alone; .*"),
        (["127.0.0.2", "0"], r"listening on 127\.0\.0\.2:\d+"),
        (["[::1]:0"], r"listening on \[::1\]:\d+"),
        (["-p", "0"], r"listening on 127\.0\.0\.1:\d+ and \[::1\]:\d+: loopback, for this machine alone; .*"),
        (["--any", "0"], r"listening on 0\.0\.0\.0:\d+.*: everybody who reaches this machine may connect"),
        (["--any", "0", "--allow", "::1"], r"listening on .*, for those whom the rules let in"),
    ],
)  # fmt: skip
def test_it_says_who_can_come(words: list[str], said: str) -> None:
    with started("listen", *words) as process:
        assert process.stderr is not None
        assert re.fullmatch(f"nettools listen: {said}\n", process.stderr.readline().decode())
        process.send_signal(signal.SIGTERM)
        assert process.wait(PATIENCE_S) == 143


def test_quiet_says_nothing_but_what_was_asked_for() -> None:
    with listening("--quiet", "--service", "echo") as server:
        assert cat(HERE, server.port, "--quiet", stdin=b"x").raw_stdout == b"x"
        outcome = server.wait()
    assert outcome.status == 0
    assert outcome.stderr.splitlines() == [f"listening 127.0.0.1 {server.port}", f"listening ::1 {server.port}"]


def test_a_port_that_is_taken_is_status_2() -> None:
    with listening("-k") as server:
        outcome = run("listen", server.port)
        assert outcome.status == 2
        assert outcome.stderr.startswith("nettools listen: ")
        assert server.port in outcome.stderr


# --- how the only client's end is the end of all -----------------------------------------------------------


def test_the_octets_of_both_sides_arrive_and_then_it_is_over() -> None:
    with listening() as server, client_of(server.port) as client:
        server.say(b"from the server")
        server.end_input()
        client.sendall(DATA[:60_000])
        client.shutdown(socket.SHUT_WR)
        heard = b""
        while octets := client.recv(100):
            heard += octets
        outcome = server.wait()
    assert (outcome.status, heard) == (0, b"from the server")
    assert outcome.raw_stdout == DATA[:60_000]


def test_a_reset_is_a_network_error() -> None:
    with listening() as server:
        client = client_of(server.port)
        client.sendall(b"before")
        assert server.hear(6) == b"before"
        client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
        client.close()
        outcome = server.wait()
    assert outcome.status == 1
    assert outcome.stderr.endswith("nettools listen: the other side reset the connection\n")


def test_only_one_client_is_taken_without_keep_open() -> None:
    with listening() as server, client_of(server.port) as client:
        client.sendall(b"x")
        assert server.hear(1) == b"x"
        with pytest.raises(ConnectionRefusedError):
            client_of(server.port)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_closes_every_client(number: signal.Signals) -> None:
    with listening("-k") as server, client_of(server.port) as one, client_of(server.port) as two:
        for client in (one, two):
            client.sendall(b"x")
        assert server.hear(2) == b"xx"
        began_s = time.monotonic()
        outcome = server.signal(number)
        assert time.monotonic() - began_s < PATIENCE_S / 2
        assert outcome.status == 128 + number
        for client in (one, two):
            assert client.recv(1) == b""
    assert "Traceback" not in outcome.stderr


def test_a_restart_on_the_same_port_is_possible_at_once() -> None:
    with listening("--service", "echo") as server:
        assert cat(HERE, server.port, stdin=b"x").raw_stdout == b"x"
        server.wait()
        with listening(place=(server.port,)) as again:
            assert again.port == server.port


# --- many clients -------------------------------------------------------------------------------------------


def test_input_goes_to_all_and_what_all_say_is_written() -> None:
    with listening("-k") as server, client_of(server.port) as one, client_of(server.port) as two:
        one.sendall(b"1")
        assert server.hear(1) == b"1"
        two.sendall(b"2")
        assert server.hear(1) == b"2"
        server.say(b"all")
        assert (one.recv(3), two.recv(3)) == (b"all", b"all")
        server.end_input()
        assert (one.recv(1), two.recv(1)) == (b"", b"")
        assert server.process.poll() is None


def test_one_client_too_many_is_closed_and_the_others_stay() -> None:
    with listening("-k", "-m", "1", "-v") as server, client_of(server.port) as one:
        one.sendall(b"1")
        assert server.hear(1) == b"1"
        with client_of(server.port) as two:
            assert two.recv(1) == b""
        server.await_stderr("was turned away: 1 clients are there already")
        server.say(b"x")
        assert one.recv(1) == b"x"


def test_a_broker_passes_on_to_the_others_alone() -> None:
    with listening("--broker") as server, client_of(server.port) as one, client_of(server.port) as two:
        server.say(b"ready")
        assert (one.recv(5), two.recv(5)) == (b"ready", b"ready")
        one.sendall(b"from one")
        assert two.recv(100) == b"from one"
        two.sendall(b"from two")
        assert one.recv(100) == b"from two"
        assert server.signal().raw_stdout == b""


def test_a_chat_says_who_speaks_and_escapes_what_would_not_be_seen() -> None:
    with listening("--chat") as server, client_of(server.port) as one:
        first = one.makefile("rb")
        assert first.readline() == b"<announce> 127.0.0.1 is connected as <user1>.\n"
        first.readline()
        with client_of(server.port) as two:
            second = two.makefile("rb")
            second.readline()
            two.sendall(b"\x1b[31mred\n")
            while b"<user2>" not in (line := first.readline()) or b"connected" in line:
                pass
            assert line == b"<user2> \\033[31mred\n"


# --- rules ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rules", "is_taken"),
    [
        (["--allow", HERE], True),
        (["--allow", "192.0.2.0/24,127.0.0.0/8"], True),
        (["--allow", "192.0.2.1"], False),
        (["--deny", "127.0.0.0/8"], False),
        (["--allow", HERE, "--deny", HERE], False),
        (["--deny", "::1"], True),
    ],
)
def test_deny_wins_over_allow(rules: list[str], is_taken: bool) -> None:
    with listening("-k", "--service", "daytime", *rules) as server:
        outcome = cat(HERE, server.port, "--recv-only")
    assert bool(outcome.raw_stdout) is is_taken


def test_the_rules_of_a_file_are_read_again_on_sighup(tmp_path: Path) -> None:
    rules = tmp_path / "rules"
    rules.write_text("192.0.2.1\n")
    with listening("-k", "--service", "daytime", "--allowfile", str(rules)) as server:
        assert cat(HERE, server.port, "--recv-only").raw_stdout == b""
        rules.write_text(f"{HERE}  # us\n")
        server.process.send_signal(signal.SIGHUP)
        server.await_stderr("the allow and deny files were read again")
        assert cat(HERE, server.port, "--recv-only").raw_stdout
        rules.write_text("nonsense\n")
        server.process.send_signal(signal.SIGHUP)
        server.await_stderr("the rules stay as they were")
        assert cat(HERE, server.port, "--recv-only").raw_stdout


# --- Unix sockets --------------------------------------------------------------------------------------------


def test_a_unix_socket_has_its_mode_and_is_removed_at_the_end(tmp_path: Path) -> None:
    path = str(tmp_path / "s")
    with listening("--mode", "600", "--service", "echo", place=("-U", path)) as server:
        assert stat.S_IMODE(os.stat(path).st_mode) == 0o600
        assert cat("-U", path, stdin=b"x").raw_stdout == b"x"
        assert server.wait().status == 0
    assert not os.path.exists(path)


def test_who_finds_a_unix_socket_in_use_does_not_count_as_its_client(tmp_path: Path) -> None:
    path = str(tmp_path / "s")
    with listening("--service", "echo", place=("-U", path)):
        for more in ([], ["--unlink-first"], ["-u"]):
            outcome = run("listen", "-U", path, *more)
            assert outcome.status == 2
            assert outcome.stderr.endswith("is in use: somebody listens there\n")
        assert cat("-U", path, stdin=b"x").raw_stdout == b"x"


def test_a_deserted_unix_socket_is_removed_only_when_asked(tmp_path: Path) -> None:
    path = str(tmp_path / "s")
    with socket.socket(socket.AF_UNIX) as left:
        left.bind(path)
    outcome = run("listen", "-U", path)
    assert outcome.status == 2
    assert outcome.stderr.endswith("nobody listens there any more; --unlink-first removes it\n")
    with listening("--unlink-first", "--service", "echo", place=("-U", path)):
        assert cat("-U", path, stdin=b"x").raw_stdout == b"x"


def test_an_abstract_socket_needs_no_file(tmp_path: Path) -> None:
    name = f"@{tmp_path}"
    with listening("--service", "echo", place=("-U", name)):
        assert cat("-U", name, stdin=b"x").raw_stdout == b"x"


def test_unix_datagrams_are_answered(tmp_path: Path) -> None:
    path = str(tmp_path / "s")
    with listening("-e", "/bin/cat", place=("-U", "-u", path)):
        assert cat("-U", "-u", path, "-q", "500ms", stdin=b"x").raw_stdout == b"x"


# --- programs ------------------------------------------------------------------------------------------------


def test_a_program_is_told_who_is_there_and_its_children_are_reaped() -> None:
    shown = 'echo "$NCAT_PROTO $NCAT_REMOTE_ADDR $NCAT_LOCAL_PORT"'
    with listening("-k", "--sh-exec", shown) as server:
        for _ in range(3):
            assert cat(HERE, server.port).stdout.lower() == f"tcp {HERE} {server.port}\n"
        children = Path(f"/proc/{server.process.pid}/task/{server.process.pid}/children")
        wait_for(lambda: not children.read_text(), "the children to be reaped")


def test_ctrl_c_ends_it_without_a_word_about_its_client() -> None:
    with started("listen", "-4", "0", "--announce-listen") as process:
        assert process.stderr is not None
        port = next(line.split()[2] for line in process.stderr if line.startswith(b"listening ")).decode()
        with client_of(port) as client:
            client.sendall(b"hello")
            assert process.stdout is not None
            assert process.stdout.read(5) == b"hello"
            process.send_signal(signal.SIGINT)
            assert process.wait(PATIENCE_S) == 130
            assert process.stderr.read() == b""


def test_a_socket_option_that_the_system_does_not_take_is_told() -> None:
    ended = run("listen", "--mptcp", "--ttl", "5", "-4", "0")
    assert ended.status == 2
    assert re.search("does not take --ttl|has no Multipath TCP", ended.stderr)
