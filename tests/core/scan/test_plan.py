"""The plan of a scan against a simulated network: rules A to F of the plan."""

from ipaddress import IPv4Address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nettools.core.scan.capacity import PATIENCE_S
from nettools.core.scan.host import LOSSY_ATTEMPTS, MOST_ATTEMPTS
from nettools.core.scan.phantoms import MOST_MEETINGS
from nettools.core.scan.reason import SILENT
from nettools.core.scan.timing import MINIMUM_RTO_S, Timing
from tests.core.scan.simulation import ELSEWHERE, FIRST, FREE_PORT, Kind, Port, Simulation, ports, simulate

# --- anything at all ------------------------------------------------------------------------------

anything = st.builds(
    Port,
    kind=st.sampled_from(["open", "closed", "silent", "icmp"]),
    rtt_s=st.floats(min_value=0.0001, max_value=5),
    lost=st.integers(min_value=0, max_value=4),
    is_at_once=st.booleans(),
    meets_itself=st.sampled_from([0, 0, 0, 1, 2, 20]),
    meets_another=st.sampled_from([0, 0, 0, 1, 2, 20]),
    refusal=st.sampled_from([None, None, None, None, "no-route"]),
)
exact = st.builds(
    Port,
    kind=st.sampled_from(["open", "closed", "silent", "icmp"]),
    rtt_s=st.floats(min_value=0.0001, max_value=MINIMUM_RTO_S * 0.9),
    is_at_once=st.booleans(),
)
timings = st.builds(
    Timing,
    timeout_s=st.floats(min_value=0.01, max_value=5),
    retries=st.integers(min_value=0, max_value=10),
    max_in_flight=st.integers(min_value=1, max_value=20),
)
patient_timings = st.builds(
    Timing,
    timeout_s=st.floats(min_value=0.2, max_value=5),
    retries=st.integers(min_value=0, max_value=4),
    max_in_flight=st.integers(min_value=1, max_value=20),
)


def networks(port: st.SearchStrategy[Port]) -> st.SearchStrategy[list[dict[int, Port]]]:
    """One to three hosts, one to twelve ports, the same numbers on each."""

    def hosts(numbers: list[int]) -> st.SearchStrategy[list[dict[int, Port]]]:
        return st.lists(st.fixed_dictionaries(dict.fromkeys(numbers, port)), min_size=1, max_size=3)

    return st.lists(st.integers(0, 60_000), min_size=1, max_size=12, unique=True).map(sorted).flatmap(hosts)


shortages = st.lists(
    st.tuples(st.floats(min_value=0, max_value=20), st.floats(min_value=0, max_value=15)).map(
        lambda span: (span[0], span[0] + span[1])
    ),
    max_size=3,
)
looks = st.sampled_from([1e-6, 0.003, 0.02])


def everywhere(network: list[dict[int, Port]]) -> set[tuple[int, int]]:
    return {(host, port) for host, behaviours in enumerate(network) for port in behaviours}


@given(networks(anything), timings, st.none() | st.integers(1, 5), shortages, looks)
def test_every_port_is_settled_or_unsent_exactly_once(
    network: list[dict[int, Port]],
    timing: Timing,
    descriptors: int | None,
    short: list[tuple[float, float]],
    look_s: float,
) -> None:
    """Whatever the network does, the machine lacks and the clock does meanwhile; and the scan ends."""
    simulation = Simulation(network, timing, descriptors=descriptors, nothing_to_send_with=short, look_s=look_s)
    found = simulation.run()
    assert found.settled.keys() | found.unsent.keys() == everywhere(network)
    assert simulation.plan.settled_count == len(everywhere(network))
    assert simulation.plan.in_flight_count == 0


@given(networks(anything), timings, st.none() | st.integers(1, 5), shortages)
def test_never_are_more_probes_in_flight_than_the_user_allows(
    network: list[dict[int, Port]], timing: Timing, descriptors: int | None, short: list[tuple[float, float]]
) -> None:
    most = Simulation(network, timing, descriptors=descriptors, nothing_to_send_with=short).run().most_in_flight
    assert most <= timing.max_in_flight


@given(networks(anything), timings, st.none() | st.integers(1, 5))
def test_the_driver_is_woken_only_for_a_reason(
    network: list[dict[int, Port]], timing: Timing, descriptors: int | None
) -> None:
    """A turn in which nothing is sent, comes or is overdue is a reminder that came too early: few for each attempt."""
    found = Simulation(network, timing, descriptors=descriptors).run()
    attempts = sum(map(len, found.sent_at_s.values())) + found.shortages
    assert found.idle_turns <= 4 * attempts + 4


