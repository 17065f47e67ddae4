import math
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nettools.core.relay.flow import Pace
from nettools.core.relay.pace import LineDelay, Paces, RateLimit, make_pace

Sent = list[tuple[float, bytes]]


def run(pace: Pace, chunks: list[bytes], *, begin_s: float = 0.0) -> Sent:
    """What is sent when, by a driver that asks again exactly when it is told to."""
    now_s = begin_s
    sent: Sent = []
    for chunk in chunks:
        waiting = memoryview(chunk)
        turns = 0
        while waiting:
            turns += 1
            assert turns < 100_000
            count = pace.allowance(waiting, now_s)
            if count:
                pace.spend(waiting[:count], now_s)
                sent.append((now_s, bytes(waiting[:count])))
                waiting = waiting[count:]
            else:
                then_s = pace.next_s(now_s)
                assert then_s > now_s
                now_s = then_s
    return sent


RATES = st.integers(1, 5000)
CHUNKS = st.lists(st.integers(1, 3000), min_size=1, max_size=6).map(lambda sizes: [b"x" * size for size in sizes])


@given(RATES, CHUNKS)
def test_over_any_time_no_more_than_the_burst_and_the_rate_is_sent(rate: int, chunks: list[bytes]) -> None:
    pace = RateLimit(rate, now_s=0.0)
    sent = run(pace, chunks)
    assert b"".join(octets for _, octets in sent) == b"".join(chunks)
    total = 0
    amounts = [(at_s, total := total + len(octets), len(octets)) for at_s, octets in sent][:200]
    for (first_s, before, first), (last_s, until, _) in combinations(amounts, 2):
        assert until - before + first <= pace.burst + rate * (last_s - first_s) + 1


@given(RATES, CHUNKS)
def test_the_rate_is_reached(rate: int, chunks: list[bytes]) -> None:
    pace = RateLimit(rate, now_s=0.0)
    sent = run(pace, chunks)
    rest = max(sum(map(len, chunks)) - pace.burst, 0)
    assert sent[-1][0] == pytest.approx(rest / rate, rel=1e-3, abs=0.06)


@given(RATES, CHUNKS)
def test_a_datagram_is_never_split_and_a_debt_is_paid(rate: int, chunks: list[bytes]) -> None:
    pace = RateLimit(rate, now_s=0.0, whole=True)
    sent = run(pace, chunks)
    assert [octets for _, octets in sent] == chunks
    for first in range(len(sent)):
        for last in range(first, len(sent)):
            most = max(pace.burst, len(sent[last][1]))
            amount = sum(len(octets) for _, octets in sent[first : last + 1])
            assert amount <= most + rate * (sent[last][0] - sent[first][0]) + 1


def test_a_typed_line_goes_at_once_and_a_pause_saves_no_more_than_the_burst() -> None:
    pace = RateLimit(100, now_s=0.0)
    assert pace.burst == 1024
    line = memoryview(b"x" * 80)
    assert pace.allowance(line, 0.0) == 80
    pace.spend(line, 0.0)
    assert pace.allowance(memoryview(b"x" * 5000), 1e6) == 1024


def test_steps_are_a_twentieth_of_a_second_long() -> None:
    sent = run(RateLimit(100_000, now_s=0.0), [b"x" * 110_000])
    assert len(sent) == 21
    assert sent[-1][0] == pytest.approx(1.0)


def test_a_line_waits_for_the_one_before() -> None:
    sent = run(LineDelay(2.0), [b"one\ntwo\nth", b"ree\nrest"])
    assert sent == [(0.0, b"one\n"), (2.0, b"two\n"), (4.0, b"th"), (4.0, b"ree\n"), (6.0, b"rest")]


@given(st.lists(st.sampled_from([b"a", b"\n", b"x" * 5000]), min_size=1).map(b"".join))
def test_a_delay_changes_no_octet_and_counts_the_line_ends(octets: bytes) -> None:
    sent = run(LineDelay(1.0), [octets])
    assert b"".join(piece for _, piece in sent) == octets
    assert sent[-1][0] == octets[:-1].count(b"\n")
    assert all(b"\n" not in piece[:-1] for _, piece in sent)


def test_a_datagram_is_a_line() -> None:
    sent = run(LineDelay(1.0, whole=True), [b"one\ntwo", b"three"])
    assert sent == [(0.0, b"one\ntwo"), (1.0, b"three")]


def test_both_hold_at_once() -> None:
    pace = make_pace(rate=1000, delay_s=1.0, whole=False, now_s=0.0)
    assert isinstance(pace, Paces)
    sent = run(pace, [b"a" * 3000 + b"\n" + b"b\n" + b"c"])
    ends = {octets[-1:]: at_s for at_s, octets in sent}
    assert ends[b"\n"] == pytest.approx(2.977, abs=0.06)
    assert ends[b"c"] == pytest.approx(3.977, abs=0.06)


def test_without_options_there_is_no_pace() -> None:
    assert make_pace(rate=None, delay_s=None, whole=False, now_s=0.0) is None
    assert make_pace(rate=None, delay_s=0.0, whole=False, now_s=0.0) is None
    assert isinstance(make_pace(rate=5, delay_s=None, whole=True, now_s=0.0), RateLimit)
    assert isinstance(make_pace(rate=None, delay_s=1.0, whole=True, now_s=0.0), LineDelay)


def test_a_clock_that_stands_still_gives_nothing_more() -> None:
    pace = RateLimit(10, now_s=5.0)
    pace.spend(memoryview(b"x" * 1024), 5.0)
    assert pace.allowance(memoryview(b"x"), 5.0) == 0
    assert pace.next_s(5.0) == pytest.approx(5.1)
    assert not math.isinf(LineDelay(1.0).next_s(5.0))
