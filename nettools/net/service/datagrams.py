"""Answers the datagrams of echo, discard, daytime, time, chargen, qotd and finger, as no amplifier.

Whom it answers, how much and how often is decided in ``core.service``; here datagrams come and go.
"""

import random
import time
from collections import Counter
from collections.abc import Callable, Sequence
from functools import partial
from typing import Final

from nettools.core.listen.access import EVERYBODY, Access
from nettools.core.listen.sessions import Sparingly
from nettools.core.listen.settings import ListenEvent
from nettools.core.service.datagrams import answer_datagram
from nettools.core.service.names import ServiceName
from nettools.core.service.rates import AnswerRates
from nettools.core.service.sources import DROP_TEXTS, DropReason, network_of, refusal_of
from nettools.net.listen.datagram_sockets import DatagramSocket, Received
from nettools.net.listen.endpoints import peer_of
from nettools.net.listen.listeners import Listening
from nettools.net.listen.roster import OnEvent
from nettools.net.loop import READABLE, Loop

_BATCH: Final = 64
"""Datagrams of one turn."""
_UNNAMED: Final = b"unix"
"""What all senders on Unix sockets are counted as: they are on this machine."""


def _nobody(_event: ListenEvent) -> None:
    """Wants to be told."""


class DatagramService:
    """A service on bound datagram sockets, without sessions: each datagram is answered by itself.

    ``on_event`` is told where it listens, and, now and then, what was dropped and why. ``on_answer`` is told of each
    answer: the peer in one word that is safe to print, and the octets in and out.
    """

    def __init__(
        self,
        loop: Loop,
        listeners: Sequence[Listening],
        service: ServiceName,
        *,
        access: Callable[[], Access] | None = None,
        on_event: OnEvent = _nobody,
        on_answer: Callable[[str, int, int], None] | None = None,
        clock: Callable[[], float] = time.time,
        entropy: Callable[[], int] = lambda: random.getrandbits(32),
    ) -> None:
        self._loop = loop
        self._bound = [DatagramSocket(one) for one in listeners]
        self._service: ServiceName = service
        self._access = access or (lambda: EVERYBODY)
        self._on_event = on_event
        self._on_answer = on_answer
        self._clock = clock
        self._entropy = entropy
        self._rates = AnswerRates(loop.now_s)
        self._rejects = Sparingly()
        self.received = 0
        self.answered = 0
        self.bytes_in = 0
        self.bytes_out = 0
        self.dropped: Counter[DropReason] = Counter()
        """Datagrams that got no answer, by reason; those for ``discard`` are not among them."""

    def start(self) -> None:
        """Answer from now on."""
        for bound in self._bound:
            self._loop.watch(bound.socket.fileno(), READABLE, partial(self._on_ready, bound))
            self._on_event(
                ListenEvent(event="listening", protocol=bound.listening.protocol, local=bound.listening.text)
            )

    def close(self) -> None:
        """May be called twice."""
        for bound in self._bound:
            if bound.socket.fileno() >= 0:
                self._loop.forget(bound.socket.fileno())
            bound.listening.close()
        self._bound = []

    def _on_ready(self, bound: DatagramSocket, _events: int) -> None:
        for _ in range(_BATCH):
            try:
                received = bound.receive()
            except OSError:
                continue  # an ICMP error about an earlier answer
            if received is None:
                return
            self.received += 1
            self.bytes_in += len(received.octets)
            reason = self._take(bound, received)
            if reason is not None:
                self._drop(bound, received, reason)

    def _take(self, bound: DatagramSocket, received: Received) -> DropReason | None:
        """Answer it; or why not."""
        if not received.source:
            return None if self._service == "discard" else "bad-source"
        address, port, peer = peer_of(received.source)
        network = _UNNAMED
        if address is not None and port is not None:
            reason = refusal_of(address.packed, port, is_to_many=bound.is_to_many(received.told))
            if reason is not None:
                return reason
            network = network_of(address.packed)
        if self._access().refusal(address) is not None:
            return "not-allowed"
        octets = answer_datagram(self._service, received.octets, unix_s=self._clock(), pick=self._entropy())
        if octets is None:
            return None
        if not self._rates.allows(network, len(octets), self._loop.now_s):
            return "rate"
        return self._send(bound, received, peer, octets)

    def _send(self, bound: DatagramSocket, received: Received, peer: str, octets: bytes) -> DropReason | None:
        try:
            bound.send(memoryview(octets), received.source, received.told)
        except OSError:  # full buffers, no way there, a broadcast address: a datagram may be lost
            return "unsent"
        self.answered += 1
        self.bytes_out += len(octets)
        if self._on_answer is not None:
            self._on_answer(peer, len(received.octets), len(octets))
        return None

    def _drop(self, bound: DatagramSocket, received: Received, reason: DropReason) -> None:
        self.dropped[reason] += 1
        untold = self._rejects.ask(self._loop.now_s)
        if untold is not None:
            self._on_event(
                ListenEvent(
                    event="reject",
                    protocol=bound.listening.protocol,
                    local=bound.listening.text,
                    peer=peer_of(received.source)[2],
                    reason=DROP_TEXTS[reason],
                    dropped=untold,
                )
            )
