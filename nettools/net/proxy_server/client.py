"""One client of a proxy: its conversation is driven, what it asks for is dialed, then octets are relayed."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Final

from nettools.core.address import Address
from nettools.core.connect.target import Target
from nettools.core.proxy_server.http import page_for_fault
from nettools.core.proxy_server.refusal import LOOP, is_ourselves, refusal_of
from nettools.core.proxy_server.steps import Connect, Conversation, Exchange, Hang, Listen, Step, Tunnel
from nettools.core.relay.chunks import Chunks
from nettools.core.relay.ending import Ending, EndingKind
from nettools.core.relay.machine import Relay
from nettools.core.relay.manner import Manner
from nettools.net.connect.dial import Dialed, DialFailure, DialOrder
from nettools.net.forward.client_dial import ClientDial
from nettools.net.forward.pair_ends import Fate, PairEnd
from nettools.net.listen.clients import Client
from nettools.net.loop import READABLE, WRITABLE, Loop
from nettools.net.proxy_server.exchange_ends import FilteredEnd
from nettools.net.relay.driver import RelayDriver
from nettools.net.relay.ends import End, EndFailed
from nettools.net.relay.farewell import Farewell
from nettools.net.relay.faults import ending_of
from nettools.net.relay.flows import Tap
from nettools.net.relay.wrapping import UnreadEnd
from nettools.net.sockets import local_endpoint

_SCRATCH: Final = memoryview(bytearray(16_384))
"""Shared by all clients: nothing stays in it beyond one call."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProxyRules:
    """What is the same for all clients of a proxy."""

    loop: Loop
    converse: Callable[[], Conversation]
    order_of: Callable[[Target], DialOrder]
    idle_timeout_s: float
    taps_of: Callable[[Client], Sequence[Tap]]
    chunks: Chunks = field(default_factory=Chunks)


