"""Trying again: how often, after how long, and never for what stays as it is."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nettools.core.connect.fault import TIMEOUT, Fault
from nettools.core.connect.retry import FIRST_WAIT_S, LONGEST_WAIT_S, Retry, RetryPolicy, parse_retry
from nettools.errors import OptionError

FOR_EVER = Fault(outcome="prohibited", message="it is prohibited")


def waits(policy: RetryPolicy, fault: Fault = TIMEOUT) -> list[float]:
    retry, found = Retry(policy), []
    while (wait_s := retry.after(fault)) is not None:
        found.append(wait_s)
    return found


def test_waits_double_up_to_half_a_minute() -> None:
    assert waits(RetryPolicy(retries=9, backoff_s=0.5)) == [0.5, 1, 2, 4, 8, 16, 30, 30, 30]


def test_a_first_wait_above_the_limit_is_kept() -> None:
    assert waits(RetryPolicy(retries=3, backoff_s=60)) == [60, 60, 60]


@given(st.integers(0, 40), st.floats(0.001, 3600))
def test_there_are_as_many_rounds_as_asked_for_and_no_wait_is_too_long_or_shorter_than_the_last(
    retries: int, backoff_s: float
) -> None:
    found = waits(RetryPolicy(retries=retries, backoff_s=backoff_s))
    assert len(found) == retries
    assert all(earlier <= later <= 2 * earlier for earlier, later in pairwise(found))
    assert all(backoff_s <= wait_s <= max(LONGEST_WAIT_S, backoff_s) for wait_s in found)


def test_nothing_is_tried_again_unless_it_is_asked_for() -> None:
    assert waits(RetryPolicy()) == []


def test_what_stays_as_it_is_is_not_tried_again() -> None:
    assert waits(RetryPolicy(retries=5), FOR_EVER) == []


def test_rounds_are_counted() -> None:
    retry = Retry(RetryPolicy(retries=1))
    assert [retry.after(TIMEOUT), retry.after(TIMEOUT), retry.failed_rounds] == [FIRST_WAIT_S, None, 2]


def test_the_words_of_the_command_line() -> None:
    assert parse_retry(None, None) == RetryPolicy(retries=0, backoff_s=FIRST_WAIT_S)
    assert parse_retry("3", "250ms") == RetryPolicy(retries=3, backoff_s=0.25)


@pytest.mark.parametrize(("retry", "backoff"), [("-1", None), ("x", None), ("1", "0"), ("1", "soon")])
def test_words_that_say_neither_are_refused(retry: str, backoff: str | None) -> None:
    with pytest.raises(OptionError):
        parse_retry(retry, backoff)
