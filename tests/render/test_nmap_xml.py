"""nmap's XML: each fact in the attribute where its readers look, whatever text came from the network."""

import re
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from ipaddress import IPv4Address
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nettools import __version__
from nettools.core.scan.finding import Finding
from nettools.core.scan.probe_port import udp
from nettools.core.scan.reason import CLOSED, OPEN, SILENT, UNREACHABLE_PORT
from nettools.core.scan.report import HostReport, ScanReport
from nettools.core.scan.tally import HostTally
from nettools.core.text import safe
from nettools.render.nmap_xml import NmapXml, write_nmap_xml
from nettools.render.output import Output
from tests import scan_reports
from tests.render.drawing import faults, written
from tests.scan_reports import HOSTILE, SERVICES, STARTED

ARGUMENTS = "scan www.example.net -p- --probe --note '<&\"' -- x"


def text_of(report: ScanReport = scan_reports.DEEP, *, only_open: bool = False, arguments: str = ARGUMENTS) -> str:
    return written(lambda output: write_nmap_xml(output, report, arguments=arguments, only_open=only_open))


def tree_of(report: ScanReport = scan_reports.DEEP, *, only_open: bool = False) -> ET.Element:
    return ET.fromstring(text_of(report, only_open=only_open))


def host_of(tree: ET.Element, address: str) -> ET.Element:
    return next(host for host in tree.iter("host") if found(host, "address").get("addr") == address)


def port_of(host: ET.Element, port: int, protocol: str = "tcp") -> ET.Element:
    return found(host, f".//port[@portid='{port}'][@protocol='{protocol}']")


def found(inside: ET.Element, path: str) -> ET.Element:
    element = inside.find(path)
    assert element is not None, path
    return element


def report_of(*hosts: HostReport) -> ScanReport:
    return replace(scan_reports.DEEP, hosts=hosts, summary=scan_reports.summary(hosts), errors=())


# --- the frame that tells readers what it is -------------------------------------------------------------


def test_it_begins_as_those_expect_who_look_at_the_first_lines() -> None:
    lines = text_of().splitlines()
    assert lines[0] == '<?xml version="1.0" encoding="UTF-8"?>'
    assert any(line.startswith("<nmaprun ") for line in lines[:10])
    comments = re.findall(r"<!--(.*?)-->", text_of())
    assert comments == [f" written by nettools {__version__} in the form of nmap "]
    assert "--" not in comments[0]


def test_the_root_has_what_readers_cannot_do_without() -> None:
    root = tree_of()
    assert root.tag == "nmaprun"
    assert root.attrib == {
        "scanner": "nmap",
        "args": f"nettools {ARGUMENTS}",
        "start": "1770091506",
        "startstr": "Tue Feb  3 04:05:06 2026",
        "version": f"{__version__} (nettools)",
        "xmloutputversion": "1.05",
    }


def test_what_was_scanned_is_told_for_each_transport_with_tcp_last() -> None:
    assert [one.attrib for one in tree_of().iter("scaninfo")] == [
        {"type": "udp", "protocol": "udp", "numservices": "4", "services": "53,123,161,51820"},
        {
            "type": "connect",
            "protocol": "tcp",
            "numservices": "109",
            "services": "22,25,53,80,443,993,3128,5432,9092,1000-1099",
        },
    ]


@pytest.mark.parametrize(
    ("kind", "types"),
    [("connect", ["connect"]), ("syn", ["syn"]), ("ack", ["ack"]), ("udp", ["udp"]), ("syn+udp", ["udp", "syn"])],
)
def test_the_type_is_one_of_nmaps(kind: str, types: list[str]) -> None:
    planned = scan_reports.settings(udp_ports="53" if "udp" in kind else None)
    if kind == "udp":
        planned = replace(planned, ports=replace(planned.ports, tcp=None))
    tree = tree_of(replace(scan_reports.DEEP, scan=replace(planned, type=kind)))
    assert [one.get("type") for one in tree.iter("scaninfo")] == types


def test_a_target_that_could_not_be_scanned_is_named() -> None:
    assert found(tree_of(), "target").attrib == {
        "specification": "nowhere.example.net",
        "status": "skipped",
        "reason": "invalid",
    }


