"""What one says to many: chunks of octets that are kept once, and for each listener a line of those it has to take.

A speaker waits while a listener's share is full; a listener that then takes nothing for a while is too slow, and is to
be cut. So what is held is bounded, and nobody can stop the others for long.
"""

from collections import deque
from typing import Final

from nettools.core.relay.flow import CHUNK

MOST_WAITING: Final = 1 << 20
"""Octets that may wait for one listener, with what keeping them costs."""
COST: Final = 256
"""What a chunk costs beside its octets: objects, and a place in the line of each listener (CPython on 64 bits)."""
STALL_S: Final = 0.5
"""A listener whose share is full and who takes nothing for so long reads too slowly."""


class Listener:
    """One who hears what is said from now on."""

    __slots__ = ("line", "offset", "waiting")

    def __init__(self) -> None:
        self.line: deque[bytes] = deque()
        """The chunks to be taken, shared with all others who have to take them."""
        self.offset = 0
        """How much of the first was taken already."""
        self.waiting = 0
        """Octets in the line, with their cost."""


class Broadcast:
    """The listeners and what waits for them. A speaker who listens does not hear itself."""

    def __init__(self, *, most_waiting: int = MOST_WAITING, largest: int = CHUNK, stall_s: float = STALL_S) -> None:
        self._most = most_waiting
        self._full_beyond = most_waiting - largest - COST
        self._stall_s = stall_s
        self._listeners: set[Listener] = set()
        self._full: dict[Listener, float] = {}
        """Whose share has no room for another of the largest chunks, and when they last took something."""
        self.is_ended = False
        """Whether nothing more will be said: who has heard all has heard the end."""

    def __len__(self) -> int:
        return len(self._listeners)

    def join(self) -> Listener:
        listener = Listener()
        self._listeners.add(listener)
        return listener

    def leave(self, listener: Listener) -> None:
        """It hears no more; what waited for it alone is gone. May be called twice."""
        self._listeners.discard(listener)
        self._full.pop(listener, None)
        listener.line.clear()
        listener.offset = listener.waiting = 0

    def has_room(self, speaker: Listener | None = None) -> bool:
        """Whether another chunk may be said: nobody else's share is full."""
        return not self._full or (len(self._full) == 1 and speaker in self._full)

    def say(self, octets: bytes, now_s: float, *, speaker: Listener | None = None) -> None:
        """Everybody else is to hear this. It is at most ``largest`` octets; ``has_room`` was asked, or it is urgent."""
        for listener in self._listeners:
            if listener is not speaker:
                self.tell(listener, octets, now_s)

    def tell(self, listener: Listener, octets: bytes, now_s: float) -> None:
        """One listener alone is to hear this; it is urgent."""
        listener.line.append(octets)
        listener.waiting += len(octets) + COST
        if listener.waiting > self._full_beyond:
            self._full.setdefault(listener, now_s)

    def end(self) -> None:
        """Nothing more will be said."""
        self.is_ended = True

    def next_for(self, listener: Listener) -> memoryview | None:
        """What it hears next, the rest of one chunk; None when it has heard all."""
        return memoryview(listener.line[0])[listener.offset :] if listener.line else None

    def took(self, listener: Listener, count: int, now_s: float) -> None:
        """It took so many octets of what ``next_for`` gave it."""
        listener.offset += count
        if listener in self._full and count:
            self._full[listener] = now_s
        if listener.offset < len(listener.line[0]):
            return
        listener.waiting -= len(listener.line.popleft()) + COST
        listener.offset = 0
        if listener.waiting <= self._full_beyond:
            self._full.pop(listener, None)

    def moved(self, listener: Listener, when_s: float) -> None:
        """Some of what it took before has reached it: that is not nothing."""
        if listener in self._full:
            self._full[listener] = max(self._full[listener], when_s)

    @property
    def deadline_s(self) -> float | None:
        """When ``stalled`` has to be asked."""
        return min(self._full.values()) + self._stall_s if self._full else None

    def stalled(self, now_s: float) -> list[Listener]:
        """Who reads too slowly: nothing taken for a while, or urgent words that found no room."""
        return [
            listener
            for listener, took_s in self._full.items()
            if now_s >= took_s + self._stall_s or listener.waiting > self._most
        ]
