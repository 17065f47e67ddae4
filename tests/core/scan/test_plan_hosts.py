"""The plan and its hosts: they come lazily, leave when they are done, and none waits for another."""

import tracemalloc
from collections.abc import Iterator, Sequence
from ipaddress import IPv4Address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nettools.core.scan.capacity import PATIENCE_S
from nettools.core.scan.order import ProbeOrder, Turn
from nettools.core.scan.plan import ScanPlan
from nettools.core.scan.probe_port import ProbePort
from nettools.core.scan.reason import SILENT, Verdict
from nettools.core.scan.sink import HostEnd
from nettools.core.scan.slots import FEWEST_SLOTS
from nettools.core.scan.timing import Timing
from tests.core.scan.simulation import NO_NEIGHBOUR, Host, Kind, Port, Simulation, ports, simulate

BILLIONS = 1 << 32


class Counting:
    """A sink that keeps nothing but numbers."""

    def __init__(self) -> None:
        self.ports = 0
        self.ends = 0

    def settled(self, host: int, port: ProbePort, found: Verdict, rtt_s: float | None, ttl: int | None = None) -> None:
        self.ports += 1

    def settled_each(
        self,
        host: int,
        found: Verdict,
        ports: Sequence[ProbePort],
        rtts_s: Sequence[float | None],
        ttls: Sequence[int | None],
    ) -> None:
        self.ports += len(ports)

    def settled_many(self, host: int, found: Verdict, ports: Sequence[ProbePort]) -> None:
        self.ports += len(ports)

    def unsent(self, host: int, port: ProbePort, kind: str) -> None:
        raise AssertionError

    def seen(self, host: int, reason: str, rtt_s: float | None) -> None:
        raise AssertionError

    def host_done(self, host: int, end: HostEnd) -> None:
        assert end.complete
        self.ends += 1


def endless_plan(sink: Counting, number_of_ports: int = 100, timing: Timing | None = None) -> ScanPlan:
    wanted = range(1, number_of_ports + 1)

    def turns() -> Iterator[Turn]:
        for position in range(BILLIONS):
            yield Turn(position, position, 0, 1, number_of_ports)

    return ScanPlan(turns(), wanted, timing or Timing(), address_of=IPv4Address, sink=sink)


# --- many -----------------------------------------------------------------------------------------


def test_the_first_probe_of_four_billion_hosts_is_there_at_once() -> None:
    plan = endless_plan(Counting())
    assert plan.next_probe(0.0) is not None
    assert not plan.is_done


def test_memory_does_not_grow_with_the_hosts_that_are_done() -> None:
    sink = Counting()
    plan = endless_plan(sink, number_of_ports=2)

    def probe_at_once(hosts: int) -> None:
        for _ in range(hosts * 2):
            probe = plan.next_probe(1.0)
            assert probe is not None
            plan.refused(probe, 1.0, 0.001)

    tracemalloc.start()
    try:
        probe_at_once(3000)  # all slots are taken
        before, _ = tracemalloc.get_traced_memory()
        probe_at_once(10_000)
        after, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert sink.ends > 10_000
    assert after - before < 100_000


def test_deadlines_of_hosts_that_are_done_are_not_kept() -> None:
    plan = endless_plan(Counting(), number_of_ports=1, timing=Timing(host_timeout_s=900))
    for _ in range(5000):
        probe = plan.next_probe(1.0)
        assert probe is not None
        plan.refused(probe, 1.0, 0.001)
    assert plan.is_something_due(2.0) is False
    assert len(plan._slots._deadlines) <= 1


def test_hosts_that_wait_do_not_keep_others_from_beginning() -> None:
    """900 silent hosts and, behind them, 100 that answer: those are done long before the first timeout."""
    silent, there = {1: Port(kind="silent")}, {1: Port()}
    found = simulate(*[silent] * 900, *[there] * 100)
    assert max(at_s for (host, _), at_s in found.settled_at_s.items() if host >= 900) < 0.5


def test_more_hosts_than_slots_are_all_probed() -> None:
    hosts = [{1: Port(), 2: Port(kind="silent")} for _ in range(3 * FEWEST_SLOTS)]
    found = simulate(*hosts, timing=Timing(max_in_flight=4, timeout_s=0.2))
    assert len(found.settled) == 2 * len(hosts)
    assert len(found.ends) == len(hosts)


@given(st.integers(1, 40), st.integers(1, 12), st.integers(1, 9), st.integers(0, 5))
def test_all_shards_together_probe_each_port_once(hosts: int, number: int, shards: int, seed: int) -> None:
    from nettools.core.scan.order import Shard

    seen: list[tuple[int, ProbePort]] = []
    wanted = tuple(range(1, number + 1))
    for shard in range(1, shards + 1):
        order = ProbeOrder(hosts=hosts, ports=wanted, seed=seed, shard=Shard(shard, shards))
        behaviour = {port: Port(is_at_once=True) for port in order.ports}
        simulation = Simulation([behaviour] * hosts, Timing(), turns=list(order.turns()))
        found = simulation.run()
        assert simulation.plan.sent_count == order.total
        seen.extend(found.settled)
    assert sorted(seen) == [(host, port) for host in range(hosts) for port in wanted]


