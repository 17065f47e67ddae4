"""The services on datagram sockets of loopback."""

import os
import socket
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from nettools.core.intervals import IntervalSet
from nettools.core.listen.access import EVERYBODY, Access, parse_rules
from nettools.core.listen.place import parse_place
from nettools.core.listen.settings import ListenEvent
from nettools.core.service.names import ServiceName
from nettools.net.interrupts import Interrupts
from nettools.net.listen.listeners import open_listeners
from nettools.net.loop import READABLE, Loop
from nettools.net.service.datagrams import DatagramService
from tests.net.served import PATIENCE_S

Where = tuple[str, int] | str
only_linux = pytest.mark.skipif(sys.platform != "linux", reason="needed for this: Linux, whose loopback is a whole /8")


@contextmanager
def answering(
    service: ServiceName,
    *,
    host: str = "127.0.0.1",
    path: Path | None = None,
    access: Access = EVERYBODY,
    on_event: Callable[[ListenEvent], None] = lambda event: None,
    on_answer: Callable[[str, int, int], None] | None = None,
) -> Iterator[tuple[DatagramService, Where]]:
    """The service and where it is."""
    place = (
        parse_place([str(path)], transport="unix-datagram")
        if path is not None
        else parse_place([host, "0"], transport="udp")
    )
    listeners = open_listeners(place, place.addresses())
    loop = Loop(Interrupts())
    made = DatagramService(
        loop,
        listeners,
        service,
        access=lambda: access,
        on_event=on_event,
        on_answer=on_answer,
        clock=lambda: 0.0,
        entropy=lambda: 40,
    )
    made.start()
    reader, writer = os.pipe()
    loop.watch(reader, READABLE, lambda _events: loop.stop())
    where: Where = str(path) if path else (host, listeners[0].port or 0)
    thread = threading.Thread(target=loop.run, daemon=True)
    thread.start()
    try:
        yield made, where
    finally:
        os.write(writer, b".")
        thread.join(PATIENCE_S)
        made.close()
        made.close()
        loop.close()
        os.close(reader)
        os.close(writer)


def asker(host: str = "127.0.0.1", port: int = 0) -> socket.socket:
    made = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_DGRAM)
    made.settimeout(PATIENCE_S)
    made.bind((host, port))
    return made


@pytest.mark.parametrize(
    ("service", "answer"),
    [
        ("echo", b"hello\n"),
        ("daytime", b"Thursday, January 1, 1970 00:00:00-UTC\r\n"),
        ("time", bytes.fromhex("83aa7e80")),
        ("qotd", b"A network is only as clear as the question that you put to it.\r\n"),
        ("chargen", b" !\"#$%&'()*+,-./0123456789:;<=>?@ABCDEFG"),
        ("finger", b"Finger user information denied\r\n"),
    ],
)
@pytest.mark.parametrize("host", ["127.0.0.1", "::1"])
def test_a_datagram_is_answered(service: ServiceName, answer: bytes, host: str) -> None:
    with answering(service, host=host) as (made, where), asker(host) as peer:
        peer.sendto(b"hello\n", where)
        assert peer.recvfrom(70_000)[0] == answer
    assert (made.received, made.answered, made.bytes_in, made.bytes_out) == (1, 1, 6, len(answer))


@pytest.mark.parametrize("size", [0, 1, 1472, 65_507])
def test_echo_keeps_a_datagram_whole(size: int) -> None:
    with answering("echo") as (_, where), asker() as peer:
        peer.sendto(os.urandom(size), where)
        assert len(peer.recv(70_000)) == size


def test_discard_answers_nothing() -> None:
    with answering("discard") as (made, where), answering("echo") as (_, other), asker() as peer:
        peer.sendto(b"x", where)
        peer.sendto(b"y", other)
        assert peer.recv(100) == b"y"
        wait_until(lambda: made.received == 1)
    assert (made.answered, dict(made.dropped)) == (0, {})


def wait_until(holds: Callable[[], bool]) -> None:
    patience = threading.Event()
    for _ in range(int(PATIENCE_S * 100)):
        if holds():
            return
        patience.wait(0.01)
    raise AssertionError("it never came true")


@pytest.mark.parametrize("port", [7, 19, 53, 1023])
def test_servers_are_not_answered(port: int) -> None:
    try:
        privileged = asker(port=port)
    except OSError:
        pytest.skip(f"needed for this: the right to use port {port} of loopback, and nobody else there")
    with answering("echo") as (made, where), asker() as peer, privileged:
        privileged.sendto(b"loop", where)
        peer.sendto(b"fine", where)
        assert peer.recv(100) == b"fine"
    assert dict(made.dropped) == {"privileged-port": 1}


