"""Many clients on one standard input and output: ``listen -k``, ``--broker``, ``--chat``."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from itertools import islice
from typing import Final

from nettools.core.address import format_address
from nettools.core.relay.chat import MOST_NAMES, ChatVoice, joined, left, present
from nettools.core.relay.chunks import Chunks
from nettools.core.relay.ending import Ending, EndingKind
from nettools.core.relay.flow import CHUNK, LARGEST_DATAGRAM, Flow, Pace
from nettools.core.relay.machine import Relay
from nettools.core.relay.manner import Manner, Way
from nettools.core.relay.stage import Stage
from nettools.core.text import safe
from nettools.net.listen.clients import Client
from nettools.net.loop import Loop
from nettools.net.relay.driver import RelayDriver
from nettools.net.relay.ends import End
from nettools.net.relay.flows import Tap
from nettools.net.relay.hub import Hub, HubMode, HubPort

CHAT_CHUNK: Final = 1 << 13
"""Read at a time in a chat: with names and escapes it still fits into one chunk of the hub, so lines stay whole."""
TOO_SLOW: Final = "reads too slowly"

_Stages = Mapping[Way, Sequence[Stage]]


class HubHandler:
    """Takes clients into the hub. ``on_standard_end`` is told when standard input or output has failed."""

    def __init__(
        self,
        loop: Loop,
        standard: End,
        *,
        mode: HubMode,
        manner: Manner,
        is_datagram: bool = False,
        on_standard_end: Callable[[Ending], None],
        stages_of: Callable[[Client], _Stages] | None = None,
        taps_of: Callable[[Client], Sequence[Tap]] | None = None,
        pace: Pace | None = None,
    ) -> None:
        self._loop = loop
        self._mode: HubMode = mode
        self._manner = manner
        self._is_datagram = is_datagram
        self._stages_of = stages_of
        self._taps_of = taps_of
        self._hub = Hub(loop, mode=mode, on_slow=self._cut_slow)
        self._chunks = Chunks()
        self._members: dict[HubPort, Client] = {}
        self._standard = self._standard_relay(standard, pace, on_standard_end)

    def start(self) -> None:
        """Begin to read standard input: nothing is taken from it before there is somebody to hear it."""
        self._standard.start()

    def take(self, client: Client) -> None:
        port = self._hub.client_port(is_datagram=client.end.is_datagram)
        is_chat = self._mode == "chat"
        if is_chat:
            first = islice(self._members.values(), MOST_NAMES)
            others = [(one.number, _host_of(one)) for one in first]
            self._hub.announce(joined(client.number, _host_of(client)))
            self._hub.tell(port, present(others, more=len(self._members) - len(others)))
        self._members[port] = client
        out, into = self._flows(client)
        relay = Relay(self._client_manner, now_s=self._loop.now_s, out=out, into=into)
        driver = RelayDriver(
            self._loop,
            port,
            client.end,
            relay,
            on_end=partial(self._on_end, client, port, relay),
            stages=self._client_stages(client),
            taps=() if self._taps_of is None else self._taps_of(client),
        )
        client.cut = driver.cut
        port.last_moved_s = lambda: relay.out.last_s
        driver.start()

    def close(self, kind: EndingKind, message: str) -> None:
        """Let go of standard input and output."""
        self._standard.cut(kind, message)

    def _standard_relay(self, standard: End, pace: Pace | None, on_end: Callable[[Ending], None]) -> RelayDriver:
        is_chat = self._mode == "chat"
        manner = Manner(
            sends=self._manner.sends,
            half_closes=self._manner.half_closes,
            ends_with=frozenset(),
        )
        chunk = CHAT_CHUNK if is_chat else LARGEST_DATAGRAM if self._is_datagram else CHUNK
        return RelayDriver(
            self._loop,
            standard,
            self._hub.standard_port(),
            Relay(manner, now_s=self._loop.now_s, out=Flow(chunk=chunk)),
            on_end=on_end,
            stages={"out": [ChatVoice(0)]} if is_chat else None,
            pace=pace,
        )

    @property
    def _client_manner(self) -> Manner:
        """What others say is sent to a client of a broker even where standard input is not read."""
        if self._mode == "all":
            return self._manner
        return Manner(
            receives=self._manner.receives,
            half_closes=self._manner.half_closes,
            ends_with=self._manner.ends_with,
            idle_timeout_s=self._manner.idle_timeout_s,
        )

    def _client_stages(self, client: Client) -> _Stages:
        given = {} if self._stages_of is None else self._stages_of(client)
        if self._mode != "chat":
            return given
        voice = ChatVoice(client.number, is_datagram=client.end.is_datagram)
        return {"out": given.get("out", ()), "in": [*given.get("in", ()), voice]}

    def _flows(self, client: Client) -> tuple[Flow, Flow]:
        if client.end.is_datagram:  # which are read whole
            return Flow(), Flow(chunk=CHAT_CHUNK) if self._mode == "chat" else Flow()
        return self._chunks.flow(), Flow(chunk=CHAT_CHUNK) if self._mode == "chat" else self._chunks.flow()

    def _cut_slow(self, port: HubPort) -> None:
        self._members[port].cut("cut", TOO_SLOW)

    def _on_end(self, client: Client, port: HubPort, relay: Relay, ending: Ending) -> None:
        del self._members[port]
        self._chunks.leave(relay.out, relay.into)
        if self._mode == "chat":
            self._hub.announce(left(client.number))
        client.relayed(relay, ending)


def _host_of(client: Client) -> str:
    return client.peer if client.peer_address is None else safe(format_address(client.peer_address))
