"""nettools on a terminal of its own, and what a person sees there.

with Terminal("scan", "127.0.0.1", "1-60000", "--rate", "2000") as terminal:
    terminal.until(lambda: "ports" in terminal.text)
"""

import os
import signal
import time
from collections.abc import Callable, Sequence
from types import TracebackType
from typing import Final, Self

import pexpect  # type: ignore[import-untyped]
import pyte

from tests.cli import PROGRAM, variables

PATIENCE_S: Final = 20.0
"""So long may anything take on a busy machine; nothing waits for it where it comes sooner."""


class Terminal:
    """A program on a pseudo-terminal whose screen is emulated as it goes."""

    def __init__(
        self,
        *words: str,
        columns: int = 80,
        rows: int = 24,
        program: Sequence[str] = PROGRAM,
        **env: str,
    ) -> None:
        changes = {"TERM": "xterm-256color", "PYTHONUTF8": "1", **env}
        self.screen = pyte.Screen(columns, rows)
        self.sent = ""
        self._stream = pyte.Stream(self.screen)
        self.child = pexpect.spawn(
            program[0],
            [*program[1:], *words],
            env=variables(**changes),
            encoding="utf-8",
            timeout=PATIENCE_S,
            dimensions=(rows, columns),
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.child.close(force=True)

    def _take(self, wait_s: float = 0.05) -> bool:
        """What was sent since; False when the program has ended."""
        try:
            sent = self.child.read_nonblocking(65536, timeout=wait_s)
        except pexpect.TIMEOUT:
            return True
        except pexpect.EOF:
            return False
        self.sent += sent
        self._stream.feed(sent)
        return True

    def until(self, holds: Callable[[], bool]) -> None:
        """Read until something holds. Fails with what is seen when it does not come."""
        until_s = time.monotonic() + PATIENCE_S
        while not holds():
            is_open = self._take()
            if not is_open and not holds():
                raise AssertionError(f"it ended, and this is seen: {self.lines}")
            assert time.monotonic() < until_s, self.lines

    def until_sent(self, what: str, *, times: int = 1) -> None:
        """Read until it has been sent so often from now on."""
        before = len(self.sent)
        self.until(lambda: self.sent.count(what, before) >= times)

    def for_a_while(self, seconds: float) -> None:
        until_s = time.monotonic() + seconds
        while time.monotonic() < until_s and self._take(min(seconds, 0.05)):
            pass

    def end(self) -> int:
        """Read until the program ends. Returns the exit status, of a signal as a shell has it."""
        until_s = time.monotonic() + PATIENCE_S
        while self._take():
            assert time.monotonic() < until_s, self.lines
        self.child.close()
        return int(self.child.exitstatus) if self.child.exitstatus is not None else 128 + int(self.child.signalstatus)

    def signal(self, number: signal.Signals) -> None:
        os.kill(self.child.pid, number)

    def resize(self, columns: int, rows: int = 24) -> None:
        """As a terminal does that folds what it shows anew and keeps the cursor at its character."""
        self._take()
        place = self.screen.cursor.y
        lines = [line.rstrip() for line in self.screen.display]
        while len(lines) > place + 1 and not lines[-1]:
            lines.pop()
        heights = [max(1, -(-len(line) // columns)) for line in lines]
        self.screen = pyte.Screen(columns, rows)
        self._stream = pyte.Stream(self.screen)
        self._stream.feed("\r\n".join(lines))
        up = sum(heights[place:]) - 1
        self._stream.feed(f"\x1b[{up}A\r" if up else "\r")
        self.child.setwinsize(rows, columns)

    @property
    def lines(self) -> list[str]:
        """What is seen, without what is empty at the end."""
        shown = [line.rstrip() for line in self.screen.display]
        while shown and not shown[-1]:
            shown.pop()
        return shown

    @property
    def text(self) -> str:
        return "\n".join(self.lines)

    @property
    def is_as_it_should_be(self) -> bool:
        """Whether a shell can go on: the cursor is seen and in the first column, lines fold, no other screen is on."""
        screen = self.screen
        shows_all = not screen.cursor.hidden and pyte.modes.DECAWM in screen.mode
        return shows_all and screen.cursor.x == 0 and "\x1b[?1049h" not in self.sent
