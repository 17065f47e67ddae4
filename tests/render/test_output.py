"""Every byte out, or an error that says why not; a file replaced as a whole or not at all."""

import errno
import os
import threading
from collections.abc import Iterable
from io import BytesIO, FileIO
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nettools.errors import InputError, OutputError, OutputPathError, ReaderGone
from nettools.render.output import ClosedOutput, FileOutput, Output


class Writer:
    """Takes as much of each write as it is told to, then everything; keeps what it took."""

    def __init__(self, takes: Iterable[int] = ()) -> None:
        self._takes = iter(takes)
        self.taken = b""
        self.largest = 0

    def write(self, data: bytes, /) -> int | None:
        self.largest = max(self.largest, len(data))
        size = min(next(self._takes, len(data)), len(data))
        self.taken += data[:size]
        return size

    def fileno(self) -> int:
        raise AssertionError("nobody waits for what never blocks")


class Failing:
    """Takes some bytes, then fails."""

    def __init__(self, error: OSError, after: int = 0) -> None:
        self._error = error
        self._after = after

    def write(self, data: bytes, /) -> int | None:
        if self._after <= 0:
            raise self._error
        self._after -= len(data)
        return len(data)

    def fileno(self) -> int:
        return -1


def test_nothing_is_written_before_a_flush() -> None:
    writer = Writer()
    output = Output(writer, name="it")
    output.write("a")
    assert writer.taken == b""
    output.flush()
    assert writer.taken == b"a"


def test_a_second_flush_writes_nothing_again() -> None:
    writer = Writer()
    output = Output(writer, name="it")
    output.write("a")
    output.flush()
    output.flush()
    assert writer.taken == b"a"


@given(st.lists(st.text()), st.lists(st.integers(1, 5)))
def test_short_writes_lose_nothing(texts: list[str], takes: list[int]) -> None:
    writer = Writer(takes)
    output = Output(writer, name="it")
    for text in texts:
        output.write(text)
    output.flush()
    assert writer.taken == "".join(texts).encode("utf-8", "backslashreplace")


def test_what_waits_for_a_flush_is_bounded() -> None:
    writer = Writer()
    output = Output(writer, name="it")
    for _ in range(100):
        output.write("x" * 10_000)
    assert len(writer.taken) >= 100 * 10_000 - (1 << 16)
    assert writer.largest <= (1 << 16) + 10_000


def test_a_huge_text_goes_out_in_pieces() -> None:
    writer = Writer()
    output = Output(writer, name="it")
    output.write("x" * 1_000_000)
    output.flush()
    assert len(writer.taken) == 1_000_000
    assert writer.largest <= 1 << 16


def test_a_writer_that_would_block_is_waited_for() -> None:
    readable, writable = os.pipe()
    os.set_blocking(writable, False)
    received: list[bytes] = []

    def read() -> None:
        with open(readable, "rb", buffering=0) as pipe:
            received.extend(iter(lambda: pipe.read(4096), b""))

    reader = threading.Thread(target=read)
    with FileIO(writable, "w") as raw:
        output = Output(raw, name="it")
        for _ in range(20):
            output.write("x" * 3_000)
        reader.start()
        output.write("x" * 140_000)  # more than a pipe holds
        output.flush()
    reader.join()
    assert b"".join(received) == b"x" * 200_000


def test_a_reader_that_has_gone_is_told_apart_from_a_failure() -> None:
    output = Output(Failing(BrokenPipeError(errno.EPIPE, "Broken pipe")), name="it")
    output.write("a")
    with pytest.raises(ReaderGone):
        output.flush()


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EIO, errno.EDQUOT, errno.EBADF, errno.EFBIG])
def test_a_failure_names_the_output_and_the_reason(code: int) -> None:
    output = Output(Failing(OSError(code, os.strerror(code))), name="the file")
    output.write("a")
    with pytest.raises(OutputError) as failure:
        output.flush()
    assert str(failure.value) == f"cannot write to the file: {os.strerror(code)}"


def test_a_failure_in_the_middle_is_a_failure() -> None:
    output = Output(Failing(OSError(errno.ENOSPC, "full"), after=1 << 16), name="it")
    with pytest.raises(OutputError):
        output.write("x" * 200_000)


def test_a_closed_stream_says_that_it_is_closed() -> None:
    output = Output(ClosedOutput(), name="standard output")
    output.write("a")
    with pytest.raises(OutputError, match="standard output: it is closed"):
        output.flush()


def test_nothing_to_write_is_no_failure_even_on_a_closed_stream() -> None:
    Output(ClosedOutput(), name="it").flush()


