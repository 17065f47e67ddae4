"""Ports of a hub: what is written to one is said to all who hear it, what they have to hear is read from theirs.

A port is an end without descriptors, so each client is a relay like any other, and so are standard input and output.
"""

from collections.abc import Callable
from typing import Literal

from nettools.core.relay.flow import CHUNK
from nettools.core.relay.hub import Broadcast, Listener
from nettools.net.loop import Loop, Timer

HubMode = Literal["all", "broker", "chat"]


class HubPort:
    """One end in the hub. Who listens hears what others say; who speaks waits while one of them has no room."""

    backlog = 0
    read_descriptor = None
    write_descriptor = None
    splices = False

    def __init__(
        self, hub: "Hub", *, hears: Broadcast | None, tells: Broadcast, is_datagram: bool, is_input: bool = False
    ) -> None:
        self._hub = hub
        self._hears = hears
        self._tells = tells
        self.is_datagram = is_datagram
        self.listener: Listener | None = None if hears is None else hears.join()
        self._speaker = self.listener if hears is tells else None
        self._tells_empty = is_datagram and hub.mode != "chat"
        self._is_input = is_input
        """Standard input waits for somebody to hear it; clients do not."""
        self.on_change: Callable[[], None] = _nothing
        self.last_moved_s: Callable[[], float | None] = _never
        """When octets last reached whoever reads this port: what was read may still be on its way."""

    def read_into(self, buffer: memoryview) -> int | None:
        if self._hears is None or self.listener is None:
            return None
        filled = 0
        while (said := self._hears.next_for(self.listener)) is not None:
            count = min(len(said), len(buffer) - filled)
            if not count and said:
                break
            buffer[filled : filled + count] = said[:count]
            self._hears.took(self.listener, count, self._hub.now_s)
            filled += count
            if self.is_datagram:
                self._hub.made_room(self._hears)
                return count  # the borders between datagrams stay
        if filled:
            self._hub.made_room(self._hears)
            return filled
        if self._hears.is_ended and not self.is_datagram:
            return 0
        self._hub.waits_to_hear(self, self._hears)
        return None

    def write(self, octets: memoryview) -> int | None:
        if not self._tells.has_room(self._speaker) or (self._is_input and not len(self._tells)):
            self._hub.waits_to_speak(self, self._tells)
            return None
        said = bytes(octets[:CHUNK])
        if said or self._tells_empty:
            self._hub.say(self._tells, said, speaker=self._speaker)
        return len(said)

    def attach(self, on_change: Callable[[], None]) -> None:
        self.on_change = on_change

    def flush(self) -> None:
        """Nothing is kept back."""

    def shut(self) -> None:
        """Who speaks no more still hears; the end of standard input is everybody's, where it is for all."""
        if self._is_input:
            self._hub.input_ended()

    def close(self) -> None:
        self._hub.leave(self, self._hears)
        self.on_change = _nothing


class Hub:
    """The ports, who of them waits for what, and when one of them is too slow."""

    def __init__(self, loop: Loop, *, mode: HubMode, on_slow: Callable[[HubPort], None]) -> None:
        self._loop = loop
        self.mode: HubMode = mode
        self._on_slow = on_slow
        self._to_clients = Broadcast()
        self._to_output = Broadcast(stall_s=float("inf"))
        self._hearing: dict[Broadcast, set[HubPort]] = {self._to_clients: set(), self._to_output: set()}
        self._speaking: dict[Broadcast, set[HubPort]] = {self._to_clients: set(), self._to_output: set()}
        self._ports: dict[Listener, HubPort] = {}
        self._woken: set[HubPort] = set()
        self._timer: Timer | None = None

    @property
    def now_s(self) -> float:
        return self._loop.now_s

    def client_port(self, *, is_datagram: bool) -> HubPort:
        tells = self._to_output if self.mode == "all" else self._to_clients
        port = HubPort(self, hears=self._to_clients, tells=tells, is_datagram=is_datagram)
        assert port.listener is not None
        self._ports[port.listener] = port
        self._wake(self._speaking[self._to_clients])  # standard input may have waited for somebody
        return port

    def standard_port(self) -> HubPort:
        """The port of standard input and output."""
        hears = self._to_output if self.mode == "all" else None
        return HubPort(self, hears=hears, tells=self._to_clients, is_datagram=False, is_input=True)

    def announce(self, octets: bytes) -> None:
        """All clients are told, whether there is room or not: who has none is too slow."""
        self.say(self._to_clients, octets, speaker=None)

    def tell(self, port: HubPort, octets: bytes) -> None:
        """One client alone is told."""
        assert port.listener is not None
        self._to_clients.tell(port.listener, octets, self.now_s)
        self._wake(self._hearing[self._to_clients])
        self._set_timer()

    def say(self, broadcast: Broadcast, octets: bytes, *, speaker: Listener | None) -> None:
        broadcast.say(octets, self.now_s, speaker=speaker)
        self._wake(self._hearing[broadcast])
        self._set_timer()

    def input_ended(self) -> None:
        if self.mode == "all":
            self._to_clients.end()
            self._wake(self._hearing[self._to_clients])

    def waits_to_hear(self, port: HubPort, broadcast: Broadcast) -> None:
        self._hearing[broadcast].add(port)

    def waits_to_speak(self, port: HubPort, broadcast: Broadcast) -> None:
        self._speaking[broadcast].add(port)

    def made_room(self, broadcast: Broadcast) -> None:
        """A listener took something, or went: speakers that wait look again."""
        if self._speaking[broadcast]:
            self._wake(self._speaking[broadcast])

    def leave(self, port: HubPort, hears: Broadcast | None) -> None:
        for waiting in (self._hearing, self._speaking):
            for ports in waiting.values():
                ports.discard(port)
        self._woken.discard(port)
        if port.listener is None or hears is None:
            return
        self._ports.pop(port.listener, None)
        hears.leave(port.listener)
        self.made_room(hears)

    def _wake(self, ports: set[HubPort]) -> None:
        """Tell them on the next turn: telling them now would call the one who speaks from within its own call."""
        if not ports:
            return
        if not self._woken:
            self._loop.call_soon(self._tell)
        self._woken |= ports
        ports.clear()

    def _tell(self) -> None:
        woken, self._woken = self._woken, set()
        for port in woken:
            port.on_change()

    def _set_timer(self) -> None:
        deadline_s = self._to_clients.deadline_s
        if deadline_s is not None and self._timer is None:
            self._timer = self._loop.call_at(deadline_s, self._look_for_slow)

    def _look_for_slow(self) -> None:
        self._timer = None
        for listener in self._to_clients.stalled(self.now_s):
            port = self._ports.get(listener)
            if port is None:
                continue
            self._to_clients.moved(listener, port.last_moved_s() or 0.0)
            if listener in self._to_clients.stalled(self.now_s):
                self._on_slow(port)
        self._set_timer()


def _nothing() -> None:
    """Nobody is attached."""


def _never() -> float | None:
    """Nobody is attached who could tell."""
    return None
