"""Scans as they could have gone: with depth, both transports, hostile words, many hosts."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address, IPv6Address, ip_address

from nettools.core.outcome import Failure
from nettools.core.port_service import ServiceTable
from nettools.core.scan.finding import Finding
from nettools.core.scan.probe_port import udp
from nettools.core.scan.reason import (
    ANSWERED,
    CLOSED,
    IPPROTO_ICMP,
    IPPROTO_ICMPV6,
    OPEN,
    RESET,
    SILENT,
    UNANSWERED,
    UNREACHABLE_PORT,
    icmp_verdict,
)
from nettools.core.scan.report import HostReport, ScannedPorts, ScanReport, ScanSettings, ScanSummary
from nettools.core.scan.tally import HostTally
from nettools.core.scan.tls_info import TlsInfo
from nettools.core.text import SafeText

SERVICES = ServiceTable(
    registered=[
        ["22", "tcp", "ssh", ""],
        ["25", "tcp", "smtp", "mail"],
        ["53", "tcp", "domain", ""],
        ["53", "udp", "domain", ""],
        ["80", "tcp", "http", ""],
        ["123", "udp", "ntp", ""],
        ["161", "udp", "snmp", ""],
        ["443", "tcp", "https", ""],
        ["993", "tcp", "imaps", ""],
        ["3128", "tcp", "ndl-aas", ""],
        ["5432", "tcp", "postgresql", ""],
        ["9092", "tcp", "XmlIpcRegSvc", ""],
    ],
    in_practice=[
        ["9092", "tcp", "Kafka"],
        ["3128", "tcp", "Squid and other HTTP proxies"],
        ["51820", "udp", "WireGuard"],
    ],
)
STARTED = datetime(2026, 2, 3, 4, 5, 6, 789000, tzinfo=UTC)
ROUTER = IPv4Address("192.0.2.254")
ROUTER6 = IPv6Address("2001:db8:ffff:ffff:ffff:ffff:ffff:fffe")
HERE = IPv4Address("192.0.2.1")
PROHIBITED = icmp_verdict(IPPROTO_ICMP, 3, 13, ROUTER)
ABSENT = icmp_verdict(IPPROTO_ICMP, 3, 1, HERE, is_from_here=True)

HOSTILE = "e\x1b[2J\x1b]0;pwn\x07\n\u202eth0[red]*:smile:[/x]\\\u200b</a>&\"'=1+1,--"
"""Words that a terminal, XML, a spreadsheet or a line format would obey."""

TCP = [22, 25, 53, 80, 443, 993, 3128, 5432, 9092, *range(1000, 1100)]
UDP = [53, 123, 161, 51820]


def certificate(
    name: str, *, days: float, trusted: bool = True, distrust: str | None = None, others: tuple[str, ...] = ()
) -> TlsInfo:
    """What a TLS port showed: a certificate that expires so many days after the scan."""
    return TlsInfo(
        version="TLSv1.3",
        cipher="TLS_AES_256_GCM_SHA384",
        alpn="h2",
        subject=f"CN={name}",
        names=(name, *others),
        issuer="CN=Example CA,O=Example",
        not_before=STARTED - timedelta(days=90),
        not_after=STARTED + timedelta(days=days),
        trusted=trusted,
        distrust=distrust,
        chain=(f"CN={name}", "CN=Example CA,O=Example"),
        spki_sha256="00" * 32,
    )


def web_server() -> HostTally:
    """Everything that a host can tell of itself."""
    tally = HostTally(IPv4Address("192.0.2.10"))
    for port, rtt_s in ((22, 0.000412), (80, 0.00039), (443, 0.0113), (9092, 0.104)):
        tally.settled(port, OPEN, rtt_s, 64)
    tally.settled(3128, PROHIBITED, 0.00231, 254)
    tally.settled(25, SILENT)
    for port in (53, 993, 5432, *range(1000, 1100)):
        tally.settled(port, CLOSED, 0.0009, 64)
    tally.found(
        22,
        Finding(
            banner=b"SSH-2.0-OpenSSH_9.2p1 Debian-2+deb12u3\r\n",
            service="ssh",
            product="OpenSSH",
            version="9.2p1",
            extra="Debian 12",
        ),
    )
    tally.found(80, Finding(service="http", product="nginx", version="1.25.3"))
    tally.found(
        443,
        Finding(
            service="https",
            product="nginx",
            version="1.25.3",
            tls=certificate("www.example.net", days=12.4, others=("example.net", "*.example.net")),
        ),
    )
    tally.is_complete = True
    return tally


def mail_server() -> HostTally:
    """Words in other scripts, octets that are no text, a certificate that nobody should trust."""
    tally = HostTally(IPv4Address("192.0.2.25"))
    tally.settled(25, OPEN, 0.0231, 57)
    tally.settled(993, OPEN, 0.0229, 57)
    tally.settled(1001, OPEN, 0.0233, 57)
    for port in (22, 53, 80, 443, 3128, 5432, 9092, 1000, *range(1002, 1100)):
        tally.settled(port, SILENT)
    tally.found(
        25, Finding(banner="220 メール.example ESMTP Postfix (日本語)\r\n250-SIZE\r\n".encode(), service="smtp")
    )
    tally.found(
        993,
        Finding(
            tls=certificate("mail.example.net", days=-3.2, trusted=False, distrust="expired"),
            banner=b"* OK [CAPABILITY IMAP4rev1 SASL-IR LOGIN-REFERRALS ID ENABLE IDLE LITERAL+ AUTH=PLAIN] Dovecot"
            b" (Debian) ready for requests of every kind, and more that a table cannot show\r\n",
        ),
    )
    tally.found(1001, Finding(banner=b"\xff\xfd\x18\xff\xfd login: "))
    tally.is_complete = True
    return tally


def hostile_server() -> HostTally:
    """Whatever it says is meant to be obeyed."""
    tally = HostTally(IPv4Address("192.0.2.66"))
    tally.settled(80, OPEN, 0.0007, 64)
    tally.settled(443, OPEN, 0.0007, 64)
    for port in TCP:
        if port not in (80, 443):
            tally.settled(port, RESET, 0.0008, 64)
    tally.found(80, Finding(banner=HOSTILE.encode(), service="http", product=HOSTILE, version=HOSTILE, extra=HOSTILE))
    tally.found(443, Finding(tls=certificate(HOSTILE, days=0.2, trusted=False, distrust="self-signed")))
    tally.notes += ("answers on every port that was asked at random: what is open here proves nothing",)
    tally.is_complete = True
    return tally


def name_server() -> HostTally:
    """Both transports."""
    tally = HostTally(IPv6Address("2001:db8:1234:5678:9abc:def0:1234:5678"))
    tally.settled(53, OPEN, 0.0019, 61)
    for port in TCP:
        if port != 53:
            tally.settled(port, CLOSED, 0.002, 61)
    tally.settled(udp(53), ANSWERED, 0.0018, 61)
    tally.settled(udp(123), UNREACHABLE_PORT, 0.002, 61)
    tally.settled(udp(161), icmp_verdict(IPPROTO_ICMPV6, 1, 1, ROUTER6), 0.002, 63)
    tally.settled(udp(51820), UNANSWERED)
    tally.found(udp(53), Finding(service="domain", product="NSD", version="4.6.1"))
    tally.is_complete = True
    return tally


def slow_host() -> HostTally:
    """Its time was over before its ports were."""
    tally = HostTally(IPv4Address("198.51.100.7"))
    tally.settled(22, OPEN, 0.251)
    for port in range(1000, 1040):
        tally.settled(port, CLOSED, 0.25)
    tally.notes += ("sends 10 resets a second at most",)
    return tally


def silent_host(address: str) -> HostTally:
    """No answer, and none from any router."""
    tally = HostTally(ip_address(address))
    tally.settled_many(SILENT, TCP)
    tally.settled_many(UNANSWERED, [udp(port) for port in UDP])
    tally.is_complete = True
    return tally


def absent_host(address: str) -> HostTally:
    """Nobody there: its neighbours get no answer from it."""
    tally = HostTally(ip_address(address))
    for port in TCP:
        tally.settled(port, ABSENT, 3.1)
    tally.is_complete = True
    return tally


def _hosts() -> list[HostReport]:
    return [
        web_server().report(
            "www.example.net",
            SERVICES,
            names=("www.example.net", "example.net"),
            ptr=SafeText("host-10.customers.example.net"),
        ),
        mail_server().report("mail.example.net", SERVICES, names=("mail.example.net",)),
        name_server().report("ns1.example.net", SERVICES, names=("ns1.example.net",)),
        hostile_server().report("192.0.2.64/29", SERVICES, ptr=SafeText("e\\027\\[2J.example.net")),
        *(absent_host(f"192.0.2.{last}").report("192.0.2.64/29", SERVICES) for last in (64, 65, 67, 68)),
        slow_host().report("198.51.100.7", SERVICES),
        silent_host("2001:db8::dead:beef").report("2001:db8::dead:beef", SERVICES),
    ]


def settings(*, udp_ports: str | None = "53,123,161,51820") -> ScanSettings:
    return ScanSettings(
        started=STARTED,
        type="connect",
        seed=42,
        shard=None,
        options={"timeout_ms": 3500.0, "retries": 2, "max_in_flight": 1000},
        ports=ScannedPorts(tcp="22,25,53,80,443,993,3128,5432,9092,1000-1099", udp=udp_ports),
    )


def summary(hosts: Sequence[HostReport], *, interrupted: bool = False, addresses: int | None = None) -> ScanSummary:
    kinds = [host.status for host in hosts]
    up, down = kinds.count("up"), kinds.count("down")
    total = len(hosts) if addresses is None else addresses
    return ScanSummary(
        addresses=total,
        hosts_up=up,
        hosts_down=down,
        hosts_silent=total - up - down,
        ports_open=sum(host.counts.get("open", 0) for host in hosts),
        probes_sent=1234,
        retransmitted=56,
        duration_ms=7890.1,
        interrupted=interrupted,
    )


HOSTS = _hosts()
NOWHERE = Failure(
    input="nowhere.example.net",
    line=None,
    kind="name-lookup-failed",
    message="the name 'nowhere.example.net' has no address",
    hint=None,
    unreadable=False,
)
DEEP = ScanReport(scan=settings(), hosts=tuple(HOSTS), summary=summary(HOSTS, interrupted=True), errors=(NOWHERE,))


def _one_of_many(number: int) -> HostReport:
    tally = HostTally(IPv4Address("198.51.100.0") + number)
    for port in (22, 80, 443)[: 1 + number % 3]:
        tally.settled(port, OPEN, 0.0004 + number / 10_000)
    for port in range(1000, 1060):
        tally.settled(port, CLOSED, 0.001)
    tally.is_complete = number % 20 != 0
    if number == 7:
        tally.notes += ("answers on every port",)
    if number == 8:
        tally.found(22, Finding(service="ssh", product="OpenSSH", version="9.2p1"))
    ptr = SafeText(f"host-{number}.example.net") if number % 10 == 0 else None
    return tally.report("198.51.100.0/24", SERVICES, ptr=ptr)


_MANY = (
    *map(_one_of_many, range(60)),
    *(absent_host(f"198.51.100.{last}").report("198.51.100.0/24", SERVICES) for last in range(60, 256)),
)
MANY = ScanReport(scan=settings(udp_ports=None), hosts=_MANY, summary=summary(_MANY), errors=())