# --- what is known --------------------------------------------------------------------------------


def test_known_ports_are_not_probed_and_not_told() -> None:
    known = {0: [1, 2, 3, 77], 1: [], 2: [1, 2, 3, 4]}
    found = Simulation([ports(4)] * 3, Timing(), known=known.__getitem__).run()
    assert set(found.settled) == {(0, 4), (1, 1), (1, 2), (1, 3), (1, 4)}
    assert all(end.complete for end in found.ends.values())
    assert len(found.ends) == 3


def test_a_thousand_hosts_of_which_all_is_known_end_soon() -> None:
    found = Simulation([ports(2)] * 1000, Timing(), known=lambda host: [1, 2] if host < 999 else []).run(most_turns=100)
    assert set(found.settled) == {(999, 1), (999, 2)}
    assert len(found.ends) == 1000


# --- how a host ends ------------------------------------------------------------------------------


def test_the_end_of_a_host_comes_after_its_last_port_and_not_before_the_others_end() -> None:
    found = simulate(ports(3), {1: Port(), 2: Port(kind="silent"), 3: Port()})
    assert found.ends == {0: HostEnd(complete=True), 1: HostEnd(complete=True)}
    assert found.ended_at_s[0] < 0.1 < found.ended_at_s[1]


def test_what_could_not_be_sent_makes_a_host_incomplete() -> None:
    found = simulate({1: Port(), 2: Port(refusal="firewalled-here")})
    assert found.ends[0] == HostEnd(complete=False)


def test_a_host_timeout_keeps_what_is_known() -> None:
    found = simulate(ports(9), ports(9) | {1: Port(kind="open")}, timing=Timing(delay_s=1.0, host_timeout_s=4.5))
    assert [len(found.states(host)) for host in (0, 1)] == [5, 5]
    assert found.states(1)[1] == "open"
    assert (
        found.ends[0]
        == found.ends[1]
        == HostEnd(complete=False, notes=("host timeout after 4.5 s: 4 ports not probed",))
    )
    assert found.elapsed_s == pytest.approx(4.5, abs=0.1)


def test_a_host_timeout_believes_ports_that_had_all_their_attempts() -> None:
    """Port 2 is waiting for the end of port 3, which could still show loss."""
    host = {1: Port(kind="open"), 2: Port(kind="silent"), 3: Port(kind="silent")}
    found = simulate(host, timing=Timing(retries=0, delay_s=1.0, host_timeout_s=2.05))
    assert found.states() == {1: "open", 2: "filtered"}
    assert found.ends[0].notes == ("host timeout after 2.05 s: 1 port not probed",)


def test_abandoned_hosts_keep_what_is_known_and_are_not_complete() -> None:
    simulation = Simulation([{1: Port(), 2: Port(kind="silent")}, ports(2), ports(2, kind="silent")], Timing())
    simulation.run(until_s=0.05)
    simulation.plan.abandon()
    assert simulation.plan.is_done
    assert simulation.found.states(0) == {1: "closed"}
    assert [simulation.found.ends[host].complete for host in range(3)] == [False, True, False]


# --- rule G: the neighbour is not there -----------------------------------------------------------


def test_a_neighbour_that_is_not_there_settles_all_ports_at_once() -> None:
    """ARP gives up after 3 s; none of the ports waits for that again."""
    absent: dict[ProbePort, Port] = {port: Port(kind="no-neighbour", rtt_s=3.0) for port in range(1, 501)}
    found = simulate(absent, ports(500), timing=Timing(max_in_flight=50))
    assert set(found.settled.values()) >= {NO_NEIGHBOUR}
    assert [found.settled[0, port] for port in absent] == [NO_NEIGHBOUR] * 500
    assert found.states(1) == dict.fromkeys(absent, "closed")
    assert found.elapsed_s < 3.2
    assert len([where for where in found.sent_at_s if where[0] == 0]) < 60


def test_answers_that_come_after_the_verdict_on_all_ports_are_not_told_again() -> None:
    """They are in the same poll as the one that decided."""
    simulation = Simulation([{port: Port(kind="no-neighbour", rtt_s=1.0) for port in range(1, 101)}], Timing())
    found = simulation.run()
    assert len(found.settled) == 100


