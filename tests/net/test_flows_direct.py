"""Octets that the kernel moves: between pipes, files and sockets of the system, without a copy."""

import errno
import fcntl
import hashlib
import os
import select
import socket
import struct
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from nettools.core.relay.ending import Ending
from nettools.core.relay.machine import Relay
from nettools.core.relay.manner import Manner
from nettools.net.relay.direct import DirectWay, direct_way
from nettools.net.relay.driver import RelayDriver
from nettools.net.relay.ends import DescriptorEnd, End, SocketEnd
from nettools.net.relay.flows import BufferedWay
from tests.relay_ends import ManualLoop, manual_loop

OCTETS = os.urandom(3 << 20)
Pair = tuple[socket.socket, socket.socket]


@pytest.fixture
def loop() -> Iterator[ManualLoop]:
    with manual_loop() as one:
        yield one


def tcp_pair() -> Pair:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        client = socket.create_connection(listener.getsockname())
        server, _ = listener.accept()
    return client, server


@pytest.fixture(params=[tcp_pair, socket.socketpair], ids=["tcp", "unix"])
def pair(request: pytest.FixtureRequest) -> Iterator[Pair]:
    """Two ends of a stream: ours first, the peer's without blocking."""
    make: Callable[[], Pair] = request.param
    ours, peer = make()
    peer.setblocking(False)
    yield ours, peer
    ours.close()
    peer.close()


class Pipes:
    """A near end made of two pipes, and the other ends of both."""

    def __init__(self) -> None:
        reader, self.feed = os.pipe()
        self.drain, writer = os.pipe()
        for descriptor in (reader, writer, self.feed, self.drain):
            os.set_blocking(descriptor, False)
        self.end = DescriptorEnd(reader, writer, owns=True)

    def hang_up(self) -> None:
        if self.feed >= 0:
            os.close(self.feed)
            self.feed = -1

    def stop_reading(self) -> None:
        if self.drain >= 0:
            os.close(self.drain)
            self.drain = -1

    def close(self) -> None:
        self.hang_up()
        self.stop_reading()
        self.end.close()


@pytest.fixture
def pipes() -> Iterator[Pipes]:
    one = Pipes()
    yield one
    one.close()


class Run:
    """A relay at work, and how it ended."""

    def __init__(self, loop: ManualLoop, near: End, far: End, manner: Manner | None = None) -> None:
        self.endings: list[Ending] = []
        self.relay = Relay(manner or Manner(linger_s=0.0), now_s=loop.now_s)
        self.driver = RelayDriver(loop, near, far, self.relay, on_end=self.endings.append)
        self.driver.start()

    def kind(self) -> str | None:
        assert len(self.endings) <= 1
        return self.endings[0].kind if self.endings else None


def push(loop: ManualLoop, octets: bytes, write: Callable[[memoryview], int], read: Callable[[], bytes]) -> bytes:
    """Write all at one side as it is taken, read what arrives at the other; what arrived."""
    waiting, arrived = memoryview(octets), bytearray()
    for _ in range(100_000):
        with suppress(BlockingIOError):
            waiting = waiting[write(waiting) :] if waiting else waiting
        loop.turn()
        with suppress(BlockingIOError):
            arrived += read()
        if len(arrived) == len(octets):
            return bytes(arrived)
    raise AssertionError(f"{len(arrived)} of {len(octets)} octets arrived")


def digest(octets: bytes) -> str:
    return hashlib.sha256(octets).hexdigest()


def test_a_pipe_goes_to_a_socket_by_splicing(loop: ManualLoop, pair: Pair, pipes: Pipes) -> None:
    ours, peer = pair
    run = Run(loop, pipes.end, SocketEnd(ours))
    arrived = push(loop, OCTETS, lambda octets: os.write(pipes.feed, octets), lambda: peer.recv(1 << 20))
    assert digest(arrived) == digest(OCTETS)
    pipes.hang_up()
    loop.settle()
    assert peer.recv(1) == b""
    assert run.relay.out.moved == len(OCTETS)
    assert run.kind() is None


