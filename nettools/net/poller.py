"""Waiting for many descriptors: epoll where there is one, poll elsewhere, behind the same three methods."""

import select
from typing import Final, Protocol

ANY_EVENT: Final = 0x001 | 0x004 | 0x008 | 0x010
"""Readable, writable, error, hang-up: the values of poll(2), which epoll(7) shares."""


class Poller(Protocol):
    def watch(self, descriptor: int) -> None: ...
    def forget(self, descriptor: int) -> None: ...
    def wait(self, timeout_s: float | None) -> list[int]: ...
    def close(self) -> None: ...


def make_poller() -> Poller:
    """The best poller of this system."""
    return _EpollPoller() if hasattr(select, "epoll") else _PollPoller()


class _EpollPoller:
    """Edge-triggered: a descriptor is reported once for each thing that happens to it."""

    def __init__(self) -> None:
        self._epoll = select.epoll()

    def watch(self, descriptor: int) -> None:
        self._epoll.register(descriptor, ANY_EVENT | select.EPOLLET)

    def forget(self, descriptor: int) -> None:
        """Nothing to do: closing a descriptor takes it out of its epoll set (epoll(7), Q6)."""

    def wait(self, timeout_s: float | None) -> list[int]:
        return [descriptor for descriptor, _ in self._epoll.poll(timeout_s)]

    def close(self) -> None:
        self._epoll.close()


class _PollPoller:
    def __init__(self) -> None:
        self._poll = select.poll()

    def watch(self, descriptor: int) -> None:
        self._poll.register(descriptor, ANY_EVENT)

    def forget(self, descriptor: int) -> None:
        self._poll.unregister(descriptor)

    def wait(self, timeout_s: float | None) -> list[int]:
        timeout_ms = None if timeout_s is None else int(timeout_s * 1000) + 1
        return [descriptor for descriptor, _ in self._poll.poll(timeout_ms)]

    def close(self) -> None:
        """Nothing to do: poll(2) holds nothing open."""
