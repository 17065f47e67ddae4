"""Runs of commands that never end by themselves, ended as a signal would end them."""

import signal
from collections.abc import Iterable, Iterator, Sequence

import pytest

from nettools.core.ifaces.events import MachineEvent
from nettools.core.ifaces.report import Interface
from nettools.errors import Interrupted
from nettools.net.platform import InterfacesFound
from tests.fake_platform import FakePlatform


class Clock:
    """Stands for the module ``time``: nobody sleeps, and yet it goes on."""

    def __init__(self) -> None:
        self.now_s = 1000.0
        self.slept_s: list[float] = []

    def monotonic(self) -> float:
        return self.now_s

    def sleep(self, seconds: float) -> None:
        self.slept_s.append(seconds)
        self.now_s += seconds


class ChangingPlatform(FakePlatform):
    """Gives another machine at each look; at the end comes Ctrl-C."""

    looks: list[Sequence[Interface]]

    def interfaces(self) -> InterfacesFound:
        if not self.looks:
            raise Interrupted(signal.SIGINT)
        return InterfacesFound(interfaces=tuple(self.looks.pop(0)))


def end_after(monkeypatch: pytest.MonkeyPatch, *events: MachineEvent) -> list[int]:
    """Let --watch see these events and then SIGTERM. Returns the groups that it subscribes to, -1 when it is closed.

    The fake platform is taken for Linux's, which alone can tell what changes.
    """
    subscribed: list[int] = []

    class Watch:
        def __init__(self, groups: Iterable[int]) -> None:
            subscribed.extend(groups)

        def events(self, look: object) -> Iterator[MachineEvent]:
            yield from events
            raise Interrupted(signal.SIGTERM)

        def close(self) -> None:
            subscribed.append(-1)

    monkeypatch.setattr("nettools.net.watch.Watch", Watch)
    monkeypatch.setattr("nettools.net.platform.linux.LinuxPlatform", FakePlatform)
    return subscribed
