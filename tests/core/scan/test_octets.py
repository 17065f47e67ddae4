"""Patterns of octets: what they stand for, counted and ranked without a list."""

from ipaddress import IPv4Address
from itertools import product

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from nettools.core.scan.octets import EVERY_ADDRESS, OctetPattern, common_run_count, common_runs, parse_octets
from nettools.errors import AddressError

few = st.sets(st.integers(0, 255), min_size=1, max_size=4)
some = st.one_of(few, st.builds(lambda a, n: set(range(a, min(a + n, 256))), st.integers(0, 255), st.integers(1, 5)))
every = st.just(set(range(256)))


@st.composite
def patterns(draw: st.DrawFn) -> OctetPattern:
    """Patterns of at most 65,536 addresses, whole octets among them, near each other so that they meet."""
    octets = [draw(st.one_of(some, st.sampled_from([{0}, {0, 1}, {1, 3, 255}]))) for _ in range(4)]
    if draw(st.booleans()):
        octets[draw(st.integers(0, 3))] = draw(every)
    pattern = OctetPattern(tuple(tuple(sorted(one)) for one in octets))
    assume(pattern.size <= 1 << 16)
    return pattern


def expanded(pattern: OctetPattern) -> list[int]:
    return [a << 24 | b << 16 | c << 8 | d for a, b, c, d in product(*pattern.octets)]


def filled(runs: list[tuple[int, int]]) -> list[int]:
    return [number for first, last in runs for number in range(first, last + 1)]


