"""A finding in words."""

from dataclasses import replace
from datetime import timedelta
from ipaddress import IPv4Address, IPv6Address

import pytest

from nettools.core.address import Address
from nettools.core.scan.finding import Finding
from nettools.core.scan.reason import CLOSED, OPEN
from nettools.core.scan.report import HostReport, HostStatus, PortReport
from nettools.core.scan.tally import HostTally, port_report
from nettools.core.scan.tls_info import TlsInfo
from nettools.core.text import safe
from nettools.render.scan_words import banner_words, missing_words, product_words, status_words, tls_words
from tests.scan_reports import SERVICES, STARTED, certificate, settings

V4, V6 = IPv4Address("192.0.2.1"), IPv6Address("2001:db8::1")


def host(
    status: HostStatus, reason: str | None, address: Address = V4, *, rtt_ms: float | None = None, probed: int = 0
) -> HostReport:
    tally = HostTally(address)
    tally.settled_many(CLOSED, range(1, probed + 1))
    return replace(tally.report("it", SERVICES, status=(status, reason)), rtt_ms=rtt_ms)


def port(finding: Finding) -> PortReport:
    return port_report(22, OPEN, None, SERVICES, finding=finding)


@pytest.mark.parametrize(
    ("about", "words"),
    [
        (host("up", "syn-ack", rtt_ms=0.412), "up (syn-ack, 0.41 ms)"),
        (host("up", "echo-reply", rtt_ms=1502.0), "up (echo-reply, 1.5 s)"),
        (host("up", "conn-refused", rtt_ms=0.0421), "up (conn-refused, 0.042 ms)"),
        (host("assumed-up", "no-response"), "assumed-up (nothing answered)"),
        (host("assumed-up", "admin-prohibited"), "assumed-up (only admin-prohibited, from others)"),
        (host("down", "host-unreach"), "down (no ARP answer)"),
        (host("down", "addr-unreach", V6), "down (no answer to neighbour discovery)"),
        (host("down", "no-response"), "down (no answer to discovery)"),
        (host("unknown", None), "unknown (nothing is known)"),
    ],
)
def test_a_status_has_its_evidence(about: HostReport, words: str) -> None:
    assert status_words(about) == words


def test_what_was_not_probed_is_counted() -> None:
    planned = settings()  # 113 ports
    assert missing_words(host("up", "syn-ack", probed=100), planned) == "not complete: 13 ports without a verdict"
    assert missing_words(host("up", "syn-ack", probed=112), planned) == "not complete: 1 port without a verdict"
    assert missing_words(host("up", "syn-ack", probed=100), replace(planned, shard="1/2")) == "not complete"
    assert missing_words(host("unknown", None), planned) == "no port has a verdict"
    assert missing_words(replace(host("up", "syn-ack", probed=100), complete=True), planned) == ""


@pytest.mark.parametrize(
    ("banner", "words"),
    [
        (b"SSH-2.0-x\r\n", "SSH-2.0-x"),
        (b"\r\n\r\nlogin: ", "login:"),
        (b"220 a\r\n250 b", "220 a (+7 characters)"),
        (b"a" * 4096, "a" * 160 + " (+3,936 characters)"),
        (b"\xff\xfd\x18 login", r"\xff\xfd\x18 login"),
        (b"", ""),
        (b"\x00\x1b[31m", r"\x00\x1b[31m"),
    ],
)
def test_of_a_banner_the_first_line_and_how_much_more(banner: bytes, words: str) -> None:
    assert safe(banner_words(port(Finding(banner=banner)))) == words


def test_a_product_with_whatever_is_known_of_it() -> None:
    assert product_words(port(Finding(product="nginx", version="1.2", extra="Ubuntu"))) == "nginx 1.2 (Ubuntu)"
    assert product_words(port(Finding(version="1.2"))) == "1.2"
    assert product_words(port(Finding())) == ""


@pytest.mark.parametrize(
    ("tls", "words"),
    [
        (certificate("bed.test", days=12.9), "TLS 1.3 bed.test, 12 days left"),
        (certificate("bed.test", days=1.0), "TLS 1.3 bed.test, 1 day left"),
        (certificate("bed.test", days=0.2), "TLS 1.3 bed.test, 4 hours left"),
        (certificate("bed.test", days=-1.5), "TLS 1.3 bed.test, expired 1 day ago"),
        (certificate("a", days=9, others=("b", "c")), "TLS 1.3 a (+2 names), 9 days left"),
        (
            certificate("a", days=9, trusted=False, distrust="self-signed"),
            "TLS 1.3 a, 9 days left, self-signed",
        ),
        (certificate("a", days=-9, trusted=False, distrust="expired"), "TLS 1.3 a, expired 9 days ago"),
        (certificate("a", days=9, trusted=False), "TLS 1.3 a, 9 days left, not trusted"),
        (replace(certificate("a", days=9), names=()), "TLS 1.3 CN=a, 9 days left"),
        (replace(certificate("a", days=9), names=(), subject=None, not_after=None), "TLS 1.3"),
        (
            replace(certificate("a", days=9), not_before=STARTED + timedelta(days=2)),
            "TLS 1.3 a, not valid for 2 days yet",
        ),
    ],
)
def test_a_certificate_in_a_line(tls: TlsInfo, words: str) -> None:
    assert tls_words(tls, STARTED) == words
