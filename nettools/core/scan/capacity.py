"""How much this machine can have on its way at once, learnt from its shortages (rule F of the plan)."""

from typing import Final

PATIENCE_S: Final = 10.0
OUTAGE_PAUSE_S: Final = 0.25
"""How long a host is left alone when this machine's network is down."""

NETWORK_FAULTS: Final = frozenset({"no-route", "network-down", "no-source-address", "unreachable-route"})
"""Kinds of local fault that may pass by themselves: a cable, a lease, a restart of the network."""

_FEWEST_REFUSALS: Final = 3
"""One refusal and then a long pause, because the user wants it slow, is no standstill."""

_FIRST_PAUSE_S: Final = 0.01
_LONGEST_PAUSE_S: Final = 1.0


class Capacity:
    """Probes that may be in flight: as many as the user allows, fewer after a lack of descriptors, memory or ports."""

    __slots__ = (
        "_ceiling",
        "_is_paused",
        "_maximum",
        "_pause_s",
        "_refusals",
        "_resume_at_s",
        "_stuck_since_s",
        "fault",
    )

    def __init__(self, maximum: int) -> None:
        self._maximum = float(maximum)
        self._ceiling = float(maximum)
        self._pause_s = _FIRST_PAUSE_S
        self._resume_at_s = 0.0
        self._is_paused = False
        self._refusals = 0
        self._stuck_since_s: float | None = None
        self.fault = "local-resources"
        """The kind of the last one."""

    def has_room(self, in_flight: int, now_s: float) -> bool:
        """Whether one more probe may be sent."""
        if self._is_paused and now_s < self._resume_at_s:
            return False
        self._is_paused = False
        return in_flight < int(self._ceiling)

    def lacks(self, in_flight: int, now_s: float) -> None:
        """A probe could not be sent: no more than now at once, and a pause that doubles each time."""
        self._ceiling = max(1.0, min(self._ceiling, in_flight))
        self._is_paused = True
        self._resume_at_s = now_s + self._pause_s
        self._pause_s = min(_LONGEST_PAUSE_S, self._pause_s * 2)
        self.refuses("local-resources", now_s)

    def refuses(self, kind: str, now_s: float) -> None:
        """This machine did not send a probe."""
        self.fault = kind
        if self._stuck_since_s is None:
            self._stuck_since_s = now_s
            self._refusals = 0
        self._refusals += 1

    def sent(self) -> None:
        """A probe went out."""
        self._stuck_since_s = None

    def ended(self) -> None:
        """An attempt ended, so there is room again: one more a round."""
        self._stuck_since_s = None
        self._ceiling = min(self._maximum, self._ceiling + 1.0 / self._ceiling)

    def answered(self) -> None:
        """An answer came: the next pause is short again."""
        self._pause_s = _FIRST_PAUSE_S

    def is_hopeless(self, in_flight: int, now_s: float) -> bool:
        """Whether nothing has moved for ``PATIENCE_S`` and nothing is on its way that could."""
        if in_flight or self._stuck_since_s is None or self._refusals < _FEWEST_REFUSALS:
            return False
        return now_s - self._stuck_since_s > PATIENCE_S

    def forgive(self) -> None:
        """Begin to count the patience anew."""
        self._stuck_since_s = None

    @property
    def resume_at_s(self) -> float | None:
        """When the pause ends, if there is one."""
        return self._resume_at_s if self._is_paused else None
