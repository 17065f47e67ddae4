"""Dials in a loop of its own, bounded in time."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from time import monotonic
from typing import Any

from nettools.core.connect.order import DialOrder
from nettools.core.connect.retry import RetryPolicy
from nettools.core.connect.target import Transport, parse_target
from nettools.net.connect.dial import Dial, Dialed, DialEvent, DialFailure
from nettools.net.connect.retrying import DialRetrying
from nettools.net.interrupts import Interrupts
from nettools.net.loop import Loop

PATIENCE_S = 20.0


def order(*words: str, transport: Transport = "tcp", timeout_s: float = 10.0, **more: Any) -> DialOrder:
    return DialOrder(target=parse_target(list(words), transport=transport), timeout_s=timeout_s, **more)


@dataclass
class Dialing:
    """What came of some dials."""

    done: list[Dialed] = field(default_factory=list)
    failed: list[DialFailure] = field(default_factory=list)
    events: list[DialEvent] = field(default_factory=list)

    @property
    def kinds(self) -> list[str]:
        return [one.kind for one in self.events]


@contextmanager
def running_loop() -> Iterator[Loop]:
    """A loop that a test runs until nothing is left to wait for."""
    with Interrupts() as interrupts:
        loop = Loop(interrupts)
        guard = loop.call_at(monotonic() + PATIENCE_S, loop.stop)
        try:
            yield loop
        finally:
            is_late = guard.callback is None or monotonic() > guard.when_s
            loop.close()
            assert not is_late, "it did not end by itself"


def run_dials(
    *orders: DialOrder,
    policy: RetryPolicy | None = None,
    on_event: Callable[[DialEvent], None] | None = None,
) -> Dialing:
    """Dial all of these at the same time, until each has come to an end."""
    result = Dialing()
    with running_loop() as loop:

        def look() -> None:
            if len(result.done) + len(result.failed) == len(orders):
                loop.stop()

        def on_done(dialed: Dialed) -> None:
            result.done.append(dialed)
            look()

        def on_failed(failure: DialFailure) -> None:
            result.failed.append(failure)
            look()

        def note(event: DialEvent) -> None:
            result.events.append(event)
            if on_event is not None:
                on_event(event)

        for one in orders:
            dial = (
                Dial(loop, one, on_done=on_done, on_failed=on_failed, on_event=note)
                if policy is None
                else DialRetrying(loop, one, policy, on_done=on_done, on_failed=on_failed, on_event=note)
            )
            dial.start()
            assert not result.done
            assert not result.failed
        loop.run()
    return result


@contextmanager
def dialed(one: DialOrder) -> Iterator[Dialed]:
    """A connection that has to be made."""
    result = run_dials(one)
    assert not result.failed, result.failed
    [found] = result.done
    try:
        yield found
    finally:
        found.end.close()


def failure(one: DialOrder) -> DialFailure:
    """A failure that has to come."""
    result = run_dials(one)
    assert not result.done, "there is a connection"
    [found] = result.failed
    return found
