"""Leaving so that what was sent arrives, and not for longer than that takes."""

import fcntl
import socket
import termios
from time import monotonic

import pytest

from nettools.net.relay.ends import SocketEnd, unsent
from nettools.net.relay.farewell import Farewell
from tests.net.tls_sides import a_loop, run_until, sockets


class Closed:
    def __init__(self) -> None:
        self.count = 0

    def __call__(self) -> None:
        self.count += 1


def test_what_the_other_side_says_is_dropped_until_it_ends() -> None:
    near, far = sockets()
    closed = Closed()
    with a_loop() as loop, far:
        far.sendall(bytes(100_000))
        Farewell(loop, SocketEnd(near), b"last words", on_closed=closed).start()
        assert far.recv(100) == b"last words"
        assert far.recv(100) == b""
        assert closed.count == 0
        far.sendall(bytes(100_000))
        far.shutdown(socket.SHUT_WR)
        run_until(loop, lambda: closed.count > 0)
        assert far.recv(1) == b"", "a reset would have been an error"
    assert closed.count == 1
    assert near.fileno() == -1


def test_one_who_never_ends_is_left_in_time() -> None:
    near, far = sockets()
    closed = Closed()
    with a_loop() as loop, far:
        began_s = monotonic()
        Farewell(loop, SocketEnd(near), longest_s=0.1, on_closed=closed).start()
        run_until(loop, lambda: closed.count > 0)
        assert 0.1 <= monotonic() - began_s < 1.0


def test_with_all_acknowledged_it_is_over_at_once() -> None:
    near, far = sockets()
    closed = Closed()
    with a_loop() as loop, far:
        if unsent(near.fileno()) is None:
            pytest.skip("this system does not say what is on its way")
        Farewell(loop, SocketEnd(near), b"all", until_acknowledged=True, longest_s=20.0, on_closed=closed).start()
        run_until(loop, lambda: closed.count > 0, longest_s=5.0)
        assert far.recv(100) == b"all"


def test_what_is_on_its_way_is_waited_for() -> None:
    near, far = sockets()
    closed = Closed()
    with a_loop() as loop, far:
        words = bytes(32 << 20)
        Farewell(loop, SocketEnd(near), words, until_acknowledged=True, longest_s=20.0, on_closed=closed).start()
        heard = 0

        def hears() -> bool:
            nonlocal heard
            waiting = int.from_bytes(fcntl.ioctl(far, termios.FIONREAD, bytes(4)), "little")
            assert closed.count == 0 or heard + waiting == len(words), "it left while something was on its way"
            try:
                heard += len(far.recv(1 << 16, socket.MSG_DONTWAIT))
            except BlockingIOError:
                return False
            return heard == len(words)

        run_until(loop, hears)
        run_until(loop, lambda: closed.count > 0)


def test_a_farewell_that_is_cut_tells_nobody() -> None:
    near, far = sockets()
    closed = Closed()
    with a_loop() as loop, far:
        farewell = Farewell(loop, SocketEnd(near), longest_s=0.01, on_closed=closed)
        farewell.start()
        farewell.cut()
        farewell.cut()
        loop.run()
    assert closed.count == 0
    assert near.fileno() == -1


def test_nothing_is_known_of_what_is_no_socket() -> None:
    assert unsent(None) is None
