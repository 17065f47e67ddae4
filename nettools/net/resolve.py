"""Host names to addresses through the system's resolver, with a deadline and a Ctrl-C that work.

``getaddrinfo`` can hang for many seconds and hears no signal, so it runs in a daemon thread that is left
behind when its time is up.
"""

import os
import select
import socket
import threading

from nettools.core.address import Address, parse_address
from nettools.core.text import safe
from nettools.errors import Interrupted, NameLookupError
from nettools.net.interrupts import Interrupts

_NOT_THERE = {socket.EAI_NONAME, getattr(socket, "EAI_NODATA", socket.EAI_NONAME)}


def resolve_host(name: str, *, version: int | None, timeout_s: float, interrupts: Interrupts) -> list[Address]:
    """All addresses of a name in the resolver's order, without duplicates; of one IP version if asked.

    Raises NameLookupError when it has none or the time is up, Interrupted when a signal came first.
    """
    family = {None: socket.AF_UNSPEC, 4: socket.AF_INET, 6: socket.AF_INET6}[version]
    readable, writable = os.pipe()
    outcome: list[list[Address] | Exception] = []

    def ask() -> None:
        try:
            found = socket.getaddrinfo(name, None, family, socket.SOCK_STREAM)
            outcome.append([parse_address(str(entry[4][0])) for entry in found])
        except Exception as error:  # of any kind: a resolver's module may raise anything
            outcome.append(error)
        os.close(writable)

    threading.Thread(target=ask, daemon=True).start()
    poll = select.poll()
    poll.register(readable, select.POLLIN | select.POLLHUP)
    poll.register(interrupts.fileno(), select.POLLIN)
    poll.poll(timeout_s * 1000)
    os.close(readable)
    if interrupts.signal_number is not None:
        raise Interrupted(interrupts.signal_number)
    if not outcome:
        raise NameLookupError(f"looking up '{name}' took longer than {timeout_s:g} s")
    answer = outcome[0]
    if isinstance(answer, Exception):
        raise NameLookupError(_why(name, answer))
    return list(dict.fromkeys(answer))


def _why(name: str, error: Exception) -> str:
    if isinstance(error, OSError) and error.errno in _NOT_THERE:
        return f"the name '{name}' has no address"
    why = error.strerror if isinstance(error, OSError) else None
    return f"cannot look up '{name}': {safe(str(why or error or type(error).__name__))}"
