"""How two networks, or two ranges, stand to each other: against sets of numbers."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nettools.core.address import WIDTH
from nettools.core.intervals import IntervalSet
from nettools.core.prefix import Prefix, prefix_of
from nettools.core.subnet import relate
from nettools.core.subnet.parse import parse_network
from nettools.core.subnet.relate import RELATIONS, Relation, Span, parse_span
from tests.core.strategies import any_prefix, prefixes, versions


def span(prefix: Prefix) -> Span:
    return Span(prefix.version, prefix.network, prefix.last_number, str(prefix))


def relation(a: Prefix, b: Prefix) -> Relation:
    return relate.relation(span(a), span(b))


def are_mergeable(a: Prefix, b: Prefix) -> bool:
    return relate.are_mergeable(span(a), span(b))


def relation_of_ranges(version: int, a: tuple[int, int], other: int, b: tuple[int, int]) -> Relation:
    return relate.relation(Span(version, *a, "a"), Span(other, *b, "b"))


def test_a_span_is_read_from_a_network_an_address_or_a_range() -> None:
    assert parse_span("10.0.0.5/8") == Span(4, 10 << 24, (11 << 24) - 1, "10.0.0.0/8")
    assert parse_span("10.0.0.0-10.0.0.9") == Span(4, 10 << 24, (10 << 24) + 9, "10.0.0.0-10.0.0.9")
    assert parse_span("::1") == Span(6, 1, 1, "::1/128")


MIRRORED: dict[Relation, Relation] = {"contains": "within", "within": "contains"}


def small_ranges() -> st.SearchStrategy[tuple[int, int]]:
    return st.builds(lambda one, other: (min(one, other), max(one, other)), *[st.integers(0, 12)] * 2)


def neighbours(version: int) -> st.SearchStrategy[tuple[Prefix, Prefix]]:
    """Pairs that are often related: a prefix, and one around an address near its ends."""
    top = (1 << WIDTH[version]) - 1

    def near(one: Prefix, step: int, length: int) -> tuple[Prefix, Prefix]:
        at = one.network + step if step < 0 else one.last_number + step
        return one, prefix_of(version, max(0, min(top, at)), length)

    return st.builds(near, prefixes(version), st.integers(-2, 2), st.integers(0, WIDTH[version]))


def pairs() -> st.SearchStrategy[tuple[Prefix, Prefix]]:
    return st.one_of(versions().flatmap(neighbours), st.tuples(any_prefix(), any_prefix()))


@given(small_ranges(), small_ranges())
def test_a_relation_of_ranges_is_that_of_sets_of_numbers(a: tuple[int, int], b: tuple[int, int]) -> None:
    one, other = (set(range(first, last + 1)) for first, last in (a, b))
    if one == other:
        expected = "equal"
    elif one > other:
        expected = "contains"
    elif one < other:
        expected = "within"
    elif one & other:
        expected = "overlaps"
    elif max(one) + 1 == min(other) or max(other) + 1 == min(one):
        expected = "adjacent"
    else:
        expected = "disjoint"
    assert relation_of_ranges(4, a, 4, b) == expected
    assert relation_of_ranges(4, a, 6, b) == "disjoint"


@given(pairs())
def test_the_relation_of_b_to_a_is_the_mirror_of_that_of_a_to_b(pair: tuple[Prefix, Prefix]) -> None:
    a, b = pair
    found = relation(a, b)
    assert found in RELATIONS
    assert relation(b, a) == MIRRORED.get(found, found)
    assert are_mergeable(a, b) == are_mergeable(b, a)


@given(pairs())
def test_two_networks_never_overlap_in_part(pair: tuple[Prefix, Prefix]) -> None:
    assert relation(*pair) != "overlaps"


@given(pairs())
def test_mergeable_networks_are_one_network_together_and_no_others(pair: tuple[Prefix, Prefix]) -> None:
    together: list[Any] = list(IntervalSet.of_prefixes(pair).prefixes())
    assert are_mergeable(*pair) == (len(together) == 1)


@given(any_prefix())
def test_a_network_equals_itself_and_contains_its_halves_that_are_mergeable(network: Prefix) -> None:
    assert relation(network, network) == "equal"
    if network.host_bits:
        half = network.length + 1
        low = Prefix(network.version, network.network, half)
        high = prefix_of(network.version, network.last_number, half)
        assert relation(network, low) == relation(network, high) == "contains"
        assert relation(low, high) == "adjacent"
        assert are_mergeable(low, high)


@pytest.mark.parametrize(
    ("a", "b", "expected", "mergeable"),
    [
        ("10.0.0.0/8", "10.0.0.0/8", "equal", True),
        ("10.0.0.0/8", "10.1.2.3", "contains", True),
        ("10.1.2.3", "10.0.0.0/8", "within", True),
        ("192.0.2.0/25", "192.0.2.128/25", "adjacent", True),
        ("10.0.1.0/24", "10.0.2.0/24", "adjacent", False),
        ("192.0.2.0/25", "192.0.2.128/26", "adjacent", False),
        ("10.0.0.0/24", "10.0.2.0/24", "disjoint", False),
        ("0.0.0.0/32", "255.255.255.255/32", "disjoint", False),
        ("0.0.0.0/0", "::/0", "disjoint", False),
        ("0.0.0.0/1", "128.0.0.0/1", "adjacent", True),
        ("::/1", "8000::/1", "adjacent", True),
        ("::/0", "2001:db8::1", "contains", True),
    ],
)
def test_known_pairs(a: str, b: str, expected: str, mergeable: bool) -> None:
    assert relation(parse_network(a), parse_network(b)) == expected
    assert are_mergeable(parse_network(a), parse_network(b)) is mergeable
