"""The judgement on chains that were seen elsewhere: OpenSSL's own, without a server."""

import ssl
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import trustme
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from nettools.core.depth.tls_info import UNJUDGED, VERIFIED
from nettools.net.depth.chain_judge import ChainJudge
from tests.dns_servers import certificates

NOW = datetime.now(UTC)
Key = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey | ed25519.Ed25519PrivateKey


def der(pems: Sequence[trustme.Blob]) -> list[bytes]:
    return [ssl.PEM_cert_to_DER_cert(one.bytes().decode()) for one in pems]


def self_made(key: Key, *, names: int = 1, client_only: bool = False) -> x509.Certificate:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "www.test")])
    usage = ExtendedKeyUsageOID.CLIENT_AUTH if client_only else ExtendedKeyUsageOID.SERVER_AUTH
    entries = [x509.DNSName(f"{number}.www.test") for number in range(names)]
    return (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(7)
        .not_valid_before(NOW - timedelta(days=1))
        .not_valid_after(NOW + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName(entries), critical=False)
        .add_extension(x509.ExtendedKeyUsage([usage]), critical=False)
        .sign(key, None if isinstance(key, ed25519.Ed25519PrivateKey) else SHA256())
    )


def judged(certificate: x509.Certificate, folder: Path) -> int:
    """The judgement of one who trusts exactly this certificate."""
    path = folder / "root.pem"
    path.write_bytes(certificate.public_bytes(Encoding.PEM))
    return ChainJudge(str(path)).verify_code([certificate.public_bytes(Encoding.DER)])


@pytest.fixture
def judge(tmp_path: Path) -> ChainJudge:
    return ChainJudge(certificates.trusted(tmp_path))


def test_a_chain_to_a_root_holds(judge: ChainJudge) -> None:
    assert judge.verify_code(der(certificates.leaf("www.test").cert_chain_pems)) == VERIFIED


def test_it_judges_again_and_again(judge: ChainJudge) -> None:
    good = der(certificates.leaf("www.test").cert_chain_pems)
    bad = der(certificates.leaf("www.test", is_expired=True).cert_chain_pems)
    assert [judge.verify_code(one) for one in (good, bad) * 3] == [VERIFIED, 10] * 3


def test_a_chain_holds_with_the_certificates_between_and_not_without(judge: ChainJudge) -> None:
    chain = der(certificates.authority().create_child_ca().issue_cert("www.test").cert_chain_pems)
    assert len(chain) == 2
    assert judge.verify_code(chain) == VERIFIED
    assert judge.verify_code(chain[:1]) == 20


def test_one_whose_time_has_not_come_does_not_hold(judge: ChainJudge) -> None:
    tomorrow = NOW + timedelta(days=1)
    leaf = certificates.authority().issue_cert("www.test", not_before=tomorrow, not_after=tomorrow + timedelta(days=1))
    assert judge.verify_code(der(leaf.cert_chain_pems)) == 9


def test_a_stranger_is_not_trusted(judge: ChainJudge) -> None:
    chain = der(certificates.leaf("www.test", by=certificates.stranger()).cert_chain_pems)
    assert judge.verify_code(chain) == 20
    own_root = der([certificates.stranger().cert_pem])
    assert judge.verify_code([*chain, *own_root]) == 19


def test_a_signature_that_was_changed_is_seen(judge: ChainJudge) -> None:
    octets = bytearray(der(certificates.leaf("www.test").cert_chain_pems)[0])
    octets[-1] ^= 1
    assert judge.verify_code([bytes(octets)]) == 7


@pytest.mark.parametrize("kind", ["ec", "rsa", "ed25519"])
def test_the_kind_of_key_does_not_matter(kind: str, tmp_path: Path) -> None:
    """The judgement is heard before anybody looks whether the key fits the cipher."""
    keys: dict[str, Key] = {
        "ec": ec.generate_private_key(ec.SECP384R1()),
        "rsa": rsa.generate_private_key(65_537, 2048),
        "ed25519": ed25519.Ed25519PrivateKey.generate(),
    }
    certificate = self_made(keys[kind])
    assert judged(certificate, tmp_path) == VERIFIED
    assert ChainJudge().verify_code([certificate.public_bytes(Encoding.DER)]) == 18


def test_one_for_clients_is_not_for_servers(tmp_path: Path) -> None:
    assert judged(self_made(ec.generate_private_key(ec.SECP256R1()), client_only=True), tmp_path) == 26


def test_a_key_that_is_too_short_is_told(tmp_path: Path) -> None:
    assert judged(self_made(rsa.generate_private_key(65_537, 1024)), tmp_path) in (VERIFIED, 66)


def test_a_certificate_of_many_records_is_judged(tmp_path: Path) -> None:
    large = self_made(ec.generate_private_key(ec.SECP256R1()), names=5000)
    assert len(large.public_bytes(Encoding.DER)) > 64 << 10
    assert judged(large, tmp_path) == VERIFIED


@pytest.mark.parametrize(
    "chain", [[], [b""], [b"\x30\x00"], [b"junk" * 100], [bytes(200_000)], [bytes(1 << 24)]], ids=lambda one: "chain"
)
def test_what_is_no_chain_is_not_judged(chain: list[bytes], judge: ChainJudge) -> None:
    assert judge.verify_code(chain) == UNJUDGED
