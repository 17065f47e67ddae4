"""Forwarding: all octets both ways, ends and resets as they are, nothing read before there is a target."""

import hashlib
import random
import socket
import struct
from collections.abc import Iterator, Sequence
from contextlib import suppress
from time import monotonic, sleep

import pytest

from nettools.net.forward.handler import Forward
from tests.net.origins import (
    LONGEST_S,
    echo,
    echo_at_the_end,
    exchange,
    free_port,
    hanging_port,
    origin,
    wait_until_acknowledged,
)
from tests.net.proxy_bed import Bed, made_bed, order_to


@pytest.fixture
def bed() -> Iterator[Bed]:
    with made_bed() as made:
        yield made


def test_octets_go_both_ways_and_the_end_of_one_side_is_told_to_the_other(bed: Bed) -> None:
    with origin(echo_at_the_end) as target:
        port = bed.serve(Forward(bed.loop, order_to(target)))
        assert bed.during(lambda: exchange(port, b"hello" * 1000, shuts=True), until_idle=True) == b"hello" * 1000
    assert bed.endings[0].kind == "closed"
    assert (bed.closed[0].bytes_in, bed.closed[0].bytes_out) == (5000, 5000)


def test_eight_megabytes_each_way_at_once_are_the_same_on_the_other_side(bed: Bed) -> None:
    octets = random.Random(6).randbytes(8 << 20)

    def talk(port: int) -> str:
        import threading

        with socket.create_connection(("127.0.0.1", port), timeout=LONGEST_S) as client:

            def send() -> None:
                client.sendall(octets)
                client.shutdown(socket.SHUT_WR)

            sender = threading.Thread(target=send)
            sender.start()
            heard = hashlib.sha256()
            while piece := client.recv(1 << 18):
                heard.update(piece)
            sender.join()
            return heard.hexdigest()

    with origin(echo) as target:
        port = bed.serve(Forward(bed.loop, order_to(target)))
        assert bed.during(lambda: talk(port), until_idle=True) == hashlib.sha256(octets).hexdigest()
    assert (bed.clients[0].bytes_in, bed.clients[0].bytes_out) == (8 << 20, 8 << 20)


def test_where_nobody_listens_the_client_is_reset_and_the_ending_says_why(bed: Bed) -> None:
    with free_port() as target:
        port = bed.serve(Forward(bed.loop, order_to(target)))
        with pytest.raises(ConnectionResetError):
            bed.during(lambda: exchange(port, b""), until_idle=True)
    assert bed.endings[0].kind == "network-error"
    assert f"no connection to 127.0.0.1:{target}: " in bed.endings[0].message


def reset(connection: socket.socket) -> None:
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()


def test_a_target_that_resets_is_a_reset_for_the_client_too(bed: Bed) -> None:
    def serve(connection: socket.socket) -> None:
        connection.recv(5)
        reset(connection)

    with origin(serve) as target:
        port = bed.serve(Forward(bed.loop, order_to(target)))
        with pytest.raises(ConnectionResetError):
            bed.during(lambda: exchange(port, b"hello"), until_idle=True)
    assert bed.endings[0].kind == "reset"
    assert bed.endings[0].message == "the target reset the connection"


def test_what_the_target_said_before_it_broke_arrives_before_the_reset(bed: Bed) -> None:
    octets = random.Random(5).randbytes(3 << 20)

    def serve(connection: socket.socket) -> None:
        connection.sendall(octets)
        wait_until_acknowledged(connection)
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))

    def listen(port: int) -> bytes:
        with socket.create_connection(("127.0.0.1", port), timeout=LONGEST_S) as client:
            heard = b""
            sleep(0.05)  # slow to begin: all buffers on the way are full
            while len(heard) < len(octets):
                heard += client.recv(10_000)
            with pytest.raises(ConnectionResetError):
                client.recv(1)
            return heard

    with origin(serve) as target:
        port = bed.serve(Forward(bed.loop, order_to(target)))
        assert bed.during(lambda: listen(port), until_idle=True) == octets
    assert bed.endings[0].message == "the target reset the connection"


def test_a_client_that_resets_is_a_reset_for_the_target_too(bed: Bed) -> None:
    seen: list[str] = []

    def serve(connection: socket.socket) -> None:
        connection.sendall(b"hello")
        try:
            seen.append(repr(connection.recv(1)))
        except ConnectionResetError:
            seen.append("reset")

    def leave(port: int) -> None:
        client = socket.create_connection(("127.0.0.1", port), timeout=LONGEST_S)
        assert client.recv(5) == b"hello"
        reset(client)

    with origin(serve) as target:
        port = bed.serve(Forward(bed.loop, order_to(target)))
        bed.during(lambda: leave(port), until_idle=True)
        bed.during(lambda: _wait_for(seen))
    assert seen == ["reset"]
    assert bed.endings[0].message == "the client reset the connection"


