"""A sweep finds what is there, tells each port once, and takes no longer and sends no more than it has to."""

from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nettools.core.scan.reason import OPEN, RESET, SILENT, UNFILTERED
from nettools.core.scan.timing import Timing
from tests.core.scan.sweep.world import FIRST_PORT, SYN_ACK, Host, World

few = settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow], deadline=None)
PORTS = tuple(range(1, 101))


def mixed(**more: object) -> Host:
    """Two open ports, ten silent ones, five rejected ones, the rest closed."""
    return Host(frozenset({22, 80}), frozenset(range(30, 40)), frozenset(range(50, 55)), **more)  # type: ignore[arg-type]


def check_mixed(world: World, host: int = 0) -> None:
    assert world.told.ports_in("open", host) == {22, 80}
    assert world.told.ports_in("filtered", host) == {*range(30, 40), *range(50, 55)}
    assert world.told.ports_in("closed", host) == set(PORTS) - {22, 80} - {*range(30, 40), *range(50, 55)}


@pytest.mark.parametrize("version", [4, 6])
def test_one_host(version: int) -> None:
    world = World([mixed()], PORTS, version=version)
    told = world.run()
    check_mixed(world)
    assert told.verdicts[0][22] is OPEN
    assert told.verdicts[0][1] is RESET
    assert told.verdicts[0][31] is SILENT
    assert told.verdicts[0][50].reason == "admin-prohibited"
    assert told.ends[0].complete
    assert told.ttls == {63, None}
    assert all(0.019 < rtt_s < 0.021 for rtt_s in told.rtts_s)


def test_silent_ports_of_a_host_that_answers_are_tried_three_times() -> None:
    world = World([mixed()], PORTS)
    world.run()
    tries = {port: sum(sent == port for _, _, sent in world.sent) for port in PORTS}
    assert {port for port, number in tries.items() if number == 3} == set(range(30, 40))
    assert {number for port, number in tries.items() if port not in range(30, 40)} == {1}
    assert world.sweep.sent_count == 120
    assert world.sweep.retransmitted_count == 20
    assert world.elapsed_s < 0.8


def test_a_host_that_says_nothing_is_tried_three_times_within_the_timeout() -> None:
    world = World([Host(is_silent=True)], PORTS)
    told = world.run()
    assert set(told.states(0).values()) == {"filtered"}
    assert world.sweep.sent_count == 300
    assert 3.5 <= world.elapsed_s < 3.6


def test_without_retries_each_port_is_probed_once() -> None:
    world = World([mixed(loss=0.3), Host(is_silent=True)], PORTS, Timing(retries=0))
    told = world.run()
    assert world.sweep.sent_count == 200
    assert told.ports_in("open") <= {22, 80}
    assert told.ends[0].complete


def test_an_ack_scan_tells_unfiltered_ports() -> None:
    world = World([mixed()], PORTS, kind="ack")
    told = world.run()
    assert told.ports_in("unfiltered") == set(PORTS) - {*range(30, 40), *range(50, 55)}
    assert told.verdicts[0][22] is UNFILTERED


@few
@given(st.integers(0, 2**32), st.floats(0.01, 0.1))
def test_loss_hides_no_open_port_and_invents_none(seed: int, loss: float) -> None:
    opened = frozenset(range(10, 510, 20))
    world = World([Host(opened, loss=loss)], range(1, 501), seed=seed)
    told = world.run()
    assert told.ports_in("open") <= opened
    assert len(told.ports_in("open")) >= len(opened) - (loss > 0.06)
    assert len(told.states(0)) == 500


def test_with_one_source_port_a_repeated_probe_is_the_same_packet() -> None:
    opened = frozenset(range(10, 510, 20))
    for seed in range(10):
        world = World([Host(opened, loss=0.05)], range(1, 501), seed=seed, tags=1)
        assert world.run().ports_in("open") == opened


def test_repeated_probes_have_source_ports_of_their_own() -> None:
    world = World([mixed()], PORTS)
    seen: dict[int, list[tuple[int, int]]] = {}
    world.on_probe = lambda _, host, probe: seen.setdefault(probe.port, []).append((probe.source_port, probe.sequence))
    world.run()
    first = seen[31][0][1]
    assert seen[31] == [(FIRST_PORT + number, first + number & 0xFFFFFFFF) for number in range(3)]


def test_a_host_that_limits_its_resets_is_told_exactly() -> None:
    world = World([Host(frozenset({22}), resets_per_s=10)], range(1, 101))
    told = world.run()
    assert told.ports_in("closed") == set(range(1, 101)) - {22}
    assert world.elapsed_s < 99 / 10 * 1.15  # what the limit takes, and little more
    assert world.sweep.sent_count < 1500


def test_answers_that_are_late_are_taken_and_prove_no_loss() -> None:
    world = World([Host(frozenset({22}), rtt_s=lambda now_s: 0.02 if now_s < 100.001 else 0.25)], range(1, 301))
    told = world.run()
    assert told.ports_in("open") == {22}
    assert len(told.ports_in("closed")) == 299
    assert world.sweep.sent_count < 800


