"""Dates of HTTP."""

from email.utils import formatdate

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nettools.core.serve.http_date import format_http_date, parse_http_date

NOW_S = 1_790_000_000.0  # in 2026
moments = st.integers(min_value=0, max_value=253_402_300_799)


@given(moments)
def test_a_date_is_written_as_others_write_it_and_read_back(moment: int) -> None:
    text = format_http_date(moment)
    assert text == formatdate(moment, usegmt=True)
    assert parse_http_date(text, now_s=NOW_S) == moment


@pytest.mark.parametrize(
    "text",
    [
        "Sun, 06 Nov 1994 08:49:37 GMT",  # these three stand in RFC 9110 §5.6.7
        "Sunday, 06-Nov-94 08:49:37 GMT",
        "Sun Nov  6 08:49:37 1994",
        " Sun, 06 Nov 1994 08:49:37 GMT\t",
    ],
)
def test_all_three_forms_are_read(text: str) -> None:
    assert parse_http_date(text, now_s=NOW_S) == 784_111_777


@pytest.mark.parametrize(("short", "year"), [("75", 2075), ("76", 2076), ("77", 1977), ("99", 1999), ("00", 2000)])
def test_a_year_of_two_digits_is_not_far_ahead(short: str, year: int) -> None:
    long = parse_http_date(f"Mon, 01 Mar {year} 00:00:00 GMT", now_s=NOW_S)
    assert parse_http_date(f"Monday, 01-Mar-{short} 00:00:00 GMT", now_s=NOW_S) == long


@pytest.mark.parametrize(
    "text",
    [
        *("", "0", "yesterday", "Sun, 06 Nov 1994 08:49:37", "Sun, 06 Nov 1994 08:49:37 PST"),
        *("Sun, 31 Feb 1994 08:49:37 GMT", "Sun, 06 Nov 1994 24:49:37 GMT", "Sun, 06 Nov 0000 08:49:37 GMT"),
        *("Sun, 6 Nov 1994 08:49:37 GMT", "Sun, 06 Nov 1994 08:49:37 GMT, x", "Sun, ٠6 Nov 1994 08:49:37 GMT"),
    ],
)
def test_anything_else_is_no_date(text: str) -> None:
    assert parse_http_date(text, now_s=NOW_S) is None


@given(st.text(max_size=40))
def test_no_text_makes_it_fail(text: str) -> None:
    parse_http_date(text, now_s=NOW_S)


@pytest.mark.parametrize(("moment", "text"), [(-5, format_http_date(0)), (1e18, "Fri, 31 Dec 9999 23:59:59 GMT")])
def test_a_moment_out_of_bounds_becomes_the_nearest(moment: float, text: str) -> None:
    assert format_http_date(moment) == text
