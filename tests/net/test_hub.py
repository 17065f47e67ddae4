"""Many clients on one standard input and output: who hears what, in what order, and who is too slow."""

import os
import random
import socket
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic

import pytest

from nettools.core.listen.settings import ServerSettings
from nettools.core.relay.ending import Ending
from nettools.core.relay.manner import Manner
from nettools.net.relay.ends import DescriptorEnd
from nettools.net.relay.hub import HubMode
from nettools.net.relay.hub_clients import HubHandler
from tests.net.listen_bed import Bed, bed

SLOW_S = 1.0
"""So long at most may one who never reads stop the others."""

LOW, HIGH = bytes(range(128)) * 2, bytes(range(128, 256)) * 2
"""Tables that put any octet into one half."""


@dataclass
class Board:
    """A hub on pipes: the test writes to ``stdin`` and reads ``stdout``."""

    server: Bed
    stdin: int
    stdout: int
    ended: list[Ending] = field(default_factory=list)
    open: set[int] = field(default_factory=set)

    def write(self, octets: bytes) -> None:
        """All of it, while the loop turns."""
        rest = memoryview(octets)
        while rest:
            try:
                rest = rest[os.write(self.stdin, rest) :]
            except BlockingIOError:
                self.server.turn()

    def read(self, count: int) -> bytes:
        said = b""
        while len(said) < count:
            try:
                said += os.read(self.stdout, count - len(said))
            except BlockingIOError:
                self.server.turn()
        return said

    def close(self, descriptor: int) -> None:
        if descriptor in self.open:
            self.open.discard(descriptor)
            os.close(descriptor)


@pytest.fixture
def server() -> Iterator[Bed]:
    with bed() as made:
        yield made


@pytest.fixture
def boards() -> Iterator[list[Board]]:
    made: list[Board] = []
    yield made
    for board in made:
        for descriptor in list(board.open):
            board.close(descriptor)


def hub(
    server: Bed, boards: list[Board], mode: HubMode, manner: Manner | None = None, *, transport: str = "tcp"
) -> Board:
    stdin_reader, stdin = os.pipe()
    stdout, stdout_writer = os.pipe()
    for descriptor in (stdin_reader, stdin, stdout, stdout_writer):
        os.set_blocking(descriptor, False)
    board = Board(server, stdin, stdout, open={stdin, stdout})
    boards.append(board)
    handler = HubHandler(
        server.loop,
        DescriptorEnd(stdin_reader, stdout_writer, owns=True),
        mode=mode,
        manner=manner or Manner(),
        is_datagram=transport == "udp",
        on_standard_end=board.ended.append,
    )
    settings = ServerSettings(keep_open=True, most_clients=500)
    server.serve(handler, transport="udp" if transport == "udp" else "tcp", settings=settings)
    handler.start()
    return board


def members(server: Bed, count: int) -> list[socket.socket]:
    """So many clients, each of whom is there before the next comes."""
    found: list[socket.socket] = []
    for _ in range(count):
        there = len(server.told("accept"))
        found.append(server.connect())
        server.until(lambda there=there: len(server.told("accept")) > there)  # type: ignore[misc]
    return found


def test_input_goes_to_all_and_what_all_say_is_written(server: Bed, boards: list[Board]) -> None:
    board = hub(server, boards, "all")
    clients = members(server, 3)
    board.write(b"to all\n")
    for client in clients:
        assert server.read_exactly(client, 7) == b"to all\n"
    for number, client in enumerate(clients):
        client.send(b"from %d\n" % number)
        assert board.read(7) == b"from %d\n" % number
    assert all(server.is_silent(client) for client in clients)


def test_nothing_is_taken_from_the_input_before_somebody_hears_it(server: Bed, boards: list[Board]) -> None:
    board = hub(server, boards, "all")
    board.write(b"early\n")
    for _ in range(5):
        server.turn()
    (first,) = members(server, 1)
    assert server.read_exactly(first, 6) == b"early\n"
    first.close()
    server.until(lambda: bool(server.told("close")))
    board.write(b"between\n")
    for _ in range(5):
        server.turn()
    (second,) = members(server, 1)
    assert server.read_exactly(second, 8) == b"between\n"


