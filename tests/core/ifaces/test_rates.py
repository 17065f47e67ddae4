"""What went through between two looks."""

from collections.abc import Sequence
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nettools.core.ifaces.rates import Flow, InterfaceRate, rates
from nettools.core.ifaces.report import Interface
from tests.core.ifaces.machines import counters, interface

NOW = datetime(2024, 1, 2, 3, 4, 5, tzinfo=UTC)
counts = st.tuples(*(st.integers(0, 1 << 64) for _ in range(4)))


def between(before: Sequence[Interface], after: Sequence[Interface], elapsed_s: float) -> tuple[InterfaceRate, ...]:
    return rates(before, after, elapsed_s, NOW)


def test_a_rate_is_what_came_since_divided_by_the_time() -> None:
    before = interface("eth0", ifindex=2, stats=counters((1000, 10, 1, 2), (5000, 50, 0, 0)))
    after = interface("eth0", ifindex=2, stats=counters((4000, 25, 3, 2), (5000, 50, 0, 7)))
    assert between([before], [after], 2.0) == (
        InterfaceRate(
            time=NOW,
            ifindex=2,
            ifname="eth0",
            interval_ms=2000.0,
            rx=Flow(bytes_per_s=1500.0, packets_per_s=7.5, errors=2, dropped=0),
            tx=Flow(bytes_per_s=0.0, packets_per_s=0.0, errors=0, dropped=7),
        ),
    )


def test_a_rate_is_an_event_of_its_kind() -> None:
    one = interface("eth0", stats=counters())
    assert [(rate.event, rate.time) for rate in between([one], [one], 1.0)] == [("rate", NOW)]


def test_what_was_there_at_one_look_alone_has_no_rate() -> None:
    old, new = interface("old0", stats=counters()), interface("new0", stats=counters())
    assert between([old], [new], 1.0) == ()


def test_what_has_no_counters_has_no_rate() -> None:
    without, with_them = interface("eth0", stats=None), interface("eth0", stats=counters())
    assert between([without], [with_them], 1.0) == ()
    assert between([with_them], [without], 1.0) == ()


@pytest.mark.parametrize("high", [(9, 5, 5, 5), (5, 9, 5, 5)])
@pytest.mark.parametrize("is_received", [True, False])
def test_counters_that_went_back_belong_to_something_new(high: tuple[int, int, int, int], is_received: bool) -> None:
    low = (5, 5, 5, 5)
    before = counters(high, low) if is_received else counters(low, high)
    after = counters(low, low)
    assert between([interface("eth0", stats=before)], [interface("eth0", stats=after)], 1.0) == ()


def test_an_interface_of_the_same_name_and_another_number_is_another() -> None:
    before = interface("eth0", ifindex=2, stats=counters())
    after = interface("eth0", ifindex=9, stats=counters((9, 9, 0, 0)))
    assert between([before], [after], 1.0) == ()


@pytest.mark.parametrize("elapsed_s", [0.0, -1.0])
def test_without_time_between_there_is_no_rate(elapsed_s: float) -> None:
    one = interface("eth0", stats=counters())
    assert between([one], [one], elapsed_s) == ()


def test_the_order_is_that_of_the_second_look() -> None:
    one, other = interface("a0", stats=counters()), interface("b0", stats=counters())
    assert [rate.ifname for rate in between([one, other], [other, one], 1.0)] == ["b0", "a0"]


@given(counts, counts, st.floats(0.1, 3600))
def test_no_rate_and_no_count_is_ever_negative(
    first: tuple[int, int, int, int], second: tuple[int, int, int, int], elapsed_s: float
) -> None:
    before, after = interface("e", stats=counters(first, second)), interface("e", stats=counters(second, first))
    for rate in between([before], [after], elapsed_s):
        for flow in (rate.rx, rate.tx):
            assert min(flow.bytes_per_s, flow.packets_per_s, flow.errors, flow.dropped) >= 0
