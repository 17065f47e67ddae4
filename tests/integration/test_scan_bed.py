"""`nettools scan` without privileges tells what nmap tells as root, and why.

The bed is built so that every port's answer is known (bed/README.md). nmap confirms that the bed
is what it says; nettools has to see the same states, and the reasons that the bed's rules give.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from subprocess import CompletedProcess
from typing import Any

import pytest

from tests.integration.conftest import ScanBed
from tests.integration.nmap_xml import expand_ports, port_verdicts

pytestmark = pytest.mark.integration

PORTS = range(1, 201)
ROUTER4, ROUTER6 = "198.18.0.254", "2001:db8:18::254"


@dataclass(frozen=True)
class Verdict:
    """What a scan says of one port; reason_ip only where it is the sender of an ICMP error."""

    state: str
    reason: str
    reason_ip: str | None = None


OPEN = Verdict("open", "syn-ack")
CLOSED = Verdict("closed", "conn-refused")
DROPPED = Verdict("filtered", "no-response")

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
# Reasons that no ICMP error gave: whatever stands as their reason_ip is not compared.
WITHOUT_ICMP = {"syn-ack", "conn-refused", "no-response"}


@dataclass(frozen=True)
class Host:
    """A host of the bed, and what the bed's rules make of its ports 1-200."""

    name: str
    address: str
    expected: dict[int, Verdict]

    def __str__(self) -> str:
        return self.name


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


HOSTS = (
    mix("mix-v4", "198.18.0.11"),
    mix("mix-v6", "2001:db8:18::11"),
    drop("drop-v4", "198.18.0.12"),
    drop("drop-v6", "2001:db8:18::12"),
    rej("rej-v4", "198.18.0.13", REJECTIONS4),
    rej("rej-v6", "2001:db8:18::13", REJECTIONS6),
)


# --- the two scanners -----------------------------------------------------------------------------


@dataclass(frozen=True)
class Report:
    """One host of a `nettools scan --json` document, and how the command ended."""

    exit_status: int
    host: dict[str, Any]
    verdicts: dict[int, Verdict]

    @classmethod
    def parse(cls, done: CompletedProcess[str]) -> "Report":
        try:
            document = json.loads(done.stdout)
        except json.JSONDecodeError:
            pytest.fail(f"no JSON, exit status {done.returncode}:\n{done.stdout}{done.stderr}")
        assert document["schema"] == "nettools.scan/1"
        assert document["errors"] == []
        [host] = document["hosts"]
        return cls(done.returncode, host, every_port(host))


def every_port(host: dict[str, Any]) -> dict[int, Verdict]:
    """All ports of the report, each exactly once, whether it was listed or collapsed."""
    verdicts: dict[int, Verdict] = {}
    for protocol, port, verdict in (*listed(host), *collapsed(host)):
        assert protocol == "tcp"
        assert port not in verdicts, f"port {port} is reported twice"
        verdicts[port] = verdict
    return verdicts


def listed(host: dict[str, Any]) -> Iterator[tuple[str, int, Verdict]]:
    for row in host["ports"]:
        yield row["protocol"], row["port"], verdict_of(row)


def collapsed(host: dict[str, Any]) -> Iterator[tuple[str, int, Verdict]]:
    for row in host["collapsed"]:
        ports = list(expand_ports(row["ports"]))
        assert row["count"] == len(ports)
        for port in ports:
            yield row["protocol"], port, verdict_of(row)


def verdict_of(row: dict[str, Any]) -> Verdict:
    sender = None if row["reason"] in WITHOUT_ICMP else row["reason_ip"]
    return Verdict(row["state"], row["reason"], sender)


def scan(bed: ScanBed, address: str) -> Report:
    return Report.parse(bed.nettools("scan", address, "1-200", "--json"))


def nmap_states(bed: ScanBed, address: str) -> dict[int, str]:
    family = ["-6"] if ":" in address else []
    done = bed.run("nmap", *family, "-sS", "-n", "-Pn", "-p1-200", "-oX", "-", address)
    assert done.returncode == 0, done.stderr
    verdicts = port_verdicts(done.stdout, (("tcp", port) for port in PORTS))
    return {port: state for (_, port), (state, _) in verdicts.items()}


def states(verdicts: dict[int, Verdict]) -> dict[int, str]:
    return {port: verdict.state for port, verdict in verdicts.items()}


# --- hosts that are there -------------------------------------------------------------------------


@pytest.fixture(scope="module", params=HOSTS, ids=str)
def host(request: pytest.FixtureRequest) -> Host:
    found: Host = request.param
    return found


@pytest.fixture(scope="module")
def by_nmap(scan_bed: ScanBed, host: Host) -> dict[int, str]:
    return nmap_states(scan_bed, host.address)


@pytest.fixture(scope="module")
def by_nettools(scan_bed: ScanBed, host: Host) -> Report:
    return scan(scan_bed, host.address)


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
