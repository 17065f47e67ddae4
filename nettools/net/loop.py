"""One loop for everything that waits: descriptors, moments, and calls that were put off for a turn.

Level-triggered epoll(7), or poll(2) where there is none. Nothing here knows what the descriptors mean.
"""

import select
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from heapq import heapify, heappop, heappush
from itertools import count
from time import monotonic
from typing import Final

from nettools.net.interrupts import Interrupts

READABLE: Final = 0x001
WRITABLE: Final = 0x004
BROKEN: Final = 0x008 | 0x010
"""Values of poll(2), which epoll(7) shares: POLLIN, POLLOUT, POLLERR and POLLHUP."""

_FEW_TIMERS: Final = 256
"""Fewer are never looked through for those that were called off."""

OnReady = Callable[[int], None]


class Timer:
    """A moment at which something is called; it can be called off."""

    __slots__ = ("callback", "when_s")

    def __init__(self, when_s: float, callback: Callable[[], None] | None) -> None:
        self.when_s = when_s
        self.callback = callback

    def cancel(self) -> None:
        self.callback = None


class Loop:
    """Calls what is ready until ``stop``, or until nobody waits for anything."""

    def __init__(self, interrupts: Interrupts) -> None:
        self.now_s = monotonic()
        """The time of the last wake, monotonic: good enough for everything but a benchmark."""
        self.interrupts = interrupts
        self._ready: dict[int, OnReady] = {}
        self._interest: dict[int, int] = {}
        self._new: set[int] = set()
        """Registered since the last wait: what that wait found meant another file of the same number."""
        self._timers: list[tuple[float, int, Timer]] = []
        self._many_timers = _FEW_TIMERS
        self._order = count()
        self._soon: deque[Callable[[], None]] = deque()
        self._is_stopped = False
        self.on_reload: Callable[[], None] | None = None
        """What SIGHUP asks for, where ``interrupts`` do not end with it."""
        self._epoll = select.epoll() if hasattr(select, "epoll") else None
        self._poll = self._epoll or select.poll()
        self._poll.register(interrupts.fileno(), READABLE)

    def watch(self, descriptor: int, interest: int, on_ready: OnReady) -> bool:
        """Call ``on_ready`` with the events while there are any of ``interest``; none at all forgets the descriptor.

        False for what cannot be waited for: regular files and some devices are always ready (epoll_ctl(2), EPERM).
        """
        known = self._interest.get(descriptor)
        if not interest:
            if known is not None:
                self.forget(descriptor)
            return True
        if known == interest:
            self._ready[descriptor] = on_ready
            return True
        try:
            if known is None:
                self._poll.register(descriptor, interest)
                self._new.add(descriptor)
            else:
                self._poll.modify(descriptor, interest)
        except PermissionError:
            return False
        self._ready[descriptor] = on_ready
        self._interest[descriptor] = interest
        return True

    def forget(self, descriptor: int) -> None:
        """Watch it no more; to be called before it is closed."""
        if self._interest.pop(descriptor, None) is not None:
            del self._ready[descriptor]
            with suppress(OSError):  # it was closed, and the system has forgotten it
                self._poll.unregister(descriptor)

    def look_at_clock(self) -> None:
        """Take notice of what has passed within this turn."""
        self.now_s = monotonic()

    def call_at(self, when_s: float, callback: Callable[[], None]) -> Timer:
        """Call it at that time (of ``time.monotonic``)."""
        timer = Timer(when_s, callback)
        if len(self._timers) >= self._many_timers:
            self._sweep()
        heappush(self._timers, (when_s, next(self._order), timer))
        return timer

    def call_soon(self, callback: Callable[[], None]) -> None:
        """Call it on the next turn, after everything else has had its turn."""
        self._soon.append(callback)

    def stop(self) -> None:
        self._is_stopped = True

    def run(self) -> int | None:
        """Returns the number of the signal that ended it, None when ``stop`` did or nothing is left to wait for."""
        while not self._is_stopped:
            if self.interrupts.signal_number is not None:
                return self.interrupts.signal_number
            self._drop_cancelled()
            if not (self._ready or self._timers or self._soon):
                return None
            self._turn()
        return None

    def close(self) -> None:
        if self._epoll is not None:
            self._epoll.close()

    def _turn(self) -> None:
        if self.on_reload is not None and self.interrupts.take_reload():
            self.on_reload()
        for descriptor, events in self._wait():
            on_ready = self._ready.get(descriptor)
            if on_ready is None:  # an earlier call of this turn has forgotten it, or it is the signals'
                self._drain_wakes(descriptor)
            elif descriptor not in self._new:
                on_ready(events)
        for timer in self._due():
            if timer.callback is not None:  # an earlier one may have called it off
                timer.callback()
        for _ in range(len(self._soon)):
            self._soon.popleft()()

    def _wait(self) -> list[tuple[int, int]]:
        timeout_s = self._timeout_s()
        if timeout_s is not None and self._epoll is None:
            timeout_s = int(timeout_s * 1000) + 1 if timeout_s else 0  # poll(2) counts milliseconds
        self._new.clear()
        found = self._poll.poll(timeout_s)
        self.now_s = monotonic()
        return found

    def _timeout_s(self) -> float | None:
        if self._soon:
            return 0.0
        self._drop_cancelled()
        if not self._timers:
            return None
        return max(self._timers[0][0] - monotonic(), 0.0)

    def _due(self) -> list[Timer]:
        """Those whose time has come by now. What these set for now has its turn after the next look at descriptors."""
        due: list[Timer] = []
        while self._timers and self._timers[0][0] <= self.now_s:
            due.append(heappop(self._timers)[2])
        return due

    def _drop_cancelled(self) -> None:
        while self._timers and self._timers[0][2].callback is None:
            heappop(self._timers)

    def _sweep(self) -> None:
        """Drop all that were called off: clients that come and go leave one each, long before its time."""
        self._timers = [one for one in self._timers if one[2].callback is not None]
        heapify(self._timers)
        self._many_timers = max(2 * len(self._timers), _FEW_TIMERS)

    def _drain_wakes(self, descriptor: int) -> None:
        """A signal that ends nothing (a child's, a window's) wakes us too; what it wrote is read, or it would again."""
        if descriptor == self.interrupts.fileno():
            self.interrupts.drain()