def test_a_flood_is_answered_at_a_limited_rate_and_the_rest_counted() -> None:
    with answering("echo") as (made, where), asker() as peer:
        for number in range(1, 2001):
            peer.sendto(b"x", where)
            if not number % 100:  # the socket's buffer would lose some
                wait_until(lambda total=number: made.received == total)  # type: ignore[misc]
    assert 256 <= made.answered < 2000
    assert made.dropped["rate"] == 2000 - made.answered


def test_who_is_not_allowed_gets_no_answer() -> None:
    denied = IntervalSet.of_prefixes(parse_rules(["127.0.0.2"], "--deny"))
    with (
        answering("echo", access=Access(deny=denied)) as (made, where),
        asker("127.0.0.2") as stranger,
        asker() as peer,
    ):
        stranger.sendto(b"first", where)
        peer.sendto(b"second", where)
        assert peer.recv(100) == b"second"
    assert dict(made.dropped) == {"not-allowed": 1}


def test_where_it_listens_and_what_it_drops_is_told_sparingly() -> None:
    told: list[ListenEvent] = []
    denied = IntervalSet.of_prefixes(parse_rules(["127.0.0.0/8"], "--deny"))
    with answering("echo", access=Access(deny=denied), on_event=told.append) as (made, where), asker() as peer:
        for _ in range(500):
            peer.sendto(b"x", where)
        wait_until(lambda: made.received == 500)
        name = peer.getsockname()
    rejects = [one for one in told if one.event == "reject"]
    assert [(one.event, one.protocol, one.local) for one in told[:1]] == [
        ("listening", "udp", f"{where[0]}:{where[1]}")
    ]
    assert 0 < len(rejects) < 100
    assert {(one.peer, one.reason) for one in rejects} == {(f"{name[0]}:{name[1]}", "the rules do not allow it")}


def test_each_answer_is_told() -> None:
    told: list[tuple[str, int, int]] = []
    with (
        answering("echo", host="::1", on_answer=lambda *what: told.append(what)) as (_, where),
        asker("::1") as peer,
    ):
        peer.sendto(b"hello", where)
        peer.recv(100)
    assert told == [(f"[::1]:{peer_port(told)}", 5, 5)]


def peer_port(told: list[tuple[str, int, int]]) -> int:
    return int(told[0][0].rpartition(":")[2])


@only_linux
@pytest.mark.parametrize("host", ["127.0.0.1", "127.5.5.5"])
def test_the_answer_comes_from_the_address_that_was_asked(host: str) -> None:
    with answering("echo", host="0.0.0.0") as (_, where), asker() as peer:
        peer.sendto(b"hello", (host, int(where[1])))
        assert peer.recvfrom(100) == (b"hello", (host, where[1]))


@only_linux
def test_what_came_to_a_broadcast_address_is_not_answered() -> None:
    with answering("echo", host="0.0.0.0") as (made, where), asker() as peer:
        peer.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
        peer.sendto(b"all of you", ("127.255.255.255", int(where[1])))
        peer.sendto(b"you", ("127.0.0.1", int(where[1])))
        assert peer.recv(100) == b"you"
    assert dict(made.dropped) == {"to-many": 1}


def test_unix_sockets_with_a_name_are_answered(tmp_path: Path) -> None:
    told: list[tuple[str, int, int]] = []
    with (
        answering("echo", path=tmp_path / "server", on_answer=lambda *what: told.append(what)) as (made, where),
        socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as nameless,
        socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as named,
    ):
        named.settimeout(PATIENCE_S)
        named.bind(str(tmp_path / "client"))
        nameless.sendto(b"nobody", where)
        named.sendto(b"hello", where)
        assert named.recv(100) == b"hello"
    assert dict(made.dropped) == {"bad-source": 1}
    assert told == [(str(tmp_path / "client"), 5, 5)]


def test_a_client_that_has_gone_changes_nothing() -> None:
    with answering("echo") as (made, where):
        for _ in range(5):
            with asker() as gone:
                gone.sendto(b"x", where)
        wait_until(lambda: made.received == 5)
        with asker() as peer:
            peer.sendto(b"still there?", where)
            assert peer.recv(100) == b"still there?"
