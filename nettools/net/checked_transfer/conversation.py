"""One side of a checked transfer over an end: octets in and out, time, progress, and a last word that is heard."""

from abc import ABC, abstractmethod
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

from nettools.core.checked_transfer.side import Side
from nettools.core.relay.ending import Ending, EndingKind
from nettools.core.relay.flow import Pace
from nettools.net.loop import READABLE, WRITABLE, Loop, Timer
from nettools.net.relay.ends import End, EndFailed
from nettools.net.relay.faults import ending_of

OnProgress = Callable[[int, int], None]
"""Octets that are there and right, and octets of the whole file."""

_BUDGET: Final = 4
"""Blocks that are moved before others have their turn: about ten milliseconds."""
_READS: Final = 128
"""Reads in a turn at most: a block in records of TLS are 64."""
_LINGER_S: Final = 2.0
"""How long the other side has to read the last word and close."""
_DROPPED: Final = 1 << 16


@dataclass(frozen=True, slots=True, kw_only=True)
class TransferResult:
    """How a transfer went."""

    ending: Ending
    name: str | None
    """What the file is called, as it was offered or is stored; None when it never came to that."""
    size: int | None
    resumed: int
    """Octets that were there before."""
    moved: int
    """Octets of the file that went over the connection; for a receiver, those that were found to be right."""
    duration_s: float
    bytes_in: int
    bytes_out: int
    """All that was read and written."""