@given(networks(exact), patient_timings, st.none() | st.integers(1, 5))
def test_a_network_that_loses_nothing_is_told_exactly(
    network: list[dict[int, Port]], timing: Timing, descriptors: int | None
) -> None:
    found = Simulation(network, timing, descriptors=descriptors).run()
    assert found.unsent == {}
    for host, behaviours in enumerate(network):
        assert found.states(host) == {port: behaviour.state for port, behaviour in behaviours.items()}


@given(networks(exact), patient_timings)
def test_what_answers_at_the_first_attempt_is_not_probed_again(network: list[dict[int, Port]], timing: Timing) -> None:
    """But for ports that are known to be closed, which are asked again behind silent ones (rule D)."""
    found = Simulation(network, timing).run()
    for (host, port), attempts in found.sent_at_s.items():
        kind = network[host][port].kind
        is_silence_there = any(one.kind == "silent" for one in network[host].values())
        if kind in ("open", "icmp") or (kind == "closed" and not is_silence_there):
            assert len(attempts) == 1


@given(
    st.floats(min_value=0.0001, max_value=0.4),
    st.lists(
        st.tuples(st.sampled_from(["open", "closed", "silent", "icmp"]), st.integers(min_value=0, max_value=2)),
        min_size=1,
        max_size=30,
    ),
    st.integers(min_value=1, max_value=40),
)
def test_a_port_that_answers_only_its_second_or_third_syn_is_found(
    rtt_s: float, behaviours: list[tuple[Kind, int]], max_in_flight: int
) -> None:
    """With the defaults; one attempt that waits the whole timeout holds three SYNs of the kernel's."""
    host = {number: Port(kind=kind, lost=lost, rtt_s=rtt_s) for number, (kind, lost) in enumerate(behaviours, start=1)}
    found = simulate(host, timing=Timing(max_in_flight=max_in_flight))
    assert found.states() == {port: behaviour.state for port, behaviour in host.items()}


@given(networks(anything), timings)
def test_no_port_gets_more_attempts_than_the_retries_or_the_limit_of_a_lossy_host(
    network: list[dict[int, Port]], timing: Timing
) -> None:
    """Where nothing says "closed", there are no controls and no limit that could explain silence."""
    calm = [
        {
            port: Port(kind="open" if one.kind == "closed" else one.kind, rtt_s=one.rtt_s, lost=one.lost)
            for port, one in behaviours.items()
        }
        for behaviours in network
    ]
    found = Simulation(calm, timing).run()
    allowed = 1 if timing.retries == 0 else max(1 + timing.retries, MOST_ATTEMPTS)
    assert all(len(attempts) <= allowed for attempts in found.sent_at_s.values())


# --- the numbers ----------------------------------------------------------------------------------


def test_a_probe_is_a_host_and_a_port() -> None:
    plan = Simulation([ports(3), ports(3)], Timing()).plan
    assert [plan.next_probe(0.0), plan.next_probe(0.0)] == [0, 3]
    assert [plan.endpoint(probe) for probe in range(3)] == [(FIRST, 1), (FIRST, 2), (FIRST, 3)]
    assert [plan.endpoint(probe) for probe in range(3, 6)] == [(FIRST + 1, 1), (FIRST + 1, 2), (FIRST + 1, 3)]


@pytest.mark.parametrize("hosts", [[], [{}], [{}, {}]], ids=["no host", "no port", "two hosts without ports"])
def test_nothing_to_scan_is_done_at_once(hosts: list[dict[int, Port]]) -> None:
    plan = Simulation(hosts, Timing()).plan
    assert plan.is_done
    assert plan.next_probe(0.0) is None
    assert plan.overdue(1000.0) == []


def test_probes_and_retransmissions_are_counted() -> None:
    simulation = Simulation([{1: Port(), 2: Port(kind="open", lost=1), 3: Port(kind="silent")}], Timing())
    found = simulation.run()
    assert [found.attempts(2), found.attempts(3)] == [2, LOSSY_ATTEMPTS]  # the loss of port 2 gives port 3 more
    assert simulation.plan.sent_count == len(found.all_sent_at_s)
    assert simulation.plan.retransmitted_count == 1 + LOSSY_ATTEMPTS - 1


