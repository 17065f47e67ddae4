"""What is asked of whom, and what came of it: the values between the policies of ``core/resolve`` and the driver.

A policy that needs several lookups (a search list, a trace, a chain of trust) is a ``Procedure``: a generator that
yields lookups to be made at the same time, is sent their outcomes in the same order, and returns its result.
"""

from collections.abc import Generator, Sequence
from dataclasses import dataclass
from typing import Literal, TypeVar

from nettools.core.address import Address, format_address
from nettools.core.dns.message import Message, Question
from nettools.core.dns.query import DEFAULT_OPTIONS, QueryOptions
from nettools.core.dns.tsig import TsigKey

Transport = Literal["udp", "tcp", "tls", "https", "quic"]

TryResult = str
"""How one try ended: an rcode name, or a word for what happened instead: timeout, refused-connection, unreachable,
reset, closed, cut, malformed, truncated, referral, tls-failed."""

DEFAULT_PORTS: dict[Transport, int] = {"udp": 53, "tcp": 53, "tls": 853, "https": 443, "quic": 853}
"""RFC 1035 §4.2, RFC 7858 §3.1, RFC 8484, RFC 9250 §4.1.1."""

DEFAULT_TIMEOUT_S = 5.0
"""For all tries of a lookup together, where neither an option nor resolv.conf says otherwise."""

DEFAULT_TRIES = 2

DOH_PATH = "/dns-query"
"""What RFC 8484 §4.1.1 uses in its examples, and most servers have."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """One address of a name server and how to talk to it."""

    address: Address
    port: int = 53
    transport: Transport = "udp"
    name: str | None = None
    """The host name under which it was given; TLS verifies it."""
    path: str | None = None
    """Of an https server: the path of its URL."""

    def __str__(self) -> str:
        """As COMMANDS spells a server: ``udp`` and the usual port are left out."""
        host = format_address(self.address)
        is_usual = self.port == DEFAULT_PORTS[self.transport]
        bare = host if is_usual else f"[{host}]:{self.port}" if self.address.version == 6 else f"{host}:{self.port}"
        if self.transport == "udp":
            return bare
        if is_usual and self.address.version == 6:
            bare = f"[{host}]"
        return f"{self.transport}://{bare}{self.path or ''}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Lookup:
    """One question for the first of the servers that answers it."""

    question: Question
    servers: tuple[Server, ...]
    options: QueryOptions = DEFAULT_OPTIONS
    timeout_s: float = DEFAULT_TIMEOUT_S
    """The longest that all tries take together."""
    try_timeout_s: float | None = None
    """The longest that one try takes; None shares the time among the tries."""
    tries: int = DEFAULT_TRIES
    """How often each server is asked."""
    tsig: TsigKey | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """Send ``wire`` to the server, and wait for replies until ``deadline_s``."""

    server: Server
    transport: Transport
    wire: bytes
    deadline_s: float
    is_repeat: bool
    """Whether the same octets went to the same server just before: an answer to those counts as well."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Try:
    """One query that was sent and how it ended."""

    server: Server
    transport: Transport
    result: TryResult
    duration_ms: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Discarded:
    """A reply that was not taken: forged, late, or damaged beyond use."""

    reason: str
    """short, malformed, wrong-id, wrong-question, no-response, wrong-opcode, bad-cookie, bad-tsig"""
    size: int
    server: Server


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What came of a lookup."""

    lookup: Lookup
    status: str
    """answered, nodata, nxdomain, referral, timeout, unreachable, malformed, or an rcode in lower case"""
    message: Message | None
    """The reply that was taken; a damaged one has what could be read."""
    server: Server | None
    """Who gave it, or who was asked last; None when nobody was."""
    transport: Transport | None
    tries: tuple[Try, ...]
    discarded: tuple[Discarded, ...]
    warnings: tuple[str, ...]
    query_time_ms: float | None
    """From sending the query that was answered to its reply."""
    query: bytes | None = None
    """The octets of the query that was answered, or of one that was not; None when nobody was asked."""


R = TypeVar("R")

Procedure = Generator[Sequence[Lookup], Sequence[Outcome], R]
