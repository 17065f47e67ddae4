"""Which datagrams are answered, with how much, how often."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nettools.core.service.datagrams import LONGEST_LINE, answer_datagram
from nettools.core.service.names import SERVICES, ServiceName
from nettools.core.service.rates import IN_TOTAL, PER_NETWORK, SMALLEST_WEIGHT, AnswerRates, Rate, TokenBucket
from nettools.core.service.sources import network_of, refusal_of

moments = st.floats(min_value=0, max_value=4e9)
numbers = st.integers(min_value=0, max_value=2**32 - 1)


@given(st.sampled_from(SERVICES), st.binary(max_size=2000), moments, numbers)
def test_an_answer_is_no_longer_than_a_line_or_what_was_asked(
    service: ServiceName, octets: bytes, unix_s: float, pick: int
) -> None:
    answer = answer_datagram(service, octets, unix_s=unix_s, pick=pick)
    assert len(answer or b"") <= max(LONGEST_LINE, len(octets))


@given(st.binary(max_size=2000))
def test_echo_answers_what_came_and_discard_nothing(octets: bytes) -> None:
    assert answer_datagram("echo", octets, unix_s=0, pick=0) == octets
    assert answer_datagram("discard", octets, unix_s=0, pick=0) is None


@pytest.mark.parametrize(
    ("service", "answer"),
    [
        ("daytime", b"Thursday, January 1, 1970 00:00:00-UTC\r\n"),
        ("time", bytes.fromhex("83aa7e80")),
        ("finger", b"Finger user information denied\r\n"),
    ],
)
def test_the_others_answer_as_on_a_connection(service: ServiceName, answer: bytes) -> None:
    assert answer_datagram(service, b"root\r\n", unix_s=0, pick=7) == answer


def test_chargen_answers_a_random_part_of_a_line() -> None:
    lengths = {len(answer_datagram("chargen", b"", unix_s=0, pick=pick) or b"") for pick in range(LONGEST_LINE + 1)}
    assert lengths == set(range(LONGEST_LINE + 1))


@pytest.mark.parametrize(
    ("address", "port", "reason"),
    [
        ("7f000001", 40000, None),
        ("7f000001", 1024, None),
        ("7f000001", 1023, "privileged-port"),
        ("7f000001", 19, "privileged-port"),
        ("7f000001", 0, "privileged-port"),
        ("00000000", 40000, "bad-source"),
        ("ffffffff", 40000, "bad-source"),
        ("e0000001", 40000, "bad-source"),
        ("00" * 16, 40000, "bad-source"),
        ("ff02" + "00" * 13 + "01", 40000, "bad-source"),
        ("00" * 10 + "ffff" + "ffffffff", 40000, "bad-source"),
        ("00" * 15 + "01", 40000, None),
    ],
)
def test_servers_and_groups_get_no_answer(address: str, port: int, reason: str | None) -> None:
    assert refusal_of(bytes.fromhex(address), port, is_to_many=False) == reason


def test_what_came_to_many_gets_no_answer() -> None:
    assert refusal_of(bytes([127, 0, 0, 1]), 40000, is_to_many=True) == "to-many"


@given(st.binary(min_size=4, max_size=4), st.integers(0, 255))
def test_addresses_of_one_slash_24_are_counted_together(packed: bytes, last: int) -> None:
    assert network_of(packed) == network_of(packed[:3] + bytes([last]))
    assert network_of(bytes(10) + b"\xff\xff" + packed) == network_of(packed)
    assert network_of(packed) != network_of(bytes([packed[0] ^ 1]) + packed[1:])


@given(st.binary(min_size=16, max_size=16), st.binary(min_size=8, max_size=8))
def test_addresses_of_one_slash_64_are_counted_together(packed: bytes, host: bytes) -> None:
    packed = b"\x20" + packed[1:]  # none that maps an IPv4 address
    assert network_of(packed) == network_of(packed[:8] + host)


steps = st.lists(st.tuples(st.floats(min_value=0, max_value=5), st.integers(0, 3000)), max_size=60)


@given(steps, st.integers(1, 2000), st.integers(1, 5000))
def test_a_bucket_gives_no_more_than_its_depth_and_what_came_in(
    asked: list[tuple[float, int]], per_s: int, burst: int
) -> None:
    bucket, now_s, given_out = TokenBucket(Rate(octets_per_s=per_s, burst=burst), 0.0), 0.0, 0
    for pause_s, weight in asked:
        now_s += pause_s
        if bucket.holds(weight, now_s):
            bucket.take(weight)
            given_out += weight
        assert given_out <= burst + per_s * now_s + 1e-6


def test_a_clock_that_goes_back_gives_nothing() -> None:
    bucket = TokenBucket(Rate(octets_per_s=1, burst=10), 100.0)
    bucket.take(10)
    assert not bucket.holds(1, 50.0)
    assert not bucket.holds(1, 50.5)
    assert bucket.holds(1, 51.0)


def test_a_network_gets_its_burst_and_then_its_rate() -> None:
    rates = AnswerRates(0.0)
    at_once = sum(rates.allows(b"a", 40, 0.0) for _ in range(1000))
    assert at_once == PER_NETWORK.burst // SMALLEST_WEIGHT == 256
    within_a_second = sum(rates.allows(b"a", 40, number / 1000) for number in range(1, 1001))
    assert within_a_second == PER_NETWORK.octets_per_s // SMALLEST_WEIGHT == 128


def test_one_network_takes_nothing_from_another() -> None:
    rates = AnswerRates(0.0)
    while rates.allows(b"a", 40, 0.0):
        pass
    assert rates.allows(b"b", 40, 0.0)


def test_the_largest_datagram_is_echoed() -> None:
    rates = AnswerRates(0.0)
    assert [rates.allows(b"a", 65_507, 0.0) for _ in range(3)] == [True, True, False]


def test_all_networks_together_get_no_more_than_the_total() -> None:
    rates = AnswerRates(0.0)
    answered = sum(rates.allows(number.to_bytes(4, "big"), 40, 0.0) for number in range(10_000))
    assert answered == IN_TOTAL.burst // SMALLEST_WEIGHT


def test_forged_networks_do_not_fill_the_memory() -> None:
    rates = AnswerRates(0.0, most_networks=8)
    for number in range(1000):
        rates.allows(number.to_bytes(4, "big"), 40, 0.0)
        assert len(rates) <= 8


def test_the_network_that_asked_least_recently_is_forgotten() -> None:
    rate = Rate(octets_per_s=0, burst=SMALLEST_WEIGHT)
    rates = AnswerRates(0.0, per_network=rate, most_networks=2)
    assert [rates.allows(one, 0, 0.0) for one in (b"a", b"b", b"a", b"c", b"a", b"b")] == [
        *(True, True, False),  # a has had its one
        *(True, False),  # c takes the place of b, a is remembered
        True,
    ]