@pytest.mark.parametrize("is_at_once", [False, True])
def test_the_round_trip_is_what_the_answer_took(is_at_once: bool) -> None:
    found = simulate({1: Port(rtt_s=0.07, is_at_once=is_at_once), 2: Port(kind="silent")})
    assert found.rtt_s == {(0, 1): pytest.approx(0.07, abs=0.001), (0, 2): None}


def test_hosts_take_turns() -> None:
    plan = Simulation([ports(3), ports(3)], Timing()).plan
    probes = [plan.next_probe(0.0) for _ in range(6)]
    assert [plan.endpoint(probe)[0] for probe in probes if probe is not None] == [FIRST, FIRST + 1] * 3


def test_a_host_that_answers_does_not_wait_for_one_that_does_not() -> None:
    found = simulate(ports(150, kind="silent"), ports(150))
    assert max(at_s for (host, _), at_s in found.settled_at_s.items() if host == 1) < 0.1


# --- rule B: silence ------------------------------------------------------------------------------


@pytest.mark.parametrize("timeout_s", [1.5, 3.5, 20.0])
def test_a_silent_host_ends_within_the_timeout(timeout_s: float) -> None:
    """The kernel repeats the SYN, so that the retries are in the one attempt."""
    found = simulate(ports(200, kind="silent"), timing=Timing(timeout_s=timeout_s))
    assert set(found.settled.values()) == {SILENT}
    assert timeout_s <= found.elapsed_s < timeout_s + 0.1
    assert {len(attempts) for attempts in found.sent_at_s.values()} == {1}


def test_with_a_timeout_before_the_kernels_repetition_a_silent_host_gets_its_retries() -> None:
    found = simulate(ports(10, kind="silent"), timing=Timing(timeout_s=0.5, retries=2))
    assert {len(attempts) for attempts in found.sent_at_s.values()} == {3}
    assert found.elapsed_s < 3 * 0.5 + 0.1


def test_silence_opens_the_window() -> None:
    """1,000 silent ports at the first window of 200 would take five timeouts."""
    found = simulate(ports(1000, kind="silent"))
    assert found.elapsed_s < 4 * Timing().timeout_s


def test_a_silent_port_of_a_host_that_answers_waits_twice_as_long_each_time() -> None:
    found = simulate({1: Port(), 2: Port(kind="silent")}, timing=Timing(max_in_flight=2))
    first, second, third = found.sent_at_s[0, 2]
    assert second - first == pytest.approx(MINIMUM_RTO_S, abs=0.02)
    assert third - second == pytest.approx(2 * MINIMUM_RTO_S, abs=0.02)
    assert found.settled_at_s[0, 2] - third == pytest.approx(4 * MINIMUM_RTO_S, abs=0.02)


def test_the_first_answer_of_a_host_shortens_the_wait_of_what_is_under_way() -> None:
    found = simulate({**ports(99, kind="silent"), 100: Port()})
    assert found.attempts(1) == 3
    assert found.elapsed_s < 1.0


def test_a_probe_waits_longer_when_round_trips_turn_out_to_be_longer() -> None:
    """0.01 s at first, so a timeout of 0.1 s; three of 0.09 s raise it before that time is up."""
    plan = Simulation([ports(5)], Timing()).plan
    for probe in range(5):
        assert plan.next_probe(0.0) == probe
    plan.sent(0, 0.0)
    plan.refused(0, 0.01)
    plan.sent(1, 0.01)
    for probe in (2, 3, 4):
        plan.sent(probe, 0.01)
        plan.refused(probe, 0.1)
    assert plan.overdue(0.14) == []
    assert plan.overdue(1.0) == [1]


@pytest.mark.parametrize("retries", [0, 1, 5])
def test_a_silent_port_gets_as_many_retries_as_asked_for(retries: int) -> None:
    found = simulate({1: Port(), 2: Port(kind="silent")}, timing=Timing(retries=retries))
    assert found.attempts(2) == 1 + retries


def test_an_icmp_error_teaches_nothing_about_the_hosts_round_trips() -> None:
    found = simulate({1: Port(kind="icmp"), 2: Port(kind="silent")})
    assert found.attempts(2) == 1
    assert found.elapsed_s >= Timing().timeout_s


# --- rules C and D: loss --------------------------------------------------------------------------


