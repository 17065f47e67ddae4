"""``listen --forward``: each client is connected to a target of its own, and all octets go through, both ways.

A session of datagrams is a client as well; the server of the datagrams ends it when it has been silent for long.
"""

from collections.abc import Callable, Sequence

from nettools.core.relay.chunks import Chunks
from nettools.core.relay.ending import Ending, EndingKind
from nettools.core.relay.flow import Flow, Pace
from nettools.core.relay.machine import Relay
from nettools.core.relay.manner import Manner
from nettools.core.text import safe
from nettools.net.connect.dial import Dialed, DialFailure, DialOrder
from nettools.net.forward.client_dial import ClientDial
from nettools.net.forward.pair_ends import Fate, PairEnd, reset
from nettools.net.listen.clients import Client
from nettools.net.loop import Loop
from nettools.net.relay.driver import RelayDriver
from nettools.net.relay.flows import Tap


class Forward:
    """The handler. ``taps_of`` and ``pace_of`` make what watches and slows down one client's relay."""

    def __init__(
        self,
        loop: Loop,
        order: DialOrder,
        *,
        idle_timeout_s: float | None = None,
        taps_of: Callable[[Client], Sequence[Tap]] | None = None,
        pace_of: Callable[[], Pace | None] | None = None,
    ) -> None:
        self.loop = loop
        self.order = order
        self.idle_timeout_s = idle_timeout_s
        self.taps_of = taps_of
        self.pace_of = pace_of
        self.chunks = Chunks()

    def take(self, client: Client) -> None:
        _Forwarded(self, client).start()


class _Forwarded:
    """One client."""

    def __init__(self, forward: Forward, client: Client) -> None:
        self._forward = forward
        self._client = client
        self._fate = Fate()
        self._end = PairEnd(forward.loop, client.end, "client", self._fate)
        self._relay: RelayDriver | None = None
        self._flows: tuple[Flow, Flow] = (Flow(), Flow())
        self._dial: ClientDial | None = ClientDial(
            forward.loop,
            client.end,
            forward.order,
            on_done=self._connected,
            on_failed=self._not_connected,
            on_left=self._left,
        )
        client.cut = self._cut

    def start(self) -> None:
        assert self._dial is not None
        self._dial.start()

    def _left(self) -> None:
        self._cut("reset", "the client reset the connection while we connected")

    def _connected(self, dialed: Dialed) -> None:
        self._dial = None
        forward = self._forward
        if not self._client.end.is_datagram:  # which is read whole
            self._flows = (forward.chunks.flow(), forward.chunks.flow())
        manner = Manner(ends_with=frozenset(), needs_reader=False, idle_timeout_s=forward.idle_timeout_s)
        self._relay = RelayDriver(
            forward.loop,
            PairEnd(forward.loop, dialed.end, "target", self._fate),
            self._end,
            Relay(manner, now_s=forward.loop.now_s, out=self._flows[0], into=self._flows[1]),
            on_end=self._over,
            taps=() if forward.taps_of is None else forward.taps_of(self._client),
            pace=None if forward.pace_of is None else forward.pace_of(),
        )
        self._relay.start()

    def _not_connected(self, failure: DialFailure) -> None:
        reset(self._forward.loop, self._client.end)
        self._over(Ending(kind="network-error", message=f"no connection to {self._target}: {failure.message}"))

    def _cut(self, kind: EndingKind, message: str) -> None:
        if self._relay is not None:
            self._relay.cut(kind, message)
            return
        if self._dial is not None:
            self._dial.cancel()
        reset(self._forward.loop, self._client.end)
        self._over(Ending(kind=kind, message=message))

    def _over(self, ending: Ending) -> None:
        self._relay = self._dial = None  # they refer to us: nothing waits for the collector
        self._forward.chunks.leave(*self._flows)
        ending = self._fate.named(ending)
        self._client.closed(ending, bytes_in=self._end.read_octets, bytes_out=self._end.written_octets)

    @property
    def _target(self) -> str:
        return safe(str(self._forward.order.target))
