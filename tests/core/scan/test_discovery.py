"""Whether a host is there: on evidence from the host itself, before its ports are probed."""

from ipaddress import IPv4Address

import pytest

from nettools.core.scan.discovery import DISCOVERY_PORTS, ECHO, ECHO_REPLY, Discovery, discovery_ports, is_evidence
from nettools.core.scan.probe_port import ProbePort, udp
from nettools.core.scan.reason import CLOSED, IPPROTO_ICMP, OPEN, SILENT, icmp_verdict
from nettools.core.scan.sink import HostEnd
from nettools.core.scan.timing import Timing
from tests.core.scan.simulation import NO_NEIGHBOUR, PROHIBITED, Host, Port, Run, Simulation, ports

HOST = IPv4Address("192.0.2.7")
ABSENT = HostEnd(complete=False, is_absent=True)


def discover(*hosts: dict[ProbePort, Port], has_echo: bool = False, timing: Timing | None = None) -> Run:
    return Simulation(hosts, timing or Timing(), discovers=True, has_echo=has_echo).run()


@pytest.mark.parametrize("found", [OPEN, CLOSED, ECHO_REPLY, icmp_verdict(IPPROTO_ICMP, 3, 10, HOST)])
def test_what_comes_from_the_host_itself_is_evidence(found) -> None:  # type: ignore[no-untyped-def]
    assert is_evidence(found, HOST)


@pytest.mark.parametrize("found", [PROHIBITED, NO_NEIGHBOUR, SILENT])
def test_what_a_router_or_this_machine_says_is_none(found) -> None:  # type: ignore[no-untyped-def]
    assert not is_evidence(found, HOST)


def test_an_echo_is_asked_first_where_there_is_a_prober_for_it() -> None:
    assert discovery_ports(has_echo=True) == (ECHO, *DISCOVERY_PORTS)
    assert discovery_ports(has_echo=False) == DISCOVERY_PORTS


def test_each_place_is_asked_twice_before_it_is_over() -> None:
    discovery = Discovery([1, 2])
    assert discovery.wants_again(1, 1)
    assert not discovery.wants_again(1, 2)
    assert not discovery.is_over
    discovery.note_foreign(2, PROHIBITED)
    assert discovery.is_over


def test_a_silent_host_is_absent_and_its_ports_are_left_alone() -> None:
    found = discover(Host(ports(200, kind="silent")), has_echo=True)
    assert found.ends == {0: ABSENT}
    assert found.settled == {}
    assert len(found.all_sent_at_s) == 2 * 4
    assert found.elapsed_s == pytest.approx(2.0, abs=0.1)


@pytest.mark.parametrize("reason", ["syn-ack", "conn-refused", "echo-reply"])
def test_any_answer_of_the_host_lets_its_ports_follow(reason: str) -> None:
    answering = {"syn-ack": (443, "open"), "conn-refused": (22, "closed"), "echo-reply": (ECHO, "open")}
    port, kind = answering[reason]
    host = Host(ports(5))
    places = {port: Port(kind=kind)}  # type: ignore[arg-type]
    host_with = type("Answers", (Host,), {"__missing__": lambda self, asked: places.get(asked, Port(kind="silent"))})
    found = discover(host_with(host), has_echo=True)
    assert found.seen == {0: reason}
    assert set(found.states()) == {1, 2, 3, 4, 5}
    assert found.ends[0] == HostEnd(complete=True)


def test_the_round_trip_of_discovery_primes_the_timeout() -> None:
    """Without it silent ports would wait the whole timeout."""
    host = Host(ports(5, kind="silent"), elsewhere=Port(kind="closed", rtt_s=0.01))
    found = discover(host)
    assert found.elapsed_s < 1.0
    assert set(found.states().values()) == {"filtered"}


def test_discovery_answers_count_as_results_of_the_scan_and_are_not_asked_twice() -> None:
    host = {80: Port(kind="open"), 22: Port(), 443: Port(rtt_s=0.02), 8080: Port()}
    found = discover(host)
    assert found.states() == {80: "open", 22: "closed", 443: "closed", 8080: "closed"}
    assert {len(moments) for moments in found.sent_at_s.values()} == {1}


def test_a_host_ends_when_discovery_asked_all_of_its_ports() -> None:
    """The answer of the only port comes with the one that was the evidence, before its turn has come."""
    host = Host({22: Port(kind="open", rtt_s=0.01)}, elsewhere=Port(rtt_s=0.01))
    found = Simulation([host], Timing(), discovers=True, look_s=0.0).run()
    assert found.states() == {22: "open"}
    assert found.ends == {0: HostEnd(complete=True)}


def test_a_silent_discovery_port_of_a_host_that_is_there_goes_on_as_one_of_its_ports() -> None:
    host = {80: Port(kind="silent"), 22: Port(rtt_s=1.2), 443: Port(kind="open"), 8080: Port()}
    found = discover(host)
    assert found.states() == {80: "filtered", 22: "filtered", 443: "open", 8080: "closed"}


def test_what_a_router_said_of_a_discovery_port_counts_once_the_host_is_there() -> None:
    host = {443: Port(kind="icmp", rtt_s=0.01), 80: Port(kind="open", rtt_s=0.05), 8080: Port()}
    found = discover(host)
    assert found.settled[0, 443] == PROHIBITED
    assert found.attempts(443) == 1


def test_a_router_alone_makes_no_host() -> None:
    found = discover(Host(ports(3, kind="icmp"), elsewhere=Port(kind="icmp")))
    assert found.ends == {0: ABSENT}
    assert found.settled == {}


def test_a_neighbour_that_is_not_there_is_absent_at_once() -> None:
    found = discover(Host(ports(3), elsewhere=Port(kind="no-neighbour", rtt_s=0.7)))
    assert found.ends == {0: HostEnd(complete=False, is_absent=True, absent_by="host-unreach")}
    assert found.elapsed_s < 0.8


def test_without_a_network_no_host_is_absent() -> None:
    found = Simulation([ports(3)], Timing(), discovers=True, no_network=[(0.0, 1e9)]).run()
    assert found.unsent == {(0, 1): "no-route", (0, 2): "no-route", (0, 3): "no-route"}
    assert found.ends == {0: HostEnd(complete=False)}


def test_udp_ports_follow_tcp_discovery() -> None:
    host = Host({udp(53): Port(kind="open")}, elsewhere=Port(kind="closed"))
    found = discover(host)
    assert found.states() == {udp(53): "open"}


def test_a_timeout_that_is_shorter_is_kept() -> None:
    found = discover(ports(3, kind="silent"), timing=Timing(timeout_s=0.2))
    assert found.elapsed_s == pytest.approx(0.4, abs=0.05)