def test_a_socket_goes_to_a_pipe_by_splicing(loop: ManualLoop, pair: Pair, pipes: Pipes) -> None:
    ours, peer = pair
    run = Run(loop, pipes.end, SocketEnd(ours))
    arrived = push(loop, OCTETS, peer.send, lambda: os.read(pipes.drain, 1 << 20))
    assert digest(arrived) == digest(OCTETS)
    peer.shutdown(socket.SHUT_WR)
    loop.settle()
    assert os.read(pipes.drain, 1) == b""
    assert run.kind() == "closed"
    assert loop.descriptors == set()


def test_a_file_goes_to_a_socket_by_sendfile(loop: ManualLoop, pair: Pair, tmp_path: Path) -> None:
    ours, peer = pair
    (tmp_path / "file").write_bytes(OCTETS)
    with (tmp_path / "file").open("rb") as file:
        run = Run(loop, DescriptorEnd(file.fileno(), None, owns=False), SocketEnd(ours))
        arrived = push(loop, OCTETS, lambda octets: len(octets), lambda: peer.recv(1 << 20))
        assert digest(arrived) == digest(OCTETS)
        loop.settle()
        assert peer.recv(1) == b""
        peer.close()
        loop.settle()
    assert run.kind() == "closed"


def test_a_file_goes_on_from_where_its_descriptor_stands(loop: ManualLoop, pair: Pair, tmp_path: Path) -> None:
    """As in ``(read line; nettools cat ...) < file``: what was read before is not sent."""
    ours, peer = pair
    (tmp_path / "file").write_bytes(b"first\nsecond\n")
    with (tmp_path / "file").open("rb", buffering=0) as file:
        file.read(6)
        Run(loop, DescriptorEnd(file.fileno(), None, owns=False), SocketEnd(ours))
        loop.settle()
    assert peer.recv(100) == b"second\n"


def test_an_input_that_is_open_for_writing_alone_is_a_failure_of_the_input(
    loop: ManualLoop, pair: Pair, tmp_path: Path
) -> None:
    with open(tmp_path / "file", "wb") as file:
        run = Run(loop, DescriptorEnd(file.fileno(), None, owns=False), SocketEnd(pair[0]))
        assert [ending.kind for ending in run.endings] == ["input-failed"]


def test_where_the_kernel_cannot_splice_octets_are_copied(
    loop: ManualLoop, pair: Pair, pipes: Pipes, monkeypatch: pytest.MonkeyPatch
) -> None:
    def cannot(*_arguments: object, **_options: object) -> int:
        raise OSError(errno.EINVAL, os.strerror(errno.EINVAL))

    monkeypatch.setattr(os, "splice", cannot)
    ours, peer = pair
    Run(loop, pipes.end, SocketEnd(ours))
    os.write(pipes.feed, b"question")
    peer.send(b"answer")
    loop.settle()
    assert peer.recv(100) == b"question"
    assert os.read(pipes.drain, 100) == b"answer"


def test_a_relay_that_waits_rests(loop: ManualLoop, pair: Pair, pipes: Pipes) -> None:
    ours, _ = pair
    Run(loop, pipes.end, SocketEnd(ours))
    assert loop.settle() < 10


def test_a_relay_whose_peer_takes_nothing_rests_and_holds_a_bounded_amount(
    loop: ManualLoop, pair: Pair, pipes: Pipes
) -> None:
    ours, peer = pair
    Run(loop, pipes.end, SocketEnd(ours))
    written = 0
    for _ in range(1_000):
        try:
            written += os.write(pipes.feed, bytes(1 << 16))
        except BlockingIOError:
            break
        loop.settle()
    else:
        pytest.fail("the pipe never filled")
    assert loop.settle() < 10
    got = 0
    while got < written:
        loop.settle()
        found, _, _ = select.select([peer], [], [], 5.0)
        assert found, f"{got} of {written} octets came"
        got += len(peer.recv(1 << 20))
    assert got == written


