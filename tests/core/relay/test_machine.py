"""The rules of a relay, one by one: who is told what, and what ends it."""

from collections.abc import Callable

import pytest

from nettools.core.relay.ending import EndingKind
from nettools.core.relay.machine import BROKEN_S, Relay
from nettools.core.relay.manner import DATAGRAM_QUIT_AFTER_S, Manner, Way

DEFAULT = Manner(linger_s=0.0)
NO_SHUTDOWN = Manner(half_closes=False, linger_s=0.0)
SEND_ONLY = Manner(receives=False, ends_with=frozenset({"out"}))
RECV_ONLY = Manner(sends=False)
STAY = Manner(ends_with=frozenset())
PIPED = Manner(linger_s=2.0)
PROGRAM = Manner(ends_with=frozenset({"out"}), needs_reader=False)
QUIT_AFTER = Manner(quit_after_s=2.0, linger_s=0.0)
DATAGRAMS = Manner(quit_after_s=DATAGRAM_QUIT_AFTER_S, quits_when_quiet=True)
IDLE = Manner(idle_timeout_s=5.0, linger_s=0.0)

INPUT_ENDS: Way = "out"
PEER_ENDS: Way = "in"


def relay_of(manner: Manner) -> Relay:
    return Relay(manner, now_s=0.0)


def kind_of(relay: Relay) -> EndingKind | None:
    return None if relay.ending is None else relay.ending.kind


def after(relay: Relay, *ways: Way) -> tuple[list[Way], EndingKind | None]:
    """What was shut, and how it ended, after the sources of these ways have ended one after the other.

    Standard input was found dry before, as a terminal is between two lines.
    """
    relay.source_is_dry("out", 0.0)
    shut: list[Way] = []
    for number, way in enumerate(ways, 1):
        if relay.ending is None:
            relay.source_ended(way, float(number))
            shut += relay.shuts()
        if relay.awaits_arrival:
            relay.arrived()
    return shut, kind_of(relay)


@pytest.mark.parametrize(
    ("manner", "ways", "shut", "kind"),
    [
        (DEFAULT, [INPUT_ENDS], ["out"], None),
        (DEFAULT, [PEER_ENDS], ["in"], "closed"),
        (DEFAULT, [INPUT_ENDS, PEER_ENDS], ["out", "in"], "closed"),
        (NO_SHUTDOWN, [INPUT_ENDS], [], None),
        (NO_SHUTDOWN, [PEER_ENDS], ["in"], "closed"),
        (NO_SHUTDOWN, [INPUT_ENDS, PEER_ENDS], ["in"], "closed"),
        (SEND_ONLY, [INPUT_ENDS], ["out"], "sent"),
        (SEND_ONLY, [PEER_ENDS], ["in"], None),
        (SEND_ONLY, [PEER_ENDS, INPUT_ENDS], ["in", "out"], "closed"),
        (RECV_ONLY, [PEER_ENDS], ["in"], "closed"),
        (STAY, [INPUT_ENDS], ["out"], None),
        (STAY, [PEER_ENDS], ["in"], None),
        (STAY, [PEER_ENDS, INPUT_ENDS], ["in", "out"], "closed"),
        (STAY, [INPUT_ENDS, PEER_ENDS], ["out", "in"], "closed"),
        (PROGRAM, [INPUT_ENDS], ["out"], "closed"),
        (PROGRAM, [PEER_ENDS], ["in"], None),
        (PROGRAM, [PEER_ENDS, INPUT_ENDS], ["in", "out"], "closed"),
        (QUIT_AFTER, [INPUT_ENDS], ["out"], None),
        (QUIT_AFTER, [PEER_ENDS], ["in"], "closed"),
        (QUIT_AFTER, [INPUT_ENDS, PEER_ENDS], ["out", "in"], "closed"),
        (DATAGRAMS, [INPUT_ENDS], ["out"], None),
        (IDLE, [INPUT_ENDS], ["out"], None),
        (IDLE, [PEER_ENDS], ["in"], "closed"),
    ],
)
def test_who_is_told_and_what_ends_it_when_the_sources_end(
    manner: Manner, ways: list[Way], shut: list[Way], kind: EndingKind | None
) -> None:
    assert after(relay_of(manner), *ways) == (shut, kind)


def test_only_receiving_never_reads_the_input_and_tells_the_peer_nothing() -> None:
    relay = relay_of(RECV_ONLY)
    assert not relay.wants_read("out")
    assert relay.wants_read("in")
    assert relay.shuts() == []


