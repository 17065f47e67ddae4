"""The services on connections of loopback: plain sockets, and ends that take and give little at a time."""

import hashlib
import random
import socket
import threading
from collections.abc import Callable
from contextlib import suppress
from functools import partial

import pytest

from nettools.core.service.chargen import line
from nettools.core.service.names import ServiceName
from nettools.core.service.share import LARGEST_SHARE, SMALLEST_SHARE
from nettools.net.listen.clients import Handler
from nettools.net.loop import Loop
from nettools.net.relay.ends import End, SocketEnd
from nettools.net.service.client_driver import ClientDriver
from nettools.net.service.streams import ServiceHandler
from tests.net.served import HoardingEnd, ReluctantEnd, Served, read_all, serving

ENDS: list[Callable[[socket.socket], End]] = [SocketEnd, ReluctantEnd, HoardingEnd]
every_end = pytest.mark.parametrize("make_end", ENDS)


def handler(service: ServiceName, *, idle_timeout_s: float | None = 30.0) -> Callable[[Loop], Handler]:
    return lambda loop: ServiceHandler(loop, service, idle_timeout_s=idle_timeout_s, clock=lambda: 0.0)


@every_end
def test_echo_sends_back_what_came_until_the_client_closes(make_end: Callable[[socket.socket], End]) -> None:
    with serving(handler("echo"), make_end=make_end) as served, served.connect() as connection:
        for number in range(50):
            connection.sendall(b"line %d\n" % number)
            assert connection.recv(100) == b"line %d\n" % number
        connection.shutdown(socket.SHUT_WR)
        assert read_all(connection) == b""
        client = served.ended()
        assert client.ending is not None
        assert (client.ending.kind, client.ending.status) == ("closed", 0)
        assert client.bytes_in == client.bytes_out == sum(len(b"line %d\n" % number) for number in range(50))


@every_end
def test_echo_sends_back_everything_after_the_clients_last_octet(make_end: Callable[[socket.socket], End]) -> None:
    octets = random.Random(7).randbytes(3_000_000)
    with serving(handler("echo"), make_end=make_end) as served, served.connect() as connection:

        def send() -> None:
            connection.sendall(octets)
            connection.shutdown(socket.SHUT_WR)

        sender = threading.Thread(target=send)
        sender.start()
        assert hashlib.sha256(read_all(connection)).digest() == hashlib.sha256(octets).digest()
        sender.join()
        assert served.ended().bytes_out == len(octets)


@every_end
def test_a_client_that_never_reads_is_not_read_any_further(make_end: Callable[[socket.socket], End]) -> None:
    with serving(handler("echo"), make_end=make_end) as served, served.connect(receive_buffer=4096) as greedy:
        greedy.setblocking(False)
        sent = 0
        with served.connect() as good:
            for _ in range(400):
                with suppress(BlockingIOError):
                    sent += greedy.send(bytes(1 << 16))
                good.sendall(b"still there?")
                assert good.recv(100) == b"still there?"
        assert sent < 400 << 16
        waiting: list[int] = []
        served.in_loop(lambda: waiting.append(waiting_for(served, 0)))
        assert 0 < waiting[0] <= LARGEST_SHARE


def heard_from(served: Served, number: int) -> int:
    """Octets that were read from a client so far."""
    heard: list[int] = []
    served.in_loop(lambda: heard.append(driver_of(served, number)._bytes_in))
    return heard[0]


def driver_of(served: Served, number: int) -> ClientDriver:
    assert isinstance(served.handler, ServiceHandler)
    (one,) = [one for one in served.handler.sweep._members if driver(one)._client is served.clients[number]]
    return driver(one)


def driver(member: object) -> ClientDriver:
    assert isinstance(member, ClientDriver)
    return member


def waiting_for(served: Served, number: int) -> int:
    """Octets that are kept for a client: what came from it and did not go back."""
    one = driver_of(served, number)
    return len(one._unsent) + one._end.backlog


def test_many_clients_share_the_memory() -> None:
    with serving(handler("echo")) as served:
        connections = [served.connect() for _ in range(200)]
        for connection in connections:
            connection.sendall(b"x")
            assert connection.recv(1) == b"x"
        shares: list[int] = []
        served.in_loop(lambda: shares.append(served.handler.share))  # type: ignore[attr-defined]
        for connection in connections:
            connection.close()
        for _ in connections:
            served.ended()
        served.in_loop(lambda: shares.append(served.handler.share))  # type: ignore[attr-defined]
    assert SMALLEST_SHARE < shares[0] < LARGEST_SHARE
    assert shares[1] == LARGEST_SHARE


@every_end
def test_discard_takes_all_and_says_nothing(make_end: Callable[[socket.socket], End]) -> None:
    with serving(handler("discard"), make_end=make_end) as served, served.connect() as connection:
        connection.sendall(bytes(1_000_000))
        connection.shutdown(socket.SHUT_WR)
        assert read_all(connection) == b""
        client = served.ended()
        assert (client.bytes_in, client.bytes_out) == (1_000_000, 0)


