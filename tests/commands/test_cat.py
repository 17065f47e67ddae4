"""``nettools cat``: what ends it, with which status, and that no octet is lost on the way there (docs/cat.md)."""

import signal
import socket
import struct
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from tests.cli import run, run_shell
from tests.commands.relay_runs import PATIENCE_S, cat, closed_port, listening, peer, read_exactly, started

DATA = bytes(range(256)) * 4096
HERE = "127.0.0.1"


def drain(connection: socket.socket) -> bytes:
    """Everything until the other side ends."""
    found = bytearray()
    while octets := connection.recv(1 << 16):
        found += octets
    return bytes(found)


def reset(connection: socket.socket) -> None:
    """Close in such a way that the other side is told of a failure."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()


# --- the ends, and the statuses of ncat ---------------------------------------------------------------


def test_when_the_input_ends_the_other_side_is_told_and_read_until_it_ends() -> None:
    heard: list[bytes] = []

    def answer(connection: socket.socket) -> None:
        heard.append(drain(connection))
        connection.sendall(b"late " + DATA)

    with peer(answer) as port:
        outcome = cat(HERE, port, stdin=DATA)
    assert (outcome.status, outcome.stderr) == (0, "")
    assert heard == [DATA]
    assert outcome.raw_stdout == b"late " + DATA


def test_without_shutdown_the_other_side_is_not_told() -> None:
    heard: list[bytes] = []

    def answer(connection: socket.socket) -> None:
        heard.append(connection.recv(100))
        connection.settimeout(0.3)
        with suppress(TimeoutError):
            heard.append(connection.recv(100))
        connection.sendall(b"still there")

    with peer(answer) as port:
        outcome = cat(HERE, port, "--no-shutdown", stdin=b"x")
    assert (outcome.status, outcome.raw_stdout) == (0, b"still there")
    assert heard == [b"x"]


def test_when_the_other_side_ends_it_is_over_while_the_input_stays_open() -> None:
    with peer(lambda connection: connection.sendall(b"bye")) as port, started("cat", HERE, port) as process:
        assert process.stdout is not None
        assert process.stdout.read() == b"bye"
        assert process.wait(PATIENCE_S) == 0


def test_to_stay_means_until_the_input_ends_too() -> None:
    heard: list[bytes] = []

    def answer(connection: socket.socket) -> None:
        connection.shutdown(socket.SHUT_WR)
        heard.append(drain(connection))

    with peer(answer) as port, started("cat", HERE, port, "--stay") as process:
        assert process.stdin is not None
        with pytest.raises(subprocess.TimeoutExpired):
            process.wait(0.8)  # longer than a feeder may pause without --stay
        process.stdin.write(b"later")
        process.stdin.close()
        assert process.wait(PATIENCE_S) == 0
    assert heard == [b"later"]


def test_send_only_ends_when_all_is_sent_and_what_comes_resets_nothing() -> None:
    heard: list[bytes] = []

    def answer(connection: socket.socket) -> None:
        connection.sendall(b"nobody asked" * 1000)
        heard.append(drain(connection))

    with peer(answer) as port:
        outcome = cat(HERE, port, "--send-only", stdin=DATA)
    assert (outcome.status, outcome.raw_stdout, outcome.stderr) == (0, b"", "")
    assert heard == [DATA]


def test_recv_only_leaves_the_input_to_others() -> None:
    with peer(lambda connection: connection.sendall(b"data")) as port:
        outcome = run_shell(f"printf 'one\\ntwo\\n' | (nettools cat {HERE} {port} --recv-only; cat)")
    assert (outcome.status, outcome.raw_stdout) == (0, b"dataone\ntwo\n")


@pytest.mark.parametrize("after", ["0", "200ms"])
def test_quit_after_is_counted_from_the_end_of_the_input(after: str) -> None:
    heard: list[bytes] = []
    with silent_peer(heard) as port:
        outcome = cat(HERE, port, "--quit-after", after, "-v", stdin=b"x")
    assert (outcome.status, outcome.raw_stdout) == (0, b"")
    assert f"{after.replace('200ms', '0.2')} s have passed since the input ended" in outcome.stderr
    assert heard == [b"x"]


def test_silence_for_as_long_as_the_idle_timeout_is_a_network_error() -> None:
    with silent_peer([]) as port:
        outcome = cat(HERE, port, "-i", "200ms", stdin=b"x")
    assert (outcome.status, outcome.raw_stdout) == (1, b"")
    assert outcome.stderr == "nettools cat: idle timeout: nothing came or went for 0.2 s\n"


@contextmanager
def silent_peer(heard: list[bytes]) -> Iterator[str]:
    """A server that hears all, and neither says anything nor ends before the test does."""
    done = threading.Event()

    def answer(connection: socket.socket) -> None:
        heard.append(drain(connection))
        done.wait(PATIENCE_S)

    with peer(answer) as port:
        try:
            yield port
        finally:
            done.set()


def test_a_reset_is_a_network_error_and_what_came_before_it_is_written() -> None:
    def answer(connection: socket.socket) -> None:
        connection.sendall(b"before")
        connection.recv(1)
        reset(connection)

    with peer(answer) as port, started("cat", HERE, port) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        assert process.stderr is not None
        assert read_exactly(process.stdout.fileno(), 6) == b"before"
        process.stdin.write(b"x")
        process.stdin.flush()
        assert process.wait(PATIENCE_S) == 1
        assert process.stderr.read() == b"nettools cat: the other side reset the connection\n"


def test_refused_is_a_network_error() -> None:
    port = closed_port()
    outcome = run("cat", HERE, port)
    assert outcome.status == 1
    assert outcome.stderr == f"nettools cat: {HERE}:{port}: the connection was refused: nobody listens there\n"


def test_an_address_that_we_have_not_is_no_network_error() -> None:
    assert run("cat", HERE, closed_port(), "--source", "192.0.2.1").status == 2


# --- what is wrong with our own streams ------------------------------------------------------------------


def test_a_reader_that_goes_away_ends_the_run_without_a_word() -> None:
    with listening("--service", "chargen", "-k") as server:
        outcome = run_shell(f"nettools cat {HERE} {server.port} </dev/null | head -c 100")
    assert (outcome.status, outcome.stderr, len(outcome.raw_stdout)) == (141, "", 100)


def test_a_reader_that_goes_away_is_noticed_while_nothing_comes() -> None:
    with silent_peer([]) as port, started("cat", HERE, port) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert process.wait(PATIENCE_S) == 141
        assert process.stderr.read() == b""


def test_an_output_that_takes_nothing_is_status_2() -> None:
    with listening("--service", "daytime", "-k") as server:
        outcome = run_shell(f"nettools cat {HERE} {server.port} </dev/null >/dev/full")
    assert outcome.status == 2
    assert outcome.stderr == "nettools cat: cannot write to standard output: No space left on device\n"


def test_an_input_that_cannot_be_read_is_status_2() -> None:
    with listening("--service", "echo", "-k") as server:
        outcome = run_shell(f"nettools cat {HERE} {server.port} 0>/dev/null")
    assert outcome.status == 2
    assert outcome.stderr == "nettools cat: cannot read standard input: Bad file descriptor\n"


@pytest.mark.parametrize("closed", ["<&-", "2>&-", "<&- 2>&-"])
def test_a_closed_input_is_one_that_has_ended(closed: str) -> None:
    with listening("--service", "daytime", "-k") as server:
        outcome = run_shell(f"nettools cat {HERE} {server.port} {closed}")
    assert outcome.status == 0
    assert outcome.stdout.endswith("\n")


def test_a_closed_output_is_no_fault_while_nothing_comes() -> None:
    with listening("--service", "discard", "-k") as server:
        assert run_shell(f"nettools cat {HERE} {server.port} </dev/null >&-").status == 0


def test_a_closed_output_is_one_that_takes_nothing() -> None:
    with listening("--service", "daytime", "-k") as server:
        outcome = run_shell(f"nettools cat {HERE} {server.port} </dev/null >&-")
    assert outcome.status == 2
    assert outcome.stderr.startswith("nettools cat: cannot write to standard output: ")


# --- signals ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_it_with_its_number(number: signal.Signals) -> None:
    with peer(drain_quietly) as port, started("cat", HERE, port, "-v", "--timeline") as process:
        assert process.stderr is not None
        assert b"connected to" in process.stderr.readline()
        process.send_signal(number)
        said = process.stderr.read().decode()
        assert process.wait(PATIENCE_S) == 128 + number
    assert f"ended by signal {int(number)}" in said
    assert "Traceback" not in said


def test_a_signal_before_there_is_a_connection_tells_the_timeline_too() -> None:
    port = closed_port()
    with started("cat", HERE, port, "--retry", "9", "--backoff", "9s", "--timeline") as process:
        assert process.stderr is not None
        assert b"next try in 9 s, 9 left" in process.stderr.readline()
        process.send_signal(signal.SIGINT)
        said = process.stderr.read().decode()
        assert process.wait(PATIENCE_S) == 130
    assert "ended by signal 2 before there was a connection" in said


def drain_quietly(connection: socket.socket) -> None:
    with suppress(OSError):
        drain(connection)


# --- datagrams ---------------------------------------------------------------------------------------------


def test_after_the_input_an_answer_in_datagrams_is_waited_for() -> None:
    with listening("-u", "--service", "echo") as server:
        began_s = time.monotonic()
        outcome = cat("-u", HERE, server.port, stdin=b"question")
        took_s = time.monotonic() - began_s
    assert (outcome.status, outcome.raw_stdout) == (0, b"question")
    assert took_s > 1.0


def test_quit_after_says_how_long_an_answer_in_datagrams_is_waited_for() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as silent:
        silent.bind((HERE, 0))
        outcome = cat("-u", HERE, str(silent.getsockname()[1]), "-q", "100ms", "--timeline", stdin=b"question")
        assert silent.recv(100) == b"question"
    assert outcome.status == 0
    assert "0.1 s have passed since the input ended" in outcome.stderr


def test_a_datagram_that_nobody_takes_is_a_network_error() -> None:
    outcome = cat("-u", HERE, closed_port(), stdin=b"x")
    assert outcome.status == 1
    assert outcome.stderr == "nettools cat: nobody listens there (the datagram was refused)\n"


@pytest.mark.parametrize("way", ["cat data |", "<data"])
def test_the_same_octets_arrive_from_a_pipe_and_a_file(way: str, tmp_path: Path) -> None:
    (tmp_path / "data").write_bytes(DATA)
    before, after = (way, "") if "|" in way else ("", way)
    with listening("--service", "echo", "-k") as server:
        outcome = run_shell(f"{before} nettools cat {HERE} {server.port} {after}", cwd=tmp_path)
    assert (outcome.status, outcome.stderr) == (0, "")
    assert outcome.raw_stdout == DATA
