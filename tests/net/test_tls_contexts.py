"""Contexts: what is refused before there is a connection, and what a server shows of itself."""

import ssl
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, PrivateFormat

from nettools.core.tls.certificate import read_certificate
from nettools.core.tls.settings import ClientTls, ServerTls
from nettools.errors import InputError, MissingExtra, OptionError, OutputPathError
from nettools.net.tls.contexts import ServerIdentity, client_context, server_context
from nettools.net.tls.self_signed import make_self_signed
from tests.dns_servers import certificates
from tests.net.tls_sides import NOW


def server(settings: ServerTls) -> ServerIdentity:
    return server_context(settings, names=("localhost",), now=NOW)


@pytest.fixture
def identity(tmp_path: Path) -> tuple[str, str]:
    """(chain, key) as files."""
    return certificates.written(certificates.leaf("localhost"), tmp_path)


def test_a_server_with_a_certificate_says_which_key_it_has(identity: tuple[str, str]) -> None:
    found = server(ServerTls(cert=identity[0], key=identity[1]))
    der = ssl.PEM_cert_to_DER_cert(certificates.leaf("localhost").cert_chain_pems[0].bytes().decode())
    assert found.spki_sha256 == read_certificate(der).spki_sha256
    assert not found.is_self_signed


def test_key_and_certificate_may_stand_in_one_file(identity: tuple[str, str], tmp_path: Path) -> None:
    both = tmp_path / "both.pem"
    both.write_bytes(Path(identity[1]).read_bytes() + Path(identity[0]).read_bytes())
    assert (
        server(ServerTls(cert=str(both))).spki_sha256
        == server(ServerTls(cert=identity[0], key=identity[1])).spki_sha256
    )


def encrypted_key(folder: Path) -> str:
    key = ec.generate_private_key(ec.SECP256R1())
    path = folder / "encrypted.pem"
    path.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(b"secret")))
    return str(path)


def other_key(folder: Path) -> str:
    path = folder / "other.pem"
    certificates.leaf("other.test").private_key_pem.write_to_path(str(path))
    return str(path)


def test_an_encrypted_key_is_told_and_nobody_is_asked(identity: tuple[str, str], tmp_path: Path) -> None:
    with pytest.raises(InputError, match="is encrypted") as failure:
        client_context(ClientTls(host="a.test", cert=identity[0], key=encrypted_key(tmp_path)))
    assert failure.value.hint is not None
    assert "openssl pkey" in failure.value.hint


def test_a_key_of_another_certificate_is_told(identity: tuple[str, str], tmp_path: Path) -> None:
    with pytest.raises(InputError, match="not that of the certificate"):
        server(ServerTls(cert=identity[0], key=other_key(tmp_path)))


def test_what_a_file_lacks_is_told(identity: tuple[str, str], tmp_path: Path) -> None:
    empty = tmp_path / "empty.pem"
    empty.write_text("nothing\n")
    cases = {
        "has no certificate in PEM form": ServerTls(cert=str(empty), key=identity[1]),
        "no --key is given": ServerTls(cert=identity[0]),
        "empty.pem has no private key in PEM form": ServerTls(cert=identity[0], key=str(empty)),
        "cannot read .*absent.pem: No such file": ServerTls(cert=str(tmp_path / "absent.pem"), key=identity[1]),
        "cannot read .*gone.pem: No such file": ServerTls(cert=identity[0], key=str(tmp_path / "gone.pem")),
    }
    for words, settings in cases.items():
        with pytest.raises(InputError, match=words):
            server(settings)


def test_authorities_that_cannot_be_read_are_told(tmp_path: Path) -> None:
    (tmp_path / "empty.pem").write_text("nothing\n")
    with pytest.raises(InputError, match="no certificate in PEM form"):
        client_context(ClientTls(host="a.test", cafile=str(tmp_path / "empty.pem")))
    with pytest.raises(InputError, match="No such file"):
        server(ServerTls(cafile=str(tmp_path / "absent.pem")))


