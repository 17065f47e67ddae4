"""A part of an open file on its way to a client, by sendfile(2) or through a buffer; nothing of it is kept."""

import errno
import os
from typing import Final

from nettools.core.serve.ranges import Part

_MOVED: Final = 1 << 18
_CANNOT: Final = frozenset({errno.EINVAL, errno.ENOSYS, errno.EOPNOTSUPP, errno.ENOTSOCK})
"""The kernel does not move octets between these two; copying them will do."""


class FilePart:
    """What is left to be sent of a part; the descriptor is ours to close."""

    __slots__ = ("_at", "_descriptor", "_stop", "is_movable")

    def __init__(self, descriptor: int, part: Part) -> None:
        self._descriptor = descriptor
        self._at = part.start
        self._stop = part.stop
        self.is_movable = hasattr(os, "sendfile")

    @property
    def is_sent(self) -> bool:
        return self._at == self._stop

    def move(self, to_socket: int) -> int | None:
        """Have the kernel send some: how many octets went, 0 when the file ends before the part; None when none can go.

        Raises OSError of the socket.
        """
        try:
            return os.sendfile(to_socket, self._descriptor, self._at, min(self._stop - self._at, _MOVED))
        except BlockingIOError:
            return None
        except OSError as error:
            if error.errno not in _CANNOT:
                raise
            self.is_movable = False
            return None

    def look(self, buffer: memoryview) -> memoryview:
        """The next octets, in the buffer; none when the file ends before the part. Raises OSError of the file."""
        wanted = buffer[: self._stop - self._at]
        return wanted[: os.preadv(self._descriptor, [wanted], self._at)]

    def sent(self, count: int) -> None:
        """So many of the next octets went."""
        self._at += count

    def read_whole(self) -> bytes:
        """All that is left; nothing when that cannot be read."""
        try:
            octets = os.pread(self._descriptor, self._stop - self._at, self._at)
        except OSError:
            return b""
        return octets if len(octets) == self._stop - self._at else b""

    def close(self) -> None:
        os.close(self._descriptor)
