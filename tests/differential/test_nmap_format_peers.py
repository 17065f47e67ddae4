"""What reads nmap's files reads ours: its DTD, ndiff, python-libnmap; and nmap itself writes the same."""

import re
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from ipaddress import IPv4Address
from pathlib import Path
from socket import socket
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from libnmap.parser import NmapParser  # type: ignore[import-untyped]

from nettools import __version__
from nettools.core.port_service import ServiceTable
from nettools.core.ports import compact_ports
from nettools.core.scan.reason import CLOSED, OPEN
from nettools.core.scan.report import ScannedPorts, ScanReport
from nettools.core.scan.tally import HostTally
from nettools.render.grepable import write_grepable
from nettools.render.nmap_xml import NmapXml, write_nmap_xml
from tests import scan_reports
from tests.peers import require
from tests.render.drawing import written

DTD = Path(__file__).parents[1] / "fixtures" / "nmap" / "nmap.dtd"
EMPTY = replace(scan_reports.DEEP, hosts=(), summary=scan_reports.summary([]), errors=())
REPORTS = {"deep": scan_reports.DEEP, "many": scan_reports.MANY, "empty": EMPTY}


def document(report: ScanReport, *, only_open: bool = False) -> str:
    return written(lambda output: write_nmap_xml(output, report, arguments="scan a -- b", only_open=only_open))


def cut_short() -> str:
    """A scan that was interrupted after its first host."""

    def write(xml: NmapXml) -> None:
        xml.host(scan_reports.HOSTS[0])
        xml.end(scan_reports.summary(scan_reports.HOSTS[:1], interrupted=True))

    return written(lambda output: write(NmapXml(output, scan_reports.settings(), arguments="scan a b")))


DOCUMENTS = {
    **{name: document(report) for name, report in REPORTS.items()},
    **{f"{name}-open": document(report, only_open=True) for name, report in REPORTS.items()},
    "cut-short": cut_short(),
}


