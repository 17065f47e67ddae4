"""Standard input and output as an end: never waited for, never changed for the programs that share them."""

import errno
import fcntl
import os
import pty
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from nettools.net.relay.stdio import StdioEnd


@pytest.fixture
def pipe() -> Iterator[tuple[int, int]]:
    reader, writer = os.pipe()
    yield reader, writer
    for descriptor in (reader, writer):
        try:
            os.close(descriptor)
        except OSError:
            continue


def is_blocking(descriptor: int) -> bool:
    return not fcntl.fcntl(descriptor, fcntl.F_GETFL) & os.O_NONBLOCK


def read(end: StdioEnd) -> bytes | None:
    buffer = bytearray(1 << 16)
    count = end.read_into(memoryview(buffer))
    return None if count is None else bytes(buffer[:count])


def fill(end: StdioEnd) -> int:
    """Write until no more is taken; how much was."""
    total = 0
    for _ in range(100_000):
        count = end.write(memoryview(bytes(1 << 16)))
        if count is None:
            return total
        total += count
    raise AssertionError("it never fills")


def test_an_empty_pipe_is_not_waited_for_and_stays_as_it_was(pipe: tuple[int, int]) -> None:
    reader, writer = pipe
    end = StdioEnd(reader, None)
    assert read(end) is None
    os.write(writer, b"octets")
    assert read(end) == b"octets"
    assert read(end) is None
    os.close(writer)
    assert read(end) == b""
    assert is_blocking(reader)
    end.close()


def test_a_full_pipe_is_not_waited_for_and_stays_as_it_was(pipe: tuple[int, int]) -> None:
    end = StdioEnd(None, pipe[1])
    assert fill(end) >= 4096
    assert is_blocking(pipe[1])
    end.close()


def test_a_pipe_that_cannot_be_opened_again_is_not_waited_for_either(
    pipe: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("nettools.net.relay.stdio.opened_again", lambda *_: None)
    reader, writer = pipe
    end = StdioEnd(reader, None)
    assert read(end) is None
    os.write(writer, b"octets")
    assert read(end) == b"octets"
    assert read(end) is None
    end.close()


def test_a_full_pipe_that_cannot_be_opened_again_is_not_waited_for_either(
    pipe: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("nettools.net.relay.stdio.opened_again", lambda *_: None)
    end = StdioEnd(None, pipe[1])
    taken = fill(end)
    assert taken >= 4096
    assert is_blocking(pipe[1])
    assert len(os.read(pipe[0], 2 * taken)) == taken
    end.close()


def test_a_terminal_is_not_waited_for() -> None:
    master, slave = pty.openpty()
    try:
        end = StdioEnd(slave, slave)
        assert read(end) is None
        os.write(master, b"typed\n")
        assert read(end) == b"typed\n"
        assert read(end) is None
        assert is_blocking(slave)
        end.close()
    finally:
        os.close(master)
        os.close(slave)


def test_a_socket_is_not_waited_for() -> None:
    ours, peer = socket.socketpair()
    with ours, peer:
        end = StdioEnd(ours.fileno(), ours.fileno())
        assert read(end) is None
        peer.send(b"octets")
        assert read(end) == b"octets"
        assert fill(end) > 0
        assert is_blocking(ours.fileno())
        end.close()


def test_a_file_is_read_to_its_end(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"octets")
    with (tmp_path / "file").open("rb") as file:
        end = StdioEnd(file.fileno(), None)
        assert read(end) == b"octets"
        assert read(end) == b""


def test_a_device_that_takes_all_is_given_all_at_once() -> None:
    with Path("/dev/null").open("wb") as nothing:
        assert StdioEnd(None, nothing.fileno()).write(memoryview(bytes(1 << 18))) == 1 << 18


def test_an_absent_input_has_ended_and_an_absent_output_is_an_error_that_is_no_readers() -> None:
    end = StdioEnd(None, None)
    assert read(end) == b""
    with pytest.raises(OSError, match="it is closed") as caught:
        end.write(memoryview(b"lost"))
    assert caught.value.errno == errno.EBADF


def test_shutting_the_output_lets_its_reader_see_the_end(pipe: tuple[int, int]) -> None:
    reader, writer = pipe
    end = StdioEnd(None, writer)
    end.write(memoryview(b"octets"))
    end.shut()
    end.shut()
    assert os.read(reader, 100) == b"octets"
    assert os.read(reader, 100) == b""
    os.write(writer, b"into nothing")
    end.close()


def test_closing_it_leaves_nothing_open(pipe: tuple[int, int]) -> None:
    before = len(os.listdir("/proc/self/fd"))
    end = StdioEnd(*pipe)
    end.close()
    end.close()
    assert len(os.listdir("/proc/self/fd")) == before
