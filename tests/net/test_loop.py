"""The loop: who is called when, what is forgotten, and that it never spins nor sleeps for ever."""

import os
import signal
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from nettools.net.interrupts import Interrupts
from nettools.net.loop import BROKEN, READABLE, WRITABLE, Loop
from tests.relay_ends import ManualLoop, manual_loop


@pytest.fixture
def loop() -> Iterator[ManualLoop]:
    with manual_loop() as one:
        yield one


@pytest.fixture
def real_loop() -> Iterator[Loop]:
    with Interrupts() as interrupts:
        one = Loop(interrupts)
        yield one
        one.close()


@pytest.fixture
def pipe() -> Iterator[tuple[int, int]]:
    reader, writer = os.pipe()
    os.set_blocking(reader, False)
    os.set_blocking(writer, False)
    yield reader, writer
    for descriptor in (reader, writer):
        try:
            os.close(descriptor)
        except OSError:
            continue


def test_it_calls_while_there_is_something_and_not_before(loop: ManualLoop, pipe: tuple[int, int]) -> None:
    reader, writer = pipe
    calls: list[int] = []
    assert loop.watch(reader, READABLE, calls.append)
    loop.turn()
    assert calls == []
    os.write(writer, b"x")
    loop.turn()
    loop.turn()
    assert calls == [READABLE, READABLE]
    os.read(reader, 10)
    loop.turn()
    assert len(calls) == 2


def test_what_is_forgotten_is_not_called(loop: ManualLoop, pipe: tuple[int, int]) -> None:
    calls: list[int] = []
    loop.watch(pipe[1], WRITABLE, calls.append)
    loop.forget(pipe[1])
    loop.forget(pipe[1])
    loop.turn()
    assert calls == []


def test_no_interest_is_forgetting(loop: ManualLoop, pipe: tuple[int, int]) -> None:
    loop.watch(pipe[1], WRITABLE, lambda _: None)
    assert loop.watch(pipe[1], 0, lambda _: None)
    assert loop.descriptors == set()


def test_a_regular_file_cannot_be_waited_for_and_says_so(loop: ManualLoop, tmp_path: Path) -> None:
    with (tmp_path / "file").open("wb") as file:
        assert not loop.watch(file.fileno(), WRITABLE, lambda _: None)
    assert loop.descriptors == set()


def test_a_reader_that_goes_is_told_to_who_waits_for_nothing_else(loop: ManualLoop, pipe: tuple[int, int]) -> None:
    reader, writer = pipe
    calls: list[int] = []
    loop.watch(writer, BROKEN, calls.append)
    loop.turn()
    assert calls == []
    os.close(reader)
    loop.turn()
    assert calls
    assert calls[0] & BROKEN


def test_one_that_an_earlier_call_forgot_is_not_called_in_the_same_turn(loop: ManualLoop) -> None:
    one, other = socket.socketpair()
    with one, other:
        called: list[str] = []

        def on_one(_events: int) -> None:
            called.append("one")
            loop.forget(other.fileno())

        def on_other(_events: int) -> None:
            called.append("other")
            loop.forget(one.fileno())

        loop.watch(one.fileno(), WRITABLE, on_one)
        loop.watch(other.fileno(), WRITABLE, on_other)
        loop.turn()
        assert len(called) == 1


def test_what_was_found_for_a_closed_file_is_not_told_to_the_next_of_the_same_number(loop: ManualLoop) -> None:
    first, second = socket.socketpair()
    silent, peer = socket.socketpair()
    with first, second, silent, peer:
        called: list[str] = []

        def replace(other: socket.socket) -> None:
            """Put a silent socket in the place of the other one, for which this turn has found something too."""
            called.append("replaced")
            loop.forget(other.fileno())
            os.dup2(silent.fileno(), other.fileno())
            loop.watch(other.fileno(), READABLE, lambda _: called.append("told"))

        loop.watch(first.fileno(), WRITABLE, lambda _: replace(second))
        loop.watch(second.fileno(), WRITABLE, lambda _: replace(first))
        loop.turn()
        assert called == ["replaced"]