def test_nobody_is_told_twice() -> None:
    relay = relay_of(STAY)
    relay.source_ended("out", 1.0)
    assert relay.shuts() == ["out"]
    assert relay.shuts() == []


def test_the_peer_is_told_only_when_all_that_was_read_is_written() -> None:
    relay = relay_of(DEFAULT)
    relay.out.holds()
    relay.source_ended("out", 1.0)
    assert relay.shuts() == []
    relay.out.gave(1, 2.0)
    relay.moved(2.0)
    assert relay.shuts() == ["out"]


def test_nothing_is_read_while_something_is_held() -> None:
    relay = relay_of(DEFAULT)
    relay.into.holds()
    assert not relay.wants_read("in")
    assert relay.wants_read("out")
    relay.into.gave(1, 1.0)
    assert relay.wants_read("in")


def test_nothing_is_read_after_the_end() -> None:
    relay = relay_of(DEFAULT)
    relay.fail("cut", "enough")
    assert not relay.wants_read("out")
    assert not relay.wants_read("in")
    assert relay.deadline_s is None


# When the peer says that it sends no more, what we have at hand is still sent.


def test_the_end_of_the_peer_waits_for_what_is_held() -> None:
    relay = relay_of(DEFAULT)
    relay.source_is_dry("out", 0.0)
    relay.out.holds()
    relay.source_ended("in", 1.0)
    assert kind_of(relay) is None
    relay.out.gave(1, 2.0)
    relay.moved(2.0)
    assert kind_of(relay) is None, "there may be more behind it"
    relay.source_is_dry("out", 2.0)
    assert kind_of(relay) == "closed"


def test_the_end_of_the_peer_waits_for_the_rest_of_an_input_that_has_more() -> None:
    relay = relay_of(DEFAULT)
    relay.source_ended("in", 1.0)
    assert kind_of(relay) is None
    assert relay.wants_read("out")
    relay.source_ended("out", 2.0)
    assert kind_of(relay) == "closed"


def test_a_feeder_that_pauses_is_waited_for_after_the_peers_end() -> None:
    relay = relay_of(PIPED)
    relay.source_is_dry("out", 0.0)
    relay.source_ended("in", 1.0)
    assert relay.deadline_s == 3.0
    relay.tick(2.9)
    assert kind_of(relay) is None
    assert relay.wants_read("out")
    relay.tick(3.0)
    assert kind_of(relay) == "closed"


def test_each_octet_begins_the_waiting_for_a_feeder_anew() -> None:
    relay = relay_of(PIPED)
    relay.source_is_dry("out", 0.0)
    relay.source_ended("in", 1.0)
    relay.out.holds()
    relay.tick(50.0)
    assert kind_of(relay) is None, "a peer that takes its time is waited for"
    relay.out.gave(1, 60.0)
    relay.moved(60.0)
    relay.source_is_dry("out", 60.0)
    assert relay.deadline_s == 62.0
    relay.source_is_dry("out", 61.0)
    assert relay.deadline_s == 62.0
    relay.tick(62.0)
    assert kind_of(relay) == "closed"


def test_the_end_of_the_input_ends_the_waiting_for_a_feeder() -> None:
    relay = relay_of(PIPED)
    relay.source_is_dry("out", 0.0)
    relay.source_ended("in", 1.0)
    relay.source_ended("out", 1.5)
    assert kind_of(relay) == "closed"


def test_only_sending_goes_on_when_the_peer_sends_no_more() -> None:
    relay = relay_of(SEND_ONLY)
    relay.source_ended("in", 1.0)
    relay.source_is_dry("out", 1.0)
    assert kind_of(relay) is None
    assert relay.wants_read("out")


# What ends with our side waits until the peer's system has all.


@pytest.mark.parametrize(("manner", "kind"), [(SEND_ONLY, "sent"), (PROGRAM, "closed")])
def test_it_is_over_when_the_last_octet_has_arrived(manner: Manner, kind: EndingKind) -> None:
    relay = relay_of(manner)
    relay.source_ended("out", 1.0)
    assert relay.awaits_arrival
    assert kind_of(relay) is None
    assert relay.wants_read("in"), "what is left unread when a socket is closed resets the connection"
    assert relay.into.is_dropping
    relay.arrived()
    assert kind_of(relay) == kind


