"""Happy eyeballs as rules: every schedule of answers that hypothesis thinks of, and no network."""

from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from nettools.core.address import Address
from nettools.core.connect.attempts import ATTEMPT_DELAY_S, Attempts, interleaved
from nettools.core.connect.fault import TIMEOUT, Fault

REFUSED = Fault(outcome="refused", message="nobody listens there", may_pass=True)
DEADLINE_S = 2.0
MOMENT_S = 1e-9


def addresses() -> st.SearchStrategy[list[Address]]:
    one = st.one_of(
        st.integers(1, 1 << 16).map(lambda number: IPv4Address(number)),
        st.integers(1, 1 << 16).map(lambda number: IPv6Address(number)),
    )
    return st.lists(one, max_size=8, unique=True)


@given(addresses())
def test_sorting_loses_and_adds_nothing_and_keeps_the_order_within_a_version(given_: list[Address]) -> None:
    found = interleaved(given_)
    for version in (4, 6):
        assert [one for one in found if one.version == version] == [one for one in given_ if one.version == version]


@given(addresses())
def test_the_first_address_stays_first_and_versions_take_turns_while_both_are_left(given_: list[Address]) -> None:
    found = interleaved(given_)
    assert found[:1] == given_[:1]
    turns = 2 * min(sum(one.version == version for one in found) for version in (4, 6))
    assert all(one.version != next_.version for one, next_ in pairwise(found[:turns]))


def test_the_resolvers_first_family_decides_which_comes_first() -> None:
    given_ = [ip_address(text) for text in ("2001:db8::1", "2001:db8::2", "192.0.2.1", "192.0.2.2", "192.0.2.3")]
    assert [str(one) for one in interleaved(given_)] == [
        "2001:db8::1",
        "192.0.2.1",
        "2001:db8::2",
        "192.0.2.2",
        "192.0.2.3",
    ]


@dataclass(frozen=True)
class Answer:
    """What an address does with an attempt: connects or refuses after so long; without either it is silent."""

    after_s: float
    connects: bool


@dataclass
class Run:
    """What a driver saw that did all that the machine said, at the moments that it named."""

    attempts: Attempts
    starts_s: list[float]
    started: list[int]
    failures_s: list[float]
    ended_s: float


def drive(answers: list[Answer | None], deadline_s: float = DEADLINE_S) -> Run:
    attempts = Attempts([IPv4Address(place) for place in range(len(answers))], deadline_s=deadline_s)
    run = Run(attempts, [], [], [], 0.0)
    due: dict[int, tuple[float, bool]] = {}
    now_s = 0.0
    for _ in range(10 * len(answers) + 10):
        while (place := attempts.take(now_s)) is not None:
            run.starts_s.append(now_s)
            run.started.append(place)
            answer = answers[place]
            if answer is not None:
                due[place] = (now_s + answer.after_s, answer.connects)
        assert set(due) <= set(attempts.under_way)
        if attempts.is_over:
            run.ended_s = now_s
            return run
        wake_s = attempts.wake_s
        assert wake_s is not None
        assert wake_s >= now_s, "it asks to be woken in the past"
        first = min(due, key=lambda place: due[place][0], default=None)
        if first is not None and due[first][0] <= wake_s:
            now_s, connects = due.pop(first)
            if connects:
                attempts.connected(first, now_s)
                due.clear()
            else:
                attempts.failed(first, REFUSED, now_s)
                run.failures_s.append(now_s)
        else:
            now_s = wake_s
            attempts.tick(now_s)
            due = {place: when for place, when in due.items() if place in attempts.under_way}
    raise AssertionError("it never ends")


def schedules() -> st.SearchStrategy[list[Answer | None]]:
    after_s = st.floats(0, 3, allow_nan=False)
    answer = st.builds(Answer, after_s=after_s, connects=st.booleans())
    return st.lists(st.one_of(st.none(), answer, answer), min_size=1, max_size=8)


