"""The clients of a server: one accepted connection, or one peer of a datagram socket, and whoever takes care of it."""

from collections.abc import Callable
from typing import Literal, Protocol

from nettools.core.address import Address
from nettools.core.relay.ending import Ending, EndingKind
from nettools.core.relay.machine import Relay
from nettools.net.relay.ends import End

ClientProtocol = Literal["tcp", "mptcp", "tls", "udp", "unix", "unix-datagram", "vsock"]

Cut = Callable[[EndingKind, str], None]


def nothing_to_cut(_kind: EndingKind, _message: str) -> None:
    """The ``cut`` of a client that has gone. It refers to nobody: nothing that has gone waits for the collector."""


class Client:
    """One client. Its handler sets ``cut`` when it takes it, and calls ``closed`` once, when ``end`` is closed."""

    __slots__ = (
        "bytes_in",
        "bytes_out",
        "cut",
        "end",
        "ending",
        "local",
        "local_address",
        "local_port",
        "number",
        "on_closed",
        "peer",
        "peer_address",
        "peer_port",
        "protocol",
        "started_s",
    )

    def __init__(
        self,
        end: End,
        *,
        number: int,
        protocol: ClientProtocol,
        peer: str,
        local: str,
        started_s: float,
        on_closed: Callable[["Client"], None],
        peer_address: Address | None = None,
        peer_port: int | None = None,
        local_address: Address | None = None,
        local_port: int | None = None,
    ) -> None:
        self.end = end
        """What the peer says and hears; TLS is on it already where it was asked for."""
        self.number = number
        """Counts the clients of a run, from 1."""
        self.protocol: ClientProtocol = protocol
        self.peer = peer
        self.local = local
        """Both endpoints in one word each, safe to be printed: ``192.0.2.1:5353``, ``[fe80::1%eth0]:80``, a path."""
        self.peer_address = peer_address
        self.peer_port = peer_port
        self.local_address = local_address
        self.local_port = local_port
        """None where there is none: Unix sockets. An IPv4 client of an IPv6 socket has its IPv4 address."""
        self.started_s = started_s
        """Of ``time.monotonic``."""
        self.on_closed = on_closed
        self.cut: Cut = self._drop
        """Ends it now, from outside: a signal, a limit."""
        self.ending: Ending | None = None
        self.bytes_in = 0
        self.bytes_out = 0

    @property
    def is_open(self) -> bool:
        return self.ending is None

    def closed(self, ending: Ending, *, bytes_in: int, bytes_out: int) -> None:
        """It is over: the handler has closed ``end``. ``in`` is what the client said, ``out`` what it was told."""
        if self.ending is not None:
            return
        self.ending = ending
        self.bytes_in = bytes_in
        self.bytes_out = bytes_out
        # It leads to the handler's objects, and from them back here: in a flood of clients the cycles would pile up.
        self.cut = nothing_to_cut
        self.on_closed(self)

    def relayed(self, relay: Relay, ending: Ending) -> None:
        """The same for a client that was the far end of a relay: what crossed the network is counted."""
        self.closed(ending, bytes_in=relay.into.on_wire, bytes_out=relay.out.moved)

    def _drop(self, kind: EndingKind, message: str) -> None:
        """What ``cut`` does until a handler says otherwise."""
        self.end.close()
        self.closed(Ending(kind=kind, message=message), bytes_in=0, bytes_out=0)


class Handler(Protocol):
    """Takes care of clients: a relay, a program, a service, a proxy."""

    def take(self, client: Client) -> None:
        """Begin with this client, and return at once."""
