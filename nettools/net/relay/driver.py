"""Drives the relay between two ends: reads, writes, half-closes and ends as the machine of ``core.relay`` says."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from typing import Final

from nettools.core.relay.ending import Ending, EndingKind
from nettools.core.relay.flow import Pace
from nettools.core.relay.machine import WAYS, Relay
from nettools.core.relay.manner import Way
from nettools.core.relay.stage import Stage
from nettools.net.loop import BROKEN, WRITABLE, Loop, Timer
from nettools.net.relay.direct import direct_way
from nettools.net.relay.ends import End, EndFailed, unsent
from nettools.net.relay.faults import ending_of
from nettools.net.relay.flows import BufferedWay, Tap, WayDriver

_BUDGET: Final = 16
"""Chunks moved one way before the other way and other relays have their turn."""
_BACK: Final[dict[Way, Way]] = {"out": "in", "in": "out"}


class RelayDriver:
    """One relay at work. ``on_end`` is called once, after both ends have been closed."""

    def __init__(
        self,
        loop: Loop,
        near: End,
        far: End,
        relay: Relay,
        *,
        on_end: Callable[[Ending], None],
        stages: Mapping[Way, Sequence[Stage]] | None = None,
        taps: Sequence[Tap] = (),
        pace: Pace | None = None,
    ) -> None:
        self.relay = relay
        self.near = near
        self.far = far
        self._loop = loop
        self._on_end = on_end
        self._timer: Timer | None = None
        self._is_queued = False
        self._is_over = False
        self._watched: dict[int, int] = {}
        self._ways = self._make_ways(stages or {}, taps, pace)
        near.attach(self._wake)
        far.attach(self._wake)

    def _make_ways(
        self, stages: Mapping[Way, Sequence[Stage]], taps: Sequence[Tap], pace: Pace | None
    ) -> dict[Way, WayDriver]:
        out, into, near, far = self.relay.out, self.relay.into, self.near, self.far
        is_watched = bool(taps) or any(stages.values())
        takes = self.relay.manner.receives
        direct_out = None if is_watched or pace is not None else direct_way("out", out, near, far)
        direct_in = None if is_watched or not takes else direct_way("in", into, far, near)
        return {
            "out": direct_out or BufferedWay("out", out, near, far, stages=stages.get("out", ()), taps=taps, pace=pace),
            "in": direct_in or BufferedWay("in", into, far, near, stages=stages.get("in", ()), taps=taps),
        }

    def start(self) -> None:
        """Begin; what is there already moves at once."""
        self.on_change()

    def cut(self, kind: EndingKind, message: str) -> None:
        """End it from outside: a signal, a limit."""
        if not self._is_over:
            self.relay.fail(kind, message)
            self._finish()

    def on_change(self, _events: int = 0) -> None:
        """Something may have become possible: move what can be moved, then wait for the rest."""
        if self._is_over:
            return
        now_s = self._loop.now_s
        is_moving = False
        self._flush(now_s)
        for way in WAYS:
            is_moving = self._advance(way, now_s) or is_moving
        for way in self.relay.shuts():
            self._shut(way, now_s)
        if self.relay.awaits_arrival and not self.far.backlog and not unsent(self.far.write_descriptor):
            self.relay.arrived()
        self.relay.tick(now_s)
        if self.relay.ending is None:
            try:
                self._wait(now_s, is_moving=is_moving)
            except OSError as error:  # no memory, or too much is watched: epoll_ctl(2)
                self.relay.fail("network-error", f"it cannot be waited for: {error.strerror or error}")
        if self.relay.ending is not None:
            self._finish()

    def _flush(self, now_s: float) -> None:
        """What an end kept back of its own (TLS records that answer others) goes first."""
        for end in (self.far, self.near):
            before = end.backlog
            if before:
                try:
                    end.flush()
                except (OSError, EndFailed) as error:
                    self._broke(error, now_s, is_far=end is self.far, is_sink=True)
                if end.backlog < before:
                    self.relay.moved(now_s)

    def _advance(self, way: Way, now_s: float) -> bool:
        """Move what can be moved. Whether there was more than is fair in one turn."""
        driver = self._ways[way]
        back = _BACK[way]
        try:
            for _ in range(_BUDGET):
                if self.relay.ending is not None or self._is_held_up(way):
                    return False
                is_moving = driver.step(self.relay, now_s)
                for octets in driver.replies():
                    if self.relay.may_send(back):
                        self._ways[back].insert(octets)
                        self._wake()
                if not is_moving:
                    return False
        except (OSError, EndFailed) as error:
            is_far = driver.failed_at_sink == (way == "out")
            self._broke(error, now_s, is_far=is_far, is_sink=driver.failed_at_sink)
        return self.relay.ending is None

    def _is_held_up(self, way: Way) -> bool:
        """Whether it is not read, since what its stages answered still waits: who never reads must not ask on."""
        return self._ways[_BACK[way]].is_stuffed and not self.relay.flow(way).is_holding

    def _broke(self, error: OSError | EndFailed, now_s: float, *, is_far: bool, is_sink: bool) -> None:
        """An end failed: the machine says whether the other way has something left to do."""
        if isinstance(error, EndFailed):
            self.relay.fail(error.kind, error.message)
            return
        ending = ending_of(error, is_far=is_far, is_sink=is_sink)
        if not is_far:
            self.relay.near_broke(ending.kind, ending.message)
        elif is_sink or self.far.is_datagram:
            self.relay.far_broke(ending.kind, ending.message, now_s)
        else:
            self.relay.fail(ending.kind, ending.message)

    def _shut(self, way: Way, now_s: float) -> None:
        """Half-close; a descriptor that goes away with that is watched no more."""
        end = self.far if way == "out" else self.near
        before = end.write_descriptor
        if before is not None and before != end.read_descriptor:
            self._loop.forget(before)
            self._watched.pop(before, None)
        try:
            end.shut()
        except (OSError, EndFailed) as error:
            self._broke(error, now_s, is_far=end is self.far, is_sink=True)

    def _wait(self, now_s: float, *, is_moving: bool) -> None:
        wanted, resumes_s = self._wishes(now_s)
        before, self._watched = self._watched, wanted
        for descriptor in before.keys() - wanted.keys():
            self._loop.forget(descriptor)
        for descriptor, interest in list(wanted.items()):
            if before.get(descriptor) == interest:
                continue
            is_output = descriptor == self.near.write_descriptor != self.near.read_descriptor
            on_ready = self._on_near_sink if is_output else self.on_change
            if not self._loop.watch(descriptor, interest, on_ready):
                del wanted[descriptor]
                is_moving = is_moving or interest != BROKEN  # a file is always ready
        if is_moving:
            self._wake()
        self._set_timer(resumes_s)

    def _wake(self) -> None:
        """Look again on the next turn, and never from within a call of an end: the buffer is shared."""
        if not self._is_queued and not self._is_over:
            self._is_queued = True
            self._loop.call_soon(self._resume)

    def _resume(self) -> None:
        self._is_queued = False
        self.on_change()

    def _wishes(self, now_s: float) -> tuple[dict[int, int], float | None]:
        """Which descriptors to wait for, and when a pace goes on."""
        wanted: dict[int, int] = {}
        resumes_s: float | None = None
        near_sink, into = self.near.write_descriptor, self.relay.into
        is_read_by_somebody = not into.is_shut and not into.is_dropping
        if near_sink is not None and near_sink != self.near.read_descriptor and is_read_by_somebody:
            wanted[near_sink] = BROKEN
        for way in WAYS:
            driver = self._ways[way]
            waits_for = None if self._is_held_up(way) else driver.waits_for(self.relay, now_s)
            if waits_for is not None and waits_for[0] is not None:
                wanted[waits_for[0]] = wanted.get(waits_for[0], 0) | waits_for[1]
            paused_s = driver.paused_until(now_s)
            if paused_s is not None:
                resumes_s = paused_s if resumes_s is None else min(resumes_s, paused_s)
        for end in (self.near, self.far):
            if end.backlog and end.write_descriptor is not None:
                wanted[end.write_descriptor] = wanted.get(end.write_descriptor, 0) | WRITABLE
        return wanted, resumes_s

    def _on_near_sink(self, events: int) -> None:
        """Standard output, or a program's input: whoever reads it may have gone."""
        if events & BROKEN and not events & WRITABLE:
            self.relay.near_broke("reader-gone", "nobody reads the output any more")
        self.on_change()

    def _set_timer(self, resumes_s: float | None) -> None:
        moments = [one for one in (resumes_s, self.relay.deadline_s) if one is not None]
        when_s = min(moments) if moments else None
        if self._timer is not None:
            if when_s is not None and self._timer.callback is not None and self._timer.when_s <= when_s:
                return  # it comes early, looks, and is set again: cheaper than a timer for each octet
            self._timer.cancel()
        self._timer = None if when_s is None else self._loop.call_at(when_s, self._on_time)

    def _on_time(self) -> None:
        self._timer = None
        self.on_change()

    def _finish(self) -> None:
        if self._is_over:
            return
        self._is_over = True
        if self._timer is not None:
            self._timer.cancel()
        for descriptor in self._watched:
            self._loop.forget(descriptor)
        self._watched = {}
        for end in (self.near, self.far):
            with suppress(OSError):  # what it had is lost, and nobody is left who could be told
                end.close()
        assert self.relay.ending is not None
        self._on_end(self.relay.ending)