def test_a_slot_is_not_used_again_while_its_probes_are_known_to_the_driver() -> None:
    absent: dict[ProbePort, Port] = {port: Port(kind="no-neighbour", rtt_s=0.5) for port in range(1, 31)}
    hosts = [absent, ports(30)] * (2 * FEWEST_SLOTS)
    found = simulate(*hosts, timing=Timing(max_in_flight=60))
    assert len(found.settled) == 30 * len(hosts)
    for number in range(len(hosts)):
        assert set(found.states(number).values()) == ({"closed"} if number % 2 else {"filtered"})


# --- rule F: the network of this machine ----------------------------------------------------------


def test_a_network_that_comes_back_in_time_costs_no_port() -> None:
    hosts = [ports(200), ports(200)]
    found = Simulation(hosts, Timing(rate_pps=50), no_network=[(1.0, 1.0 + PATIENCE_S - 2)]).run()
    assert found.unsent == {}
    assert set(found.states(0).values()) | set(found.states(1).values()) == {"closed"}


def test_a_network_that_does_not_come_back_ends_the_scan_in_bounded_time() -> None:
    hosts = [ports(200) for _ in range(20)]
    found = Simulation(hosts, Timing(rate_pps=200), no_network=[(1.0, 1e9)]).run(limit_s=60)
    assert set(found.unsent.values()) == {"no-route"}
    assert len(found.settled) + len(found.unsent) == 20 * 200
    assert found.elapsed_s < 60


def test_no_network_from_the_start_is_told_without_patience() -> None:
    found = Simulation([ports(50)] * 3, Timing(), no_network=[(0.0, 1e9)]).run()
    assert len(found.unsent) == 150
    assert found.elapsed_s < 1


def test_without_anything_to_send_with_the_hosts_that_were_not_begun_are_not_told_one_by_one_for_ever() -> None:
    class Deaf(Counting):
        def unsent(self, host: int, port: ProbePort, kind: str) -> None:
            self.ports += 1

        def host_done(self, host: int, end: HostEnd) -> None:
            self.ends += 1

    sink = Deaf()
    plan = endless_plan(sink)
    now_s = 0.0
    while not plan.is_done:
        probe = plan.next_probe(now_s)
        if probe is not None:
            plan.hold_back(probe, now_s)
        plan.overdue(now_s)
        now_s += 0.05
        assert now_s < 60
    assert plan.stopped_by == "local-resources"
    assert sink.ports < 500_000


# --- anything -------------------------------------------------------------------------------------

kinds: list[Kind] = ["open", "closed", "silent", "icmp", "no-neighbour"]
anything = st.builds(
    Port,
    kind=st.sampled_from(kinds),
    rtt_s=st.floats(min_value=0.0001, max_value=4),
    lost=st.integers(min_value=0, max_value=2),
    is_at_once=st.booleans(),
    refusal=st.sampled_from([None, None, None, None, "no-route", "firewalled-here"]),
)
timings = st.builds(
    Timing,
    timeout_s=st.floats(min_value=0.05, max_value=4),
    retries=st.integers(min_value=0, max_value=4),
    max_in_flight=st.integers(min_value=1, max_value=30),
    rate_pps=st.none() | st.floats(min_value=20, max_value=500),
    is_unlimited=st.booleans(),
    delay_s=st.sampled_from([0.0, 0.0, 0.05]),
    host_timeout_s=st.none() | st.floats(min_value=0.1, max_value=10),
)


@given(
    st.lists(
        st.builds(
            Host,
            st.fixed_dictionaries(dict.fromkeys([1, 2, 80, 65536 + 53, 65536 + 99], anything)),
            elsewhere=anything,
            loss=st.sampled_from([0.0, 0.0, 0.1, 0.5]),
        ),
        min_size=1,
        max_size=6,
    ),
    timings,
    st.booleans(),
    st.booleans(),
    st.none() | st.integers(1, 5),
    st.integers(0, 1000),
)
def test_each_host_ends_once_and_each_port_is_told_once_whatever_happens(
    hosts: list[Host], timing: Timing, discovers: bool, has_echo: bool, descriptors: int | None, seed: int
) -> None:
    simulation = Simulation(
        hosts,
        timing,
        discovers=discovers,
        has_echo=has_echo,
        canaries=(61_000, 61_001),
        descriptors=descriptors,
        seed=seed,
    )
    found = simulation.run()
    assert set(found.ends) == set(range(len(hosts)))
    told = found.settled.keys() | found.unsent.keys()
    assert simulation.plan.settled_count == len(told)
    assert found.most_in_flight <= timing.max_in_flight
    assert simulation.plan.in_flight_count == 0
    for number, end in found.ends.items():
        unsent = [port for where, port in found.unsent if where == number]
        missing = [port for port in hosts[number] if (number, port) not in told]
        assert end.complete == (not unsent and not missing)
        assert not missing or end.is_absent or any("host timeout" in note for note in end.notes)
        assert not end.is_absent or discovers


def test_silence_is_told_as_silence() -> None:
    assert set(simulate(ports(3, kind="silent")).settled.values()) == {SILENT}
