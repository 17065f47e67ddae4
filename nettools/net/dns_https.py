"""DNS over HTTPS, RFC 8484: one POST on an HTTP/2 connection inside a ``TlsChannel``. Needs h2 (extra ``doh``)."""

from typing import TYPE_CHECKING, Final

from nettools.core.address import format_address
from nettools.core.resolve.https_reply import LARGEST_BODY, HttpFault, fault_of, request_headers, too_large
from nettools.core.resolve.lookup import DEFAULT_PORTS, DOH_PATH, Ask, Server
from nettools.core.resolve.tls import ALPN_HTTPS, TlsSettings
from nettools.core.text import safe
from nettools.errors import MissingExtra
from nettools.net.dns_channels import Event, Failed, Reply
from nettools.net.dns_tls import Context, TlsChannel

if TYPE_CHECKING:
    from h2.connection import H2Connection
    from h2.events import Event as Http2Event


_FRAME_HEAD: Final = 9
"""Octets, RFC 9113 §4.1: the length in three, the type in one."""
_SETTINGS: Final = b"\x04"
"""The type of the first frame that either side sends, RFC 9113 §3.4."""
_MOST_HEARD: Final = 4 * LARGEST_BODY
"""Octets of all frames: more than a message, whatever its head and frames cost, and little to hold."""


class HttpsChannel(TlsChannel):
    """A query as the body of a request; its reply is the body of the response."""

    protocol = ALPN_HTTPS

    def __init__(self, ask: Ask, settings: TlsSettings, context: Context) -> None:
        self._http = load_http2()
        super().__init__(ask, settings, context)
        self._query = b""
        self._body = b""
        self._has_head = False
        self._heard = b""
        self._heard_count = 0

    def send(self, wire: bytes) -> list[Event]:
        self._query = wire
        return [] if self._failure is None else [self._failure]

    def _secured(self) -> list[Event]:
        events = super()._secured()
        if not self._is_secured:
            return events
        if self._tls.selected_alpn_protocol() != ALPN_HTTPS:
            self._is_secured = False
            return [*events, Failed("http-version", "it does not speak HTTP/2, which RFC 8484 recommends as the least")]
        server = self._server
        self._http.initiate_connection()
        self._http.send_headers(1, request_headers(authority_of(server), server.path or DOH_PATH, len(self._query)))
        self._http.send_data(1, self._query, end_stream=True)
        self._unsent += self._http.data_to_send()
        return events

    def _opened(self, octets: bytes) -> list[Event]:
        from h2.exceptions import ProtocolError

        # h2 waits for whole frames, however long they say they are: here is where that ends.
        self._heard += octets[: _FRAME_HEAD - len(self._heard)]
        self._heard_count += len(octets)
        if self._heard[3:4] not in (b"", _SETTINGS):
            return [Failed("http-protocol", "it does not speak HTTP/2, though it said so")]
        if self._heard_count > _MOST_HEARD:
            return [_failed(too_large())]
        events: list[Event] = []
        try:
            for event in self._http.receive_data(octets):
                events += self._happened(event)
        except ProtocolError as error:
            events.append(Failed("http-protocol", f"it breaks the rules of HTTP/2: {safe(str(error))}"))
        self._tls.write(self._http.data_to_send())
        return events

    def _happened(self, event: "Http2Event") -> list[Event]:
        import h2.events

        match event:
            case h2.events.ResponseReceived():
                self._has_head = True
                fault = fault_of((bytes(name), bytes(value)) for name, value in event.headers or ())
                return [_failed(fault)] if fault else []
            case h2.events.DataReceived():
                # No window is ever opened again: beyond the first 65,535 octets (RFC 9113 §6.9.2) a server must stop.
                self._body += event.data or b""
                return [_failed(too_large())] if len(self._body) > LARGEST_BODY else []
            case h2.events.StreamEnded() if self._has_head:
                return [Reply(self._body)]
            case h2.events.StreamReset() | h2.events.ConnectionTerminated():
                code = event.error_code
                return [Failed("http-reset", f"it ended the exchange with the HTTP/2 error {safe(str(code))}")]
        return []

    def _ended(self) -> list[Event]:
        if self._is_secured:
            return [Failed("cut" if self._has_head else "closed")]
        return super()._ended()


def load_http2() -> "H2Connection":
    """A connection that has not begun. Raises MissingExtra."""
    try:
        from h2.config import H2Configuration
        from h2.connection import H2Connection
        from h2.settings import SettingCodes
    except ImportError:
        raise MissingExtra("DNS over HTTPS", "doh") from None
    made = H2Connection(H2Configuration(client_side=True, header_encoding=None))
    made.local_settings[SettingCodes.ENABLE_PUSH] = 0
    return made


def authority_of(server: Server) -> str:
    """Host and port of the server's URL: RFC 3986 §3.2; the usual port is left out."""
    host = server.name or format_address(server.address).partition("%")[0]
    host = f"[{host}]" if ":" in host else host
    return host if server.port == DEFAULT_PORTS["https"] else f"{host}:{server.port}"


def _failed(fault: HttpFault) -> Failed:
    return Failed(fault.result, fault.why)
