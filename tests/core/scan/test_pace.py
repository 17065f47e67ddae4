"""``--rate``: exact over time, no burst."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nettools.core.scan.pace import Pace
from nettools.core.scan.timing import Timing
from tests.core.scan.simulation import Port, Simulation, ports


def taken_within(pace: Pace, until_s: float, look_s: float, *, start_s: float = 0.0) -> int:
    """How many probes go until then, when somebody looks so often."""
    now_s, taken = start_s, 0
    while now_s < start_s + until_s:
        while pace.is_free(now_s):
            pace.take(now_s)
            taken += 1
        now_s += look_s
    return taken


@given(st.floats(min_value=0.5, max_value=20_000), st.floats(min_value=0.0001, max_value=0.05))
def test_the_rate_is_kept_within_two_percent_however_often_one_looks(rate_pps: float, look_s: float) -> None:
    seconds = max(5.0, 100 / rate_pps) if rate_pps < 1000 else 2.0
    taken = taken_within(Pace(rate_pps), seconds, look_s)
    assert taken == pytest.approx(rate_pps * seconds, rel=0.02, abs=1 + rate_pps * look_s)


def test_nothing_is_saved_up_at_the_start() -> None:
    assert taken_within(Pace(100), 0.009, 0.001, start_s=1000.0) == 1


def test_after_a_long_pause_only_a_tenth_of_a_second_is_caught_up_on() -> None:
    pace = Pace(100)
    pace.take(0.0)
    assert taken_within(pace, 0.001, 0.001, start_s=60.0) <= 11


def test_what_was_not_sent_is_not_counted() -> None:
    pace = Pace(10)
    pace.take(0.0)
    pace.give_back()
    assert pace.is_free(0.0)


@pytest.mark.parametrize("rate_pps", [20.0, 333.0, 5000.0])
def test_retries_are_in_the_rate(rate_pps: float) -> None:
    simulation = Simulation(
        [{**ports(100), 101: Port(kind="silent")}, ports(101, kind="silent")], Timing(rate_pps=rate_pps)
    )
    found = simulation.run()
    moments = found.all_sent_at_s
    assert simulation.plan.retransmitted_count > 0
    for start, moment in enumerate(moments):
        within = [other for other in moments[start:] if other < moment + 1.0]
        assert len(within) <= rate_pps + 1 + rate_pps * 0.1


@given(st.integers(2, 60), st.floats(min_value=5, max_value=2000))
def test_a_scan_takes_as_long_as_its_rate_says(number: int, rate_pps: float) -> None:
    found = Simulation([ports(number, rtt_s=0.001)], Timing(rate_pps=rate_pps)).run()
    moments = found.all_sent_at_s
    assert moments[-1] - moments[0] == pytest.approx((number - 1) / rate_pps, rel=0.02, abs=0.001)


def test_a_delay_is_kept_for_each_host_by_itself() -> None:
    found = Simulation([ports(5), ports(5)], Timing(delay_s=0.3)).run()
    for host in (0, 1):
        moments = sorted(at_s for (where, _), all_s in found.sent_at_s.items() if where == host for at_s in all_s)
        assert all(later - earlier >= 0.3 for earlier, later in pairwise(moments))
    assert found.elapsed_s < 5 * 0.3 + 0.1


def test_without_limits_nothing_but_the_most_in_flight_holds_back() -> None:
    found = Simulation([ports(3000)], Timing(is_unlimited=True, max_in_flight=2500)).run()
    assert found.most_in_flight == 2500
