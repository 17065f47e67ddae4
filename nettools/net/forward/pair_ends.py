"""The two ends of a relay between a client and what we have dialed for it, which share their fate.

Neither is standard input or output: errors are told as the client's or the target's. When one breaks, the other is
reset instead of closed, once it has got everything: nobody takes half of something for the whole.
"""

import errno
from contextlib import suppress
from typing import Final, Literal

from nettools.core.relay.ending import Ending
from nettools.net.loop import Loop
from nettools.net.relay.ends import End, EndFailed, SocketEnd, unsent
from nettools.net.relay.faults import RESETS
from nettools.net.relay.wrapping import WrappingEnd
from nettools.net.sockets import reset_on_close

_FIRST_LOOK_S: Final = 0.005
_LONGEST_LOOK_S: Final = 0.1
_LONGEST_S: Final = 2.0
"""How long a reset waits for the other side's system to have what was sent before it."""

Side = Literal["client", "target"]


class Fate:
    """Of both ends: whether one of them broke, and which did first."""

    __slots__ = ("failure",)

    def __init__(self) -> None:
        self.failure: Ending | None = None

    def breaks(self, failure: Ending) -> None:
        self.failure = self.failure or failure

    def mend(self) -> None:
        """What broke was not needed any more."""
        self.failure = None

    def named(self, ending: Ending) -> Ending:
        """How the relay ended, with the name of the one who broke it."""
        if self.failure is None or not ending.is_failure or ending.kind == "cut":
            return ending
        return self.failure


class PairEnd(WrappingEnd):
    """One of the two; counts its octets.

    A target that takes nothing more may have said something before: it is read to its end, which is then none of its
    own will. So its relay does without a reader (``Manner.needs_reader``), as that of a program does.
    """

    __slots__ = ("_fate", "_is_deaf", "_loop", "_side", "read_octets", "written_octets")

    def __init__(self, loop: Loop, inner: End, side: Side, fate: Fate) -> None:
        super().__init__(inner)
        self._loop = loop
        self._side: Side = side
        self._fate = fate
        self._is_deaf = False
        self.read_octets = 0
        self.written_octets = 0

    def read_into(self, buffer: memoryview) -> int | None:
        try:
            count = self._inner.read_into(buffer)
        except OSError as error:
            failure = self._failure(error)
            raise EndFailed(failure.kind, failure.message) from None
        if count == 0 and self._is_deaf:
            assert self._fate.failure is not None
            raise EndFailed(self._fate.failure.kind, self._fate.failure.message)
        self.read_octets += count or 0
        return count

    def write(self, octets: memoryview) -> int | None:
        try:
            count = self._inner.write(octets)
        except OSError as error:
            failure = self._failure(error)
            if self.is_datagram:
                raise EndFailed(failure.kind, failure.message) from None
            self._is_deaf = True
            if self._side == "target":
                raise BrokenPipeError(errno.EPIPE, failure.message) from None
            raise
        self.written_octets += count or 0
        return count

    def close(self) -> None:
        self._inner.attach(_nobody)
        if self._fate.failure is None:
            self._inner.close()
        else:
            reset(self._loop, self._inner)

    def _failure(self, error: OSError) -> Ending:
        """A value, no exception: that would keep its frames alive, and they this end."""
        failure = self._named(error)
        self._fate.breaks(failure)
        return failure

    def _named(self, error: OSError) -> Ending:
        if error.errno in RESETS:
            return Ending(kind="reset", message=f"the {self._side} reset the connection")
        if error.errno == errno.ECONNREFUSED:
            return Ending(kind="refused", message=f"the {self._side} refused a datagram: nobody listens there")
        if error.errno == errno.EMSGSIZE:
            return Ending(kind="network-error", message=f"a datagram is too large for the {self._side}")
        why = error.strerror or str(error)
        return Ending(kind="network-error", message=f"the connection with the {self._side} failed: {why}")


def _nobody() -> None:
    """Wants to be told of changes any more."""


def reset(loop: Loop, end: End) -> None:
    """Close so that the other side sees that it was no regular end, but not before it has what was sent."""
    if isinstance(end, SocketEnd) and not end.is_datagram:
        _Reset(loop, end).look()
    else:
        end.close()


class _Reset:
    """A socket that waits to be reset. Those who had it have forgotten it."""

    def __init__(self, loop: Loop, end: SocketEnd) -> None:
        self._loop = loop
        self._end = end
        self._until_s = loop.now_s + _LONGEST_S
        self._next_s = _FIRST_LOOK_S

    def look(self) -> None:
        if self._end.socket.fileno() < 0:
            return  # it was closed before
        if self._loop.now_s < self._until_s and self._is_connected() and unsent(self._end.socket.fileno()):
            self._loop.call_at(self._loop.now_s + self._next_s, self.look)
            self._next_s = min(self._next_s * 2, _LONGEST_LOOK_S)
            return
        with suppress(OSError):  # it is gone already
            reset_on_close(self._end.socket)
        self._end.close()

    def _is_connected(self) -> bool:
        """Of a connection that the other side has reset, SIOCOUTQ still counts what was lost."""
        try:
            self._end.socket.getpeername()
        except OSError:
            return False
        return True
