"""The services and the files behind the acceptor, in the clear and inside TLS."""

import hashlib
import http.client
import random
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from nettools.core.listen.place import parse_place
from nettools.core.listen.settings import ListenEvent, ServerSettings
from nettools.core.tls.settings import ServerTls
from nettools.net.interrupts import Interrupts
from nettools.net.listen.accepting import Acceptor, Wrapping
from nettools.net.listen.clients import Handler
from nettools.net.listen.listeners import open_listeners
from nettools.net.loop import Loop
from nettools.net.relay.ends import End
from nettools.net.serve.handler import ServeHandler
from nettools.net.service.streams import ServiceHandler
from nettools.net.tls.contexts import server_context
from nettools.net.tls.end import TlsEnd
from nettools.net.tls.secure import Secure
from tests.net.served import PATIENCE_S, read_all

MOST_CLIENTS = 50


class Server:
    """One acceptor in a thread; TLS is on its clients if it was asked for."""

    def __init__(self, make_handler: Callable[[Loop], Handler], *, is_secure: bool) -> None:
        self.events: list[ListenEvent] = []
        self.is_over = threading.Event()
        self._loop = Loop(Interrupts())
        self._settings = ServerTls() if is_secure else None
        place = parse_place(["0"], transport="tcp", version=4)
        listeners = open_listeners(place, place.addresses())
        self.port = listeners[0].port or 0
        if self._settings is not None:
            self._identity = server_context(self._settings, names=("localhost", "127.0.0.1"), now=datetime.now(UTC))
        self._acceptor = Acceptor(
            self._loop,
            listeners,
            make_handler(self._loop),
            settings=ServerSettings(keep_open=True, most_clients=MOST_CLIENTS),
            on_event=self.events.append,
            on_over=lambda _ending: self.is_over.set(),
            wrap=self._wrap if is_secure else None,
        )
        self._acceptor.start()
        self._reader, self._writer = socket.socketpair()
        self._loop.watch(self._reader.fileno(), 1, self._stop)
        self._thread = threading.Thread(target=self._loop.run, daemon=True)
        self._thread.start()

    def _wrap(self, end: End, *, done: Callable[[End], None], failed: Callable[[str], None]) -> Wrapping:
        assert self._settings is not None
        tls = TlsEnd(end, self._identity.context, server_side=True)
        secure = Secure(
            self._loop,
            tls,
            deadline_s=self._loop.now_s + 10,
            settings=self._settings,
            on_done=lambda _report: done(tls),
            on_failed=lambda failure: failed(failure.message),
        )
        secure.start()
        return Cancelled(secure)

    def connect(self) -> socket.socket:
        plain = socket.create_connection(("127.0.0.1", self.port), timeout=PATIENCE_S)
        if self._settings is None:
            return plain
        return unverified().wrap_socket(plain)

    def _stop(self, _events: int) -> None:
        self._acceptor.close_all("cut", "the test is over")
        self._loop.stop()

    def close(self) -> None:
        self._writer.close()
        self._thread.join(PATIENCE_S)
        self._reader.close()
        self._loop.close()


class Cancelled:
    """A handshake as the acceptor wants it."""

    def __init__(self, secure: Secure) -> None:
        self._secure = secure

    def cancel(self) -> None:
        self._secure.cut()


def unverified() -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


@contextmanager
def served(make_handler: Callable[[Loop], Handler], *, is_secure: bool) -> Iterator[Server]:
    server = Server(make_handler, is_secure=is_secure)
    try:
        yield server
    finally:
        server.close()


either = pytest.mark.parametrize("is_secure", [False, True], ids=["tcp", "tls"])


@either
def test_echo_sends_back_everything_after_the_clients_last_octet(is_secure: bool) -> None:
    octets = random.Random(11).randbytes(2_000_000)
    with served(lambda loop: ServiceHandler(loop, "echo"), is_secure=is_secure) as server:
        connection = server.connect()

        def send() -> None:
            connection.sendall(octets)
            if not is_secure:  # Python's TLS cannot half-close
                connection.shutdown(socket.SHUT_WR)

        sender = threading.Thread(target=send)
        sender.start()
        back = b""
        while len(back) < len(octets):
            back += connection.recv(1 << 16)
        sender.join()
        connection.close()
        assert hashlib.sha256(back).digest() == hashlib.sha256(octets).digest()


@either
def test_what_came_with_the_handshake_is_answered(is_secure: bool) -> None:
    with served(lambda loop: ServiceHandler(loop, "echo"), is_secure=is_secure) as server:
        for number in range(30):
            with server.connect() as connection:
                connection.sendall(b"%d" % number)
                assert connection.recv(10) == b"%d" % number


@either
def test_a_text_arrives_whole_and_the_connection_ends(is_secure: bool) -> None:
    with (
        served(lambda loop: ServiceHandler(loop, "daytime", clock=lambda: 0.0), is_secure=is_secure) as server,
        server.connect() as connection,
    ):
        assert read_all(connection) == b"Thursday, January 1, 1970 00:00:00-UTC\r\n"


@either
def test_characters_come_under_back_pressure(is_secure: bool) -> None:
    with served(lambda loop: ServiceHandler(loop, "chargen"), is_secure=is_secure) as server:
        with server.connect() as connection, server.connect() as other:
            assert other.recv(5) == b' !"#$'
            taken = b""
            while len(taken) < 500_000:
                taken += connection.recv(1 << 16)
        assert taken[:74] == b" !\"#$%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_`abcdefg\r\n"
        assert taken[74 * 95 : 74 * 96] == taken[:74]


@either
@pytest.mark.parametrize("size", [0, 10, 16_385, 5_000_000])
def test_files_arrive_octet_for_octet(tmp_path: Path, is_secure: bool, size: int) -> None:
    octets = random.Random(size).randbytes(size)
    (tmp_path / "file").write_bytes(octets)
    with served(lambda loop: ServeHandler(loop, str(tmp_path)), is_secure=is_secure) as server:
        client = (
            http.client.HTTPSConnection("127.0.0.1", server.port, timeout=PATIENCE_S, context=unverified())
            if is_secure
            else http.client.HTTPConnection("127.0.0.1", server.port, timeout=PATIENCE_S)
        )
        for _ in range(3):
            client.request("GET", "/file")
            response = client.getresponse()
            assert (response.status, response.read()) == (200, octets)
        client.close()


@either
def test_many_requests_at_once_are_answered_in_their_order(tmp_path: Path, is_secure: bool) -> None:
    (tmp_path / "file").write_bytes(b"hello")
    with served(lambda loop: ServeHandler(loop, str(tmp_path)), is_secure=is_secure) as server:
        with server.connect() as connection:
            one = b"GET /file HTTP/1.1\r\nHost: x\r\n"
            connection.sendall((one + b"\r\n") * 99 + one + b"Connection: close\r\n\r\n")
            answer = read_all(connection)
        assert answer.count(b"\r\n\r\nhello") == 100


def test_one_client_more_than_may_be_is_not_taken_and_the_others_are_served() -> None:
    with served(lambda loop: ServiceHandler(loop, "echo"), is_secure=False) as server:
        connections = [server.connect() for _ in range(MOST_CLIENTS)]
        for connection in connections:
            connection.sendall(b"x")
            assert connection.recv(1) == b"x"
        with server.connect() as extra:
            assert read_all(extra) == b""
        connections[0].sendall(b"y")
        assert connections[0].recv(1) == b"y"
        for connection in connections:
            connection.close()
    closes = [one for one in server.events if one.event == "close"]
    assert {(one.bytes_in, one.bytes_out) for one in closes} == {(1, 1), (2, 2)}
