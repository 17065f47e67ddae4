"""The quote of the day, RFC 865. The sayings are our own; each is one short line, so an answer amplifies little."""

from typing import Final

QUOTES: Final = (
    "A network is only as clear as the question that you put to it.",
    "Measure first: the cable is innocent until a counter accuses it.",
    "What nobody logged will happen again, and at night.",
    "Every timeout is a guess about somebody else's patience.",
    "The shortest path is usually the one that nobody wrote down.",
    "It is not always the name server, but ask it first.",
    "A closed port is an answer; silence is a question.",
    "Two clocks that agree prove nothing; two that differ, a lot.",
)

_SECONDS_OF_A_DAY: Final = 86_400


def quote_of_the_day(unix_s: float) -> bytes:
    """One for each day in UTC, the same all day, in turn; with its CR LF."""
    return QUOTES[int(unix_s // _SECONDS_OF_A_DAY) % len(QUOTES)].encode("ascii") + b"\r\n"
