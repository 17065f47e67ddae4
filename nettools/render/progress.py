"""Progress on standard error: one line that rewrites itself on a terminal, or JSONL events."""

import json
from collections.abc import Callable
from typing import Final, Literal, NamedTuple

ProgressStyle = Literal["line", "jsonl", "never"]

_INTERVAL_S: Final[dict[ProgressStyle, float]] = {"line": 0.1, "jsonl": 1.0, "never": float("inf")}
_FIRST_AFTER_S: Final = 0.25
"""Work that ends sooner shows no progress."""

ERASE_LINE: Final = "\r\x1b[K"  # ECMA-48 EL


class Words(NamedTuple):
    """What is counted: ``done`` of what, and ``found`` of what (which is a key of the JSONL events too)."""

    done: str
    found: str


PORTS: Final = Words("ports", "open")


class Progress:
    """Told of the time and of how much is done, it decides whether to say so. ``total`` is None where nobody knows."""

    def __init__(
        self,
        tell: Callable[[str], None],
        style: ProgressStyle,
        *,
        total: int | None,
        began_s: float,
        columns: int | None = None,
        words: Words = PORTS,
    ) -> None:
        self._tell = tell
        self._columns = columns or 80
        self._style = style
        self._total = total
        self._began_s = began_s
        self._words = words
        self._next_s = began_s + _FIRST_AFTER_S if style != "never" else float("inf")
        self._is_shown = False

    def tick(self, now_s: float, *, done: int, found: int) -> None:
        """Show where things stand, if it is time."""
        if now_s < self._next_s:
            return
        self._next_s = now_s + _INTERVAL_S[self._style]
        elapsed_s = max(now_s - self._began_s, 1e-9)
        rate = done / elapsed_s
        remaining_s = max(self._total - done, 0) / rate if rate and self._total is not None else None
        if self._style == "jsonl":
            event = {
                "type": "progress",
                "done": done,
                "total": self._total,
                self._words.found: found,
                "rate_per_s": round(rate, 1),
                "remaining_ms": None if remaining_s is None else round(remaining_s * 1000, 1),
            }
            self._tell(json.dumps(event, separators=(",", ":")) + "\n")
        else:
            self._is_shown = True
            self._tell(ERASE_LINE + self._line(done, found, rate, remaining_s))

    def _line(self, done: int, found: int, rate: float, remaining_s: float | None) -> str:
        return progress_line(done, self._total, found, rate, remaining_s, self._columns, self._words)

    def end(self) -> None:
        """Take the line away."""
        if self._is_shown:
            self._is_shown = False
            self._tell(ERASE_LINE)


def progress_line(
    done: int,
    total: int | None,
    found: int,
    rate: float,
    remaining_s: float | None,
    columns: int = 80,
    words: Words = PORTS,
) -> str:
    """The line that a person sees; what does not fit the terminal is left out, the least needed first.

    >>> progress_line(5000, 65535, 3, 10_000.0, 6.05)
    '  7 %  5,000/65,535 ports  3 open  10,000/s  6 s left'
    >>> progress_line(5000, 65535, 3, 10_000.0, 6.05, columns=30)
    '  7 %  3 open  6 s left'
    """
    percent = "" if total is None else f"{min(100 * done // total, 100) if total else 100:3d} %"
    left = [] if remaining_s is None else [f"{duration_text(remaining_s)} left"]
    whole = "" if total is None else f"/{total:,}"
    ports, opened, speed = f"{done:,}{whole} {words.done}", f"{found:,} {words.found}", f"{rate:,.0f}/s"
    forms = (
        [percent, ports, opened, speed, *left],
        [percent, opened, speed, *left],
        [percent, opened, *left],
        [percent, opened, speed],
        [percent, opened],
        [percent],
    )
    lines = ["  ".join(filter(None, parts)) for parts in forms]
    return next((line for line in lines if len(line) < columns), "")


def duration_text(seconds: float) -> str:
    """A time to wait, in its two largest units.

    >>> duration_text(75.2)
    '1 min 15 s'
    """
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60} s"
    return f"{whole // 3600} h {whole % 3600 // 60} min"
