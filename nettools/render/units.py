"""Numbers as people read them."""

from typing import Final

_PREFIXES: Final = ("", "k", "M", "G", "T", "P", "E")


def with_prefix(number: float, unit: str) -> str:
    """Two or three digits with a decimal prefix (IEC 80000-13 keeps those for powers of ten).

    >>> with_prefix(1_534_000_000, "B")
    '1.5 GB'
    >>> with_prefix(999, "B")
    '999 B'
    >>> with_prefix(99_960, "bit/s")
    '100 kbit/s'
    """
    value, place = float(number), 0
    while value >= 999.5 and place < len(_PREFIXES) - 1:
        value, place = value / 1000, place + 1
    digits = f"{value:.0f}" if place == 0 or value >= 99.95 else f"{value:.1f}"
    return f"{digits} {_PREFIXES[place]}{unit}".rstrip()


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
    >>> in_seconds(59), in_seconds(300)
    ('59 s', '5 min')
    """
    for size, unit, smaller, smaller_unit in ((86400, "d", 3600, "h"), (3600, "h", 60, "min"), (60, "min", 1, "s")):
        if seconds >= size:
            more = seconds % size // smaller
            return f"{seconds // size} {unit}" + (f" {more} {smaller_unit}" if more else "")
    return f"{seconds} s"


def in_milliseconds(duration_ms: float) -> str:
    """A duration with two or three digits that count, in the unit that suits it; on loopback it is microseconds.

    >>> in_milliseconds(0.0421), in_milliseconds(0.412), in_milliseconds(3.21), in_milliseconds(52.4)
    ('0.042 ms', '0.41 ms', '3.2 ms', '52 ms')
    >>> in_milliseconds(1502.0), in_milliseconds(75_200.0)
    ('1.5 s', '1 min 15 s')
    """
    if duration_ms >= 59_950:
        return in_seconds(round(duration_ms / 1000))
    if duration_ms >= 999.5:
        return f"{duration_ms / 1000:.1f} s"
    places = 0 if duration_ms >= 9.95 or duration_ms < 0.0005 else 1
    places = places if duration_ms >= 0.995 or not places else 2 if duration_ms >= 0.0995 else 3
    return f"{duration_ms:.{places}f} ms"
