"""The descriptors 0 to 2 when the parent closed some of them (``>&-``): their numbers must not become a socket's."""

import errno
import os
from contextlib import suppress
from typing import Final, NamedTuple


class StandardStreams(NamedTuple):
    """Which of them the parent left open."""

    stdin: bool
    stdout: bool
    stderr: bool


ALL_OPEN: Final = StandardStreams(stdin=True, stdout=True, stderr=True)


def hold_standard_streams() -> StandardStreams:
    """Put /dev/null in the place of those that are closed, so that nothing else gets their numbers.

    To be called before anything is opened; whoever writes to descriptor 2 would write into a connection else.
    Returns which were open.
    """
    were_open = StandardStreams(*(_is_open(descriptor) for descriptor in range(3)))
    for descriptor, was_open in enumerate(were_open):
        if not was_open:
            with suppress(OSError):  # a system without /dev: nothing can be held
                fill(descriptor)
    return were_open


def fill(descriptor: int) -> None:
    """Put /dev/null in its place."""
    nothing = os.open(os.devnull, os.O_RDWR)
    if nothing != descriptor:
        os.dup2(nothing, descriptor)
        os.close(nothing)


def _is_open(descriptor: int) -> bool:
    try:
        os.fstat(descriptor)
    except OSError as error:
        return error.errno != errno.EBADF
    return True
