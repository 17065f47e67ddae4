"""Dates of HTTP, RFC 9110 §5.6.7: one form is written, three are read. Seconds since 1970, UTC."""

import re
from datetime import UTC, datetime, timedelta
from typing import Final

# strftime and strptime would use the names of the locale.
_DAYS: Final = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_LAST: Final = 253_402_300_799  # 9999-12-31 23:59:59
_CLOCK: Final = r"(?P<hour>\d\d):(?P<minute>\d\d):(?P<second>\d\d)"
_MONTH: Final = f"(?P<month>{'|'.join(_MONTHS)})"
_FORMS: Final = tuple(
    re.compile(form, re.ASCII)
    for form in (
        rf"(?:{'|'.join(_DAYS)}), (?P<day>\d\d) {_MONTH} (?P<year>\d{{4}}) {_CLOCK} GMT",  # IMF-fixdate
        rf"(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day, (?P<day>\d\d)-{_MONTH}-(?P<short>\d\d) {_CLOCK} GMT",  # RFC 850
        rf"(?:{'|'.join(_DAYS)}) {_MONTH} (?P<day>[ \d]\d) {_CLOCK} (?P<year>\d{{4}})",  # asctime
    )
)


def nearest_moment(unix_s: float) -> int:
    """The nearest second from 1970 to 9999: file systems know others, dates of HTTP do not."""
    return min(max(int(unix_s), 0), _LAST)


def format_http_date(unix_s: float) -> str:
    """The form that is written, IMF-fixdate. What lies outside 1970 to 9999 becomes the nearest that does not.

    >>> format_http_date(784111777)
    'Sun, 06 Nov 1994 08:49:37 GMT'
    """
    moment = EPOCH + timedelta(seconds=nearest_moment(unix_s))
    clock = f"{moment.hour:02}:{moment.minute:02}:{moment.second:02}"
    return f"{_DAYS[moment.weekday()]}, {moment.day:02} {_MONTHS[moment.month - 1]} {moment.year:04} {clock} GMT"


def parse_http_date(text: str, *, now_s: float) -> int | None:
    """The moment in any of the three forms; None for anything else.

    A year of two digits is the one that is less than 50 years ahead of now, as RFC 9110 wants it.
    """
    for form in _FORMS:
        found = form.fullmatch(text.strip(" \t"))
        if found is not None:
            return _moment(found.groupdict(), now_s)
    return None


def _moment(parts: dict[str, str], now_s: float) -> int | None:
    year = int(parts["year"]) if "year" in parts else _full_year(int(parts["short"]), now_s)
    try:
        day = datetime(year, _MONTHS.index(parts["month"]) + 1, int(parts["day"]), tzinfo=UTC)
    except ValueError:  # 30 February
        return None
    hour, minute, second = int(parts["hour"]), int(parts["minute"]), int(parts["second"])
    if hour > 23 or minute > 59 or second > 60:  # 60: a leap second
        return None
    return (day - EPOCH).days * 86_400 + hour * 3600 + minute * 60 + second


def _full_year(short: int, now_s: float) -> int:
    this_year = (EPOCH + timedelta(seconds=now_s)).year
    year = this_year - this_year % 100 + short
    return year - 100 if year > this_year + 50 else year
