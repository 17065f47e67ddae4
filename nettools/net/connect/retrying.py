"""Dials again and again, as ``core.connect.retry`` says, until there is a connection or no hope."""

from dataclasses import replace

from nettools.core.connect.order import DialOrder
from nettools.core.connect.retry import Retry, RetryPolicy
from nettools.net.connect.dial import Dial, DialEvent, DialFailure, OnDone, OnEvent, OnFailed
from nettools.net.loop import Loop, Timer


class DialRetrying:
    """Stands in for ``Dial``; each round has the whole time of the order. The last round's failure is the one told."""

    def __init__(
        self,
        loop: Loop,
        order: DialOrder,
        policy: RetryPolicy,
        *,
        on_done: OnDone,
        on_failed: OnFailed,
        on_event: OnEvent | None = None,
    ) -> None:
        self._loop = loop
        self._order = order
        self._retry = Retry(policy)
        self._policy = policy
        self._on_done = on_done
        self._on_failed = on_failed
        self._on_event = on_event
        self._dial: Dial | None = None
        self._timer: Timer | None = None

    def start(self) -> None:
        self._timer = None
        self._dial = Dial(
            self._loop, self._order, on_done=self._on_done, on_failed=self._on_round_failed, on_event=self._on_event
        )
        self._dial.start()

    def cancel(self) -> None:
        """Give it up; nobody is told."""
        if self._timer is not None:
            self._timer.cancel()
        if self._dial is not None:
            self._dial.cancel()

    def _on_round_failed(self, failure: DialFailure) -> None:
        self._dial = None
        wait_s = self._retry.after(failure)
        if wait_s is None:
            rounds = self._retry.failed_rounds
            message = failure.message if rounds == 1 else f"{failure.message}; {rounds} times"
            self._on_failed(replace(failure, message=message))
            return
        if self._on_event is not None:
            left = self._policy.retries - self._retry.failed_rounds + 1
            message = f"{failure.message}; next try in {wait_s:g} s, {left} left"
            self._on_event(DialEvent(kind="retrying", message=message, duration_ms=wait_s * 1000, fault=failure))
        self._timer = self._loop.call_at(self._loop.now_s + wait_s, self.start)
