"""How octets get from one end of a relay to the other: read into one buffer that all relays share, changed by stages,
seen by taps, slowed down by a pace. Only what the other side does not take at once is kept.
"""

from collections.abc import Iterable, Sequence
from typing import Final, Protocol

from nettools.core.relay.flow import CHUNK, Flow, Pace
from nettools.core.relay.machine import Relay
from nettools.core.relay.manner import Way
from nettools.core.relay.stage import Stage
from nettools.net.loop import READABLE, WRITABLE
from nettools.net.relay.ends import End

_SCRATCH: Final = memoryview(bytearray(CHUNK))
"""Shared by all relays of the process: nothing stays in it beyond one call."""
_MOST_KEPT: Final = 2
"""What was read, and an answer of a stage: with more waiting, nothing is read that could provoke another answer."""


class Tap(Protocol):
    """Sees the octets on the wire: a session log, a hex dump, the events."""

    def moved(self, way: Way, octets: memoryview, now_s: float) -> None:
        """These crossed. The memory is used again afterwards."""


class WayDriver(Protocol):
    """Moves the octets of one way."""

    failed_at_sink: bool
    """Where the last OSError came from."""

    def step(self, relay: Relay, now_s: float) -> bool:
        """Move one chunk. False when nothing more can be done without waiting. Raises OSError, EndFailed."""

    def discard(self) -> None:
        """Forget what is held: nobody takes it any more."""

    def waits_for(self, relay: Relay, now_s: float) -> tuple[int | None, int] | None:
        """The descriptor and the event without which nothing more can be done; None when it waits for neither."""

    def paused_until(self, now_s: float, /) -> float | None:
        """When a pace lets it go on."""

    def insert(self, octets: bytes, /) -> None:
        """Octets of our own that go the same way: a stage's reply to the other side."""

    def replies(self) -> Iterable[bytes]:
        """What the stages answer to where their octets came from."""

    @property
    def is_stuffed(self) -> bool:
        """Whether so much of what was inserted waits that no more should be provoked."""


class BufferedWay:
    """Reads into the shared buffer, lets the stages change and the taps see it, writes, keeps the rest."""

    def __init__(
        self,
        way: Way,
        flow: Flow,
        source: End,
        sink: End,
        *,
        stages: Sequence[Stage] = (),
        taps: Sequence[Tap] = (),
        pace: Pace | None = None,
    ) -> None:
        self._way: Way = way
        self._flow = flow
        self._source = source
        self._sink = sink
        self._stages = stages
        self._taps = taps
        self._pace = pace
        self._kept: list[memoryview] = []
        self.failed_at_sink = False

    def step(self, relay: Relay, now_s: float) -> bool:
        if self._flow.is_dropping or self._flow.is_broken:
            self.discard()
        if self._flow.is_holding:
            self.failed_at_sink = True
            return self._write(relay, now_s)
        if not relay.wants_read(self._way):
            return False
        self.failed_at_sink = False
        count = self._source.read_into(_SCRATCH[: self._flow.chunk])
        if count is None:
            relay.source_is_dry(self._way, now_s)
            return False
        if count == 0 and not self._source.is_datagram:
            self._finish(relay, now_s)
            return True
        if not self._take(_SCRATCH[:count], now_s):
            relay.moved(now_s)
            return True
        self.failed_at_sink = True
        is_moving = self._write(relay, now_s)
        self._kept = [memoryview(bytes(one)) for one in self._kept]  # the shared buffer is not ours to keep
        return is_moving

    def discard(self) -> None:
        self._kept = []
        self._flow.is_holding = False

    def waits_for(self, relay: Relay, now_s: float) -> tuple[int | None, int] | None:
        if self._flow.is_holding:
            return None if self.paused_until(now_s) is not None else (self._sink.write_descriptor, WRITABLE)
        return (self._source.read_descriptor, READABLE) if relay.wants_read(self._way) else None

    def paused_until(self, now_s: float) -> float | None:
        if self._pace is None or not self._kept or not self._kept[0] or self._pace.allowance(self._kept[0], now_s):
            return None
        return self._pace.next_s(now_s)

    def insert(self, octets: bytes) -> None:
        self._keep(memoryview(octets))

    @property
    def is_stuffed(self) -> bool:
        return len(self._kept) > _MOST_KEPT

    def replies(self) -> Iterable[bytes]:
        return [octets for stage in self._stages if (octets := stage.reply())]

    def _take(self, octets: memoryview, now_s: float) -> bool:
        """What came in goes through the stages. The taps see it as it is on the wire: before those of the way in.

        Whether there is anything to write now.
        """
        if self._way == "in":
            self._tap(octets, now_s)
            if self._stages:
                self._flow.came = (self._flow.came or 0) + len(octets)
        if self._flow.is_dropping:
            if self._way == "in":
                self._flow.gave(len(octets), now_s)
            return False
        if self._stages:
            changed = bytes(octets)
            for stage in self._stages:
                changed = stage.feed(changed)
            octets = memoryview(changed)
        if not octets and not self._source.is_datagram:
            return False
        self._keep(octets)
        return True

    def _finish(self, relay: Relay, now_s: float) -> None:
        """The source has ended: what the stages kept back goes on."""
        rest = b""
        for stage in self._stages:
            rest = (stage.feed(rest) if rest else b"") + stage.finish()
        if rest and not self._flow.is_dropping:
            self._keep(memoryview(rest))
        relay.source_ended(self._way, now_s)

    def _keep(self, octets: memoryview) -> None:
        self._kept.append(octets)
        self._flow.holds()

    def _write(self, relay: Relay, now_s: float) -> bool:
        """Hand over what is held. False when the sink takes no more for now."""
        before = self._sink.backlog
        if before:
            self._sink.flush()
            if self._sink.backlog < before:
                relay.moved(now_s)
        while self._kept and not self._sink.backlog:
            octets = self._kept[0]
            allowed = octets if self._pace is None else self._paced(octets, self._pace.allowance(octets, now_s))
            if octets and not allowed:
                return False
            count = self._sink.write(allowed)
            if count is None:
                return False
            self._gave(octets, count, now_s)
            self._flow.is_holding = bool(self._kept) or self._sink.backlog > 0
            relay.moved(now_s)
        if not self._kept and not self._sink.backlog and self._flow.is_holding:
            self._flow.is_holding = False
            relay.moved(now_s)
        return not self._flow.is_holding

    def _paced(self, octets: memoryview, allowance: int) -> memoryview:
        """What the pace lets go. A datagram goes whole or not at all."""
        return octets if allowance and self._sink.is_datagram else octets[:allowance]

    def _gave(self, octets: memoryview, count: int, now_s: float) -> None:
        if count == len(octets):
            self._kept.pop(0)
        else:
            self._kept[0] = octets[count:]
        if self._pace is not None:
            self._pace.spend(octets[:count], now_s)
        if self._way == "out":
            self._tap(octets[:count], now_s)
        self._flow.gave(count, now_s, rest=True)

    def _tap(self, octets: memoryview, now_s: float) -> None:
        for tap in self._taps:
            tap.moved(self._way, octets, now_s)
