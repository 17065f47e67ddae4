"""Both ways to wait for descriptors keep the same promises."""

import os
import select
import socket
from collections.abc import Iterator

import pytest

from nettools.net.poller import Poller, make_poller

IMPLEMENTATIONS = ["epoll", "poll"]


@pytest.fixture(params=IMPLEMENTATIONS)
def poller(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Poller:
    """What this system has, and what a system without epoll gets."""
    if request.param == "poll":
        monkeypatch.delattr(select, "epoll", raising=False)
    elif not hasattr(select, "epoll"):
        pytest.skip("needed for this half: epoll")
    return make_poller()


@pytest.fixture
def pipe() -> Iterator[tuple[int, int]]:
    readable, writable = os.pipe()
    yield readable, writable
    os.close(readable)
    os.close(writable)


def test_the_two_implementations_are_two(monkeypatch: pytest.MonkeyPatch) -> None:
    first = make_poller()
    monkeypatch.delattr(select, "epoll", raising=False)
    assert type(make_poller()) is not type(first) or not hasattr(select, "epoll")


def test_with_nothing_to_report_a_wait_ends_at_its_time(poller: Poller, pipe: tuple[int, int]) -> None:
    poller.watch(pipe[0])
    assert poller.wait(0.0) == []
    assert poller.wait(0.001) == []


def test_a_readable_descriptor_is_reported(poller: Poller, pipe: tuple[int, int]) -> None:
    readable, writable = pipe
    poller.watch(readable)
    os.write(writable, b"x")
    assert poller.wait(None) == [readable]


def test_only_what_happened_is_reported(poller: Poller, pipe: tuple[int, int]) -> None:
    readable, writable = pipe
    other_readable, other_writable = os.pipe()
    poller.watch(other_readable)
    poller.watch(readable)
    os.write(writable, b"x")
    assert poller.wait(None) == [readable]
    poller.forget(other_readable)
    os.close(other_readable)
    os.close(other_writable)


def test_all_that_happened_is_reported_at_once(poller: Poller) -> None:
    pairs = [socket.socketpair() for _ in range(50)]
    for ours, theirs in pairs:
        poller.watch(ours.fileno())
        theirs.send(b"x")
    seen: set[int] = set()
    while len(seen) < len(pairs):
        seen.update(poller.wait(None))
    assert seen == {ours.fileno() for ours, _ in pairs}
    for ours, theirs in pairs:
        poller.forget(ours.fileno())
        ours.close()
        theirs.close()


def test_a_connection_that_comes_about_is_reported(poller: Poller) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener, socket.socket() as client:
        client.setblocking(False)
        client.connect_ex(listener.getsockname())
        poller.watch(client.fileno())
        assert poller.wait(None) == [client.fileno()]


def test_a_refused_connection_is_reported(poller: Poller) -> None:
    with socket.socket() as held, socket.socket() as client:
        held.bind(("127.0.0.1", 0))
        client.setblocking(False)
        client.connect_ex(held.getsockname())
        poller.watch(client.fileno())
        assert poller.wait(None) == [client.fileno()]


def test_what_was_forgotten_and_closed_is_never_reported(poller: Poller) -> None:
    readable, writable = os.pipe()
    poller.watch(readable)
    os.write(writable, b"x")
    poller.forget(readable)
    os.close(readable)
    assert poller.wait(0.0) == []
    os.close(writable)


def test_a_descriptor_number_that_is_used_again_can_be_watched_again(poller: Poller) -> None:
    first, writable = os.pipe()
    poller.watch(first)
    poller.forget(first)
    os.close(first)
    os.close(writable)
    second, writable = os.pipe()
    assert second == first
    poller.watch(second)
    assert poller.wait(0.0) == []
    os.write(writable, b"x")
    assert poller.wait(None) == [second]
    poller.forget(second)
    os.close(second)
    os.close(writable)
