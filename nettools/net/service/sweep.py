"""One timer for many clients: each carries the moment at which it is overdue, and all are looked at now and then.

A client that says something only writes its new moment down, so an octet costs no timer.
"""

from typing import Final, Protocol

from nettools.net.loop import Loop, Timer

GRAIN_S: Final = 1.0
"""The least time between two looks: a client may be overdue for so long."""


class Timed(Protocol):
    """Something with a deadline that moves."""

    @property
    def due_s(self) -> float:
        """When it is overdue, in the time of the loop; infinity for never."""

    def overdue(self) -> None:
        """The moment has passed; it leaves the sweep, or has another moment from now on."""


class Sweep:
    """Looks after all that were added, until they are discarded."""

    def __init__(self, loop: Loop, *, grain_s: float = GRAIN_S) -> None:
        self._loop = loop
        self._grain_s = grain_s
        self._members: set[Timed] = set()
        self._timer: Timer | None = None

    def __len__(self) -> int:
        return len(self._members)

    def add(self, member: Timed) -> None:
        self._members.add(member)
        self.hasten(member.due_s)

    def discard(self, member: Timed) -> None:
        self._members.discard(member)
        if not self._members and self._timer is not None:
            self._timer.cancel()  # a loop that has nothing else to wait for ends
            self._timer = None

    def hasten(self, due_s: float) -> None:
        """A member is due earlier than it was: look at that moment at the latest."""
        if self._timer is None or due_s < self._timer.when_s:
            self._set_timer(due_s)

    def _set_timer(self, when_s: float) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._timer = None if when_s == float("inf") else self._loop.call_at(when_s, self._look)

    def _look(self) -> None:
        self._timer = None
        now_s = self._loop.now_s
        for member in [one for one in self._members if one.due_s <= now_s]:
            member.overdue()
        if self._members:
            earliest_s = min(one.due_s for one in self._members)
            self._set_timer(max(earliest_s, now_s + self._grain_s))