@given(schedules())
def test_every_address_is_tried_in_order_unless_one_connects_or_the_time_is_up(answers: list[Answer | None]) -> None:
    run = drive(answers)
    assert run.started == list(range(len(run.started)))
    if run.attempts.winner is None and run.ended_s < DEADLINE_S:
        assert len(run.started) == len(answers)


@given(schedules())
def test_no_two_begin_within_the_delay_unless_one_failed_between_them(answers: list[Answer | None]) -> None:
    run = drive(answers)
    for earlier_s, later_s in pairwise(run.starts_s):
        has_failed = any(earlier_s <= failed_s <= later_s for failed_s in run.failures_s)
        assert has_failed or later_s - earlier_s >= ATTEMPT_DELAY_S - MOMENT_S


@given(schedules())
def test_the_next_one_never_waits_longer_than_the_delay(answers: list[Answer | None]) -> None:
    run = drive(answers)
    for earlier_s, later_s in pairwise(run.starts_s):
        assert later_s - earlier_s <= ATTEMPT_DELAY_S + MOMENT_S


@given(schedules())
def test_a_failure_lets_the_next_one_begin_at_that_moment(answers: list[Answer | None]) -> None:
    run = drive(answers)
    for failed_s in run.failures_s:
        is_last_begun = run.starts_s[-1] < failed_s
        assert is_last_begun or failed_s in run.starts_s
        if is_last_begun and failed_s < DEADLINE_S:
            assert len(run.started) == len(answers)


@given(schedules())
def test_nothing_begins_or_goes_on_behind_the_deadline(answers: list[Answer | None]) -> None:
    run = drive(answers)
    assert all(start_s < DEADLINE_S for start_s in run.starts_s)
    assert run.ended_s <= DEADLINE_S
    assert run.attempts.under_way == ()
    assert run.attempts.wake_s is None


@given(schedules())
def test_each_address_that_was_tried_is_told_once(answers: list[Answer | None]) -> None:
    run = drive(answers)
    told = [one.address for one in run.attempts.tries]
    assert sorted(told, key=str) == sorted((IPv4Address(place) for place in run.started), key=str)
    assert all(0 <= one.duration_ms <= DEADLINE_S * 1000 for one in run.attempts.tries)


@given(schedules())
def test_the_first_that_connects_wins_and_the_others_are_given_up(answers: list[Answer | None]) -> None:
    run = drive(answers)
    outcomes = [one.outcome for one in run.attempts.tries]
    assert outcomes.count("open") == (run.attempts.winner is not None)
    if run.attempts.winner is None:
        assert "abandoned" not in outcomes
        assert len(run.attempts.faults) == len(run.attempts.tries)
        assert run.attempts.verdict.outcome in ("refused", "timeout")
    else:
        assert run.attempts.tries[outcomes.index("open")].address == IPv4Address(run.attempts.winner)
        assert set(outcomes[outcomes.index("open") + 1 :]) <= {"abandoned"}


def test_a_black_hole_costs_the_delay_and_no_more() -> None:
    run = drive([None, Answer(0.001, connects=True)])
    assert run.starts_s == [0.0, ATTEMPT_DELAY_S]
    assert run.attempts.winner == 1
    assert [one.outcome for one in run.attempts.tries] == ["open", "abandoned"]


def test_a_slow_first_address_may_still_win() -> None:
    run = drive([Answer(0.3, connects=True), None])
    assert run.attempts.winner == 0


def test_addresses_that_refuse_at_once_are_gone_through_at_once() -> None:
    run = drive([Answer(0.0, connects=False)] * 5)
    assert run.starts_s == [0.0] * 5
    assert run.ended_s == 0.0
    assert run.attempts.verdict.outcome == "refused"


def test_a_deadline_that_has_passed_before_the_first_is_a_timeout() -> None:
    attempts = Attempts([IPv4Address(1)], deadline_s=0.0)
    assert attempts.take(0.0) is None
    attempts.tick(0.0)
    assert attempts.is_over
    assert attempts.verdict == TIMEOUT
