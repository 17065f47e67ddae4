"""Files that must be files: no directory, and no FIFO that would make us wait for who writes it."""

import os
import stat
from collections.abc import Iterator
from io import BufferedReader
from typing import Final

from nettools.core.text import quoted
from nettools.errors import InputError

_CHUNK_BYTES: Final = 1 << 18


def open_regular_file(path: str) -> BufferedReader:
    """The file, for reading. Raises InputError."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)  # a FIFO must not stop us
        file = os.fdopen(descriptor, "rb")
    except (OSError, ValueError) as error:  # ValueError: a NUL in the path
        raise _unreadable(path, error) from None
    if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
        file.close()
        raise InputError(f"cannot read {quoted(path, 4096)}: it is no regular file")
    return file


def chunks_of(path: str, *, most_bytes: int) -> Iterator[bytes]:
    """The octets of the file, piece by piece. Raises InputError, also when it is larger than it may be."""
    with open_regular_file(path) as file:
        size = os.fstat(file.fileno()).st_size
        if size > most_bytes:
            raise InputError(f"cannot read {quoted(path, 4096)}: it is larger than {most_bytes:,} bytes")
        left = most_bytes
        try:
            while left > 0 and (chunk := file.read(min(_CHUNK_BYTES, left))):
                left -= len(chunk)
                yield chunk
        except OSError as error:
            raise _unreadable(path, error) from None


def _unreadable(path: str, error: OSError | ValueError) -> InputError:
    why = (error.strerror or error) if isinstance(error, OSError) else error
    return InputError(f"cannot read {quoted(path, 4096)}: {why}")
