"""One call that blocks for seconds (fsync(2) has no other form), in a thread, so that the loop goes on meanwhile."""

import os
import threading
from collections.abc import Callable
from contextlib import suppress

from nettools.net.loop import READABLE, Loop


class Background:
    """``work`` runs at once; ``on_done`` is called in the loop with what it raised, or None."""

    def __init__(self, loop: Loop, work: Callable[[], None], on_done: Callable[[Exception | None], None]) -> None:
        self._loop = loop
        self._work = work
        self._on_done = on_done
        self._error: Exception | None = None
        try:
            self._readable, self._writable = os.pipe2(os.O_CLOEXEC)
        except OSError:  # no descriptor is left to hear of it: then the others have to wait
            self._run()
            loop.call_soon(self._tell)
            return
        loop.watch(self._readable, READABLE, self._on_ready)
        try:
            threading.Thread(target=self._run_and_signal, daemon=True).start()
        except RuntimeError:  # no thread is left (pthread_create(3), EAGAIN): the same
            self._run_and_signal()

    def _run(self) -> None:
        try:
            self._work()
        except Exception as error:  # handed to the loop's side, whatever it is
            self._error = error

    def _run_and_signal(self) -> None:
        self._run()
        with suppress(OSError):
            os.close(self._writable)

    def _on_ready(self, _events: int) -> None:
        self._loop.forget(self._readable)
        os.close(self._readable)
        self._tell()

    def _tell(self) -> None:
        self._on_done(self._error)
