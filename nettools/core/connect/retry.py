"""Trying again when there is no connection: how often, after how long, and for which failures at all."""

from dataclasses import dataclass
from typing import Final

from nettools.core.connect.fault import Fault
from nettools.core.number import count_of, seconds_of

FIRST_WAIT_S: Final = 0.5
LONGEST_WAIT_S: Final = 30.0
MOST_RETRIES: Final = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class RetryPolicy:
    """What ``--retry`` and ``--backoff`` say."""

    retries: int = 0
    """How often after the first time."""
    backoff_s: float = FIRST_WAIT_S
    """The first wait; each that follows is twice as long, up to 30 s, or as long as the first if that is longer."""


def parse_retry(retry: int | str | None, backoff: float | str | None) -> RetryPolicy:
    """The policy, of the words of a command line or of numbers. Raises OptionError."""
    return RetryPolicy(
        retries=0 if retry is None else parse_retries(retry),
        backoff_s=FIRST_WAIT_S if backoff is None else parse_backoff_s(backoff),
    )


def parse_retries(given: int | str, name: str = "--retry") -> int:
    """How often after the first time. Raises OptionError."""
    return count_of(given, name, minimum=0, maximum=MOST_RETRIES)


def parse_backoff_s(given: float | str, name: str = "--backoff") -> float:
    """The first wait. Raises OptionError."""
    return seconds_of(given, name)


class Retry:
    """Counts the rounds of one target."""

    __slots__ = ("_policy", "_wait_s", "failed_rounds")

    def __init__(self, policy: RetryPolicy) -> None:
        self._policy = policy
        self._wait_s = policy.backoff_s
        self.failed_rounds = 0

    def after(self, fault: Fault) -> float | None:
        """A round has failed: the seconds to wait before the next one, None when there is to be none."""
        self.failed_rounds += 1
        if not fault.may_pass or self.failed_rounds > self._policy.retries:
            return None
        wait_s = self._wait_s
        self._wait_s = max(min(wait_s * 2, LONGEST_WAIT_S), self._policy.backoff_s)
        return wait_s
