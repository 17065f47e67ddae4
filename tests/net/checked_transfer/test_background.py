"""What blocks for seconds runs beside the loop, and what it raised comes back to it."""

import errno
import os
import threading
from pathlib import Path

import pytest

from nettools.core.checked_transfer.side import Patience
from nettools.net.checked_transfer.background import Background
from nettools.net.checked_transfer.part_file import PartFile
from nettools.net.interrupts import Interrupts
from nettools.net.loop import Loop
from nettools.net.relay.ends import SocketEnd
from tests.net.checked_transfer.exchange import connection, descriptors, exchange


def outcome_of(error: Exception | None) -> tuple[Exception | None, bool]:
    """What the loop is told, and whether the work ran in another thread."""
    told: list[Exception | None] = []
    threads: list[threading.Thread] = []

    def work() -> None:
        threads.append(threading.current_thread())
        if error is not None:
            raise error

    with Interrupts() as interrupts:
        loop = Loop(interrupts)

        def on_done(outcome: Exception | None) -> None:
            told.append(outcome)
            loop.stop()

        Background(loop, work, on_done)
        loop.call_at(loop.now_s + 30, loop.stop)
        loop.run()
        loop.close()
    assert len(told) == len(threads) == 1
    return told[0], threads[0] is not threading.current_thread()


@pytest.mark.parametrize("error", [None, OSError(errno.EIO, "I/O error"), ValueError("odd")])
def test_the_loop_is_told_what_came_of_it(error: Exception | None) -> None:
    before = descriptors()
    assert outcome_of(error) == (error, True)
    assert descriptors() == before


def test_without_a_descriptor_left_it_is_done_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_flags: int) -> tuple[int, int]:
        raise OSError(errno.EMFILE, os.strerror(errno.EMFILE))

    monkeypatch.setattr(os, "pipe2", refuse)
    assert outcome_of(None) == (None, False)


def test_without_a_thread_left_it_is_done_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_thread: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    before = descriptors()
    monkeypatch.setattr(threading.Thread, "start", refuse)
    assert outcome_of(None) == (None, False)
    assert descriptors() == before


@pytest.fixture
def slow_finish(monkeypatch: pytest.MonkeyPatch) -> threading.Event:
    """Makes the last step of a transfer wait for the test."""
    may_go_on = threading.Event()
    finish = PartFile.finish

    def slow(self: PartFile) -> None:
        assert may_go_on.wait(30)
        finish(self)

    monkeypatch.setattr(PartFile, "finish", slow)
    return may_go_on


def test_a_slow_disk_keeps_the_sender_waiting_longer_than_its_patience(
    tmp_path: Path, slow_finish: threading.Event
) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "f").write_bytes(b"content")
    with exchange(tmp_path / "in", Patience(idle_s=0.5, heartbeat_s=0.05)) as both:
        near, far = connection()
        both.receive(SocketEnd(far))
        both.send(SocketEnd(near), tmp_path / "f")
        both.loop.call_at(both.loop.now_s + 1.5, slow_finish.set)
        both.run()
        assert both.sent[0].ending.status == both.received[0].ending.status == 0
        assert both.sent[0].duration_s >= 1.4
        assert both.received[0].bytes_out > 10 + 24 + 56 + 5 * 24  # a greeting, HAVE, STORED and many WAIT


def test_a_sender_that_goes_meanwhile_does_not_spoil_it(tmp_path: Path, slow_finish: threading.Event) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "f").write_bytes(b"content")
    with exchange(tmp_path / "in", Patience(heartbeat_s=0.02)) as both:
        near, far = connection()
        both.receive(SocketEnd(far))
        sender = both.send(SocketEnd(near), tmp_path / "f")
        both.loop.call_at(both.loop.now_s + 0.2, lambda: sender.cut("cut", "enough"))
        both.loop.call_at(both.loop.now_s + 0.5, slow_finish.set)
        both.run()
        assert both.sent[0].ending.message == "enough"
        assert both.received[0].ending.status == 0
    assert (tmp_path / "in" / "f").read_bytes() == b"content"


def test_a_receiver_that_is_cut_meanwhile_lets_go_of_the_file_when_it_can(
    tmp_path: Path, slow_finish: threading.Event
) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "f").write_bytes(b"content")
    before = descriptors()
    with exchange(tmp_path / "in") as both:
        near, far = connection()
        client = both.receive(SocketEnd(far))
        both.send(SocketEnd(near), tmp_path / "f")
        both.loop.call_at(both.loop.now_s + 0.2, lambda: client.cut("cut", "enough"))
        both.run()
        assert both.received[0].ending.message == "enough"
        assert both.sent[0].ending.status == 1
        slow_finish.set()
        both.loop._is_stopped = False
        both.loop.call_at(both.loop.now_s + 0.3, both.loop.stop)
        both.loop.run()
    assert descriptors() == before