@few
@given(
    st.integers(0, 2**32),
    st.lists(
        st.builds(
            Host,
            opened=st.frozensets(st.integers(1, 12)),
            silent=st.frozensets(st.integers(1, 12)),
            rejected=st.frozensets(st.integers(1, 12)),
            is_silent=st.booleans(),
            loss=st.sampled_from([0.0, 0.0, 0.2]),
        ),
        min_size=1,
        max_size=90,
    ),
    st.builds(
        Timing,
        retries=st.integers(0, 3),
        timeout_s=st.sampled_from([0.2, 1.0, 3.5]),
        max_in_flight=st.sampled_from([1, 7, 100, 1000]),
        rate_pps=st.sampled_from([None, None, 50.0, 5000.0]),
        is_unlimited=st.booleans(),
    ),
)
def test_every_port_of_every_host_is_told_once(seed: int, hosts: list[Host], timing: Timing) -> None:
    ports = range(1, 13)
    for host in hosts:
        host.half_open.clear()
    world = World(hosts, ports, timing, seed=seed)
    told = world.run()
    for number, host in enumerate(hosts):
        assert set(told.states(number)) == set(ports)
        assert told.ends[number].complete
        reachable = host.opened - host.silent - host.rejected if not host.is_silent else set()
        assert told.ports_in("open", number) <= reachable
        if not host.loss:
            assert told.ports_in("open", number) == reachable
    [outlet] = world.sweep._outlets - {world.sweep._local_outlet} or world.sweep._outlets
    assert outlet.pace.occupied == outlet.unsent == world.sweep._cells == 0
    assert world.sweep.where == {4: {}, 6: {}}


def test_shards_have_their_own_ports() -> None:
    world = World([Host() for _ in range(6)], range(1, 11))
    world.add_all([(host, host % 3, 3, 3 if host % 3 else 4) for host in range(6)])
    told = world.go_on()
    for host in range(6):
        count = 3 if host % 3 else 4
        assert set(told.states(host)) == {(host % 3 + place * 3) % 10 + 1 for place in range(count)}


# --- many hosts -----------------------------------------------------------------------------------


def test_a_flock_finds_what_single_hosts_show() -> None:
    hosts = [mixed() if number % 5 == 0 else Host(is_silent=True) for number in range(100)]
    world = World(hosts, PORTS)
    told = world.run()
    for number in range(0, 100, 5):
        check_mixed(world, number)
    assert all(set(told.states(number).values()) == {"filtered"} for number in range(1, 100, 5))
    assert len(told.ends) == 100


def test_hosts_that_answer_do_not_wait_for_those_that_do_not() -> None:
    hosts = [mixed(), *[Host(is_silent=True)] * 99]
    world = World(hosts, PORTS, Timing(is_unlimited=True))
    world.add_all()
    told = world.go_on(until_s=1.5)
    check_mixed(world)
    assert list(told.ends) == [0]


def test_without_limit_silent_hosts_are_tried_once() -> None:
    world = World([Host(is_silent=True)] * 200, range(1, 6), Timing(is_unlimited=True, timeout_s=1.0))
    world.run()
    assert world.sweep.sent_count == 1000
    assert world.elapsed_s < 1.1


def test_answers_lost_here_cost_another_try() -> None:
    world = World([Host(is_silent=True)] * 200, range(1, 6), Timing(is_unlimited=True, timeout_s=1.0))
    world.add_all()
    world.go_on(until_s=0.5)
    world.sweep.answers_lost()
    told = world.go_on()
    assert world.sweep.sent_count == 2000
    assert len(told.ends) == 200


# --- limits ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("most", [1, 10, 300])
def test_no_more_are_in_flight_than_allowed(most: int) -> None:
    world = World([mixed(), mixed()], PORTS, Timing(max_in_flight=most))
    world.run()
    assert world.most_in_flight <= 2 * most
    check_mixed(world, 1)


def test_a_rate_is_kept() -> None:
    world = World([mixed(), *[Host(is_silent=True)] * 80], range(1, 51), Timing(rate_pps=2000))
    world.run()
    times = [at_s for at_s, _, _ in world.sent]
    for first, last in zip(times, times[200:], strict=False):
        assert last - first >= (200 - 42) / 2000  # at most 20 ms at once, and a packet
    assert world.elapsed_s < len(times) / 2000 + 3.6


@pytest.mark.parametrize("hosts", [1, 3, 70])
def test_a_delay_separates_the_probes_of_a_host(hosts: int) -> None:
    world = World([mixed() for _ in range(hosts)], (22, 30, 50, 80), Timing(delay_s=0.3))
    told = world.run()
    assert told.ports_in("open") == {22, 80}
    for host in range(hosts):
        times = sorted(at_s for at_s, sent_to, _ in world.sent if sent_to == host)
        assert len(times) == 6
        assert min(last - first for first, last in pairwise(times)) >= 0.3 - 1e-6