@given(st.text(), st.sampled_from(["ascii", "latin-1", "cp1252", "utf-8"]))
def test_what_an_encoding_lacks_becomes_an_escape(text: str, encoding: str) -> None:
    writer = Writer()
    output = Output(writer, name="it", encoding=encoding)
    output.write(text)
    output.flush()
    assert writer.taken.decode(encoding) == text.encode(encoding, "backslashreplace").decode(encoding)


@pytest.mark.parametrize("encoding", ["utf-16", "utf-32", "utf-8-sig"])
def test_a_byte_order_mark_is_written_once(encoding: str) -> None:
    writer = Writer()
    output = Output(writer, name="it", encoding=encoding)
    output.write("a")
    output.write("b")
    output.flush()
    output.write("c")
    output.flush()
    assert writer.taken == "abc".encode(encoding)


# Files.


def written(path: Path, text: str, *, whole: bool = True) -> None:
    with FileOutput(str(path), whole=whole) as file:
        file.output.write(text)


def fail_in_the_middle(path: Path, error: BaseException, *, whole: bool) -> None:
    with FileOutput(str(path), whole=whole) as file:
        file.output.write("new\n")
        file.output.flush()
        raise error


@pytest.mark.parametrize("whole", [True, False])
def test_a_new_file_holds_the_text(tmp_path: Path, whole: bool) -> None:
    written(tmp_path / "file", "text", whole=whole)
    assert (tmp_path / "file").read_text() == "text"
    assert os.listdir(tmp_path) == ["file"]


def test_a_new_file_has_the_permissions_that_the_umask_leaves(tmp_path: Path) -> None:
    previous = os.umask(0o027)
    try:
        written(tmp_path / "file", "text")
    finally:
        os.umask(previous)
    assert (tmp_path / "file").stat().st_mode & 0o777 == 0o640


def test_the_old_file_stays_until_the_new_one_is_complete(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_text("old")
    with FileOutput(str(path), whole=True) as file:
        file.output.write("x" * 200_000)
        file.output.flush()
        assert path.read_text() == "old"
    assert path.read_text() == "x" * 200_000


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt, OutputError])
def test_the_old_file_stays_when_the_work_fails(tmp_path: Path, error: type[BaseException]) -> None:
    path = tmp_path / "file"
    path.write_text("old")
    with pytest.raises(error):
        fail_in_the_middle(path, error("in the middle"), whole=True)
    assert path.read_text() == "old"
    assert os.listdir(tmp_path) == ["file"]


def test_no_file_appears_when_the_work_fails(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="in the middle"):
        fail_in_the_middle(tmp_path / "file", ValueError("in the middle"), whole=True)
    assert os.listdir(tmp_path) == []


def test_a_stream_is_written_in_place_and_what_came_before_a_failure_stays(tmp_path: Path) -> None:
    path = tmp_path / "file"
    with pytest.raises(ValueError, match="in the middle"):
        fail_in_the_middle(path, ValueError("in the middle"), whole=False)
    assert path.read_text() == "new\n"


def test_a_file_that_cannot_be_replaced_in_the_end_is_a_failure_to_write(tmp_path: Path) -> None:
    path = tmp_path / "file"
    file = FileOutput(str(path), whole=True)
    path.mkdir()
    with pytest.raises(OutputError), file:
        file.output.write("text")
    assert os.listdir(tmp_path) == ["file"]


def test_a_leftover_of_an_earlier_run_does_not_stand_in_the_way(tmp_path: Path) -> None:
    (tmp_path / f"file.{os.getpid()}.tmp").write_text("left behind by a run that was killed")
    written(tmp_path / "file", "text")
    assert (tmp_path / "file").read_text() == "text"


def test_a_link_laid_in_the_place_of_the_temporary_file_is_not_followed(tmp_path: Path) -> None:
    victim = tmp_path / "victim"
    victim.write_text("precious")
    (tmp_path / f"file.{os.getpid()}.tmp").symlink_to(victim)
    try:
        written(tmp_path / "file", "text")
    except InputError:
        assert not (tmp_path / "file").exists()
    assert victim.read_text() == "precious"


@pytest.mark.parametrize("whole", [True, False])
def test_a_directory_is_refused(tmp_path: Path, whole: bool) -> None:
    with pytest.raises(OutputPathError, match="Is a directory"):
        FileOutput(str(tmp_path), whole=whole)


def test_a_device_is_written_in_place() -> None:
    written(Path("/dev/null"), "text")
    assert not Path("/dev/null").is_file()


def test_the_encoding_of_an_output_is_known() -> None:
    assert Output(BytesIO(), name="it", encoding="latin-1").encoding == "latin-1"
