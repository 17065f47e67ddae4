"""A server of datagrams: sessions, borders, the address that answers, what is dropped and who goes first."""

import errno
import os
import socket
from collections.abc import Iterator
from ipaddress import IPv4Address
from pathlib import Path

import pytest

from nettools.core.intervals import IntervalSet
from nettools.core.listen.access import Access, parse_rules
from nettools.core.listen.settings import ServerSettings
from nettools.core.relay.ending import Ending
from nettools.net.listen.clients import Client
from nettools.net.listen.datagram_server import DatagramServer
from nettools.net.relay.ends import EndFailed
from tests.net.listen_bed import PATIENCE_S, Bed, Echo, Keep, bed

LARGEST = 65_507
"""65,535 octets less the headers of IPv4 and UDP (RFC 768, RFC 791)."""


@pytest.fixture
def server() -> Iterator[Bed]:
    with bed() as made:
        yield made


def peer(server: Bed, host: str = "127.0.0.1", source: tuple[str, int] | None = None) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    made = server.keep(socket.socket(family, socket.SOCK_DGRAM))
    if source is not None:
        made.bind(source)
    made.connect((host, server.port))
    return made


def words_of(client: Client) -> list[bytes]:
    """Everything that waits in a session."""
    buffer, found = memoryview(bytearray(1 << 16)), list[bytes]()
    while (count := client.end.read_into(buffer)) is not None:
        found.append(bytes(buffer[:count]))
    return found


def test_each_peer_has_a_session_of_its_own_and_is_answered(server: Bed) -> None:
    echo = Echo(server.loop)
    server.serve(echo, transport="udp")
    peers = [peer(server) for _ in range(5)]
    for number, one in enumerate(peers):
        one.send(b"%d" % number)
    for number, one in enumerate(peers):
        assert server.read(one) == b"%d" % number
        one.send(b"again")
        assert server.read(one) == b"again"
    assert [one.peer_port for one in echo.clients] == [one.getsockname()[1] for one in peers]
    assert {one.protocol for one in echo.clients} == {"udp"}
    assert len(server.told("accept")) == 5


@pytest.mark.parametrize("size", [0, 1, 1472, 9000, LARGEST])
def test_borders_are_kept_whatever_the_size(server: Bed, size: int) -> None:
    server.serve(Echo(server.loop), transport="udp")
    one = peer(server)
    said = os.urandom(size)
    for _ in range(3):
        one.send(said)
    assert [server.read(one) for _ in range(3)] == [said] * 3


@pytest.mark.parametrize(("version", "host"), [(4, "127.0.0.9"), (4, "127.0.0.1"), (6, "::1")])
def test_the_address_that_was_spoken_to_answers(server: Bed, version: int, host: str) -> None:
    echo = Echo(server.loop)
    server.serve(echo, transport="udp", is_any=True, version=version)
    one = peer(server, host)  # connected: an answer from another address would not reach it
    one.send(b"hello")
    assert server.read(one) == b"hello"
    assert str(echo.clients[0].local_address) == host
    assert echo.clients[0].local == (f"[{host}]" if version == 6 else host) + f":{server.port}"


def test_two_addresses_of_ours_are_two_conversations(server: Bed) -> None:
    echo = Echo(server.loop)
    server.serve(echo, transport="udp", is_any=True)
    one = server.keep(socket.socket(socket.AF_INET, socket.SOCK_DGRAM))
    for host in ("127.0.0.1", "127.0.0.2"):
        one.sendto(host.encode(), (host, server.port))
        assert server.read(one) == host.encode()
    assert len(echo.clients) == 2


def test_a_single_server_serves_the_first_peer_alone(server: Bed) -> None:
    keep = Keep()
    serving = server.serve(keep, transport="udp", settings=ServerSettings(session_idle_s=0.01))
    first, second = peer(server), peer(server)
    first.send(b"first")
    server.until(lambda: bool(keep.clients))
    second.send(b"second")
    server.until(lambda: bool(server.told("reject")))
    assert server.told("reject")[0].reason == "another peer is being served"
    for _ in range(20):
        server.turn()  # longer than an idle session lasts: the only one is never forgotten
    first.send(b"more")
    for _ in range(3):
        server.turn()
    assert words_of(keep.clients[0]) == [b"first", b"more"]
    keep.clients[0].end.close()
    keep.clients[0].closed(Ending(kind="quit-after", message="enough"), bytes_in=9, bytes_out=0)
    (over,) = server.overs
    assert over is not None
    assert over.kind == "quit-after"
    assert isinstance(serving, DatagramServer)
    assert all(listening.socket.fileno() == -1 for listening in server.listeners)


