"""The sessions of a datagram server: who spoke last, whose turn it is to be forgotten, what may wait for whom.

A session begins with the first datagram of a peer. Datagrams have no end, so a session ends by silence, or because
somebody else needs its place; what nobody reads is dropped and counted, as the kernel does with its own queue.
"""

from collections import OrderedDict
from collections.abc import Hashable
from typing import Final, Generic, TypeVar

COST: Final = 256
"""What a waiting datagram costs beside its octets (CPython on 64 bits)."""
MOST_WAITING: Final = 1 << 20
"""Octets that wait for the reader of one session, with their cost."""
MOST_WAITING_IN_ALL: Final = 8 << 20
UNTOUCHED_S: Final = 1.0
"""A session that was used within this time does not make room for another: a flood of peers drives nobody out."""
TOLD_A_SECOND: Final = 10
"""Rejected datagrams that are told one by one: their senders may be made up."""

Key = TypeVar("Key", bound=Hashable)


class Idleness(Generic[Key]):
    """When each session was used last, the longest idle first."""

    def __init__(self, idle_s: float | None) -> None:
        self._idle_s = idle_s
        self._used_s: OrderedDict[Key, float] = OrderedDict()

    def __len__(self) -> int:
        return len(self._used_s)

    def used(self, key: Key, now_s: float) -> None:
        self._used_s[key] = now_s
        self._used_s.move_to_end(key)

    def forget(self, key: Key) -> None:
        self._used_s.pop(key, None)

    @property
    def deadline_s(self) -> float | None:
        """When the next session may have been idle for too long."""
        if self._idle_s is None or not self._used_s:
            return None
        return next(iter(self._used_s.values())) + self._idle_s

    def expired(self, now_s: float) -> list[Key]:
        """Those that have been idle for too long."""
        found: list[Key] = []
        if self._idle_s is None:
            return found
        for key, used_s in self._used_s.items():
            if used_s + self._idle_s > now_s:
                break
            found.append(key)
        return found

    def spare(self, now_s: float) -> Key | None:
        """Which session may go for a new one; None when all are in use."""
        for key, used_s in self._used_s.items():
            return key if used_s + UNTOUCHED_S <= now_s else None
        return None


class Budget:
    """What all sessions together may keep."""

    __slots__ = ("kept",)

    def __init__(self) -> None:
        self.kept = 0

    def allows(self, waiting: int, size: int) -> bool:
        """Whether a datagram may wait in a session that keeps so much already."""
        cost = size + COST
        return waiting + cost <= MOST_WAITING and self.kept + cost <= MOST_WAITING_IN_ALL


class Sparingly:
    """How often something is told: a few times a second, and with the next how many were not."""

    def __init__(self, most_a_second: int = TOLD_A_SECOND) -> None:
        self._most = most_a_second
        self._began_s = float("-inf")
        self._told = 0
        self._untold = 0

    def ask(self, now_s: float) -> int | None:
        """None when it is not to be told; otherwise how many were not since the last that was."""
        if now_s - self._began_s >= 1.0:
            self._began_s, self._told = now_s, 0
        if self._told >= self._most:
            self._untold += 1
            return None
        self._told += 1
        untold, self._untold = self._untold, 0
        return untold
