"""What a person at a terminal is told when nothing happens for a second: what the run waits for.

The line rewrites itself and is gone before anything else is written. An interval timer of the process (setitimer(2))
tells the time: whoever waits in a poll need not know of it.
"""

import signal
from collections.abc import Callable
from contextlib import suppress
from types import FrameType
from typing import Final

from nettools.render.progress import ERASE_LINE

SHOWN_AFTER_S: Final = 1.0


class Patience:
    """Between ``start`` and ``stop`` it counts silent seconds aloud; ``moved`` is called at every sign of life."""

    def __init__(
        self, tell: Callable[[str], None], what: str, columns: int | None, *, is_due: Callable[[], bool]
    ) -> None:
        """``is_due`` says whether the line may be written: not in the middle of a result."""
        self._tell = tell
        self._what = what
        self._columns = columns or 80
        self._is_due = is_due
        self._silent_s = 0
        self._is_shown = False
        self._previous: object = None

    def start(self) -> None:
        """Take SIGALRM over, where there is such a thing and nobody else uses it."""
        if not hasattr(signal, "setitimer") or signal.getsignal(signal.SIGALRM) is not signal.SIG_DFL:
            return
        with suppress(ValueError):  # not the main thread
            self._previous = signal.signal(signal.SIGALRM, self._on_alarm)
            signal.setitimer(signal.ITIMER_REAL, SHOWN_AFTER_S, SHOWN_AFTER_S)

    def moved(self) -> None:
        """Something came: there is something else to write now."""
        self._silent_s = 0
        if self._is_shown:
            self._is_shown = False
            self._tell(ERASE_LINE)

    def stop(self) -> None:
        """Give SIGALRM back."""
        if self._previous is not None:
            signal.setitimer(signal.ITIMER_REAL, 0)
            signal.signal(signal.SIGALRM, signal.SIG_DFL)
            self._previous = None
        self.moved()

    def _on_alarm(self, _number: int, _frame: FrameType | None) -> None:
        self._silent_s += 1
        if not self._is_due():
            return
        self._is_shown = True
        self._tell(ERASE_LINE + f"waiting for {self._what}, {self._silent_s} s"[: self._columns - 1])