def test_it_ends_with_times_and_counts() -> None:
    assert found(tree_of(scan_reports.MANY), "runstats/finished").attrib == {
        "time": "1770091514",
        "timestr": "Tue Feb  3 04:05:14 2026",
        "summary": "nettools done at Tue Feb  3 04:05:14 2026; 256 IP addresses (60 hosts up) scanned in 7.89 seconds",
        "elapsed": "7.89",
        "exit": "success",
    }
    assert found(tree_of(scan_reports.MANY), "runstats/hosts").attrib == {"up": "60", "down": "196", "total": "256"}


def test_an_interrupted_scan_is_an_error_with_its_reason() -> None:
    finished = found(tree_of(), "runstats/finished")
    assert (finished.get("exit"), finished.get("errormsg")) == ("error", "interrupted")


def test_hosts_that_count_as_up_are_counted_as_up() -> None:
    tree = tree_of()
    ups = sum(found(host, "status").get("state") == "up" for host in tree.iter("host"))
    assert found(tree, "runstats/hosts").get("up") == str(ups) == "6"


# --- a stream that can end anywhere ----------------------------------------------------------------------


@pytest.mark.parametrize("count", range(4))
def test_after_any_host_the_document_can_be_closed(count: int) -> None:
    hosts = scan_reports.HOSTS[:count]

    def write(document: NmapXml) -> None:
        for host in hosts:
            document.host(host, ended=STARTED + timedelta(seconds=2))
        document.end(scan_reports.summary(hosts), ended=STARTED + timedelta(seconds=9), error="the network is gone")

    tree = ET.fromstring(
        written(lambda output: write(NmapXml(output, scan_reports.settings(), arguments="scan a b c")))
    )
    assert len(list(tree.iter("host"))) == count
    assert {host.get("endtime") for host in tree.iter("host")} <= {"1770091508"}
    finished = found(tree, "runstats/finished")
    assert (finished.get("time"), finished.get("errormsg")) == ("1770091515", "the network is gone")


def test_a_host_is_out_as_soon_as_it_is_done() -> None:
    flushed: list[str] = []

    class Sink:
        def write(self, data: bytes, /) -> int:
            flushed.append(data.decode())
            return len(data)

        def fileno(self) -> int:
            return -1

    document = NmapXml(Output(Sink(), name="it"), scan_reports.settings(), arguments="scan a")
    document.host(scan_reports.HOSTS[0])
    assert "".join(flushed).endswith("</host>\n")


# --- a host ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("address", "kind", "state", "reason"),
    [
        ("192.0.2.10", "ipv4", "up", "syn-ack"),
        ("2001:db8:1234:5678:9abc:def0:1234:5678", "ipv6", "up", "syn-ack"),
        ("192.0.2.64", "ipv4", "down", "host-unreach"),
        ("2001:db8::dead:beef", "ipv6", "up", "user-set"),
    ],
)
def test_a_host_has_its_state_and_address(address: str, kind: str, state: str, reason: str) -> None:
    host = host_of(tree_of(), address)
    assert [child.tag for child in host][:3] == ["status", "address", "hostnames"]
    assert found(host, "status").attrib == {"state": state, "reason": reason, "reason_ttl": "0"}
    assert found(host, "address").attrib == {"addr": address, "addrtype": kind}
    assert host.get("starttime") == "1770091506"


def test_names_that_were_asked_for_and_the_one_that_the_address_has() -> None:
    names = [one.attrib for one in host_of(tree_of(), "192.0.2.10").iter("hostname")]
    assert names == [
        {"name": "www.example.net", "type": "user"},
        {"name": "example.net", "type": "user"},
        {"name": "host-10.customers.example.net", "type": "PTR"},
    ]


def test_an_address_of_two_targets_is_one_host_with_both_names() -> None:
    tally = HostTally(IPv4Address("192.0.2.1"))
    tally.settled(22, OPEN)
    both = [tally.report(name, SERVICES, names=(name,)) for name in ("a.example", "b.example")]
    [host] = tree_of(report_of(*both)).iter("host")
    assert [one.get("name") for one in host.iter("hostname")] == ["a.example", "b.example"]


def test_a_host_that_was_cut_short_says_so_and_keeps_its_ports() -> None:
    host = host_of(tree_of(), "198.51.100.7")
    assert host.get("timedout") == "true"
    assert host.get("comment") == "not complete: 72 ports without a verdict; sends 10 resets a second at most"
    assert found(port_of(host, 22), "state").get("state") == "open"
    assert host_of(tree_of(), "192.0.2.10").get("timedout") is None