@pytest.mark.parametrize("ciphers", ["NONSENSE", "", "TLS_AES_128_GCM_SHA256"])
def test_ciphers_that_do_not_exist_are_told(ciphers: str) -> None:
    with pytest.raises(OptionError, match=r"names no cipher that OpenSSL has for TLS 1\.2"):
        client_context(ClientTls(host="a.test", ciphers=ciphers))


def test_ciphers_are_chosen() -> None:
    context = client_context(ClientTls(host="a.test", ciphers="ECDHE-ECDSA-AES128-GCM-SHA256"))
    chosen = {one["name"] for one in context.get_ciphers() if one["protocol"] != "TLSv1.3"}
    assert chosen == {"ECDHE-ECDSA-AES128-GCM-SHA256"}


def test_a_key_log_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    with pytest.raises(OutputPathError, match="cannot write"):
        client_context(ClientTls(host="a.test", keylog=str(tmp_path / "absent" / "keys")))


def test_a_key_log_is_appended_to_and_its_owners_alone(tmp_path: Path) -> None:
    path = tmp_path / "keys"
    client_context(ClientTls(host="a.test", keylog=str(path)))
    assert path.stat().st_mode & 0o777 == 0o600
    path.write_text("# before\n")
    client_context(ClientTls(host="a.test", keylog=str(path)))
    assert path.read_text().startswith("# before\n")


def test_old_versions_and_new_handshakes_are_off() -> None:
    for context in (client_context(ClientTls(host="a.test")), server(ServerTls()).context):
        assert context.minimum_version == ssl.TLSVersion.TLSv1_2
        assert context.options & ssl.OP_NO_RENEGOTIATION
        assert context.options & ssl.OP_NO_COMPRESSION
    assert client_context(ClientTls(host="a.test", minimum="1.3")).minimum_version == ssl.TLSVersion.TLSv1_3


def test_certificates_are_looked_at_unless_told_otherwise() -> None:
    assert client_context(ClientTls(host="a.test")).verify_mode == ssl.CERT_REQUIRED
    assert client_context(ClientTls(host="a.test", is_verified=False)).verify_mode == ssl.CERT_NONE
    assert client_context(ClientTls(host="a.test", pins=("00" * 32,))).verify_mode == ssl.CERT_REQUIRED


def test_a_server_asks_clients_when_it_knows_whom_to_trust(tmp_path: Path) -> None:
    cafile = certificates.trusted(tmp_path)
    assert server(ServerTls(cafile=cafile)).context.verify_mode == ssl.CERT_REQUIRED
    assert server(ServerTls()).context.verify_mode == ssl.CERT_NONE
    assert server(ServerTls()).context.num_tickets == 0


def test_a_certificate_made_on_the_spot_is_for_the_names_and_for_some_days() -> None:
    pem, der = make_self_signed(["localhost", "127.0.0.1", "::1", "fe80::1%eth0", "localhost"], now=NOW)
    read = read_certificate(der)
    assert [name for _, name in read.names] == ["localhost", "127.0.0.1", "::1", "fe80::1"]
    assert read.not_before < NOW < read.not_after
    assert 13 <= (read.not_after - NOW).days <= 14
    assert b"PRIVATE KEY" in pem
    assert make_self_signed(["localhost"], now=NOW)[1] != make_self_signed(["localhost"], now=NOW)[1]


def test_a_certificate_made_on_the_spot_leaves_no_file_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    monkeypatch.delattr("os.memfd_create")
    assert server(ServerTls()).is_self_signed
    assert list(tmp_path.iterdir()) == []


def test_without_the_package_that_makes_certificates_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "cryptography", None)
    with pytest.raises(MissingExtra) as failure:
        server(ServerTls())
    assert failure.value.hint is not None
    assert "nettools[tls]" in failure.value.hint
    assert "--cert" in failure.value.hint
