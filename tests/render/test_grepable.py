"""Grepable lines: fields and values stay where scripts cut them out, whatever text came from the network."""

from dataclasses import replace
from ipaddress import IPv4Address

from hypothesis import given, settings
from hypothesis import strategies as st

from nettools.core.scan.finding import Finding
from nettools.core.scan.probe_port import udp
from nettools.core.scan.reason import CLOSED, OPEN, SILENT, UNANSWERED
from nettools.core.scan.report import HostReport, ScanReport
from nettools.core.scan.tally import HostTally
from nettools.render.grepable import Grepable, write_grepable
from tests import scan_reports
from tests.render.drawing import faults, written
from tests.scan_reports import SERVICES


def lines_of(report: ScanReport = scan_reports.DEEP, *, only_open: bool = False) -> list[str]:
    text = written(lambda output: write_grepable(output, report, arguments="scan a --probe", only_open=only_open))
    assert text.endswith("\n")
    assert faults(text.replace("\t", " ")) == set()
    return text.split("\n")[:-1]


def report_of(*hosts: HostReport) -> ScanReport:
    return replace(scan_reports.DEEP, hosts=hosts, summary=scan_reports.summary(hosts), errors=())


def fields(line: str) -> dict[str, str]:
    return dict(field.split(": ", 1) for field in line.split("\t"))


def ports(line: str) -> list[list[str]]:
    """The seven values of each port, cut out as scripts do it."""
    return [one.split("/")[:-1] for one in fields(line)["Ports"].split(", ")]


def test_comments_tell_what_ran_and_how_it_ended() -> None:
    first, *_, last = lines_of()
    assert first.startswith("# nettools ")
    assert first.endswith(" scan initiated Tue Feb  3 04:05:06 2026 as: nettools scan a --probe")
    assert last == (
        "# nettools done at Tue Feb  3 04:05:14 2026 -- 10 IP addresses (6 hosts up) scanned in 7.89 seconds"
        " (interrupted)"
    )


def test_a_host_is_a_line_for_its_status_and_one_for_its_ports() -> None:
    status, listed = [line for line in lines_of() if "192.0.2.10 " in line]
    assert status == "Host: 192.0.2.10 (www.example.net)\tStatus: Up"
    assert listed == (
        "Host: 192.0.2.10 (www.example.net)\tPorts: 22/open/tcp//ssh//OpenSSH 9.2p1 (Debian 12)/,"
        " 25/filtered/tcp//smtp///, 80/open/tcp//http//nginx 1.25.3/, 443/open/tcp//ssl|http//nginx 1.25.3/,"
        " 3128/filtered/tcp//ndl-aas///, 9092/open/tcp//XmlIpcRegSvc///\tIgnored State: closed (103)"
    )


def test_each_port_has_seven_values() -> None:
    for line in lines_of():
        if "\tPorts: " in line:
            assert {len(values) for values in ports(line)} == {7}


def test_both_transports_are_told_apart_and_what_may_be_open_is_told() -> None:
    tally = HostTally(IPv4Address("192.0.2.1"))
    tally.settled(53, OPEN)
    tally.settled(udp(53), UNANSWERED)
    _, _, line, *_ = lines_of(report_of(tally.report("192.0.2.1", SERVICES)))
    assert ports(line) == [
        ["53", "open", "tcp", "", "domain", "", ""],
        ["53", "open|filtered", "udp", "", "domain", "", ""],
    ]


def test_every_state_that_is_not_listed_is_counted() -> None:
    tally = HostTally(IPv4Address("192.0.2.1"))
    for port in range(100, 130):
        tally.settled(port, CLOSED)
        tally.settled(port + 100, SILENT)
    _, _, line, *_ = lines_of(report_of(tally.report("192.0.2.1", SERVICES)))
    assert line == "Host: 192.0.2.1 ()\tIgnored State: closed (30)\tIgnored State: filtered (30)"


def test_who_is_down_has_no_ports_and_who_was_cut_short_says_so() -> None:
    lines = lines_of()
    assert [line for line in lines if "192.0.2.64 " in line] == ["Host: 192.0.2.64 ()\tStatus: Down"]
    assert [fields(line).get("Status") for line in lines if "198.51.100.7 " in line] == ["Up", None, "Timeout"]


def test_only_open_ports_of_hosts_that_have_one() -> None:
    lines = lines_of(only_open=True)
    assert {values[1] for line in lines if "\tPorts: " in line for values in ports(line)} == {"open"}
    assert not any("Down" in line or "dead:beef" in line for line in lines)
    assert any(line.endswith("Ignored State: closed (103)\tIgnored State: filtered (2)") for line in lines)


def test_a_stream_says_why_it_ended() -> None:
    def write(lines: Grepable) -> None:
        lines.host(scan_reports.HOSTS[0])
        lines.end(scan_reports.summary(scan_reports.HOSTS[:1]), error="the network\nis gone")

    text = written(lambda output: write(Grepable(output, scan_reports.settings(), arguments="scan a")))
    assert text.splitlines()[-1].endswith(r"scanned in 7.89 seconds (the network\x0ais gone)")


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=40))
def test_no_word_of_a_service_makes_a_field_or_a_value(words: str) -> None:
    tally = HostTally(IPv4Address("192.0.2.1"))
    tally.settled(80, OPEN)
    tally.settled(443, OPEN)
    tally.found(80, Finding(service=words, product=words, version=words, extra=words))
    tally.is_complete = True
    report = report_of(tally.report(words, SERVICES, names=(words,), ptr=words))
    _, status, line, _ = lines_of(report)
    assert status.endswith("\tStatus: Up")
    assert line.count("\t") == 1
    assert [values[:4] for values in ports(line)] == [["80", "open", "tcp", ""], ["443", "open", "tcp", ""]]
