import fcntl
import os
import re
import select
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from nettools.errors import OutputPathError
from nettools.net.interrupts import Interrupts
from nettools.net.relay.session_log import LogOrder, SessionLogs, open_session_logs

HEAD = re.compile(rb"([<>]) [0-9-]+T[0-9:]+\.[0-9]{6}Z (?:(\S+) )?([0-9]+) bytes?")


@pytest.fixture
def interrupts() -> Iterator[Interrupts]:
    with Interrupts() as entered:
        yield entered


def opened(order: LogOrder, interrupts: Interrupts, told: list[str] | None = None) -> SessionLogs:
    return open_session_logs(order, interrupts=interrupts, tell=([] if told is None else told).append)


def cross(logs: SessionLogs, peer: str = "") -> None:
    """A question and its answer."""
    for tap in logs.taps(peer):
        tap.moved("out", memoryview(b"question\n"), time.monotonic())
        tap.moved("in", memoryview(b"answer\n"), time.monotonic())


def test_the_raw_log_has_both_directions_in_their_order(tmp_path: Path, interrupts: Interrupts) -> None:
    with opened(LogOrder(raw=str(tmp_path / "log")), interrupts) as logs:
        cross(logs)
        cross(logs)
    assert (tmp_path / "log").read_bytes() == b"question\nanswer\n" * 2
    assert not logs.has_failed


def test_the_hex_dump_says_direction_time_peer_and_offset(tmp_path: Path, interrupts: Interrupts) -> None:
    before = time.time()
    with opened(LogOrder(hex_dump=str(tmp_path / "log")), interrupts) as logs:
        cross(logs, "192.0.2.1:80")
        cross(logs, "192.0.2.2:80")
    lines = (tmp_path / "log").read_bytes().splitlines()
    heads = [match.groups() for line in lines if (match := HEAD.fullmatch(line))]
    assert heads == [
        (b">", b"192.0.2.1:80", b"9"),
        (b"<", b"192.0.2.1:80", b"7"),
        (b">", b"192.0.2.2:80", b"9"),
        (b"<", b"192.0.2.2:80", b"7"),
    ]
    assert lines[1] == b"> 00000000  71 75 65 73 74 69 6f 6e  0a                       |question.|"
    told = time.strptime(lines[0].split()[1].decode()[:19], "%Y-%m-%dT%H:%M:%S")
    assert abs(time.mktime(told) - time.timezone - before) < 5
    assert b"\x1b" not in b"".join(lines)


def test_files_are_new_and_private_or_appended_to(tmp_path: Path, interrupts: Interrupts) -> None:
    path = tmp_path / "log"
    for appends, expected in ((False, 1), (False, 1), (True, 2)):
        with opened(LogOrder(raw=str(path), appends=appends), interrupts) as logs:
            cross(logs)
        assert path.read_bytes() == b"question\nanswer\n" * expected
    assert path.stat().st_mode & 0o777 == 0o600


def test_the_files_are_there_before_anything_crosses_and_are_not_inherited(
    tmp_path: Path, interrupts: Interrupts
) -> None:
    (tmp_path / "log").write_bytes(b"old")
    with opened(LogOrder(raw=str(tmp_path / "log"), hex_dump=str(tmp_path / "dump")), interrupts) as logs:
        assert (tmp_path / "log").read_bytes() == b""
        assert (tmp_path / "dump").exists()
        for log in logs._logs:
            assert not os.get_inheritable(log._descriptor)


def test_without_a_log_nobody_looks(interrupts: Interrupts) -> None:
    assert opened(LogOrder(), interrupts).taps() == []


@pytest.mark.parametrize("option", ["raw", "hex_dump"])
def test_a_file_that_cannot_be_opened_is_told_at_once(tmp_path: Path, interrupts: Interrupts, option: str) -> None:
    path = str(tmp_path / "absent" / "log\x1b")
    order = LogOrder(raw=path) if option == "raw" else LogOrder(raw=str(tmp_path / "fine"), hex_dump=path)
    before = len(os.listdir("/proc/self/fd"))
    with pytest.raises(OutputPathError, match=r"cannot open .*: No such file or directory") as told:
        opened(order, interrupts)
    assert "\x1b" not in told.value.message
    assert len(os.listdir("/proc/self/fd")) == before
    with pytest.raises(OutputPathError, match="Is a directory"):
        opened(LogOrder(raw=str(tmp_path)), interrupts)


