"""What a scan of a host of the bed says, by nettools and by nmap, and what the bed's rules make of it."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from subprocess import CompletedProcess
from typing import Any

import pytest

from tests.integration.conftest import ScanBed
from tests.integration.nmap_xml import expand_ports, port_verdicts

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

# Reasons that no ICMP error gave: whatever stands as their reason_ip is not compared.
WITHOUT_ICMP = {"syn-ack", "conn-refused", "no-response"}


@dataclass(frozen=True)
class Host:
    """A host of the bed, and what the bed's rules make of its ports."""

    name: str
    address: str
    expected: dict[int, Verdict]

    def __str__(self) -> str:
        return self.name


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


def scan(bed: ScanBed, address: str, ports: str = "1-200", *options: str) -> Report:
    return Report.parse(bed.nettools("scan", address, "-p", ports, "--json", *options))


def nmap_states(bed: ScanBed, address: str, ports: Iterable[int]) -> dict[int, str]:
    asked = tuple(ports)
    family = ["-6"] if ":" in address else []
    done = bed.run("nmap", *family, "-sS", "-n", "-Pn", f"-p{port_list(asked)}", "-oX", "-", address)
    assert done.returncode == 0, done.stderr
    verdicts = port_verdicts(done.stdout, (("tcp", port) for port in asked))
    return {port: state for (_, port), (state, _) in verdicts.items()}


def port_list(ports: Iterable[int]) -> str:
    return ",".join(map(str, ports))


def states(verdicts: dict[int, Verdict]) -> dict[int, str]:
    return {port: verdict.state for port, verdict in verdicts.items()}


# --- the hosts behind a loss ----------------------------------------------------------------------

OPEN_BEHIND_LOSS = (22, 80, 443, *range(1010, 1201, 10))
ASKED_BEHIND_LOSS = (*range(20, 50), 80, 443, *range(1010, 1201, 10), *range(1001, 1010))
LOSSY = {"loss": "198.18.0.15", "loss-v6": "2001:db8:18::15", "far": "198.18.1.11", "far-v6": "2001:db8:19::11"}


def lossy(name: str) -> Host:
    """Twenty-three ports are open, and some forty closed ones are asked with them."""
    expected = {port: OPEN if port in OPEN_BEHIND_LOSS else CLOSED for port in ASKED_BEHIND_LOSS}
    return Host(name, LOSSY[name], expected)


def scan_afresh(bed: ScanBed, host: Host, *options: str) -> Report:
    """Scan without what this machine remembers of the path: round trips, and who is next door."""
    for forget in (("tcp_metrics", "flush", "all"), ("neigh", "flush", "all")):
        bed.run("ip", *forget)
    return scan(bed, host.address, port_list(host.expected), *options)
