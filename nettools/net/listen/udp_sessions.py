"""The sessions of a datagram server: each is what one peer says and hears, an end like any other."""

from collections import deque
from collections.abc import Callable
from typing import Protocol

from nettools.core.listen.sessions import COST, Budget
from nettools.net.listen.clients import Client
from nettools.net.listen.datagram_sockets import DatagramSocket, Source

SessionKey = tuple[int, Source, bytes]
"""The socket, who speaks, and to which address of ours."""


class Sessions(Protocol):
    """The server that the sessions belong to."""

    def send(self, session: "SessionEnd", octets: memoryview) -> int | None:
        """Raises OSError, EndFailed."""

    def freed(self, session: "SessionEnd", size: int) -> None:
        """The reader of a session took so much of what waited."""

    def forget(self, session: "SessionEnd") -> None:
        """The session is over."""


class SessionEnd:
    """What one peer says and hears."""

    backlog = 0
    is_datagram = True
    read_descriptor = None
    write_descriptor = None
    splices = False

    def __init__(self, server: Sessions, bound: DatagramSocket, key: SessionKey) -> None:
        self.key = key
        self.bound = bound
        self.client: Client | None = None
        self.waiting = 0
        """Octets that were not read yet, with their cost."""
        self.dropped = 0
        """Datagrams that found no room."""
        self.on_change: Callable[[], None] = _nothing
        self._server = server
        self._queue: deque[bytes] = deque()

    def deliver(self, octets: bytes, budget: Budget) -> None:
        if not budget.allows(self.waiting, len(octets)):
            self.dropped += 1
            return
        self._queue.append(octets)
        self.waiting += len(octets) + COST
        budget.kept += len(octets) + COST

    def read_into(self, buffer: memoryview) -> int | None:
        if not self._queue:
            return None
        octets = self._queue.popleft()
        count = min(len(octets), len(buffer))
        buffer[:count] = octets[:count]
        if count < len(octets):
            self._queue.appendleft(octets[count:])
            self._server.freed(self, count)
        else:
            self._server.freed(self, count + COST)
        return count

    def write(self, octets: memoryview) -> int | None:
        return self._server.send(self, octets)

    def attach(self, on_change: Callable[[], None]) -> None:
        self.on_change = on_change

    def flush(self) -> None:
        """Nothing is kept back."""

    def shut(self) -> None:
        """Datagrams have no end."""

    def close(self) -> None:
        self._queue.clear()
        self.on_change = _nothing
        self._server.forget(self)


def _nothing() -> None:
    """Nobody is attached."""
