"""Sessions of a datagram server: idleness, what may wait, what is told."""

from hypothesis import given
from hypothesis import strategies as st

from nettools.core.listen.sessions import (
    COST,
    MOST_WAITING,
    MOST_WAITING_IN_ALL,
    UNTOUCHED_S,
    Budget,
    Idleness,
    Sparingly,
)

USES = st.lists(st.tuples(st.integers(0, 5), st.floats(0, 10)), max_size=60)


@given(USES, st.floats(0, 20))
def test_a_session_expires_exactly_when_it_was_not_used_for_the_whole_time(
    uses: list[tuple[int, float]], idle_s: float
) -> None:
    idleness: Idleness[int] = Idleness(idle_s)
    now_s, last_s = 0.0, dict[int, float]()
    for key, later_s in uses:
        now_s += later_s
        idleness.used(key, now_s)
        last_s[key] = now_s
    assert set(idleness.expired(now_s)) == {key for key, used_s in last_s.items() if used_s + idle_s <= now_s}
    assert idleness.deadline_s == (min(last_s.values()) + idle_s if last_s else None)


@given(USES, st.floats(0, 3))
def test_only_the_longest_idle_makes_room_and_only_when_it_was_idle_for_a_while(
    uses: list[tuple[int, float]], later_s: float
) -> None:
    idleness: Idleness[int] = Idleness(None)
    now_s, last_s = 0.0, dict[int, float]()
    for key, passed_s in uses:
        now_s += passed_s
        idleness.used(key, now_s)
        last_s.pop(key, None)
        last_s[key] = now_s
    now_s += later_s
    oldest = next(iter(last_s), None)
    is_spare = oldest is not None and last_s[oldest] + UNTOUCHED_S <= now_s
    assert idleness.spare(now_s) == (oldest if is_spare else None)


def test_without_a_limit_nothing_expires() -> None:
    idleness: Idleness[str] = Idleness(None)
    idleness.used("a", 0.0)
    assert idleness.expired(1e9) == []
    assert idleness.deadline_s is None


def test_what_is_forgotten_expires_no_more() -> None:
    idleness: Idleness[str] = Idleness(1.0)
    idleness.used("a", 0.0)
    idleness.forget("a")
    idleness.forget("a")
    assert idleness.expired(10.0) == []
    assert len(idleness) == 0


@given(st.lists(st.tuples(st.integers(0, 20), st.integers(0, 65_507)), max_size=400))
def test_what_waits_is_bounded_for_each_session_and_in_all(datagrams: list[tuple[int, int]]) -> None:
    budget, waiting = Budget(), dict[int, int]()
    for session, size in datagrams:
        if budget.allows(waiting.get(session, 0), size):
            waiting[session] = waiting.get(session, 0) + size + COST
            budget.kept += size + COST
    assert all(one <= MOST_WAITING for one in waiting.values())
    assert sum(waiting.values()) == budget.kept <= MOST_WAITING_IN_ALL


def test_even_empty_datagrams_cannot_wait_without_end() -> None:
    budget, waiting = Budget(), 0
    while budget.allows(waiting, 0):
        waiting += COST
        budget.kept += COST
    assert MOST_WAITING - COST < waiting <= MOST_WAITING


def test_a_few_are_told_each_second_and_then_how_many_were_not() -> None:
    sparingly = Sparingly(2)
    assert [sparingly.ask(0.1 * step) for step in range(5)] == [0, 0, None, None, None]
    assert sparingly.ask(1.5) == 3
    assert sparingly.ask(1.6) == 0
    assert sparingly.ask(1.7) is None
