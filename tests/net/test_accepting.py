"""The acceptor: who is taken, what is told, and what floods and shortages do to it."""

import errno
import os
import resource
import socket
from collections.abc import Callable, Iterator
from contextlib import suppress
from ipaddress import IPv4Address
from pathlib import Path
from time import monotonic, process_time

import pytest

from nettools.core.intervals import IntervalSet
from nettools.core.listen.access import Access, parse_rules
from nettools.core.listen.settings import ServerSettings
from nettools.net.listen.accepting import Acceptor
from nettools.net.relay.ends import End
from nettools.net.sockets import close_with_reset
from tests.net.listen_bed import Bed, Echo, Keep, bed

KEEP_OPEN = ServerSettings(keep_open=True)
SINGLE = ServerSettings()


@pytest.fixture
def server() -> Iterator[Bed]:
    with bed() as made:
        yield made


def test_many_clients_are_served_at_once_and_everything_about_them_is_told(server: Bed) -> None:
    serving = server.serve(Echo(server.loop))
    clients = [server.connect() for _ in range(20)]
    for number, client in enumerate(clients):
        client.send(b"%d" % number * 10)
    for number, client in enumerate(clients):
        assert server.read_exactly(client, len(b"%d" % number) * 10) == b"%d" % number * 10
    assert len(serving.roster) == 20
    for client in clients:
        client.close()
    server.until(lambda: not len(serving.roster))
    assert [one.local for one in server.told("listening")] == [f"127.0.0.1:{server.port}"]
    assert len(server.told("accept")) == len(server.told("close")) == 20
    assert {one.client for one in server.told("close")} == set(range(1, 21))
    assert sorted(one.bytes_in or 0 for one in server.told("close")) == [10] * 10 + [20] * 10
    assert all(one.duration_ms is not None and one.duration_ms >= 0 for one in server.told("close"))
    assert not server.overs


def test_a_client_knows_both_endpoints(server: Bed) -> None:
    keep = Keep()
    server.serve(keep)
    with server.connect() as client:
        server.until(lambda: bool(keep.clients))
        taken = keep.clients[0]
        assert (taken.peer_address, taken.peer_port) == (IPv4Address("127.0.0.1"), client.getsockname()[1])
        assert (taken.local_address, taken.local_port) == (IPv4Address("127.0.0.1"), server.port)
        assert taken.peer == f"127.0.0.1:{client.getsockname()[1]}"
        taken.cut("cut", "the test is over")
        assert server.read(client) == b""


@pytest.mark.parametrize(("version", "host"), [(4, "127.0.0.2"), (6, "::1")])
def test_on_all_addresses_a_client_knows_which_one_it_came_to(server: Bed, version: int, host: str) -> None:
    keep = Keep()
    server.serve(keep, is_any=True, version=version)
    with server.connect(host):
        server.until(lambda: bool(keep.clients))
        assert str(keep.clients[0].local_address) == host
        assert keep.clients[0].local == (f"[{host}]" if version == 6 else host) + f":{server.port}"


def test_a_single_server_takes_one_client_and_ends_with_it(server: Bed) -> None:
    serving = server.serve(Echo(server.loop), settings=SINGLE)
    client = server.connect()
    server.until(lambda: bool(len(serving.roster)))
    with pytest.raises(ConnectionRefusedError):
        server.connect()
    client.send(b"hello")
    assert server.read_exactly(client, 5) == b"hello"
    client.close()
    server.until(lambda: bool(server.overs))
    (over,) = server.overs
    assert over is not None
    assert over.kind == "closed"


def test_over_the_limit_a_client_is_taken_and_closed_at_once_and_the_others_go_on(server: Bed) -> None:
    serving = server.serve(Echo(server.loop), settings=ServerSettings(keep_open=True, most_clients=3))
    clients = [server.connect() for _ in range(3)]
    server.until(lambda: len(serving.roster) == 3)
    with server.connect() as late:
        assert server.read(late) == b""
    assert [one.reason for one in server.told("reject")] == ["3 clients are there already"]
    clients[0].send(b"x")
    assert server.read(clients[0]) == b"x"
    clients[1].close()
    server.until(lambda: len(serving.roster) == 2)
    with server.connect() as next_one:
        next_one.send(b"y")
        assert server.read(next_one) == b"y"
    clients[0].close()
    clients[2].close()


def test_who_is_denied_hears_nothing_and_uses_up_no_place(server: Bed) -> None:
    rules = Access(deny=IntervalSet.of_prefixes(parse_rules(["127.0.0.3"], "--deny")))
    serving = server.serve(Echo(server.loop), settings=SINGLE, access=lambda: rules)
    with socket.socket() as denied:
        denied.bind(("127.0.0.3", 0))
        denied.connect(("127.0.0.1", server.port))
        assert server.read(denied) == b""
    assert [one.reason for one in server.told("reject")] == ["on the deny list"]
    assert server.told("reject")[0].peer.startswith("127.0.0.3:")  # type: ignore[union-attr]
    with server.connect() as client:
        client.send(b"x")
        assert server.read(client) == b"x"
    server.until(lambda: bool(server.overs))
    assert len(serving.roster) == 0


