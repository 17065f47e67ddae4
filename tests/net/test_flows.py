"""Stages, taps and a pace on their place in a relay."""

from collections.abc import Iterator, Sequence

import pytest

from nettools.core.relay.ending import Ending
from nettools.core.relay.flow import Flow, Pace
from nettools.core.relay.machine import Relay
from nettools.core.relay.manner import Manner, Way
from nettools.core.relay.newlines import CrlfNewlines
from nettools.core.relay.pace import make_pace
from nettools.core.relay.stage import Stage
from nettools.core.relay.telnet import TelnetDoubling, TelnetRefusals
from nettools.core.relay.terminal import TerminalText
from nettools.net.relay.driver import RelayDriver
from tests.relay_ends import END, ManualLoop, ScriptedEnd, manual_loop

DO_ECHO = b"\xff\xfd\x01"
WONT_ECHO = b"\xff\xfc\x01"


@pytest.fixture
def loop() -> Iterator[ManualLoop]:
    with manual_loop() as one:
        yield one


class Seen:
    """A tap that remembers."""

    def __init__(self) -> None:
        self.crossed: list[tuple[Way, bytes]] = []

    def moved(self, way: Way, octets: memoryview, now_s: float) -> None:
        self.crossed.append((way, bytes(octets)))


class Run:
    """A relay with all that changes, sees and slows octets."""

    def __init__(
        self,
        loop: ManualLoop,
        near: ScriptedEnd,
        far: ScriptedEnd,
        manner: Manner | None = None,
        *,
        out: Sequence[Stage] = (),
        into: Sequence[Stage] = (),
        pace: Pace | None = None,
        chunk: int = 64,
    ) -> None:
        self.endings: list[Ending] = []
        self.seen = Seen()
        self.near = near
        self.far = far
        self.relay = Relay(
            manner or Manner(linger_s=0.0), now_s=loop.now_s, out=Flow(chunk=chunk), into=Flow(chunk=chunk)
        )
        driver = RelayDriver(
            loop,
            near,
            far,
            self.relay,
            on_end=self.endings.append,
            stages={"out": out, "in": into},
            taps=[self.seen],
            pace=pace,
        )
        driver.start()
        loop.settle()


def test_the_taps_see_what_is_on_the_wire_and_the_sinks_what_the_stages_made(loop: ManualLoop) -> None:
    run = Run(
        loop,
        ScriptedEnd(b"ls\n"),
        ScriptedEnd(b"\x1b[2Jfile\r\n", END),
        out=[CrlfNewlines()],
        into=[TerminalText()],
    )
    assert run.far.written == [b"ls\r\n"]
    assert run.near.written == [rb"\x1b[2Jfile" + b"\n"]
    assert run.seen.crossed == [("out", b"ls\r\n"), ("in", b"\x1b[2Jfile\r\n")]


def test_what_a_stage_kept_back_is_written_at_the_end(loop: ManualLoop) -> None:
    run = Run(loop, ScriptedEnd(), ScriptedEnd(b"half \xe2\x82", END), into=[TerminalText()])
    assert run.near.said == rb"half \xe2\x82"
    assert [ending.kind for ending in run.endings] == ["closed"]


def test_an_answer_of_a_stage_goes_back_and_is_seen_by_the_taps(loop: ManualLoop) -> None:
    run = Run(loop, ScriptedEnd(), ScriptedEnd(DO_ECHO + b"login: "), out=[TelnetDoubling()], into=[TelnetRefusals()])
    assert run.far.said == WONT_ECHO
    assert run.near.said == b"login: "
    assert ("out", WONT_ECHO) in run.seen.crossed


def test_an_answer_is_not_sent_once_the_peer_was_told_the_end(loop: ManualLoop) -> None:
    run = Run(loop, ScriptedEnd(END), ScriptedEnd(None, DO_ECHO, END), into=[TelnetRefusals()])
    run.far.says()
    loop.settle()
    assert run.far.said == b""


