"""DNS over TLS, RFC 7858: the channel of a stream with a handshake before and records around it.

TLS runs in memory (``ssl.MemoryBIO``), so the socket stays one that never blocks and every wait is the driver's.
"""

import socket
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Final

from nettools.core.resolve.lookup import Ask
from nettools.core.resolve.tls import ALPN_TLS, TlsSettings
from nettools.core.tls.names import carries_name, wrong_name
from nettools.core.tls.reasons import handshake_failure, reason_name, untrusted
from nettools.core.tls.settings import ClientTls
from nettools.net.dns_channels import Event, Failed, Noted, StreamChannel
from nettools.net.tls.contexts import client_context, load_authorities

if TYPE_CHECKING:
    import ssl

_LARGEST_READ: Final = 65_536

Context = Callable[[str], "ssl.SSLContext"]
"""From the ALPN protocol to the context that offers it."""


def tls_contexts(settings: TlsSettings) -> Context:
    """Contexts of these settings, each made when it is first wanted. They raise InputError for an unreadable file."""
    made: dict[str, ssl.SSLContext] = {}

    def context(protocol: str) -> "ssl.SSLContext":
        if protocol not in made:
            made[protocol] = _new_context(settings, protocol)
        return made[protocol]

    return context


def _new_context(settings: TlsSettings, protocol: str) -> "ssl.SSLContext":
    return client_context(ClientTls(cafile=settings.cafile, is_verified=settings.is_verified, alpn=(protocol,)))


def check_cafile(path: str) -> None:
    """Whether the certificates of a PEM file can be loaded. Raises InputError."""
    import ssl

    load_authorities(ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT), path)


class TlsChannel(StreamChannel):
    """TLS over TCP. The certificate is verified before the first octet of the query leaves."""

    protocol = ALPN_TLS

    def __init__(self, ask: Ask, settings: TlsSettings, context: Context) -> None:
        import ssl

        # What may be refused comes before there is a socket to close.
        self._from_server, self._to_server = ssl.MemoryBIO(), ssl.MemoryBIO()
        self._expected_name = settings.expected_name(ask.server)
        self._tls = context(self.protocol).wrap_bio(
            self._from_server, self._to_server, server_hostname=self._expected_name
        )
        super().__init__(ask)
        self._server = ask.server
        self._settings = settings
        self._is_secured = False
        self._unsent = b""

    def _enqueue(self, octets: bytes) -> None:
        self._unsent += octets

    def _begin(self) -> list[Event]:
        return self._progress()

    def _arrived(self, octets: bytes) -> list[Event]:
        self._acknowledge()
        self._from_server.write(octets)
        return self._progress()

    def _acknowledge(self) -> None:
        """Acknowledge at once: else a server's answer waits 40 ms behind its session tickets (Nagle; tcp(7))."""
        quick = getattr(socket, "TCP_QUICKACK", None)  # Linux has it
        if quick is not None:
            self._socket.setsockopt(socket.IPPROTO_TCP, quick, 1)

    def _ended(self) -> list[Event]:
        if not self._is_secured:
            return [Failed("tls-failed", "it closed the connection during the handshake")]
        return super()._ended()

    def _progress(self) -> list[Event]:
        """Go on with the handshake, or with what is inside."""
        import ssl

        events: list[Event] = []
        try:
            if not self._is_secured:
                self._tls.do_handshake()
                events += self._secured()
            if self._is_secured:
                events += self._exchange()
        except ssl.SSLWantReadError:
            pass
        except ssl.SSLCertVerificationError as error:
            events.append(Failed("tls-failed", untrusted(error.verify_code, error.verify_message)))
        except (ssl.SSLZeroReturnError, ssl.SSLEOFError):
            events += self._ended()
        except ssl.SSLError as error:
            events.append(Failed("tls-failed", handshake_failure(reason_name(error.reason, str(error.args[-1])))))
        self._outgoing += self._to_server.read()
        return events

    def _secured(self) -> list[Event]:
        """The handshake is done: whether its certificate is the server's."""
        if self._settings.is_verified:
            names = _alternative_names(self._tls.getpeercert() or {})
            if not carries_name(names, self._expected_name):
                return [Failed("tls-failed", wrong_name(names, self._expected_name))]
        self._is_secured = True
        return [] if self._settings.is_verified else [Noted(self._settings.unverified_note(self._server))]

    def _exchange(self) -> list[Event]:
        """What waits goes out; what has come is read until nothing is left of it."""
        import ssl

        events: list[Event] = []
        if self._unsent:
            self._tls.write(self._unsent)
            self._unsent = b""
        try:
            while octets := self._tls.read(_LARGEST_READ):
                events += self._opened(octets)
        except ssl.SSLWantReadError:
            return events
        except (ssl.SSLZeroReturnError, ssl.SSLEOFError):
            pass
        except ssl.SSLError as error:
            return [*events, Failed("tls-failed", handshake_failure(reason_name(error.reason, str(error.args[-1]))))]
        return [*events, *self._ended()]

    def _opened(self, octets: bytes) -> list[Event]:
        """Octets of the protocol inside."""
        return super()._arrived(octets)


def _alternative_names(certificate: Mapping[str, object]) -> list[tuple[str, str]]:
    """The subjectAltName entries: the ssl module's types leave open what a certificate holds."""
    entries = certificate.get("subjectAltName")
    assert entries is None or isinstance(entries, tuple)
    return [(str(entry[0]), str(entry[1])) for entry in entries or () if isinstance(entry, tuple)]
