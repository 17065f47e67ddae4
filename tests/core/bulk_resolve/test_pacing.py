"""How fast a server is asked: simulated servers that limit, refuse, lose or bear everything."""

from collections import Counter, deque

import pytest

from nettools.core.bulk_resolve.pacing import Pacer

TIMEOUT_S = 2.5


class Limiter:
    """A server that answers so many queries a second; of the others each second one gets TC, the rest nothing."""

    def __init__(self, rate: float) -> None:
        self._rate = rate
        self._second = -1
        self._left = 0.0
        self._turn = 0

    def ask(self, now_s: float) -> str:
        if int(now_s) != self._second:
            self._second, self._left = int(now_s), self._rate
        if self._left >= 1:
            self._left -= 1
            return "answered"
        self._turn += 1
        return "limited" if self._turn % 2 else "lost"


def run(pacer: Pacer, server: "Limiter | None", seconds: float, delay_s: float = 0.001) -> list[tuple[float, str]]:
    """(time, how it ended) of each query in that time; a query ends after the delay, a lost one after its timeout."""
    now_s, ended = 100.0, list[tuple[float, str]]()
    quick: deque[tuple[float, str]] = deque()
    slow: deque[tuple[float, str]] = deque()
    while now_s < 100.0 + seconds:
        count = pacer.room(now_s)
        pacer.sent(count)
        for _ in range(count):
            how = server.ask(now_s) if server else "answered"
            (slow if how == "lost" else quick).append((now_s + (TIMEOUT_S if how == "lost" else delay_s), how))
        now_s += 0.001
        for queue in (quick, slow):
            while queue and queue[0][0] <= now_s:
                how = queue.popleft()[1]
                ended.append((now_s, how))
                if how == "answered":
                    pacer.answered(1, now_s, delay_s)
                elif how == "lost":
                    pacer.lost(now_s, now_s - TIMEOUT_S)
                else:
                    pacer.ended()
                    pacer.was_limited(now_s)
    return ended


def test_a_server_that_bears_everything_is_never_slowed_down() -> None:
    pacer = Pacer()
    ended = run(pacer, None, 3)
    assert pacer.limited_rate is None
    assert not pacer.is_limiting
    assert len(ended) > 3 * 200_000


def test_a_server_that_limits_is_asked_at_about_the_rate_that_it_bears() -> None:
    pacer = Pacer()
    ended = run(pacer, Limiter(200), 60)
    late = Counter(how for at_s, how in ended if at_s > 120)
    assert pacer.is_limiting
    assert late["answered"] / late.total() > 0.7
    assert late["answered"] / 40 > 100


def test_a_server_that_stops_limiting_is_asked_fast_again() -> None:
    pacer = Pacer()
    run(pacer, Limiter(200), 5)
    assert pacer.limited_rate is not None
    before = pacer.limited_rate
    pacer.in_flight = 0
    for tick in range(100):
        now_s = 200.0 + tick / 4
        pacer.sent(10)
        pacer.answered(10, now_s, 0.001)
    assert pacer.limited_rate is None or pacer.limited_rate > 100 * before
    assert not pacer.is_limiting


def test_a_dead_server_is_not_one_that_limits() -> None:
    pacer = Pacer()
    for tick in range(1000):
        pacer.sent(1)
        pacer.lost(100 + tick / 100, 98 + tick / 100)
    assert pacer.limited_rate is None


def test_a_few_losses_are_chance() -> None:
    pacer = Pacer()
    for tick in range(4000):
        now_s = 100 + tick / 1000
        pacer.sent(2)
        pacer.answered(1, now_s, 0.001)
        if tick % 20:
            pacer.answered(1, now_s, 0.001)
        else:
            pacer.lost(now_s, now_s)
    assert pacer.limited_rate is None


def test_refusals_that_stay_although_we_ask_less_are_about_the_names() -> None:
    pacer = Pacer()
    slowest = float("inf")
    for tick in range(20_000):
        now_s = 100 + tick / 1000
        if not pacer.room(now_s):
            continue
        pacer.sent(1)
        if tick % 2:
            pacer.refused(now_s)
        else:
            pacer.answered(1, now_s, 0.001)
        slowest = min(slowest, pacer.limited_rate or float("inf"))
    assert slowest < 1000
    assert pacer.limited_rate is None


@pytest.mark.parametrize("rate", [1.0, 37.0, 5000.0])
def test_a_rate_that_was_asked_for_is_never_exceeded(rate: float) -> None:
    pacer = Pacer(rate=rate)
    times = [100.0]
    sent: list[float] = []
    while times[-1] < 104.0:
        count = pacer.room(times[-1])
        pacer.sent(count)
        sent += [times[-1]] * count
        for _ in range(count):
            pacer.answered(1, times[-1], 0.001)
        times.append(times[-1] + 0.0007)
    span = max(1, round(rate))
    for start in range(len(sent) - span):
        assert sent[start + span] - sent[start] >= 0.97 - 0.02
    assert len(sent) >= rate * 4 * 0.95


def test_the_wait_ends_when_the_next_query_may_go() -> None:
    pacer = Pacer(rate=10.0)
    assert pacer.room(100.0) == 1
    pacer.sent(1)
    wait_s = pacer.wait_s(100.0)
    assert wait_s == pytest.approx(0.1)
    assert pacer.room(100.05) == 0
    assert pacer.room(100.0 + 0.1 + 1e-6) == 1


def test_the_window_grows_where_replies_come_from_afar_and_not_where_a_queue_grows() -> None:
    far, near = Pacer(), Pacer()
    run(far, None, 3, delay_s=0.05)
    run(near, None, 1, delay_s=0.001)
    assert far.window == far.concurrency
    assert near.window < far.window
