"""Whether "open" means anything."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nettools.core.scan.confidence import TINY_WINDOW, Confidence, choose_canaries
from nettools.core.scan.sink import HostEnd
from nettools.core.scan.timing import Timing
from tests.core.scan.simulation import Host, Port, Run, Simulation, ports

CANARIES = (61_001, 62_002, 63_003)
EVERY_PORT = "answers on every port (3 of 3 canary ports are open): open says nothing here"


def scan(host: Host) -> Run:
    return Simulation([host], Timing(), canaries=CANARIES).run()


@given(st.sets(st.integers(0, 131_071), max_size=300), st.integers(0, 2**70))
def test_canaries_are_high_and_not_scanned_and_the_seed_chooses_them(scanned: set[int], seed: int) -> None:
    canaries = choose_canaries(scanned, seed)
    assert len(set(canaries)) == 3
    assert not scanned & set(canaries)
    assert all(61_000 <= port <= 65_535 for port in canaries)
    assert canaries == choose_canaries(scanned, seed)


def test_a_scan_of_all_ports_leaves_no_canary() -> None:
    assert choose_canaries(range(65_536), 1) == ()
    assert choose_canaries(range(65_535), 1) == (65_535,)


def test_a_host_that_accepts_everything_is_marked() -> None:
    found = scan(Host(ports(50, kind="open"), elsewhere=Port(kind="open")))
    assert found.ends[0] == HostEnd(complete=True, notes=(EVERY_PORT,))


def test_canaries_are_no_results_but_count_as_sent() -> None:
    simulation = Simulation([Host(ports(50, kind="open"), elsewhere=Port(kind="open"))], Timing(), canaries=CANARIES)
    found = simulation.run()
    assert set(found.states()) == set(range(1, 51))
    assert simulation.plan.settled_count == 50
    assert simulation.plan.sent_count == 53


@pytest.mark.parametrize("kind", ["closed", "silent", "icmp"])
def test_a_host_with_many_services_is_not_marked(kind: str) -> None:
    found = scan(Host(ports(50, kind="open"), elsewhere=Port(kind=kind)))  # type: ignore[arg-type]
    assert found.ends[0] == HostEnd(complete=True)
    assert found.attempts(CANARIES[0]) >= 1


def test_a_host_with_a_few_services_is_not_asked() -> None:
    host = Host({**ports(40), **{port: Port(kind="open") for port in range(100, 109)}}, elsewhere=Port(kind="open"))
    found = scan(host)
    assert [found.attempts(port) for port in CANARIES] == [0, 0, 0]
    assert found.ends[0].notes == ()


def test_filtered_ports_do_not_hide_that_all_that_answered_are_open() -> None:
    host = Host({**ports(60, kind="silent"), **{port: Port(kind="open") for port in range(100, 120)}})
    host.elsewhere = Port(kind="open")
    assert scan(host).ends[0].notes == (EVERY_PORT,)


def test_each_canary_is_asked_again_when_it_is_silent() -> None:
    host = Host(ports(50, kind="open"), elsewhere=Port(kind="open", lost=1))
    assert scan(host).ends[0].notes == (EVERY_PORT,)


@pytest.mark.parametrize("window", [0, 1152, TINY_WINDOW])
def test_tiny_windows_are_a_hint(window: int) -> None:
    found = scan(Host({**ports(30), **{port: Port(kind="open", window=window) for port in range(100, 106)}}))
    assert found.ends[0].notes == (f"tiny windows ({window} bytes): perhaps a tarpit",)


def test_usual_windows_are_none() -> None:
    found = scan(Host({**ports(30), **{port: Port(kind="open", window=TINY_WINDOW + 1) for port in range(100, 106)}}))
    assert found.ends[0].notes == ()


@pytest.mark.parametrize(("tiny", "usual", "is_hint"), [(4, 0, False), (5, 0, True), (3, 3, False), (4, 3, True)])
def test_only_when_most_of_at_least_five_windows_are_tiny(tiny: int, usual: int, is_hint: bool) -> None:
    confidence = Confidence()
    for _ in range(tiny):
        confidence.note_window(600)
    for _ in range(usual):
        confidence.note_window(65_160)
    assert bool(confidence.notes(0)) == is_hint


def test_where_no_canary_is_left_the_share_itself_is_told() -> None:
    confidence = Confidence()
    confidence.opened, confidence.closed = 65_000, 535
    [note] = confidence.notes(0)
    assert (
        note == "answers on almost every port (65,000 of the 65,535 that answered are open): open may say nothing here"
    )
