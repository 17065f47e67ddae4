"""What the plan knows of one target address: what is left to probe, how fast it answers, whether it loses packets."""

from collections import deque
from collections.abc import Iterator
from typing import Final

from nettools.core.address import Address
from nettools.core.scan.confidence import Confidence
from nettools.core.scan.discovery import Discovery
from nettools.core.scan.limited_lane import LimitedLane
from nettools.core.scan.limits import LimitWatch
from nettools.core.scan.order import Turn
from nettools.core.scan.places import Places
from nettools.core.scan.timing import KERNEL_SYN_RTO_S, RttEstimator, Timing, Window

MOST_ATTEMPTS: Final = 10
LOSSY_ATTEMPTS: Final = 6
"""As soon as a host shows loss: at 5 % each way, 3 tries miss one port in 1,000, 6 tries one in a million."""


class HostState:
    """One target address during a scan. A place is a number in the plan's list of ports."""

    __slots__ = (
        "_first",
        "_port_count",
        "_ports",
        "_skipped",
        "_step",
        "_timing",
        "address",
        "again",
        "attempts",
        "base",
        "bench",
        "best_attempt",
        "canaries",
        "canaries_asked",
        "confidence",
        "count",
        "cursor",
        "discovery",
        "has_sent",
        "in_flight",
        "index",
        "is_gone",
        "is_plain",
        "is_queued",
        "lanes",
        "not_before_s",
        "notes",
        "outage_since_s",
        "remaining",
        "rtt",
        "slot",
        "unknown_in_flight",
        "unsent_count",
        "watches",
        "window",
    )

    def __init__(
        self,
        turn: Turn,
        slot: int,
        places: Places,
        address: Address,
        skipped: frozenset[int],
        timing: Timing,
    ) -> None:
        """``skipped`` places are not probed: it is known what is there."""
        self._timing = timing
        self._ports = places.ports
        self._port_count = places.port_count
        self._first, self._step, self.count = turn.first, turn.step, turn.count
        self.cursor = 0
        self._skipped = skipped
        self.index = turn.host
        self.slot = slot
        self.base = slot * places.stride
        """The host's first probe number."""
        self.address = address
        self.remaining = turn.count - sum(map(self.is_in_turn, skipped))
        """How many ports have neither a verdict nor a fault."""
        self.attempts = bytearray(places.stride)
        """How often each place was sent, 255 at most."""
        self.again: deque[int] = deque()
        """Places to be sent again, or out of turn."""
        self.bench: list[int] = []
        """Places that stayed silent and may yet get another attempt."""
        self.unknown_in_flight: list[int] = []
        """Places sent before the first round trip was known."""
        self.in_flight = 0
        self.best_attempt = 1
        """The highest attempt that ever got an answer: above 1 packets are lost."""
        self.is_plain = True
        """Whether it was asked nothing but its ports so far."""
        self.is_queued = False
        self.is_gone = False
        self.has_sent = False
        self.not_before_s = 0.0
        """Nothing is sent to it before: ``--delay``, or this machine's network is down."""
        self.outage_since_s: float | None = None
        self.unsent_count = 0
        self.rtt = RttEstimator(timing.timeout_s)
        self.window = Window(timing.max_in_flight, is_fixed=timing.is_unlimited)
        self.watches: dict[int, LimitWatch] = {}
        """Transport (``port >> 16``) -> what looks for a limit of its "closed"."""
        self.lanes: dict[int, LimitedLane] = {}
        """The same for the transports that have one."""
        self.discovery: Discovery | None = None
        self.confidence = Confidence()
        self.canaries: set[int] = set()
        """Canary places that have no answer yet."""
        self.canaries_asked = 0
        self.notes: list[str] = []

    def is_in_turn(self, place: int) -> bool:
        """Whether the place is one of the ports to probe here: a shard has some of them only."""
        total = self._port_count
        if place >= total:
            return False
        steps, rest = divmod((place - self._first) % total, self._step)
        return rest == 0 and steps < self.count

    def take(self, now_s: float) -> int | None:
        """The place to probe now, None when there is none or no room for one."""
        if now_s < self.not_before_s:
            return None
        if self.in_flight < self.window.size:
            if self.again:
                return self.again.popleft()
            if self.cursor < self.count and self.discovery is None:
                place = self._next_in_turn()
                if place is not None:
                    return place
        for lane in self.lanes.values():
            place = lane.take(now_s)
            if place is not None:
                if lane.is_control(place):
                    self.attempts[place] = 0
                return place
        return None

    def _next_in_turn(self) -> int | None:
        while self.cursor < self.count:
            place = (self._first + self.cursor * self._step) % self._port_count
            self.cursor += 1
            if self.is_plain and not self._skipped:
                return place
            if place in self._skipped:
                continue
            lane = self.lanes.get(self._ports[place] >> 16)
            if lane is None:
                return place
            lane.add(place)
        return None

    @property
    def is_turn_left(self) -> bool:
        """Whether a place is still to be taken in turn."""
        if self._skipped:
            while (
                self.cursor < self.count
                and (self._first + self.cursor * self._step) % self._port_count in self._skipped
            ):
                self.cursor += 1
        return self.cursor < self.count

    def skip(self, place: int) -> None:
        """It is not to be taken in turn any more."""
        self._skipped |= {place}

    def owes(self, place: int) -> bool:
        """Whether the place is to be taken in turn, or was."""
        return self.is_in_turn(place) and place not in self._skipped

    @property
    def are_lanes_over(self) -> bool:
        """Whether no limit keeps a port waiting."""
        return not self.lanes or all(lane.is_over for lane in self.lanes.values())

    def untaken(self) -> Iterator[int]:
        """Takes what is left of the turn."""
        while self.cursor < self.count:
            place = self._next_in_turn()
            if place is not None:
                yield place

    def resume_s(self, now_s: float) -> float | None:
        """When there may be something to send that is only waiting for its time; nothing ends that wait earlier."""
        if now_s < self.not_before_s:
            return self.not_before_s
        moments = [lane.next_s for lane in self.lanes.values()] if self.lanes else ()
        return min((moment for moment in moments if moment is not None), default=None)

    def is_limited(self, transport: int) -> bool:
        """Whether a limit explains the silence of that transport."""
        return transport in self.lanes

    def lost(self, attempt: int, now_s: float) -> bool:
        """All attempts before ``attempt`` were lost. Whether that cut the window."""
        self.best_attempt = max(self.best_attempt, attempt)
        return self.window.cut(now_s, self.rtt.timeout_s)

    def wait_s(self, place: int, attempt: int) -> float:
        """How long that attempt waits for its answer."""
        if self.discovery is not None:
            return self.discovery.wait_s(self._timing.timeout_s)
        transport = self._ports[place] >> 16
        if self.lanes and transport in self.lanes:
            attempt = 1  # the limit explains the silence of those before
        if not transport:
            return self.rtt.wait_s(attempt)
        return self.rtt.datagram_wait_s(attempt)

    def allowed_attempts(self, place: int) -> int:
        """How often the place may be probed while it is silent, as things stand."""
        planned = 1 + self._timing.retries
        is_tcp = not self._ports[place] >> 16
        if is_tcp and not self.rtt.is_known and self._timing.timeout_s > KERNEL_SYN_RTO_S:
            return 1
        if self.best_attempt == 1 or planned == 1:
            return planned
        return min(MOST_ATTEMPTS, max(planned, LOSSY_ATTEMPTS, self.best_attempt + 2))

    def watch(self, transport: int) -> LimitWatch:
        """What looks for a limit of that transport's "closed"."""
        found = self.watches.get(transport)
        if found is None:
            found = self.watches[transport] = LimitWatch()
        return found
