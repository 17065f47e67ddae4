"""Leaving a connection so that what was sent arrives.

Whoever closes a socket while octets come in, or still lie there unread, resets the connection (RFC 2525 §2.17), and
what the other side had not fetched may be lost: an alert, the end of a file. TLS 1.3 makes that common, since servers
send tickets after the handshake that a client which only sends never waits for.
"""

from collections.abc import Callable
from typing import Final

from nettools.net.loop import READABLE, WRITABLE, Loop, Timer
from nettools.net.relay.ends import End, EndFailed, unsent

LONGEST_S: Final = 2.0
_FIRST_LOOK_S: Final = 0.005
_BUDGET: Final = 16
"""Reads before others have their turn: a peer that sends without end must not hold the loop."""
_DROPPED: Final = memoryview(bytearray(1 << 16))


def _nobody() -> None:
    """Wants to be told."""


class Farewell:
    """Says that no more comes, drops what the other side still says until it ends too, and closes the end.

    It is over as well after ``longest_s``, and with ``until_acknowledged`` when the other side's system has got all.
    ``words`` are what is said last.
    """

    def __init__(
        self,
        loop: Loop,
        end: End,
        words: bytes = b"",
        *,
        longest_s: float = LONGEST_S,
        until_acknowledged: bool = False,
        on_closed: Callable[[], None] = _nobody,
    ) -> None:
        self._loop = loop
        self._end = end
        self._unsent = memoryview(words)
        self._is_shut = False
        self._on_closed = on_closed
        self._until_acknowledged = until_acknowledged
        self._next_look_s = _FIRST_LOOK_S
        self._look: Timer | None = None
        self._limit = loop.call_at(loop.now_s + longest_s, self._leave)
        self._is_over = False

    def start(self) -> None:
        self._end.attach(self._on_change)
        self._on_change()
        if self._until_acknowledged and not self._is_over:
            self._look_again()

    def _on_change(self, _events: int = 0) -> None:
        if not self._is_over and self._has_ended():
            self._leave()
        descriptor = self._end.read_descriptor
        if not self._is_over and descriptor is not None:
            is_owing = bool(self._unsent) or self._end.backlog > 0
            self._loop.watch(descriptor, READABLE | (WRITABLE if is_owing else 0), self._on_change)

    def _has_ended(self) -> bool:
        """Drop what has come: whether that was all."""
        try:
            self._say()
            for _ in range(_BUDGET):
                count = self._end.read_into(_DROPPED)
                if count is None:
                    return False
                if not count:
                    return True
        except (OSError, EndFailed):
            return True
        self._loop.call_soon(self._on_change)
        return False

    def _say(self) -> None:
        """The last words as far as they are taken, and behind them that there are no more."""
        if self._end.backlog:
            self._end.flush()
        while self._unsent and not self._end.backlog:
            count = self._end.write(self._unsent)
            if count is None:
                return
            self._unsent = self._unsent[count:]
        if not self._unsent and not self._is_shut:
            self._is_shut = True
            self._end.shut()

    def _look_again(self) -> None:
        if self._is_shut and not self._end.backlog and unsent(self._end.write_descriptor) == 0:
            self._leave()
            return
        self._look = self._loop.call_at(self._loop.now_s + self._next_look_s, self._look_again)
        self._next_look_s = min(self._next_look_s * 2, 0.1)

    def cut(self) -> None:
        """Close it now; nobody is told."""
        if not self._is_over:
            self._on_closed = _nobody
            self._leave()

    def _leave(self) -> None:
        if self._is_over:
            return
        self._is_over = True
        for timer in (self._limit, self._look):
            if timer is not None:
                timer.cancel()
        if self._end.read_descriptor is not None:
            self._loop.forget(self._end.read_descriptor)
        self._end.close()
        self._on_closed()
