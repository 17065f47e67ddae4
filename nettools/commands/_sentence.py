"""What failed, in the words of standard error."""

from nettools.core.outcome import Failure
from nettools.core.text import quoted, with_hint


def sentence(failure: Failure) -> str:
    """A failure in one line: where, what, why, what next."""
    place = f"line {failure.line}: " if failure.line is not None else ""
    if failure.input is not None and not _names_a_part(failure.message, failure.input):
        place += f"{quoted(failure.input)}: "
    return place + with_hint(failure.message, failure.hint)


def _names_a_part(message: str, target: str) -> bool:
    """Whether the message quotes the target or a part of it already."""
    shown = quoted(target)[1:-1]
    return shown in message or target in message or any(part and part in shown for part in message.split("'")[1::2])
