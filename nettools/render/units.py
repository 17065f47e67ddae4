"""Numbers as people read them."""

from typing import Final

_PREFIXES: Final = ("", "k", "M", "G", "T", "P", "E")


def with_prefix(number: float, unit: str) -> str:
    """Three digits with a decimal prefix (IEC 80000-13 keeps those for powers of ten).

    >>> with_prefix(1_534_000_000, "B")
    '1.53 GB'
    >>> with_prefix(999, "B")
    '999 B'
    >>> with_prefix(99_960, "bit/s")
    '100 kbit/s'
    """
    value, place = float(number), 0
    while value >= 999.5 and place < len(_PREFIXES) - 1:
        value, place = value / 1000, place + 1
    if place == 0:
        digits = f"{value:.0f}"
    else:
        digits = f"{value:.2f}" if value < 9.995 else f"{value:.1f}" if value < 99.95 else f"{value:.0f}"
    return f"{digits} {_PREFIXES[place]}{unit}"


def counted(number: int, thing: str) -> str:
    """A number of things.

    >>> counted(1, "record"), counted(1200, "record"), counted(0, "address")
    ('1 record', '1,200 records', '0 addresses')
    """
    return f"{number:,} {thing}{'' if number == 1 else 'es' if thing.endswith('s') else 's'}"


def in_seconds(seconds: int) -> str:
    """A life time in its two largest units.

    >>> in_seconds(86399)
    '23 h 59 min'
    >>> in_seconds(59)
    '59 s'
    """
    if seconds < 60:
        return f"{seconds} s"
    if seconds < 3600:
        return f"{seconds // 60} min {seconds % 60} s"
    if seconds < 86400:
        return f"{seconds // 3600} h {seconds % 3600 // 60} min"
    return f"{seconds // 86400} d {seconds % 86400 // 3600} h"


def in_milliseconds(duration_ms: float) -> str:
    """A short time with three digits at most.

    >>> in_milliseconds(3.21), in_milliseconds(52.4), in_milliseconds(1502.0)
    ('3.2 ms', '52 ms', '1.5 s')
    """
    if duration_ms >= 999.5:
        return f"{duration_ms / 1000:.1f} s"
    return f"{duration_ms:.1f} ms" if duration_ms < 9.95 else f"{duration_ms:.0f} ms"