def test_the_round_trip_is_in_microseconds_and_what_is_not_known_is_minus_one() -> None:
    times = found(host_of(tree_of(), "192.0.2.10"), "times")
    assert times.attrib == {"srtt": "390", "rttvar": "-1", "to": "-1"}
    assert host_of(tree_of(), "192.0.2.64").find("times") is None


# --- ports -----------------------------------------------------------------------------------------------


def test_a_port_has_its_state_and_why() -> None:
    host = host_of(tree_of(), "192.0.2.10")
    assert found(port_of(host, 22), "state").attrib == {"state": "open", "reason": "syn-ack", "reason_ttl": "64"}
    assert found(port_of(host, 3128), "state").attrib == {
        "state": "filtered",
        "reason": "admin-prohibited",
        "reason_ttl": "254",
        "reason_ip": "192.0.2.254",
    }
    assert found(port_of(host_of(tree_of(), "2001:db8::dead:beef"), 161, "udp"), "state").get("state") == (
        "open|filtered"
    )


def test_a_service_out_of_a_table_and_one_that_was_recognised() -> None:
    host = host_of(tree_of(), "192.0.2.10")
    assert found(port_of(host, 9092), "service").attrib == {"name": "XmlIpcRegSvc", "method": "table", "conf": "3"}
    assert found(port_of(host, 22), "service").attrib == {
        "name": "ssh",
        "product": "OpenSSH",
        "version": "9.2p1",
        "extrainfo": "Debian 12",
        "method": "probed",
        "conf": "10",
    }
    assert found(port_of(host, 443), "service").get("tunnel") == "ssl"
    assert port_of(host_of(tree_of(), "192.0.2.25"), 1001).find("service") is None


@pytest.mark.parametrize(
    ("detected", "port", "name", "tunnel"),
    [
        ("https", 8443, "http", "ssl"),
        ("imaps", 993, "imap", "ssl"),
        ("smtp", 25, "smtp", None),
        ("tls", 4433, "ssl", "ssl"),
        (None, 443, "https", "ssl"),
        (None, 25, "smtp", None),
        (None, 4433, "unknown", "ssl"),
    ],
)
def test_tls_is_a_tunnel_but_where_the_protocol_asks_for_it(
    detected: str | None, port: int, name: str, tunnel: str | None
) -> None:
    tally = HostTally(IPv4Address("192.0.2.1"))
    tally.settled(port, OPEN)
    tally.found(port, Finding(service=detected, tls=scan_reports.certificate("a.test", days=1)))
    service = found(tree_of(report_of(tally.report("192.0.2.1", SERVICES))), ".//service")
    assert (service.get("name"), service.get("tunnel")) == (name, tunnel)


def test_a_banner_is_a_script() -> None:
    script = found(port_of(host_of(tree_of(), "192.0.2.10"), 22), "script")
    assert script.attrib == {"id": "banner", "output": r"SSH-2.0-OpenSSH_9.2p1 Debian-2+deb12u3\x0d\x0a"}
    telnet = found(port_of(host_of(tree_of(), "192.0.2.25"), 1001), "script")
    assert telnet.get("output") == r"\xff\xfd\x18\xff\xfd login: "


def test_a_certificate_is_a_script_as_nmap_tells_it() -> None:
    script = found(port_of(host_of(tree_of(), "192.0.2.10"), 443), "script")
    assert script.get("id") == "ssl-cert"
    assert (script.get("output") or "").splitlines()[:5] == [
        "Subject: CN=www.example.net",
        "Subject Alternative Name: DNS:www.example.net, DNS:example.net, DNS:*.example.net",
        "Issuer: CN=Example CA,O=Example",
        "Not valid before: 2025-11-05T04:05:06",
        "Not valid after: 2026-02-15T13:41:06",
    ]
    assert found(script, "table[@key='validity']/elem[@key='notAfter']").text == "2026-02-15T13:41:06"
    assert found(script, "table[@key='session']/elem[@key='version']").text == "TLSv1.3"


def test_no_port_has_two_scripts_which_would_crash_ndiff() -> None:
    host = host_of(tree_of(), "192.0.2.25")
    assert max(len(port.findall("script")) for port in tree_of().iter("port")) == 1
    script = found(port_of(host, 993), "script")
    assert "banner: * OK [CAPABILITY" in (script.get("output") or "")
    assert (found(script, "elem[@key='banner']").text or "").startswith("* OK")


