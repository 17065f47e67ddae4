"""What a conversation with a client of the proxy wants to be done next. The driver does it, and tells how it went."""

from dataclasses import dataclass
from typing import Protocol

from nettools.core.address import Address
from nettools.core.connect.target import Target
from nettools.core.proxy_server.exchange import AnswerFilter, RequestFilter
from nettools.core.proxy_server.refusal import Refusal
from nettools.core.relay.ending import EndingKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Listen:
    """More of what the client says is wanted, after this has been sent."""

    send: bytes = b""


@dataclass(frozen=True, slots=True, kw_only=True)
class Connect:
    """A connection is wanted: ``connected`` or ``failed`` is told. This is to be sent first."""

    target: Target
    send: bytes = b""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tunnel:
    """From now on all octets go through both ways; these first: to the client, and to the target."""

    to_client: bytes
    to_target: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """One request goes to the target, one answer to the client, each through its filter; that is all."""

    request: RequestFilter
    answer: AnswerFilter


@dataclass(frozen=True, slots=True, kw_only=True)
class Hang:
    """The end: send this, and close. ``reason`` is for the log, safe to be shown."""

    send: bytes
    reason: str
    kind: EndingKind = "cut"


Step = Listen | Connect | Tunnel | Exchange | Hang


class Conversation(Protocol):
    """What a proxy says to one client, until a connection is made for it."""

    def received(self, octets: bytes, now_s: float) -> Step:
        """The client said this. ``now_s`` is of a clock that only goes forward."""

    def ended(self) -> Step:
        """The client says nothing more."""

    def connected(self, address: Address | None, port: int) -> Step:
        """The connection is there; it comes from this address and port of ours."""

    def failed(self, refusal: Refusal) -> Step:
        """There is no connection."""
