"""Whatever happens in whatever order: a relay ends, tells each side once, and reads nothing while it holds."""

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from nettools.core.relay.ending import Ending
from nettools.core.relay.machine import WAYS, Relay
from nettools.core.relay.manner import Manner, Way

_WAYS = st.sampled_from(WAYS)
_WAITS = st.floats(min_value=0.0, max_value=10.0)
_TIMEOUTS = st.none() | st.floats(min_value=0.01, max_value=10.0)

MANNERS = st.builds(
    Manner,
    sends=st.booleans(),
    receives=st.booleans(),
    half_closes=st.booleans(),
    ends_with=st.frozensets(_WAYS),
    linger_s=st.just(0.0) | st.floats(min_value=0.01, max_value=10.0),
    idle_timeout_s=_TIMEOUTS,
    quit_after_s=_TIMEOUTS,
    quits_when_quiet=st.booleans(),
    needs_reader=st.booleans(),
)


class AnyRelay(RuleBasedStateMachine):
    """Does what a driver may do, and nothing else."""

    def __init__(self) -> None:
        super().__init__()
        self.now_s = 0.0
        self.relay = Relay(Manner(), now_s=0.0)
        self.shut: list[Way] = []
        self.held: dict[Way, int] = {"out": 0, "in": 0}
        self.first_ending: Ending | None = None

    @initialize(manner=MANNERS)
    def begin(self, manner: Manner) -> None:
        self.relay = Relay(manner, now_s=self.now_s)

    def look(self) -> None:
        """What a driver does after each thing that happened."""
        for way in self.relay.shuts():
            flow = self.relay.flow(way)
            assert not flow.is_holding or flow.is_broken
            self.shut.append(way)
        if self.first_ending is None:
            self.first_ending = self.relay.ending

    @rule(way=_WAYS, count=st.integers(1, 1000))
    def octets_come(self, way: Way, count: int) -> None:
        if self.relay.wants_read(way):
            flow = self.relay.flow(way)
            if flow.is_dropping:
                flow.gave(count, self.now_s)
                self.relay.moved(self.now_s)
            else:
                self.held[way] = count
                flow.holds()
        self.look()

    @rule(way=_WAYS, share=st.floats(0.0, 1.0))
    def octets_go(self, way: Way, share: float) -> None:
        flow = self.relay.flow(way)
        if self.relay.ending is None and flow.is_holding and not flow.is_broken:
            count = max(1, int(self.held[way] * share))
            self.held[way] -= count
            flow.gave(count, self.now_s, rest=self.held[way] > 0)
            self.relay.moved(self.now_s)
        self.look()

    @rule(way=_WAYS)
    def nothing_comes(self, way: Way) -> None:
        if self.relay.wants_read(way):
            self.relay.source_is_dry(way, self.now_s)
        self.look()

    @rule(way=_WAYS)
    def source_ends(self, way: Way) -> None:
        if self.relay.wants_read(way):
            self.relay.source_ended(way, self.now_s)
        self.look()

    @rule()
    def peer_breaks(self) -> None:
        if self.relay.ending is None:
            self.relay.far_broke("reset", "reset", self.now_s)
        self.look()

    @rule()
    def reader_goes(self) -> None:
        if self.relay.ending is None:
            self.relay.near_broke("reader-gone", "gone")
        self.look()

    @precondition(lambda self: self.relay.awaits_arrival)
    @rule()
    def all_arrives(self) -> None:
        self.relay.arrived()
        self.look()

    @rule(wait_s=_WAITS)
    def time_passes(self, wait_s: float) -> None:
        deadline_s = self.relay.deadline_s
        before = self.relay.ending
        if deadline_s is not None and self.now_s < deadline_s and self.now_s + wait_s >= deadline_s:
            self.relay.tick(self.now_s + (deadline_s - self.now_s) / 2)
            assert self.relay.ending is before, "too early"
        self.now_s += wait_s
        self.relay.tick(self.now_s)
        if deadline_s is None or self.now_s < deadline_s:
            assert self.relay.ending is before, "nothing was due"
        else:
            assert self.relay.ending is not None or self.relay.awaits_arrival, "it was due"
        self.look()

    @invariant()
    def nobody_is_told_twice(self) -> None:
        assert len(self.shut) == len(set(self.shut))

    @invariant()
    def nothing_is_read_while_it_holds(self) -> None:
        for way in WAYS:
            assert not (self.relay.wants_read(way) and self.relay.flow(way).is_holding)

    @invariant()
    def the_first_ending_stays(self) -> None:
        assert self.first_ending is self.relay.ending or self.first_ending is None

    @invariant()
    def a_deadline_ahead_is_never_in_the_past_after_a_tick(self) -> None:
        if self.relay.ending is not None:
            assert self.relay.deadline_s is None

    @invariant()
    def the_peer_is_told_only_where_that_is_the_manner(self) -> None:
        if not self.relay.manner.half_closes or not self.relay.manner.sends:
            assert "out" not in self.shut

    def teardown(self) -> None:
        """When both sources end and both sinks take all, it is over, at once or when all has arrived."""
        for way in WAYS:
            flow = self.relay.flow(way)
            if flow.is_holding and self.relay.ending is None:
                flow.gave(self.held[way], self.now_s)
                self.relay.moved(self.now_s)
            if self.relay.wants_read(way):
                self.relay.source_ended(way, self.now_s)
            self.look()
        assert self.relay.ending is not None
        assert self.relay.deadline_s is None


TestAnyRelay = AnyRelay.TestCase
TestAnyRelay.settings = settings(max_examples=300, stateful_step_count=30, deadline=None)