def test_a_proven_loss_gives_every_silent_port_two_attempts_more_than_the_one_that_succeeded() -> None:
    """Attempt 3 succeeds, so 5 are allowed, then 7, then 9; never more than the limit."""
    losses = (0, 2, 4, 6, 8, MOST_ATTEMPTS - 1, MOST_ATTEMPTS)
    host = {port: Port(kind="open", lost=lost) for port, lost in enumerate(losses, start=1)}
    found = simulate(host, timing=Timing(timeout_s=0.5))
    assert found.states() == {1: "open", 2: "open", 3: "open", 4: "open", 5: "open", 6: "open", 7: "filtered"}
    assert found.attempts(7) == MOST_ATTEMPTS


def test_a_port_that_was_given_up_gets_another_attempt_when_loss_is_proven_later() -> None:
    """One probe at a time: port 2 is on the bench before port 3 is tried at all."""
    host = {1: Port(), 2: Port(kind="open", lost=4), 3: Port(lost=2)}
    found = simulate(host, timing=Timing(timeout_s=0.5, max_in_flight=1))
    assert found.states() == {1: "closed", 2: "open", 3: "closed"}
    assert found.sent_at_s[0, 2][1] < found.sent_at_s[0, 3][0] < found.sent_at_s[0, 2][2]


def test_without_retries_no_loss_earns_another_attempt() -> None:
    found = simulate({1: Port(), 2: Port(lost=1), 3: Port(kind="silent")}, timing=Timing(retries=0))
    assert found.attempts(2) == found.attempts(3) == 1
    assert found.states() == {1: "closed", 2: "filtered", 3: "filtered"}


def test_loss_on_one_host_does_not_cost_another_one_attempts() -> None:
    lossy = {1: Port(), 2: Port(lost=2), 3: Port(kind="silent")}
    calm = {1: Port(), 2: Port(), 3: Port(kind="silent")}
    found = simulate(lossy, calm, timing=Timing(timeout_s=0.5))
    assert found.attempts(3, host=0) == LOSSY_ATTEMPTS
    assert found.attempts(3, host=1) == 3


def test_a_proven_loss_halves_what_is_on_its_way() -> None:
    simulation = Simulation([ports(1000)], Timing())
    plan = simulation.plan
    first = [plan.next_probe(0.0) for _ in range(200)]
    assert plan.next_probe(0.0) is None
    for probe in first:
        assert probe is not None
        plan.sent(probe, 0.0)
    lost, *answered = [probe for probe in first if probe is not None]
    for probe in answered:
        plan.refused(probe, 0.01)
    assert plan.overdue(1.0) == [lost]
    assert plan.next_probe(1.0) == lost
    plan.sent(lost, 1.0)
    plan.refused(lost, 1.01)
    in_flight = 0
    while plan.next_probe(1.02) is not None:
        in_flight += 1
    assert in_flight == pytest.approx((200 + 199) / 2, abs=1)


# --- rule E: connections to ourselves -------------------------------------------------------------


@pytest.mark.parametrize("is_at_once", [False, True])
@pytest.mark.parametrize("times", range(1, 5))
def test_a_connection_to_itself_is_tried_again_and_never_open(times: int, is_at_once: bool) -> None:
    host = {1: Port(meets_itself=times, is_at_once=is_at_once), 2: Port(is_at_once=is_at_once)}
    found = simulate(host)
    assert found.states() == {1: "closed", 2: "closed"}
    assert found.settled[0, 1].reason == "conn-refused"
    assert found.attempts(1) == times + 1


def test_an_open_port_that_was_met_by_itself_before_is_open() -> None:
    """The listener came meanwhile."""
    assert simulate({1: Port(kind="open", meets_itself=2)}).states() == {1: "open"}


@pytest.mark.parametrize("is_at_once", [False, True])
def test_a_port_that_only_ever_meets_itself_is_closed(is_at_once: bool) -> None:
    """The only local port there is: a listener would have kept it from being a source."""
    found = simulate({1: Port(meets_itself=1000, is_at_once=is_at_once)})
    assert (found.settled[0, 1].state, found.settled[0, 1].reason) == ("closed", "self-connect")
    assert found.attempts(1) == MOST_MEETINGS


