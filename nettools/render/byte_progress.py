"""How far octets have come, on standard error: a line that rewrites itself, or JSONL events."""

import json
from collections.abc import Callable
from typing import Final

from nettools.render.progress import ERASE_LINE, ProgressStyle, duration_text
from nettools.render.units import with_prefix

INTERVAL_S: Final[dict[ProgressStyle, float]] = {"line": 0.2, "jsonl": 1.0, "never": float("inf")}
_FIRST_AFTER_S: Final = 0.5
"""A transfer that ends sooner shows no progress."""


class ByteProgress:
    """Told of the time and of the octets that have gone each way, it decides whether to say so."""

    def __init__(
        self,
        tell: Callable[[str], None],
        style: ProgressStyle,
        *,
        began_s: float,
        total: int | None = None,
        columns: int | None = None,
        name: str | None = None,
    ) -> None:
        self._tell = tell
        self._style = style
        self._began_s = began_s
        self._total = total
        self._columns = columns or 80
        self._name = name
        self._next_s = began_s + _FIRST_AFTER_S if style != "never" else float("inf")
        self._is_shown = False

    @property
    def interval_s(self) -> float | None:
        """How often ``tick`` should be called; None when there is nothing to show."""
        return None if self._style == "never" else INTERVAL_S[self._style]

    def tick(self, now_s: float, *, sent: int, received: int) -> None:
        """Show where things stand, if it is time. What is counted against the total is the larger of the two."""
        if now_s < self._next_s:
            return
        self._next_s = now_s + INTERVAL_S[self._style]
        done = max(sent, received)
        rate = done / max(now_s - self._began_s, 1e-9)
        left_s = None if self._total is None or not rate else max(self._total - done, 0) / rate
        if self._style == "jsonl":
            event = {
                "type": "progress",
                "name": self._name,
                "sent": sent,
                "received": received,
                "total": self._total,
                "rate_per_s": round(rate, 1),
                "remaining_ms": None if left_s is None else round(left_s * 1000, 1),
            }
            self._tell(json.dumps(event, separators=(",", ":")) + "\n")
        else:
            self._is_shown = True
            line = byte_line(sent, received, self._total, rate, left_s, self._columns, self._name)
            self._tell(ERASE_LINE + line)

    def end(self) -> None:
        """Take the line away."""
        if self._is_shown:
            self._is_shown = False
            self._tell(ERASE_LINE)


def byte_line(
    sent: int,
    received: int,
    total: int | None,
    rate: float,
    left_s: float | None,
    columns: int = 80,
    name: str | None = None,
) -> str:
    """The line that a person sees; what does not fit the terminal is left out, the least needed first.

    >>> byte_line(450_000_000, 0, 1_000_000_000, 120e6, 4.6)
    ' 45 %  450 MB of 1.00 GB  120 MB/s  5 s left'
    >>> byte_line(1000, 2000, None, 500.0, None)
    'sent 1.00 kB  received 2.00 kB  500 B/s'
    """
    speed = with_prefix(rate, "B/s")
    left = "" if left_s is None else f"{duration_text(left_s)} left"
    if total is None:
        amounts: list[str] = [f"sent {with_prefix(sent, 'B')}"] if sent else []
        amounts += [f"received {with_prefix(received, 'B')}"] if received or not sent else []
        forms: list[list[str | None]] = [[name, *amounts, speed], [*amounts, speed], [*amounts]]
    else:
        done = max(sent, received)
        percent = f"{min(100 * done // total, 100) if total else 100:3d} %"
        amount = f"{with_prefix(done, 'B')} of {with_prefix(total, 'B')}"
        forms = [
            [name, percent, amount, speed, left],
            [percent, amount, speed, left],
            [percent, speed, left],
            [percent],
        ]
    lines = ["  ".join(part for part in parts if part) for parts in forms]
    return next((line for line in lines if len(line) < columns), "")
