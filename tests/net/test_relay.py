"""The driver of a relay over ends that say what they are told: who reads what when, and how it ends."""

import errno
import os
from collections.abc import Iterator

import pytest

from nettools.core.relay.ending import Ending
from nettools.core.relay.flow import Flow
from nettools.core.relay.machine import Relay
from nettools.core.relay.manner import Manner, Way
from nettools.net.relay.driver import RelayDriver
from nettools.net.relay.ends import DescriptorEnd, EndFailed
from tests.relay_ends import DRY, END, ManualLoop, ScriptedEnd, manual_loop

SEND_ONLY = Manner(receives=False, ends_with=frozenset({"out"}))
PROGRAM = Manner(ends_with=frozenset({"out"}), needs_reader=False)
STAY = Manner(ends_with=frozenset())
TYPED = Manner(linger_s=0.0)


@pytest.fixture
def loop() -> Iterator[ManualLoop]:
    with manual_loop() as one:
        yield one


class Run:
    """A relay between two ends, and how it ended."""

    def __init__(
        self, loop: ManualLoop, near: ScriptedEnd, far: ScriptedEnd, manner: Manner, *, chunk: int = 64
    ) -> None:
        self.endings: list[Ending] = []
        self.loop = loop
        self.near = near
        self.far = far
        self.relay = Relay(manner, now_s=loop.now_s, out=Flow(chunk=chunk), into=Flow(chunk=chunk))
        self.driver = RelayDriver(loop, near, far, self.relay, on_end=self.endings.append)
        self.driver.start()
        loop.settle()

    def kind(self) -> str | None:
        assert len(self.endings) <= 1
        return self.endings[0].kind if self.endings else None


def reset() -> OSError:
    return ConnectionResetError(errno.ECONNRESET, os.strerror(errno.ECONNRESET))


def broken_pipe() -> OSError:
    return BrokenPipeError(errno.EPIPE, os.strerror(errno.EPIPE))


def test_octets_go_both_ways_and_both_are_told_the_end(loop: ManualLoop) -> None:
    run = Run(loop, ScriptedEnd(b"question", END), ScriptedEnd(DRY, b"answer", END), Manner())
    run.far.says()
    loop.settle()
    assert run.far.said == b"question"
    assert run.near.said == b"answer"
    assert (run.near.shuts, run.far.shuts) == (1, 1)
    assert (run.near.closes, run.far.closes) == (1, 1)
    assert run.kind() == "closed"
    assert loop.descriptors == set()


def test_what_is_taken_bit_by_bit_arrives_whole(loop: ManualLoop) -> None:
    far = ScriptedEnd()
    far.takes.extend([1, 0, 3, 2])
    Run(loop, ScriptedEnd(b"abcdefgh", END), far, Manner())
    assert far.said == b"abcdefgh"


def test_a_sink_that_takes_nothing_stops_the_reading_of_its_source(loop: ManualLoop) -> None:
    far = ScriptedEnd()
    far.is_blocked = True
    run = Run(loop, ScriptedEnd(b"abc", b"def", b"ghi", END), far, Manner())
    assert run.near.reads == 1
    far.takes_again()
    loop.settle()
    assert far.said == b"abcdefghi"


def test_what_is_kept_survives_what_other_relays_read_meanwhile(loop: ManualLoop) -> None:
    far = ScriptedEnd()
    far.takes.extend([2, None])
    run = Run(loop, ScriptedEnd(b"abcdef"), far, Manner())
    Run(loop, ScriptedEnd(b"XXXXXX"), ScriptedEnd(), Manner())
    run.far.takes_again()
    loop.settle()
    assert far.said == b"abcdef"


def test_an_end_that_calls_back_while_it_is_written_to_does_no_harm(loop: ManualLoop) -> None:
    """As a hub does: what one client says makes the others readable, in the middle of a write."""
    other = ScriptedEnd()

    class Echoing(ScriptedEnd):
        def write(self, octets: memoryview) -> int | None:
            other.says(b"X" * len(octets))
            return super().write(octets[:2])

    Run(loop, other, ScriptedEnd(), Manner())
    far = Echoing()
    Run(loop, ScriptedEnd(b"abcdef", END), far, Manner())
    assert far.said == b"abcdef"


def test_an_end_is_not_shut_while_it_keeps_something_back(loop: ManualLoop) -> None:
    far = ScriptedEnd()
    far.keeps_back = True
    run = Run(loop, ScriptedEnd(b"sealed", END), far, Manner())
    assert far.shuts == 0
    far.takes_again()
    loop.settle()
    assert (far.said, far.shuts) == (b"sealed", 1)
    assert run.kind() is None


