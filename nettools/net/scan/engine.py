"""The loop of a scan: does what the plan says with probers and a clock, until the plan is done or a signal comes."""

from collections.abc import Callable
from time import monotonic
from types import TracebackType
from typing import Final, Self

from nettools.core.scan.plan import ScanPlan
from nettools.net.interrupts import Interrupts
from nettools.net.poller import make_poller
from nettools.net.scan.prober import Prober

TCP_PROBES: Final = 0
UDP_PROBES: Final = 1
ECHO_PROBES: Final = 2
"""What ``port >> 16`` of a probe says about its kind."""

_BURST: Final = 128
"""Probes sent between two looks at what has come back."""

_LONGEST_WAIT_S: Final = 0.5
"""Progress is told at least this often, also while nobody answers."""


class ScanEngine:
    """Drives one plan. While entered, ``use`` a prober for each kind of probe that the plan may have, then ``run``."""

    def __init__(self, plan: ScanPlan, interrupts: Interrupts) -> None:
        self._plan = plan
        self._interrupts = interrupts
        self._poller = make_poller()
        self._poller.watch(interrupts.fileno())
        self._probers: dict[int, Prober] = {}
        self._owners: dict[int, Prober] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for prober in self._probers.values():
            prober.close()
        self._probers.clear()
        self._owners.clear()
        self._poller.close()

    def use(self, kind: int, prober: Prober) -> None:
        """Probes of that kind are sent by the prober, which is closed at the end."""
        self._probers[kind] = prober

    def watch(self, descriptor: int, prober: Prober) -> None:
        """Call the prober's ``look`` whenever something happens to the descriptor."""
        self._owners[descriptor] = prober
        self._poller.watch(descriptor)

    def forget(self, descriptor: int) -> None:
        """Stop that; before the descriptor is closed."""
        if self._owners.pop(descriptor, None) is not None:
            self._poller.forget(descriptor)

    def run(self, on_tick: Callable[[float], None]) -> None:
        """Scan until the plan is done or a signal comes; ``on_tick`` is called now and then with the time.

        After a signal the plan is abandoned: the sink has been told of the end of every host that was begun.
        """
        plan, interrupts = self._plan, self._interrupts
        while not plan.is_done and not interrupts.has_fired:
            now_s = monotonic()
            if plan.is_something_due(now_s):
                # This process may have been stopped while an answer came: look first, then give up only
                # what was due before the look.
                self._look(0.0)
            for probe in plan.overdue(now_s):
                self._give_up(probe)
            is_more = self._send_burst()
            wait_s = 0.0 if is_more or plan.is_done else plan.wait_s(monotonic())
            self._look(_LONGEST_WAIT_S if wait_s is None else min(wait_s, _LONGEST_WAIT_S))
            on_tick(monotonic())
        if not plan.is_done:
            plan.abandon()

    def _send_burst(self) -> bool:
        """Send what may be sent now, at most a burst. Returns whether there may be more."""
        plan, probers = self._plan, self._probers
        for _ in range(_BURST):
            now_s = monotonic()
            probe = plan.next_probe(now_s)
            if probe is None:
                return False
            address, port = plan.endpoint(probe)
            probers[port >> 16].send(probe, address, port & 0xFFFF, now_s)
        return True

    def _look(self, wait_s: float) -> None:
        owners = self._owners
        for descriptor in self._poller.wait(wait_s):
            owner = owners.get(descriptor)
            if owner is not None:
                owner.look(descriptor)
            elif descriptor == self._interrupts.fileno():
                self._interrupts.drain()

    def _give_up(self, probe: int) -> None:
        for prober in self._probers.values():
            prober.give_up(probe)
