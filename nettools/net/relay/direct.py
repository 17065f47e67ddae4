"""Ways without a copy: the kernel moves the octets, and this process never sees them.

splice(2) moves pages between a pipe and a socket, sendfile(2) from a file to a socket. Where the kernel turns out not
to do it for these two, they are copied.
"""

import errno
import os
import stat
from collections.abc import Iterable
from typing import Final

from nettools.core.relay.flow import Flow
from nettools.core.relay.machine import Relay
from nettools.core.relay.manner import Way
from nettools.net.loop import READABLE, WRITABLE
from nettools.net.relay.ends import End, is_readable
from nettools.net.relay.flows import BufferedWay

_SPLICED: Final = 1 << 20
_SPLICE_FLAGS: Final = 0x01 | 0x02  # SPLICE_F_MOVE and SPLICE_F_NONBLOCK, linux/splice.h
_CANNOT: Final = frozenset({errno.EINVAL, errno.ENOSYS, errno.EOPNOTSUPP, errno.ESPIPE})
"""The kernel does not move octets between these two; copying them will do."""
_OF_A_FILE: Final = frozenset({errno.EIO, errno.EBADF})
"""Of sendfile(2): the disk cannot read it, or it is open for writing alone."""


class DirectWay:
    """From a pipe, to a pipe, or from a file to a socket."""

    def __init__(self, way: Way, flow: Flow, source: End, sink: End, *, is_file: bool) -> None:
        self._way: Way = way
        self._flow = flow
        self._source = source
        self._sink = sink
        self._is_file = is_file
        self._waits_for_sink = is_file
        self._copying: BufferedWay | None = None
        self.failed_at_sink = False

    def step(self, relay: Relay, now_s: float) -> bool:
        if self._copying is not None or self._flow.is_dropping:
            return self._copy(relay, now_s)
        if not relay.wants_read(self._way):
            return False
        reader, writer = self._source.read_descriptor, self._sink.write_descriptor
        assert reader is not None
        assert writer is not None
        try:
            count = self._move(reader, writer)
        except BlockingIOError:
            # It does not say which of the two was not ready.
            self._waits_for_sink = self._is_file or is_readable(reader)
            if not self._waits_for_sink:
                relay.source_is_dry(self._way, now_s)
            return False
        except OSError as error:
            if error.errno in _CANNOT:
                return self._copy(relay, now_s)
            self.failed_at_sink = self._is_sinks(error, reader)
            raise
        if count == 0:
            relay.source_ended(self._way, now_s)
            return True
        self._waits_for_sink = self._is_file
        self._flow.gave(count, now_s)
        relay.moved(now_s)
        return True

    def _move(self, reader: int, writer: int) -> int:
        if self._is_file:
            return os.sendfile(writer, reader, None, _SPLICED)
        return os.splice(reader, writer, _SPLICED, flags=_SPLICE_FLAGS)

    def _is_sinks(self, error: OSError, reader: int) -> bool:
        """Whose error it is: reading a pipe has none of its own, reading a file has those of a disk and of its mode."""
        return error.errno == errno.EPIPE or _is_pipe(reader) or (self._is_file and error.errno not in _OF_A_FILE)

    def _copy(self, relay: Relay, now_s: float) -> bool:
        if self._copying is None:
            self._copying = BufferedWay(self._way, self._flow, self._source, self._sink)
        try:
            return self._copying.step(relay, now_s)
        finally:
            self.failed_at_sink = self._copying.failed_at_sink

    def discard(self) -> None:
        if self._copying is not None:
            self._copying.discard()

    def waits_for(self, relay: Relay, now_s: float) -> tuple[int | None, int] | None:
        if self._copying is not None:
            return self._copying.waits_for(relay, now_s)
        if not relay.wants_read(self._way):
            return None
        if self._waits_for_sink:
            return self._sink.write_descriptor, WRITABLE
        return self._source.read_descriptor, READABLE

    def paused_until(self, _now_s: float) -> float | None:
        return None

    is_stuffed = False

    def insert(self, _octets: bytes) -> None:
        raise AssertionError("a way with stages is never direct")

    def replies(self) -> Iterable[bytes]:
        return ()


def direct_way(way: Way, flow: Flow, source: End, sink: End) -> DirectWay | None:
    """A way without a copy, where the kernel has one between these two."""
    if not (hasattr(os, "splice") and source.splices and sink.splices):
        return None
    reader, writer = source.read_descriptor, sink.write_descriptor
    if reader is None or writer is None:
        return None
    if _is_pipe(reader) or _is_pipe(writer):
        return DirectWay(way, flow, source, sink, is_file=False)
    if stat.S_ISREG(os.fstat(reader).st_mode) and stat.S_ISSOCK(os.fstat(writer).st_mode):
        return DirectWay(way, flow, source, sink, is_file=True)
    return None


def _is_pipe(descriptor: int) -> bool:
    return stat.S_ISFIFO(os.fstat(descriptor).st_mode)
