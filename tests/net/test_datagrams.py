"""Many datagrams at once: both ways do the same."""

import socket
import sys
from collections.abc import Callable, Iterator

import pytest

from nettools.net.datagrams import MOST_AT_ONCE, Datagrams, MmsgDatagrams, PlainDatagrams, make_datagrams

WAYS: list[Callable[[], Datagrams]] = [PlainDatagrams]
if sys.platform == "linux":
    WAYS.append(MmsgDatagrams)

Pair = tuple[socket.socket, socket.socket]


@pytest.fixture
def pair() -> Iterator[Pair]:
    one, other = (socket.socket(socket.AF_INET, socket.SOCK_DGRAM) for _ in range(2))
    with one, other:
        for each in (one, other):
            each.bind(("127.0.0.1", 0))
            each.setblocking(False)
        one.connect(other.getsockname())
        other.connect(one.getsockname())
        yield one, other


@pytest.mark.parametrize("way", WAYS)
def test_what_is_sent_comes_whole_and_in_order(way: Callable[[], Datagrams], pair: Pair) -> None:
    one, other = pair
    datagrams = way()
    messages = [bytes([number]) * (1 + 17 * number) for number in range(MOST_AT_ONCE)]
    assert datagrams.send(one, messages) == len(messages)
    assert datagrams.receive(other) == messages
    assert datagrams.receive(other) == []


@pytest.mark.parametrize("way", WAYS)
def test_buffers_are_used_again_without_a_trace(way: Callable[[], Datagrams], pair: Pair) -> None:
    one, other = pair
    datagrams = way()
    for size in (400, 3, 0, 77):
        assert datagrams.send(one, [b"x" * size, b"y" * (size // 2)]) == 2
        assert datagrams.receive(other) == [b"x" * size, b"y" * (size // 2)]


@pytest.mark.parametrize("way", WAYS)
def test_the_largest_datagram_is_not_cut(way: Callable[[], Datagrams], pair: Pair) -> None:
    one, other = pair
    largest = bytes(range(256)) * 255 + b"12345"
    other.send(largest)
    other.send(b"small")
    assert way().receive(one) == [largest, b"small"]


@pytest.mark.parametrize("way", WAYS)
def test_more_than_fit_into_one_call_come_with_the_next(way: Callable[[], Datagrams], pair: Pair) -> None:
    one, other = pair
    datagrams = way()
    for _ in range(2):
        datagrams.send(one, [b"x"] * MOST_AT_ONCE)
    assert [len(datagrams.receive(other)) for _ in range(3)] == [MOST_AT_ONCE, MOST_AT_ONCE, 0]


@pytest.mark.parametrize("way", WAYS)
def test_a_closed_port_is_told_although_it_was_not_the_first_message(way: Callable[[], Datagrams]) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as one:
        one.setblocking(False)
        one.connect(("127.0.0.1", _closed_port()))
        datagrams = way()
        with pytest.raises(ConnectionRefusedError):  # noqa: PT012
            for _ in range(3):
                datagrams.send(one, [b"x"] * 3)
                datagrams.receive(one)


def _closed_port() -> int:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as taken:
        taken.bind(("127.0.0.1", 0))
        port: int = taken.getsockname()[1]
        return port


@pytest.mark.parametrize("way", WAYS)
def test_a_full_buffer_takes_what_fits(way: Callable[[], Datagrams]) -> None:
    # Over loopback UDP throws away what does not fit; a socket of the Unix domain has the sender wait.
    one, other = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
    with one, other:
        one.setblocking(False)
        other.setblocking(False)
        datagrams = way()
        sent = [datagrams.send(one, [bytes([turn])] * MOST_AT_ONCE) for turn in range(50)]
        assert sent[-1] == 0
        received: list[bytes] = []
        while batch := datagrams.receive(other):
            received += batch
        assert len(received) == sum(sent)


def test_linux_has_the_fast_way() -> None:
    assert isinstance(make_datagrams(), MmsgDatagrams if sys.platform == "linux" else (MmsgDatagrams, PlainDatagrams))
