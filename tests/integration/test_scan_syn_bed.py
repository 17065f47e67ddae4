"""A raw scan of the bed tells what nmap -sS tells, states, reasons and TTLs, and is exact where packets are lost."""

import json
import sys
import xml.etree.ElementTree as ElementTree
from pathlib import Path
from typing import Any

import pytest

from nettools.core.ports import compact_ports
from tests.integration.conftest import ScanBed
from tests.integration.nmap_xml import port_verdicts
from tests.integration.scan_bed_table import Host
from tests.integration.test_scan_bed import HOSTS

pytestmark = pytest.mark.integration

CHILD = Path(__file__).with_name("raw_scan_child.py")
LOSSY_PORTS = "1-10,22,80,443,1000-1205"
LOSSY_OPEN = {22, 80, 443, *range(1010, 1201, 10)}

NMAPS_WORDS = {"addr-unreach": "host-unreach", "policy-fail": "admin-prohibited"}
"""What nmap 7.93 says of codes 3 and 5 of ICMPv6."""

Row = tuple[str, str, str | None, int | None]


def scan(bed: ScanBed, *arguments: str) -> dict[str, Any]:
    done = bed.run(sys.executable, str(CHILD), *arguments)
    assert done.stdout, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    assert "hosts" in found, found
    return found


def rows(found: dict[str, Any], address: str) -> dict[int, Row]:
    """Port -> state, reason, sender, TTL."""
    return {int(port): tuple(row[:4]) for port, row in found["hosts"][address].items()}


def open_ports(found: dict[str, Any], address: str) -> set[int]:
    return {port for port, row in rows(found, address).items() if row[0] == "open"}


def nmap_rows(bed: ScanBed, host: Host) -> tuple[dict[int, tuple[str, str]], dict[int, int]]:
    """(state, reason) of the ports whose state the bed fixes, and the TTLs of those that nmap lists one by one."""
    family = ["-6"] if ":" in host.address else []
    ports = f"-p{compact_ports(sorted(host.expected))}"
    done = bed.run("nmap", *family, "-sS", "-n", "-Pn", ports, "-d", "-oX", "-", host.address)
    assert done.returncode == 0, done.stderr
    report = done.stdout[done.stdout.index("<?xml") :]
    verdicts = port_verdicts(report, (("tcp", port) for port in host.expected))
    ttls = {
        int(port.attrib["portid"]): int(state.attrib["reason_ttl"])
        for port in ElementTree.fromstring(report).iterfind("host/ports/port")
        for state in port.iterfind("state")
    }
    return {port: verdict for (_, port), verdict in verdicts.items()}, ttls


@pytest.mark.parametrize("host", HOSTS, ids=str)
def test_states_reasons_and_ttls_are_those_of_nmap_and_of_the_bed(scan_bed: ScanBed, host: Host) -> None:
    found = rows(scan(scan_bed, compact_ports(sorted(host.expected)), host.address), host.address)
    by_bed = {
        port: (expected.state, "reset" if expected.state == "closed" else expected.reason, expected.reason_ip)
        for port, expected in host.expected.items()
    }
    assert {port: row[:3] for port, row in found.items()} == by_bed
    by_nmap, ttls = nmap_rows(scan_bed, host)
    assert {port: (row[0], NMAPS_WORDS.get(row[1], row[1])) for port, row in found.items()} == by_nmap
    assert ttls
    assert {port: found[port][3] for port in ttls if ttls[port]} == {port: ttl for port, ttl in ttls.items() if ttl}


@pytest.mark.parametrize("address", ["198.18.0.15", "198.18.1.11", "2001:db8:19::11"])
def test_loss_hides_nothing_and_invents_nothing(scan_bed: ScanBed, address: str) -> None:
    for _ in range(2):
        found = scan(scan_bed, LOSSY_PORTS, address)
        assert open_ports(found, address) == LOSSY_OPEN
        assert found["counts"] == {"open syn-ack": len(LOSSY_OPEN), "closed reset": 219 - len(LOSSY_OPEN)}


def test_a_limit_on_resets_hides_no_closed_port(scan_bed: ScanBed) -> None:
    found = scan(scan_bed, "1-80", "198.18.0.14")
    assert found["counts"] == {"open syn-ack": 2, "closed reset": 78}
    assert found["took_s"] < 78 / 10 * 1.25  # ten resets a second


def test_a_host_that_answers_everywhere_is_named(scan_bed: ScanBed) -> None:
    found = scan(scan_bed, "1-100", "198.18.0.17")
    assert found["counts"] == {"open syn-ack": 100}
    [[is_complete, notes]] = found["ends"].values()
    assert is_complete
    assert any("answers on every port" in note for note in notes)
    assert any("tiny window" in note for note in notes)


def test_silence_everywhere_but_at_one_port(scan_bed: ScanBed) -> None:
    found = scan(scan_bed, "400-499", "198.18.0.18")
    assert open_ports(found, "198.18.0.18") == {443}
    assert found["counts"] == {"open syn-ack": 1, "filtered no-response": 99}


def test_many_hosts_at_once(scan_bed: ScanBed) -> None:
    addresses = [f"198.18.0.{number}" for number in (11, 12, 13, 15, 17, 18, 99)] + ["198.18.1.11"]
    found = scan(scan_bed, "1-100", *addresses)
    assert found["done"] == len(addresses)
    assert open_ports(found, "198.18.0.11") == {22, 25, 80}
    assert open_ports(found, "198.18.1.11") == {22, 80}
    assert {row[1] for row in rows(found, "198.18.0.99").values()} == {"host-unreach"}


def test_an_ack_scan_tells_what_is_filtered(scan_bed: ScanBed) -> None:
    found = rows(scan(scan_bed, "--ack", "1-200", "198.18.0.12"), "198.18.0.12")
    assert {port for port, row in found.items() if row[0] == "filtered"} == set(range(100, 200))
    assert {row[:2] for port, row in found.items() if port not in range(100, 200)} == {("unfiltered", "reset")}
