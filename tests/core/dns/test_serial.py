"""Serials of zones go round."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nettools.core.dns.serial import is_newer, soa_serial

SERIALS = st.integers(0, 2**32 - 1)


@pytest.mark.parametrize(
    ("serial", "than", "expected"),
    [
        (1, 0, True),
        (0, 1, False),
        (0, 2**32 - 1, True),
        (2**31 - 1, 0, True),
        (2**31, 0, False),
        (0, 2**31, False),
        (2026010102, 2026010101, True),
    ],
)
def test_a_serial_is_newer_within_half_of_the_circle(serial: int, than: int, expected: bool) -> None:
    assert is_newer(serial, than) is expected


@given(SERIALS, st.integers(1, 2**31 - 1))
def test_adding_makes_a_serial_newer_and_never_older(serial: int, step: int) -> None:
    later = (serial + step) % 2**32
    assert is_newer(later, serial)
    assert not is_newer(serial, later)


@given(SERIALS)
def test_the_serial_of_a_soa_is_the_first_of_its_last_five_numbers(serial: int) -> None:
    assert soa_serial(b"\x01a\x00\x01b\x00" + serial.to_bytes(4, "big") + bytes(16)) == serial


def test_a_soa_that_is_too_short_has_no_serial() -> None:
    assert soa_serial(bytes(21)) is None
    assert soa_serial(bytes(22)) == 0
