"""Picking addresses of a network: by number, every so many, by chance."""

from itertools import islice, pairwise
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nettools.core.address import WIDTH
from nettools.core.prefix import Prefix, prefix_of
from nettools.core.subnet.pick import nth_number, sample_numbers, stepped_numbers
from nettools.core.subnet.relate import Span, parse_span
from nettools.errors import OptionError
from tests.core.strategies import any_prefix, numbers, versions


def span_of(network: Prefix) -> Span:
    return Span(network.version, network.network, network.last_number, str(network))


def spans() -> st.SearchStrategy[Span]:
    """Ranges from one address to another, most of which are no network."""
    return versions().flatmap(
        lambda version: st.tuples(numbers(version), numbers(version)).map(
            lambda ends: Span(version, min(ends), max(ends), "FIRST-LAST")
        )
    )


@given(any_prefix().flatmap(lambda network: st.tuples(st.just(network), st.integers(0, network.size - 1))))
def test_addresses_are_numbered_from_both_ends(case: tuple[Prefix, int]) -> None:
    network, place = case
    assert nth_number(span_of(network), str(place)) == network.network + place
    assert nth_number(span_of(network), str(place - network.size)) == network.network + place


@given(any_prefix())
def test_a_number_past_either_end_is_refused_with_the_size(network: Prefix) -> None:
    for place in (network.size, -network.size - 1):
        with pytest.raises(OptionError, match="out of range") as caught:
            nth_number(span_of(network), str(place))
        assert f"{network.size:,}" in caught.value.message


@pytest.mark.parametrize("text", ["", "-", "+1", "1.0", "1_0", " 1", "1 ", "1\n", "x", "--1", "１", "9" * 40])
def test_what_is_no_whole_number_is_refused(text: str) -> None:
    with pytest.raises(OptionError):
        nth_number(parse_span("::/0"), text)


@given(
    st.builds(
        lambda version, number, bits: prefix_of(version, number, WIDTH[version] - bits),
        versions(),
        st.integers(0, 1 << 32),
        st.integers(0, 8),
    ),
    st.integers(1, 300),
    st.one_of(st.none(), st.integers(1, 300)),
)
def test_steps_are_a_slice_of_the_addresses(network: Prefix, step: int, most: int | None) -> None:
    whole = list(range(network.network, network.last_number + 1))
    assert list(stepped_numbers(span_of(network), step, most)) == whole[::step][:most]


@given(any_prefix(), st.integers(1, 1 << 130))
def test_steps_begin_at_the_first_address_and_stay_inside(network: Prefix, step: int) -> None:
    found = list(islice(stepped_numbers(span_of(network), step, None), 5))
    assert found[0] == network.network
    assert all(network.network <= number <= network.last_number for number in found)
    assert all(later - earlier == step for earlier, later in pairwise(found))


@given(any_prefix(), st.integers(1, 200), st.integers())
def test_a_sample_is_of_different_addresses_inside_and_the_seed_repeats_it(
    network: Prefix, count: int, seed: int
) -> None:
    wanted = min(count, network.size)
    found = list(sample_numbers(span_of(network), wanted, Random(seed)))
    assert len(found) == len(set(found)) == wanted
    assert all(network.network <= number <= network.last_number for number in found)
    assert list(sample_numbers(span_of(network), wanted, Random(seed))) == found


@pytest.mark.parametrize("text", ["192.0.2.0/24", "2001:db8::/120", "255.255.255.0/24"])
def test_a_sample_of_all_is_every_address(text: str) -> None:
    network = parse_span(text)
    assert sorted(sample_numbers(network, network.size, Random(1))) == list(range(network.first, network.last + 1))


def test_another_seed_gives_another_sample() -> None:
    network = parse_span("10.0.0.0/8")
    assert len({tuple(sample_numbers(network, 5, Random(seed))) for seed in range(20)}) == 20


@pytest.mark.parametrize("text", ["192.0.2.0/24", "2001:db8::/64"])
def test_a_sample_reaches_the_whole_network(text: str) -> None:
    network = parse_span(text)
    quarters = {(number - network.first) * 4 // network.size for number in sample_numbers(network, 60, Random(3))}
    assert quarters == {0, 1, 2, 3}


@given(st.integers(0, 10), numbers(4))
def test_more_addresses_than_there_are_cannot_be_drawn(bits: int, number: int) -> None:
    network = prefix_of(4, number, 32 - bits)
    with pytest.raises(OptionError) as caught:
        list(sample_numbers(span_of(network), network.size + 1, Random(0)))
    assert str(network) in caught.value.message


@given(spans(), st.integers(1, 100), st.integers())
def test_all_that_is_picked_of_a_range_is_inside(among: Span, count: int, seed: int) -> None:
    found = list(sample_numbers(among, min(count, among.size), Random(seed)))
    assert len(found) == len(set(found)) == min(count, among.size)
    steps = list(islice(stepped_numbers(among, 7, count), count))
    ends = [nth_number(among, "0"), nth_number(among, "-1")]
    assert ends == [among.first, among.last]
    assert all(among.first <= number <= among.last for number in (*found, *steps))


def test_every_address_of_a_small_range_may_be_drawn() -> None:
    among = Span(4, 250, 261, "FIRST-LAST")
    assert {next(sample_numbers(among, 1, Random(seed))) for seed in range(400)} == set(range(250, 262))