def test_what_is_kept_back_goes_out_before_the_peers_end_ends_it(loop: ManualLoop) -> None:
    far = ScriptedEnd()
    far.keeps_back = True
    run = Run(loop, ScriptedEnd(b"sealed"), far, TYPED)
    far.says(END)
    loop.settle()
    assert run.kind() is None
    far.takes_again()
    loop.settle()
    assert (far.said, run.kind()) == (b"sealed", "closed")


def test_a_peer_that_says_nothing_more_is_sent_a_whole_file(loop: ManualLoop) -> None:
    far = ScriptedEnd(END)
    run = Run(loop, ScriptedEnd(*[b"line\n"] * 100, END), far, TYPED)
    assert far.said == b"line\n" * 100
    assert run.kind() == "closed"


def test_the_output_ends_at_once_when_the_peer_ends_though_a_feeder_is_waited_for(loop: ManualLoop) -> None:
    run = Run(loop, ScriptedEnd(), ScriptedEnd(b"bye", END), Manner(linger_s=2.0))
    assert (run.near.said, run.near.shuts) == (b"bye", 1)
    assert run.kind() is None
    loop.advance(1.5)
    run.near.says(b"late", DRY)
    loop.settle()
    assert run.far.said == b"late"
    loop.advance(1.9)
    assert run.kind() is None
    loop.advance(0.2)
    assert run.kind() == "closed"


def test_octets_before_a_reset_are_delivered(loop: ManualLoop) -> None:
    far = ScriptedEnd()
    far.takes.append(reset())
    far.script.extend([b"last ", b"words", END])
    run = Run(loop, ScriptedEnd(b"question"), far, Manner())
    assert run.near.said == b"last words"
    assert run.kind() == "reset"


def test_octets_before_a_reset_wait_for_an_output_that_is_slow(loop: ManualLoop) -> None:
    near = ScriptedEnd(b"question")
    near.is_blocked = True
    far = ScriptedEnd(b"last ", b"words", END)
    far.takes.append(reset())
    run = Run(loop, near, far, Manner())
    assert run.kind() is None
    near.takes_again()
    loop.settle()
    assert (near.said, run.kind()) == (b"last words", "reset")


def test_a_reset_that_is_read_ends_it(loop: ManualLoop) -> None:
    run = Run(loop, ScriptedEnd(), ScriptedEnd(b"words", reset()), Manner())
    assert (run.near.said, run.kind()) == (b"words", "reset")


def test_a_refused_datagram_does_not_hide_the_ones_that_came(loop: ManualLoop) -> None:
    refused = ConnectionRefusedError(errno.ECONNREFUSED, os.strerror(errno.ECONNREFUSED))
    far = ScriptedEnd(refused, b"one", b"two", is_datagram=True)
    run = Run(loop, ScriptedEnd(), far, Manner(quit_after_s=1.0, quits_when_quiet=True))
    assert run.near.written == [b"one", b"two"]
    assert run.kind() == "refused"


def test_empty_datagrams_are_no_end_and_keep_their_place(loop: ManualLoop) -> None:
    far = ScriptedEnd(is_datagram=True)
    near = ScriptedEnd(b"a", b"", b"bc", is_datagram=True)
    run = Run(loop, near, far, STAY)
    assert far.written == [b"a", b"", b"bc"]
    assert run.kind() is None


def test_only_sending_drops_what_comes_and_waits_for_nothing_more(loop: ManualLoop) -> None:
    run = Run(loop, ScriptedEnd(b"all", END), ScriptedEnd(b"ignored"), SEND_ONLY)
    assert (run.far.said, run.near.said, run.kind()) == (b"all", b"", "sent")
    assert run.far.reads >= 2


def test_only_receiving_never_reads_the_input(loop: ManualLoop) -> None:
    run = Run(loop, ScriptedEnd(b"unread"), ScriptedEnd(b"taken", END), Manner(sends=False))
    assert (run.near.reads, run.near.said, run.kind()) == (0, b"taken", "closed")
    assert run.far.shuts == 0


def test_an_output_without_a_reader_ends_it(loop: ManualLoop) -> None:
    near = ScriptedEnd()
    near.takes.append(broken_pipe())
    assert Run(loop, near, ScriptedEnd(b"words"), Manner()).kind() == "reader-gone"


def test_a_program_that_reads_no_more_still_speaks(loop: ManualLoop) -> None:
    near = ScriptedEnd()
    near.takes.append(broken_pipe())
    run = Run(loop, near, ScriptedEnd(b"a long request"), PROGRAM)
    assert run.kind() is None
    near.says(b"an answer", END)
    loop.settle()
    assert (run.far.said, run.kind()) == (b"an answer", "closed")


