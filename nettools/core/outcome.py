"""What failed, as data, and the exit status that a run earns.

Partial failure stands beside the results: one dead target never hides the answers of the others.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import IntEnum

from nettools.core.record import column
from nettools.errors import NettoolsError, RequestError


class Exit(IntEnum):
    """The exit codes of every command but cat and listen."""

    ANSWERED = 0
    NEGATIVE = 1
    BAD_REQUEST = 2
    UNANSWERED = 3
    PARTIAL = 4
    BUG = 70


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """One target that has no answer, as it stands in a document's ``errors``."""

    input: str | None = field(metadata=column("Input"))
    """The target as it was written; None where the failure is of no single one."""
    line: int | None = field(metadata=column("Line"))
    """The line of standard input or of a file, from 1; None for an argument."""
    kind: str = field(metadata=column("Kind"))
    """A word for programs, with hyphens: bad-address, name-lookup-failed."""
    message: str = field(metadata=column("Message"))
    """What is wrong and why, for people."""
    hint: str | None = field(metadata=column("Hint"))
    """What to do next."""
    unreadable: bool = field(metadata=column("", internal=True))
    """Whether the target could not be read at all, as against asked without an answer."""


def failure_of(error: NettoolsError, *, input: str | None = None, line: int | None = None) -> Failure:
    """An error as data."""
    return Failure(
        input=input,
        line=line,
        kind=error.kind,
        message=error.message,
        hint=error.hint,
        unreadable=isinstance(error, RequestError),
    )


def exit_status(
    *, answered: int, affirmative: bool, failures: Sequence[Failure], signal_number: int | None = None
) -> int:
    """The first that holds, in the order that the commands promise.

    ``answered`` counts targets with an answer of either kind, ``affirmative`` says whether any was a yes.
    """
    if signal_number is not None:
        return 128 + signal_number
    if failures and answered:
        return Exit.PARTIAL
    if failures:
        return Exit.BAD_REQUEST if all(one.unreadable for one in failures) else Exit.UNANSWERED
    return Exit.ANSWERED if affirmative else Exit.NEGATIVE
