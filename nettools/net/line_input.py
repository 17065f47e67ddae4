"""Lines from a file or a pipe in large chunks, each of whole lines; a line that never ends is passed over, not kept."""

from collections.abc import Iterator
from io import BufferedReader
from typing import Final, NamedTuple, Protocol

from nettools.errors import InputError

_CHUNK_BYTES: Final = 1 << 18


class ReadableSource(Protocol):
    """A buffered binary stream; ``read1`` returns what is there, at most ``size`` bytes."""

    def read1(self, size: int, /) -> bytes: ...


class Lines(NamedTuple):
    """Whole lines, the last one perhaps without its newline at the end of the input."""

    first_number: int
    data: bytes


class OverlongLine(NamedTuple):
    """A line that was longer than allowed and has been passed over."""

    number: int


def read_lines(source: ReadableSource, *, longest_bytes: int) -> Iterator[Lines | OverlongLine]:
    """The lines of ``source`` in chunks. Raises InputError when it cannot be read."""
    carry: list[bytes] = []
    carried = 0
    number = 1
    is_skipping = False
    while data := _read(source):
        if is_skipping:
            end = data.find(b"\n")
            if end < 0:
                continue
            yield OverlongLine(number)
            number += 1
            is_skipping = False
            data = data[end + 1 :]
        cut = data.rfind(b"\n") + 1
        if cut:
            whole = b"".join([*carry, data[:cut]])
            yield Lines(number, whole)
            number += whole.count(b"\n")
            carry, carried = [], 0
        rest = data[cut:]
        if rest:
            carry.append(rest)
            carried += len(rest)
        if carried > longest_bytes:
            carry, carried, is_skipping = [], 0, True
    if is_skipping:
        yield OverlongLine(number)
    elif carry:
        yield Lines(number, b"".join(carry))


def open_input(path: str) -> BufferedReader:
    """The file, for ``read_lines``. Raises InputError."""
    try:
        return open(path, "rb")
    except OSError as error:
        raise InputError(f"cannot read '{path}': {error.strerror}") from None


def _read(source: ReadableSource) -> bytes:
    try:
        return source.read1(_CHUNK_BYTES)
    except OSError as error:
        raise InputError(f"cannot read the input: {error.strerror}") from None
