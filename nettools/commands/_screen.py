"""What stands on the terminal for the moment only: how far the work is, what is waited for. It goes away before
anything else is written there, and whatever signal comes, nothing of it is left over.

======== =============================================================================================
SIGTSTP  (Ctrl-Z) the line goes away before the process is stopped, and comes back when it goes on
SIGWINCH the line is drawn for the new width
SIGUSR1  (and SIGINFO, Ctrl-T, where there is one) one line about the work on standard error, as from dd(1)
SIGALRM  is ours while something is waited for: the first line comes after a second
======== =============================================================================================
"""

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from time import monotonic
from types import FrameType
from typing import TYPE_CHECKING, Final, Protocol

from nettools.commands._environment import Environment
from nettools.render.progress import ProgressStyle
from nettools.render.status_line import StatusLine, width, wrapped
from nettools.render.units import in_seconds

if TYPE_CHECKING:
    from nettools.render.output import Output

_FIRST_AFTER_S: Final = 1.0
"""Who waits for longer wants to know what for."""
_REQUESTS: Final = ("SIGUSR1", "SIGINFO")


class Reporter(Protocol):
    """Something under way that can say how far it is."""

    def report(self, now_s: float, /) -> None: ...


class Screen:
    """The status line of a run, and the signals that concern it. Entered by the session."""

    def __init__(
        self,
        environment: Environment,
        errors: "Output",
        style: Callable[[], ProgressStyle],
        is_dumb: Callable[[], bool],
    ) -> None:
        self._environment = environment
        self._errors = errors
        self._style = style
        self._is_dumb = is_dumb
        self.answer: Output | None = None
        """Where the answer goes, if that is the terminal: the line must not come into a half-written one of it."""
        self.line = StatusLine(self._write, self._columns, may_draw=self._may_draw)
        self.on_resize: Callable[[], None] | None = None
        """Draws a live view anew."""
        self.on_stop: Callable[[], None] | None = None
        """Leaves the live view as it is, before the shell writes below it."""
        self._reporter: Reporter | None = None
        self._previous: dict[int, object] = {}
        self._waits_for: str | None = None
        self._waits_since_s = 0.0

    def remove(self) -> None:
        """Give the signals back and leave nothing on the terminal."""
        self.end_waiting()
        for number, handler in self._previous.items():
            signal.signal(number, handler)  # type: ignore[arg-type]
        self._previous.clear()
        self.line.clear()

    def watch(self) -> None:
        """From now on something is drawn: take over the signals that would spoil it."""
        self._install("SIGTSTP", self._on_stop)
        self._install("SIGWINCH", self._on_resize)

    def reports(self, reporter: Reporter) -> None:
        """Let this answer whoever asks by a signal."""
        self._reporter = reporter
        for name in _REQUESTS:
            self._install(name, self._on_request)
        if self._style() == "line":
            self.watch()

    def begin_waiting(self, what: str) -> None:
        """Say after a second what is waited for: ``what`` in words, fit for a terminal.

        On a terminal that cannot move its cursor it is said once. Where no progress is wanted nothing is said.
        """
        if not (self._style() == "line" or self._is_dumb()):
            return
        self._waits_for, self._waits_since_s = what, monotonic()
        self.watch()
        self._install("SIGALRM", self._on_alarm)
        with suppress(ValueError):  # not the main thread
            signal.setitimer(signal.ITIMER_REAL, _FIRST_AFTER_S, _FIRST_AFTER_S)

    @contextmanager
    def waiting(self, what: str) -> Iterator[None]:
        """The same while entered."""
        self.begin_waiting(what)
        try:
            yield
        finally:
            self.end_waiting()

    def end_waiting(self) -> None:
        """It has come, or nobody waits for it any more."""
        if self._waits_for is None:
            return
        self._waits_for = None
        with suppress(ValueError):
            signal.setitimer(signal.ITIMER_REAL, 0)
        self.line.clear()

    def _install(self, name: str, handler: Callable[[int, FrameType | None], None]) -> None:
        """Where the system has the signal and nobody has asked for something else."""
        number = getattr(signal, name, None)
        if number is not None and number not in self._previous and signal.getsignal(number) is signal.SIG_DFL:
            with suppress(ValueError):
                self._previous[number] = signal.signal(number, handler)

    def _on_stop(self, number: int, _frame: FrameType | None) -> None:
        self.line.clear()
        if self.on_stop is not None:
            self.on_stop()
        handler = signal.signal(number, signal.SIG_DFL)
        os.kill(os.getpid(), number)
        # Here we go on after SIGCONT.
        signal.signal(number, handler)
        self.line.forget()
        self._on_resize(number, None)

    def _on_resize(self, _number: int, _frame: FrameType | None) -> None:
        self.line.redraw()
        if self.on_resize is not None:
            self.on_resize()

    def _on_request(self, _number: int, _frame: FrameType | None) -> None:
        if self._reporter is not None:
            self._reporter.report(monotonic())

    def _on_alarm(self, _number: int, _frame: FrameType | None) -> None:
        if self._waits_for is None:
            return
        if self._style() == "line":
            if self.line.is_free_for(self._waiting_line):
                self.line.show(self._waiting_line)
        else:
            signal.setitimer(signal.ITIMER_REAL, 0)
            self._write(f"waiting for {self._waits_for}\n")

    def _waiting_line(self, columns: int) -> str:
        took = in_seconds(round(monotonic() - self._waits_since_s))
        return _fitted([f"waiting for {self._waits_for}  {took}", f"waiting  {took}"], columns)

    def wrapped(self, message: str) -> str:
        """The message as it stands on this terminal; away from one, a line."""
        size = self._environment.error_size
        return wrapped(message, size()[0] if size else None)

    def _write(self, text: str) -> None:
        with suppress(Exception):  # nobody reads standard error: that stops nothing
            self._errors.write(text)
            self._errors.flush()

    def _columns(self) -> int:
        size = self._environment.error_size
        return 80 if size is None else size()[0]

    def _may_draw(self) -> bool:
        return not (self.answer is not None and self.answer.is_mid_line) and self._is_in_foreground()

    def _is_in_foreground(self) -> bool:
        """Whether the shell has not put us into the background, where others use the terminal: tcgetpgrp(3)."""
        try:
            return os.tcgetpgrp(self._environment.stderr.fileno()) == os.getpgrp()
        except (OSError, AttributeError):
            return True


def _fitted(forms: list[str], columns: int) -> str:
    """The first that has room in a line; none where there is none."""
    return next((form for form in forms if width(form) < columns), "")