class Conversation(ABC):
    """Drives a side. When it is over the end is closed, then ``_is_over`` is called, once."""

    def __init__(
        self, loop: Loop, end: End, side: Side, *, on_progress: OnProgress | None, pace: Pace | None = None
    ) -> None:
        self._loop = loop
        self._end = end
        self._side = side
        self._on_progress = on_progress
        self._pace = pace
        self._resumes_s: float | None = None
        self._progress: tuple[int, int] | None = None
        self._began_s = loop.now_s
        self._timer: Timer | None = None
        self._is_queued = False
        self._has_ended = False
        self._leaves_at_s: float | None = None
        self._has_shut = False
        self._is_broken = False
        self._bytes_in = 0
        self._bytes_out = 0

    @abstractmethod
    def _perform(self) -> bool:
        """Do the side's task. Whether there was one."""

    @abstractmethod
    def _over(self, ending: Ending) -> None:
        """The end is closed; let go of the rest and tell."""

    def start(self) -> None:
        self._end.attach(self.on_change)
        self.on_change()

    def cut(self, kind: EndingKind, message: str) -> None:
        """End it now, from outside: a signal, a limit. What has been received stays for ``--resume``."""
        if not self._has_ended:
            self._side.cut(kind, message)
            self._finish()

    def on_change(self, _events: int = 0) -> None:
        """Something may have become possible."""
        if self._has_ended:
            return
        is_busy = False
        for _ in range(_BUDGET):
            is_busy = self._step()
            if not is_busy or self._side.ending is not None:
                break
        self._side.tick(self._loop.now_s)
        self._tell_progress()
        if self._side.ending is not None:
            self._leave()
        else:
            self._wait(is_busy=is_busy)

    def _step(self) -> bool:
        """Say, do and hear as much as is possible at once; whether there was anything."""
        has_said = self._tried(self._write, is_sink=True)
        has_done = self._perform()
        has_heard = self._tried(self._read, is_sink=False)
        return has_said or has_done or has_heard

    def _tried(self, move: Callable[[], bool], *, is_sink: bool) -> bool:
        """False as well once the connection is broken, which not every side takes for the end."""
        if self._is_broken:
            return False
        try:
            return move()
        except EndFailed as failure:
            ending = Ending(kind=failure.kind, message=failure.message)
        except OSError as error:
            ending = ending_of(error, is_far=True, is_sink=is_sink)
        if is_sink:
            with suppress(OSError, EndFailed):
                self._read()  # why the other side has gone may have come before
        self._is_broken = True
        self._watch(reads=False, writes=False)
        self._side.broke(ending)
        return False

    def _write(self) -> bool:
        if self._end.backlog:
            self._end.flush()
        has_said = False
        now_s = self._loop.now_s
        self._resumes_s = None
        while not self._end.backlog and (octets := self._side.outgoing()):
            if self._pace is not None:
                allowed = self._pace.allowance(octets, now_s)
                if not allowed:
                    self._resumes_s = self._pace.next_s(now_s)
                    break
                octets = octets[:allowed]
            count = self._end.write(octets)
            if count is None:
                break
            if self._pace is not None:
                self._pace.spend(octets[:count], now_s)
            self._bytes_out += count
            self._side.sent(count, self._loop.now_s)
            has_said = True
        return has_said

    def _read(self) -> bool:
        """What has come, up to the next task; a whole block at most."""
        has_heard = False
        for _ in range(_READS):
            space = self._side.incoming()
            count = self._end.read_into(space) if space else None
            if count is None:
                break
            if count == 0:
                self._side.ended()
                break
            self._bytes_in += count
            self._side.received(count, self._loop.now_s)
            has_heard = True
            if self._side.outgoing():
                break
        return has_heard

    def _tell_progress(self) -> None:
        offer = self._side.offer
        if offer is None or self._on_progress is None:
            return
        progress = offer.octets_before(self._side.blocks_done), offer.size
        if progress != self._progress:
            self._progress = progress
            self._on_progress(*progress)

    def _wait(self, *, is_busy: bool) -> None:
        if not self._is_broken:
            wants_write = bool(self._end.backlog) or (bool(self._side.outgoing()) and self._resumes_s is None)
            self._watch(reads=bool(self._side.incoming()), writes=wants_write)
        if is_busy and not self._is_queued:
            self._is_queued = True
            self._loop.call_soon(self._resume)
        moments = [one for one in (self._side.deadline_s, self._resumes_s) if one is not None]
        self._set_timer(min(moments, default=None))

    def _resume(self) -> None:
        self._is_queued = False
        self.on_change()

    def _watch(self, *, reads: bool, writes: bool) -> None:
        reader, writer = self._end.read_descriptor, self._end.write_descriptor
        if reader is not None and reader == writer:
            self._loop.watch(reader, (READABLE if reads else 0) | (WRITABLE if writes else 0), self.on_change)
            return
        if reader is not None:
            self._loop.watch(reader, READABLE if reads else 0, self.on_change)
        if writer is not None:
            self._loop.watch(writer, WRITABLE if writes else 0, self.on_change)

    def _set_timer(self, when_s: float | None) -> None:
        if self._timer is not None:
            if when_s is not None and self._timer.callback is not None and self._timer.when_s <= when_s:
                return  # it comes early, looks, and is set again
            self._timer.cancel()
        self._timer = None if when_s is None else self._loop.call_at(when_s, self._on_time)

    def _on_time(self) -> None:
        self._timer = None
        self.on_change()

    def _leave(self) -> None:
        """Say what is left, then wait until the other side closes: closing first could reset what it has not read."""
        if self._leaves_at_s is None:
            self._leaves_at_s = self._loop.now_s + _LINGER_S
            self._pace = None
        self._tried(self._write, is_sink=True)
        is_said = not self._side.outgoing() and not self._end.backlog
        if is_said and not self._has_shut and not self._is_broken:
            self._has_shut = True
            self._end.shut()
        is_closed = self._is_broken or self._tried(self._drop_what_comes, is_sink=False)
        if self._is_broken or (is_said and is_closed) or self._loop.now_s >= self._leaves_at_s:
            self._finish()
            return
        self._watch(reads=not is_closed, writes=not is_said)
        self._set_timer(self._leaves_at_s)

    def _drop_what_comes(self) -> bool:
        """Whether the other side has closed."""
        dropped = memoryview(bytearray(_DROPPED))
        for _ in range(_BUDGET):
            count = self._end.read_into(dropped)
            if not count:
                return count == 0
            self._bytes_in += count
        return False

    def _finish(self) -> None:
        self._has_ended = True
        if self._timer is not None:
            self._timer.cancel()
        for descriptor in {self._end.read_descriptor, self._end.write_descriptor} - {None}:
            assert descriptor is not None
            self._loop.forget(descriptor)
        self._end.close()
        assert self._side.ending is not None
        self._over(self._side.ending)

    def _result(self, ending: Ending, name: str | None) -> TransferResult:
        offer, side = self._side.offer, self._side
        resumed = side.blocks_done - side.blocks_moved
        return TransferResult(
            ending=ending,
            name=name,
            size=None if offer is None else offer.size,
            resumed=0 if offer is None else offer.octets_before(resumed),
            moved=0 if offer is None else offer.octets_before(side.blocks_done) - offer.octets_before(resumed),
            duration_s=self._loop.now_s - self._began_s,
            bytes_in=self._bytes_in,
            bytes_out=self._bytes_out,
        )
