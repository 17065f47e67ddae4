"""Lines from a file or a pipe in large chunks, each of whole lines; a line that never ends is passed over, not kept."""

import os.path
import select
from collections.abc import Iterator
from io import BufferedReader
from typing import Final, NamedTuple, Protocol

from nettools.core.text import quoted
from nettools.errors import InputError

_CHUNK_BYTES: Final = 1 << 17


class ReadableSource(Protocol):
    """A binary stream; ``read1`` returns what is there, at most ``size`` bytes, and nothing at the end."""

    def read1(self, size: int, /) -> bytes: ...


class RawReader(Protocol):
    """An unbuffered binary stream; ``read`` returns None when it would block."""

    def read(self, size: int, /) -> bytes | None: ...
    def fileno(self) -> int: ...


class PatientInput:
    """A raw stream that waits where a non-blocking pipe has nothing yet; Python's buffered one calls that the end."""

    def __init__(self, raw: RawReader) -> None:
        self._raw = raw

    def read1(self, size: int, /) -> bytes:
        while (data := self._raw.read(size)) is None:
            select.select([self._raw.fileno()], [], [])
        return data


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
            yield from _without_overlong(number, whole, longest_bytes)
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


def _without_overlong(number: int, data: bytes, longest_bytes: int) -> Iterator[Lines | OverlongLine]:
    """Whole lines, in pieces around those that are too long; steps over as much as a line may have at a time."""
    start = place = 0
    while place < len(data):
        end = data.rfind(b"\n", place, place + longest_bytes + 1)
        if end >= 0:
            place = end + 1
            continue
        if start < place:
            yield Lines(number, data[start:place])
            number += data.count(b"\n", start, place)
        yield OverlongLine(number)
        number += 1
        start = place = data.index(b"\n", place) + 1
    if start < place:
        yield Lines(number, data[start:place])


def is_file(path: str) -> bool:
    """Whether there is a file of that name, and no folder."""
    return os.path.isfile(path)


def open_input(path: str) -> BufferedReader:
    """The file, for ``read_lines``. Raises InputError."""
    try:
        return open(path, "rb")
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) else error
        raise InputError(f"cannot read {quoted(path, 4096)}: {why}") from None


def read_text(path: str, *, most_bytes: int = 1 << 20) -> str:
    """The text of a small file that the user named: keys, anchors, hints. Raises InputError."""
    with open_input(path) as file:
        try:
            data = file.read(most_bytes + 1)
        except OSError as error:
            raise InputError(f"cannot read {quoted(path, 4096)}: {error.strerror}") from None
    if len(data) > most_bytes:
        raise InputError(f"{quoted(path, 4096)} is longer than {most_bytes:,} bytes")
    return data.decode("utf-8", "surrogateescape")


def _read(source: ReadableSource) -> bytes:
    try:
        return source.read1(_CHUNK_BYTES)
    except OSError as error:
        raise InputError(f"cannot read the input: {error.strerror or error}") from None