def test_rules_that_change_hold_for_the_next_client(server: Bed) -> None:
    rules = [Access()]
    server.serve(Echo(server.loop), access=lambda: rules[0])
    with server.connect() as first:
        first.send(b"x")
        assert server.read(first) == b"x"
        rules[0] = Access(allow=IntervalSet.of_prefixes(parse_rules(["192.0.2.1"], "--allow")))
        with server.connect() as second:
            assert server.read(second) == b""
        first.send(b"y")
        assert server.read(first) == b"y"


def test_stopping_takes_nobody_else_and_waits_for_those_who_are_there(server: Bed) -> None:
    serving = server.serve(Echo(server.loop))
    client = server.connect()
    server.until(lambda: len(serving.roster) == 1)
    serving.stop()
    with pytest.raises(ConnectionRefusedError):
        server.connect()
    assert not server.overs
    client.send(b"x")
    assert server.read(client) == b"x"
    client.close()
    server.until(lambda: bool(server.overs))
    assert server.overs == [None]
    serving.stop()
    assert server.overs == [None]


def test_everything_ends_at_once_with_a_hundred_clients(server: Bed) -> None:
    serving = server.serve(Echo(server.loop), settings=ServerSettings(keep_open=True, most_clients=200))
    clients = [server.connect() for _ in range(100)]
    server.until(lambda: len(serving.roster) == 100)
    began_s = monotonic()
    serving.close_all("cut", "a signal came")
    assert monotonic() - began_s < 1
    assert server.overs == [None]
    assert {one.reason for one in server.told("close")} == {"a signal came"}
    for client in clients:
        assert client.recv(1) == b""
        client.close()


def test_a_unix_server_has_clients_without_addresses(server: Bed, tmp_path: Path) -> None:
    keep = Keep()
    server.serve(keep, str(tmp_path / "s"), transport="unix")
    with socket.socket(socket.AF_UNIX) as client:
        client.connect(str(tmp_path / "s"))
        server.until(lambda: bool(keep.clients))
    taken = keep.clients[0]
    assert (taken.peer, taken.peer_address, taken.protocol) == ("unnamed", None, "unix")
    assert taken.local == str(tmp_path / "s")


class Agreement:
    """Stands in for TLS: the test says when it is done or failed."""

    def __init__(self) -> None:
        self.ends: list[End] = []
        self.done: list[Callable[[End], None]] = []
        self.failed: list[Callable[[str], None]] = []
        self.cancelled = 0

    def __call__(self, end: End, *, done: Callable[[End], None], failed: Callable[[str], None]) -> "Agreement":
        self.ends.append(end)
        self.done.append(done)
        self.failed.append(failed)
        return self

    def cancel(self) -> None:
        self.cancelled += 1


def test_those_who_agree_on_tls_count_and_are_clients_only_then(server: Bed) -> None:
    keep, agreement = Keep(), Agreement()
    settings = ServerSettings(keep_open=True, most_clients=2)
    serving = server.serve(keep, settings=settings, wrap=agreement)
    first, second = server.connect(), server.connect()
    server.until(lambda: len(agreement.ends) == 2)
    assert len(serving.roster) == 2
    assert not keep.clients
    with server.connect() as third:
        assert server.read(third) == b""
    agreement.done[0](agreement.ends[0])
    assert [one.protocol for one in keep.clients] == ["tls"]
    assert len(serving.roster) == 2
    agreement.ends[1].close()
    agreement.failed[1]("no shared cipher")
    assert len(serving.roster) == 1
    assert [one.reason for one in server.told("reject")] == ["2 clients are there already", "no shared cipher"]
    serving.close_all("cut", "over")
    assert server.overs == [None]
    first.close()
    second.close()


def test_who_does_not_agree_in_time_is_let_go_and_later_words_of_it_change_nothing(server: Bed) -> None:
    agreement = Agreement()
    settings = ServerSettings(keep_open=True, handshake_s=0.1)
    serving = server.serve(Keep(), settings=settings, wrap=agreement)
    with server.connect() as client:
        assert server.read(client) == b""
        assert agreement.cancelled == 1
        assert len(serving.roster) == 0
        assert "within 0.1 s" in str(server.told("reject")[0].reason)
        agreement.done[0](agreement.ends[0])
        agreement.failed[0]("too late")
        assert len(server.told("reject")) == 1
        assert not server.told("accept")


def test_a_single_server_whose_only_client_does_not_agree_ends_with_that(server: Bed) -> None:
    agreement = Agreement()
    server.serve(Keep(), settings=SINGLE, wrap=agreement)
    with server.connect():
        server.until(lambda: bool(agreement.ends))
        agreement.ends[0].close()
        agreement.failed[0]("plain text where TLS was expected")
    (over,) = server.overs
    assert over is not None
    assert (over.kind, over.status) == ("tls-failed", 1)


