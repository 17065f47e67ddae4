"""The targets of a command: the words of the command line, and for ``-`` the lines of standard input."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final, NamedTuple

from nettools.core.outcome import Failure
from nettools.errors import InputError

if TYPE_CHECKING:
    from nettools.net.line_input import ReadableSource

LONGEST_LINE_BYTES: Final = 1 << 16
"""A longer line of input is no target."""

_TOO_LONG: Final = f"the line is longer than {LONGEST_LINE_BYTES:,} bytes"


class Target(NamedTuple):
    """One word of the command line (``line`` is None) or one line of standard input (from 1)."""

    number: int
    text: str
    line: int | None


class Failed(NamedTuple):
    """No answer for the target ``number`` (from 0)."""

    number: int
    failure: Failure


def input_lines(source: "ReadableSource") -> Iterator[tuple[int, str | InputError]]:
    """(number, text) of each line that is neither blank nor a comment; an overlong line is an error in its place.

    Raises InputError when the source cannot be read.
    """
    from nettools.net.line_input import OverlongLine, read_lines

    for chunk in read_lines(source, longest_bytes=LONGEST_LINE_BYTES):
        if isinstance(chunk, OverlongLine):
            yield chunk.number, InputError(_TOO_LONG)
            continue
        data = chunk.data.removeprefix(b"\xef\xbb\xbf") if chunk.first_number == 1 else chunk.data
        for offset, line in enumerate(data.split(b"\n")):
            if len(line) > LONGEST_LINE_BYTES:
                yield chunk.first_number + offset, InputError(_TOO_LONG)
                continue
            text = line.decode("utf-8", "surrogateescape").partition("#")[0].strip()
            if text:
                yield chunk.first_number + offset, text