@pytest.mark.parametrize("half_closes", [True, False])
def test_the_end_of_the_input_is_told_to_all_and_to_those_who_come_later(
    server: Bed, boards: list[Board], half_closes: bool
) -> None:
    board = hub(server, boards, "all", Manner(half_closes=half_closes))
    (first,) = members(server, 1)
    board.write(b"last words")
    board.close(board.stdin)
    assert server.read_exactly(first, 10) == b"last words"
    (second,) = members(server, 1)
    for client in (first, second):
        assert server.is_silent(client, turns=10) != half_closes
        client.send(b"still here")
        assert board.read(10) == b"still here"
    if half_closes:
        assert [server.read(client) for client in (first, second)] == [b"", b""]
    assert not board.ended


def test_a_client_that_ends_goes_and_the_others_stay(server: Bed, boards: list[Board]) -> None:
    board = hub(server, boards, "all")
    clients = members(server, 2)
    clients[0].send(b"bye")
    clients[0].shutdown(socket.SHUT_WR)
    assert board.read(3) == b"bye"
    assert server.read(clients[0]) == b""
    assert [(one.bytes_in, one.bytes_out) for one in server.told("close")] == [(3, 0)]
    board.write(b"x")
    assert server.read(clients[1]) == b"x"


def test_whole_chunks_are_written_however_many_speak_at_once(server: Bed, boards: list[Board]) -> None:
    board = hub(server, boards, "all")
    clients = members(server, 8)
    chunk = 2000  # one segment: it is read at once
    for turn in range(20):
        for number, client in enumerate(clients):
            client.send(bytes([ord("a") + number]) * chunk)
        said = board.read(chunk * len(clients))
        runs = [said[place] for place in range(0, len(said), chunk)]
        assert sorted(runs) == [ord("a") + number for number in range(8)], turn
        assert all(said[place : place + chunk] == bytes([said[place]]) * chunk for place in range(0, len(said), chunk))


def test_a_reader_of_the_output_that_waits_holds_up_the_clients_and_loses_nothing(
    server: Bed, boards: list[Board]
) -> None:
    board = hub(server, boards, "all")
    clients = members(server, 2)
    drawn = [random.Random(number).randbytes(6 << 20) for number in range(2)]
    said = [drawn[0].translate(LOW), drawn[1].translate(HIGH)]  # so it shows who said what
    rests = [memoryview(one) for one in said]

    def speak() -> bool:
        is_moving = False
        for number, client in enumerate(clients):
            client.setblocking(False)
            try:
                count = client.send(rests[number])
            except BlockingIOError:
                continue
            rests[number] = rests[number][count:]
            is_moving = is_moving or bool(count)
        return is_moving

    quiet_s = monotonic()
    while monotonic() - quiet_s < 0.5:
        if speak():
            quiet_s = monotonic()
        server.turn()
    assert any(rests)  # the pipe, the hub and the buffers of the kernel are full: nothing is thrown away
    assert not server.told("close")
    heard = bytearray()
    while len(heard) < 12 << 20:
        speak()
        server.turn()
        try:
            heard += os.read(board.stdout, 1 << 20)
        except BlockingIOError:
            continue
    assert heard.translate(None, HIGH) == said[0]
    assert heard.translate(None, LOW) == said[1]


def test_a_broker_passes_on_to_all_others_and_writes_nothing(server: Bed, boards: list[Board]) -> None:
    board = hub(server, boards, "broker")
    clients = members(server, 3)
    clients[0].send(b"from 0")
    assert [server.read_exactly(one, 6) for one in clients[1:]] == [b"from 0"] * 2
    board.write(b"stdin")
    assert [server.read_exactly(one, 5) for one in clients] == [b"stdin"] * 3
    board.close(board.stdin)
    clients[1].send(b"on and on")
    assert server.read_exactly(clients[0], 9) == b"on and on"
    assert server.read_exactly(clients[2], 9) == b"on and on"
    assert server.is_silent(clients[1])
    with pytest.raises(BlockingIOError):
        os.read(board.stdout, 1)


