"""Lossy paths: everything that is open is found, and what the windows learn from it."""

from ipaddress import IPv4Address
from itertools import pairwise

import pytest

from nettools.core.scan.host import LOSSY_ATTEMPTS
from nettools.core.scan.probe_port import udp
from nettools.core.scan.timing import Timing
from tests.core.scan.simulation import ELSEWHERE, FREE_PORT, Host, Port, Simulation, ports, simulate


def far_host(loss: float, rtt_s: float = 0.05) -> Host:
    """500 ports, 23 of them open."""
    host = {port: Port(rtt_s=rtt_s) for port in range(1, 501)}
    host |= {port: Port(kind="open", rtt_s=rtt_s) for port in range(20, 481, 20)}
    assert sum(port.kind == "open" for port in host.values()) == 24
    return Host(host, loss=loss)


@pytest.mark.parametrize("seed", range(20))
def test_at_five_percent_each_way_all_open_ports_are_found_in_twenty_of_twenty_runs(seed: int) -> None:
    found = Simulation([far_host(0.05)], Timing(), seed=seed).run()
    assert list(found.states().values()).count("open") == 24
    assert found.elapsed_s < 5.4  # nmap's time


@pytest.mark.parametrize("seed", range(10))
def test_at_ten_percent_each_way_too(seed: int) -> None:
    found = Simulation([far_host(0.1)], Timing(), seed=seed).run()
    assert list(found.states().values()).count("open") == 24


@pytest.mark.parametrize("seed", range(5))
def test_without_retries_ports_may_be_missed_but_none_is_invented(seed: int) -> None:
    host = far_host(0.2)
    found = Simulation([host], Timing(retries=0), seed=seed).run()
    assert all(state in (host[port].state, "filtered") for port, state in found.states().items())
    assert "filtered" in found.states().values()


def test_as_soon_as_a_host_shows_loss_every_silent_port_is_tried_six_times() -> None:
    host = {1: Port(), 2: Port(kind="open", lost=1), **{port: Port(kind="silent") for port in range(3, 20)}}
    found = simulate(host)
    assert {found.attempts(port) for port in range(3, 20)} == {LOSSY_ATTEMPTS}


def test_the_waits_between_the_six_are_bounded() -> None:
    """0.3 s doubled six times would be 19 s."""
    host = {1: Port(rtt_s=0.1), 2: Port(kind="open", rtt_s=0.1, lost=1), 3: Port(kind="silent")}
    moments = simulate(host).sent_at_s[0, 3]
    pauses = [later - earlier for earlier, later in pairwise(moments)]
    assert len(pauses) == LOSSY_ATTEMPTS - 1
    assert max(pauses) < 1.3


def test_a_repetition_by_the_kernel_shows_loss() -> None:
    """TCP_INFO tells that the SYN went out twice, although our one attempt was answered."""
    plan = Simulation([ports(3)], Timing()).plan
    for _ in range(3):
        probe = plan.next_probe(0.0)
        assert probe is not None
        plan.sent(probe, 0.0)
    plan.connected(0, ELSEWHERE, FREE_PORT, 1.05, retransmissions=1)
    plan.refused(1, 1.06)
    host = plan._slots.hosts[0]
    assert host is not None
    assert host.best_attempt == 2
    assert host.allowed_attempts(2) == 1  # no round trip is known that could time a second attempt
    host.rtt.sample(0.05)
    assert host.allowed_attempts(2) == LOSSY_ATTEMPTS


def test_the_overall_window_shrinks_by_the_part_that_the_lossy_host_has_of_it() -> None:
    """Two hosts with 100 probes each on their way: one shows loss, a quarter of the whole goes."""
    simulation = Simulation([ports(100), ports(100)], Timing(max_in_flight=200))
    plan = simulation.plan
    taken = [plan.next_probe(0.0) for _ in range(200)]
    for probe in taken:
        assert probe is not None
        plan.sent(probe, 0.0)
    host = plan._slots.hosts[0]
    assert host is not None
    plan._supply.lost(host, 2, 0.01, 200)
    assert plan._supply.overall.size == pytest.approx(200 * 0.75)
    plan._supply.lost(host, 2, 0.02, 200)  # within one timeout
    assert plan._supply.overall.size == pytest.approx(200 * 0.75)


def test_loss_on_one_host_leaves_the_window_of_another_alone() -> None:
    lossy, calm = far_host(0.2), far_host(0.0)
    found = Simulation([lossy, calm], Timing()).run()
    assert found.ended_at_s[1] < 0.5 < found.ended_at_s[0]


def test_a_datagram_of_a_silent_host_is_repeated_because_no_kernel_does() -> None:
    found = simulate({udp(53): Port(kind="silent")})
    first, second, third = found.sent_at_s[0, udp(53)]
    assert second - first == pytest.approx(1.0, abs=0.03)
    assert third - second == pytest.approx(1.0, abs=0.03)


def test_a_datagram_that_is_lost_twice_is_found() -> None:
    found = simulate({udp(53): Port(kind="open", lost=2), udp(54): Port()})
    assert found.states() == {udp(53): "open", udp(54): "closed"}


def test_an_address_is_asked_where_the_plan_says() -> None:
    plan = Simulation([ports(1), ports(1)], Timing()).plan
    probes = [plan.next_probe(0.0), plan.next_probe(0.0)]
    assert [plan.endpoint(probe)[0] for probe in probes if probe is not None] == [
        IPv4Address("192.0.2.0"),
        IPv4Address("192.0.2.1"),
    ]