def test_a_full_disk_is_told_once_and_disturbs_nothing(tmp_path: Path, interrupts: Interrupts) -> None:
    told: list[str] = []
    with opened(LogOrder(raw="/dev/full", hex_dump=str(tmp_path / "dump")), interrupts, told) as logs:
        cross(logs)
        cross(logs)
        assert logs.has_failed
    assert told == ["--output: cannot write to '/dev/full': No space left on device; it ends here"]
    assert (tmp_path / "dump").read_bytes().count(b"question") == 2


def test_a_reader_that_went_away_is_told_once(tmp_path: Path, interrupts: Interrupts) -> None:
    path = tmp_path / "pipe"
    os.mkfifo(path)
    reader = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    told: list[str] = []
    with opened(LogOrder(raw=str(path)), interrupts, told) as logs:
        cross(logs)
        assert os.read(reader, 100) == b"question\nanswer\n"
        os.close(reader)
        cross(logs)
    assert told == [f"--output: cannot write to '{path}': Broken pipe; it ends here"]


def test_a_slow_reader_gets_all(tmp_path: Path, interrupts: Interrupts) -> None:
    path = tmp_path / "pipe"
    os.mkfifo(path)
    reader = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    octets = os.urandom(300_000)
    got = bytearray()

    def read() -> None:
        os.set_blocking(reader, True)
        while part := os.read(reader, 10_000):
            got.extend(part)

    thread = threading.Thread(target=read)
    with opened(LogOrder(raw=str(path)), interrupts) as logs:
        thread.start()
        for tap in logs.taps():
            tap.moved("in", memoryview(octets), 0.0)
    thread.join(10)
    os.close(reader)
    assert bytes(got) == octets


def test_a_reader_that_stopped_does_not_hold_a_signal_up(tmp_path: Path, interrupts: Interrupts) -> None:
    path = tmp_path / "pipe"
    os.mkfifo(path)
    reader = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    timer = threading.Timer(0.2, os.kill, (os.getpid(), signal.SIGTERM))
    with opened(LogOrder(raw=str(path)), interrupts) as logs:
        timer.start()
        began_s = time.monotonic()
        for tap in logs.taps():
            tap.moved("in", memoryview(bytes(300_000)), 0.0)
        assert 0.15 < time.monotonic() - began_s < 1.0
    timer.join()
    os.close(reader)
    assert interrupts.signal_number == signal.SIGTERM


STANDARD_ERROR_LOG = """
from nettools.net.interrupts import Interrupts
from nettools.net.relay.session_log import LogOrder, open_session_logs
import sys
with Interrupts() as interrupts:
    with open_session_logs(LogOrder(raw="-", hex_dump="-"), interrupts=interrupts, tell=print) as logs:
        for tap in logs.taps():
            tap.moved("out", memoryview(b"x" * 200_000 + b"end"), 0.0)
    print(logs.has_failed)
"""


def test_a_dash_is_standard_error_and_its_flags_stay() -> None:
    readable, writable = os.pipe()
    with subprocess.Popen(
        [sys.executable, "-c", STANDARD_ERROR_LOG], stdout=subprocess.PIPE, stderr=writable, text=True
    ) as run:
        octets = bytearray()
        while not octets.endswith(b"|end|\n"):
            assert select.select([readable], [], [], 10)[0], "nothing more came"
            octets += os.read(readable, 65536)
            assert not fcntl.fcntl(writable, fcntl.F_GETFL) & os.O_NONBLOCK
        assert run.communicate(timeout=10)[0] == "False\n"
    os.close(writable)
    os.close(readable)
    assert octets.startswith(b"x" * 200_000 + b"end> ")


def test_a_terminal_gets_no_control_characters_of_the_other_side(interrupts: Interrupts) -> None:
    ours, terminal = os.openpty()
    with opened(LogOrder(raw=os.ttyname(terminal)), interrupts) as logs:
        (tap,) = logs.taps()
        tap.moved("in", memoryview(b"a\x1b]0;title\x07\xc2\x9b31m\n"), 0.0)
    assert os.read(ours, 1000) == b"a\\x1b]0;title\\x07\\u{9b}31m\r\n"
    os.close(ours)
    os.close(terminal)
