"""Standard input and output as an end of a relay, without changing them for the programs that share them."""

import errno
import os
import socket
import stat
from collections.abc import Callable
from contextlib import suppress
from typing import Final

from nettools.net.relay.ends import DescriptorEnd, is_readable
from nettools.net.relay.shared_descriptors import is_always_ready, mode_of, opened_again, write_promised
from nettools.standard_streams import StandardStreams, fill, hold_standard_streams

_PIPE_OCTETS: Final = 1 << 20
_F_SETPIPE_SZ: Final = 1031  # linux/fcntl.h; fcntl has the name since Python 3.10, on Linux alone


class StdioEnd(DescriptorEnd):
    """What is read is standard input, what is written standard output; either may be absent (closed)."""

    def __init__(self, reader: int | None, writer: int | None) -> None:
        self._own = [
            None if one is None else opened_again(one, flags)
            for one, flags in ((reader, os.O_RDONLY), (writer, os.O_WRONLY))
        ]
        again_in, again_out = self._own
        super().__init__(
            reader if again_in is None else again_in, writer if again_out is None else again_out, owns=False
        )
        self._in_socket, self._out_socket = _socket_of(reader), _socket_of(writer)
        self._reading_may_block = again_in is None and reader is not None and not stat.S_ISREG(mode_of(reader))
        self._writing_may_block = again_out is None and writer is not None and not is_always_ready(writer)
        self._given = writer
        for descriptor in (reader, writer):
            _widen(descriptor)

    def read_into(self, buffer: memoryview) -> int | None:
        if self._in_socket is not None:
            return _now(lambda taken: taken.recv_into(buffer, 0, socket.MSG_DONTWAIT), self._in_socket)
        if self._reading_may_block and self._reader is not None and not is_readable(self._reader):
            return None
        return super().read_into(buffer)

    def write(self, octets: memoryview) -> int | None:
        if self._out_socket is not None:
            return _now(lambda taken: taken.send(octets, socket.MSG_DONTWAIT), self._out_socket)
        if self._writer is None:
            raise OSError(errno.EBADF, "it is closed")
        return write_promised(self._writer, octets) if self._writing_may_block else super().write(octets)

    def shut(self) -> None:
        """Let the reader of standard output see the end."""
        self._close_writer()
        if self._given is not None:
            fill(self._given)  # the number stays taken: no socket may become our standard output
        self._given = None

    def close(self) -> None:
        self._close_writer()
        self._reader = None
        if self._in_socket is not None:
            self._in_socket.close()
        self._close_own(0)

    def _close_writer(self) -> None:
        self._writer = None
        if self._out_socket is not None:
            self._out_socket.close()
        self._close_own(1)

    def _close_own(self, which: int) -> None:
        descriptor, self._own[which] = self._own[which], None
        if descriptor is not None:
            os.close(descriptor)


def _socket_of(descriptor: int | None) -> socket.socket | None:
    """A socket that stands in for standard input or output, as under inetd(8)."""
    if descriptor is None or not stat.S_ISSOCK(mode_of(descriptor)):
        return None
    return socket.socket(fileno=os.dup(descriptor))


def _now(call: Callable[[socket.socket], int], taken: socket.socket) -> int | None:
    """Without waiting, though the socket may be one that waits: others have it too."""
    try:
        return call(taken)
    except BlockingIOError:
        return None


def _widen(descriptor: int | None) -> None:
    """Let a pipe hold 1 MiB: fewer turns for the same octets."""
    if descriptor is None or not stat.S_ISFIFO(mode_of(descriptor)):
        return
    with suppress(OSError, ImportError):  # the limit of this user for pipes is reached (pipe(7)): it stays as it is
        import fcntl

        fcntl.fcntl(descriptor, _F_SETPIPE_SZ, _PIPE_OCTETS)


def open_stdio(*, stdin: bool, stdout: bool, held: StandardStreams | None = None) -> StdioEnd:
    """Those of this process that are open and wanted. A descriptor that the parent closed is absent.

    ``held`` is what ``hold_standard_streams`` said when nothing else was open yet; without it, nothing may be.
    """
    were_open = held or hold_standard_streams()
    return StdioEnd(0 if stdin and were_open.stdin else None, 1 if stdout and were_open.stdout else None)


def octets_ahead(descriptor: int) -> int | None:
    """How many octets of a regular file are still to be read; None for what has no size."""
    try:
        about = os.fstat(descriptor)
        if not stat.S_ISREG(about.st_mode):
            return None
        return max(about.st_size - os.lseek(descriptor, 0, os.SEEK_CUR), 0)
    except OSError:
        return None