def test_a_relay_whose_output_is_not_read_rests(loop: ManualLoop, pair: Pair, pipes: Pipes) -> None:
    ours, peer = pair
    Run(loop, pipes.end, SocketEnd(ours))
    for _ in range(1_000):
        try:
            peer.send(bytes(1 << 16))
        except BlockingIOError:
            break
        loop.settle()
    assert loop.settle() < 10


def test_an_input_that_has_ended_is_not_looked_at_again(loop: ManualLoop, pair: Pair, pipes: Pipes) -> None:
    ours, _ = pair
    Run(loop, pipes.end, SocketEnd(ours))
    pipes.hang_up()
    loop.settle()
    assert loop.settle() < 10


def test_a_peer_that_has_ended_is_not_looked_at_again(loop: ManualLoop, pair: Pair, pipes: Pipes) -> None:
    ours, peer = pair
    run = Run(loop, pipes.end, SocketEnd(ours), Manner(ends_with=frozenset()))
    peer.shutdown(socket.SHUT_WR)
    loop.settle()
    assert loop.settle() < 10
    assert run.kind() is None


def test_a_reader_that_goes_is_noticed_while_the_peer_is_silent(loop: ManualLoop, pair: Pair, pipes: Pipes) -> None:
    ours, _ = pair
    run = Run(loop, pipes.end, SocketEnd(ours))
    loop.settle()
    pipes.stop_reading()
    loop.settle()
    assert run.kind() == "reader-gone"


def test_what_was_said_before_a_reset_is_delivered(loop: ManualLoop, pipes: Pipes) -> None:
    ours, peer = tcp_pair()
    with ours, peer:
        run = Run(loop, pipes.end, SocketEnd(ours))
        loop.settle()
        peer.send(b"last words")
        peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        peer.close()
        os.write(pipes.feed, b"too late")
        loop.settle()
        assert os.read(pipes.drain, 100) == b"last words"
        assert run.kind() == "reset"


def test_what_was_said_before_a_reset_is_delivered_when_our_writing_meets_it_first(
    loop: ManualLoop, pipes: Pipes
) -> None:
    ours, peer = tcp_pair()
    with ours, peer:
        peer.send(b"last words")
        ours.send(b"unread")
        peer.close()  # with something unread: a reset
        os.write(pipes.feed, b"too late")
        run = Run(loop, pipes.end, SocketEnd(ours))
        loop.settle()
        assert os.read(pipes.drain, 100) == b"last words"
        assert run.kind() == "reset"


def test_only_sending_to_a_peer_that_talks_loses_nothing(loop: ManualLoop, tmp_path: Path) -> None:
    """Closing a socket with something unread resets the connection, and what was not sent yet is gone."""
    ours, peer = tcp_pair()
    (tmp_path / "file").write_bytes(OCTETS)
    with ours, peer, (tmp_path / "file").open("rb") as file:
        peer.setblocking(False)
        manner = Manner(receives=False, ends_with=frozenset({"out"}))
        run = Run(loop, DescriptorEnd(file.fileno(), None, owns=False), SocketEnd(ours), manner)
        arrived = bytearray()
        while True:
            try:
                octets = peer.recv(1 << 14)
            except BlockingIOError:
                loop.advance(0.02)
                continue
            if not octets:
                break
            arrived += octets
            peer.send(b"talk")
            loop.turn()
        assert digest(bytes(arrived)) == digest(OCTETS)
        peer.close()
        loop.settle()
        assert run.kind() in ("sent", "closed")