def test_arrival_is_asked_for_again_and_again() -> None:
    relay = relay_of(SEND_ONLY)
    relay.source_ended("out", 1.0)
    assert relay.deadline_s == pytest.approx(1.02)
    relay.tick(1.02)
    assert kind_of(relay) is None
    assert relay.deadline_s == pytest.approx(1.04)


def test_a_peer_that_goes_on_talking_puts_no_question_off() -> None:
    relay = relay_of(SEND_ONLY)
    relay.source_ended("out", 1.0)
    relay.moved(1.01)
    assert relay.deadline_s == pytest.approx(1.02)


def test_arrival_counts_for_nothing_before_all_was_sent() -> None:
    relay = relay_of(SEND_ONLY)
    relay.arrived()
    assert kind_of(relay) is None


def test_an_end_of_the_peer_makes_waiting_for_arrival_unnecessary() -> None:
    relay = relay_of(SEND_ONLY)
    relay.source_ended("out", 1.0)
    relay.source_ended("in", 2.0)
    assert kind_of(relay) == "closed"


# A connection that breaks.


def test_what_the_peer_said_before_the_connection_broke_is_delivered() -> None:
    relay = relay_of(DEFAULT)
    relay.source_is_dry("in", 0.0)
    relay.far_broke("reset", "the other side reset the connection", 1.0)
    assert kind_of(relay) is None, "dry was before: something may have come since"
    assert relay.wants_read("in")
    assert not relay.wants_read("out")
    relay.into.holds()
    relay.source_is_dry("in", 1.0)
    assert kind_of(relay) is None
    relay.into.gave(5, 2.0)
    relay.moved(2.0)
    relay.source_ended("in", 2.0)
    assert kind_of(relay) == "reset"


def test_a_broken_connection_is_over_when_nothing_more_is_found_in_it() -> None:
    relay = relay_of(DEFAULT)
    relay.far_broke("refused", "nobody listens there", 1.0)
    relay.source_is_dry("in", 1.0)
    assert kind_of(relay) == "refused"


def test_a_broken_connection_without_anything_left_is_over() -> None:
    relay = relay_of(STAY)
    relay.source_ended("in", 1.0)
    relay.far_broke("reset", "the other side reset the connection", 2.0)
    assert kind_of(relay) == "reset"


def test_a_broken_connection_is_not_told_that_there_is_no_more() -> None:
    relay = relay_of(STAY)
    relay.source_ended("in", 1.0)
    relay.far_broke("reset", "", 2.0)
    assert relay.shuts() == ["in"]


def test_the_first_failure_is_the_one_that_is_told() -> None:
    relay = relay_of(DEFAULT)
    relay.far_broke("refused", "first", 1.0)
    relay.far_broke("reset", "second", 1.0)
    relay.fail("idle-timeout", "third")
    relay.fail("cut", "fourth")
    assert relay.ending is not None
    assert (relay.ending.kind, relay.ending.message) == ("refused", "first")


def test_a_program_is_heard_on_when_nobody_is_there_since_it_may_wait_for_that_before_it_reads() -> None:
    relay = relay_of(PROGRAM)
    relay.into.holds()
    relay.far_broke("reset", "the other side reset the connection", 1.0)
    assert relay.wants_read("out")
    assert relay.out.is_dropping
    assert kind_of(relay) is None
    relay.into.gave(5, 2.0)
    relay.moved(2.0)
    relay.source_ended("in", 2.0)
    assert kind_of(relay) == "reset"


def test_a_program_that_takes_nothing_is_not_waited_for_when_the_other_side_broke() -> None:
    relay = relay_of(PROGRAM)
    relay.into.holds()
    relay.far_broke("reset", "the other side reset the connection", 1.0)
    assert relay.deadline_s == 1.0 + BROKEN_S
    relay.into.gave(1, 2.0, rest=True)
    relay.moved(2.0)
    assert relay.deadline_s == 2.0 + BROKEN_S, "it takes something still"
    relay.tick(1.9 + BROKEN_S)
    assert kind_of(relay) is None
    relay.tick(2.0 + BROKEN_S)
    assert kind_of(relay) == "reset"


def test_a_reader_of_what_came_before_the_connection_broke_may_take_its_time() -> None:
    relay = relay_of(DEFAULT)
    relay.into.holds()
    relay.far_broke("reset", "the other side reset the connection", 1.0)
    assert relay.deadline_s is None
    relay.tick(1000.0)
    assert kind_of(relay) is None


def test_nobody_reads_the_output() -> None:
    relay = relay_of(DEFAULT)
    relay.near_broke("reader-gone", "nobody reads")
    assert kind_of(relay) == "reader-gone"