def mixed_host() -> HostReport:
    tally = HostTally(IPv4Address("192.0.2.1"))
    tally.settled(22, OPEN)
    for port in range(100, 130):
        tally.settled(port, CLOSED)
        tally.settled(udp(port), UNREACHABLE_PORT)
    for port in range(200, 203):
        tally.settled(port, SILENT)
    tally.is_complete = True
    return tally.report("192.0.2.1", SERVICES)


def extras(tree: ET.Element) -> dict[str | None, tuple[str | None, list[dict[str, str]]]]:
    found_ones = [
        (one.get("state"), one.get("count"), [dict(why.attrib) for why in one]) for one in tree.iter("extraports")
    ]
    assert len({state for state, _, _ in found_ones}) == len(found_ones)
    return {state: (count, reasons) for state, count, reasons in found_ones}


def test_ports_that_stand_together_are_one_element_for_each_state_with_a_line_for_each_reason() -> None:
    assert extras(tree_of(report_of(mixed_host()))) == {
        "closed": (
            "60",
            [
                {"reason": "conn-refused", "count": "30", "proto": "tcp", "ports": "100-129"},
                {"reason": "port-unreach", "count": "30", "proto": "udp", "ports": "100-129"},
            ],
        )
    }


def test_only_open_moves_all_other_ports_there_and_leaves_out_hosts_without_one() -> None:
    tree = tree_of(report_of(mixed_host(), scan_reports.HOSTS[-1]), only_open=True)
    assert len(list(tree.iter("host"))) == 1
    assert [one.get("portid") for one in tree.iter("port")] == ["22"]
    assert extras(tree)["filtered"] == (
        "3",
        [{"reason": "no-response", "count": "3", "proto": "tcp", "ports": "200-202"}],
    )
    assert found(tree, "runstats/hosts").get("up") == "2"


def test_every_port_is_listed_or_counted() -> None:
    for only_open in (False, True):
        for host in tree_of(only_open=only_open).iter("host"):
            listed = len(list(host.iter("port")))
            counted = sum(int(one.get("count") or 0) for one in host.iter("extraports"))
            address = found(host, "address").get("addr")
            report = next(one for one in scan_reports.HOSTS if str(one.address) == address)
            assert listed + counted == sum(report.counts.values())


# --- text from the network -------------------------------------------------------------------------------


def hostile_attributes() -> list[tuple[str, Callable[[ET.Element], str | None]]]:
    return [
        ("product", lambda port: found(port, "service").get("product")),
        ("version", lambda port: found(port, "service").get("version")),
        ("extra", lambda port: found(port, "service").get("extrainfo")),
        ("banner", lambda port: found(port, "script").get("output")),
    ]


@pytest.mark.parametrize(("_what", "read"), hostile_attributes(), ids=[what for what, _ in hostile_attributes()])
def test_hostile_words_come_back_as_the_escapes_that_were_meant(
    _what: str, read: Callable[[ET.Element], str | None]
) -> None:
    assert read(port_of(host_of(tree_of(), "192.0.2.66"), 80)) == safe(HOSTILE)


def test_the_document_holds_nothing_that_a_terminal_obeys() -> None:
    assert faults(text_of()) == set()


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=40), st.binary(max_size=40), st.text(max_size=20))
def test_whatever_was_said_is_well_formed_and_comes_back(words: str, banner: bytes, arguments: str) -> None:
    tally = HostTally(IPv4Address("192.0.2.1"))
    tally.settled(80, OPEN)
    tally.notes += (words,)
    tls = replace(scan_reports.certificate(words, days=1), issuer=words, distrust=words)
    tally.found(80, Finding(banner=banner, service=words, product=words, version=words, extra=words, tls=tls))
    report = report_of(tally.report(words, SERVICES, names=(words,), ptr=words))
    root = ET.fromstring(text_of(report, arguments=arguments))
    [host] = root.iter("host")
    service = found(host, ".//service")
    assert root.get("args") == f"nettools {safe(arguments)}".strip()
    assert service.get("product", "") == service.get("version", "") == safe(words)
    assert next(one.get("name") for one in host.iter("hostname")) == safe(words)
    assert found(host, ".//script/elem[@key='issuer']").text in (safe(words), None)
    assert (found(host, ".//script/elem[@key='banner']").text or "") == safe(banner)


def test_both_formats_of_nmap_are_written_without_rich() -> None:
    code = "import sys, nettools.render.nmap_xml, nettools.render.grepable; print('rich' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout == "False\n"