class ProxyClient:
    """One client, from its first word to the last."""

    __slots__ = (
        "_client",
        "_conversation",
        "_dial",
        "_end",
        "_farewell",
        "_fate",
        "_is_over",
        "_last",
        "_loop",
        "_relay",
        "_rules",
        "_target",
        "_timer",
        "_unsent",
    )

    def __init__(self, rules: ProxyRules, client: Client) -> None:
        self._rules = rules
        self._loop = rules.loop
        self._client = client
        self._fate = Fate()
        self._end = PairEnd(self._loop, client.end, "client", self._fate)
        self._conversation = rules.converse()
        self._unsent = b""
        self._target: Target | None = None
        self._dial: ClientDial | None = None
        self._relay: RelayDriver | None = None
        self._farewell: Farewell | None = None
        self._last: Ending | None = None
        """Once the last words are chosen: what they are the end of."""
        self._is_over = False
        self._timer = self._loop.call_at(self._loop.now_s + rules.idle_timeout_s, self._late)
        client.cut = self._cut

    def start(self) -> None:
        self._end.attach(self._on_change)
        self._on_change()

    def _on_change(self, _events: int = 0) -> None:
        if not self._is_talking:
            return
        try:
            self._talk()
        except EndFailed as failure:
            self._close(Ending(kind=failure.kind, message=failure.message))
        except OSError as error:
            self._close(ending_of(error, is_far=True, is_sink=True))

    @property
    def _is_talking(self) -> bool:
        return not self._is_over and self._dial is None and self._relay is None and self._farewell is None

    def _talk(self) -> None:
        """Say what is to be said, hear what comes, until there is something else to do."""
        while self._is_talking:
            if not self._send():
                self._wait(WRITABLE)
                return
            if self._last is not None:
                self._timer.cancel()
                self._farewell = Farewell(self._loop, self._end, on_closed=partial(self._finish, self._last))
                self._farewell.start()
                return
            count = self._end.read_into(_SCRATCH)
            if count is None:
                self._wait(READABLE)
                return
            if count:
                self._do(self._conversation.received(bytes(_SCRATCH[:count]), self._loop.now_s))
            else:
                self._do(self._conversation.ended())

    def _send(self) -> bool:
        """Whether all is sent."""
        if self._end.backlog:
            self._end.flush()
        while self._unsent and not self._end.backlog:
            count = self._end.write(memoryview(self._unsent))
            if count is None:
                return False
            self._unsent = self._unsent[count:]
        return not self._end.backlog

    def _wait(self, interest: int) -> None:
        if self._end.read_descriptor is not None:
            self._loop.watch(self._end.read_descriptor, interest, self._on_change)

    def _unwatch(self) -> None:
        if self._end.read_descriptor is not None:
            self._loop.forget(self._end.read_descriptor)

    def _do(self, step: Step, dialed: Dialed | None = None) -> None:
        """``dialed`` is the connection that a tunnel or an exchange is for; anything else closes it."""
        match step:
            case Tunnel() if dialed is not None:
                self._tunnel(step, dialed)
                return
            case Exchange() if dialed is not None:
                self._start_exchange(step, dialed)
                return
            case Connect():
                self._unsent += step.send
                self._connect(step.target)
            case Hang():
                self._hang(step.send, Ending(kind=step.kind, message=step.reason))
            case Listen():
                self._unsent += step.send
            case _:
                raise AssertionError(f"{step} without a connection")
        if dialed is not None:
            dialed.end.close()

    def _connect(self, target: Target) -> None:
        self._target = target
        self._unwatch()
        if not isinstance(target.host, str) and self._is_ourselves(target.host, target.port, None):
            self._do(self._conversation.failed(LOOP))
            return
        self._dial = ClientDial(
            self._loop,
            self._end,
            self._rules.order_of(target),
            on_done=self._connected,
            on_failed=self._not_connected,
            on_left=partial(self._cut, "reset", "the client reset the connection while we connected"),
        )
        self._dial.start()

    def _connected(self, dialed: Dialed) -> None:
        self._dial = None
        address, port = local_endpoint(dialed.end.socket)
        assert self._target is not None
        if self._is_ourselves(dialed.address, self._target.port, address):
            self._do(self._conversation.failed(LOOP), dialed)
        else:
            self._do(self._conversation.connected(address, port), dialed)

    def _is_ourselves(self, peer: Address | None, port: int | None, source: Address | None) -> bool:
        if peer is None or port is None:
            return False
        own_address, own_port = self._client.local_address, self._client.local_port
        return is_ourselves(peer, port, source=source, own_address=own_address, own_port=own_port)

    def _not_connected(self, failure: DialFailure) -> None:
        self._dial = None
        self._do(self._conversation.failed(refusal_of(failure.outcome, failure.message)))

    def _tunnel(self, step: Tunnel, dialed: Dialed) -> None:
        target = PairEnd(self._loop, dialed.end, "target", self._fate)
        self._start_relay(
            UnreadEnd(target, self._unsent + step.to_client),
            UnreadEnd(self._end, step.to_target) if step.to_target else self._end,
            self._finish,
        )

    def _start_exchange(self, step: Exchange, dialed: Dialed) -> None:
        target = PairEnd(self._loop, dialed.end, "target", self._fate)
        near = FilteredEnd(target, step.answer, "target", first=self._unsent)
        told = partial(self._loop.call_soon, self._answered)
        far = FilteredEnd(self._end, step.request, "client", first=step.request.first, is_kept=True, on_shut=told)

        def on_end(ending: Ending) -> None:
            self._relay = None
            if ending.kind == "closed":
                self._fate.mend()
                self._hang(b"", Ending(kind="closed", message="the answer was sent"))
            elif words := page_for_fault(step.answer, self._fate.named(ending), far.failure):
                self._hang(words, ending)
            else:  # half an answer: the client must not take it for a whole one
                self._fate.breaks(ending)
                self._close(ending)

        self._start_relay(near, far, on_end)

    def _answered(self) -> None:
        """All of the answer went out; what is left of the request does not matter."""
        if self._relay is not None:
            self._relay.cut("closed", "the answer was sent")

    def _start_relay(self, near: End, far: End, on_end: Callable[[Ending], None]) -> None:
        self._unsent = b""
        self._timer.cancel()
        manner = Manner(ends_with=frozenset(), needs_reader=False, idle_timeout_s=self._rules.idle_timeout_s)
        taps = self._rules.taps_of(self._client)
        chunks = self._rules.chunks
        out, into = chunks.flow(), chunks.flow()

        def on_relayed(ending: Ending) -> None:
            chunks.leave(out, into)
            on_end(ending)

        relay = Relay(manner, now_s=self._loop.now_s, out=out, into=into)
        self._relay = RelayDriver(self._loop, near, far, relay, on_end=on_relayed, taps=taps)
        self._relay.start()

    def _hang(self, words: bytes, ending: Ending) -> None:
        """Say the last words, and close when they have arrived."""
        self._timer.cancel()
        self._timer = self._loop.call_at(self._loop.now_s + self._rules.idle_timeout_s, self._late)
        self._unsent += words
        self._last = ending
        self._end.attach(self._on_change)
        self._loop.call_soon(self._on_change)

    def _late(self) -> None:
        if self._dial is None:
            what = "say what it wants" if self._last is None else "take the answer"
            message = f"idle timeout: the client did not {what} within {self._rules.idle_timeout_s:g} s"
            self._close(Ending(kind="idle-timeout", message=message))

    def _cut(self, kind: EndingKind, message: str) -> None:
        """End it now."""
        if self._relay is not None:
            self._relay.cut(kind, message)
        if self._farewell is not None:
            self._farewell.cut()
        self._close(Ending(kind=kind, message=message))

    def _close(self, ending: Ending) -> None:
        if self._is_over:
            return
        if self._dial is not None:
            self._dial.cancel()
        self._unwatch()
        self._end.close()
        self._finish(ending)

    def _finish(self, ending: Ending) -> None:
        """All is closed."""
        if self._is_over:
            return
        self._is_over = True
        self._timer.cancel()
        ending = self._fate.named(ending)
        if self._target is not None:
            ending = Ending(kind=ending.kind, message=f"{self._target}: {ending.message}")
        self._relay = self._dial = self._farewell = None  # they refer to us: nothing waits for the collector
        self._client.closed(ending, bytes_in=self._end.read_octets, bytes_out=self._end.written_octets)