@every_end
@pytest.mark.parametrize(
    ("service", "text"),
    [
        ("daytime", b"Thursday, January 1, 1970 00:00:00-UTC\r\n"),
        ("time", bytes.fromhex("83aa7e80")),
        ("qotd", b"A network is only as clear as the question that you put to it.\r\n"),
    ],
)
def test_one_text_is_said_and_the_connection_closed(
    service: ServiceName, text: bytes, make_end: Callable[[socket.socket], End]
) -> None:
    with serving(handler(service), make_end=make_end) as served:
        with served.connect() as connection:
            assert read_all(connection) == text
        client = served.ended()
        assert client.ending is not None
        assert client.ending.kind == "closed"
        assert client.bytes_out == len(text)


@every_end
def test_what_the_client_said_does_not_reset_the_connection(make_end: Callable[[socket.socket], End]) -> None:
    # To close a socket with octets that nobody read resets it, and the client would lose the text.
    with serving(handler("qotd"), make_end=make_end) as served:
        for _ in range(20):
            with served.connect() as connection:
                connection.sendall(bytes(10_000))
                assert read_all(connection).endswith(b"\r\n")


def test_a_client_that_does_not_close_after_the_text_is_left_soon() -> None:
    with serving(handler("daytime")) as served, served.connect() as connection:
        assert read_all(connection).endswith(b"-UTC\r\n")
        client = served.ended()
        assert client.ending is not None
        assert client.ending.kind == "closed"


@every_end
def test_characters_come_for_as_long_as_they_are_taken(make_end: Callable[[socket.socket], End]) -> None:
    with serving(handler("chargen"), make_end=make_end) as served:
        with served.connect() as connection:
            connection.sendall(b"ignored")
            connection.shutdown(socket.SHUT_WR)  # it says no more, and still takes
            taken = b""
            while len(taken) < 500_000 or heard_from(served, 0) < len(b"ignored"):
                taken += connection.recv(1 << 16)
                assert len(taken) < 100_000_000
        expected = b"".join(line(number) for number in range(len(taken) // 74 + 1))
        assert taken == expected[: len(taken)]
        client = served.ended()
        assert client.ending is not None
        assert client.ending.kind == "reset"
        assert client.bytes_in == 7
        assert client.bytes_out >= len(taken)


@every_end
@pytest.mark.parametrize(
    ("query", "answer"),
    [(b"root\r\n", b"Finger user information denied\r\n"), (b"/W a@b\n", b"Finger forwarding service denied\r\n")],
)
def test_finger_answers_a_line_and_closes(
    query: bytes, answer: bytes, make_end: Callable[[socket.socket], End]
) -> None:
    with serving(handler("finger"), make_end=make_end) as served, served.connect() as connection:
        for octet in query:
            connection.sendall(bytes([octet]))
        assert read_all(connection) == answer


def test_finger_without_a_line_is_closed_without_an_answer() -> None:
    with serving(handler("finger")) as served, served.connect() as connection:
        connection.sendall(b"half a line")
        connection.shutdown(socket.SHUT_WR)
        assert read_all(connection) == b""
        assert served.ended().bytes_in == len(b"half a line")


@pytest.mark.parametrize("service", ["echo", "discard", "chargen", "finger"])
def test_a_client_that_neither_says_nor_takes_anything_is_cut(service: ServiceName) -> None:
    with serving(handler(service, idle_timeout_s=0.3)) as served, served.connect(receive_buffer=4096):
        client = served.ended()
        assert client.ending is not None
        assert (client.ending.kind, client.ending.status) == ("idle-timeout", 1)


def test_without_an_idle_limit_nothing_is_cut() -> None:
    with serving(handler("echo", idle_timeout_s=None)) as served, served.connect() as connection:
        connection.sendall(b"x")
        assert connection.recv(1) == b"x"
        timers: list[object] = []
        served.in_loop(lambda: timers.append(served.handler.sweep._timer))  # type: ignore[attr-defined]
        assert timers == [None]


@every_end
def test_a_reset_ends_it(make_end: Callable[[socket.socket], End]) -> None:
    with serving(handler("echo"), make_end=make_end) as served:
        connection = served.connect()
        connection.sendall(b"x")
        assert connection.recv(1) == b"x"
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
        connection.close()
        client = served.ended()
        assert client.ending is not None
        assert client.ending.kind == "reset"


def test_it_can_be_cut_from_outside_once() -> None:
    with serving(handler("echo")) as served, served.connect() as connection:
        connection.sendall(b"x")
        assert connection.recv(1) == b"x"
        for _ in range(2):
            served.in_loop(partial(served.clients[0].cut, "cut", "too many"))
        assert read_all(connection) == b""
        client = served.ended()
        assert client.ending is not None
        assert (client.ending.kind, client.bytes_in) == ("cut", 1)
        assert served.closed.empty()
