"""Descriptors that other programs have too: standard input, output and error, used without waiting, and not changed.

O_NONBLOCK belongs to the open file, which a shell and its other programs share. So a pipe or a terminal is opened a
second time through /proc/self/fd, with the flag; where that is not possible, no more is written than poll(2) promises.
"""

import os
import select
import stat
from typing import Final

_PROMISED: Final = 4096
"""PIPE_BUF: a pipe that poll(2) calls writable takes so many octets without blocking (pipe(7))."""


def opened_again(descriptor: int, flags: int) -> int | None:
    """An open file of its own on the same pipe or terminal; None for what has a position or no name."""
    mode = mode_of(descriptor)
    if not (stat.S_ISFIFO(mode) or (stat.S_ISCHR(mode) and os.isatty(descriptor))):
        return None
    try:
        return os.open(f"/proc/self/fd/{descriptor}", flags | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC)
    except OSError:
        return None


def write_promised(descriptor: int, octets: memoryview) -> int | None:
    """Write to what may be one that waits: as much as it takes without; None when that is nothing now."""
    if octets and not _is_writable(descriptor):
        return None
    return os.write(descriptor, octets[:_PROMISED])


def is_always_ready(descriptor: int) -> bool:
    """Whether no write waits for a reader: files, disks, /dev/null and its like."""
    mode = mode_of(descriptor)
    return stat.S_ISREG(mode) or stat.S_ISBLK(mode) or (stat.S_ISCHR(mode) and not os.isatty(descriptor))


def mode_of(descriptor: int) -> int:
    """Type and permissions of what is open there; 0 where nothing is."""
    try:
        return os.fstat(descriptor).st_mode
    except OSError:
        return 0


def _is_writable(descriptor: int) -> bool:
    """Or broken: the write then says how."""
    poll = select.poll()
    poll.register(descriptor, select.POLLOUT)
    return bool(poll.poll(0))
