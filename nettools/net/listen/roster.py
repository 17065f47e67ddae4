"""The clients of one server: who may come, how many are there, what is told about them, and when it is over."""

from collections.abc import Callable, Collection, Sequence

from nettools.core.address import Address
from nettools.core.listen.access import EVERYBODY, Access
from nettools.core.listen.settings import ListenEvent, ServerSettings
from nettools.core.relay.ending import Ending, EndingKind
from nettools.net.listen.clients import Client, Handler
from nettools.net.listen.listeners import Listening
from nettools.net.loop import Loop

OnEvent = Callable[[ListenEvent], None]
OnOver = Callable[[Ending | None], None]
"""Called once, when nobody is left and nobody will come; with the end of the only client of a single server."""


class Roster:
    """Shared by the kinds of servers."""

    def __init__(
        self,
        loop: Loop,
        handler: Handler,
        *,
        settings: ServerSettings,
        on_event: OnEvent,
        on_over: OnOver,
        access: Callable[[], Access] | None = None,
    ) -> None:
        self.settings = settings
        self._loop = loop
        self._handler = handler
        self._on_event = on_event
        self._on_over = on_over
        self._access = access or (lambda: EVERYBODY)
        self._clients: dict[int, Client] = {}
        self._last_number = 0
        self._expected = 0
        self._is_closed = False
        self._is_over = False
        self._last_ending: Ending | None = None

    @property
    def clients(self) -> Collection[Client]:
        """Those that are there now."""
        return self._clients.values()

    def __len__(self) -> int:
        """Those that are there, and those with whom TLS is being agreed."""
        return len(self._clients) + self._expected

    @property
    def is_closed(self) -> bool:
        return self._is_closed

    def next_number(self) -> int:
        self._last_number += 1
        return self._last_number

    def refusal(self, address: Address | None) -> str | None:
        """Why nobody from there is taken, by the rules."""
        return self._access().refusal(address)

    @property
    def is_full(self) -> bool:
        return len(self) >= self.settings.most_clients

    def expect(self, by: int) -> None:
        """So many more, or fewer, are being agreed with."""
        self._expected += by
        self._look()

    def enter(self, client: Client) -> None:
        """A client has come: it is told, and its handler takes it."""
        self._clients[client.number] = client
        self.tell(
            ListenEvent(
                event="accept",
                protocol=client.protocol,
                local=client.local,
                peer=client.peer,
                client=client.number,
            )
        )
        try:
            self._handler.take(client)
        except OSError as error:  # out of descriptors or processes: it is this client's bad luck, not the server's end
            client.cut("cut", f"cannot be served: {error.strerror or error}")

    def left(self, client: Client, *, dropped: int = 0) -> None:
        """A client has gone."""
        if self._clients.pop(client.number, None) is None:
            return
        ending = client.ending
        assert ending is not None
        self._last_ending = ending
        self.tell(
            ListenEvent(
                event="close",
                protocol=client.protocol,
                local=client.local,
                peer=client.peer,
                reason=ending.message,
                kind=ending.kind,
                bytes_in=client.bytes_in,
                bytes_out=client.bytes_out,
                duration_ms=(self._loop.now_s - client.started_s) * 1000,
                client=client.number,
                dropped=dropped,
            )
        )
        self._look()

    def failed(self, ending: Ending) -> None:
        """The only one who was let in never became a client."""
        self._last_ending = ending

    def reject(self, at: Listening, peer: str, reason: str, *, dropped: int = 0) -> None:
        self.tell(
            ListenEvent(event="reject", protocol=at.protocol, local=at.text, peer=peer, reason=reason, dropped=dropped)
        )

    def error(self, at: Listening, kind: str, reason: str) -> None:
        self.tell(ListenEvent(event="error", protocol=at.protocol, local=at.text, reason=reason, kind=kind))

    def tell_places(self, listeners: Sequence[Listening]) -> None:
        """Clients can come from now on."""
        for one in listeners:
            self.tell(ListenEvent(event="listening", protocol=one.protocol, local=one.text))

    def tell(self, event: ListenEvent) -> None:
        self._on_event(event)

    def close(self) -> None:
        """Nobody comes any more."""
        self._is_closed = True
        self._look()

    def cut_all(self, kind: EndingKind, message: str) -> None:
        for client in list(self._clients.values()):
            client.cut(kind, message)

    def _look(self) -> None:
        if self._is_closed and not self._is_over and not len(self):
            self._is_over = True
            self._on_over(None if self.settings.keep_open else self._last_ending)
