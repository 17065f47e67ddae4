"""Where bytes go: standard output or a file, written completely or with an error that says why not.

Python's own buffered streams lose data when a write is short or would block, and complain at exit about a
reader that has gone. Here every byte is counted, and a closed pipe ends the run without a word.
"""

import errno
import os
import re
import select
import stat
from codecs import getincrementalencoder
from collections.abc import Callable
from contextlib import suppress
from io import FileIO
from types import TracebackType
from typing import Protocol, Self

from nettools.core.text import quoted
from nettools.errors import OutputError, OutputPathError, ReaderGone

_FLUSH_AT_BYTES = 1 << 16


class RawWriter(Protocol):
    """An unbuffered byte sink; ``write`` says how much it took, None when it would block."""

    def write(self, data: bytes, /) -> int | None: ...
    def fileno(self) -> int: ...


class Output:
    """Text out, encoded and buffered; complete once ``flush`` returns."""

    def __init__(self, raw: RawWriter, *, name: str, encoding: str = "utf-8") -> None:
        self._raw = raw
        self._name = name
        self.is_mid_line = False
        """Whether what was written does not end a line."""
        self._encoding = encoding
        self._encoder = getincrementalencoder(encoding)("backslashreplace")
        self._pending: list[bytes] = []
        self._pending_bytes = 0
        self._has_written = False
        self.before_write: Callable[[], None] | None = None
        """Called before anything goes to the system: what else stands on the terminal makes room."""

    @property
    def encoding(self) -> str:
        return self._encoding

    def write(self, text: str) -> None:
        """Take ``text``; what the encoding cannot express becomes a backslash escape."""
        self.write_bytes(self._encoder.encode(text))

    def write_bytes(self, data: bytes) -> None:
        """Take ``data`` as it is."""
        self._pending.append(data)
        self._pending_bytes += len(data)
        if self._pending_bytes >= _FLUSH_AT_BYTES:
            self.flush()

    def take_back(self) -> bool:
        """Forget what the system has not got yet. Returns whether that was everything."""
        self._pending.clear()
        self._pending_bytes = 0
        return not self._has_written

    def flush(self) -> None:
        """Hand everything to the system. Raises ReaderGone or OutputError."""
        if self.before_write is not None and self._pending:
            self.before_write()
        data = memoryview(b"".join(self._pending))
        self._pending.clear()
        self._pending_bytes = 0
        if data:
            self.is_mid_line = data[-1] != 0x0A
        while data:
            try:
                written = self._raw.write(
                    bytes(data) if len(data) <= _FLUSH_AT_BYTES else data[:_FLUSH_AT_BYTES].tobytes()
                )
            except BrokenPipeError:
                raise ReaderGone("the reader has gone") from None
            except OSError as error:
                raise OutputError(f"cannot write to {self._name}: {error.strerror}") from None
            if written is None:
                select.select([], [self._raw.fileno()], [])
            else:
                self._has_written = True
                data = data[written:]


class ClosedOutput:
    """Stands for a standard stream that was closed before we started (``>&-``)."""

    def write(self, _data: bytes, /) -> int | None:
        raise OSError(errno.EBADF, "it is closed")

    def fileno(self) -> int:
        return -1


class FileOutput:
    """``-o FILE``: a whole document replaces the file in one step; streams and devices are written in place.

    The document goes to a new file beside the old one, renamed at the end, so that a run that fails leaves
    the old file as it was. A symbolic link is followed and stays; a name for one of our own descriptors
    (/dev/stdout, /dev/fd/N) is that descriptor. Raises OutputPathError when FILE cannot be opened.
    """

    def __init__(self, path: str, *, whole: bool, append: bool = False, encoding: str = "utf-8") -> None:
        self._name = quoted(path, 4096)
        self._on_open = os.O_APPEND if append else os.O_TRUNC
        self._temporary: str | None = None
        self._is_kept = True
        try:
            self._file = FileIO(self._open(path, whole=whole), "w")
        except (OSError, ValueError) as error:
            why = error.strerror if isinstance(error, OSError) else error
            raise OutputPathError(f"cannot open {self._name} for writing: {why}") from None
        self.output = Output(self._file, name=self._name, encoding=encoding)

    def discard(self) -> None:
        """Leave an old file as it was: there is no answer to put in its place."""
        self._is_kept = False

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if kind is None and (self._is_kept or self._temporary is None):
                self.output.flush()
                self._file.close()
                if self._temporary is not None:
                    os.replace(self._temporary, self._target)
                    self._temporary = None
        except OSError as failure:
            raise OutputError(f"cannot write {self._name}: {failure.strerror}") from None
        finally:
            with suppress(OSError):
                self._file.close()
            if self._temporary is not None:
                with suppress(OSError):
                    os.unlink(self._temporary)

    def _open(self, path: str, *, whole: bool) -> int:
        own = _OWN_DESCRIPTOR.fullmatch(path)
        if own:
            number = own[1] or own[2]
            return os.dup(int(number) if number else 1 if path == "/dev/stdout" else 2)
        self._target = os.path.realpath(path)
        mode = _mode_of(self._target)
        if mode is not None and stat.S_ISDIR(mode):
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
        if not whole or not (mode is None or stat.S_ISREG(mode)):
            return os.open(self._target, os.O_WRONLY | os.O_CREAT | self._on_open | os.O_CLOEXEC, 0o666)
        if mode is not None and not os.access(self._target, os.W_OK):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
        descriptor = self._make_temporary()
        if mode is not None:
            os.fchmod(descriptor, stat.S_IMODE(mode))
        return descriptor

    def _make_temporary(self) -> int:
        for number in range(1000):
            name = f"{self._target}.{os.getpid()}.{number}.tmp"
            with suppress(FileExistsError):
                descriptor = os.open(name, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o666)
                self._temporary = name
                return descriptor
        raise FileExistsError(errno.EEXIST, "too many leftover temporary files")


_OWN_DESCRIPTOR = re.compile(r"/dev/(?:stdout|stderr|fd/([0-9]{1,4}))|/proc/self/fd/([0-9]{1,4})")


def _mode_of(path: str) -> int | None:
    try:
        return os.stat(path).st_mode
    except FileNotFoundError:
        return None