@pytest.mark.parametrize("hosts", [1, 9])
def test_a_host_timeout_keeps_what_is_known(hosts: int) -> None:
    world = World([mixed() for _ in range(hosts)], PORTS, Timing(host_timeout_s=0.05))
    told = world.run()
    assert world.elapsed_s < 0.06
    assert told.ports_in("open") == {22, 80}
    assert told.ports_in("filtered") == set(range(50, 55))
    assert not told.ends[0].complete


def test_an_end_in_the_middle_ends_every_host() -> None:
    world = World([mixed() for _ in range(100)], PORTS)
    world.add_all()
    world.go_on(until_s=0.01)
    world.sweep.end()
    assert len(world.told.ends) == 100
    assert not any(end.complete for end in world.told.ends.values())
    assert world.sweep.is_idle


# --- answers that are none ------------------------------------------------------------------------


def test_an_answer_with_another_number_is_counted_and_dropped() -> None:
    world = World([Host(is_silent=True)], (80, 81))
    world.add_all()
    world.send()
    for guess in range(1000):
        world.later(world.now_s, world.segment(0, 80, 0, guess * 4_294_967, SYN_ACK))
    told = world.go_on()
    assert told.ports_in("open") == set()
    assert world.listener.forged_count == 1000


def test_only_the_numbers_of_probes_that_were_sent_count() -> None:
    world = World([Host(is_silent=True)], (80,))
    probes: list[int] = []
    world.on_probe = lambda _, host, probe: probes.append(probe.sequence)
    world.add_all()
    world.send()
    world.later(world.now_s, world.segment(0, 80, 0, probes[0] + 2, SYN_ACK))  # would answer the second
    world.later(world.now_s, world.segment(0, 80, 0, probes[0] + 1, 0x10))  # no answer to a SYN
    world.later(world.now_s, world.segment(0, 81, 0, probes[0] + 1, SYN_ACK))  # not scanned
    world.later(world.now_s, world.segment(5, 80, 0, probes[0] + 1, SYN_ACK))  # another host
    told = world.go_on(until_s=0.1)
    assert told.verdicts == {}
    assert (world.listener.forged_count, world.listener.stranger_count) == (2, 2)
    world.later(world.now_s, world.segment(0, 80, 0, probes[0] + 1, SYN_ACK))
    assert world.go_on().ports_in("open") == {80}


def test_answers_said_twice_count_once() -> None:
    world = World([mixed()], PORTS)
    probes: list[tuple[int, int]] = []
    world.on_probe = lambda _, host, probe: probes.append((probe.port, probe.sequence))
    world.add_all()
    world.send()
    for port, sequence in probes:
        world.later(world.now_s + 0.02, world.segment(0, port, 0, sequence + 1 & 0xFFFFFFFF, SYN_ACK))
        world.later(world.now_s + 0.02, world.segment(0, port, 0, sequence + 1 & 0xFFFFFFFF, SYN_ACK))
    told = world.go_on()
    assert len(told.states(0)) == 100


# --- this machine ---------------------------------------------------------------------------------


def test_what_this_machine_refuses_to_send_has_no_state() -> None:
    world = World([mixed()], PORTS)
    world.add_all()
    batch = world.sweep.next_batch(world.now_s)
    assert batch is not None
    world.sweep.sent(batch, world.now_s, world.now_s)
    for place in range(10):
        world.sweep.unsendable(batch, place, "firewalled-here")
    told = world.go_on()
    assert told.unsent_ports == {0: dict.fromkeys(range(1, 11), "firewalled-here")}
    assert set(told.states(0)) == set(range(11, 101))
    assert not told.ends[0].complete


@pytest.mark.parametrize("hosts", [1, 100])
def test_a_lost_interface_leaves_no_port_filtered(hosts: int) -> None:
    world = World([mixed() for _ in range(hosts)], PORTS, Timing(max_in_flight=50))
    world.add_all()
    world.go_on(until_s=0.03)
    known = {host: set(states) for host, states in world.told.verdicts.items()}
    world.sweep.lane_lost(world.lane, "network-down")
    assert world.sweep.is_idle
    for host in range(hosts):
        assert set(world.told.unsent_ports[host]) == set(PORTS) - known.get(host, set())
        assert not world.told.ends[host].complete


# --- doubts ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("hosts", [1, 80])
def test_a_host_that_answers_everywhere_is_known_by_its_canaries(hosts: int) -> None:
    world = World([Host(frozenset(range(65_536)), window=1000) for _ in range(hosts)], PORTS)
    told = world.run()
    assert set(told.states(0)) == set(PORTS)
    assert len(told.ends[0].notes) == 2
    assert "answers on every port" in told.ends[0].notes[0]
    assert told.ends[0].complete
    assert world.sweep.sent_count == hosts * 103
    assert world.sweep.ends.settled_count == hosts * 100


def test_a_host_with_many_services_is_believed() -> None:
    world = World([Host(frozenset(PORTS))], PORTS)
    told = world.run()
    assert told.ends[0].notes == ()
    assert world.sweep.sent_count == 103