def test_a_thousand_relays_have_their_turns(loop: ManualLoop) -> None:
    """One that floods does not keep a word of another waiting for more than a turn or two."""
    pairs = [socket.socketpair() for _ in range(200)]
    others = [socket.socketpair() for _ in range(200)]
    try:
        for (ours, peer), (also_ours, other_peer) in zip(pairs, others, strict=True):
            peer.setblocking(False)
            other_peer.setblocking(False)
            Run(loop, SocketEnd(also_ours), SocketEnd(ours))
        for _, peer in pairs[:-1]:
            peer.send(bytes(100_000))
        pairs[-1][1].send(b"a word")
        loop.turn()
        loop.turn()
        assert others[-1][1].recv(100) == b"a word"
    finally:
        for one in (*pairs, *others):
            one[0].close()
            one[1].close()


def test_nothing_stays_open_or_watched_after_the_end(loop: ManualLoop) -> None:
    before = len(os.listdir("/proc/self/fd"))
    for _ in range(20):
        ours, peer = socket.socketpair()
        one = Pipes()
        Run(loop, one.end, SocketEnd(ours))
        peer.close()
        loop.settle()
        one.close()
    assert len(os.listdir("/proc/self/fd")) == before
    assert loop.descriptors == set()


def test_which_way_is_taken_where(pair: Pair, pipes: Pipes, tmp_path: Path) -> None:
    ours, _ = pair
    relay = Relay(Manner(), now_s=0.0)
    far = SocketEnd(ours)
    with (tmp_path / "file").open("w+b") as file:
        files = DescriptorEnd(file.fileno(), file.fileno(), owns=False)
        assert isinstance(direct_way("out", relay.out, pipes.end, far), DirectWay)
        assert isinstance(direct_way("in", relay.into, far, pipes.end), DirectWay)
        assert isinstance(direct_way("out", relay.out, files, far), DirectWay)
        assert direct_way("in", relay.into, far, files) is None
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as datagrams:
        assert direct_way("out", relay.out, pipes.end, SocketEnd(datagrams)) is None


def test_a_way_without_a_copy_can_drop_what_comes(loop: ManualLoop, pair: Pair, pipes: Pipes) -> None:
    ours, peer = pair
    manner = Manner(ends_with=frozenset({"out"}), needs_reader=False)
    run = Run(loop, pipes.end, SocketEnd(ours), manner)
    pipes.stop_reading()
    loop.settle()
    assert run.kind() is None
    for _ in range(50):
        peer.send(bytes(60_000))
        loop.settle()
    os.write(pipes.feed, b"still here")
    loop.settle()
    assert peer.recv(100) == b"still here"


def test_the_buffered_way_moves_the_same_octets(loop: ManualLoop, pair: Pair, pipes: Pipes) -> None:
    ours, peer = pair

    class Watched(SocketEnd):
        splices = False

    run = Run(loop, pipes.end, Watched(ours))
    assert isinstance(run.driver._ways["out"], BufferedWay)
    arrived = push(loop, OCTETS, lambda octets: os.write(pipes.feed, octets), lambda: peer.recv(1 << 20))
    assert digest(arrived) == digest(OCTETS)
    arrived = push(loop, OCTETS, peer.send, lambda: os.read(pipes.drain, 1 << 20))
    assert digest(arrived) == digest(OCTETS)


def test_a_small_pipe_is_filled_and_emptied_without_a_stall(loop: ManualLoop, pair: Pair, pipes: Pipes) -> None:
    fcntl.fcntl(pipes.feed, fcntl.F_SETPIPE_SZ, 4096)
    fcntl.fcntl(pipes.drain, fcntl.F_SETPIPE_SZ, 4096)
    ours, peer = pair
    Run(loop, pipes.end, SocketEnd(ours))
    arrived = push(loop, OCTETS[:200_000], peer.send, lambda: os.read(pipes.drain, 1 << 20))
    assert arrived == OCTETS[:200_000]
    arrived = push(loop, OCTETS[:200_000], lambda octets: os.write(pipes.feed, octets), lambda: peer.recv(1 << 20))
    assert arrived == OCTETS[:200_000]
