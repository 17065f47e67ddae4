"""What is agreed on a connection before its octets are relayed: with a proxy, inside a protocol, in TLS."""

import os
from collections.abc import Callable
from dataclasses import replace
from time import monotonic

from nettools.core.address import Address
from nettools.core.connect.fault import Fault, fault_of, local_fault
from nettools.core.connect.handshake import Handshake, HandshakeFailed, NewConnectionWanted
from nettools.core.proxy.handshakes import make_handshake
from nettools.core.proxy.settings import ProxySettings
from nettools.core.text import safe
from nettools.core.tls.report import TlsReport, version_words
from nettools.errors import NameLookupError, NettoolsError
from nettools.net.connect.dial import Dial, Dialed, DialFailure
from nettools.net.connect.handshakes import Talk
from nettools.net.host_lookup import HostLookup
from nettools.net.loop import READABLE, Loop
from nettools.net.relay.ends import End
from nettools.net.relay.wrapping import UnreadEnd
from nettools.runs.connect_agreed import Disagreement
from nettools.runs.connect_order import ConnectOrder, Listener


class Agreement:
    """The steps on one connection: ``on_agreed`` or ``on_failed`` is called once; on failure the end is closed."""

    def __init__(
        self,
        loop: Loop,
        end: End,
        order: ConnectOrder,
        listener: Listener,
        *,
        deadline_s: float,
        on_agreed: Callable[[End, TlsReport | None], None],
        on_failed: Callable[[Disagreement], None],
    ) -> None:
        self._loop = loop
        self._end = end
        self._order = order
        self._listener = listener
        self._deadline_s = deadline_s
        self._on_agreed = on_agreed
        self._on_failed = on_failed
        self._lookup: HostLookup | None = None
        self._dial: Dial | None = None
        self._target = str(order.dial.target)

    def start(self) -> None:
        proxy, host = self._order.proxy, self._order.dial.target.host
        if proxy is None:
            self._begin_tls()
        elif proxy.looks_up(self._order.dial.target) and isinstance(host, str):
            try:
                self._lookup = HostLookup(host, version=proxy.lookup_version(self._order.dial.wanted_version))
            except OSError:  # no descriptor or no thread is left
                self._fail(_as_disagreement(local_fault("local-resources")))
                return
            self._loop.watch(self._lookup.fileno(), READABLE, lambda _events: self._looked_up(proxy))
            self._loop.call_at(self._deadline_s, lambda: self._looked_up(proxy))
        else:
            self._ask_proxy(proxy, None)

    def cancel(self) -> None:
        """Give it up; nobody is told."""
        if self._lookup is not None:
            self._loop.forget(self._lookup.fileno())
            self._lookup.abandon()
            self._lookup = None
        if self._dial is not None:
            self._dial.cancel()
        self._end.close()

    def _looked_up(self, proxy: ProxySettings) -> None:
        """There is an answer, or no time left for one."""
        if self._lookup is None:
            return
        lookup, self._lookup = self._lookup, None
        self._loop.forget(lookup.fileno())
        try:
            self._ask_proxy(proxy, lookup.take(timeout_s=self._order.dial.timeout_s)[0])
        except NameLookupError as error:
            self._fail(_as_disagreement(fault_of(error)))

    def _ask_proxy(self, proxy: ProxySettings, resolved: Address | None) -> None:
        try:
            handshake = make_handshake(proxy, self._order.dial.target, resolved, client_nonce=os.urandom(16).hex())
        except NettoolsError as error:
            self._fail(_as_disagreement(fault_of(error)))
        else:
            self._talk(handshake, "proxy-failed", self._through_proxy)

    def _through_proxy(self) -> None:
        self._listener.tell("connected", f"through the proxy to {self._target}", peer=self._target)
        self._begin_tls()

    def _begin_tls(self) -> None:
        if self._order.starttls is None:
            self._secure()
            return
        from nettools.core.connect.starttls import starttls_handshake

        named = self._order.tls.expected_name if self._order.tls is not None else None
        handshake = starttls_handshake(self._order.starttls, named or self._order.dial.target.host_text)
        self._talk(handshake, "starttls-failed", self._secure)

    def _talk(self, handshake: Handshake, outcome: str, then: Callable[[], None]) -> None:
        """Say what has to be said, and go on with what came behind it."""

        def on_done() -> None:
            if handshake.rest:
                self._end = UnreadEnd(self._end, handshake.rest)
            then()

        def on_failed(failure: HandshakeFailed) -> None:
            if isinstance(failure, NewConnectionWanted):
                self._dial_again(failure.again, outcome, then)
            else:
                self._fail(Disagreement(outcome=outcome, message=failure.message, hint=failure.hint))

        Talk(
            self._loop, self._end, handshake, deadline_s=self._deadline_s, on_done=on_done, on_failed=on_failed
        ).start()

    def _dial_again(self, handshake: Handshake, outcome: str, then: Callable[[], None]) -> None:
        """The proxy has closed after its challenge: the answer goes over a connection of its own."""
        assert self._order.proxy is not None

        def on_done(dialed: Dialed) -> None:
            self._dial = None
            self._end = dialed.end
            self._talk(handshake, outcome, then)

        def on_failed(failure: DialFailure) -> None:
            self._fail(
                Disagreement(outcome=failure.outcome, message=f"the proxy: {failure.message}", hint=failure.hint)
            )

        order = replace(self._order.dial, target=self._order.proxy.target, numeric=False)
        self._dial = Dial(self._loop, order, on_done=on_done, on_failed=on_failed)
        self._dial.start()

    def _secure(self) -> None:
        settings, context = self._order.tls, self._order.tls_context
        if settings is None or context is None:
            self._on_agreed(self._end, None)
            return
        from nettools.net.tls.end import TlsEnd
        from nettools.net.tls.secure import Secure

        began_s = monotonic()
        end = TlsEnd(self._end, context, server_hostname=settings.server_name)
        self._end = end

        def on_done(report: TlsReport) -> None:
            self._tell_tls(report, (monotonic() - began_s) * 1000)
            self._on_agreed(end, report)

        def on_failed(failure: HandshakeFailed) -> None:
            message = f"TLS with {self._target}: {failure.message}"
            self._fail(Disagreement(outcome="tls-failed", message=message, hint=failure.hint))

        Secure(
            self._loop, end, deadline_s=self._deadline_s, settings=settings, on_done=on_done, on_failed=on_failed
        ).start()

    def _tell_tls(self, report: TlsReport, duration_ms: float) -> None:
        words = [version_words(report.version), report.cipher]
        words += [safe(word) for word in (report.alpn, report.subject) if word is not None]
        if report.not_after is not None:
            words.append(f"until {report.not_after:%Y-%m-%d}")
        if not report.verified:
            words.append("not verified")
        self._listener.tell("tls", ", ".join(words), peer=self._target, protocol="tls", duration_ms=duration_ms)
        if self._order.tls is not None and self._order.tls.trusts_anybody:
            self._listener.note("the certificate was not verified: anybody may have answered")

    def _fail(self, disagreement: Disagreement) -> None:
        self._end.close()
        self._on_failed(disagreement)


def _as_disagreement(fault: Fault) -> Disagreement:
    """What kept us from asking: none of the network's doing."""
    return Disagreement(outcome=fault.outcome, message=fault.message, is_network=False, hint=fault.hint)
