"""Who has an address is asked three times, of so many at once, and then given up."""

from hypothesis import given
from hypothesis import strategies as st

from nettools.core.scan.sweep.asking import WAITS_S, Asking


def test_a_question_is_asked_three_times_and_given_up() -> None:
    asking = Asking()
    asking.want((0, 9))
    asked, given_up = [], []
    now = 0.0
    for _ in range(10):
        questions, lost = asking.due(now)
        asked += [(now, question) for question in questions]
        given_up += [(now, question) for question in lost]
        wait_s = asking.wait_s(now)
        if wait_s is None:
            break
        now += wait_s
    assert asked == [(0.0, (0, 9)), (0.25, (0, 9)), (0.75, (0, 9))]
    assert given_up == [(1.75, (0, 9))]
    assert len(asking) == 0


def test_an_answer_ends_the_asking() -> None:
    asking = Asking()
    asking.want((0, 9))
    asking.due(0.0)
    assert asking.answered((0, 9))
    assert not asking.answered((0, 9))
    assert asking.due(5.0) == ([], [])


def test_what_is_asked_is_not_asked_twice() -> None:
    asking = Asking()
    asking.want((0, 9))
    asking.want((0, 9))
    assert asking.due(0.0) == ([(0, 9)], [])


@given(st.integers(1, 20), st.integers(1, 60), st.sets(st.integers(0, 59)))
def test_no_more_than_allowed_are_asked_at_once_and_each_has_its_end(most: int, count: int, there: set[int]) -> None:
    asking = Asking(most)
    for address in range(count):
        asking.want((1, address))
    waiting: set[int] = set()
    answered: set[int] = set()
    given_up: set[int] = set()
    now = 0.0
    while len(asking):
        questions, lost = asking.due(now)
        waiting |= {address for _, address in questions}
        given_up |= {address for _, address in lost}
        waiting -= given_up
        assert len(waiting) <= most
        for address in sorted(waiting & there):
            assert asking.answered((1, address))
            answered.add(address)
        waiting -= there
        wait_s = asking.wait_s(now)
        now += 0.01 if wait_s is None else max(wait_s, 0.01)
        assert now < 60 * sum(WAITS_S) + 1
    assert answered == there & set(range(count))
    assert given_up == set(range(count)) - there