@given(patterns())
def test_the_addresses_of_a_pattern_are_ranked_in_ascending_order(pattern: OctetPattern) -> None:
    numbers = expanded(pattern)
    assert numbers == sorted(numbers)
    assert pattern.size == len(numbers)
    for rank in {0, 1, len(numbers) // 3, len(numbers) // 2, len(numbers) - 1} & set(range(len(numbers))):
        assert pattern.at(rank) == numbers[rank]
        assert pattern.rank_of(numbers[rank]) == rank


@given(patterns(), st.integers(0, 1 << 32))
def test_the_rank_of_any_number_is_how_many_addresses_are_below_it(pattern: OctetPattern, number: int) -> None:
    numbers = expanded(pattern)
    assert pattern.rank(number) == sum(one < number for one in numbers)
    assert (number in pattern) == (number in set(numbers))
    for near in (numbers[0], numbers[-1]):
        for one in (near - 1, near, near + 1):
            if one >= 0:
                assert pattern.rank(one) == sum(other < one for other in numbers)


@given(patterns())
def test_the_runs_of_a_pattern_are_its_addresses(pattern: OctetPattern) -> None:
    runs = list(pattern.runs())
    assert len(runs) == pattern.run_count()
    assert filled(runs) == expanded(pattern)


@given(patterns(), st.integers(0, (1 << 32) - 1), st.integers(0, 1 << 20))
def test_the_runs_between_two_numbers_are_the_addresses_there(pattern: OctetPattern, start: int, length: int) -> None:
    numbers = expanded(pattern)
    for first in (start, numbers[len(numbers) // 2]):
        last = min(first + length, (1 << 32) - 1)
        assert filled(list(pattern.runs_between(first, last))) == [one for one in numbers if first <= one <= last]


@given(patterns(), patterns())
def test_the_common_runs_of_two_patterns_are_the_ranks_of_what_is_in_both(
    base: OctetPattern, other: OctetPattern
) -> None:
    runs = list(common_runs(base, other))
    assert len(runs) == common_run_count(base, other)
    shared = set(expanded(other))
    assert filled(runs) == [rank for rank, number in enumerate(expanded(base)) if number in shared]


def test_counting_runs_lists_nothing() -> None:
    assert parse_octets("*.*.*.1").run_count() == 1 << 24
    assert parse_octets("*.*.*.1,3,5-9").run_count() == 3 << 24
    assert EVERY_ADDRESS.run_count() == 1
    assert parse_octets("10.*.0-255.*").run_count() == 1
    assert common_run_count(parse_octets("*.*.*.1"), parse_octets("*.*.*.1-5")) == 1
    assert common_run_count(parse_octets("*.*.*.1-5"), parse_octets("*.*.*.1")) == 1 << 24
    assert common_run_count(parse_octets("*.*.*.1"), parse_octets("*.*.*.2")) == 0


@pytest.mark.parametrize(
    ("text", "first", "last", "size"),
    [
        ("192.0.2.1-50", "192.0.2.1", "192.0.2.50", 50),
        ("192.0.2.*", "192.0.2.0", "192.0.2.255", 256),
        ("192.0.1-3.*", "192.0.1.0", "192.0.3.255", 768),
        ("10.0-255.0.1-254", "10.0.0.1", "10.255.0.254", 256 * 254),
        ("10.0.0.1,5,9", "10.0.0.1", "10.0.0.9", 3),
        ("10.0.0.9,1-3,2", "10.0.0.1", "10.0.0.9", 4),
        ("10.0.0.*,7", "10.0.0.0", "10.0.0.255", 256),
        ("*.*.*.1", "0.0.0.1", "255.255.255.1", 1 << 24),
        ("0.0.0.0-0", "0.0.0.0", "0.0.0.0", 1),
    ],
)
def test_what_a_pattern_stands_for(text: str, first: str, last: str, size: int) -> None:
    pattern = parse_octets(text)
    assert IPv4Address(pattern.at(0)) == IPv4Address(first)
    assert IPv4Address(pattern.at(pattern.size - 1)) == IPv4Address(last)
    assert pattern.size == size


@given(patterns())
def test_a_pattern_is_read_back_from_its_text(pattern: OctetPattern) -> None:
    assert parse_octets(str(pattern)).octets == pattern.octets


@pytest.mark.parametrize(
    ("text", "why", "hint"),
    [
        ("10.0.0.50-1", "the octet range '50-1' is reversed", "did you mean 10.0.0.1-50?"),
        ("10.9-2.0.1,4", "the octet range '9-2' is reversed", "did you mean 10.2-9.0.1,4?"),
        ("10.0.0.1-256", "octet 256 is above 255", None),
        ("10.0.0.1,300", "octet 300 is above 255", None),
        ("10.0.0.01-5", "octet '01' has a leading zero", "write 1 for decimal; some tools read it as octal"),
        ("010.0.0.*", "octet '010' has a leading zero", "write 10 for decimal; some tools read it as octal"),
        ("10.0.0.1-50x", "octet '50x' is neither a number, a range, nor '*'", None),
        ("10.0.0.1-5-9", "octet '5-9' is neither a number, a range, nor '*'", None),
        ("10.0.0.1-*", "octet '*' is neither a number, a range, nor '*'", None),
        ("10.0.0.１-5", "octet '１' is neither a number, a range, nor '*'", None),
        ("10.0.0.5-", "the octet range '5-' lacks an end", "did you mean 10.0.0.5-255?"),
        ("10.0.0.-5", "the octet range '-5' lacks an end", "did you mean 10.0.0.0-5?"),
        ("10.0.0.-", "the octet range '-' lacks an end", "did you mean 10.0.0.0-255?"),
        ("10.0.0.1,", "octet '1,' has an empty item", None),
        ("10..0.1-5", "an octet is empty", None),
        ("10.*", "it needs four octets, this has 2", "did you mean 10.*.*.*?"),
        ("*", "it needs four octets, this has 1", "did you mean *.*.*.*?"),
        ("10.0.0.1,10.0.0.2", "it needs four octets, this has 7", "write each target as a word of its own"),
        ("1,2", "it needs four octets, this has 1", None),
    ],
)
def test_a_refusal_names_the_octet_and_what_was_probably_meant(text: str, why: str, hint: str | None) -> None:
    with pytest.raises(AddressError) as caught:
        parse_octets(text)
    assert caught.value.message.endswith(why)
    assert caught.value.hint == hint
