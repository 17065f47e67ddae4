"""The numbers that a scan may be given: one parser for each option, which settings and programs use too.

``name`` is what the message calls the value: the option, a parameter, a setting, a variable of the environment.
"""

from typing import Final

from nettools.core.number import count_of, seconds_of

UNLIMITED: Final = "max"
"""The rate that knows no window and no pacing."""
_LARGEST_SEED: Final = 2**53
"""The largest integer that every reader of JSON has (RFC 7493 §2.2)."""
_FASTEST: Final = 100_000_000


def parse_timeout_s(given: float | str, name: str = "--timeout") -> float:
    """The longest that one probe waits. Raises OptionError."""
    return seconds_of(given, name, minimum_s=0.01, maximum_s=120)


def parse_host_timeout_s(given: float | str, name: str = "--host-timeout") -> float:
    """The longest that one host takes. Raises OptionError."""
    return seconds_of(given, name, minimum_s=0.1)


def parse_delay_s(given: float | str, name: str = "--delay") -> float:
    """The least time between two probes of one host. Raises OptionError."""
    return seconds_of(given, name, maximum_s=3600)


def parse_retries(given: int | str, name: str = "--retries") -> int:
    """How often a silent port is probed again. Raises OptionError."""
    return count_of(given, name, minimum=0, maximum=10)


def parse_max_in_flight(given: int | str, name: str = "--max-in-flight") -> int:
    """The most probes on their way at once. Raises OptionError."""
    return count_of(given, name, minimum=1, maximum=60_000)


def parse_seed(given: int | str, name: str = "--seed") -> int:
    """The number that an order comes from. Raises OptionError."""
    return count_of(given, name, minimum=0, maximum=_LARGEST_SEED)


def parse_rate_pps(given: int | str, name: str = "--rate") -> float | None:
    """Packets a second; None for ``max``. Raises OptionError."""
    return None if given == UNLIMITED else float(count_of(given, name, minimum=1, maximum=_FASTEST))