def test_a_full_disk_is_a_failure_of_the_output(loop: ManualLoop) -> None:
    near = ScriptedEnd()
    near.takes.append(OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)))
    run = Run(loop, near, ScriptedEnd(b"words"), Manner())
    assert run.kind() == "output-failed"
    assert "No space left" in run.endings[0].message


def test_an_output_whose_closing_fails_is_a_failure_of_the_output(loop: ManualLoop) -> None:
    near = ScriptedEnd()
    near.shut_fails = OSError(errno.EDQUOT, os.strerror(errno.EDQUOT))
    assert Run(loop, near, ScriptedEnd(b"words", END), Manner()).kind() == "output-failed"


def test_an_input_that_cannot_be_read_is_a_failure_of_the_input(loop: ManualLoop) -> None:
    near = ScriptedEnd(OSError(errno.EIO, os.strerror(errno.EIO)))
    assert Run(loop, near, ScriptedEnd(), Manner()).kind() == "input-failed"


def test_an_end_that_fails_for_its_own_reason_says_which(loop: ManualLoop) -> None:
    run = Run(loop, ScriptedEnd(), ScriptedEnd(EndFailed("tls-failed", "bad record")), Manner())
    assert run.endings == [Ending(kind="tls-failed", message="bad record")]


def test_an_idle_relay_rests_and_ends_in_time(loop: ManualLoop) -> None:
    run = Run(loop, ScriptedEnd(b"x"), ScriptedEnd(), Manner(idle_timeout_s=5.0))
    loop.advance(4.9)
    assert run.kind() is None
    loop.advance(0.2)
    assert run.kind() == "idle-timeout"


def test_octets_put_the_idle_timeout_off(loop: ManualLoop) -> None:
    run = Run(loop, ScriptedEnd(), ScriptedEnd(), Manner(idle_timeout_s=5.0))
    for _ in range(10):
        loop.advance(4.0)
        run.far.says(b"still here")
        loop.settle()
    assert run.kind() is None
    loop.advance(5.0)
    assert run.kind() == "idle-timeout"


def test_a_sink_that_is_stuck_is_no_activity(loop: ManualLoop) -> None:
    far = ScriptedEnd()
    far.keeps_back = True
    run = Run(loop, ScriptedEnd(b"sealed"), far, Manner(idle_timeout_s=5.0))
    for _ in range(5):
        loop.advance(1.0)
        run.driver.on_change()
    assert run.kind() == "idle-timeout"


def test_cutting_it_ends_it_once(loop: ManualLoop) -> None:
    run = Run(loop, ScriptedEnd(), ScriptedEnd(), Manner())
    run.driver.cut("cut", "enough")
    run.driver.cut("cut", "again")
    run.far.says(b"late")
    loop.settle()
    assert run.endings == [Ending(kind="cut", message="enough")]
    assert (run.near.closes, run.far.closes) == (1, 1)


def test_cutting_it_while_octets_move_ends_it_once(loop: ManualLoop) -> None:
    near, far = ScriptedEnd(b"one", b"two", END), ScriptedEnd()
    relay = Relay(Manner(), now_s=0.0)
    endings: list[Ending] = []

    class Cutter:
        def moved(self, way: Way, octets: memoryview, now_s: float) -> None:
            driver.cut("cut", "enough")

    driver = RelayDriver(loop, near, far, relay, on_end=endings.append, taps=[Cutter()])
    driver.start()
    loop.settle()
    assert [ending.kind for ending in endings] == ["cut"]


def test_one_busy_relay_leaves_turns_to_the_others(loop: ManualLoop) -> None:
    """A source that never runs dry moves a bounded number of chunks in a turn."""

    class Endless(ScriptedEnd):
        def read_into(self, buffer: memoryview) -> int | None:
            self.reads += 1
            buffer[:1] = b"x"
            return 1

    relay = Relay(Manner(), now_s=0.0)
    near = Endless()
    driver = RelayDriver(loop, near, ScriptedEnd(), relay, on_end=lambda _: None)
    driver.start()
    before = near.reads
    assert before <= 16
    loop.turn()
    assert before < near.reads <= 2 * before
    driver.cut("cut", "")


def test_a_relay_that_cannot_be_waited_for_ends_alone(loop: ManualLoop, monkeypatch: pytest.MonkeyPatch) -> None:
    def watch(*_arguments: object) -> bool:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    reader, writer = os.pipe()
    end = DescriptorEnd(reader, None, owns=True)
    monkeypatch.setattr(loop, "watch", watch)
    endings: list[Ending] = []
    os.set_blocking(reader, False)
    RelayDriver(loop, end, ScriptedEnd(DRY), Relay(Manner(), now_s=0.0), on_end=endings.append).start()
    os.close(writer)
    assert [one.kind for one in endings] == ["network-error"]
    assert not loop.descriptors
