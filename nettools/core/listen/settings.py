"""How a server takes its clients, and what it tells about them."""

from dataclasses import dataclass
from typing import Final, Literal

from nettools.core.number import parse_count

MOST_CLIENTS: Final = 100
"""At a time, unless asked otherwise: ncat's --max-conns."""
IDLE_S: Final = 60.0
"""So long a client of a service, of files or of the proxy may neither say nor take anything."""
SESSION_IDLE_S: Final = 60.0
"""So long after the last datagram either way a peer is forgotten."""
HANDSHAKE_S: Final = 10.0
"""For TLS before a client is a client: ncat's time for a connection."""

_LARGEST_LIMIT: Final = 1_000_000

ListenEventKind = Literal["listening", "accept", "close", "reject", "error"]


def parse_most_clients(text: str, name: str = "--max-conns") -> int:
    """How many clients at a time. Raises OptionError."""
    return parse_count(text, name, minimum=1, maximum=_LARGEST_LIMIT)


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerSettings:
    """Whom a server takes, and how many."""

    keep_open: bool = False
    """False: the first client is the only one, and its end is the end of all."""
    most_clients: int = MOST_CLIENTS
    handshake_s: float = HANDSHAKE_S
    session_idle_s: float = SESSION_IDLE_S
    """For datagrams with ``keep_open``; the only peer of a server without it is never forgotten."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ListenEvent:
    """Something that happened to a server. Endpoints are one word and safe to print, so is ``reason``."""

    event: ListenEventKind
    protocol: str
    local: str
    peer: str | None = None
    reason: str | None = None
    """In a sentence."""
    kind: str | None = None
    """The same in a word that stays: of ``close`` that of its ending, of ``error`` what could not be done."""
    bytes_in: int | None = None
    bytes_out: int | None = None
    duration_ms: float | None = None
    client: int | None = None
    """The number of the client, for ``accept`` and ``close``."""
    dropped: int = 0
    """Datagrams that could not be kept for it, or further rejects that are not told one by one."""
