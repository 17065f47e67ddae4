"""The numbers that questions to servers may be given: one parser for each option, which settings and programs use too.

``name`` is what the message calls the value: the option, a parameter, a setting, a variable of the environment.
"""

from typing import Final

from nettools.core.number import count_of, parse_duration_s, seconds_of
from nettools.core.ports import HIGHEST_PORT

_FASTEST: Final = 1_000_000


def parse_timeout_s(given: float | str, name: str = "--timeout") -> float:
    """The time of all tries of a question together. Raises OptionError."""
    return seconds_of(given, name, minimum_s=0.01, maximum_s=3600)


def parse_interval_s(text: str, name: str = "--interval") -> float:
    """From one look to the next. Raises OptionError."""
    return parse_duration_s(text, name, minimum_s=0.1)


def parse_server_port(given: int | str, name: str = "--port") -> int:
    """The port of servers that are named without one. Raises OptionError."""
    return count_of(given, name, minimum=1, maximum=HIGHEST_PORT)


def parse_tries(given: int | str, name: str = "--tries") -> int:
    """How often each server is asked. Raises OptionError."""
    return count_of(given, name, minimum=1, maximum=20)


def parse_concurrency(given: int | str, name: str = "--concurrency") -> int:
    """Questions on their way at a time. Raises OptionError."""
    return count_of(given, name, minimum=1, maximum=100_000)


def parse_rate(given: int | str, name: str = "--rate") -> float:
    """Questions a second to one server. Raises OptionError."""
    return float(count_of(given, name, minimum=1, maximum=_FASTEST))


def parse_bufsize(given: int | str, name: str = "--bufsize") -> int:
    """Octets of the largest UDP answer; the least is that of RFC 1035 §4.2.1. Raises OptionError."""
    return count_of(given, name, minimum=512, maximum=65_535)
