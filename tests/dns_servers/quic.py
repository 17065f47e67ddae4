"""A DNS-over-QUIC server (RFC 9250) on aioquic, in a thread: one connection after another, one behaviour for all."""

import select
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from time import monotonic

from aioquic._buffer import Buffer
from aioquic.quic.configuration import QuicConfiguration
from aioquic.quic.connection import QuicConnection
from aioquic.quic.events import StreamDataReceived
from aioquic.quic.packet import pull_quic_header

NetworkAddress = tuple[str, int]

Behaviour = Callable[[QuicConnection, int, bytes], None]
"""Gets the connection, the stream and a whole query with its length before it."""


@dataclass(slots=True)
class _Client:
    connection: QuicConnection
    received: dict[int, bytes] = field(default_factory=dict)


class QuicServer:
    """Serves until ``stop``; ``queries`` has every query without its length."""

    def __init__(self, chain: str, key: str, behaviour: Behaviour, protocols: tuple[str, ...] = ("doq",)) -> None:
        self._configuration = QuicConfiguration(is_client=False, alpn_protocols=list(protocols))
        self._configuration.load_cert_chain(chain, key)
        self._behaviour = behaviour
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind(("127.0.0.1", 0))
        self._clients: dict[NetworkAddress, _Client] = {}
        self._is_stopped = threading.Event()
        self.queries: list[bytes] = []
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    @property
    def port(self) -> int:
        return int(self._socket.getsockname()[1])

    def stop(self) -> None:
        self._is_stopped.set()
        self._thread.join(5)
        self._socket.close()

    def _serve(self) -> None:
        while not self._is_stopped.is_set():
            readable, _, _ = select.select([self._socket], [], [], self._patience_s())
            if readable:
                datagram, client = self._socket.recvfrom(65_535)
                self._received(datagram, client)
            for address, client_state in list(self._clients.items()):
                self._advance(address, client_state)

    def _patience_s(self) -> float:
        due = [one.connection.get_timer() for one in self._clients.values()]
        waits = [at_s - monotonic() for at_s in due if at_s is not None]
        return max(0.0, min([0.05, *waits]))

    def _received(self, datagram: bytes, client: NetworkAddress) -> None:
        if client not in self._clients:
            header = pull_quic_header(Buffer(data=datagram), host_cid_length=8)
            connection = QuicConnection(
                configuration=self._configuration, original_destination_connection_id=header.destination_cid
            )
            self._clients[client] = _Client(connection)
        self._clients[client].connection.receive_datagram(datagram, client, monotonic())

    def _advance(self, address: NetworkAddress, client: _Client) -> None:
        timer_s = client.connection.get_timer()
        if timer_s is not None and timer_s <= monotonic():
            client.connection.handle_timer(monotonic())
        while (event := client.connection.next_event()) is not None:
            if isinstance(event, StreamDataReceived):
                whole = client.received.get(event.stream_id, b"") + event.data
                client.received[event.stream_id] = whole
                if event.end_stream:
                    self.queries.append(whole[2:])
                    self._behaviour(client.connection, event.stream_id, whole)
        for datagram, _ in client.connection.datagrams_to_send(monotonic()):
            self._socket.sendto(datagram, address)


@contextmanager
def quic_server(
    files: tuple[str, str], behaviour: Behaviour, protocols: tuple[str, ...] = ("doq",)
) -> Iterator[QuicServer]:
    """A server with this certificate chain and key."""
    server = QuicServer(*files, behaviour, protocols)
    try:
        yield server
    finally:
        server.stop()
