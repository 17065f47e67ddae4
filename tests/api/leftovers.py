"""What a call may leave behind in this process: descriptors, threads, signal handlers, limits."""

import gc
import os
import resource
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

_PATIENCE_S = 5.0


def settings() -> dict[str, object]:
    """Everything of this process that a library has to leave alone."""
    return {
        "handlers": [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)],
        "limit": resource.getrlimit(resource.RLIMIT_NOFILE),
        "directory": os.getcwd(),
        "environment": dict(os.environ),
        "collection": (gc.isenabled(), gc.get_threshold()),
    }


def held() -> set[object]:
    """The descriptors and threads that there are."""
    return {*_descriptors(), *threading.enumerate()}


def _descriptors() -> Iterator[tuple[int, str]]:
    """(number, what it is) of each, without the one by which they are listed."""
    for name in os.listdir("/proc/self/fd"):
        with suppress(FileNotFoundError):
            yield int(name), os.readlink(f"/proc/self/fd/{name}")


@contextmanager
def nothing_left() -> Iterator[None]:
    """Fail when what is inside leaves anything behind; a thread in getaddrinfo(3) may end a moment later."""
    before, had = settings(), held()
    yield
    deadline_s = time.monotonic() + _PATIENCE_S
    while held() - had and time.monotonic() < deadline_s:
        time.sleep(0.01)
    assert not held() - had
    assert settings() == before
