"""`nettools scan` without privileges tells what nmap tells as root, and why.

The bed is built so that every port's answer is known (bed/README.md). nmap confirms that the bed
is what it says; nettools has to see the same states, and the reasons that the bed's rules give.
"""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.integration.conftest import BED, ScanBed
from tests.integration.scan_bed_table import (
    CLOSED,
    DROPPED,
    OPEN,
    ROUTER4,
    ROUTER6,
    WITHOUT_ICMP,
    Host,
    Report,
    Verdict,
    lossy,
    nmap_states,
    port_list,
    scan,
    scan_afresh,
    states,
)

pytestmark = pytest.mark.integration

PORTS = range(1, 201)
REJECTIONS4 = (
    "port-unreach",
    "admin-prohibited",
    "host-prohibited",
    "net-unreach",
    "host-unreach",
    "proto-unreach",
    "net-prohibited",
)
REJECTIONS6 = (
    "port-unreach",
    "admin-prohibited",
    "no-route",
    "addr-unreach",
    "policy-fail",
    "reject-route",
)


def mix(name: str, address: str) -> Host:
    return Host(name, address, table(opened=(22, 25, 80, 110, 139, 143, 199)))


def drop(name: str, address: str) -> Host:
    dropped = dict.fromkeys(range(100, 200), DROPPED)
    return Host(name, address, table(opened=(22, 80)) | dropped)


def rej(name: str, address: str, rejections: tuple[str, ...]) -> Host:
    """Ten ports for each kind of rejection from 101 on; 171-180 are reset, and so closed."""
    rejected = {
        port: Verdict("filtered", reason, address)
        for tens, reason in enumerate(rejections)
        for port in range(101 + 10 * tens, 111 + 10 * tens)
    }
    dropped = dict.fromkeys(range(181, 191), DROPPED)
    return Host(name, address, table(opened=(22,)) | rejected | dropped)


def table(opened: tuple[int, ...]) -> dict[int, Verdict]:
    return {port: OPEN if port in opened else CLOSED for port in PORTS}


def stealth(name: str, address: str) -> Host:
    return Host(name, address, dict.fromkeys(range(424, 462), DROPPED) | {443: OPEN})


def allopen(name: str, address: str) -> Host:
    return Host(name, address, dict.fromkeys(range(1, 101), OPEN))


HOSTS = (
    mix("mix-v4", "198.18.0.11"),
    mix("mix-v6", "2001:db8:18::11"),
    drop("drop-v4", "198.18.0.12"),
    drop("drop-v6", "2001:db8:18::12"),
    rej("rej-v4", "198.18.0.13", REJECTIONS4),
    rej("rej-v6", "2001:db8:18::13", REJECTIONS6),
    stealth("stealth-v4", "198.18.0.18"),
    stealth("stealth-v6", "2001:db8:18::18"),
    allopen("allopen-v4", "198.18.0.17"),
    allopen("allopen-v6", "2001:db8:18::17"),
)


# --- hosts that are there -------------------------------------------------------------------------


@pytest.fixture(scope="module", params=HOSTS, ids=str)
def host(request: pytest.FixtureRequest) -> Host:
    found: Host = request.param
    return found


@pytest.fixture(scope="module")
def by_nmap(scan_bed: ScanBed, host: Host) -> dict[int, str]:
    return nmap_states(scan_bed, host.address, host.expected)


@pytest.fixture(scope="module")
def by_nettools(scan_bed: ScanBed, host: Host) -> Report:
    return scan(scan_bed, host.address, port_list(host.expected))


def test_nettools_runs_without_privileges(scan_bed: ScanBed) -> None:
    show = "import typer, rich; print(open('/proc/self/status').read())"
    done = scan_bed.python("-c", show)
    assert done.returncode == 0, done.stderr
    status = dict(line.split(":", 1) for line in done.stdout.splitlines() if ":" in line)
    assert set(status["Uid"].split()) == set(status["Gid"].split()) == {"65534"}
    for capabilities in ("CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb"):
        assert int(status[capabilities], 16) == 0
    assert status["NoNewPrivs"].strip() == "1"


def test_the_bed_is_what_its_table_says(host: Host, by_nmap: dict[int, str]) -> None:
    assert by_nmap == states(host.expected)


def test_every_state_equals_nmaps(by_nettools: Report, by_nmap: dict[int, str]) -> None:
    assert states(by_nettools.verdicts) == by_nmap


def test_every_reason_follows_from_the_beds_rules(host: Host, by_nettools: Report) -> None:
    assert by_nettools.verdicts == host.expected


def test_a_host_that_answers_is_up_and_complete(host: Host, by_nettools: Report) -> None:
    assert by_nettools.exit_status == 0
    assert by_nettools.host["address"] == host.address
    assert by_nettools.host["status"] == "up"
    assert by_nettools.host["complete"] is True


@pytest.mark.parametrize("address", ["198.18.0.17", "2001:db8:18::17"])
def test_of_a_host_that_answers_on_every_port_it_says_that_open_says_nothing(scan_bed: ScanBed, address: str) -> None:
    notes = scan(scan_bed, address, "1-20").host["notes"]
    assert any("open says nothing" in note for note in notes)
    assert any("tiny windows" in note for note in notes)


@pytest.mark.parametrize("address", ["198.18.0.11", "2001:db8:18::18"])
def test_of_other_hosts_it_does_not_say_that_open_says_nothing(scan_bed: ScanBed, address: str) -> None:
    """Not even where every port that was asked for is open."""
    report = scan(scan_bed, address, "443")
    assert report.verdicts == {443: OPEN}
    assert report.host["notes"] == []


