"""Datagrams that the system does not take: a full queue is waited for without spinning, too large is an error."""

import errno
import os
import socket
from collections.abc import Iterator
from time import monotonic, process_time
from typing import TYPE_CHECKING

import pytest

from nettools.core.relay.ending import Ending
from nettools.core.relay.machine import Relay
from nettools.core.relay.manner import Manner
from nettools.net.loop import Loop
from nettools.net.relay.driver import RelayDriver
from nettools.net.relay.ends import DescriptorEnd, SocketEnd
from tests.net.dialing import running_loop

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer as Buffer


class FullQueue(socket.socket):
    """A datagram socket whose device has no room until ``opens_s``, and which counts how often it is asked."""

    opens_s = 0.0
    asked = 0

    def send(self, octets: "Buffer", flags: int = 0) -> int:
        self.asked += 1
        if monotonic() < self.opens_s:
            raise OSError(errno.ENOBUFS, os.strerror(errno.ENOBUFS))
        return super().send(octets, flags)


@pytest.fixture
def server() -> Iterator[socket.socket]:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as made:
        made.bind(("127.0.0.1", 0))
        made.settimeout(5)
        yield made


def full_queue(server: socket.socket, *, for_s: float) -> FullQueue:
    made = FullQueue(socket.AF_INET, socket.SOCK_DGRAM)
    made.connect(server.getsockname())
    made.opens_s = monotonic() + for_s
    return made


def test_a_full_queue_is_asked_again_after_a_while_and_the_datagram_is_not_lost(server: socket.socket) -> None:
    made = full_queue(server, for_s=0.2)
    reader, writer = os.pipe()
    os.write(writer, b"datagram")
    os.close(writer)
    os.set_blocking(reader, False)
    endings: list[Ending] = []
    with running_loop() as loop:

        def on_end(ending: Ending) -> None:
            endings.append(ending)
            loop.stop()

        manner = Manner(quit_after_s=0.01, quits_when_quiet=True)
        far = SocketEnd(made, loop=loop)
        began_s = process_time()
        RelayDriver(
            loop, DescriptorEnd(reader, None, owns=True), far, Relay(manner, now_s=loop.now_s), on_end=on_end
        ).start()
        loop.run()
        spent_s = process_time() - began_s
    assert server.recv(100) == b"datagram"
    assert [one.kind for one in endings] == ["quit-after"]
    assert made.asked <= 30
    assert spent_s < 0.1


def test_a_full_queue_without_a_loop_to_wait_in_is_an_error(server: socket.socket) -> None:
    end = SocketEnd(full_queue(server, for_s=60))
    with pytest.raises(OSError, match=os.strerror(errno.ENOBUFS)):
        end.write(memoryview(b"x"))
    end.close()


def test_while_it_waits_there_is_nothing_to_watch_for_writing(server: socket.socket) -> None:
    with running_loop() as loop:
        end = SocketEnd(full_queue(server, for_s=60), loop=loop)
        changes: list[None] = []
        end.attach(lambda: changes.append(None))
        assert end.write_descriptor == end.read_descriptor
        assert end.write(memoryview(b"x")) is None
        assert [end.write_descriptor] == [None]
        assert end.read_descriptor is not None
        assert end.write(memoryview(b"x")) is None
        loop.call_at(monotonic() + 0.1, loop.stop)
        loop.run()
        assert changes == [None]
        assert end.write_descriptor == end.read_descriptor
        end.close()


def test_a_pause_ends_with_the_end(server: socket.socket) -> None:
    with running_loop() as loop:
        end = SocketEnd(full_queue(server, for_s=60), loop=loop)
        end.attach(lambda: pytest.fail("it was closed"))
        end.write(memoryview(b"x"))
        end.close()
        end.close()
        loop.call_at(monotonic() + 0.1, loop.stop)
        loop.run()


def connected(server: socket.socket, loop: Loop) -> SocketEnd:
    made = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    made.connect(server.getsockname())
    return SocketEnd(made, loop=loop)


def test_the_largest_datagram_is_sent_and_a_larger_one_is_an_error(server: socket.socket) -> None:
    with running_loop() as loop:
        end = connected(server, loop)
        assert end.write(memoryview(bytes(65_507))) == 65_507
        assert len(server.recv(70_000)) == 65_507
        with pytest.raises(OSError, match=os.strerror(errno.EMSGSIZE)):
            end.write(memoryview(bytes(65_508)))
        end.close()


def test_a_unix_datagram_waits_for_its_reader_without_an_error() -> None:
    near, far = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
    with running_loop() as loop:
        end = SocketEnd(near, loop=loop)
        taken = 0
        while end.write(memoryview(b"x" * 1000)) is not None:
            taken += 1
            assert taken < 100_000
        assert end.write_descriptor is not None
        far.recv(1000)
        assert end.write(memoryview(b"x" * 1000)) == 1000
        end.close()
    far.close()
