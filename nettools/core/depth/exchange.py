"""One question and its answer on one connection: the steps that every conversation is made of."""

from collections.abc import Generator
from dataclasses import dataclass
from typing import Final, TypeVar

from nettools.core.depth.action import MOST_REPLY_BYTES, Action, Connect, Listen, Say, StartTls, Waits
from nettools.core.depth.catalog import Catalog
from nettools.core.depth.event import Event, Happening
from nettools.core.depth.match import Match
from nettools.core.depth.probe import ServiceProbe
from nettools.core.depth.reply import Reply
from nettools.core.ports import Transport

Result = TypeVar("Result")
Steps = Generator[Action, Event, Result]

MOST_CONNECTIONS: Final = 10

_EAGER_LOOKS: Final = 8
"""So many pieces of an answer are looked at as they come; after that it must have doubled since the last look, so that
a server that sends octet by octet costs no more than others."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What was heard, and what it tells."""

    data: bytes
    match: Match | None
    is_closed: bool


class Exchange:
    """The connection that there is, and what was heard first."""

    def __init__(
        self, port: int, transport: Transport, catalog: Catalog, host: str, waits: Waits, now_s: float
    ) -> None:
        self.now_s = now_s
        self.greeting: bytes | None = None
        """What came unasked."""
        self.first_answer: bytes | None = None
        """What came first when something was asked."""
        self.is_open = False
        self._port = port
        self._transport = transport
        self._catalog = catalog
        self._host = host
        self._waits = waits
        self._end_s = now_s + waits.port_s
        self._connections = 0
        self._is_fresh = False
        self._has_heard = False
        self._alpn: tuple[str, ...] = ()

    @property
    def has_answered(self) -> bool:
        """Whether anything was heard at all."""
        return self.greeting is not None or self.first_answer is not None

    def connect(
        self,
        *,
        in_tls: bool = False,
        alpn: tuple[str, ...] = (),
        starttls: str | None = None,
        is_tls_expected: bool = True,
    ) -> Steps[bool]:
        """A new connection to which nothing was said; False when there is none, or none may be made any more.

        TLS that is only tried gets no more time than any answer.
        """
        self.is_open = False
        if self._connections == MOST_CONNECTIONS or self.now_s >= self._end_s:
            return False
        self._connections += 1
        event = yield Connect(until_s=self._until(self._waits.connect_s))
        if event.happening is Happening.CONNECTED and in_tls:
            self._alpn = alpn or self._alpn
            wait_s = self._waits.tls_s if is_tls_expected else self._waits.reply_s
            dialogue_s = 0.0 if starttls is None else self._waits.expected_greeting_s
            event = yield StartTls(until_s=self._until(dialogue_s + wait_s), alpn=self._alpn, starttls=starttls)
        self.is_open = self._is_fresh = event.happening is Happening.CONNECTED
        self._has_heard = False
        return self.is_open

    def hear_greeting(self, wait_s: float) -> Steps[Answer]:
        """Listens for what is said unasked."""
        answer = yield from self._listen(wait_s, None)
        self.greeting = self.greeting or answer.data or None
        return answer

    def ask(self, probe: ServiceProbe, *, in_tls: bool) -> Steps[Answer | None]:
        """Says what the probe says and listens, on a new connection unless nothing was said on this one or it is meant
        to follow; None when there is no connection."""
        if probe.says is None:
            return None
        is_usable = self.is_open and (self._is_fresh or bool(probe.after) or self._transport == "udp")
        if not is_usable and not (yield from self.connect(in_tls=in_tls)):
            return None
        self._is_fresh = False
        event = yield Say(data=self._filled_in(probe.says, in_tls=in_tls))
        if event.happening is Happening.CLOSED:
            self.is_open = False
            return Answer(data=b"", match=None, is_closed=True)
        answer = yield from self._listen(self._waits.reply_s, probe)
        self.first_answer = self.first_answer or answer.data or None
        return answer

    def _listen(self, wait_s: float, asked: ServiceProbe | None) -> Steps[Answer]:
        """Until the answer names a product, ends, pauses, or is as long as may be."""
        data = bytearray()
        is_first, self._has_heard = not self._has_heard, True
        end_s = until_s = self._until(wait_s)
        pieces = looked_at = 0
        is_closed = False
        while len(data) < MOST_REPLY_BYTES:
            event = yield Listen(until_s=until_s, most_bytes=MOST_REPLY_BYTES - len(data))
            if event.happening is not Happening.HEARD:
                self.is_open = self.is_open and event.happening is Happening.TIMED_OUT
                is_closed = event.happening is Happening.CLOSED
                break
            data += event.data[: MOST_REPLY_BYTES - len(data)]
            pieces += 1
            until_s = min(end_s, self.now_s + self._waits.quiet_s)
            if self._transport == "udp":
                break
            if pieces <= _EAGER_LOOKS or len(data) >= 2 * looked_at:
                looked_at = len(data)
                found = self._read(bytes(data), asked, is_first=is_first)
                if found is not None and not found.is_soft and not Reply(bytes(data)).is_unfinished_http:
                    return Answer(data=bytes(data), match=found, is_closed=False)
            if self.now_s >= end_s:
                break
        match = self._read(bytes(data), asked, is_first=is_first) if data else None
        return Answer(data=bytes(data), match=match, is_closed=is_closed)

    def _filled_in(self, says: bytes, *, in_tls: bool) -> bytes:
        """``{host}`` is the host; ``{authority}`` has the port too where HTTP wants it (RFC 9110 §7.2)."""
        host = self._host.partition("%")[0]  # zones are this machine's matter: RFC 6874 §1
        host = f"[{host}]" if ":" in host else host
        authority = host if self._port == (443 if in_tls else 80) else f"{host}:{self._port}"
        said = says.replace(b"{authority}", authority.encode("ascii", "replace"))
        return said.replace(b"{host}", host.encode("ascii", "replace"))

    def _read(self, data: bytes, asked: ServiceProbe | None, *, is_first: bool) -> Match | None:
        return self._catalog.read(data, self._port, asked, is_first=is_first)

    def _until(self, wait_s: float) -> float:
        return min(self.now_s + wait_s, self._end_s)
