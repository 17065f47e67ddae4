"""Lines from a stream: the same however it arrives, and never more in memory than is allowed."""

import io
import itertools
import os
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from nettools.errors import InputError
from nettools.net.line_input import Lines, OverlongLine, PatientInput, open_input, read_lines


class Pieces:
    """A stream whose reads give these pieces, one each, however much is asked for."""

    def __init__(self, pieces: list[bytes]) -> None:
        self._pieces = [piece for piece in pieces if piece]
        self.asked: list[int] = []

    def read1(self, size: int, /) -> bytes:
        self.asked.append(size)
        return self._pieces.pop(0) if self._pieces else b""


def cut(data: bytes, places: list[int]) -> list[bytes]:
    ordered = sorted({place % (len(data) + 1) for place in places} | {0, len(data)})
    return [data[start:end] for start, end in itertools.pairwise(ordered)]


Told = list[tuple[int, bytes | None]]


def told(pieces: list[bytes], longest: int) -> Told:
    """(number, line) of every line in order; None for a line that was passed over."""
    lines: Told = []
    for chunk in read_lines(Pieces(pieces), longest_bytes=longest):
        if isinstance(chunk, OverlongLine):
            lines.append((chunk.number, None))
            continue
        texts = chunk.data.split(b"\n")
        if not texts[-1]:
            texts.pop()
        lines += [(chunk.first_number + offset, text) for offset, text in enumerate(texts)]
    return lines


def expected(data: bytes, longest: int) -> Told:
    texts = data.split(b"\n")
    if not texts[-1]:
        texts.pop()
    return [(number, None if len(text) > longest else text) for number, text in enumerate(texts, 1)]


def streams() -> st.SearchStrategy[bytes]:
    """Short and long lines, empty ones, the last with or without its newline."""
    line = st.one_of(st.binary(max_size=6), st.integers(0, 40).map(lambda count: b"x" * count))
    return st.lists(st.one_of(line, st.just(b"\n"), st.just(b"\n")), max_size=20).map(b"".join)


@given(streams(), st.lists(st.integers(0, 400), max_size=20))
@example(b"one\ntwo", [2, 4])
def test_any_split_into_reads_gives_the_same_lines(data: bytes, places: list[int]) -> None:
    assert told(cut(data, places), 1000) == expected(data, 1000)


@given(streams(), st.lists(st.integers(0, 400), max_size=20), st.integers(1, 20))
def test_any_split_into_reads_passes_over_the_same_overlong_lines(data: bytes, places: list[int], longest: int) -> None:
    assert told(cut(data, places), longest) == expected(data, longest)


def test_an_overlong_line_is_passed_over_whether_or_not_it_came_in_one_read() -> None:
    data = b"a\n" + b"x" * 11 + b"\nb\n"
    assert told([data], 10) == told([data[:9], data[9:]], 10) == [(1, b"a"), (2, None), (3, b"b")]


def test_a_line_of_exactly_the_limit_is_kept() -> None:
    assert told([b"xxxxx", b"xxxxx", b"\nb"], 10) == [(1, b"x" * 10), (2, b"b")]


def test_an_overlong_last_line_without_a_newline_is_told() -> None:
    assert told([b"a\n", b"x" * 8, b"x" * 8], 10) == [(1, b"a"), (2, None)]


def test_two_overlong_lines_in_a_row_are_told_apart() -> None:
    assert told([b"x" * 11, b"x\n", b"y" * 11, b"y\nz\n"], 10) == [(1, None), (2, None), (3, b"z")]


@pytest.mark.parametrize(("data", "lines"), [(b"", []), (b"\n", [(1, b"")]), (b"a", [(1, b"a")]), (b"\n\na", None)])
def test_the_ends_of_the_input(data: bytes, lines: Told | None) -> None:
    wanted = [(1, b""), (2, b""), (3, b"a")] if lines is None else lines
    assert told([data], 10) == wanted
    assert told([data[:1], data[1:]], 10) == wanted


@given(streams(), st.lists(st.integers(0, 400), max_size=20))
def test_every_chunk_but_the_last_ends_with_a_newline(data: bytes, places: list[int]) -> None:
    chunks = [chunk for chunk in read_lines(Pieces(cut(data, places)), longest_bytes=1000) if isinstance(chunk, Lines)]
    assert all(chunk.data.endswith(b"\n") for chunk in chunks[:-1])
    assert b"".join(chunk.data for chunk in chunks) == data


def test_a_line_is_given_as_soon_as_it_is_whole() -> None:
    source = Pieces([b"one\n", b"two\n"])
    chunks = read_lines(source, longest_bytes=100)
    assert next(chunks) == Lines(1, b"one\n")
    assert len(source.asked) == 1