def test_who_is_denied_has_no_session(server: Bed) -> None:
    rules = Access(deny=IntervalSet.of_prefixes(parse_rules(["127.0.0.3"], "--deny")))
    serving = server.serve(Echo(server.loop), transport="udp", access=lambda: rules)
    denied, fine = peer(server, source=("127.0.0.3", 0)), peer(server)
    for _ in range(1000):
        denied.send(b"x")
    fine.send(b"y")
    assert server.read(fine) == b"y"
    server.until(lambda: len(server.told("reject")) >= 10)
    assert len(serving.roster) == 1
    assert 10 <= len(server.told("reject")) <= 30  # told a few a second, not a thousand times
    assert server.is_silent(denied)


def test_a_silent_session_is_forgotten_and_may_begin_anew(server: Bed) -> None:
    echo = Echo(server.loop)
    settings = ServerSettings(keep_open=True, session_idle_s=0.2)
    serving = server.serve(echo, transport="udp", settings=settings)
    one = peer(server)
    one.send(b"x")
    assert server.read(one) == b"x"
    assert 0.1 < server.until(lambda: not len(serving.roster)) < 2
    assert server.told("close")[0].reason == "the peer was silent for 0.2 s"
    one.send(b"y")
    assert server.read(one) == b"y"
    assert len(echo.clients) == 2


def test_the_longest_silent_makes_room_and_nobody_does_who_was_just_heard(server: Bed) -> None:
    echo = Echo(server.loop)
    serving = server.serve(echo, transport="udp", settings=ServerSettings(keep_open=True, most_clients=2))
    first, second, third = peer(server), peer(server), peer(server)
    for one in (first, second):
        one.send(b"x")
        assert server.read(one) == b"x"
    third.send(b"too soon")
    server.until(lambda: bool(server.told("reject")))
    assert server.told("reject")[0].reason == "2 clients are there already"
    for client in echo.clients:  # some time passes, and the first is heard again meanwhile
        assert isinstance(serving, DatagramServer)
        key = client.end.key  # type: ignore[attr-defined]
        serving._idleness._used_s[key] -= 5
    first.send(b"here")
    assert server.read(first) == b"here"
    third.send(b"now")
    assert server.read(third) == b"now"
    (closed,) = server.told("close")
    assert closed.peer == f"127.0.0.1:{second.getsockname()[1]}"
    assert closed.reason == "it was silent, and another peer needed its place"
    assert len(serving.roster) == 2


def test_what_nobody_reads_is_bounded_counted_and_told(server: Bed) -> None:
    keep = Keep()
    serving = server.serve(keep, transport="udp")
    one = peer(server)
    for _ in range(100):
        one.send(b"x" * 60_000)
        server.turn()
    server.until(lambda: server.is_silent(one))
    assert isinstance(serving, DatagramServer)
    dropped = serving.dropped
    read = words_of(keep.clients[0])
    assert len(read) * 60_000 <= 1 << 20
    assert len(read) + dropped == 100
    one.send(b"there is room again")
    for _ in range(3):
        server.turn()
    assert words_of(keep.clients[0]) == [b"there is room again"]
    serving.close_all("cut", "over")
    assert [event.dropped for event in server.told("close")] == [dropped]


def test_a_buffer_that_is_too_small_loses_no_octets(server: Bed) -> None:
    keep = Keep()
    server.serve(keep, transport="udp")
    peer(server).send(b"abcdef")
    server.until(lambda: bool(keep.clients))
    small, end = memoryview(bytearray(4)), keep.clients[0].end
    assert (end.read_into(small), bytes(small)) == (4, b"abcd")
    assert (end.read_into(small), bytes(small[:2])) == (2, b"ef")
    assert end.read_into(small) is None


