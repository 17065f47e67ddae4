"""UDP ports of the bed, without privileges: each state and reason as the bed has it, and nmap as a witness."""

import json
from dataclasses import dataclass
from typing import Any

import pytest

from tests.integration.conftest import ScanBed
from tests.integration.nmap_xml import expand_ports, port_verdicts

pytestmark = pytest.mark.integration


@dataclass(frozen=True)
class Found:
    """What a scan says of one port; reason_ip only where it is the sender of an ICMP error that is no closed port."""

    state: str
    reason: str
    reason_ip: str | None = None
    service: str | None = None


CLOSED = Found("closed", "port-unreach")
SILENT = Found("open|filtered", "no-response")


def answering(service: str) -> Found:
    return Found("open", "udp-response", None, service)


SERVICES = {53: answering("dns"), 123: answering("ntp"), 161: answering("snmp"), 7: answering("echo")}

REJECTIONS4 = (
    "admin-prohibited",
    "host-prohibited",
    "net-unreach",
    "host-unreach",
    "proto-unreach",
    "net-prohibited",
)
REJECTIONS6 = ("admin-prohibited", "no-route", "addr-unreach", "policy-fail", "reject-route")


@dataclass(frozen=True)
class Host:
    """A host of the bed, and what its rules make of the ports that are asked."""

    name: str
    address: str
    expected: dict[int, Found]

    def __str__(self) -> str:
        return self.name


def mix(name: str, address: str) -> Host:
    return Host(name, address, dict.fromkeys(range(1, 201), CLOSED) | SERVICES | {69: SILENT})


def drop(name: str, address: str) -> Host:
    return Host(name, address, dict.fromkeys(range(91, 205), CLOSED) | dict.fromkeys(range(100, 200), SILENT))


def rej(name: str, address: str, rejections: tuple[str, ...]) -> Host:
    """Port-unreachable by a rule looks as from a closed port, since the host itself sends both."""
    rejected = {
        port: Found("filtered", reason, address)
        for tens, reason in enumerate(rejections, 1)
        for port in range(101 + 10 * tens, 111 + 10 * tens)
    }
    return Host(
        name, address, dict.fromkeys(range(95, 200), CLOSED) | rejected | dict.fromkeys(range(181, 191), SILENT)
    )


HOSTS = (
    mix("mix-v4", "198.18.0.11"),
    mix("mix-v6", "2001:db8:18::11"),
    drop("drop-v4", "198.18.0.12"),
    drop("drop-v6", "2001:db8:18::12"),
    rej("rej-v4", "198.18.0.13", REJECTIONS4),
    rej("rej-v6", "2001:db8:18::13", REJECTIONS6),
    # Its kernel sends one ICMP error a second after a burst of six; the rest of its ports would take half a minute.
    Host("udp-v4", "198.18.0.16", SERVICES | {30: SILENT, 40: SILENT, 1: CLOSED, 2: CLOSED}),
)


def scan(bed: ScanBed, host: Host, *options: str) -> dict[int, Found]:
    ports = ",".join(map(str, host.expected))
    done = bed.nettools("scan", host.address, "-p", ports, "--udp", "--json", *options)
    document = json.loads(done.stdout)
    assert document["errors"] == []
    [report] = document["hosts"]
    found = {port: found_of(row) for row in report["collapsed"] for port in expand_ports(row["ports"])}
    found |= {row["port"]: found_of(row) for row in report["ports"]}
    assert len(found) == sum(report["counts"].values())
    assert {row["protocol"] for row in (*report["ports"], *report["collapsed"])} == {"udp"}
    return found


def found_of(row: dict[str, Any]) -> Found:
    """Whose error it was counts where the port is not closed."""
    sender = row["reason_ip"] if row["state"] == "filtered" else None
    return Found(row["state"], row["reason"], sender, row.get("detected"))


@pytest.mark.parametrize("host", HOSTS, ids=str)
def test_every_state_and_reason_follows_from_the_beds_rules(scan_bed: ScanBed, host: Host) -> None:
    assert scan(scan_bed, host) == host.expected


@pytest.mark.parametrize("host", [host for host in HOSTS if host.name in ("mix-v4", "rej-v4", "rej-v6")], ids=str)
def test_every_state_and_reason_is_nmaps(scan_bed: ScanBed, host: Host) -> None:
    ports = f"{min(host.expected)}-{max(host.expected)}"
    family = ["-6"] if ":" in host.address else []
    done = scan_bed.run("nmap", *family, "-sU", "-n", "-Pn", f"-p{ports}", "-oX", "-", host.address)
    assert done.returncode == 0, done.stderr
    by_nmap = port_verdicts(done.stdout, (("udp", port) for port in host.expected))
    assert {port: state for (_, port), (state, _) in by_nmap.items()} == {
        port: found.state for port, found in host.expected.items()
    }


def test_a_service_behind_the_slow_wire_is_found(scan_bed: ScanBed) -> None:
    """It loses 5 % each way, so that a probe may have to go again."""
    far = Host("far", "198.18.1.11", {53: answering("dns"), 54: CLOSED})
    assert scan(scan_bed, far, "--retries", "8", "--timeout", "400ms") == far.expected


def test_a_prohibited_route_names_its_router(scan_bed: ScanBed) -> None:
    """Its kernel limits these errors, so that one port is asked."""
    for address, router in (("198.18.3.1", "198.18.0.254"), ("2001:db8:1b::1", "2001:db8:18::254")):
        host = Host("prohibited", address, {9: Found("filtered", "admin-prohibited", router)})
        assert scan(scan_bed, host) == host.expected
