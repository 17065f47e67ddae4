"""Drives the handshake of a TLS end within a deadline, and looks at whom it was made with."""

import os
import socket
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from nettools.core.connect.handshake import HandshakeFailed
from nettools.core.tls.reasons import (
    handshake_failure,
    handshake_hint,
    reason_name,
    spoken_instead,
    untrusted,
    untrusted_hint,
)
from nettools.core.tls.report import TlsReport, tls_report
from nettools.core.tls.settings import TlsSettings
from nettools.core.tls.trust import judge
from nettools.net.loop import READABLE, WRITABLE, Loop
from nettools.net.relay.ends import EndFailed
from nettools.net.relay.farewell import Farewell
from nettools.net.relay.faults import ending_of
from nettools.net.tls.end import TlsEnd

if TYPE_CHECKING:
    import ssl

_FAREWELL_S: Final = 1.0
"""How long a client may take to fetch the alert that says why."""


class Secure:
    """One handshake at work: ``on_done`` or ``on_failed`` is called once. On failure the end is closed."""

    def __init__(
        self,
        loop: Loop,
        end: TlsEnd,
        *,
        deadline_s: float,
        settings: TlsSettings,
        on_done: Callable[[TlsReport], None],
        on_failed: Callable[[HandshakeFailed], None],
    ) -> None:
        self.end = end
        self._loop = loop
        self._settings = settings
        self._on_done = on_done
        self._on_failed = on_failed
        self._is_over = False
        self._watched: int | None = None
        self._farewell: Farewell | None = None
        self._timer = loop.call_at(deadline_s, self._late)

    def start(self) -> None:
        _send_at_once(self.end.write_descriptor)
        self.end.attach(self._on_change)
        self._on_change()

    def cut(self) -> None:
        """Give it up; nobody is told."""
        if self._farewell is not None:
            self._farewell.cut()
        elif not self._is_over:
            self._leave()
            self.end.close()

    def _on_change(self, _events: int = 0) -> None:
        import ssl

        if self._is_over:
            return
        try:
            is_done = self.end.handshake()
            report = self._report() if is_done else None
        except ssl.SSLCertVerificationError as error:
            owner: Final = "client" if self.end.server_side else "server"
            reason = untrusted(error.verify_code, error.verify_message, owner=owner)
            self._fail(reason, untrusted_hint(error.verify_code))
        except ssl.SSLError as error:
            self._fail_by(error)
        except HandshakeFailed as failure:
            self._fail(failure.message, failure.hint)
        except EndFailed as failure:
            self._fail(failure.message, None)
        except OSError as error:
            self._fail(ending_of(error, is_far=True, is_sink=False).message, None)
        else:
            self._wait() if report is None else self._succeed(report)

    def _report(self) -> TlsReport:
        """What was agreed on. Raises HandshakeFailed when it is with the wrong one."""
        tls = self.end.tls
        cipher = tls.cipher()
        certificate, is_verified = judge(tls.getpeercert(binary_form=True), self._settings)
        return tls_report(
            version=tls.version() or "",
            cipher=cipher[0] if cipher else "",
            alpn=tls.selected_alpn_protocol(),
            certificate=certificate,
            is_verified=is_verified,
        )

    def _wait(self) -> None:
        descriptor = self.end.read_descriptor
        if descriptor is None:
            return
        interest = READABLE | (WRITABLE if self.end.backlog else 0)
        self._watched = descriptor
        self._loop.watch(descriptor, interest, self._on_change)

    def _late(self) -> None:
        hint = None
        if not self.end.opening and not self.end.server_side:
            hint = "it said nothing at all: perhaps TLS begins inside another protocol there (--starttls PROTOCOL)"
        self._fail("it did not finish the TLS handshake in time", hint)

    def _fail_by(self, error: "ssl.SSLError") -> None:
        reason = reason_name(error.reason, str(error.args[-1]))
        message, hint = handshake_failure(reason), handshake_hint(reason)
        said = spoken_instead(self.end.opening)
        if said is not None:
            message = f"it does not speak TLS on this port, but says {said}"
        self._fail(message, hint)

    def _leave(self) -> None:
        self._is_over = True
        self._timer.cancel()
        if self._watched is not None:
            self._loop.forget(self._watched)

    def _succeed(self, report: TlsReport) -> None:
        self._leave()
        _acknowledge_at_once(self.end.read_descriptor)
        self._on_done(report)

    def _fail(self, message: str, hint: str | None) -> None:
        self._leave()
        failure = HandshakeFailed(message, hint=None if self.end.server_side else hint)
        if not self.end.server_side:
            self.end.close()
            self._on_failed(failure)
            return
        self._farewell = Farewell(
            self._loop, self.end.inner, longest_s=_FAREWELL_S, on_closed=lambda: self._on_failed(failure)
        )
        self._farewell.start()


def _send_at_once(descriptor: int | None) -> None:
    """Wait for no acknowledgement (Nagle): records are written whole, and a handshake's last messages are small."""
    _set(descriptor, "TCP_NODELAY")


def _acknowledge_at_once(descriptor: int | None) -> None:
    """Acknowledge a server's tickets at once: else what it says next waits 40 ms behind them (Nagle; tcp(7))."""
    _set(descriptor, "TCP_QUICKACK")


def _set(descriptor: int | None, option: str) -> None:
    """Set an option of TCP on whatever the descriptor is."""
    number = getattr(socket, option, None)  # Linux has both
    if descriptor is None or number is None:
        return
    with suppress(OSError):  # no socket, or not one of TCP
        borrowed = socket.socket(fileno=os.dup(descriptor))
        try:
            borrowed.setsockopt(socket.IPPROTO_TCP, number, 1)
        finally:
            borrowed.close()