@pytest.mark.parametrize("name", DOCUMENTS)
def test_a_document_is_valid_by_nmaps_dtd(name: str) -> None:
    require("xmllint", reason="to validate")
    ended = subprocess.run(
        ["xmllint", "--noout", "--nonet", "--dtdvalid", str(DTD), "-"],
        input=DOCUMENTS[name].encode(),
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert (ended.returncode, ended.stderr.decode()) == (0, "")


def ndiff(folder: Path, before: str, after: str) -> subprocess.CompletedProcess[str]:
    require("ndiff", reason="to compare two documents")
    paths = []
    for name, text in (("before", before), ("after", after)):
        (folder / name).write_text(text, encoding="utf-8")
        paths.append(str(folder / name))
    return subprocess.run(["ndiff", *paths], capture_output=True, text=True, timeout=60, check=False)


@pytest.mark.parametrize("name", DOCUMENTS)
def test_ndiff_finds_no_difference_of_a_document_from_itself(name: str, tmp_path: Path) -> None:
    ended = ndiff(tmp_path, DOCUMENTS[name], DOCUMENTS[name])
    assert (ended.returncode, ended.stdout, ended.stderr) == (0, "", "")


def test_ndiff_finds_what_has_changed(tmp_path: Path) -> None:
    first, *others = scan_reports.DEEP.hosts
    gone = replace(first, ports=tuple(one for one in first.ports if one.port != 80))
    ended = ndiff(tmp_path, DOCUMENTS["deep"], document(replace(scan_reports.DEEP, hosts=(gone, *others))))
    assert ended.returncode == 1
    lines = [line for line in ended.stdout.splitlines() if line.startswith(("-", "+"))]
    assert [line.split() for line in lines] == [["-80/tcp", "open", "http", "nginx", "1.25.3"]]
    assert ended.stderr == ""


def parsed(name: str) -> Any:
    return NmapParser.parse_fromstring(DOCUMENTS[name])


@pytest.mark.parametrize("name", DOCUMENTS)
def test_python_libnmap_reads_a_document(name: str) -> None:
    report = parsed(name)
    assert report.commandline.startswith("nettools scan a")
    assert (report.version, report.scan_type, report.numservices) == (f"{__version__} (nettools)", "connect", 109)
    assert report.diff(parsed(name)).changed() == set()


def test_python_libnmap_reads_hosts_ports_and_services() -> None:
    report = parsed("deep")
    assert (report.hosts_up, report.hosts_down, report.hosts_total, report.elapsed) == (6, 4, 10, 7.89)
    web = report.get_host_byid("192.0.2.10")
    assert (web.status, web.ipv4, web.hostnames[0]) == ("up", "192.0.2.10", "www.example.net")
    ssh = web.get_service(22, "tcp")
    assert (ssh.state, ssh.reason, ssh.reason_ttl, ssh.service) == ("open", "syn-ack", "64", "ssh")
    assert ssh.banner == "product: OpenSSH version: 9.2p1 extrainfo: Debian 12"
    assert ssh.scripts_results[0]["id"] == "banner"
    assert web.get_service(443, "tcp").tunnel == "ssl"
    filtered = web.get_service(3128, "tcp")
    assert (filtered.state, filtered.reason_ip) == ("filtered", "192.0.2.254")
    names = report.get_host_byid("2001:db8:1234:5678:9abc:def0:1234:5678")
    assert names.ipv6 == "2001:db8:1234:5678:9abc:def0:1234:5678"
    assert {(one.port, one.protocol) for one in names.services} >= {(53, "tcp"), (53, "udp"), (161, "udp")}


def test_python_libnmap_reads_what_was_cut_short() -> None:
    report = parsed("cut-short")
    assert [host.address for host in report.hosts] == ["192.0.2.10"]
    assert report.hosts_total == 1


@pytest.fixture
def two_ports() -> Iterator[tuple[int, int]]:
    """Ports of loopback: one that listens, and one that does not."""
    with socket() as listening, socket() as bound:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        bound.bind(("127.0.0.1", 0))
        yield listening.getsockname()[1], bound.getsockname()[1]


def test_nmap_writes_the_same_of_the_same_ports(two_ports: tuple[int, int], tmp_path: Path) -> None:
    require("nmap", reason="to compare with")
    opened, closed = two_ports
    wanted = f"{opened},{closed}"
    xml, lines = tmp_path / "xml", tmp_path / "lines"
    command = ["nmap", "-n", "-Pn", "-sT", "-p", wanted, "-oX", str(xml), "-oG", str(lines), "127.0.0.1"]
    subprocess.run(command, capture_output=True, timeout=60, check=True)
    tally = HostTally(IPv4Address("127.0.0.1"))
    tally.settled(opened, OPEN)
    tally.settled(closed, CLOSED)
    tally.is_complete = True
    hosts = (tally.report("127.0.0.1", ServiceTable(registered=[], in_practice=[])),)
    scan = replace(scan_reports.settings(), ports=ScannedPorts(tcp=compact_ports(sorted(two_ports)), udp=None))
    report = replace(EMPTY, scan=scan, hosts=hosts, summary=scan_reports.summary(hosts))
    theirs, ours = ET.parse(xml).getroot(), ET.fromstring(document(report))
    for path in ("scaninfo", "host/address", "host/ports/port", "host/ports/port/state", "runstats/hosts"):
        assert [one.attrib for one in theirs.iterfind(path)] == [one.attrib for one in ours.iterfind(path)]
    assert set(ours.attrib) == set(theirs.attrib)
    for path in ("runstats/finished", "host/status"):
        assert set(found(ours, path).attrib) == set(found(theirs, path).attrib)
    text = written(lambda output: write_grepable(output, report, arguments="scan"))
    their_lines = [_without_service(line) for line in lines.read_text(encoding="utf-8").splitlines() if line[0] != "#"]
    assert [_without_service(line) for line in text.splitlines() if line[0] != "#"] == their_lines


def found(inside: ET.Element, path: str) -> ET.Element:
    element = inside.find(path)
    assert element is not None
    return element


def _without_service(line: str) -> str:
    """nmap has names for ports that are not in our table."""
    return re.sub(r"//[^/]*///", "//NAME///", line)
