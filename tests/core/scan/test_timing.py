"""How long a probe waits, and how many are on their way at once."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nettools.core.scan.timing import (
    DEFAULT_TIMEOUT_S,
    KERNEL_SYN_RTO_S,
    MINIMUM_RTO_S,
    RttEstimator,
    Window,
)

round_trips = st.floats(min_value=0, max_value=10, allow_nan=False)


# --- the retransmission timeout -------------------------------------------------------------------


def test_without_a_sample_the_timeout_is_the_maximum() -> None:
    estimator = RttEstimator(3.5)
    assert not estimator.is_known
    assert estimator.timeout_s == 3.5


def test_the_first_sample_gives_three_times_the_round_trip() -> None:
    """RFC 6298 §2.2: SRTT = R, RTTVAR = R/2, RTO = SRTT + 4 * RTTVAR."""
    estimator = RttEstimator(3.5)
    estimator.sample(0.1)
    assert estimator.is_known
    assert estimator.timeout_s == pytest.approx(0.3)


def test_a_later_sample_moves_mean_and_variation_as_rfc_6298_says() -> None:
    """§2.3 with alpha 1/8 and beta 1/4, the variation from the mean before it moves."""
    estimator = RttEstimator(3.5)
    estimator.sample(0.1)
    estimator.sample(0.3)
    variation = 0.75 * 0.05 + 0.25 * 0.2
    mean = 7 / 8 * 0.1 + 1 / 8 * 0.3
    assert estimator.timeout_s == pytest.approx(mean + 4 * variation)


def test_a_steady_round_trip_brings_the_timeout_close_to_it() -> None:
    estimator = RttEstimator(3.5)
    for _ in range(100):
        estimator.sample(0.4)
    assert 0.4 <= estimator.timeout_s < 0.41


def test_the_timeout_never_falls_below_the_minimum() -> None:
    estimator = RttEstimator(3.5)
    estimator.sample(0.00001)
    assert estimator.timeout_s == MINIMUM_RTO_S


def test_the_users_maximum_wins_over_the_minimum() -> None:
    estimator = RttEstimator(0.02)
    estimator.sample(0.00001)
    assert estimator.timeout_s == 0.02


def test_what_the_kernel_may_have_repeated_teaches_nothing() -> None:
    """Karn: an answer after the kernel's own repetition may be to either of the two."""
    estimator = RttEstimator(3.5)
    estimator.sample(KERNEL_SYN_RTO_S)
    assert not estimator.is_known
    assert estimator.timeout_s == 3.5


def test_each_attempt_waits_twice_as_long_up_to_the_maximum() -> None:
    estimator = RttEstimator(1.0)
    estimator.sample(0.1)
    assert [estimator.wait_s(attempt) for attempt in (1, 2, 3, 4)] == pytest.approx([0.3, 0.6, 1.0, 1.0])


@given(st.lists(round_trips), st.floats(min_value=0.01, max_value=120), st.integers(min_value=1, max_value=11))
def test_no_wait_is_longer_than_the_maximum_nor_shorter_than_the_minimum(
    samples: list[float], maximum_s: float, attempt: int
) -> None:
    estimator = RttEstimator(maximum_s)
    for sample in samples:
        estimator.sample(sample)
    assert min(MINIMUM_RTO_S, maximum_s) <= estimator.wait_s(attempt) <= maximum_s
    assert estimator.wait_s(attempt) <= estimator.wait_s(attempt + 1)


def test_the_default_outlasts_the_kernels_second_repetition_and_neighbour_discovery() -> None:
    second_repetition_s, neighbour_gives_up_s = 3.0, 3.1
    assert max(second_repetition_s, neighbour_gives_up_s) + 0.3 <= DEFAULT_TIMEOUT_S


# --- the window -----------------------------------------------------------------------------------


def test_a_window_starts_at_its_start_or_its_maximum() -> None:
    assert Window(1000).size == Window.START
    assert Window(7).size == 7


def test_while_nothing_is_lost_each_answer_makes_room_for_one_more() -> None:
    window = Window(1000)
    for _ in range(100):
        window.grow()
    assert window.size == Window.START + 100


def test_a_loss_halves_the_window() -> None:
    window = Window(1000)
    window.cut(5.0, 0.3)
    assert window.size == Window.START / 2


def test_losses_within_one_timeout_count_once() -> None:
    window = Window(1000)
    window.cut(5.0, 0.3)
    window.cut(5.29, 0.3)
    assert window.size == 100
    window.cut(5.3, 0.3)
    assert window.size == 50


def test_after_a_loss_a_whole_window_of_answers_makes_room_for_one_more() -> None:
    window = Window(1000)
    window.cut(5.0, 0.3)
    for _ in range(100):
        window.grow()
    assert window.size == pytest.approx(101, abs=0.01)


def test_however_much_is_lost_one_probe_may_go() -> None:
    window = Window(1000)
    for cut in range(100):
        window.cut(float(cut), 0.3)
    assert window.size == 1


@given(st.integers(min_value=1, max_value=300), st.lists(st.integers(min_value=1, max_value=50), max_size=10))
def test_a_window_stays_between_one_and_its_maximum(maximum: int, answers_between_losses: list[int]) -> None:
    window = Window(maximum)
    for moment, answers in enumerate([*answers_between_losses, 50 * maximum]):
        for _ in range(answers):
            window.grow()
            assert window.size <= maximum
        window.cut(float(moment), 0.5)
        assert window.size >= 1