def test_ending_gives_up_those_who_are_still_agreeing(server: Bed) -> None:
    agreement = Agreement()
    serving = server.serve(Keep(), wrap=agreement)
    with server.connect() as client:
        server.until(lambda: bool(agreement.ends))
        serving.close_all("cut", "over")
        assert agreement.cancelled == 1
        assert server.overs == [None]
        assert server.read(client) == b""


def test_a_handler_that_finds_no_descriptor_loses_that_client_alone(server: Bed) -> None:
    class Poor(Keep):
        def take(self, client: object) -> None:
            raise OSError(errno.EMFILE, os.strerror(errno.EMFILE))

    serving = server.serve(Poor())
    with server.connect() as client:
        assert server.read(client) == b""
    assert [one.reason for one in server.told("close")] == ["cannot be served: Too many open files"]
    assert len(serving.roster) == 0


@pytest.fixture
def no_descriptors() -> Iterator[Callable[[], None]]:
    """Leaves no descriptor free."""
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    taken: list[int] = []

    def take_all() -> None:
        highest = max(int(one.name) for one in Path("/proc/self/fd").iterdir())
        resource.setrlimit(resource.RLIMIT_NOFILE, (highest + 1, before[1]))
        with suppress(OSError):
            while True:
                taken.append(os.open(os.devnull, os.O_RDONLY))

    yield take_all
    resource.setrlimit(resource.RLIMIT_NOFILE, before)
    for one in taken:
        os.close(one)


def test_without_descriptors_clients_are_turned_away_and_those_there_are_served_on(
    server: Bed, no_descriptors: Callable[[], None]
) -> None:
    serving = server.serve(Echo(server.loop))
    first = server.connect()
    server.until(lambda: len(serving.roster) == 1)
    waiting = [server.keep(socket.socket()) for _ in range(10)]
    no_descriptors()
    for one in waiting:
        one.settimeout(5)
        one.connect(("127.0.0.1", server.port))
    began_s = process_time()
    for one in waiting:
        assert server.read(one) == b""
        first.send(b"x")
        assert server.read(first) == b"x"
    assert process_time() - began_s < 1
    assert [one.reason for one in server.told("reject")].count("no descriptor is free") == 10
    assert len(server.told("error")) == 1
    for one in [first, *waiting]:
        one.close()


class FaultySocket(socket.socket):
    """A listening socket whose accept fails as often as told."""

    faults: list[int]

    def accept(self) -> tuple[socket.socket, object]:
        if self.faults:
            number = self.faults.pop(0)
            raise OSError(number, os.strerror(number))
        return super().accept()


def faulty(server: Bed, serving: object, faults: list[int]) -> None:
    """Let accept fail with these first."""
    assert isinstance(serving, Acceptor)
    listening = serving._listeners[0]
    made = FaultySocket(fileno=os.dup(listening.socket.fileno()))
    made.setblocking(False)
    made.faults = faults
    server.loop.forget(listening.socket.fileno())
    listening.socket.close()
    object.__setattr__(listening, "socket", made)
    serving._watch(listening)


def test_connections_that_were_given_up_are_passed_over_in_silence(server: Bed) -> None:
    serving = server.serve(Echo(server.loop))
    faulty(server, serving, [errno.ECONNABORTED, errno.EPROTO, errno.EPERM])
    with server.connect() as client:
        client.send(b"x")
        assert server.read(client) == b"x"
    assert not server.told("error")


@pytest.mark.parametrize("number", [errno.ENOBUFS, errno.ENOMEM, errno.EINVAL])
def test_other_faults_are_told_once_and_tried_again_without_spinning(server: Bed, number: int) -> None:
    serving = server.serve(Echo(server.loop))
    faulty(server, serving, [number] * 3)
    began_s, began_cpu_s = monotonic(), process_time()
    with server.connect() as client:
        client.send(b"x")
        assert server.read(client) == b"x"
    assert 0.25 < monotonic() - began_s < 5
    assert process_time() - began_cpu_s < 0.2
    assert [one.reason for one in server.told("error")] == [f"cannot accept connections: {os.strerror(number)}"]


def test_clients_that_have_gone_make_room_before_anybody_is_turned_away(server: Bed) -> None:
    server.serve(Echo(server.loop), settings=ServerSettings(keep_open=True, most_clients=10))
    for _ in range(10):
        gone = [server.connect() for _ in range(10)]
        server.turn()
        for one in gone:
            close_with_reset(one)
        with server.connect() as client:
            client.send(b"x")
            assert server.read(client) == b"x"
        server.turn()
    assert not server.told("reject")


def test_connections_that_are_reset_at_once_leave_nothing_behind(server: Bed) -> None:
    serving = server.serve(Echo(server.loop))
    descriptors = len(list(Path("/proc/self/fd").iterdir()))
    for _ in range(500):
        close_with_reset(server.connect())
        server.turn()
    server.until(lambda: not len(serving.roster))
    assert len(list(Path("/proc/self/fd").iterdir())) == descriptors
    assert len(server.told("accept")) == len(server.told("close"))
    assert len(server.loop._ready) == 1
