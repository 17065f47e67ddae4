"""The same question has the same answer here and on the command line, but for times."""

import json
import re
import socket
from collections.abc import Iterator
from ipaddress import IPv4Address, IPv4Interface, ip_network
from typing import Any

import pytest

import nettools
from nettools.api.documents import Report
from tests.api.leftovers import nothing_left
from tests.api.zone import server as zone_server
from tests.cli import run

_TIMES = re.compile(r'"(started|\w*_ms|ms)":("[^"]*"|[-0-9.e]+|null)')


_COUNTERS = re.compile(r'"(bytes|packets)":"[0-9]+"')


@pytest.fixture
def server() -> Iterator[str]:
    with zone_server() as where:
        yield where


@pytest.fixture
def open_port() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield int(listener.getsockname()[1])


def timeless(text: str) -> str:
    """The document with all times and counters of octets alike; that there are any still counts."""
    return _COUNTERS.sub(r'"\1":0', _TIMES.sub(r'"\1":0', text))


def same(report: Report, *words: str, stdin: bytes = b"") -> None:
    """The report is the document that the command prints, to the octet."""
    assert timeless(nettools.document(report)) == timeless(run(*words, "--json", stdin=stdin).stdout)
    assert nettools.to_json(report) == json.loads(nettools.document(report))


def test_subnet() -> None:
    with nothing_left():
        report = nettools.subnet(
            [IPv4Interface("192.0.2.12/30"), "2001:db8::1/64", "nonsense", ip_network("10.0.0.0/8")]
        )
    assert [one.input for one in report.errors] == ["nonsense"]
    same(report, "subnet", "192.0.2.12/30", "2001:db8::1/64", "nonsense", "10.0.0.0/8")
    same(nettools.subnet("010.1", loose=True), "subnet", "010.1", "--loose")


def test_port_service() -> None:
    same(
        nettools.port_service([443, "ssh/tcp", "70000"], search="kafka"),
        *["port-service", "443", "ssh/tcp", "70000", "--search", "kafka"],
    )
    same(nettools.port_service("53", protocol="udp"), "port-service", "53", "--protocol", "udp")


def test_ifaces() -> None:
    with nothing_left():
        report = nettools.ifaces(["lo", "nothere"], ip_version=4)
    assert [one.kind for one in report.warnings if one.kind == "unknown-interface"]
    same(report, "ifaces", "lo", "nothere", "-4")
    same(nettools.ifaces(primary=True, up=True), "ifaces", "--primary", "--up")


def test_routes_and_a_route() -> None:
    with nothing_left():
        report = nettools.routes(table="all")
    same(report, "route", "--table", "all")
    same(nettools.routes(ip_version=6), "route", "-6")
    explained = nettools.route(
        [IPv4Address("127.0.0.1"), "::1", "127.0.0.0/8", "1.2.3"], uid=0, dport=80, protocol="tcp"
    )
    assert [one.input for one in explained.errors] == ["1.2.3"]
    same(
        explained,
        *["route", "127.0.0.1", "::1", "127.0.0.0/8", "1.2.3", "--uid", "0", "--dport", "80", "--protocol", "tcp"],
    )


def test_scan(open_port: int) -> None:
    with nothing_left():
        report = nettools.scan(["127.0.0.1", "localhost", "300.1.1.1"], [open_port, "1-40"], seed=7, ip_version=4)
    assert [one.input for one in report.errors] == ["300.1.1.1"]
    same(report, *f"scan 127.0.0.1 localhost 300.1.1.1 -p {open_port},1-40 --seed 7 -4".split())


def test_scan_with_what_answers(open_port: int) -> None:
    report = nettools.scan("127.0.0.1", open_port, order="ascending", discover=True, timeout=1, retries=1)
    same(report, *f"scan 127.0.0.1 -p {open_port} --order ascending --discover --timeout 1 --retries 1".split())
    udp = nettools.scan("127.0.0.1", "1,2", udp=True, connect=True, order="ascending", timeout=1)
    same(udp, *["scan", "127.0.0.1", "-p", "1,2", "--udp", "--connect", "--order", "ascending", "--timeout", "1"])


def test_resolve(server: str) -> None:
    with nothing_left():
        report = nettools.resolve(["www.test", "nothere.test", "192.0.2.1"], server=server)
    assert [one.status for one in report.responses] == ["answered", "answered", "nxdomain", "nxdomain", "answered"]
    same(report, "resolve", "-n", "www.test", "-n", "nothere.test", "-n", "192.0.2.1", "-s", server)
    asked = nettools.resolve("test", ["mx", "SOA"], server=server, dnssec=True, timeout=2, tries=1, tcp=True)
    same(asked, *f"resolve -n test mx SOA -s {server} --dnssec --timeout 2 --tries 1 --tcp".split())


def test_resolve_in_its_other_ways(server: str) -> None:
    both = nettools.resolve("www.test", "A", server=[server, server.replace("127.0.0.1", "127.0.0.1")], compare=True)
    same(both, *f"resolve -n www.test A -s {server} -s {server} --compare".split())
    with nothing_left():
        mixed = nettools.resolve("localhost", "A", server=server, system=True)
    assert [one.system is not None for one in mixed.responses] == [True]
    assert nettools.resolve("test", server=server, axfr=True).responses[0].transfer is not None