def test_a_program_that_no_longer_reads_may_still_speak() -> None:
    relay = relay_of(PROGRAM)
    relay.near_broke("reader-gone", "nobody reads")
    assert kind_of(relay) is None
    assert relay.into.is_dropping
    assert relay.wants_read("out")
    assert relay.wants_read("in"), "the peer may wait until all of its own was taken"


def test_an_output_that_fails_ends_it_for_a_program_too() -> None:
    relay = relay_of(PROGRAM)
    relay.near_broke("output-failed", "no space left")
    assert kind_of(relay) == "output-failed"


# Time.


def test_silence_for_the_idle_timeout_is_a_failure() -> None:
    relay = relay_of(IDLE)
    assert relay.deadline_s == 5.0
    relay.tick(4.999)
    assert kind_of(relay) is None
    relay.tick(5.0)
    assert kind_of(relay) == "idle-timeout"


def test_octets_either_way_begin_the_idle_timeout_anew() -> None:
    relay = relay_of(IDLE)
    relay.moved(3.0)
    assert relay.deadline_s == 8.0
    relay.tick(7.9)
    assert kind_of(relay) is None


def test_the_end_of_the_input_is_no_activity() -> None:
    relay = relay_of(IDLE)
    relay.source_ended("out", 3.0)
    relay.tick(5.0)
    assert kind_of(relay) == "idle-timeout"


def test_quit_after_counts_from_the_end_of_the_input_whatever_the_peer_says() -> None:
    relay = relay_of(QUIT_AFTER)
    relay.source_ended("out", 10.0)
    assert relay.deadline_s == 12.0
    relay.moved(11.9)
    assert relay.deadline_s == 12.0
    relay.tick(12.0)
    assert kind_of(relay) == "quit-after"


def test_quit_after_counts_from_when_all_was_sent() -> None:
    relay = relay_of(QUIT_AFTER)
    relay.out.holds()
    relay.source_ended("out", 10.0)
    relay.tick(100.0)
    assert kind_of(relay) is None
    relay.out.gave(1, 101.0)
    relay.moved(101.0)
    assert relay.deadline_s == 103.0


def test_datagrams_are_waited_for_until_they_stay_away() -> None:
    relay = relay_of(DATAGRAMS)
    relay.source_ended("out", 10.0)
    assert relay.deadline_s == 11.0
    relay.moved(10.9)
    relay.tick(11.0)
    assert kind_of(relay) is None
    relay.tick(11.9)
    assert kind_of(relay) == "quit-after"


def test_an_answer_before_the_end_of_the_input_does_not_shorten_the_wait() -> None:
    relay = relay_of(DATAGRAMS)
    relay.moved(1.0)
    relay.source_ended("out", 10.0)
    assert relay.deadline_s == 11.0


def test_only_receiving_has_no_end_of_the_input_to_count_from() -> None:
    relay = relay_of(Manner(sends=False, quit_after_s=1.0))
    relay.moved(1.0)
    assert relay.deadline_s is None


def test_the_earlier_of_two_deadlines_holds() -> None:
    relay = relay_of(Manner(idle_timeout_s=5.0, quit_after_s=2.0))
    relay.source_ended("out", 1.0)
    assert relay.deadline_s == 3.0
    other = relay_of(Manner(idle_timeout_s=1.0, quit_after_s=2.0))
    other.source_ended("out", 0.5)
    assert other.deadline_s == 1.0


@pytest.mark.parametrize("manner", [DEFAULT, SEND_ONLY, RECV_ONLY, STAY, PROGRAM, QUIT_AFTER, DATAGRAMS])
def test_without_a_timer_that_runs_there_is_nothing_to_wait_for(manner: Manner) -> None:
    assert relay_of(manner).deadline_s is None


@pytest.mark.parametrize(
    "late",
    [
        lambda relay: relay.source_ended("in", 9.0),
        lambda relay: relay.moved(9.0),
        lambda relay: relay.tick(99.0),
        lambda relay: relay.far_broke("reset", "later", 9.0),
        lambda relay: relay.near_broke("reader-gone", "later"),
        lambda relay: relay.arrived(),
    ],
)
def test_what_happens_after_the_end_changes_nothing(late: Callable[[Relay], None]) -> None:
    relay = relay_of(Manner(idle_timeout_s=1.0, quit_after_s=1.0))
    relay.fail("cut", "enough")
    ending = relay.ending
    late(relay)
    assert relay.ending is ending
