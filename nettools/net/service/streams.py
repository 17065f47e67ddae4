"""Serves echo, discard, daytime, time, chargen, qotd and finger to the clients of a stream socket.

One client costs one small object: nothing is kept but what the client did not take, and what that may be shrinks with
the number of clients. On a plain socket the way from readable to answered is two system calls and little else.
"""

import time
from collections.abc import Callable
from typing import Final

from nettools.core.listen.settings import IDLE_S
from nettools.core.service.conversation import Conversation, begin_conversation
from nettools.core.service.names import ServiceName
from nettools.core.service.share import LARGEST_SHARE, share_of
from nettools.net.listen.clients import Client
from nettools.net.loop import READABLE, Loop
from nettools.net.relay.ends import SocketEnd
from nettools.net.relay.faults import ending_of
from nettools.net.service.client_driver import ClientDriver
from nettools.net.service.sweep import Sweep

_SCRATCH: Final = memoryview(bytearray(LARGEST_SHARE))
"""Shared by all clients: nothing stays in it beyond one call."""


class ServiceHandler:
    """Takes clients and converses with each by the rules of the service."""

    def __init__(
        self,
        loop: Loop,
        service: ServiceName,
        *,
        idle_timeout_s: float | None = IDLE_S,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.loop = loop
        self.service: ServiceName = service
        self.idle_timeout_s = float("inf") if idle_timeout_s is None else idle_timeout_s
        self.sweep = Sweep(loop)
        self.share = share_of(1)
        """Octets read from a client at once, and so the most that wait for it."""
        self._clock = clock

    def take(self, client: Client) -> None:
        """Begin with this client, and return at once."""
        assert not client.end.is_datagram, "datagrams are answered by a DatagramService, which is no amplifier"
        conversation = begin_conversation(self.service, unix_s=self._clock())
        is_plain = type(client.end) is SocketEnd
        served = _PlainClient(self, client, conversation) if is_plain else _ServedClient(self, client, conversation)
        served.take()
        self.count()
        served.start()

    def count(self) -> None:
        """The clients have become more or fewer."""
        self.share = share_of(len(self.sweep))


class _ServedClient(ClientDriver):
    """One client's conversation."""

    __slots__ = ("_conversation", "_handler")

    def __init__(self, handler: ServiceHandler, client: Client, conversation: Conversation) -> None:
        super().__init__(handler.loop, client, handler.sweep, idle_timeout_s=handler.idle_timeout_s)
        self._handler = handler
        self._conversation = conversation

    def start(self) -> None:
        self._unsent = memoryview(self._conversation.opened())
        self.go_on()  # the end may hold octets already, of which no descriptor tells

    def _step(self) -> bool:
        """One write and one read at most."""
        is_moving = self._write() if self._unsent else False
        if not self._unsent and not self._end.backlog:
            if self._is_leaving and self._has_ended:
                self.cut("closed", "both sides have ended")
                return False
            if self._conversation.is_endless:
                self._unsent = self._conversation.more()
                is_moving = True
            elif not self._is_leaving and (self._conversation.is_over or self._has_ended):
                self._take_leave()
                return True
        return (self._reads and self._read()) or is_moving

    @property
    def _reads(self) -> bool:
        """A client that takes nothing is not listened to; what comes for a service that talks anyway is thrown away."""
        if self._has_ended:
            return False
        return self._is_leaving or self._conversation.is_endless or not (self._unsent or self._end.backlog)

    def _read(self) -> bool:
        count = self._end.read_into(_SCRATCH[: self._handler.share])
        if count is None:
            return False
        if count == 0:
            self._has_ended = True
            return True
        self._bytes_in += count
        if not self._is_leaving:
            self._moved()
            if not self._conversation.is_endless:
                self._unsent = memoryview(self._conversation.heard(bytes(_SCRATCH[:count])))
        return True

    def _gone(self) -> None:
        self._handler.count()


class _PlainClient(_ServedClient):
    """One client on a plain socket: what usually happens is done with the socket's own methods, the rest as above."""

    __slots__ = ("_hear", "_receive", "_send")

    def __init__(self, handler: ServiceHandler, client: Client, conversation: Conversation) -> None:
        super().__init__(handler, client, conversation)
        assert isinstance(client.end, SocketEnd)
        self._receive = client.end.socket.recv
        self._send = client.end.socket.send
        self._hear = conversation.heard

    def start(self) -> None:
        if self._conversation.is_over or self._conversation.is_endless:
            super().start()
        else:
            self._wait()

    def on_ready(self, events: int) -> None:
        if events != READABLE or self._unsent or self._is_leaving or self._conversation.is_endless:
            self.go_on()
            return
        try:
            octets = self._receive(self._handler.share)
            if octets:
                self._bytes_in += len(octets)
                self.due_s = self._loop.now_s + self._idle_timeout_s
                self._answer(self._hear(octets))
            else:
                self._has_ended = True
                self.go_on()
        except BlockingIOError:
            return
        except OSError as error:
            ending = ending_of(error, is_far=True, is_sink=False)
            self.cut(ending.kind, ending.message)

    def _answer(self, answer: bytes) -> None:
        """Send it at once, or keep what the client does not take."""
        try:
            count = self._send(answer) if answer else 0
        except BlockingIOError:
            count = 0
        self._bytes_out += count
        if count != len(answer):
            self._unsent = memoryview(answer)[count:]
            self._wait()
        elif self._conversation.is_over:
            self.go_on()
