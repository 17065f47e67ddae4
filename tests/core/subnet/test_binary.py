"""Bits as people read them, and where the network part ends."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nettools.core.address import WIDTH
from nettools.core.subnet.binary import bits, split_at
from tests.core.strategies import numbers, versions

GROUP = {4: 8, 6: 16}
SEPARATOR = {4: ".", 6: ":"}


@given(versions().flatmap(lambda version: st.tuples(st.just(version), numbers(version))))
def test_the_bits_are_those_of_the_number_in_equal_groups(case: tuple[int, int]) -> None:
    version, number = case
    groups = bits(version, number).split(SEPARATOR[version])
    assert [len(group) for group in groups] == [GROUP[version]] * (WIDTH[version] // GROUP[version])
    assert int("".join(groups), 2) == number


@pytest.mark.parametrize("version", [4, 6])
def test_the_split_comes_right_after_the_bits_of_the_prefix(version: int) -> None:
    text = bits(version, 0)
    for length in range(WIDTH[version] + 1):
        at = split_at(version, length)
        assert text[:at].count("0") == length
        assert text[:at][-1:] != SEPARATOR[version]


@pytest.mark.parametrize(
    ("version", "number", "text"),
    [
        (4, 0xC000020C, "11000000.00000000.00000010.00001100"),
        (4, 0, "00000000.00000000.00000000.00000000"),
        (6, 1, ":".join(["0" * 16] * 7 + ["0" * 15 + "1"])),
    ],
)
def test_how_bits_are_written(version: int, number: int, text: str) -> None:
    assert bits(version, number) == text
