"""An HTTP/2 server of one behaviour, for DNS over HTTPS. It plays on a socket that has done its TLS handshake."""

import socket
from collections.abc import Callable, Sequence
from contextlib import suppress

from h2.config import H2Configuration
from h2.connection import H2Connection
from h2.events import DataReceived, RequestReceived, StreamEnded
from h2.exceptions import ProtocolError

from tests.dns_servers.streams import Handler

Fields = Sequence[tuple[str, str]]

MESSAGE: Fields = [(":status", "200"), ("content-type", "application/dns-message")]


class Exchange:
    """A request that has come whole, and the way to answer it."""

    def __init__(self, connection: socket.socket, http: H2Connection, fields: dict[str, str], body: bytes) -> None:
        self._connection = connection
        self.http = http
        self.fields = fields
        self.body = body

    def head(self, fields: Fields, *, end_stream: bool = False) -> None:
        self.http.send_headers(1, list(fields), end_stream=end_stream)
        self.flush()

    def data(self, octets: bytes, *, end_stream: bool = False) -> None:
        """Send in frames as large as allowed, as far as the client's window reaches."""
        while octets:
            size = min(len(octets), self.http.local_flow_control_window(1), self.http.max_outbound_frame_size)
            if size == 0:
                self.flush()
                return
            self.http.send_data(1, octets[:size], end_stream=end_stream and size == len(octets))
            octets = octets[size:]
        self.flush()

    def hang_up(self) -> None:
        """End the connection in order: nothing that the client says is left unread, which would be a reset."""
        self._connection.shutdown(socket.SHUT_WR)
        while self._connection.recv(65_536):
            pass
        raise ConnectionError

    def flush(self) -> None:
        self._connection.sendall(self.http.data_to_send())


def http2_handler(behaviour: Callable[[Exchange], None]) -> Handler:
    """For ``stream_server``: calls the behaviour with each whole request, and stays until the client goes."""

    def handle(connection: socket.socket) -> None:
        with suppress(ProtocolError):  # what a client says to a connection that the behaviour has ended
            play(connection)

    def play(connection: socket.socket) -> None:
        http = H2Connection(H2Configuration(client_side=False, header_encoding="utf-8"))
        http.initiate_connection()
        connection.sendall(http.data_to_send())
        fields: dict[str, str] = {}
        body = b""
        while octets := connection.recv(65_536):
            for event in http.receive_data(octets):
                if isinstance(event, RequestReceived):
                    fields = {str(name): str(value) for name, value in event.headers or ()}
                elif isinstance(event, DataReceived):
                    body += event.data or b""
                elif isinstance(event, StreamEnded):
                    behaviour(Exchange(connection, http, fields, body))
            connection.sendall(http.data_to_send())

    return handle