def test_a_file_closed_before_it_was_forgotten_does_no_harm(loop: ManualLoop, pipe: tuple[int, int]) -> None:
    loop.watch(pipe[1], WRITABLE, lambda _: None)
    os.close(pipe[1])
    loop.forget(pipe[1])
    assert loop.descriptors == set()


def test_timers_come_in_their_order_and_not_early(loop: ManualLoop) -> None:
    called: list[str] = []
    loop.call_at(2.0, lambda: called.append("two"))
    loop.call_at(1.0, lambda: called.append("one"))
    loop.call_at(1.0, lambda: called.append("one more"))
    loop.advance(0.999)
    assert called == []
    loop.advance(0.001)
    assert called == ["one", "one more"]
    loop.advance(5.0)
    assert called == ["one", "one more", "two"]


def test_a_timer_that_was_called_off_does_not_come(loop: ManualLoop) -> None:
    called: list[str] = []
    second = loop.call_at(1.0, lambda: called.append("second"))
    loop.call_at(0.5, second.cancel)
    loop.advance(2.0)
    assert called == []


def test_a_timer_that_sets_itself_again_for_now_lets_others_have_their_turn(loop: ManualLoop) -> None:
    called = 0

    def again() -> None:
        nonlocal called
        called += 1
        loop.call_at(loop.now_s, again)

    loop.call_at(0.0, again)
    loop.turn()
    assert called == 1


def test_timers_that_are_called_off_do_not_pile_up(loop: ManualLoop) -> None:
    for _ in range(10_000):
        loop.call_at(60.0, lambda: None).cancel()
    assert loop.timers < 1_000


def test_timers_that_are_wanted_survive_the_sweep(loop: ManualLoop) -> None:
    called: list[int] = []
    for number in range(1_000):
        loop.call_at(float(number), lambda number=number: called.append(number))  # type: ignore[misc]
        loop.call_at(5_000.0, lambda: called.append(-1)).cancel()
    loop.advance(2_000.0)
    assert called == list(range(1_000))


def test_what_is_put_off_comes_on_the_next_turn_and_once(loop: ManualLoop) -> None:
    called: list[str] = []

    def first() -> None:
        called.append("first")
        loop.call_soon(lambda: called.append("second"))

    loop.call_soon(first)
    loop.turn()
    assert called == ["first"]
    loop.turn()
    assert called == ["first", "second"]
    loop.turn()
    assert called == ["first", "second"]


def test_it_returns_when_there_is_nothing_left_to_wait_for(real_loop: Loop) -> None:
    real_loop.call_at(real_loop.now_s + 3600, lambda: None).cancel()
    assert real_loop.run() is None


def test_it_returns_when_the_last_timer_is_called_off_by_another(real_loop: Loop) -> None:
    last = real_loop.call_at(real_loop.now_s + 3600, lambda: None)
    real_loop.call_soon(last.cancel)
    assert real_loop.run() is None


def test_it_stops_when_told(real_loop: Loop, pipe: tuple[int, int]) -> None:
    real_loop.watch(pipe[0], READABLE, lambda _: None)
    real_loop.call_soon(real_loop.stop)
    assert real_loop.run() is None


def test_a_signal_ends_it_with_its_number(real_loop: Loop, pipe: tuple[int, int]) -> None:
    real_loop.watch(pipe[0], READABLE, lambda _: None)
    real_loop.call_soon(lambda: signal.raise_signal(signal.SIGTERM))
    assert real_loop.run() == signal.SIGTERM


def test_a_signal_from_outside_wakes_it(real_loop: Loop, pipe: tuple[int, int]) -> None:
    real_loop.watch(pipe[0], READABLE, lambda _: None)
    killer = threading.Thread(target=lambda: os.kill(os.getpid(), signal.SIGINT))
    real_loop.call_soon(killer.start)
    assert real_loop.run() == signal.SIGINT
    killer.join()


def test_a_signal_that_ends_nothing_does_not_keep_it_awake() -> None:
    before = signal.signal(signal.SIGCHLD, lambda *_: None)
    try:
        with manual_loop() as loop:
            signal.raise_signal(signal.SIGCHLD)
            loop.turn()
            assert loop.settle() == 0
    finally:
        signal.signal(signal.SIGCHLD, before)
