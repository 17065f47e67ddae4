"""The pure part of a hub: nothing lost, nothing reordered, nothing without bound, nobody waits for ever."""

from dataclasses import dataclass, field

from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from nettools.core.relay.hub import COST, Broadcast, Listener

LARGEST = 64
MOST = 4 * (LARGEST + COST)
STALL_S = 0.5


@dataclass
class Member:
    """A listener, what it ought to hear, and what it heard."""

    listener: Listener
    due: bytearray = field(default_factory=bytearray)
    heard: bytearray = field(default_factory=bytearray)
    took_s: float = 0.0


class Hub(RuleBasedStateMachine):
    """Members come, speak, take a part, are slow, and go, in any order."""

    def __init__(self) -> None:
        super().__init__()
        self.broadcast = Broadcast(most_waiting=MOST, largest=LARGEST, stall_s=STALL_S)
        self.members: list[Member] = []
        self.now_s = 0.0

    @rule()
    def joins(self) -> None:
        self.members.append(Member(self.broadcast.join(), took_s=self.now_s))

    @rule(octets=st.binary(max_size=LARGEST), choice=st.integers(0, 100))
    def speaks(self, octets: bytes, choice: int) -> None:
        speaker = self.members[choice % len(self.members)] if self.members and choice % 3 else None
        listener = None if speaker is None else speaker.listener
        if not self.broadcast.has_room(listener):
            return
        self.broadcast.say(octets, self.now_s, speaker=listener)
        for member in self.members:
            if member is not speaker:
                member.due += octets

    @precondition(lambda self: self.members)
    @rule(choice=st.integers(0, 100), most=st.integers(0, 3 * LARGEST))
    def takes(self, choice: int, most: int) -> None:
        member = self.members[choice % len(self.members)]
        said = self.broadcast.next_for(member.listener)
        if said is None:
            assert member.heard == member.due
            return
        count = min(most, len(said))
        member.heard += said[:count]
        self.broadcast.took(member.listener, count, self.now_s)
        if count:
            member.took_s = self.now_s

    @precondition(lambda self: self.members)
    @rule(choice=st.integers(0, 100))
    def goes(self, choice: int) -> None:
        member = self.members.pop(choice % len(self.members))
        self.broadcast.leave(member.listener)
        self.broadcast.leave(member.listener)

    @rule(passed_s=st.floats(0, 1))
    def waits(self, passed_s: float) -> None:
        self.now_s += passed_s
        for listener in self.broadcast.stalled(self.now_s):
            slow = next(member for member in self.members if member.listener is listener)
            assert self.now_s - slow.took_s >= STALL_S
            self.members.remove(slow)
            self.broadcast.leave(listener)

    @invariant()
    def nothing_is_lost_or_reordered(self) -> None:
        for member in self.members:
            assert member.due.startswith(member.heard)

    @invariant()
    def what_waits_is_bounded(self) -> None:
        assert all(member.listener.waiting <= MOST for member in self.members)

    @invariant()
    def what_is_said_is_kept_once(self) -> None:
        kept = {id(octets): len(octets) for member in self.members for octets in member.listener.line if octets}
        assert sum(kept.values()) <= 2 * MOST  # the longest line, and what its own listener said meanwhile

    @invariant()
    def a_full_share_has_a_deadline(self) -> None:
        if not self.broadcast.has_room():
            assert self.broadcast.deadline_s is not None
            assert self.broadcast.deadline_s <= self.now_s + STALL_S

    def teardown(self) -> None:
        for member in self.members:
            while (said := self.broadcast.next_for(member.listener)) is not None:
                member.heard += said
                self.broadcast.took(member.listener, len(said), self.now_s)
            assert member.heard == member.due
            assert member.listener.waiting == 0
        assert self.broadcast.has_room()


TestHub = Hub.TestCase


def full(broadcast: Broadcast, now_s: float) -> int:
    """Speak until there is no room."""
    count = 0
    while broadcast.has_room():
        broadcast.say(b"x" * LARGEST, now_s)
        count += 1
    return count


def test_one_who_never_takes_anything_is_too_slow_after_the_time_and_not_before() -> None:
    broadcast = Broadcast(most_waiting=MOST, largest=LARGEST, stall_s=STALL_S)
    silent, reader = broadcast.join(), broadcast.join()
    full(broadcast, 10.0)
    for _ in range(2):
        broadcast.took(reader, LARGEST, 10.1)
    assert broadcast.deadline_s == 10.5
    assert broadcast.stalled(10.4) == []
    assert broadcast.stalled(10.5) == [silent]
    broadcast.leave(silent)
    assert broadcast.has_room()
    assert broadcast.deadline_s is None


def test_one_who_takes_a_little_has_time_anew() -> None:
    broadcast = Broadcast(most_waiting=MOST, largest=LARGEST, stall_s=STALL_S)
    slow = broadcast.join()
    full(broadcast, 0.0)
    broadcast.took(slow, 1, 0.4)
    assert broadcast.deadline_s == 0.9
    assert broadcast.stalled(0.5) == []


def test_one_who_takes_nothing_has_no_time_anew() -> None:
    broadcast = Broadcast(most_waiting=MOST, largest=LARGEST, stall_s=STALL_S)
    slow = broadcast.join()
    full(broadcast, 0.0)
    broadcast.took(slow, 0, 0.4)
    assert broadcast.stalled(0.5) == [slow]


def test_one_whose_octets_are_still_on_their_way_has_time_anew() -> None:
    broadcast = Broadcast(most_waiting=MOST, largest=LARGEST, stall_s=STALL_S)
    slow = broadcast.join()
    broadcast.moved(slow, 5.0)
    full(broadcast, 0.0)
    broadcast.moved(slow, 0.3)
    broadcast.moved(slow, 0.1)
    assert broadcast.deadline_s == 0.8
    assert broadcast.stalled(0.7) == []
    assert broadcast.stalled(0.8) == [slow]


def test_a_full_share_does_not_stop_its_own_owner_from_speaking() -> None:
    broadcast = Broadcast(most_waiting=MOST, largest=LARGEST, stall_s=STALL_S)
    slow, other = broadcast.join(), broadcast.join()
    full(broadcast, 0.0)
    while broadcast.next_for(other) is not None:
        broadcast.took(other, LARGEST, 0.0)
    assert not broadcast.has_room()
    assert not broadcast.has_room(other)
    assert broadcast.has_room(slow)


def test_urgent_words_without_room_make_the_listener_too_slow_at_once() -> None:
    broadcast = Broadcast(most_waiting=MOST, largest=LARGEST, stall_s=STALL_S)
    listener = broadcast.join()
    full(broadcast, 0.0)
    while listener.waiting <= MOST:
        assert broadcast.stalled(0.0) == []
        broadcast.say(b"x", 0.0)
    assert broadcast.stalled(0.0) == [listener]


@given(st.integers(1, 50))
def test_who_comes_later_hears_only_what_is_said_from_then_on(count: int) -> None:
    broadcast = Broadcast()
    first = broadcast.join()
    for _ in range(count):
        broadcast.say(b"before", 0.0)
    late = broadcast.join()
    assert broadcast.next_for(late) is None
    broadcast.say(b"after", 0.0)
    said = broadcast.next_for(late)
    assert said is not None
    assert bytes(said) == b"after"
    assert len(first.line) == count + 1
