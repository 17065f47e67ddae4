"""Single keys of a person who watches something: the terminal gives them at once and does not show them.

``VMIN`` and ``ICANON`` are termios(3)'s; signals stay as they are, so that Ctrl-C and Ctrl-Z work.
"""

import os
import select
import sys
import time
from contextlib import suppress
from types import TracebackType
from typing import Final, Self

from nettools.commands._environment import Environment

_LEAVE: Final = frozenset(b"qQ\x04")
"""q, and what Ctrl-D sends."""


class Keys:
    """While entered, ``wait`` says whether somebody wants to leave. Without a terminal to type at it only waits."""

    def __init__(self, environment: Environment) -> None:
        is_there = environment.stdin_is_terminal and environment.stdin is not None and sys.platform != "win32"
        self._descriptor = environment.stdin.fileno() if is_there and environment.stdin is not None else None
        self._before: list[object] | None = None

    def __enter__(self) -> Self:
        self.take()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.give_back()

    def take(self) -> None:
        """Have keys given at once; not from the background, where that would stop us (SIGTTOU)."""
        if self._descriptor is None or self._before is not None or not _is_foreground(self._descriptor):
            return
        import termios

        with suppress(OSError, termios.error):
            before = termios.tcgetattr(self._descriptor)
            changed = [*before]
            changed[3] &= ~(termios.ICANON | termios.ECHO)
            termios.tcsetattr(self._descriptor, termios.TCSANOW, changed)
            self._before = before

    def give_back(self) -> None:
        """Make the terminal what it was: at the end, and while the process is stopped."""
        if self._before is None or self._descriptor is None:
            return
        import termios

        before, self._before = self._before, None
        with suppress(OSError, termios.error):
            termios.tcsetattr(self._descriptor, termios.TCSADRAIN, before)  # type: ignore[arg-type]

    def wait(self, seconds: float) -> bool:
        """Let so much time pass. Returns True at once when somebody wants to leave."""
        if self._before is None or self._descriptor is None:
            time.sleep(seconds)
            return False
        until_s = time.monotonic() + seconds
        while True:
            left_s = until_s - time.monotonic()
            if not select.select([self._descriptor], [], [], max(left_s, 0))[0]:
                return False
            typed = os.read(self._descriptor, 64)
            if not typed or _LEAVE.intersection(typed):
                return True


def _is_foreground(descriptor: int) -> bool:
    try:
        return os.tcgetpgrp(descriptor) == os.getpgrp()
    except OSError:
        return False