def test_a_broker_serves_its_clients_without_reading_the_input(server: Bed, boards: list[Board]) -> None:
    board = hub(server, boards, "broker", Manner(sends=False))
    clients = members(server, 2)
    board.write(b"unread")
    clients[0].send(b"x")
    assert server.read(clients[1]) == b"x"
    assert all(server.is_silent(one) for one in clients)


def test_a_chat_says_who_speaks_who_comes_and_who_goes(server: Bed, boards: list[Board]) -> None:
    board = hub(server, boards, "chat")
    first, second = members(server, 2)
    hello = b"<announce> 127.0.0.1 is connected as <user1>.\n<announce> already connected: nobody.\n"
    other = b"<announce> 127.0.0.1 is connected as <user2>.\n"
    present = b"<announce> already connected: 127.0.0.1 as <user1>.\n"
    assert server.read_exactly(first, len(hello + other)) == hello + other
    assert server.read_exactly(second, len(other + present)) == other + present
    first.send(b"one\ntwo \x1b[31m\nthr")
    shown = b"<user1> one\n<user1> two \\033[31m\n"
    assert server.read_exactly(second, len(shown)) == shown
    board.write(b"me too\n")
    for one in (first, second):
        assert server.read_exactly(one, 15) == b"<user0> me too\n"
    first.close()
    rest = b"<user1> thr\n<announce> <user1> is disconnected.\n"
    assert server.read_exactly(second, len(rest)) == rest


def test_lines_of_a_chat_stay_whole_however_many_speak_at_once(server: Bed, boards: list[Board]) -> None:
    hub(server, boards, "chat")
    *speakers, listener = members(server, 5)
    for number, speaker in enumerate(speakers):
        speaker.send(b"".join(b"%d says %d\n" % (number, line) for line in range(500)))
    said = b""
    while said.count(b" says ") < 2000:
        said += server.read(listener)
    lines = [line for line in said.split(b"\n") if b" says " in line]
    for number in range(4):
        name = b"<user%d> " % (number + 1)
        expected = [name + b"%d says %d" % (number, line) for line in range(500)]
        assert [line for line in lines if line.startswith(name)] == expected


def test_a_chat_of_ends_of_lines_alone_keeps_each_whole(server: Bed, boards: list[Board]) -> None:
    hub(server, boards, "chat")
    speaker, listener = members(server, 2)
    server.read(listener)
    speaker.send(b"\n" * 50_000)
    expected = b"<user1> \n" * 50_000
    assert server.read_exactly(listener, len(expected)) == expected


@pytest.mark.parametrize("mode", ["all", "broker"])
def test_one_who_never_reads_is_cut_and_the_others_lose_nothing(
    server: Bed, boards: list[Board], mode: HubMode
) -> None:
    board = hub(server, boards, mode)
    never, *readers = members(server, 3)
    said = random.Random(7).randbytes(24 << 20)
    rest, heard = memoryview(said), [bytearray() for _ in readers]
    longest_s, moved_s = 0.0, monotonic()
    for one in readers:
        one.setblocking(False)
    while any(len(one) < len(said) for one in heard):
        if rest:
            with suppress(BlockingIOError):
                rest = rest[os.write(board.stdin, rest) :]
        server.turn()
        for one, words in zip(readers, heard, strict=True):
            try:
                words += one.recv(1 << 20)
            except BlockingIOError:
                continue
            longest_s, moved_s = max(longest_s, monotonic() - moved_s), monotonic()
    assert all(bytes(words) == said for words in heard)
    assert longest_s < SLOW_S
    (closed,) = server.told("close")
    assert (closed.client, closed.reason) == (1, "reads too slowly")
    assert never.fileno() >= 0


