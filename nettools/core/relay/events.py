"""What happens to connections, as the lines of ``--events``."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import ClassVar, Literal

from nettools.core.record import column

EventName = Literal[
    "lookup", "try", "connected", "tls", "listening", "accept", "reject", "data", "request", "error", "close"
]


@dataclass(frozen=True, slots=True, kw_only=True)
class RelayEvent:
    """One thing that happened to a connection, a session or a listening socket."""

    SCHEMA: ClassVar = "nettools.events/1"

    t: datetime = field(metadata=column("Time"))
    event: EventName = field(metadata=column("Event"))
    local: str | None = field(default=None, metadata=column("Local"))
    """Our address and port in one word, or a path."""
    peer: str | None = field(default=None, metadata=column("Peer"))
    protocol: str | None = field(default=None, metadata=column("Protocol"))
    bytes_in: int | None = field(default=None, metadata=column("In", align="right"))
    """Octets from the peer: of this piece for ``data``, in all for ``close``."""
    bytes_out: int | None = field(default=None, metadata=column("Out", align="right"))
    duration_ms: float | None = field(default=None, metadata=column("Duration", align="right"))
    """How long the lookup, the try, the handshake or the connection took."""
    reason: str | None = field(default=None, metadata=column("Reason"))
    """Why it was refused, failed or ended: a word of ours, and a sentence."""
