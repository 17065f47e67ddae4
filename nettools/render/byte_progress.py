"""How far octets have come, on standard error: a line that rewrites itself, or JSONL events."""

import json
from collections.abc import Callable
from functools import partial
from typing import Final

from nettools.render.progress import ProgressStyle, duration_text
from nettools.render.status_line import StatusLine, width
from nettools.render.units import with_prefix

INTERVAL_S: Final[dict[ProgressStyle, float]] = {"line": 0.2, "jsonl": 1.0, "never": float("inf")}
_FIRST_AFTER_S: Final = 0.5
"""A transfer that ends sooner shows no progress."""
_ANY_WIDTH: Final = 1_000
"""Columns of a line that is written once and stays."""


class ByteProgress:
    """Told of the time and of the octets that have gone each way, it decides whether to say so."""

    def __init__(
        self,
        tell: Callable[[str], None],
        style: ProgressStyle,
        *,
        began_s: float,
        total: int | None = None,
        line: StatusLine,
        name: str | None = None,
    ) -> None:
        self._tell = tell
        self._line = line
        self._style = style
        self._began_s = began_s
        self._total = total
        self._name = name
        self._next_s = began_s + _FIRST_AFTER_S if style != "never" else float("inf")
        self._sent = self._received = 0

    @property
    def interval_s(self) -> float | None:
        """How often ``tick`` should be called; None when there is nothing to show."""
        return None if self._style == "never" else INTERVAL_S[self._style]

    def note(self, *, sent: int, received: int) -> None:
        """So many have gone each way by now."""
        self._sent, self._received = sent, received

    def tick(self, now_s: float, *, sent: int, received: int) -> None:
        """Show where things stand, if it is time. What is counted against the total is the larger of the two."""
        self.note(sent=sent, received=received)
        if now_s < self._next_s:
            return
        self._next_s = now_s + INTERVAL_S[self._style]
        if self._style == "jsonl":
            self._tell(self._event(now_s))
        else:
            self._line.show(partial(self._text, now_s))

    def report(self, now_s: float) -> None:
        """Say where things stand now, because somebody asks: in one line of its own, whatever the style."""
        self._tell(self._event(now_s) if self._style == "jsonl" else f"{self._text(now_s, _ANY_WIDTH).strip()}\n")

    def _speed(self, now_s: float) -> tuple[float, float | None]:
        """Octets a second, and the seconds that are left."""
        done = max(self._sent, self._received)
        rate = done / max(now_s - self._began_s, 1e-9)
        return rate, None if self._total is None or not rate else max(self._total - done, 0) / rate

    def _event(self, now_s: float) -> str:
        rate, left_s = self._speed(now_s)
        event = {
            "type": "progress",
            "name": self._name,
            "sent": self._sent,
            "received": self._received,
            "total": self._total,
            "rate_per_s": round(rate, 1),
            "remaining_ms": None if left_s is None else round(left_s * 1000, 1),
        }
        return json.dumps(event, separators=(",", ":")) + "\n"

    def _text(self, now_s: float, columns: int) -> str:
        return byte_line(self._sent, self._received, self._total, *self._speed(now_s), columns, self._name)

    def end(self) -> None:
        """Take the line away."""
        self._line.clear()


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
    ' 45 %  450 MB of 1.0 GB  120 MB/s  5 s left'
    >>> byte_line(1000, 2000, None, 500.0, None)
    'sent 1.0 kB  received 2.0 kB  500 B/s'
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
    return next((line for line in lines if width(line) < columns), "")