def test_a_question_without_an_answer_is_in_errors(server: str) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as silent:
        silent.bind(("127.0.0.1", 0))
        where = f"127.0.0.1:{silent.getsockname()[1]}"
        report = nettools.resolve("www.test", "A", server=where, timeout=0.2, tries=1)
        assert [one.kind for one in report.errors] == ["timeout"]
        same(report, *f"resolve -n www.test A -s {where} --timeout 0.2 --tries 1".split())


def test_resolve_many(server: str) -> None:
    names = ["www.test", "test MX", "bad..name", "", "192.0.2.1", "nothere.test AAAA"]
    with nothing_left():
        report = nettools.resolve_many(iter(names), server=server)
    same(report, "resolve", "--file", "-", "-s", server, stdin="\n".join(names).encode())


def test_rdns(server: str) -> None:
    with nothing_left():
        report = nettools.rdns([ip_network("192.0.2.0/30"), "x"], server=server, every=True)
    assert [one.verdict for one in report.addresses] == ["none", "confirmed", "dangling", "none"]
    same(report, "rdns", "192.0.2.0/30", "x", "-s", server, "--all")
    same(
        nettools.rdns("192.0.2.0-192.0.2.9", server=server, no_forward=True),
        *f"rdns 192.0.2.0-192.0.2.9 @{server} --no-forward".split(),
    )


def test_connect(open_port: int) -> None:
    with nothing_left():
        report = nettools.connect("127.0.0.1", open_port)
    assert report.outcome == "open"
    same(report, "cat", "-z", "127.0.0.1", str(open_port))
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        closed = str(held.getsockname()[1])
        same(nettools.connect(f"127.0.0.1:{closed}", timeout=2), "cat", "-z", f"127.0.0.1:{closed}", "-w", "2")
    same(nettools.connect("/nothing/there", transport="unix"), "cat", "-z", "-U", "/nothing/there")


@pytest.mark.parametrize(
    ("report", "words"),
    [
        (
            nettools.networks.merge(["192.0.2.0/25", "192.0.2.128/25", "2001:db8::/33"]),
            "merge 192.0.2.0/25 192.0.2.128/25 2001:db8::/33",
        ),
        (
            nettools.networks.subtract("10.0.0.0/8", ["10.1.0.0/16", "10.2.0.0/16"]),
            "subtract 10.0.0.0/8 --minus 10.1.0.0/16,10.2.0.0/16",
        ),
        (nettools.networks.intersect("10.0.0.0/8", ["10.1.0.0/16"]), "intersect 10.0.0.0/8 10.1.0.0/16"),
        (nettools.networks.compare("10.0.0.0/8", "10.1.0.0/16"), "compare 10.0.0.0/8 10.1.0.0/16"),
        (nettools.networks.cover(["192.168.0.1", "192.168.5.9"]), "cover 192.168.0.1 192.168.5.9"),
        (nettools.networks.relate("10.0.0.0/8", "10.1.0.0/16"), "relate 10.0.0.0/8 10.1.0.0/16"),
        (nettools.networks.split("192.0.2.0/24", prefix=26), "split 192.0.2.0/24 --prefix 26"),
        (nettools.networks.split("192.0.2.0/24", into=3, names=["a"]), "split 192.0.2.0/24 --into 3 --names a"),
        (
            nettools.networks.split("192.0.2.0/24", hosts=[50, 20], names=["a", "b"]),
            "split 192.0.2.0/24 --hosts 50,20 --names a,b",
        ),
        (nettools.networks.sort(["10.0.0.2", "10.0.0.1", "9.0.0.0/8"]), "sort 10.0.0.2 10.0.0.1 9.0.0.0/8"),
        (nettools.networks.reverse(["10.0.0.0/23", "192.0.2.64/26"]), "reverse 10.0.0.0/23 192.0.2.64/26"),
        (nettools.networks.mac(["02:00:5e:10:00:01", "fe80::5eff:fe10:1"]), "mac 02:00:5e:10:00:01 fe80::5eff:fe10:1"),
        (nettools.networks.nat64("64:ff9b::/96", ["192.0.2.33"]), "nat64 64:ff9b::/96 192.0.2.33"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_arithmetic(report: Report, words: str) -> None:
    same(report, "subnet", *words.split())


def test_what_is_free() -> None:
    report = nettools.networks.free("10.0.0.0/24", ["10.0.0.0/25", "10.0.0.128/26"], prefix=28, count=3)
    same(
        report,
        *["subnet", "free", "10.0.0.0/24", "--used", "-", "--prefix", "28", "--count", "3"],
        stdin=b"10.0.0.0/25\n10.0.0.128/26\n",
    )


def test_a_part_of_a_report_is_json_too() -> None:
    (host,) = nettools.scan("127.0.0.1", 1).hosts
    values: Any = nettools.to_json(host)
    assert (values["address"], values["ports"][0]["port"]) == ("127.0.0.1", 1)
    with pytest.raises(TypeError, match="HostReport is no report"):
        nettools.document(host)  # type: ignore[arg-type]
    with pytest.raises(TypeError):
        nettools.to_json(object())