def _wait_for(seen: Sequence[object]) -> None:
    until_s = monotonic() + LONGEST_S
    while not seen and monotonic() < until_s:
        sleep(0.002)


def test_a_client_that_leaves_while_we_connect_takes_the_dial_with_it(bed: Bed) -> None:
    with hanging_port() as target:
        port = bed.serve(Forward(bed.loop, order_to(target)))

        def leave() -> None:
            client = socket.create_connection(("127.0.0.1", port), timeout=LONGEST_S)
            client.sendall(b"hello")
            _wait_for(bed.clients)
            reset(client)

        bed.during(leave, until_idle=True, longest_s=3.0)
    assert bed.endings[0].message == "the client reset the connection while we connected"
    assert (bed.clients[0].bytes_in, bed.clients[0].bytes_out) == (0, 0)


def test_a_client_that_only_ends_what_it_sends_is_waited_for(bed: Bed) -> None:
    with origin(echo_at_the_end) as target:
        port = bed.serve(Forward(bed.loop, order_to(target)))
        client = socket.create_connection(("127.0.0.1", port), timeout=LONGEST_S)
        client.sendall(b"hello")
        client.shutdown(socket.SHUT_WR)  # before the loop has seen it at all
        with client:
            assert bed.during(lambda: client.recv(100), until_idle=True) == b"hello"


def test_a_client_can_be_cut_while_we_connect(bed: Bed) -> None:
    with hanging_port() as target:
        port = bed.serve(Forward(bed.loop, order_to(target)))

        def wait() -> bytes:
            with socket.create_connection(("127.0.0.1", port), timeout=LONGEST_S) as client:
                _wait_for(bed.clients)
                bed.soon(lambda: bed.clients[0].cut("cut", "enough"))
                return client.recv(5)

        with pytest.raises(ConnectionResetError):
            bed.during(wait, until_idle=True, longest_s=3.0)
    assert bed.endings[0].message == "enough"


def test_an_idle_timeout_ends_a_silent_pair(bed: Bed) -> None:
    with origin(echo) as target:
        port = bed.serve(Forward(bed.loop, order_to(target), idle_timeout_s=0.05))
        assert bed.during(lambda: exchange(port, b"hello"), until_idle=True) == b"hello"
    assert bed.endings[0].kind == "idle-timeout"


def test_a_client_can_be_cut_while_it_talks(bed: Bed) -> None:
    with origin(echo) as target:
        port = bed.serve(Forward(bed.loop, order_to(target)))

        def talk() -> bytes:
            with socket.create_connection(("127.0.0.1", port), timeout=LONGEST_S) as client:
                client.sendall(b"hello")
                assert client.recv(5) == b"hello"
                bed.soon(lambda: bed.clients[0].cut("cut", "enough"))
                return client.recv(5)

        assert bed.during(talk, until_idle=True) == b""
    assert (bed.endings[0].kind, bed.endings[0].message) == ("cut", "enough")


def test_clients_that_have_gone_leave_nothing_for_the_collector(bed: Bed) -> None:
    with origin(echo_at_the_end) as target, free_port() as nobody:
        there = bed.serve(Forward(bed.loop, order_to(target)))
        nowhere = bed.serve(Forward(bed.loop, order_to(nobody)))

        def work() -> None:
            for _ in range(20):
                exchange(there, b"hello", shuts=True)
                with suppress(ConnectionResetError):
                    exchange(nowhere, b"")
                with socket.create_connection(("127.0.0.1", there)) as client:
                    reset(client)

        assert bed.left_behind_by(work) < 20


def test_datagrams_are_forwarded_each_for_itself_and_peers_have_sessions_of_their_own(bed: Bed) -> None:
    target = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    target.bind(("127.0.0.1", 0))
    target.settimeout(LONGEST_S)

    def ask(port: int) -> list[bytes]:
        heard = []
        peers = [socket.socket(socket.AF_INET, socket.SOCK_DGRAM) for _ in range(2)]
        for place, peer in enumerate(peers):
            peer.settimeout(LONGEST_S)
            peer.connect(("127.0.0.1", port))
            for octets in (b"%d" % place, b"", b"x" * 1400):
                peer.send(octets)
                said, address = target.recvfrom(2000)
                target.sendto(b"re:" + said, address)
                heard.append(peer.recv(2000))
            peer.close()
        return heard

    port = bed.serve(Forward(bed.loop, order_to(target.getsockname()[1], is_datagram=True)), is_datagram=True)
    long = b"re:" + b"x" * 1400
    assert bed.during(lambda: ask(port)) == [b"re:0", b"re:", long, b"re:1", b"re:", long]
    target.close()
    assert len(bed.clients) == 2
    bed.clients[0].cut("closed", "the peer was silent")
    assert (bed.clients[0].bytes_in, bed.clients[0].bytes_out) == (1401, 1410)
