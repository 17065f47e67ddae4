"""The world that a run sees: its streams, their terminals, the environment variables.

``main`` takes one of these, so that a test runs a command in-process with streams and a terminal of its own.
"""

import io
import os
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Protocol

from nettools.render.output import ClosedOutput, RawWriter
from nettools.standard_streams import ALL_OPEN, StandardStreams, hold_standard_streams


class RawReader(Protocol):
    """An unbuffered binary stream; ``read`` returns None when it would block."""

    def read(self, size: int, /) -> bytes | None: ...
    def fileno(self) -> int: ...


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class Environment:
    """Standard streams and what is known of them."""

    stdin: RawReader | None
    stdout: RawWriter
    stderr: RawWriter
    stdin_is_terminal: bool
    stdout_is_terminal: bool
    stderr_is_terminal: bool
    encoding: str
    variables: Mapping[str, str]
    columns: int | None
    """The width of the terminal that standard output is, None when it is none."""
    stdout_size: Callable[[], tuple[int, int]] | None = None
    """Columns and rows of that terminal as they are now: live views ask again for each picture."""
    error_size: Callable[[], tuple[int, int]] | None = None
    """The same for standard error."""
    held: StandardStreams = ALL_OPEN
    """Which of the descriptors 0 to 2 are those of the parent; /dev/null keeps the numbers of the others taken."""

    @property
    def page_columns(self) -> int | None:
        """The width of a page of help: the terminal's, or that which COLUMNS asks for, also into a pipe."""
        return self.columns or _sane_columns(self.variables.get("COLUMNS", ""))

    @staticmethod
    def of_process() -> "Environment":
        """The streams of this process, unbuffered; a stream closed by the parent is known as closed."""
        held = hold_standard_streams()
        stdout_is_terminal, stderr_is_terminal = _is_terminal(1), _is_terminal(2)
        return Environment(
            stdin=_reader(0) if held.stdin else None,
            stdout=_writer(1) if held.stdout else ClosedOutput(),
            stderr=_writer(2) if held.stderr else ClosedOutput(),
            stdin_is_terminal=_is_terminal(0),
            stdout_is_terminal=stdout_is_terminal,
            stderr_is_terminal=stderr_is_terminal,
            encoding=_encoding(),
            variables=os.environ,
            columns=_columns(1) if stdout_is_terminal else None,
            stdout_size=partial(_size, 1) if stdout_is_terminal else None,
            error_size=partial(_size, 2) if stderr_is_terminal else None,
            held=held,
        )


def _reader(descriptor: int) -> RawReader:
    return io.FileIO(descriptor, "r", closefd=False)


def _writer(descriptor: int) -> RawWriter:
    return io.FileIO(descriptor, "w", closefd=False)


def _is_terminal(descriptor: int) -> bool:
    try:
        return os.isatty(descriptor)
    except OSError:
        return False


def _encoding() -> str:
    return getattr(sys.stdout, "encoding", None) or "utf-8"


def _size(descriptor: int) -> tuple[int, int]:
    try:
        size = os.get_terminal_size(descriptor)
    except OSError:
        return 80, 24
    return size.columns or 80, size.lines or 24


def _columns(descriptor: int) -> int:
    """COLUMNS where it is a sane number, else what the terminal says, else 80."""
    asked = _sane_columns(os.environ.get("COLUMNS", ""))
    if asked is not None:
        return asked
    try:
        return os.get_terminal_size(descriptor).columns or 80
    except OSError:
        return 80


def _sane_columns(asked: str) -> int | None:
    is_number = asked.isascii() and asked.isdigit() and len(asked) <= 5
    return int(asked) if is_number and 1 <= int(asked) <= 10_000 else None