@pytest.mark.parametrize("address", ["198.18.0.14", "2001:db8:18::14"])
def test_ports_behind_a_limit_of_ten_resets_a_second_are_closed(scan_bed: ScanBed, address: str) -> None:
    """After a burst of ten, as many as are asked here again have to wait for their turn."""
    report = scan(scan_bed, address, "20-44,80")
    assert report.verdicts == {port: OPEN if port in (22, 80) else CLOSED for port in (*range(20, 45), 80)}
    assert any("limits its resets" in note for note in report.host["notes"])


# --- hosts behind a loss of 5 % each way ----------------------------------------------------------


@pytest.mark.parametrize("name", ["far", "far-v6", "loss", "loss-v6"])
def test_behind_a_loss_each_port_has_its_state(scan_bed: ScanBed, name: str) -> None:
    """The same wire goes on losing: tests/soak asks twenty times."""
    host = lossy(name)
    report = scan_afresh(scan_bed, host)
    assert report.verdicts == host.expected
    assert (report.exit_status, report.host["status"], report.host["complete"]) == (0, "up", True)


@pytest.mark.parametrize("name", ["far", "loss-v6"])
def test_without_retries_a_loss_may_hide_a_port_and_invents_none(scan_bed: ScanBed, name: str) -> None:
    host = lossy(name)
    found = scan_afresh(scan_bed, host, "--retries", "0").verdicts
    assert found.keys() == host.expected.keys()
    assert {port: verdict for port, verdict in found.items() if verdict != DROPPED}.items() <= host.expected.items()
    assert sum(verdict == OPEN for verdict in found.values()) > 10


# --- a service that falls silent ------------------------------------------------------------------


@contextmanager
def full_queue(bed: ScanBed, port: int) -> Iterator[None]:
    """One more service on the host synq whose accept queue nobody has filled yet."""
    command = (sys.executable, str(BED.with_name("services.py")), f"tcp:{port}:fullq")
    namespace = f"{bed.bed_environment['SCANBED_PREFIX']}-synq"
    service = subprocess.Popen(["ip", "netns", "exec", namespace, *command], stdout=subprocess.PIPE, text=True)
    assert service.stdout is not None
    with service, service.stdout:
        try:
            assert service.stdout.readline() == "ready\n"
            yield
        finally:
            service.kill()


@pytest.mark.parametrize(("address", "port"), [("198.18.0.19", 8004), ("2001:db8:18::19", 8006)])
def test_a_port_is_open_until_its_queue_is_full_and_never_closed(scan_bed: ScanBed, address: str, port: int) -> None:
    """One connection is enough to know: a scan must not fill the queue by itself before it has seen the port."""
    others = {22: OPEN, 23: CLOSED}
    with full_queue(scan_bed, port):
        first, *_, last = (scan(scan_bed, address, f"22,23,{port}").verdicts for _ in range(3))
    assert first == others | {port: OPEN}
    assert last == others | {port: DROPPED}


# --- addresses where nobody is --------------------------------------------------------------------


@pytest.mark.parametrize("address", ["198.18.0.99", "2001:db8:18::99"])
def test_an_address_without_a_host_is_down(scan_bed: ScanBed, address: str) -> None:
    unreachable = "addr-unreach" if ":" in address else "host-unreach"
    report = scan(scan_bed, address)
    assert report.exit_status == 1
    assert report.host["status"] == "down"
    assert set(report.verdicts) == set(PORTS)
    assert set(states(report.verdicts).values()) == {"filtered"}
    assert {verdict.reason for verdict in report.verdicts.values()} <= {unreachable, "no-response"}


ROUTES_TO_NOWHERE = [
    ("198.18.2.1", Verdict("filtered", "host-unreach", ROUTER4)),
    ("198.18.3.1", Verdict("filtered", "admin-prohibited", ROUTER4)),
    ("198.18.4.1", DROPPED),
    ("198.18.1.99", Verdict("filtered", "host-unreach", ROUTER4)),
    ("2001:db8:1a::1", Verdict("filtered", "no-route", ROUTER6)),
    ("2001:db8:1b::1", Verdict("filtered", "admin-prohibited", ROUTER6)),
    ("2001:db8:1c::1", DROPPED),
]


@pytest.mark.parametrize(("address", "expected"), ROUTES_TO_NOWHERE)
def test_a_route_to_nowhere_names_its_router_and_does_not_make_the_host_up(
    scan_bed: ScanBed, address: str, expected: Verdict
) -> None:
    """Few ports, since the router's kernel limits these errors."""
    report = scan(scan_bed, address, "1-3")
    assert report.verdicts == dict.fromkeys(range(1, 4), expected)
    assert (report.exit_status, report.host["status"], report.host["complete"]) == (1, "assumed-up", True)


@pytest.mark.parametrize(("address", "router"), [("198.18.3.1", ROUTER4), ("2001:db8:1b::1", ROUTER6)])
def test_a_prohibited_route_names_its_router(scan_bed: ScanBed, address: str, router: str) -> None:
    """The router's kernel limits these errors, so that most ports get none."""
    report = scan(scan_bed, address)
    assert report.exit_status == 1
    assert set(report.verdicts) == set(PORTS)
    assert set(states(report.verdicts).values()) == {"filtered"}
    answered = [verdict for verdict in report.verdicts.values() if verdict.reason not in WITHOUT_ICMP]
    assert answered
    assert {verdict.reason_ip for verdict in answered} == {router}
    assert {verdict.reason for verdict in answered} == {"admin-prohibited"}
