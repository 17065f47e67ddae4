"""Drives one client that is answered by ourselves: writes what is to be said, and knows when to wait, leave and end.

What is read, and what is said to it, is up to the classes that build on this.
"""

from abc import ABC, abstractmethod
from typing import Final

from nettools.core.relay.ending import Ending, EndingKind
from nettools.net.listen.clients import Client
from nettools.net.loop import READABLE, WRITABLE, Loop
from nettools.net.relay.ends import EndFailed
from nettools.net.relay.faults import ending_of
from nettools.net.service.sweep import Sweep

_FAREWELL_S: Final = 2.0
"""How long a client may take to close after we said all: closing at once would reset what it has not read yet."""
_BUDGET: Final = 16
"""Steps of one client before the others have their turn."""


class ClientDriver(ABC):
    """One client, on any kind of end of a stream."""

    __slots__ = (
        "_bytes_in",
        "_bytes_out",
        "_client",
        "_end",
        "_has_ended",
        "_idle_timeout_s",
        "_is_leaving",
        "_is_queued",
        "_loop",
        "_sweep",
        "_unsent",
        "due_s",
    )

    def __init__(self, loop: Loop, client: Client, sweep: Sweep, *, idle_timeout_s: float) -> None:
        self._loop = loop
        self._client = client
        self._end = client.end
        self._sweep = sweep
        self._idle_timeout_s = idle_timeout_s
        self._unsent = memoryview(b"")
        """What the end has not taken yet."""
        self._has_ended = False
        """Whether the client said that it says no more."""
        self._is_leaving = False
        """Whether we said all, and wait for the client to close."""
        self._is_queued = False
        self._bytes_in = 0
        self._bytes_out = 0
        self.due_s = loop.now_s + idle_timeout_s

    def take(self) -> None:
        """It is ours from now on; to be called once, before anything else."""
        self._client.cut = self.cut
        self._sweep.add(self)
        self._end.attach(self.go_on)

    def on_ready(self, _events: int) -> None:
        self.go_on()

    def go_on(self) -> None:
        """Something may have become possible: do it, then wait for the rest."""
        if not self._client.is_open:
            return
        is_moving = False
        try:
            if self._end.backlog:
                self._end.flush()
            for _ in range(_BUDGET):
                is_moving = self._step()
                if not is_moving:
                    break
        except EndFailed as failure:
            self.cut(failure.kind, failure.message)
        except OSError as error:
            ending = ending_of(error, is_far=True, is_sink=bool(self._unsent))
            self.cut(ending.kind, ending.message)
        if self._client.is_open:
            self._wait_or_leave()
            if is_moving and not self._is_queued:
                self._is_queued = True
                self._loop.call_soon(self._resume)

    def cut(self, kind: EndingKind, message: str) -> None:
        """It is over: now, and once."""
        if not self._client.is_open:
            return
        for descriptor in (self._end.read_descriptor, self._end.write_descriptor):
            if descriptor is not None:
                self._loop.forget(descriptor)
        self._sweep.discard(self)
        self._end.close()
        self._unsent = memoryview(b"")
        self._gone()
        self._client.closed(Ending(kind=kind, message=message), bytes_in=self._bytes_in, bytes_out=self._bytes_out)

    def overdue(self) -> None:
        if self._is_leaving:
            self.cut("closed", "all was said")
        else:
            self.cut("idle-timeout", f"idle timeout: nothing came or went for {self._idle_timeout_s:g} s")

    @abstractmethod
    def _step(self) -> bool:
        """Do one thing. False when nothing more can be done without waiting. Raises OSError, EndFailed."""

    @property
    @abstractmethod
    def _reads(self) -> bool:
        """Whether the end should be read when something comes."""

    @property
    def _writes(self) -> bool:
        """Whether something is to be said, once the end takes it."""
        return bool(self._unsent) or bool(self._end.backlog)

    def _gone(self) -> None:  # noqa: B027 - most keep nothing
        """The client is gone: let go of what was kept for it."""

    def _write(self) -> bool:
        count = None if self._end.backlog else self._end.write(self._unsent)
        if count is None:
            return False
        self._unsent = self._unsent[count:]
        self._sent(count)
        return True

    def _sent(self, count: int) -> None:
        self._bytes_out += count
        self._moved()

    def _moved(self) -> None:
        self.due_s = self._loop.now_s + self._idle_timeout_s

    def _due_in(self, wait_s: float) -> None:
        """From now on, so long at most."""
        self.due_s = self._loop.now_s + wait_s
        self._sweep.hasten(self.due_s)

    def _take_leave(self) -> None:
        """All was said: the client is told so, and has a moment to close."""
        self._is_leaving = True
        self._end.shut()
        self._due_in(_FAREWELL_S)

    def _resume(self) -> None:
        self._is_queued = False
        self.go_on()

    def _wait_or_leave(self) -> None:
        try:
            self._wait()
        except OSError as error:  # no memory, or too much is watched: epoll_ctl(2)
            self.cut("network-error", f"it cannot be waited for: {error.strerror or error}")

    def _wait(self) -> None:
        reader, writer = self._end.read_descriptor, self._end.write_descriptor
        wanted = {reader: READABLE if self._reads else 0}
        wanted[writer] = wanted.get(writer, 0) | (WRITABLE if self._writes else 0)
        for descriptor, interest in wanted.items():
            if descriptor is not None:
                self._loop.watch(descriptor, interest, self.on_ready)
