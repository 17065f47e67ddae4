"""The table of a scan: what is open first, nothing lost, nothing obeyed, at every width."""

import re
from dataclasses import replace
from ipaddress import IPv4Address

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len

from nettools.core.scan.finding import Finding
from nettools.core.scan.probe_port import udp
from nettools.core.scan.reason import CLOSED, OPEN, SILENT, UNANSWERED
from nettools.core.scan.report import HostReport, ScanReport
from nettools.core.scan.tally import HostTally
from nettools.core.text import safe
from nettools.render.scan import MANY_HOSTS, draw_report
from tests import scan_reports
from tests.render.drawing import canvas_of, faults, missing, written
from tests.render.test_table import SGR
from tests.scan_reports import HOSTILE, SERVICES

WIDTHS = (20, 40, 80, 120, 200, None)


def drawn(
    report: ScanReport,
    width: int | None = None,
    *,
    color: bool = False,
    ascii_only: bool = False,
    shows_reason: bool = False,
    only_open: bool = False,
) -> str:
    canvas = canvas_of(width, color=color, ascii_only=ascii_only)
    return written(
        lambda output: draw_report(output, canvas, report, shows_reason=shows_reason, only_open=only_open),
        encoding="ascii" if ascii_only else "utf-8",
    )


def report_of(*hosts: HostReport, udp_ports: str | None = None) -> ScanReport:
    return ScanReport(
        scan=scan_reports.settings(udp_ports=udp_ports), hosts=hosts, summary=scan_reports.summary(hosts), errors=()
    )


def columns_of(sent: str) -> list[str]:
    """The titles of the first table."""
    return re.split(r" {2,}", next(line for line in sent.splitlines() if re.match(r" *Port  ", line)).strip())


def host_with(finding: Finding | None = None, *, name: str = "192.0.2.1") -> HostReport:
    tally = HostTally(IPv4Address("192.0.2.1"))
    tally.settled(22, OPEN)
    if finding:
        tally.found(22, finding)
    tally.is_complete = True
    return tally.report(name, SERVICES)


# --- nothing lost, nothing obeyed, nothing too wide -------------------------------------------------


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("report", [scan_reports.DEEP, scan_reports.MANY], ids=["deep", "many"])
@pytest.mark.parametrize("shows_reason", [False, True], ids=["plain", "reason"])
def test_no_line_is_wider_than_the_terminal(report: ScanReport, width: int | None, shows_reason: bool) -> None:
    for line in drawn(report, width, shows_reason=shows_reason).splitlines():
        assert width is None or cell_len(line) <= width
        assert line == line.rstrip()


@pytest.mark.parametrize("width", WIDTHS)
def test_what_was_found_is_there_at_every_width(width: int | None) -> None:
    found = [
        "www.example.net",
        "192.0.2.10",
        "2001:db8:1234:5678:9abc:def0:1234:5678",
        "OpenSSH 9.2p1 (Debian 12)",
        "SSH-2.0-OpenSSH_9.2p1 Debian-2+deb12u3",
        "nginx 1.25.3",
        "TLS 1.3 www.example.net (+2 names), 12 days left",
        "TLS 1.3 mail.example.net, expired 3 days ago",
        "4 hours left, self-signed",
        "220 メール.example ESMTP Postfix (日本語) (+10 characters)",
        r"\xff\xfd\x18\xff\xfd login:",
        "Squid and other HTTP proxies",
        "admin-prohibited from 192.0.2.254",
        "! answers on every port that was asked at random: what is open here proves nothing",
        "not complete: 72 ports without a verdict",
        "103 TCP ports closed (conn-refused): 53,993,1000-1099,5432",
        "51820/udp open|filtered",
        safe(HOSTILE),
        "PTR host-10.customers.example.net",
        "www.example.net, example.net (192.0.2.10) is up",
        r"e\027\[2J.example.net",
    ]
    assert missing(drawn(scan_reports.DEEP, width), found) == []


@pytest.mark.parametrize("width", WIDTHS)
def test_nothing_remote_is_obeyed(width: int | None) -> None:
    for ascii_only in (False, True):
        sent = drawn(scan_reports.DEEP, width, color=True, ascii_only=ascii_only)
        assert faults(sent) == set()
        assert sent.isascii() or not ascii_only


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=60), st.binary(max_size=60), st.sampled_from([30, 80, None]))
def test_whatever_a_service_says_stays_text(words: str, banner: bytes, width: int | None) -> None:
    finding = Finding(banner=banner, service=words, product=words, version=words, extra=words)
    sent = drawn(report_of(host_with(finding)), width, color=True)
    assert faults(sent) == set()
    assert all(width is None or cell_len(SGR.sub("", line)) <= width for line in sent.splitlines())


# --- columns that have something to say ---------------------------------------------------------------


