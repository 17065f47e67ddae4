"""Windows grow with answers and shrink with loss; a rate lets through what it says."""

from hypothesis import given
from hypothesis import strategies as st

from nettools.core.scan.sweep.pace import Pace, SendWindow
from nettools.core.scan.timing import Timing


def test_a_window_begins_small_and_grows_to_its_maximum() -> None:
    window = SendWindow(1000)
    assert window.size == 200
    window.grow(300)
    assert window.size == 500
    window.grow(9000)
    assert window.size == 1000


def test_a_window_is_halved_once_in_a_timeout() -> None:
    window = SendWindow(1000)
    window.cut(10.0, 0.1)
    window.cut(10.05, 0.1)
    assert window.size == 100
    window.cut(10.1, 0.1)
    assert window.size == 50
    window.grow(50)
    assert window.size == 51  # slowly from here


def test_a_window_never_closes() -> None:
    window = SendWindow(1000)
    for moment in range(100):
        window.cut(float(moment), 0.5)
    assert window.size == SendWindow.SMALLEST


def test_loss_of_one_host_is_its_own_and_that_of_several_is_shared() -> None:
    pace = Pace(Timing(max_in_flight=1000))
    pace.lost(1, 5.0)
    pace.lost(1, 9.0)
    assert pace.room(10.0) == 1000
    pace.lost(2, 13.0)
    assert pace.room(14.0) == 500


@given(st.floats(1, 1e6), st.lists(st.floats(0, 0.2), max_size=40))
def test_a_rate_is_never_passed(rate: float, pauses: list[float]) -> None:
    pace = Pace(Timing(rate_pps=rate))
    now, sent = 0.0, 0
    for pause_s in pauses:
        now += pause_s
        room = pace.room(now)
        assert room >= 0
        pace.sent(room)
        sent += room
        assert sent <= now * rate + max(1.0, rate * 0.02) + 1


@given(st.floats(1, 1e6))
def test_a_rate_is_reached(rate: float) -> None:
    pace = Pace(Timing(rate_pps=rate))
    now, sent = 0.0, 0
    while sent < 200:
        wait_s = pace.wait_s(now)
        assert wait_s is not None
        now += wait_s + 1e-9
        room = pace.room(now)
        assert room > 0
        pace.sent(room)
        sent += room
    assert sent >= now * rate * 0.95 - 1


def test_without_limit_there_is_always_room() -> None:
    pace = Pace(Timing(is_unlimited=True))
    pace.sent(10**6)
    assert pace.room(0.0) > 10**6
    assert pace.wait_s(0.0) == 0.0
