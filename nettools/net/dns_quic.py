"""DNS over QUIC, RFC 9250: one query on one stream of a connection of its own. Needs aioquic (extra ``doq``).

aioquic's connection does no I/O, so datagrams and timers are the driver's, and its clock is the monotonic one.
"""

import logging
import socket
import ssl
from time import monotonic
from typing import TYPE_CHECKING, Final

from nettools.core.resolve.lookup import Ask
from nettools.core.resolve.tls import ALPN_QUIC, TlsSettings, quic_handshake_failure
from nettools.core.text import safe
from nettools.errors import MissingExtra
from nettools.net.dns_channels import Event, Failed, Noted, Reply, connected_socket, failure_of, framed
from nettools.net.dns_tls import check_cafile
from nettools.net.sockets import socket_address

if TYPE_CHECKING:
    from aioquic.quic.configuration import QuicConfiguration
    from aioquic.quic.events import QuicEvent

_LARGEST_DATAGRAM: Final = 65_535
_MOST_READS: Final = 64
_STREAM: Final = 0
_SILENCE: Final = logging.NullHandler()
_CRYPTO_ERRORS: Final = range(0x100, 0x200)
"""A TLS alert as an error code: RFC 9001 §4.8."""
_ERRORS: Final = {
    0: "no error", 1: "an internal error", 2: "a protocol error", 3: "the request was cancelled",
    4: "excessive load", 5: "no reason given",
}  # fmt: skip
"""RFC 9250 §8.4."""


class QuicChannel:
    """A query on the first stream of a QUIC connection."""

    wants_write = False

    def __init__(self, ask: Ask, settings: TlsSettings) -> None:
        configuration = load_quic(settings)
        configuration.server_name = settings.expected_name(ask.server)
        from aioquic.quic.connection import QuicConnection

        self._ask = ask
        self._settings = settings
        self._connection = QuicConnection(configuration=configuration)
        self._socket = connected_socket(ask, socket.SOCK_DGRAM)
        self._incoming = bytearray()
        self.wakes_at_s: float | None = None

    def fileno(self) -> int:
        return self._socket.fileno()

    def send(self, wire: bytes) -> list[Event]:
        peer = socket_address(self._ask.server.address, self._ask.server.port)
        try:
            self._socket.connect(peer)
        except OSError as error:
            return [failure_of(error)]
        self._connection.connect(peer, monotonic())
        self._connection.send_stream_data(_STREAM, framed(wire), end_stream=True)
        return self._transmit()

    def advance(self) -> list[Event]:
        if self.wakes_at_s is not None and self.wakes_at_s <= monotonic():
            self._connection.handle_timer(monotonic())
        events = self._receive()
        while (happened := self._connection.next_event()) is not None:
            events += self._heard(happened)
        return [*events, *self._transmit()]

    def _receive(self) -> list[Event]:
        peer = socket_address(self._ask.server.address, self._ask.server.port)
        for _ in range(_MOST_READS):
            try:
                datagram = self._socket.recv(_LARGEST_DATAGRAM)
            except BlockingIOError:
                break
            except OSError as error:
                return [failure_of(error)]
            self._connection.receive_datagram(datagram, peer, monotonic())
        return []

    def _transmit(self) -> list[Event]:
        try:
            for datagram, _ in self._connection.datagrams_to_send(monotonic()):
                self._socket.send(datagram)
        except BlockingIOError:
            pass  # a datagram that is lost is sent again by QUIC
        except OSError as error:
            return [failure_of(error)]
        self.wakes_at_s = self._connection.get_timer()
        return []

    def _heard(self, event: "QuicEvent") -> list[Event]:
        from aioquic.quic import events

        match event:
            case events.HandshakeCompleted() if not self._settings.is_verified:
                return [Noted(self._settings.unverified_note(self._ask.server))]
            case events.StreamDataReceived(stream_id=0):
                self._incoming += event.data
                return self._messages(event.end_stream)
            case events.StreamReset(stream_id=0):
                return [Failed("reset", f"it reset the stream: {_reason(event.error_code)}")]
            case events.ConnectionTerminated():
                return [_termination(event.error_code, event.reason_phrase)]
        return []

    def _messages(self, is_end: bool) -> list[Event]:
        """Whole messages: a transfer has several on its stream (RFC 9250 §4.2)."""
        found: list[Event] = []
        while len(self._incoming) >= 2:
            end = 2 + int.from_bytes(self._incoming[:2], "big")
            if len(self._incoming) < end:
                break
            found.append(Reply(bytes(self._incoming[2:end])))
            del self._incoming[:end]
        if is_end:
            found.append(Failed("cut" if self._incoming else "closed"))
        return found

    def close(self) -> None:
        self._connection.close()
        self._transmit()
        self._socket.close()


def load_quic(settings: TlsSettings) -> "QuicConfiguration":
    """A configuration for any server. Raises MissingExtra, and InputError for an unreadable file."""
    try:
        import aioquic.quic.connection  # noqa: F401 - the slowest part, loaded before a query's time begins
        from aioquic.quic.configuration import QuicConfiguration
    except ImportError:
        raise MissingExtra("DNS over QUIC", "doq") from None
    # Else Python writes aioquic's warnings to standard error, with the server's words in them as they came.
    logging.getLogger("quic").addHandler(_SILENCE)
    made = QuicConfiguration(
        is_client=True,
        alpn_protocols=[ALPN_QUIC],
        verify_mode=ssl.CERT_REQUIRED if settings.is_verified else ssl.CERT_NONE,
    )
    if settings.cafile is not None:
        check_cafile(settings.cafile)
        made.load_verify_locations(cafile=settings.cafile)
    else:
        system = ssl.get_default_verify_paths()  # aioquic's own choice would be certifi's, not the system's
        if system.cafile or system.capath:
            made.load_verify_locations(cafile=system.cafile, capath=system.capath)
    return made


def _termination(code: int, reason: str) -> Failed:
    if code in _CRYPTO_ERRORS:
        return Failed("tls-failed", quic_handshake_failure(code - _CRYPTO_ERRORS.start, reason))
    return Failed("closed", f"it ended the connection: {safe(reason) or _reason(code)}")


def _reason(code: int) -> str:
    return _ERRORS.get(code, f"error {code:#x}")