def test_a_column_without_a_value_is_not_there() -> None:
    assert columns_of(drawn(report_of(host_with()))) == ["Port", "State", "Service"]


@pytest.mark.parametrize(
    ("finding", "title"),
    [
        (Finding(product="OpenSSH"), "Product"),
        (Finding(banner=b"hello"), "Banner"),
        (Finding(tls=scan_reports.certificate("a", days=1)), "TLS"),
    ],
)
def test_what_was_found_has_a_column(finding: Finding, title: str) -> None:
    assert columns_of(drawn(report_of(host_with(finding)))) == ["Port", "State", "Service", title]


def test_reasons_stand_where_they_say_more_than_the_state() -> None:
    sent = drawn(report_of(scan_reports.web_server().report("a", SERVICES)))
    assert "Reason" in columns_of(sent)
    assert "TTL" not in columns_of(sent)
    opened = next(line for line in sent.splitlines() if "22/tcp" in line)
    assert "syn-ack" not in opened
    assert "admin-prohibited from 192.0.2.254" in sent


def test_reasons_of_all_with_sender_and_ttl_where_they_are_asked_for() -> None:
    sent = drawn(report_of(scan_reports.web_server().report("a", SERVICES)), shows_reason=True)
    assert columns_of(sent)[4:7] == ["Reason", "From", "TTL"]
    assert re.search(r"22/tcp +open +ssh +0\.41 ms +syn-ack +64 ", sent)
    assert re.search(r"3128/tcp +filtered +ndl-aas +2\.3 ms +admin-prohibited +192\.0\.2\.254 +254 ", sent)


def test_a_name_that_is_only_registered_has_a_question_mark_where_services_were_asked() -> None:
    sent = drawn(report_of(scan_reports.web_server().report("a", SERVICES)))
    assert "XmlIpcRegSvc?" in sent
    assert "ssh?" not in sent
    assert "ssh?" not in drawn(report_of(host_with()))


def test_what_is_open_comes_first_then_what_may_be() -> None:
    sent = drawn(report_of(scan_reports.name_server().report("a", SERVICES)))
    states = re.findall(r"/(?:tcp|udp)  (\S+)", sent)
    assert states == ["open", "open", "open|filtered", "filtered", "closed"]


# --- only what is open ----------------------------------------------------------------------------------


def test_only_open_shows_open_ports_and_says_what_it_hides() -> None:
    sent = drawn(scan_reports.DEEP, only_open=True)
    assert {*re.findall(r"/(?:tcp|udp)  (\S+)", sent)} == {"open"}
    assert " ports closed" not in sent
    assert "2001:db8::dead:beef" not in sent
    assert "5 hosts without an open port not shown" in sent
    assert "1 open|filtered" in sent  # counted in the head of its host


# --- many hosts -----------------------------------------------------------------------------------------


def test_many_hosts_have_a_line_each() -> None:
    lines = drawn(scan_reports.MANY).splitlines()
    assert lines[1] == "198.51.100.1   up, 0.50 ms  22 ssh?, 80 http?  60 closed"
    assert lines[7].endswith("! answers on every port")
    assert sum(line.startswith("198.51.100.") for line in lines) == 60
    assert any(line.startswith("196 addresses in 198.51.100.0/24") for line in lines)


def test_fewer_have_a_paragraph_each() -> None:
    few = replace(scan_reports.MANY, hosts=scan_reports.MANY.hosts[: MANY_HOSTS - 1])
    assert drawn(few).count("Port  State") == MANY_HOSTS - 1
    assert "Port  State" not in drawn(replace(few, hosts=scan_reports.MANY.hosts[:MANY_HOSTS]))


def test_addresses_of_a_range_that_are_alike_are_one_paragraph_wherever_they_stand() -> None:
    hosts = []
    for last in range(1, 9):
        tally = HostTally(IPv4Address(f"192.0.2.{last}"))
        for port in (22, 80):
            tally.settled(port, OPEN if last == 4 else CLOSED if last % 2 else SILENT)
        tally.is_complete = True
        hosts.append(tally.report("192.0.2.0/29", SERVICES))
    sent = drawn(report_of(*hosts))
    assert "4 addresses in 192.0.2.0/29 (192.0.2.1,3,5,7) are up" in sent
    assert "2 TCP ports closed (conn-refused): 22,80" in sent
    assert "3 addresses in 192.0.2.0/29" in sent
    assert sent.index("192.0.2.4 (in 192.0.2.0/29)") < sent.index("4 addresses")


