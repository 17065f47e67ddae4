"""Numbers as people read them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nettools.render.units import in_seconds, with_prefix

FACTORS = {"": 1, "k": 1e3, "M": 1e6, "G": 1e9, "T": 1e12, "P": 1e15, "E": 1e18}


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        (0, "0 B"),
        (0.4, "0 B"),
        (1, "1 B"),
        (999, "999 B"),
        (999.4, "999 B"),
        (999.5, "1.00 kB"),
        (1000, "1.00 kB"),
        (1534, "1.53 kB"),
        (9994, "9.99 kB"),
        (9995, "10.0 kB"),
        (99_949, "99.9 kB"),
        (99_950, "100 kB"),
        (999_499, "999 kB"),
        (999_500, "1.00 MB"),
        (1 << 64, "18.4 EB"),
    ],
)
def test_a_number_has_three_digits_and_a_decimal_prefix(number: float, shown: str) -> None:
    assert with_prefix(number, "B") == shown


@given(st.floats(1000, 9e20))
def test_what_is_shown_is_the_number_to_half_a_digit(number: float) -> None:
    digits, _, unit = with_prefix(number, "B").partition(" ")
    assert abs(float(digits) * FACTORS[unit[:-1]] - number) <= number * 0.00501
    assert len(digits.replace(".", "")) == 3


@given(st.floats(0, 9e20), st.floats(0, 9e20))
def test_a_greater_number_never_looks_smaller(one: float, other: float) -> None:
    def value(number: float) -> float:
        digits, _, unit = with_prefix(number, "B").partition(" ")
        return float(digits) * FACTORS[unit[:-1]]

    assert (one <= other) <= (value(one) <= value(other) * (1 + 1e-9))


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [
        (0, "0 s"),
        (59, "59 s"),
        (60, "1 min 0 s"),
        (3599, "59 min 59 s"),
        (3600, "1 h 0 min"),
        (86399, "23 h 59 min"),
        (86400, "1 d 0 h"),
        (2_591_999, "29 d 23 h"),
        (0xFFFFFFFE, "49710 d 6 h"),
    ],
)
def test_a_life_time_is_told_in_its_two_largest_units(seconds: int, shown: str) -> None:
    assert in_seconds(seconds) == shown
