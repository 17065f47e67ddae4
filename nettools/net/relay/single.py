"""The only client of ``listen`` without ``-k``: standard input and output are its other end."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial

from nettools.core.relay.flow import LARGEST_DATAGRAM, Flow, Pace
from nettools.core.relay.machine import Relay
from nettools.core.relay.manner import Manner, Way
from nettools.core.relay.stage import Stage
from nettools.net.listen.clients import Client
from nettools.net.loop import Loop
from nettools.net.relay.driver import RelayDriver
from nettools.net.relay.ends import End
from nettools.net.relay.flows import Tap


class RelayHandler:
    """Relays between the near end and one client. A second one would find the near end closed: there is none."""

    def __init__(
        self,
        loop: Loop,
        near: End,
        *,
        manner: Manner,
        stages_of: Callable[[Client], Mapping[Way, Sequence[Stage]]],
        taps_of: Callable[[Client], Sequence[Tap]],
        pace_of: Callable[[Client], Pace | None],
    ) -> None:
        self._loop = loop
        self._near = near
        self._manner = manner
        self._stages_of = stages_of
        self._taps_of = taps_of
        self._pace_of = pace_of

    def take(self, client: Client) -> None:
        out = Flow(chunk=LARGEST_DATAGRAM) if client.end.is_datagram else None
        relay = Relay(self._manner, now_s=self._loop.now_s, out=out)
        driver = RelayDriver(
            self._loop,
            self._near,
            client.end,
            relay,
            on_end=partial(client.relayed, relay),
            stages=self._stages_of(client),
            taps=self._taps_of(client),
            pace=self._pace_of(client),
        )
        client.cut = driver.cut
        driver.start()
