"""The targets of a command: the words of the command line, and for ``-`` the lines of standard input."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final, NamedTuple

from nettools.core.outcome import Failure
from nettools.errors import InputError

if TYPE_CHECKING:
    from nettools.net.line_input import ReadableSource

LONGEST_LINE_BYTES: Final = 1 << 16
"""A longer line of input is no target."""


class Target(NamedTuple):
    """One word of the command line (``line`` is None) or one line of standard input (from 1)."""

    number: int
    text: str
    line: int | None


class Failed(NamedTuple):
    """No answer for the target ``number`` (from 0)."""

    number: int
    failure: Failure


def overlong_error(longest_bytes: int = LONGEST_LINE_BYTES) -> InputError:
    """What is wrong with a line of input that was passed over."""
    return InputError(f"the line is longer than {longest_bytes:,} bytes")


def input_lines(source: "ReadableSource") -> Iterator[tuple[int, str | InputError]]:
    """(number, text) of each line that is neither blank nor a comment; an overlong line is an error in its place.

    Raises InputError when the source cannot be read.
    """
    from nettools.net.line_input import OverlongLine, read_lines

    for chunk in read_lines(source, longest_bytes=LONGEST_LINE_BYTES):
        if isinstance(chunk, OverlongLine):
            yield chunk.number, overlong_error()
            continue
        data = chunk.data.removeprefix(b"\xef\xbb\xbf") if chunk.first_number == 1 else chunk.data
        for offset, line in enumerate(data.split(b"\n")):
            text = line.decode("utf-8", "surrogateescape").partition("#")[0].strip()
            if text:
                yield chunk.first_number + offset, text
