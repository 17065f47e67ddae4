"""Whose certificate it is, and why one is not trusted."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nettools.core.resolve.tls import (
    TlsSettings,
    carries_name,
    handshake_failure,
    quic_handshake_failure,
    untrusted,
    wrong_name,
)
from tests.core.resolve.lookups import server
from tests.core.strategies import controls_in


@pytest.mark.parametrize(
    ("settings", "host", "expected"),
    [
        (TlsSettings(), None, "192.0.2.53"),
        (TlsSettings(), "dns.example.", "dns.example"),
        (TlsSettings(name="other.example"), "dns.example", "other.example"),
    ],
)
def test_the_expected_name_is_the_option_the_host_or_the_address(
    settings: TlsSettings, host: str | None, expected: str
) -> None:
    assert settings.expected_name(server(transport="tls", name=host)) == expected


def test_the_scope_of_an_address_stands_in_no_certificate() -> None:
    assert TlsSettings().expected_name(server("fe80::1%eth0", transport="tls")) == "fe80::1"


@pytest.mark.parametrize(
    ("names", "expected", "is_carried"),
    [
        (["DNS:dns.example"], "dns.example", True),
        (["DNS:DNS.Example"], "dns.eXample", True),
        (["DNS:dns.example"], "other.example", False),
        (["DNS:other.example", "DNS:dns.example"], "dns.example", True),
        (["DNS:*.dns.example"], "a.dns.example", True),
        (["DNS:*.dns.example"], "a.b.dns.example", False),
        (["DNS:*.dns.example"], "dns.example", False),
        (["DNS:*.example"], "dns.example", False),
        (["DNS:*.example"], ".example", False),
        (["DNS:*"], "example", False),
        (["DNS:d*.example"], "dns.example", False),
        (["DNS:dns.*"], "dns.example", False),
        (["DNS:192.0.2.1"], "192.0.2.1", False),
        (["IP Address:192.0.2.1"], "192.0.2.1", True),
        (["IP Address:192.0.2.1"], "192.0.2.2", False),
        (["IP Address:2001:DB8:0:0:0:0:0:1"], "2001:db8::1", True),
        (["IP Address:192.0.2.1"], "dns.example", False),
        (["email:dns.example"], "dns.example", False),
        (["IP Address:<invalid>"], "192.0.2.1", False),
        (["DNS:dns.example\x00.evil.example"], "dns.example", False),
        ([], "dns.example", False),
    ],
)
def test_a_certificate_carries_a_name_as_rfc_9525_says(names: list[str], expected: str, is_carried: bool) -> None:
    entries = [(kind, name) for kind, _, name in (one.partition(":") for one in names)]
    assert carries_name(entries, expected) is is_carried


LABEL = st.text("abcxyz019-", min_size=1, max_size=8)


@given(st.lists(LABEL, min_size=1, max_size=4))
def test_every_name_is_carried_by_itself_and_by_no_longer_one(labels: list[str]) -> None:
    name = ".".join(labels)
    if name.replace(".", "").isdigit():
        return
    assert carries_name([("DNS", name)], name)
    assert not carries_name([("DNS", name)], f"x.{name}")
    assert not carries_name([("DNS", f"x.{name}")], name)


def test_a_wrong_name_is_told_with_the_names_that_are_there() -> None:
    names = [("DNS", "a.example"), ("IP Address", "192.0.2.1")]
    assert wrong_name(names, "b.example") == "its certificate is not for 'b.example' but for 'a.example', '192.0.2.1'"
    assert wrong_name([], "b.example") == "its certificate is not for 'b.example' but for nobody"


def test_of_many_names_the_first_are_told() -> None:
    told = wrong_name([("DNS", f"n{number}.example") for number in range(1008)], "b.example")
    assert told.endswith("'n7.example' and 1,000 more")


@given(st.text(max_size=40))
def test_names_of_certificates_are_escaped(name: str) -> None:
    assert not controls_in(wrong_name([("DNS", name)], name))
    assert not controls_in(untrusted(99, name))
    assert not controls_in(handshake_failure(name))
    assert not controls_in(quic_handshake_failure(42, name))
    assert not controls_in(quic_handshake_failure(42, f"hostname 'a' doesn't match DNSPattern(pattern=b'{name}')"))


@pytest.mark.parametrize(
    ("code", "words"),
    [(9, "not valid yet"), (10, "has expired"), (18, "is self-signed"), (20, "nobody who is trusted here")],
)
def test_why_a_certificate_is_not_trusted_is_told_in_words(code: int, words: str) -> None:
    assert words in untrusted(code, "in OpenSSL's words")


def test_an_unknown_reason_is_told_in_openssls_words() -> None:
    assert untrusted(66, "EE key too weak") == "its certificate does not hold: EE key too weak"


@pytest.mark.parametrize(
    ("reason", "words"),
    [
        ("WRONG_VERSION_NUMBER", "it does not speak TLS on this port"),
        ("TLSV1_ALERT_NO_APPLICATION_PROTOCOL", "it speaks TLS, but not this protocol over it"),
        ("TLSV1_ALERT_INTERNAL_ERROR", "it broke the handshake off: internal error"),
        ("NO_PROTOCOLS_AVAILABLE", "the handshake failed: no protocols available"),
        (None, "the handshake failed: no reason given"),
    ],
)
def test_a_failed_handshake_is_told_in_words(reason: str | None, words: str) -> None:
    assert handshake_failure(reason) == words


@pytest.mark.parametrize(
    ("alert", "reason", "words"),
    [
        (120, "No common ALPN protocols", "it speaks QUIC, but not this protocol over it"),
        (45, "Certificate is no longer valid", "its certificate has expired"),
        (
            42,
            "hostname 'b.example' doesn't match either of "
            "DNSPattern(pattern=b'a.example'), DNSPattern(pattern=b'c.example')",
            "its certificate is not for 'b.example' but for 'a.example', 'c.example'",
        ),
        (42, "self-signed certificate", "its certificate is self-signed"),
        (80, "", "the handshake failed: TLS alert 80"),
    ],
)
def test_a_failed_handshake_of_quic_is_told_in_the_same_words(alert: int, reason: str, words: str) -> None:
    assert quic_handshake_failure(alert, reason) == words
