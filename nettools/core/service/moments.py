"""The two clocks of the early RFCs, in UTC: daytime (RFC 867) and time (RFC 868)."""

from datetime import UTC, datetime, timedelta
from typing import Final

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_SECONDS_1900_TO_1970: Final = 2_208_988_800  # RFC 868: 1970-01-01 00:00 UTC in seconds since 1900-01-01
# strftime would use the names of the locale.
_WEEKDAYS: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS: Final = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)


def daytime_line(unix_s: float) -> bytes:
    """The first of the two forms that RFC 867 shows, with its CR LF.

    >>> daytime_line(0)
    b'Thursday, January 1, 1970 00:00:00-UTC\\r\\n'
    """
    moment = _EPOCH + timedelta(seconds=int(unix_s))
    weekday, month = _WEEKDAYS[moment.weekday()], _MONTHS[moment.month - 1]
    clock = f"{moment.hour:02}:{moment.minute:02}:{moment.second:02}"
    return f"{weekday}, {month} {moment.day}, {moment.year} {clock}-UTC\r\n".encode("ascii")


def time_octets(unix_s: float) -> bytes:
    """Seconds since 1900 in 32 bits; the count begins anew on 2036-02-07 06:28:16 UTC.

    >>> time_octets(0).hex()
    '83aa7e80'
    """
    return ((int(unix_s) + _SECONDS_1900_TO_1970) & 0xFFFF_FFFF).to_bytes(4, "big")
