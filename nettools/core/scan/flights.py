"""The probes that are on their way: since when, in which attempt, and until when they may take."""

from collections.abc import Iterator

from nettools.core.scan.host import HostState
from nettools.core.scan.reminders import Reminders


class Flights:
    """What was sent and has not ended. A driver asks for the overdue ones, and for those nobody wants any more."""

    __slots__ = ("_reminders", "cancelled", "under_way")

    def __init__(self) -> None:
        self.under_way: dict[int, tuple[float, int]] = {}
        """Probe -> when it was sent, which attempt it is."""
        self._reminders = Reminders()
        self.cancelled: set[int] = set()
        """Probes whose answers nobody wants any more, which the driver does not know yet."""

    def begin(self, host: HostState, place: int, now_s: float) -> None:
        """The place was sent."""
        probe, attempt = host.base + place, host.attempts[place]
        self.under_way[probe] = (now_s, attempt)
        if not host.rtt.is_known:
            host.unknown_in_flight.append(place)
        self._reminders.add(probe, attempt, now_s + host.wait_s(place, attempt))

    def hurry(self, host: HostState) -> None:
        """The first round trip is known: what was sent before it need not wait the whole timeout."""
        for place in host.unknown_in_flight:
            flight = self.under_way.get(host.base + place)
            if flight is not None:
                self._reminders.add(host.base + place, flight[1], flight[0] + host.wait_s(place, flight[1]))
        host.unknown_in_flight.clear()

    def cancel(self, host: HostState, place: int) -> None:
        """Nobody wants the answer any more."""
        if self.under_way.pop(host.base + place, None) is not None:
            host.in_flight -= 1
            self.cancelled.add(host.base + place)

    def cancel_all(self, host: HostState) -> list[int]:
        """The same for everything of one host; returns the places."""
        base, end = host.base, host.base + len(host.attempts)
        places = [probe - base for probe in self.under_way if base <= probe < end]
        for place in places:
            self.cancel(host, place)
        return places

    def take_cancelled(self) -> list[int]:
        """The probes that were cancelled since this was asked last."""
        cancelled = sorted(self.cancelled)
        self.cancelled.clear()
        return cancelled

    def is_under_way(self, host: HostState, place: int) -> bool:
        """Whether the place was sent and has not ended."""
        return host.base + place in self.under_way

    def overdue(self, hosts: list[HostState | None], stride: int, now_s: float) -> Iterator[tuple[HostState, int, int]]:
        """(host, place, attempt) of those whose time is up, one after the other; each is under way no more."""
        under_way = self.under_way
        for probe, attempt in self._reminders.due(now_s):
            flight = under_way.get(probe)
            if flight is None or flight[1] != attempt:
                continue
            slot, place = divmod(probe, stride)
            host = hosts[slot]
            if host is None:
                continue
            due_s = flight[0] + host.wait_s(place, attempt)
            if due_s > now_s:  # round trips turned out to be longer than when it was sent
                self._reminders.add(probe, attempt, due_s)
                continue
            del under_way[probe]
            host.in_flight -= 1
            yield host, place, attempt

    @property
    def next_s(self) -> float | None:
        """When the next may be overdue."""
        return self._reminders.next_s
