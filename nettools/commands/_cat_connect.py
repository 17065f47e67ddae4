"""From the order of ``nettools cat`` to the other side, ready for octets; each step is told."""

from collections.abc import Callable
from dataclasses import dataclass
from time import monotonic
from typing import TYPE_CHECKING, Final

from nettools.commands._cat_order import CatOrder
from nettools.commands._story import Story
from nettools.core.address import endpoint
from nettools.core.connect.target import Target, Transport
from nettools.core.relay.ending import NETWORK_ERROR, OTHER_ERROR
from nettools.core.relay.events import EventName
from nettools.net.connect.dial import Dialed, DialEvent, DialFailure
from nettools.net.connect.retrying import DialRetrying
from nettools.net.loop import Loop
from nettools.net.relay.ends import End
from nettools.runs.connect_agreed import Disagreement
from nettools.runs.connect_order import first_hop

if TYPE_CHECKING:
    from nettools.core.tls.report import TlsReport
    from nettools.runs.connect_agree import Agreement


@dataclass(frozen=True, slots=True, kw_only=True)
class Connected:
    """The other side, ready for octets."""

    end: End
    transport: Transport
    port: int | None
    dialed: Dialed
    tls: "TlsReport | None"

    @property
    def ended_unannounced(self) -> bool:
        """Whether the other side closed a TLS session without saying so, so that more may have been cut off."""
        if self.tls is None:
            return False
        from nettools.net.tls.end import TlsEnd

        return isinstance(self.end, TlsEnd) and self.end.is_unannounced

    @property
    def protocol(self) -> str:
        return "tls" if self.tls is not None else self.transport


_VERBOSITY: Final = {"retrying": 0, "failed": 2}
"""Whoever waits is told for what; of an address that failed only who asks, while there are others."""


def tell_dial(story: Story, target: Target, event: DialEvent) -> None:
    """What happens while dialing, told: each address, and each new round."""
    if event.kind == "trying":
        return
    name: EventName = "try"
    if event.kind in ("looked-up", "connected"):
        name = "lookup" if event.kind == "looked-up" else "connected"
    story.tell(
        name,
        event.message,
        local=event.local,
        peer=str(target) if event.address is None else endpoint(event.address, target.port),
        protocol=target.transport,
        duration_ms=event.duration_ms,
        reason=None if event.fault is None else event.fault.outcome,
        verbosity=_VERBOSITY.get(event.kind, 1),
    )


def tell_not_connected(story: Story, order: CatOrder, failure: Disagreement) -> int:
    """Nothing came of it: told to people and in the events. Returns the exit status."""
    story.tell(
        "error",
        failure.message,
        peer=str(order.dial.target),
        reason=failure.outcome,
        verbosity=None,
        in_timeline=failure.outcome.endswith("-failed"),
    )
    story.failed(failure.message, hint=failure.hint)
    return NETWORK_ERROR if failure.is_network else OTHER_ERROR


class Connection:
    """One connection being made: ``on_ready`` or ``on_failed`` is called once."""

    def __init__(
        self,
        loop: Loop,
        order: CatOrder,
        story: Story,
        *,
        on_ready: Callable[[Connected], None],
        on_failed: Callable[[Disagreement], None],
    ) -> None:
        self._loop = loop
        self._order = order
        self._story = story
        self._on_ready = on_ready
        self._on_failed = on_failed
        self._agreement: Agreement | None = None
        self._first = first_hop(order)
        self._dial = DialRetrying(
            loop,
            self._first,
            order.retry,
            on_done=self._connected,
            on_failed=self._not_dialed,
            on_event=lambda event: tell_dial(story, self._first.target, event),
        )

    def start(self) -> None:
        self._dial.start()

    def cancel(self) -> None:
        """Give it up; nobody is told."""
        self._dial.cancel()
        if self._agreement is not None:
            self._agreement.cancel()

    def _not_dialed(self, failure: DialFailure) -> None:
        place, message = str(self._first.target), failure.message
        if failure.is_network and place not in message:
            message = f"{place}: {message}"
        if self._order.proxy is not None:
            message = f"the proxy: {message}"
        self._on_failed(
            Disagreement(outcome=failure.outcome, message=message, is_network=failure.is_network, hint=failure.hint)
        )

    def _connected(self, dialed: Dialed) -> None:
        for note in dialed.notes:
            self._story.note(note)
        target = self._order.dial.target

        def on_agreed(end: End, tls: "TlsReport | None") -> None:
            self._agreement = None
            self._on_ready(Connected(end=end, transport=target.transport, port=target.port, dialed=dialed, tls=tls))

        if self._order.proxy is None and self._order.tls is None:
            on_agreed(dialed.end, None)
            return
        from nettools.runs.connect_agree import Agreement

        self._agreement = Agreement(
            self._loop,
            dialed.end,
            self._order,
            self._story,
            deadline_s=monotonic() + self._order.dial.timeout_s,
            on_agreed=on_agreed,
            on_failed=self._on_failed,
        )
        self._agreement.start()
