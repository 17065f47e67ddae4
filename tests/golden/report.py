"""A scan as it could have gone, made of verdicts instead of packets."""

from datetime import UTC, datetime
from ipaddress import IPv4Address, IPv6Address

from nettools.core.outcome import Failure
from nettools.core.port_service import ServiceTable
from nettools.core.scan.reason import CLOSED, OPEN, SILENT, verdict
from nettools.core.scan.report import PortRow, ScannedPorts, ScanReport, ScanSettings, ScanSummary
from nettools.core.scan.tally import HostTally, port_row

SERVICES = ServiceTable(
    registered=[
        ["22", "tcp", "ssh", ""],
        ["25", "tcp", "smtp", "mail"],
        ["443", "tcp", "https", ""],
        ["3128", "tcp", "ndl-aas", ""],
        ["9092", "tcp", "XmlIpcRegSvc", ""],
    ],
    in_practice=[["9092", "tcp", "Kafka"], ["3128", "tcp", "Squid and other HTTP proxies"]],
)
ROUTER = IPv4Address("192.0.2.254")


def _server() -> HostTally:
    tally = HostTally(IPv4Address("192.0.2.10"))
    tally.settled(22, OPEN, 0.000412)
    tally.settled(443, OPEN, 0.0113)
    tally.settled(9092, OPEN, 0.104)
    tally.settled(3128, verdict("filtered", "admin-prohibited", ROUTER), 0.00231)
    tally.settled(25, SILENT, None)
    for port in (*range(1000, 1100), 2000, 2002):
        tally.settled(port, CLOSED, 0.0009)
    tally.is_complete = True
    return tally


def _silent() -> HostTally:
    tally = HostTally(IPv6Address("2001:db8::dead:beef"))
    for port in (*range(1000, 1100), 2000, 2002, 22, 25, 443, 3128):
        tally.settled(port, SILENT, None)
    return tally


def _missing() -> HostTally:
    tally = HostTally(IPv4Address("192.0.2.77"))
    host_unreachable = verdict("filtered", "host-unreach", IPv4Address("192.0.2.1"), is_from_here=True)
    for port in (22, 25, 443):
        tally.settled(port, host_unreachable, 3.1)
    return tally


TALLIES = [("db.example.net", _server()), ("2001:db8::dead:beef", _silent()), ("192.0.2.77", _missing())]

REPORT = ScanReport(
    scan=ScanSettings(
        started=datetime(2026, 2, 3, 4, 5, 6, 789000, tzinfo=UTC),
        type="connect",
        seed=None,
        shard=None,
        options={"timeout_ms": 3500.0, "retries": 2, "max_in_flight": 1000},
        ports=ScannedPorts(tcp="22,25,443,1000-1099,2000,2002,3128,9092", udp=None),
    ),
    hosts=tuple(
        tally.report(target, SERVICES, names=(target,) if target.endswith(".net") else ()) for target, tally in TALLIES
    ),
    summary=ScanSummary(
        addresses=3,
        hosts_up=1,
        hosts_down=1,
        hosts_silent=1,
        ports_open=3,
        probes_sent=1234,
        retransmitted=56,
        duration_ms=7890.1,
        interrupted=True,
    ),
    errors=(
        Failure(
            input="nowhere.example.net",
            line=None,
            kind="name-lookup-failed",
            message="the name 'nowhere.example.net' has no address",
            hint=None,
            unreadable=False,
        ),
    ),
)

ROWS: list[PortRow] = [
    port_row(target, tally.address, found) for target, tally in TALLIES for found in tally.every_port(SERVICES)
]