@pytest.mark.parametrize("is_at_once", [False, True])
def test_a_connection_from_a_scanned_port_needs_a_second_one(is_at_once: bool) -> None:
    host = {
        1: Port(kind="closed", meets_another=1, is_at_once=is_at_once),
        2: Port(kind="open", meets_another=1, is_at_once=is_at_once),
        3: Port(kind="open", is_at_once=is_at_once),
    }
    found = simulate(host)
    assert found.states() == {1: "closed", 2: "open", 3: "open"}
    assert [found.attempts(port) for port in host] == [2, 2, 1]


def test_a_listener_that_is_always_met_from_scanned_ports_is_open_at_the_second_time() -> None:
    found = simulate({1: Port(kind="open", meets_another=1000), 2: Port()})
    assert found.states() == {1: "open", 2: "closed"}
    assert found.attempts(1) == 2


def test_a_source_port_that_is_not_scanned_is_believed_at_once() -> None:
    plan = Simulation([{80: Port()}], Timing()).plan
    probe = plan.next_probe(0.0)
    assert probe is not None
    plan.sent(probe, 0.0)
    plan.connected(probe, IPv4Address("192.0.2.0"), FREE_PORT, 0.01)
    assert plan.is_done


def test_the_same_number_on_another_machine_is_no_connection_to_itself() -> None:
    """Source port 80 of this machine and port 80 of the target are two ends."""
    plan = Simulation([{80: Port()}], Timing()).plan
    probe = plan.next_probe(0.0)
    assert probe is not None
    plan.sent(probe, 0.0)
    plan.connected(probe, ELSEWHERE, 80, 0.01)
    assert plan.is_done


def test_a_probe_that_met_itself_counts_as_sent_but_not_as_retransmitted() -> None:
    simulation = Simulation([{1: Port(meets_itself=2), 2: Port(meets_itself=2, is_at_once=True)}], Timing())
    simulation.run()
    assert simulation.plan.sent_count == 6
    assert simulation.plan.retransmitted_count == 0


# --- rule F: what this machine lacks --------------------------------------------------------------


@pytest.mark.parametrize("descriptors", [1, 3, 50])
def test_few_descriptors_change_no_answer(descriptors: int) -> None:
    host = {**ports(100), 7: Port(kind="open"), 8: Port(kind="silent"), 9: Port(kind="icmp")}
    scarce, plenty = simulate(host, descriptors=descriptors), simulate(host)
    assert scarce.shortages > 0
    assert scarce.settled == plenty.settled
    assert scarce.unsent == plenty.unsent == {}


@pytest.mark.parametrize("timeout_s", [3.5, 2 * PATIENCE_S])
def test_few_descriptors_change_no_answer_of_a_silent_host(timeout_s: float) -> None:
    """Attempts end and others begin: that moves, although nobody answers for more than the patience."""
    found = simulate(ports(20, kind="silent"), timing=Timing(timeout_s=timeout_s), descriptors=5)
    assert found.elapsed_s > PATIENCE_S
    assert found.unsent == {}
    assert set(found.settled.values()) == {SILENT}


def test_a_probe_that_was_held_back_is_the_next_one() -> None:
    plan = Simulation([ports(3)], Timing()).plan
    assert [plan.next_probe(0.0), plan.next_probe(0.0)] == [0, 1]
    plan.hold_back(0, 0.0)
    plan.hold_back(1, 0.0)
    assert [plan.next_probe(1.0), plan.next_probe(1.0), plan.next_probe(1.0)] == [1, 0, 2]


def test_after_a_shortage_no_more_are_sent_than_the_machine_could_hold() -> None:
    plan = Simulation([ports(10)], Timing()).plan
    for expected in range(4):
        assert plan.next_probe(0.0) == expected
    for probe in range(3):
        plan.sent(probe, 0.0)
    plan.hold_back(3, 0.0)
    assert plan.next_probe(0.5) is None
    plan.refused(0, 0.5)
    assert plan.next_probe(0.5) == 3


def test_an_answer_makes_the_pause_of_the_next_shortage_short_again() -> None:
    plan = Simulation([ports(10)], Timing()).plan
    for now_s in (0.0, 1.0, 2.0):
        assert plan.next_probe(now_s) == 0
        plan.hold_back(0, now_s)
    assert plan.wait_s(2.0) == pytest.approx(0.04)
    assert plan.next_probe(3.0) == 0
    plan.refused(0, 3.0, 0.001)
    assert plan.next_probe(3.0) == 1
    plan.hold_back(1, 3.0)
    assert plan.wait_s(3.0) == pytest.approx(0.01)


