"""Progress on standard error: one line that rewrites itself on a terminal, or JSONL events."""

import json
from collections.abc import Callable
from typing import Final, Literal

ProgressStyle = Literal["line", "jsonl", "never"]

_INTERVAL_S: Final[dict[ProgressStyle, float]] = {"line": 0.1, "jsonl": 1.0, "never": float("inf")}
_FIRST_AFTER_S: Final = 0.25
"""Work that ends sooner shows no progress."""

_ERASE_LINE: Final = "\r\x1b[K"  # ECMA-48 EL


class Progress:
    """Told of the time and of how much is done, it decides whether to say so."""

    def __init__(
        self,
        tell: Callable[[str], None],
        style: ProgressStyle,
        *,
        total: int,
        began_s: float,
        columns: int | None = None,
    ) -> None:
        self._tell = tell
        self._columns = columns or 80
        self._style = style
        self._total = total
        self._began_s = began_s
        self._next_s = began_s + _FIRST_AFTER_S if style != "never" else float("inf")
        self._is_shown = False

    def tick(self, now_s: float, *, done: int, found: int) -> None:
        """Show where things stand, if it is time."""
        if now_s < self._next_s:
            return
        self._next_s = now_s + _INTERVAL_S[self._style]
        elapsed_s = max(now_s - self._began_s, 1e-9)
        rate = done / elapsed_s
        remaining_s = (self._total - done) / rate if rate else None
        if self._style == "jsonl":
            event = {
                "type": "progress",
                "done": done,
                "total": self._total,
                "open": found,
                "rate_per_s": round(rate, 1),
                "remaining_ms": None if remaining_s is None else round(remaining_s * 1000, 1),
            }
            self._tell(json.dumps(event, separators=(",", ":")) + "\n")
        else:
            self._is_shown = True
            self._tell(_ERASE_LINE + progress_line(done, self._total, found, rate, remaining_s, self._columns))

    def end(self) -> None:
        """Take the line away."""
        if self._is_shown:
            self._is_shown = False
            self._tell(_ERASE_LINE)


def progress_line(done: int, total: int, found: int, rate: float, remaining_s: float | None, columns: int = 80) -> str:
    """The line that a person sees; what does not fit the terminal is left out, the least needed first.

    >>> progress_line(5000, 65535, 3, 10_000.0, 6.05)
    '  7 %  5,000/65,535 ports  3 open  10,000/s  6 s left'
    >>> progress_line(5000, 65535, 3, 10_000.0, 6.05, columns=30)
    '  7 %  3 open  6 s left'
    """
    percent = f"{100 * done // total if total else 100:3d} %"
    left = [] if remaining_s is None else [f"{_duration(remaining_s)} left"]
    ports, opened, speed = f"{done:,}/{total:,} ports", f"{found:,} open", f"{rate:,.0f}/s"
    forms = (
        [percent, ports, opened, speed, *left],
        [percent, opened, speed, *left],
        [percent, opened, *left],
        [percent, opened, speed],
        [percent, opened],
        [percent],
    )
    lines = ["  ".join(parts) for parts in forms]
    return next((line for line in lines if len(line) < columns), "")


def _duration(seconds: float) -> str:
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60} s"
    return f"{whole // 3600} h {whole % 3600 // 60} min"