def test_one_who_reads_a_little_all_the_time_is_not_cut(server: Bed, boards: list[Board]) -> None:
    board = hub(server, boards, "all")
    server.listeners[0].socket.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 1 << 14)
    slow = server.keep(socket.socket())
    slow.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 14)
    slow.connect(("127.0.0.1", server.port))
    slow.setblocking(False)
    began_s, heard, said = monotonic(), bytearray(), random.Random(3).randbytes(4 << 20)
    rest, next_s = memoryview(said), began_s
    while monotonic() - began_s < 2.0:  # four times as long as one may take nothing
        with suppress(BlockingIOError):
            rest = rest[os.write(board.stdin, rest) :]
        server.turn()
        if monotonic() > next_s:
            next_s += 0.1
            with suppress(BlockingIOError):
                heard += slow.recv(1 << 13)
    assert rest  # it was full all the time
    assert not server.told("close")
    assert 1 << 16 < len(heard) < 1 << 18  # less than one chunk of the hub
    assert said.startswith(heard)


def test_what_waits_for_many_is_kept_once(server: Bed, boards: list[Board]) -> None:
    board = hub(server, boards, "all")
    members(server, 100)
    before = resident()
    began_s = monotonic()
    said = bytes(1 << 20)
    while monotonic() - began_s < 0.4:  # sooner than anybody is cut
        try:
            os.write(board.stdin, said)
        except BlockingIOError:
            server.turn()
    assert resident() - before < 16 << 20


def resident() -> int:
    """Octets of memory of this process (proc(5), statm)."""
    return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1]) * os.sysconf("SC_PAGE_SIZE")


def test_when_nobody_reads_the_output_any_more_that_is_told(server: Bed, boards: list[Board]) -> None:
    board = hub(server, boards, "all")
    board.close(board.stdout)
    server.until(lambda: bool(board.ended))
    assert board.ended[0].kind == "reader-gone"


def test_peers_of_datagrams_hear_the_input_in_datagrams_and_are_written(server: Bed, boards: list[Board]) -> None:
    board = hub(server, boards, "all", transport="udp")
    peers = [server.keep(socket.socket(socket.AF_INET, socket.SOCK_DGRAM)) for _ in range(2)]
    for one in peers:
        one.connect(("127.0.0.1", server.port))
        one.send(b"hi")
        assert board.read(2) == b"hi"
    board.write(b"x" * 65_536)
    for one in peers:
        assert [len(server.read(one)) for _ in range(2)] == [65_507, 29]


@pytest.mark.parametrize("size", [0, 1, 60_000])
def test_a_broker_of_datagrams_keeps_their_borders(server: Bed, boards: list[Board], size: int) -> None:
    hub(server, boards, "broker", transport="udp")
    peers = [server.keep(socket.socket(socket.AF_INET, socket.SOCK_DGRAM)) for _ in range(3)]
    for one in peers:
        one.connect(("127.0.0.1", server.port))
        there = len(server.told("accept"))
        one.send(b"hi")
        server.until(lambda there=there: len(server.told("accept")) > there)  # type: ignore[misc]
        for _ in range(3):
            server.turn()
    assert server.read(peers[0]) == b"hi"
    assert server.read(peers[0]) == b"hi"
    peers[2].send(b"y" * size)
    peers[2].send(b"z")
    assert [server.read(peers[0]), server.read(peers[0])] == [b"y" * size, b"z"]


def test_a_chat_of_datagrams_has_a_line_for_each(server: Bed, boards: list[Board]) -> None:
    hub(server, boards, "chat", transport="udp")
    one, two = (server.keep(socket.socket(socket.AF_INET, socket.SOCK_DGRAM)) for _ in range(2))
    for peer in (one, two):
        peer.connect(("127.0.0.1", server.port))
        there = len(server.told("accept"))
        peer.send(b"hello")
        server.until(lambda there=there: len(server.told("accept")) > there)  # type: ignore[misc]
    said = [server.read(one) for _ in range(4)]
    assert said[-1] == b"<user2> hello\n"
    assert said[2].startswith(b"<announce> 127.0.0.1 is connected as <user2>.\n")
