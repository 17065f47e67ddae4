"""Ctrl-C or SIGTERM in the middle of a list: what has been found is written whole, then the run ends with 128+n.

While a command reads or computes its next result, the signal ends that at once. While a result is being
written, it waits until the result is whole; a second signal does not.
"""

import signal
from collections.abc import Iterable, Iterator
from contextlib import suppress
from types import FrameType
from typing import Final, TypeVar

from nettools.errors import Interrupted
from nettools.start import end_at_once, is_importing, send_again

T = TypeVar("T")


_SIGNALS: Final = tuple(getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name))
_UNTOUCHED: Final = (signal.SIG_DFL, signal.default_int_handler, end_at_once)


class Interruption:
    """Knows whether a signal came, and lets a stream of results end cleanly when it does."""

    def __init__(self) -> None:
        self.signal_number: int | None = None
        self._is_writing = False
        self._previous: dict[int, object] = {}

    @property
    def is_writing(self) -> bool:
        """Whether a result is being written, rather than computed or waited for."""
        return self._is_writing

    def install(self) -> None:
        """Take over the signals that have their first handling; what is ignored or handled stays so."""
        for number in _SIGNALS:
            if signal.getsignal(number) in _UNTOUCHED:
                with suppress(ValueError):  # not the main thread: signals are somebody else's business
                    self._previous[number] = signal.signal(number, self._on_signal)

    def remove(self) -> None:
        """Give the signals back."""
        for number, handler in self._previous.items():
            # The guard over the start has nothing more to say: there is an answer now.
            signal.signal(number, signal.SIG_DFL if handler is end_at_once else handler)  # type: ignore[arg-type]
        self._previous.clear()

    def until_interrupted(self, items: Iterable[T]) -> Iterator[T]:
        """The items until a signal. What follows the last one, the end of a document, is written as well."""
        source = iter(items)
        try:
            while self.signal_number is None:
                self._is_writing = False
                try:
                    item = next(source)
                except StopIteration:
                    break
                self._is_writing = True
                yield item
        except Interrupted as interrupted:
            self.signal_number = interrupted.signal_number
        self._is_writing = True

    def _on_signal(self, number: int, frame: FrameType | None) -> None:
        if self._is_writing and self.signal_number is None:
            self.signal_number = number
        elif is_importing(frame):
            send_again(number)
        else:
            raise Interrupted(number)