def test_an_answer_is_sent_where_the_peer_is_not_told_the_end(loop: ManualLoop) -> None:
    manner = Manner(half_closes=False, linger_s=0.0)
    run = Run(loop, ScriptedEnd(END), ScriptedEnd(None, DO_ECHO), manner, into=[TelnetRefusals()])
    run.far.says()
    loop.settle()
    assert run.far.said == WONT_ECHO
    assert not run.endings


def test_a_peer_that_asks_and_never_reads_is_not_heard_for_ever(loop: ManualLoop) -> None:
    far = ScriptedEnd(*[DO_ECHO] * 1000)
    far.is_blocked = True
    run = Run(loop, ScriptedEnd(), far, into=[TelnetRefusals()])
    assert far.reads < 10
    far.is_blocked = False
    far.says()
    for _ in range(1000):
        loop.settle()
        far.says()
    assert far.said == WONT_ECHO * 1000
    assert not run.endings


def test_a_rate_holds_back_what_is_sent_and_nothing_that_comes(loop: ManualLoop) -> None:
    pace = make_pace(rate=1000, delay_s=None, whole=False, now_s=0.0)
    run = Run(loop, ScriptedEnd(b"x" * 2024, END), ScriptedEnd(b"y" * 5000), pace=pace, chunk=4096)
    assert len(run.far.said) == 1024
    assert len(run.near.said) == 5000
    for tenths in range(1, 10):
        loop.advance(0.1)
        assert 1024 + 100 * tenths - 60 <= len(run.far.said) <= 1024 + 100 * tenths
    assert [run.far.shuts] == [0]
    loop.advance(0.2)
    assert len(run.far.said) == 2024
    assert run.far.shuts == 1


def test_lines_go_one_by_one(loop: ManualLoop) -> None:
    pace = make_pace(rate=None, delay_s=2.0, whole=False, now_s=0.0)
    run = Run(loop, ScriptedEnd(b"one\ntwo\nrest", END), ScriptedEnd(), pace=pace)
    assert run.far.written == [b"one\n"]
    loop.advance(1.9)
    assert run.far.written == [b"one\n"]
    loop.advance(0.1)
    assert run.far.written == [b"one\n", b"two\n"]
    loop.advance(2.0)
    assert run.far.written == [b"one\n", b"two\n", b"rest"]
    assert run.far.shuts == 1


def test_a_datagram_waits_and_is_never_split(loop: ManualLoop) -> None:
    pace = make_pace(rate=1000, delay_s=None, whole=True, now_s=0.0)
    near = ScriptedEnd(b"a" * 1000, b"b" * 1500, b"c")
    run = Run(loop, near, ScriptedEnd(is_datagram=True), pace=pace, chunk=4096)
    assert [len(octets) for octets in run.far.written] == [1000]
    loop.advance(0.9)
    assert [len(octets) for octets in run.far.written] == [1000]
    loop.advance(0.2)
    assert [len(octets) for octets in run.far.written] == [1000, 1500]
    loop.advance(0.5)
    assert [len(octets) for octets in run.far.written] == [1000, 1500, 1]


def test_an_empty_datagram_that_is_not_taken_waits_for_its_sink_and_for_no_pace(loop: ManualLoop) -> None:
    pace = make_pace(rate=1000, delay_s=None, whole=True, now_s=0.0)
    far = ScriptedEnd(is_datagram=True)
    far.is_blocked = True
    Run(loop, ScriptedEnd(b"", is_datagram=True), far, pace=pace)
    assert loop.settle() == 0
    assert loop.timers == 0
    far.is_blocked = False
    far.says()
    loop.settle()
    assert far.written == [b""]


def test_a_paced_relay_rests_until_its_time(loop: ManualLoop) -> None:
    pace = make_pace(rate=1, delay_s=None, whole=False, now_s=0.0)
    Run(loop, ScriptedEnd(b"x" * 2000), ScriptedEnd(), pace=pace, chunk=4096)
    assert loop.settle() == 0
    assert loop.timers <= 2