class Endless:
    """One line without an end: each piece counts itself while it lives, up to ``count`` pieces."""

    def __init__(self, count: int, size: int) -> None:
        self._left = count
        self._size = size
        self.alive = 0
        self.most_alive = 0

    def read1(self, size: int, /) -> bytes:
        if not self._left:
            return b""
        self._left -= 1
        return Counted(self, self._size)


class Counted(bytes):
    """Bytes that tell their maker when they are gone."""

    maker: Endless

    def __new__(cls, maker: Endless, size: int) -> "Counted":
        made = super().__new__(cls, b"x" * size)
        made.maker = maker
        maker.alive += size
        maker.most_alive = max(maker.most_alive, maker.alive)
        return made

    def __del__(self) -> None:
        self.maker.alive -= len(self)

    def __getitem__(self, key: Any) -> Any:
        # A slice of the whole is the object itself, as bytes has it.
        return self if key == slice(0, None) else super().__getitem__(key)


def test_a_line_without_an_end_is_never_held_beyond_the_limit_and_two_chunks() -> None:
    longest, size = 1000, 100
    source = Endless(500, size)
    assert list(read_lines(source, longest_bytes=longest)) == [OverlongLine(1)]
    assert size < source.most_alive <= longest + 2 * size


@given(st.lists(st.integers(1, 50), min_size=1, max_size=30), st.integers(1, 60))
def test_a_chunk_is_never_larger_than_the_limit_and_one_read(sizes: list[int], longest: int) -> None:
    pieces = [b"x" * (size - 1) + (b"\n" if place % 3 == 2 else b"x") for place, size in enumerate(sizes)]
    for chunk in read_lines(Pieces(pieces), longest_bytes=longest):
        assert isinstance(chunk, OverlongLine) or len(chunk.data) <= longest + max(sizes)


# -- where the bytes come from ---------------------------------------------------------------------------


class Hesitant(io.RawIOBase):
    """A non-blocking stream on a pipe that has nothing the first times."""

    def __init__(self, descriptor: int, answers: list[bytes | None]) -> None:
        self._descriptor = descriptor
        self._answers = answers

    def fileno(self) -> int:
        return self._descriptor

    def read(self, size: int = -1, /) -> bytes | None:
        return self._answers.pop(0) if self._answers else b""


@pytest.fixture
def pipe() -> Iterator[tuple[int, int]]:
    readable, writable = os.pipe()
    yield readable, writable
    for descriptor in (readable, writable):
        os.close(descriptor)


def test_a_stream_that_has_nothing_yet_is_waited_for(pipe: tuple[int, int]) -> None:
    os.write(pipe[1], b"!")  # readable, so that waiting ends
    source = PatientInput(Hesitant(pipe[0], [None, b"one\n", None, None, b"two"]))
    assert list(read_lines(source, longest_bytes=100)) == [Lines(1, b"one\n"), Lines(2, b"two")]


def test_a_non_blocking_pipe_is_read_to_its_end() -> None:
    readable, writable = os.pipe()
    os.set_blocking(readable, False)
    parts = [b"10.0.0.1\n10.0", b".0.2\n", b"10.0.0.3"]
    is_waiting = threading.Event()

    def write() -> None:
        for part in parts:
            is_waiting.wait()
            os.write(writable, part)
        os.close(writable)

    class Noted(io.FileIO):
        def read(self, size: int | None = -1, /) -> bytes:
            data = super().read(size)
            is_waiting.set()  # by now it has found the pipe empty
            return data

    writer = threading.Thread(target=write)
    writer.start()
    with Noted(readable, "rb") as raw:
        chunks = list(read_lines(PatientInput(raw), longest_bytes=100))
    writer.join()
    assert b"".join(chunk.data for chunk in chunks if isinstance(chunk, Lines)) == b"".join(parts)


class Broken:
    def read1(self, size: int, /) -> bytes:
        raise OSError(5, "Input/output error")


def test_a_stream_that_cannot_be_read_is_an_error_that_says_why() -> None:
    with pytest.raises(InputError, match="Input/output error"):
        list(read_lines(Broken(), longest_bytes=100))


def test_a_file_is_read(tmp_path: Path) -> None:
    path = tmp_path / "networks"
    path.write_bytes(b"one\ntwo")
    with open_input(str(path)) as file:
        assert list(read_lines(file, longest_bytes=100)) == [Lines(1, b"one\n"), Lines(2, b"two")]


@pytest.mark.parametrize("name", ["missing", "", "\x00", "directory/"])
def test_a_file_that_cannot_be_opened_is_an_error_that_names_it(name: str, tmp_path: Path) -> None:
    (tmp_path / "directory").mkdir()
    path = f"{tmp_path}/{name}"
    with pytest.raises(InputError) as caught, open_input(path) as file:
        list(read_lines(file, longest_bytes=100))
    assert "cannot read" in caught.value.message
