"""Host names to addresses through the system's resolver, with a deadline and a Ctrl-C that work.

``getaddrinfo`` can hang for many seconds and hears no signal, so it runs in a daemon thread that is left
behind when its time is up.
"""

import errno
import os
import select
import socket
import threading
from time import monotonic

from nettools.core.address import Address, parse_address
from nettools.core.text import safe
from nettools.errors import Interrupted, NameLookupError
from nettools.net.interrupts import Interrupts

_NOT_THERE = {socket.EAI_NONAME, getattr(socket, "EAI_NODATA", socket.EAI_NONAME)}


def resolve_host(name: str, *, version: int | None, timeout_s: float, interrupts: Interrupts) -> list[Address]:
    """All addresses of a name in the resolver's order, without duplicates; of one IP version if asked.

    Raises NameLookupError when it has none or the time is up, Interrupted when a signal came first.
    """
    return HostLookup(name, version=version).wait(timeout_s=timeout_s, interrupts=interrupts)


class HostLookup:
    """One name that the system's resolver looks up, while the caller does something else.

    It is ended by one call of ``wait``, or, where a loop waits for ``fileno`` to become readable, of ``take`` or
    ``abandon``. Raises OSError when this machine has no descriptor or no thread for it.
    """

    def __init__(self, name: str, *, version: int | None) -> None:
        self._name = name
        self._family = {None: socket.AF_UNSPEC, 4: socket.AF_INET, 6: socket.AF_INET6}[version]
        self._readable, self._writable = os.pipe()
        self._outcome: list[list[Address] | Exception] = []
        self._started_s = monotonic()
        self._ended_s: float | None = None
        try:
            threading.Thread(target=self._ask, daemon=True).start()
        except RuntimeError as error:  # what the threading module makes of EAGAIN
            os.close(self._readable)
            os.close(self._writable)
            raise BlockingIOError(errno.EAGAIN, os.strerror(errno.EAGAIN)) from error
        except BaseException:  # a KeyboardInterrupt while the thread begins, which closes its end itself
            os.close(self._readable)
            raise

    @property
    def duration_ms(self) -> float:
        """How long the resolver took, or has taken so far."""
        return ((self._ended_s or monotonic()) - self._started_s) * 1000

    def _ask(self) -> None:
        try:
            found = socket.getaddrinfo(self._name, None, self._family, socket.SOCK_STREAM)
            answer: list[Address] | Exception = [parse_address(str(entry[4][0])) for entry in found]
        except Exception as error:  # of any kind: a resolver's module may raise anything
            answer = error
        self._ended_s = monotonic()
        self._outcome.append(answer)
        os.close(self._writable)

    def wait(self, *, timeout_s: float, interrupts: Interrupts) -> list[Address]:
        """The addresses, as ``resolve_host`` gives them; ``timeout_s`` counts from now. To be called once."""
        poll = select.poll()
        poll.register(self._readable, select.POLLIN | select.POLLHUP)
        poll.register(interrupts.fileno(), select.POLLIN)
        until_s = monotonic() + timeout_s
        try:
            while interrupts.signal_number is None:
                ready = poll.poll(max(until_s - monotonic(), 0) * 1000)
                if not ready or self._readable in dict(ready):
                    break
                interrupts.drain()
        except BaseException:  # a KeyboardInterrupt of a program that is not ours
            self.abandon()
            raise
        if interrupts.signal_number is not None:
            self.abandon()
            raise Interrupted(interrupts.signal_number)
        return self.take(timeout_s=timeout_s)

    def fileno(self) -> int:
        """What becomes readable when there is an answer."""
        return self._readable

    def abandon(self) -> None:
        """Nobody wants the answer any more; the thread ends by itself."""
        os.close(self._readable)

    def take(self, *, timeout_s: float) -> list[Address]:
        """The addresses. Raises NameLookupError, also when there is no answer; ``timeout_s`` is how long there was."""
        self.abandon()
        if not self._outcome:
            raise NameLookupError(f"looking up '{self._name}' took longer than {timeout_s:g} s")
        answer = self._outcome[0]
        if isinstance(answer, Exception):
            raise NameLookupError(_why(self._name, answer))
        return list(dict.fromkeys(answer))


def _why(name: str, error: Exception) -> str:
    if isinstance(error, OSError) and error.errno in _NOT_THERE:
        return f"the name '{name}' has no address"
    why = error.strerror if isinstance(error, OSError) else None
    return f"cannot look up '{name}': {safe(str(why or error or type(error).__name__))}"
