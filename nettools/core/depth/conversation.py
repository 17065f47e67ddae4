"""The policy of service detection: which connections and questions one port gets, and when enough is known.

A procedure: a generator that yields what to do and is sent what came of it, so that the order of things reads from
top to bottom and is tested without a socket.
"""

from collections.abc import Iterable
from typing import Final

from nettools.core.depth.action import Waits, Wanted
from nettools.core.depth.catalog import NEVER_SPOKEN_TO, Catalog
from nettools.core.depth.exchange import Exchange, Steps
from nettools.core.depth.match import Match
from nettools.core.depth.probe import ServiceProbe
from nettools.core.ports import Transport
from nettools.core.scan.finding import MOST_BANNER_BYTES, Finding

MOST_QUESTIONS: Final = 8
"""One port is asked no more than this, however its answers lead on."""

TLS: Final = "tls"
"""The service of a port that speaks TLS and tells nothing of what is inside."""


class Conversation:
    """What happens on one port, and what is known of it so far."""

    def __init__(
        self, port: int, transport: Transport, wanted: Wanted, catalog: Catalog, host: str, waits: Waits, now_s: float
    ) -> None:
        self._port = port
        self._transport = transport
        self._wanted = wanted
        self._catalog = catalog
        self._waits = waits
        self._link = Exchange(port, transport, catalog, host, waits, now_s)
        self._asked: set[tuple[str, bool]] = set()
        self._match: Match | None = None
        self._is_tls = False
        self._has_tried_tls = False

    @property
    def now_s(self) -> float:
        return self._link.now_s

    @now_s.setter
    def now_s(self, now_s: float) -> None:
        self._link.now_s = now_s

    @property
    def finding(self) -> Finding:
        """What is known by now."""
        match = self._match
        banner = self._link.greeting
        if match is None:
            banner = banner or self._link.first_answer
            return Finding(banner=_capped(banner), service=TLS if self._is_tls and self._wanted.probe else None)
        name = self._catalog.name_in_tls(match.service) if self._is_tls else match.service
        return Finding(
            banner=_capped(banner), service=name, product=match.product, version=match.version, extra=match.extra
        )

    def run(self) -> Steps[None]:
        """The whole conversation."""
        if self._transport == "udp":
            if self._wanted.probe:
                yield from self._ask_in_turn(self._catalog.asks(self._port, "udp"))
        elif self._port in NEVER_SPOKEN_TO:
            yield from self._hear_greeting()
        elif self._begins_with_tls:
            yield from self._in_tls()
            if not self._is_tls:
                yield from self._in_the_clear()
        else:
            yield from self._in_the_clear()

    @property
    def _begins_with_tls(self) -> bool:
        if self._wanted.probe or self._wanted.tls_info:
            only_tls = not self._wanted.probe and not self._wanted.banner
            return self._catalog.begins_with_tls(self._port) or (
                only_tls and self._catalog.starttls_on(self._port) is None
            )
        return False

    def _in_the_clear(self) -> Steps[None]:
        wanted = self._wanted
        dialogue = self._catalog.starttls_on(self._port)
        if dialogue is not None and wanted.tls_info and not wanted.probe and not wanted.banner:
            yield from self._upgrade(dialogue)
            return
        if not (wanted.probe or wanted.banner):
            return
        if not (yield from self._hear_greeting()):
            return
        if wanted.probe and self._match is None:
            yield from self._ask()
        if self._match is not None:
            dialogue = dialogue if self._match.speaks_tls else self._catalog.starttls_of(self._match.service)
        if wanted.tls_info and not self._is_tls:
            if dialogue is not None:
                yield from self._upgrade(dialogue)
            elif self._match is None and not self._has_tried_tls:
                yield from self._in_tls()

    def _hear_greeting(self) -> Steps[bool]:
        """Connects and listens; whether it makes sense to go on."""
        if not (yield from self._link.connect(in_tls=self._is_tls)):
            return False
        wait_s = self._greeting_wait_s()
        if wait_s == 0:
            return True
        answer = yield from self._link.hear_greeting(wait_s)
        if self._wanted.probe and answer.match is not None:
            yield from self._known(answer.match)
        return bool(answer.data) or not answer.is_closed

    def _greeting_wait_s(self) -> float:
        """None at all where services are that speak when spoken to: a greeting is recognised in their answer, too."""
        if self._catalog.greets(self._port, in_tls=self._is_tls):
            return self._waits.expected_greeting_s
        is_asked = self._wanted.probe and self._catalog.asks(self._port, "tcp", in_tls=self._is_tls)
        return 0.0 if is_asked and not self._wanted.banner else self._waits.greeting_s

    def _ask(self) -> Steps[None]:
        """The questions of the port, else those for any; TLS comes between the latter where nothing was answered."""
        claimed = self._catalog.asks(self._port, "tcp", in_tls=self._is_tls)
        if claimed:
            yield from self._ask_in_turn(claimed)
        for probe in self._catalog.general():
            if self._match is not None or (claimed and self._link.has_answered):
                return
            yield from self._ask_in_turn([probe])
            if self._match is None and not self._link.has_answered and not self._has_tried_tls:
                yield from self._in_tls()
                if self._is_tls:
                    return

    def _ask_in_turn(self, probes: Iterable[ServiceProbe]) -> Steps[None]:
        for probe in probes:
            if self._match is not None:
                return
            if (found := (yield from self._question(probe))) is not None:
                yield from self._known(found)

    def _question(self, probe: ServiceProbe) -> Steps[Match | None]:
        """At most once for each probe in the clear and inside TLS. A datagram may get lost, so it is said twice."""
        question = (probe.name, self._is_tls)
        if question in self._asked or len(self._asked) == MOST_QUESTIONS:
            return None
        self._asked.add(question)
        for _ in range(1 if self._transport == "tcp" else 2):
            answer = yield from self._link.ask(probe, in_tls=self._is_tls)
            if answer is None or answer.data or answer.is_closed:
                return None if answer is None else answer.match
        return None

    def _known(self, found: Match) -> Steps[None]:
        """The service is known. Where its product is not, it is asked what only it understands."""
        self._match = found
        if found.speaks_tls and not self._has_tried_tls:
            self._match = None
            yield from self._in_tls()
            self._match = self._match or (None if self._is_tls else found)
            return
        if not found.is_soft or self._transport == "udp":
            return
        for probe in self._catalog.refinements(found.service):
            if probe.after and not self._link.is_open:
                continue
            better = yield from self._question(probe)
            if better is not None and not better.speaks_tls and _tells_more(better, self._match):
                self._match = better
            if not self._match.is_soft:
                return

    def _in_tls(self) -> Steps[None]:
        """A new connection inside TLS, and what is said there."""
        self._has_tried_tls = True
        is_expected = self._wanted.tls_info or self._catalog.begins_with_tls(self._port)
        if not (yield from self._link.connect(in_tls=True, alpn=self._alpn(), is_tls_expected=is_expected)):
            return
        self._is_tls = True
        if not (self._wanted.probe or self._wanted.banner):
            return
        is_greeter = self._catalog.greets(self._port, in_tls=True)
        if is_greeter or self._wanted.banner:
            answer = yield from self._link.hear_greeting(self._greeting_wait_s())
            if self._wanted.probe and answer.match is not None:
                yield from self._known(answer.match)
        if self._wanted.probe and self._match is None:
            yield from self._ask()

    def _alpn(self) -> tuple[str, ...]:
        """``h2`` only where nothing will be said in it; nothing to others than the web: they may refuse it."""
        if not self._wanted.probe:
            return ("h2", "http/1.1")
        asks = self._catalog.asks(self._port, "tcp", in_tls=True)
        is_web = any(probe.says and probe.says.startswith(b"GET ") for probe in asks or self._catalog.general())
        return ("http/1.1",) if is_web and not self._catalog.greets(self._port, in_tls=True) else ()

    def _upgrade(self, dialogue: str) -> Steps[None]:
        """TLS by STARTTLS, for its certificate alone."""
        yield from self._link.connect(in_tls=True, starttls=dialogue)


def _tells_more(new: Match, old: Match) -> bool:
    return (
        not new.is_soft
        or (new.service == old.service and new.version is not None and old.version is None)
        or (new.service == old.service and old.extra is None and new.extra is not None)
    )


def _capped(banner: bytes | None) -> bytes | None:
    return banner[:MOST_BANNER_BYTES] if banner else None
