"""What is told of a session: the certificate as it is, and one reason why it is not to be believed."""

from ssl import PEM_cert_to_DER_cert

import pytest
import trustme
from hypothesis import given
from hypothesis import strategies as st

from nettools.core.depth import tls_info as module
from nettools.core.depth.tls_info import MOST_CERTIFICATES, MOST_NAMES, UNJUDGED, VERIFIED, tls_info
from nettools.core.scan.tls_info import TlsInfo
from nettools.core.tls.certificate import read_certificate
from tests.dns_servers import certificates


def der(leaf: trustme.LeafCert) -> bytes:
    return PEM_cert_to_DER_cert(leaf.cert_chain_pems[0].bytes().decode())


def info(*chain: bytes, verify_code: int = VERIFIED, server_name: str | None = None) -> TlsInfo:
    return tls_info(
        version="TLSv1.3",
        cipher="TLS_AES_256_GCM_SHA384",
        alpn="h2",
        chain=chain,
        verify_code=verify_code,
        server_name=server_name,
    )


def test_the_certificate_is_told() -> None:
    octets = der(certificates.leaf("www.test", "192.0.2.1"))
    certificate, found = read_certificate(octets), info(octets, server_name="www.test")
    assert (found.version, found.cipher, found.alpn) == ("TLSv1.3", "TLS_AES_256_GCM_SHA384", "h2")
    assert (found.trusted, found.distrust) == (True, None)
    assert (found.names, found.subject, found.issuer) == (
        ("www.test", "192.0.2.1"),
        certificate.subject,
        certificate.issuer,
    )
    assert (found.not_before, found.not_after) == (certificate.not_before, certificate.not_after)
    assert (found.chain, found.spki_sha256) == ((certificate.subject,), certificate.spki_sha256)


@pytest.mark.parametrize(
    ("code", "word"),
    [(10, "expired"), (9, "not-yet-valid"), (18, "self-signed"), (20, "unknown-issuer"), (7, "bad-signature")],
)
def test_why_a_chain_does_not_hold_is_a_word(code: int, word: str) -> None:
    found = info(der(certificates.leaf("www.test")), verify_code=code, server_name="other.test")
    assert (found.trusted, found.distrust) == (False, word)


def test_a_fault_without_a_word_has_its_number() -> None:
    assert info(der(certificates.leaf("www.test")), verify_code=93).distrust == "verify-error-93"


@pytest.mark.parametrize(
    ("named", "target", "is_trusted"),
    [
        ("www.test", "www.test", True),
        ("www.test", "WWW.test.", True),
        ("www.test", "test", False),
        ("*.a.test", "www.a.test", True),
        ("*.a.test", "a.test", False),
        ("192.0.2.1", "www.test", False),
    ],
)
def test_the_name_of_the_target_must_be_carried(named: str, target: str, is_trusted: bool) -> None:
    found = info(der(certificates.leaf(named)), server_name=target)
    assert (found.trusted, found.distrust) == (is_trusted, None if is_trusted else "name-mismatch")


def test_an_address_as_target_needs_no_name() -> None:
    assert info(der(certificates.leaf("www.test"))).trusted


def test_no_certificate_is_no_trust() -> None:
    found = info()
    assert (found.trusted, found.distrust) == (False, "no-certificate")
    assert (found.subject, found.names, found.chain) == (None, (), ())


def test_what_cannot_be_read_is_said_so() -> None:
    leaf = der(certificates.leaf("www.test"))
    found = info(b"\x30\x03abc", leaf)
    assert (found.distrust, found.chain[0]) == ("unreadable-certificate", "unreadable")
    assert found.chain[1] == read_certificate(leaf).subject
    assert info(leaf, verify_code=UNJUDGED).distrust == "unreadable-certificate"


def test_who_broke_off_is_not_trusted() -> None:
    octets = der(certificates.leaf("www.test"))
    for code, word in ((VERIFIED, "no-session"), (10, "expired")):
        found = tls_info(
            version="TLSv1.2",
            cipher="AES128-SHA",
            alpn=None,
            chain=[octets],
            verify_code=code,
            server_name="www.test",
            is_complete=False,
        )
        assert (found.trusted, found.distrust) == (False, word)


def test_names_and_chains_are_kept_to_a_bound() -> None:
    leaf = der(certificates.leaf(*(f"{number}.test" for number in range(MOST_NAMES + 50))))
    found = info(*[leaf] * (MOST_CERTIFICATES + 5), server_name=f"{MOST_NAMES + 49}.test")
    assert len(found.names) == MOST_NAMES
    assert len(found.chain) == MOST_CERTIFICATES
    assert found.trusted  # all names count, also those that are not told


@given(octets=st.binary(max_size=200), code=st.integers(-1, 100))
def test_any_octets_are_told_of(octets: bytes, code: int) -> None:
    found = info(octets, verify_code=code)
    assert not found.trusted
    assert found.distrust == module.UNREADABLE + "-certificate"
