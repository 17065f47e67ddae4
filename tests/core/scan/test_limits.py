"""Hosts that limit how often they say "closed": recognised, kept pace with, told exactly."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nettools.core.scan.limited_lane import LimitedLane
from nettools.core.scan.limits import CONTROLS, LimitWatch
from nettools.core.scan.probe_port import ProbePort, udp
from nettools.core.scan.timing import Timing
from tests.core.scan.simulation import Host, Limit, Port, Run, Simulation

LINUX_ICMP_RATE_PPS, LINUX_ICMP_BURST = 1.0, 6.0
"""icmp(7): one a second to each peer, six at once (XRLIM_BURST_FACTOR in net/ipv4/icmp.c)."""


def limited(
    ports: dict[ProbePort, Port], rate_pps: float, burst: float, *, loss: float = 0.0, timing: Timing | None = None
) -> Run:
    host = Host(ports, limit=Limit(rate_pps, burst), loss=loss)
    return Simulation([host], timing or Timing()).run()


def note_of(found: Run) -> str:
    return "; ".join(found.ends[0].notes)


# --- whole scans ----------------------------------------------------------------------------------


@pytest.mark.parametrize(("rate_pps", "burst"), [(10, 10), (10, 1), (3, 5), (100, 20), (200, 200)])
def test_a_limit_on_resets_costs_no_port_and_hardly_more_time_than_it_must(rate_pps: float, burst: float) -> None:
    host = {port: Port(rtt_s=0.001) for port in range(1, 301)} | {22: Port(kind="open"), 80: Port(kind="open")}
    found = limited(host, rate_pps, burst)
    assert found.states() == {port: "open" if port in (22, 80) else "closed" for port in host}
    assert found.elapsed_s < max(1.0, (298 - burst) / rate_pps * 1.1 + 1.0)


def test_a_limit_is_told_with_its_pace() -> None:
    found = limited({port: Port(rtt_s=0.001) for port in range(1, 201)}, 10, 10)
    assert note_of(found).startswith("limits its resets to about ")
    pace = float(note_of(found).split("about ")[1].split(" a second")[0])
    assert pace == pytest.approx(10, rel=0.1)


def test_the_icmp_limit_of_linux_leaves_closed_ports_closed_and_silent_ones_open_filtered() -> None:
    """24 closed, 12 silent, 4 open; nmap takes 40 s for such a host."""
    host: dict[ProbePort, Port] = {udp(port): Port(rtt_s=0.001) for port in range(24)}
    host |= {udp(port): Port(kind="silent") for port in range(100, 112)}
    host |= {udp(port): Port(kind="open", rtt_s=0.001) for port in range(200, 204)}
    found = limited(host, LINUX_ICMP_RATE_PPS, LINUX_ICMP_BURST)
    silent = {port for port, state in found.states().items() if state == "open|filtered"}
    assert silent == {udp(port) for port in range(100, 112)}
    assert found.elapsed_s < 18 + 10
    assert "ICMP errors" in note_of(found)


def test_a_limit_is_not_taken_for_loss_of_the_whole_path() -> None:
    """Ports of the other transport go at full speed meanwhile."""
    host: dict[ProbePort, Port] = {udp(port): Port(rtt_s=0.001) for port in range(30)}
    host |= {port: Port(kind="open", rtt_s=0.001) for port in range(1, 101)}
    simulation = Simulation([Host(host, limit=Limit(1, 6))], Timing(max_in_flight=20))
    found = simulation.run()
    assert max(found.settled_at_s[0, port] for port in range(1, 101)) < 5
    assert {state for port, state in found.states().items() if port >= 1 << 16} == {"closed"}


@pytest.mark.parametrize("seed", range(5))
def test_a_limit_and_loss_together_invent_nothing(seed: int) -> None:
    host = Host(
        {port: Port(rtt_s=0.005) for port in range(1, 61)} | {7: Port(kind="open")}, limit=Limit(5, 5), loss=0.05
    )
    found = Simulation([host], Timing(), seed=seed).run()
    assert found.states()[7] == "open"
    assert list(found.states().values()).count("closed") >= 58


def test_many_ports_that_are_dropped_are_no_limit() -> None:
    host = {port: Port(kind="silent" if port > 100 else "closed", rtt_s=0.001) for port in range(1, 1101)}
    found = limited(host, 1e9, 1e9)
    assert found.ends[0].notes == ()
    assert list(found.states().values()).count("filtered") == 1000
    assert found.elapsed_s < 5


@pytest.mark.parametrize("seed", range(5))
def test_loss_is_no_limit(seed: int) -> None:
    host = Host({port: Port(rtt_s=0.02) for port in range(1, 501)}, loss=0.05)
    found = Simulation([host], Timing(), seed=seed).run()
    assert set(found.states().values()) == {"closed"}
    assert found.ends[0].notes == ()
    assert found.elapsed_s < 6


def test_a_host_that_goes_away_under_a_limit_does_not_hold_the_scan_up() -> None:
    """It says "closed" eight times and never again."""
    host = {port: Port(rtt_s=0.001) for port in range(1, 51)}
    found = limited(host, 1e-9, 8)
    assert len(found.settled) == 50
    assert found.elapsed_s < 60


def test_without_retries_nothing_is_asked_twice() -> None:
    found = limited({port: Port() for port in range(1, 51)}, 10, 5, timing=Timing(retries=0))
    assert {len(moments) for moments in found.sent_at_s.values()} == {1}


@given(
    st.integers(5, 60),
    st.integers(0, 30),
    st.floats(min_value=0.5, max_value=500),
    st.integers(1, 30),
    st.floats(min_value=0.0001, max_value=0.3),
)
def test_whatever_the_limit_is_every_port_gets_its_right_verdict(
    closed: int, silent: int, rate_pps: float, burst: int, rtt_s: float
) -> None:
    host: dict[ProbePort, Port] = {}
    for number in range(max(closed, silent)):
        host |= {number: Port(rtt_s=rtt_s)} if number < closed else {}
        host |= {1000 + number: Port(kind="silent")} if number < silent else {}
    found = Simulation([Host(host, limit=Limit(rate_pps, burst))], Timing()).run()
    assert found.states() == {port: "filtered" if port >= 1000 else "closed" for port in host}


# --- the watch ------------------------------------------------------------------------------------


def watch_with(closed: int) -> LimitWatch:
    watch = LimitWatch()
    for place in range(closed):
        watch.note_closed(place, 1.0 + place)
    return watch


def test_controls_are_the_ports_that_were_closed_last() -> None:
    watch = watch_with(10)
    assert sorted(watch.controls()) == [7, 8, 9]
    assert watch.controls() == []


def test_nothing_closed_means_no_controls() -> None:
    assert LimitWatch().controls() == []


@pytest.mark.parametrize("answered", range(CONTROLS + 1))
def test_a_limit_is_seen_when_no_control_answers(answered: int) -> None:
    watch = watch_with(10)
    *others, last = watch.controls()
    shown = [watch.control_ended(place, 20.0, has_answered=n < answered) for n, place in enumerate([*others, last])]
    assert shown == [False, False, answered == 0]


def test_in_the_midst_of_a_scan_each_check_waits_for_twice_as_much_silence() -> None:
    watch = watch_with(3)
    due = [n for n in range(1, 1000) if watch.is_check_due()]
    assert due == [64, 64 + 128, 64 + 128 + 256, 64 + 128 + 256 + 512]


def test_without_a_closed_port_there_is_nothing_to_check_with() -> None:
    watch = LimitWatch()
    assert not any(watch.is_check_due() for _ in range(200))


# --- the lane -------------------------------------------------------------------------------------


def lane_with(places: int, now_s: float = 3.0, proofs: int = 1) -> LimitedLane:
    lane = LimitedLane(watch_with(2), now_s, proofs=proofs)
    for place in range(100, 100 + places):
        lane.add(place)
    return lane


def asked(lane: LimitedLane, now_s: float) -> list[int]:
    places = []
    while (place := lane.take(now_s)) is not None:
        places.append(place)
    return places


def measured_lane(places: int) -> LimitedLane:
    """One answer a second, the last at 6.0; places from 103 on are left."""
    lane = lane_with(places + 3)
    for second in (4.0, 5.0, 6.0):
        place, control = asked(lane, second)
        lane.closed(place, second + 0.01, was_silent_before=True)
        lane.silent(control, second + 0.1)
    return lane


def test_to_measure_a_port_and_a_control_are_asked_again_and_again() -> None:
    lane = lane_with(10)
    for number in range(5):
        assert asked(lane, 3.0 + number) == [100 + number, 1]
        lane.silent(100 + number, 3.5 + number)
        lane.silent(1, 3.5 + number)
        assert lane.next_s is not None
        assert lane.next_s <= 3.5 + number


def test_three_answers_are_a_measure() -> None:
    lane = measured_lane(10)
    assert lane.next_s == pytest.approx(7.0)
    assert asked(lane, 6.9) == []
    assert asked(lane, 7.0) == [103, 104]


def test_while_all_is_answered_the_measure_asks_for_more_at_once() -> None:
    lane = lane_with(100)
    sizes = []
    for second in (4.0, 4.1, 4.2, 4.3):
        batch = asked(lane, second)
        sizes.append(len(batch) - 1)
        for place in batch:
            lane.closed(place, second + 0.01, was_silent_before=False)
    assert sizes == [1, 2, 4, 8]


def test_what_is_always_answered_is_no_limit() -> None:
    lane = lane_with(200)
    now_s = 4.0
    while not lane.is_no_limit:
        for place in asked(lane, now_s):
            lane.closed(place, now_s, was_silent_before=False)
        now_s += 0.01
        assert now_s < 5


def test_silence_takes_no_token_so_that_the_next_batch_is_larger_and_goes_at_once() -> None:
    lane = measured_lane(20)
    for place in asked(lane, 7.3):
        assert lane.silent(place, 7.4) == []
    assert asked(lane, 7.4) == [105, 106, 107, 108]


def test_silence_right_at_the_time_of_the_token_may_be_a_wrong_measure() -> None:
    lane = measured_lane(3)
    for place in asked(lane, 7.0):
        lane.silent(place, 7.1)
    assert asked(lane, 7.1) == [105, 103]


def test_an_answer_takes_a_token_and_the_next_batch_waits_for_another() -> None:
    lane = measured_lane(20)
    first, second = asked(lane, 7.0)
    lane.closed(first, 7.01, was_silent_before=True)
    lane.silent(second, 7.1)
    assert asked(lane, 7.9) == []
    assert asked(lane, 8.0) == [105, 106]


def test_silence_is_proven_by_a_control_that_answers_behind_it() -> None:
    lane = measured_lane(1)
    assert asked(lane, 7.4) == [103]
    assert lane.silent(103, 7.5) == []
    assert asked(lane, 7.5) == [103, 1]
    assert lane.is_control(1)
    assert lane.closed(1, 7.51, was_silent_before=False) == []
    assert lane.silent(103, 7.6) == [103]
    assert lane.is_over


def test_a_pile_that_answers_was_made_by_a_wrong_measure() -> None:
    lane = measured_lane(2)
    for place in asked(lane, 7.4):
        lane.silent(place, 7.5)
    assert asked(lane, 7.5) == [103, 104, 1]
    lane.closed(103, 7.51, was_silent_before=True)
    lane.silent(1, 7.6)
    assert lane.silent(104, 7.6) == []
    assert asked(lane, 20.0) == [104]


def test_a_control_that_never_answers_again_proves_nothing_and_holds_nothing_up() -> None:
    lane = measured_lane(2)
    for place in asked(lane, 7.4):
        lane.silent(place, 7.5)
    now_s, given_up = 7.5, []
    while not lane.is_over:
        for place in asked(lane, now_s):
            given_up += lane.silent(place, now_s)
        now_s += 0.5
    assert sorted(given_up) == [103, 104]
    assert 15 < now_s < 30


def test_what_could_not_be_sent_goes_first_in_the_same_batch() -> None:
    lane = measured_lane(10)
    first = lane.take(7.0)
    assert first == 103
    lane.put_back(first)
    assert asked(lane, 7.0) == [103, 104]


def test_what_was_not_on_its_way_can_be_taken_out() -> None:
    lane = measured_lane(4)
    asked(lane, 7.0)
    assert lane.take_all() == [105, 106]
    assert lane.take_all() == []


@given(st.lists(st.tuples(st.sampled_from(["closed", "silent", "drop", "put_back"]), st.floats(0, 3)), max_size=300))
def test_every_place_leaves_the_lane_exactly_once(script: list[tuple[str, float]]) -> None:
    """Answered, dropped, or certain to be silent; in the end nothing is left."""
    lane, now_s = lane_with(12, proofs=2), 3.0
    left: list[int] = []
    steps = iter(script)
    for _ in range(20_000):
        if lane.is_over:
            break
        place = lane.take(now_s)
        what, pause_s = next(steps, ("silent", 0.5))
        if place is None:
            now_s += max(pause_s, 0.05)
            continue
        is_control = lane.is_control(place)
        assert is_control or place not in left
        if what == "put_back":
            lane.put_back(place)
            continue
        now_s += pause_s / 10
        if what == "silent":
            left.extend(lane.silent(place, now_s))
            continue
        left.extend([] if is_control else [place])
        left.extend(lane.closed(place, now_s, was_silent_before=False) if what == "closed" else lane.drop(place, now_s))
    assert sorted(left) == list(range(100, 112))
