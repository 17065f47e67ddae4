"""Whose name a name server's certificate must carry, and why one over QUIC is not trusted."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nettools.core.resolve.tls import TlsSettings, quic_handshake_failure
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


@given(st.text(max_size=40))
def test_names_of_certificates_are_escaped(name: str) -> None:
    assert not controls_in(quic_handshake_failure(42, name))
    assert not controls_in(quic_handshake_failure(42, f"hostname 'a' doesn't match DNSPattern(pattern=b'{name}')"))


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