def test_when_the_system_has_no_room_the_datagram_is_sent_later(server: Bed, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in (errno.EAGAIN, errno.ENOBUFS):
        keep = Keep()
        serving = server.serve(keep, transport="udp")
        one = peer(server)
        one.send(b"question")
        server.until(lambda keep=keep: bool(keep.clients))  # type: ignore[misc]
        end, sent = keep.clients[0].end, list[int | None]()
        assert isinstance(serving, DatagramServer)
        bound = serving._bound[0]
        really_send = bound.send
        monkeypatch.setattr(bound, "send", refuse_once(number, really_send))
        end.attach(lambda end=end, sent=sent: sent.append(end.write(memoryview(b"answer"))))  # type: ignore[misc]
        assert end.write(memoryview(b"answer")) is None
        assert server.read(one) == b"answer"
        assert sent == [6]
        assert not serving._blocked[bound]
        serving.close_all("cut", "next")


def refuse_once(number: int, really_send: object) -> object:
    calls: list[int] = []

    def send(*arguments: object) -> object:
        calls.append(1)
        if len(calls) == 1:
            raise OSError(number, os.strerror(number))
        return really_send(*arguments)  # type: ignore[operator]

    return send


def test_everything_ends_at_once(server: Bed) -> None:
    serving = server.serve(Echo(server.loop), transport="udp")
    for _ in range(10):
        one = peer(server)
        one.send(b"x")
        assert server.read(one) == b"x"
    serving.close_all("cut", "a signal came")
    assert server.overs == [None]
    assert len(server.told("close")) == 10
    assert not server.loop._ready


def test_a_unix_server_answers_those_who_have_a_name(server: Bed, tmp_path: Path) -> None:
    echo = Echo(server.loop)
    server.serve(echo, str(tmp_path / "s"), transport="unix-datagram")
    for name in (str(tmp_path / "c"), f"\0nettools-test-{os.getpid()}"):
        client = server.keep(socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM))
        client.bind(name)
        client.connect(str(tmp_path / "s"))
        for said in (b"hello", b"", b"x" * 60_000):
            client.send(said)
            assert server.read(client) == said
    assert [one.peer for one in echo.clients] == [str(tmp_path / "c"), f"@nettools-test-{os.getpid()}"]


def test_a_unix_sender_without_a_name_is_heard_and_cannot_be_answered(server: Bed, tmp_path: Path) -> None:
    keep = Keep()
    server.serve(keep, str(tmp_path / "s"), transport="unix-datagram")
    client = server.keep(socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM))
    client.connect(str(tmp_path / "s"))
    client.send(b"hello")
    server.until(lambda: bool(keep.clients))
    assert keep.clients[0].peer == "unnamed"
    assert words_of(keep.clients[0]) == [b"hello"]
    with pytest.raises(EndFailed, match="no address"):
        keep.clients[0].end.write(memoryview(b"x"))


def test_a_full_reader_of_a_unix_socket_is_waited_for_without_spinning(server: Bed, tmp_path: Path) -> None:
    keep = Keep()
    server.serve(keep, str(tmp_path / "s"), transport="unix-datagram")
    client = server.keep(socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM))
    client.bind(str(tmp_path / "c"))
    client.connect(str(tmp_path / "s"))
    client.send(b"hello")
    server.until(lambda: bool(keep.clients))
    end, tries = keep.clients[0].end, list[int]()
    sent = 0

    def fill() -> None:
        nonlocal sent
        tries.append(1)
        while sent < 1000 and end.write(memoryview(b"%d" % sent)) is not None:
            sent += 1

    end.attach(fill)
    fill()
    assert sent < 1000
    for _ in range(20):
        server.turn()
    assert len(tries) <= 25
    assert [server.read(client) for _ in range(1000)] == [b"%d" % number for number in range(1000)]


def test_a_datagram_from_port_0_has_no_session(server: Bed) -> None:
    if os.geteuid() != 0:
        pytest.skip("needed for a packet of our own making: root")
    keep = Keep()
    server.serve(keep, transport="udp")
    packet = b"\0\0" + server.port.to_bytes(2, "big") + (13).to_bytes(2, "big") + b"\0\0" + b"spoof"
    with socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_UDP) as raw:
        raw.sendto(packet, ("127.0.0.1", 0))
    server.until(lambda: bool(server.told("reject")), within_s=PATIENCE_S)
    assert server.told("reject")[0].reason == "port 0 cannot be answered"
    assert not keep.clients


def test_a_client_knows_both_endpoints(server: Bed) -> None:
    keep = Keep()
    server.serve(keep, transport="udp")
    one = peer(server)
    one.send(b"")
    server.until(lambda: bool(keep.clients))
    client = keep.clients[0]
    assert (client.peer_address, client.peer_port) == (IPv4Address("127.0.0.1"), one.getsockname()[1])
    assert (client.local_address, client.local_port) == (IPv4Address("127.0.0.1"), server.port)
    assert words_of(client) == [b""]