def test_after_a_shortage_nothing_is_sent_for_a_moment() -> None:
    plan = Simulation([ports(3)], Timing()).plan
    probe = plan.next_probe(0.0)
    assert probe is not None
    plan.hold_back(probe, 0.0)
    wait_s = plan.wait_s(0.0)
    assert wait_s is not None
    assert wait_s > 0
    assert plan.next_probe(wait_s * 0.99) is None
    assert plan.next_probe(wait_s) == probe


def test_the_driver_does_not_wait_for_an_answer_when_the_moment_has_just_passed() -> None:
    """Between asking for a probe and asking how long to wait, the clock goes on: nothing is in flight to wake it."""
    plan = Simulation([ports(3)], Timing()).plan
    probe = plan.next_probe(0.0)
    assert probe is not None
    plan.hold_back(probe, 0.0)
    pause_s = plan.wait_s(0.0)
    assert pause_s is not None
    assert plan.next_probe(pause_s - 1e-6) is None
    assert plan.wait_s(pause_s + 1e-6) == 0


def test_each_shortage_in_a_row_waits_longer_up_to_a_second() -> None:
    plan = Simulation([ports(1)], Timing()).plan
    now_s, pauses = 0.0, []
    for _ in range(9):
        probe = plan.next_probe(now_s)
        assert probe is not None
        plan.hold_back(probe, now_s)
        wait_s = plan.wait_s(now_s)
        assert wait_s is not None
        pauses.append(wait_s)
        now_s += wait_s
    assert pauses == pytest.approx([0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.0, 1.0])


def test_a_shortage_that_ends_within_the_patience_costs_no_port() -> None:
    found = Simulation([ports(50)], Timing(), nothing_to_send_with=[(0.0, PATIENCE_S - 1.5)]).run()
    assert found.unsent == {}
    assert set(found.states().values()) == {"closed"}


def test_a_shortage_that_does_not_end_leaves_every_port_unsent() -> None:
    simulation = Simulation([ports(50), ports(50)], Timing(), nothing_to_send_with=[(0.0, 1e9)])
    found = simulation.run()
    assert found.settled == {}
    assert set(found.unsent.values()) == {"local-resources"}
    assert PATIENCE_S < found.elapsed_s < PATIENCE_S + 2


def test_what_was_answered_before_the_shortage_stays_answered() -> None:
    simulation = Simulation([ports(1000, rtt_s=0.05)], Timing(), nothing_to_send_with=[(0.04, 1e9)])
    found = simulation.run()
    assert len(found.settled) == 200
    assert set(found.states().values()) == {"closed"}
    assert len(found.unsent) == 800


def test_after_a_shortage_more_is_sent_again() -> None:
    """One at a time, 400 ports of 50 ms each would take 20 s."""
    found = Simulation([ports(400, rtt_s=0.05)], Timing(), nothing_to_send_with=[(0.0, 0.02)]).run()
    assert found.unsent == {}
    assert found.elapsed_s < 5


def test_after_a_shortage_no_more_is_sent_than_before() -> None:
    """Two hosts, since each has a window of its own as well."""
    hosts = [ports(60, rtt_s=0.05), ports(60, rtt_s=0.05)]
    found = Simulation(hosts, Timing(max_in_flight=3), nothing_to_send_with=[(0.0, 0.02)]).run()
    most = found.most_in_flight
    assert most == 3


def test_after_a_shortage_more_is_sent_again_to_a_silent_host_too() -> None:
    """One at a time, 100 silent ports would take 350 s."""
    found = Simulation([ports(100, kind="silent")], Timing(), nothing_to_send_with=[(0.0, 0.02)]).run()
    assert found.unsent == {}
    assert found.elapsed_s < 70


def test_a_refusal_to_send_leaves_the_port_without_a_state() -> None:
    host = {1: Port(refusal="no-route"), 2: Port(), 3: Port(kind="silent"), 4: Port(refusal="firewalled-here")}
    found = simulate(host)
    assert found.unsent == {(0, 1): "no-route", (0, 4): "firewalled-here"}
    assert found.states() == {2: "closed", 3: "filtered"}


def test_a_host_that_cannot_be_sent_to_does_not_stop_the_others() -> None:
    found = simulate(ports(300, refusal="no-route"), ports(300))
    assert len(found.unsent) == 300
    assert found.states(1) == dict.fromkeys(range(1, 301), "closed")
