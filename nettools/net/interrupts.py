"""Signals that end the work early, as something that a poll loop can wait for and ask about.

The first SIGINT, SIGTERM or SIGHUP is noted, so that what is known can be written; the second ends the
process at once. A signal that our parent told us to ignore stays ignored (nohup).

All that is for a process that is ours. A program that imported us keeps its signals: ``Uninterrupted`` is never told.
"""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from types import FrameType, TracebackType
from typing import ClassVar, Final, Self

from nettools.errors import Interrupted
from nettools.start import is_importing, send_again

_SIGNALS: Final = tuple(getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name))


class Interrupts:
    """While entered, ``signal_number`` says which signal came, and ``fileno`` becomes readable.

    With ``reloads`` SIGHUP ends nothing: ``take_reload`` tells once that it came, as with other servers.
    """

    owns_process: ClassVar[bool] = True
    """Whether the signals and the limits of this process are ours to set."""

    def __init__(self, *, reloads: bool = False) -> None:
        self.signal_number: int | None = None
        self._reloads = reloads
        self._wants_reload = False
        self._raises = False
        self._previous: dict[int, object] = {}
        self._readable, self._writable = os.pipe()
        os.set_blocking(self._writable, False)
        os.set_blocking(self._readable, False)
        self._previous_wakeup = -1

    @property
    def has_fired(self) -> bool:
        return self.signal_number is not None

    def fileno(self) -> int:
        return self._readable

    def take_reload(self) -> bool:
        """Whether SIGHUP came since this was asked last."""
        if not self._wants_reload:
            return False
        self._wants_reload = False
        self.drain()
        return True

    def drain(self) -> None:
        """A signal that ends nothing (a child's, a window's) wakes a poll too: take what it wrote."""
        with suppress(BlockingIOError):
            while os.read(self._readable, 4096):
                pass

    @contextmanager
    def raising(self) -> Iterator[None]:
        """While entered, a signal raises Interrupted: for what waits without a poll, as reading lines does."""
        self._raises = True
        try:
            yield
        finally:
            self._raises = False

    def __enter__(self) -> Self:
        for number in _SIGNALS:
            if signal.getsignal(number) is not signal.SIG_IGN:
                self._previous[number] = signal.signal(number, self._note)
        # Written to by the C-level handler, so that a signal wakes a poll even before Python runs ours.
        self._previous_wakeup = signal.set_wakeup_fd(self._writable, warn_on_full_buffer=False)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        signal.set_wakeup_fd(self._previous_wakeup)
        for number, handler in self._previous.items():
            signal.signal(number, handler)  # type: ignore[arg-type]
        os.close(self._readable)
        os.close(self._writable)

    def _note(self, number: int, frame: FrameType | None) -> None:
        if self._raises and is_importing(frame):
            send_again(number)
            return
        if self._reloads and number == getattr(signal, "SIGHUP", None):
            self._wants_reload = True
            return
        self.signal_number = number
        with suppress(BlockingIOError):  # what the C-level handler wrote may have been drained with another's
            os.write(self._writable, b"\0")
        for one in self._previous:
            signal.signal(one, signal.SIG_DFL)
        if self._raises:
            raise Interrupted(number)


class Uninterrupted(Interrupts):
    """For the threads of a program that is not ours: no handler is set, and nothing ever fires.

    Ctrl-C is a KeyboardInterrupt there, which goes through every poll (PEP 475) and through our clean-up.
    """

    owns_process = False
    _readable = _writable = -1  # none yet: a KeyboardInterrupt may come before there are any

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __del__(self) -> None:
        self.close()

    def close(self) -> None:
        """Give back the descriptors, also when nobody came as far as to enter this."""
        opened, self._readable, self._writable = (self._readable, self._writable), -1, -1
        for descriptor in opened:
            if descriptor >= 0:
                os.close(descriptor)
