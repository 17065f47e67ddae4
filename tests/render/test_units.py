"""Numbers as people read them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nettools.render.units import in_milliseconds, in_seconds, with_prefix

FACTORS = {"": 1, "k": 1e3, "M": 1e6, "G": 1e9, "T": 1e12, "P": 1e15, "E": 1e18}


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        (0, "0 B"),
        (0.4, "0 B"),
        (1, "1 B"),
        (999, "999 B"),
        (999.4, "999 B"),
        (999.5, "1.0 kB"),
        (1000, "1.0 kB"),
        (1534, "1.5 kB"),
        (9949, "9.9 kB"),
        (9950, "9.9 kB"),
        (9951, "10.0 kB"),
        (99_949, "99.9 kB"),
        (99_950, "100 kB"),
        (999_499, "999 kB"),
        (999_500, "1.0 MB"),
        (1 << 64, "18.4 EB"),
    ],
)
def test_a_number_has_two_or_three_digits_and_a_decimal_prefix(number: float, shown: str) -> None:
    assert with_prefix(number, "B") == shown


@given(st.floats(1000, 9e20))
def test_what_is_shown_is_the_number_to_half_a_digit(number: float) -> None:
    digits, _, unit = with_prefix(number, "B").partition(" ")
    assert abs(float(digits) * FACTORS[unit[:-1]] - number) <= FACTORS[unit[:-1]] * (0.0501 if "." in digits else 0.501)
    assert 2 <= len(digits.replace(".", "")) <= 3


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
        (60, "1 min"),
        (3599, "59 min 59 s"),
        (3600, "1 h"),
        (86399, "23 h 59 min"),
        (86400, "1 d"),
        (2_591_999, "29 d 23 h"),
        (0xFFFFFFFE, "49710 d 6 h"),
    ],
)
def test_a_life_time_is_told_in_its_two_largest_units(seconds: int, shown: str) -> None:
    assert in_seconds(seconds) == shown


@pytest.mark.parametrize(
    ("duration_ms", "shown"),
    [
        (0, "0 ms"),
        (0.0004, "0 ms"),
        (0.001, "0.001 ms"),
        (0.0421, "0.042 ms"),
        (0.412, "0.41 ms"),
        (0.999, "1.0 ms"),
        (3.21, "3.2 ms"),
        (9.96, "10 ms"),
        (52.4, "52 ms"),
        (999.4, "999 ms"),
        (999.6, "1.0 s"),
        (59_949, "59.9 s"),
        (59_999, "1 min"),
        (7_265_000, "2 h 1 min"),
    ],
)
def test_a_duration_has_the_digits_that_count_and_the_unit_that_suits_it(duration_ms: float, shown: str) -> None:
    assert in_milliseconds(duration_ms) == shown
