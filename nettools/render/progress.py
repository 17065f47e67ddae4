"""Progress on standard error: one line that rewrites itself on a terminal, or JSONL events."""

import json
from collections.abc import Callable
from typing import Final, Literal, NamedTuple

from nettools.render.status_line import StatusLine
from nettools.render.units import in_seconds, with_prefix

ProgressStyle = Literal["line", "jsonl", "never"]

_INTERVAL_S: Final[dict[ProgressStyle, float]] = {"line": 0.1, "jsonl": 1.0, "never": float("inf")}
_FIRST_AFTER_S: Final = 0.25
"""Work that ends sooner shows no progress."""

_MANY: Final = 1_000_000
"""So many are told with a prefix, and their percentage with a decimal."""

_ANY_WIDTH: Final = 1_000
"""Columns of a line that is written once and stays."""


class Words(NamedTuple):
    """What is counted: ``done`` of what, and ``found`` of what (which is a key of the JSONL events too).

    ``beside`` is what else is counted on the way, a key as well; with ``_total`` behind it, of how many.
    """

    done: str
    found: str
    beside: str | None = None


PORTS: Final = Words("ports", "open")
PORTS_OF_HOSTS: Final = Words("ports", "open", "hosts")


class _Standing(NamedTuple):
    """Where things stand."""

    done: int
    found: int
    beside: int | None
    rate_per_s: float
    remaining_s: float | None


class Progress:
    """Told of the time and of how much is done, it decides whether to say so. ``total`` is None where nobody knows.

    A line is shown in ``line``; events are told to ``tell``, and so is what was asked for by a signal.
    """

    def __init__(
        self,
        tell: Callable[[str], None],
        style: ProgressStyle,
        *,
        total: int | None,
        began_s: float,
        line: StatusLine,
        words: Words = PORTS,
        beside_total: int | None = None,
    ) -> None:
        self._tell = tell
        self._line = line
        self._style = style
        self._total = total
        self._began_s = began_s
        self._words = words
        self._beside_total = beside_total
        self._next_s = began_s + _FIRST_AFTER_S if style != "never" else float("inf")
        self._done, self._found, self._beside = 0, 0, None if words.beside is None else 0

    def tick(self, now_s: float, *, done: int, found: int, beside: int | None = None) -> None:
        """Show where things stand, if it is time."""
        self._done, self._found, self._beside = done, found, beside
        if now_s < self._next_s:
            return
        self._next_s = now_s + _INTERVAL_S[self._style]
        standing = self._standing(now_s)
        if self._style == "jsonl":
            self._tell(self._event(standing))
        else:
            self._line.show(lambda columns: self._text(standing, columns))

    def report(self, now_s: float) -> None:
        """Say where things stand now, because somebody asks: in one line of its own, whatever the style."""
        standing = self._standing(now_s)
        self._tell(self._event(standing) if self._style == "jsonl" else f"{self._text(standing, _ANY_WIDTH).strip()}\n")

    def _standing(self, now_s: float) -> _Standing:
        rate = self._done / max(now_s - self._began_s, 1e-9)
        remaining_s = max(self._total - self._done, 0) / rate if rate and self._total is not None else None
        return _Standing(self._done, self._found, self._beside, rate, remaining_s)

    def _event(self, at: _Standing) -> str:
        event = {
            "type": "progress",
            "done": at.done,
            "total": self._total,
            self._words.found: at.found,
            "rate_per_s": round(at.rate_per_s, 1),
            "remaining_ms": None if at.remaining_s is None else round(at.remaining_s * 1000, 1),
        }
        if self._words.beside is not None:
            event |= {self._words.beside: at.beside, f"{self._words.beside}_total": self._beside_total}
        return json.dumps(event, separators=(",", ":")) + "\n"

    def _text(self, at: _Standing, columns: int) -> str:
        beside = None if at.beside is None else (at.beside, self._beside_total)
        return progress_line(
            at.done, self._total, at.found, at.rate_per_s, at.remaining_s, columns, self._words, beside
        )

    def end(self) -> None:
        """Take the line away: before whatever else is written, and in the end. A later tick draws it again."""
        self._line.clear()


def progress_line(
    done: int,
    total: int | None,
    found: int,
    rate: float,
    remaining_s: float | None,
    columns: int = 80,
    words: Words = PORTS,
    beside: tuple[int, int | None] | None = None,
) -> str:
    """The line that a person sees; what does not fit the terminal is left out, the least needed first.

    >>> progress_line(5000, 65535, 3, 10_000.0, 6.05)
    '  7 %  5,000/65,535 ports  3 open  10,000/s  6 s left'
    >>> progress_line(1_200_000, 16_777_216, 3, 10_000.0, 1557.7, words=PORTS_OF_HOSTS, beside=(24, 256))
    ' 7.1 %  1.2 M/16.8 M ports  3 open  24/256 hosts  10,000/s  25 min 58 s left'
    >>> progress_line(5000, 65535, 3, 10_000.0, 6.05, columns=30)
    '  7 %  3 open  6 s left'
    """
    left = [] if remaining_s is None else [f"{duration_text(remaining_s)} left"]
    percent = _percent(done, total)
    ports, opened, speed = f"{_of(done, total)} {words.done}", f"{_many(found)} {words.found}", f"{_many(rate)}/s"
    others = [f"{_of(*beside)} {words.beside}"] if beside is not None and words.beside else []
    forms = (
        [percent, ports, opened, *others, speed, *left],
        [percent, ports, opened, speed, *left],
        [percent, opened, speed, *left],
        [percent, opened, *left],
        [percent, opened, speed],
        [percent, opened],
        [percent],
    )
    lines = ["  ".join(filter(None, parts)) for parts in forms]
    return next((line for line in lines if len(line) < columns), "")


def _percent(done: int, total: int | None) -> str:
    if total is None:
        return ""
    if total >= _MANY:
        return f"{min(1000 * done // total, 1000) / 10:4.1f} %"
    return f"{min(100 * done // total, 100) if total else 100:3d} %"


def _of(part: int, whole: int | None) -> str:
    return _many(part) + ("" if whole is None else f"/{_many(whole)}")


def _many(number: float) -> str:
    return with_prefix(number, "") if number >= _MANY else f"{number:,.0f}"


def duration_text(seconds: float) -> str:
    """A time to wait, in its two largest units.

    >>> duration_text(75.2)
    '1 min 15 s'
    """
    return in_seconds(round(seconds))