def test_a_host_that_is_down_has_no_ports_whatever_the_kernel_said_of_them() -> None:
    hosts = []
    for last in (2, 3, 5):
        tally = HostTally(IPv4Address(f"192.0.2.{last}"))
        for port in range(1, last):
            tally.settled(port, scan_reports.ABSENT)
        tally.is_complete = last != 5
        hosts.append(tally.report("192.0.2.0/29", SERVICES))
    sent = drawn(report_of(*hosts), shows_reason=True)
    assert sent.splitlines()[0] == "3 addresses in 192.0.2.0/29 (192.0.2.2-3,5) are down (no ARP answer)"
    assert "filtered" not in sent
    assert "verdict" not in sent


def test_names_of_one_address_are_one_paragraph_with_all_of_them() -> None:
    tally = HostTally(IPv4Address("192.0.2.1"))
    tally.settled(22, CLOSED)
    tally.is_complete = True
    hosts = [tally.report(one, SERVICES, names=("a.example", "b.example")) for one in ("a.example", "b.example")]
    hosts += [tally.report(one, SERVICES, names=("a.example", "b.example")) for one in ("192.0.2.1", "192.0.2.0/30")]
    lines = drawn(report_of(*hosts)).splitlines()
    assert lines[0] == "a.example, b.example (192.0.2.1) is up (conn-refused): 1 closed"
    assert lines[5:7] == ["192.0.2.1 (in 192.0.2.0/30) is up (conn-refused)", "  also a.example, b.example"]
    assert sum("192.0.2.1" in line for line in lines) == 2


def test_the_closed_port_of_one_host_is_listed() -> None:
    tally = HostTally(IPv4Address("192.0.2.1"))
    tally.settled(22, CLOSED, 0.001)
    sent = drawn(report_of(tally.report("192.0.2.1", SERVICES)))
    assert re.search(r"22/tcp  closed  ssh +1\.0 ms", sent)


# --- status, summary ------------------------------------------------------------------------------------


def test_the_summary_says_how_many_and_what_was_cut_short() -> None:
    *_, numbers, interrupted, partial = drawn(scan_reports.DEEP).splitlines()
    assert numbers == "10 addresses: 5 up, 4 down, 1 silent; 12 ports open; 1,234 probes (56 again) in 7.9 s"
    assert interrupted == "! interrupted: what was not probed by then is missing"
    assert partial == "! 1 host not complete"


def test_hosts_without_evidence_that_are_not_listed_are_counted() -> None:
    one = host_with()
    report = replace(report_of(one), summary=scan_reports.summary([one], addresses=65536))
    assert "65,536 addresses: 1 up, 65,535 silent" in drawn(report)
    assert "65,535 without evidence are not listed" in drawn(report)


def test_a_scan_of_nothing_is_a_line() -> None:
    empty = replace(report_of(), summary=scan_reports.summary([]))
    assert drawn(empty) == "0 addresses: none answered; 0 ports open; 1,234 probes (56 again) in 7.9 s\n"


def test_udp_ports_that_were_silent_stand_together_where_nothing_answered() -> None:
    tally = HostTally(IPv4Address("192.0.2.1"))
    for port in (53, 123):
        tally.settled(udp(port), UNANSWERED)
    tally.is_complete = True
    assert drawn(report_of(tally.report("192.0.2.1", SERVICES), udp_ports="53,123")).splitlines()[:2] == [
        "192.0.2.1 is assumed-up (nothing answered)",
        "2 UDP ports open|filtered (no-response): 53,123",
    ]


def test_a_host_with_every_port_open_is_drawn_in_time() -> None:
    tally = HostTally(IPv4Address("192.0.2.1"))
    for port in range(1, 20_000):
        tally.settled(port, OPEN, 0.001)
    sent = drawn(report_of(tally.report("192.0.2.1", SERVICES)), 80)
    assert sent.count("/tcp") == 19_999


def test_a_list_of_thousands_of_ports_is_folded_in_time_after_its_commas() -> None:
    tally = HostTally(IPv4Address("192.0.2.1"))
    for port in range(1, 65536):
        tally.settled(port, CLOSED if port % 2 else SILENT)
    tally.is_complete = True
    lines = drawn(report_of(tally.report("192.0.2.1", SERVICES)), 40).splitlines()
    ports = [line for line in lines if re.fullmatch(r"  [0-9,]+", line)]
    assert len(ports) > 5000
    assert {int(one) for line in ports for one in line.strip(" ,").split(",")} == set(range(1, 65536))


def test_of_a_scan_that_was_cut_short_scattered_ports_are_counted_and_the_open_ones_are_seen() -> None:
    tally = HostTally(IPv4Address("192.0.2.1"))
    for port in range(1, 65536, 7):
        tally.settled(port, CLOSED)
    sent = drawn(report_of(tally.report("192.0.2.1", SERVICES)))
    assert "9,363 TCP ports closed (conn-refused), here and there from 1 to 65535; --format json names them" in sent
    assert len(sent.splitlines()) < 10
