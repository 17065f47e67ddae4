"""TLS with servers of any age, any certificate, and any manners."""

import socket
import ssl
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import monotonic, sleep

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from nettools.core.depth.catalog import Catalog
from nettools.core.depth.server_flight import server_flight
from nettools.core.scan.finding import Finding
from nettools.core.scan.tls_info import TlsInfo
from tests.dns_servers import certificates
from tests.net.depth.peers import QUICK, Behave, at, in_tls, look, peer, saying, wait
from tests.net.test_secure import written

NOW = datetime.now(UTC)


def found(behave: Behave, folder: Path, *, name: str | None = "localhost", banner: bool = False) -> Finding:
    """What is found of a peer within five seconds, by one who trusts the tests' authority."""
    with peer(behave) as one:
        began_s = monotonic()
        job = at(one.port, server_name=name)
        finding = look(job, tls_info=True, banner=banner, cafile=certificates.trusted(folder)).only
        assert monotonic() - began_s < 5
    return finding


def session(behave: Behave, folder: Path, *, name: str | None = "localhost") -> TlsInfo:
    finding = found(behave, folder, name=name)
    assert finding.problem is None
    assert finding.tls is not None
    return finding.tls


def context(*names: str, protocols: tuple[str, ...] = ()) -> ssl.SSLContext:
    return certificates.server_context(certificates.leaf(*(names or ("localhost",))), *protocols)


def self_signed(folder: Path, names: list[x509.GeneralName]) -> ssl.SSLContext:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(7)
        .not_valid_before(NOW - timedelta(days=1))
        .not_valid_after(NOW + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .sign(key, SHA256())
    )
    settings, _ = written(folder, made.public_bytes(Encoding.PEM), key)
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    assert settings.cert is not None
    server.load_cert_chain(settings.cert, settings.key)
    return server


def test_what_was_agreed_on_and_shown_is_told(tmp_path: Path) -> None:
    tls = session(in_tls(context("localhost", "127.0.0.1", protocols=("http/1.1",))), tmp_path)
    assert (tls.version, tls.alpn, tls.trusted, tls.distrust) == ("TLSv1.3", "http/1.1", True, None)
    assert tls.cipher.startswith("TLS_")
    assert tls.names == ("localhost", "127.0.0.1")
    assert tls.not_after is not None
    assert tls.spki_sha256 is not None


def test_the_whole_chain_is_told(tmp_path: Path) -> None:
    leaf = certificates.authority().create_child_ca().issue_cert("localhost")
    tls = session(in_tls(certificates.server_context(leaf)), tmp_path)
    assert tls.trusted
    assert len(tls.chain) == 2
    assert tls.chain[0] == tls.subject
    assert tls.chain[1] == tls.issuer


@pytest.mark.parametrize(
    ("version", "word"),
    [
        (ssl.TLSVersion.TLSv1_2, "TLSv1.2"),
        (ssl.TLSVersion.TLSv1_3, "TLSv1.3"),
        (ssl.TLSVersion.TLSv1_1, "TLSv1.1"),
        (ssl.TLSVersion.TLSv1, "TLSv1"),
    ],
    ids=["1.2", "1.3", "1.1", "1.0"],
)
@pytest.mark.filterwarnings("ignore:ssl.TLSVersion")
def test_old_versions_are_told_too(version: ssl.TLSVersion, word: str, tmp_path: Path) -> None:
    server = context()
    server.set_ciphers("ALL:@SECLEVEL=0")
    server.minimum_version = server.maximum_version = version
    assert session(in_tls(server), tmp_path).version == word


def test_weak_ciphers_are_told_too(tmp_path: Path) -> None:
    server = context()
    server.maximum_version = ssl.TLSVersion.TLSv1_2
    server.set_ciphers("ECDHE-ECDSA-AES128-SHA:@SECLEVEL=0")
    assert session(in_tls(server), tmp_path).cipher == "ECDHE-ECDSA-AES128-SHA"


def test_a_server_without_a_certificate_is_told_so(tmp_path: Path) -> None:
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.maximum_version = ssl.TLSVersion.TLSv1_2
    server.set_ciphers("AECDH:@SECLEVEL=0")
    tls = session(in_tls(server), tmp_path)
    assert (tls.subject, tls.trusted, tls.distrust) == (None, False, "no-certificate")


def test_an_expired_certificate_is_told(tmp_path: Path) -> None:
    server = certificates.server_context(certificates.leaf("localhost", is_expired=True))
    tls = session(in_tls(server), tmp_path)
    assert (tls.trusted, tls.distrust) == (False, "expired")
    assert tls.not_after == datetime(2001, 1, 1, tzinfo=UTC)


def test_an_unknown_issuer_is_told(tmp_path: Path) -> None:
    server = certificates.server_context(certificates.leaf("localhost", by=certificates.stranger()))
    assert session(in_tls(server), tmp_path).distrust == "unknown-issuer"


def test_a_self_signed_certificate_is_told(tmp_path: Path) -> None:
    tls = session(in_tls(self_signed(tmp_path, [x509.DNSName("localhost")])), tmp_path)
    assert (tls.distrust, tls.subject) == ("self-signed", tls.issuer)


def test_a_wrong_name_is_told_where_the_target_is_a_name(tmp_path: Path) -> None:
    assert session(in_tls(context("other.test")), tmp_path).distrust == "name-mismatch"
    assert session(in_tls(context("other.test")), tmp_path, name=None).trusted
    assert session(in_tls(context("other.test")), tmp_path, name="127.0.0.1").trusted


def test_a_name_is_asked_for_and_an_address_never(tmp_path: Path) -> None:
    asked: list[str | None] = []
    server = context()
    server.sni_callback = lambda _connection, name, _context: asked.append(name)
    for name in ("localhost.", None, "127.0.0.1"):
        assert session(in_tls(server), tmp_path, name=name).trusted
    assert asked == ["localhost", None, None]


@pytest.mark.parametrize("name", ["localhost\0.evil.test", "\x1b[2Jlocalhost", "*", "*.localhost"], ids=repr)
def test_odd_names_are_kept_and_are_not_the_targets(name: str, tmp_path: Path) -> None:
    known = self_signed(tmp_path, [x509.DNSName(name)])
    with peer(in_tls(known)) as one:
        tls = look(at(one.port, server_name="localhost"), tls_info=True, cafile=str(tmp_path / "cert.pem")).only.tls
    assert tls is not None
    assert (tls.names, tls.distrust) == ((name,), "name-mismatch")


def test_a_certificate_of_thousands_of_names_is_told_in_part(tmp_path: Path) -> None:
    server = self_signed(tmp_path, [x509.DNSName(f"{number:x}.t") for number in range(9000)])
    tls = session(in_tls(server), tmp_path)
    assert tls.names[:2] == ("0.t", "1.t")
    assert len(tls.names) < 1000


# Those who do not do as they should.


def answering(octets: bytes) -> Behave:
    """Says it once it was spoken to."""

    def behave(connection: socket.socket) -> None:
        connection.recv(4096)
        connection.sendall(octets)
        wait(connection)

    return behave


def in_the_middle(connection: socket.socket) -> None:
    """Breaks off with an alert behind a ServerHello."""
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    tls = context().wrap_bio(incoming, outgoing, server_side=True)
    incoming.write(connection.recv(4096))
    with suppress(ssl.SSLWantReadError):
        tls.do_handshake()
    octets = outgoing.read()
    connection.sendall(octets[: 5 + int.from_bytes(octets[3:5], "big")])
    connection.sendall(b"\x15\x03\x03\0\x02\x02\x50")
    wait(connection)


def dripping(connection: socket.socket) -> None:
    connection.recv(4096)
    for octet in b"\x16\x03\x03\x40\x00" + bytes(10_000):
        connection.sendall(bytes([octet]))
        sleep(0.02)


def never_ending(connection: socket.socket) -> None:
    connection.recv(4096)
    for _ in range(100_000):
        connection.sendall(b"\x16\x03\x03\x40\x00" + b"\x0b\xff\xff\xff" + bytes((1 << 14) - 4))


@pytest.mark.parametrize(
    ("behave", "problem"),
    [
        (answering(b"\x15\x03\x03\0\x02\x02\x28"), "handshake failure"),
        (answering(b"\x15\x03\x03\0\x02\x02\x46"), "protocol version"),
        (answering(b"\x15\x03\0\0\x02\x02\x28"), "SSL 3.0"),
        (answering(b"\x16\x03\0\0\x4a\x02\0\0\x46\x03\0" + bytes(68)), "SSL 3.0"),
        (in_the_middle, "TLS"),
        (dripping, "in time"),
        (never_ending, "TLS"),
        (answering(b"HTTP/1.1 400 Bad Request\r\n\r\n"), None),
        (answering(b"\0" * 100), None),
        (saying(b"SSH-2.0-x\r\n"), None),
        (saying(b"\x1b[2J" * 100_000), None),
        (wait, None),
        (lambda connection: None, None),
    ],
    ids=lambda one: getattr(one, "__name__", None),
)
def test_who_does_not_get_to_a_session_is_left_in_time(behave: Behave, problem: str | None, tmp_path: Path) -> None:
    finding = found(behave, tmp_path)
    assert finding.tls is None
    assert (finding.problem is None) == (problem is None)
    assert problem is None or problem in str(finding.problem)


def test_a_certificate_beyond_what_openssl_takes_is_told_so(tmp_path: Path) -> None:
    server = self_signed(tmp_path, [x509.DNSName(f"{number:x}.{'n' * 40}.t") for number in range(3000)])
    finding = found(in_tls(server), tmp_path)
    assert finding.tls is None
    assert "larger than" in str(finding.problem)


@pytest.mark.parametrize("cipher", ["ECDHE-ECDSA-AES128-GCM-SHA256", "ECDHE-ECDSA-AES128-SHA"])
def test_who_wants_a_certificate_of_ours_has_shown_its_own(cipher: str, tmp_path: Path) -> None:
    """In TLS 1.2 it breaks off then; in 1.3 there is a session by that time."""
    server = context()
    server.maximum_version = ssl.TLSVersion.TLSv1_2
    server.set_ciphers(cipher)
    server.verify_mode = ssl.CERT_REQUIRED
    finding = found(in_tls(server), tmp_path)
    assert finding.tls is not None
    assert (finding.tls.version, finding.tls.cipher) == ("TLSv1.2", cipher)
    assert (finding.tls.trusted, finding.tls.distrust, finding.tls.names) == (False, "no-session", ("localhost",))
    assert finding.problem == "no TLS session: it broke the handshake off: handshake failure"


def test_who_does_not_know_of_secure_renegotiation_is_heard_too(tmp_path: Path) -> None:
    """A server older than RFC 5746, which OpenSSL would turn away by itself; this one says no more than its name."""
    chain = [ssl.PEM_cert_to_DER_cert(one.bytes().decode()) for one in certificates.leaf("localhost").cert_chain_pems]
    flight = server_flight(chain)
    certificate = flight[5 + int.from_bytes(flight[3:5], "big") :]
    hello = b"\x03\x03" + bytes(33) + b"\xc0\x2b\0"
    hello_record = (
        b"\x16\x03\x03" + (len(hello) + 4).to_bytes(2, "big") + b"\x02" + len(hello).to_bytes(3, "big") + hello
    )
    finding = found(answering(hello_record + certificate + b"\x15\x03\x03\0\x02\x02\x50"), tmp_path)
    assert finding.tls is not None
    assert finding.tls.names == ("localhost",)


def test_who_wants_a_certificate_of_ours_in_tls_1_3_has_a_session(tmp_path: Path) -> None:
    server = context()
    server.verify_mode = ssl.CERT_REQUIRED
    assert session(in_tls(server), tmp_path).trusted


def test_who_takes_none_of_our_protocols_is_asked_without(tmp_path: Path) -> None:
    """As servers do that follow RFC 9325 §3.7 to the letter: an alert for anything but their own."""
    hellos: list[bytes] = []
    server = context()

    def behave(connection: socket.socket) -> None:
        hello = connection.recv(4096, socket.MSG_PEEK)
        hellos.append(hello)
        if b"http/1.1" in hello:
            connection.recv(4096)
            connection.sendall(b"\x15\x03\x03\0\x02\x02\x78")
            wait(connection)
        else:
            in_tls(server)(connection)

    tls = session(behave, tmp_path)
    assert (tls.alpn, tls.trusted) == (None, True)
    assert len(hellos) == 2


def upgrading(greeting: bytes, *turns: tuple[bytes, bytes]) -> Behave:
    """Greets, answers what is expected, then begins TLS."""
    server = context()

    def behave(connection: socket.socket) -> None:
        connection.sendall(greeting)
        for expected, answer in turns:
            heard = connection.recv(4096)
            if expected not in heard:
                connection.sendall(b"500 what?\r\n")
                return
            connection.sendall(answer)
        in_tls(server)(connection)

    return behave


SMTP = upgrading(
    b"220 mail.test ESMTP\r\n", (b"EHLO", b"250-mail.test\r\n250 STARTTLS\r\n"), (b"STARTTLS", b"220 go\r\n")
)


@pytest.mark.parametrize(
    "behave",
    [
        SMTP,
        upgrading(b"* OK IMAP4rev2 ready\r\n", (b"a1 STARTTLS", b"a1 OK go\r\n")),
        upgrading(b"+OK POP3 ready\r\n", (b"STLS", b"+OK go\r\n")),
        upgrading(b"220 FTP ready\r\n", (b"AUTH TLS", b"234 go\r\n")),
    ],
    ids=["smtp", "imap", "pop3", "ftp"],
)
@pytest.mark.parametrize("banner", [False, True], ids=["tls", "both"])
def test_tls_begins_inside_a_protocol_on_any_port(behave: Behave, banner: bool, tmp_path: Path) -> None:
    finding = found(behave, tmp_path, banner=banner)
    assert finding.tls is not None
    assert finding.tls.trusted
    assert finding.problem is None
    assert (finding.banner is not None) == banner


def test_one_who_lets_clients_wait_for_the_greeting_is_waited_for(tmp_path: Path) -> None:
    """Mail servers do, and look whether somebody speaks out of turn: TLS has its own time behind that."""

    def behave(connection: socket.socket) -> None:
        sleep(0.5)
        SMTP(connection)

    with peer(behave) as one:
        text = f"""
        service = "smtp"
        source = "RFC 5321"
        hears = ["greeting"]
        starttls = "smtp"
        ports = [{one.port}]
        match = [{{ pattern = "^220" }}]
        """
        patient = replace(QUICK, tls_s=0.3, expected_greeting_s=2.0)
        finding = look(one.port, tls_info=True, catalog=Catalog({"smtp": text}), waits=patient).only
    assert finding.tls is not None


def test_who_greets_and_offers_no_tls_has_none(tmp_path: Path) -> None:
    finding = found(upgrading(b"220 mail.test ESMTP\r\n", (b"EHLO", b"250 mail.test\r\n")), tmp_path, banner=True)
    assert finding == Finding(banner=b"220 mail.test ESMTP\r\n")


def test_a_port_that_begins_with_tls_greets_inside_it(tmp_path: Path) -> None:
    """Its probes say so: the banner is that of the session."""
    with peer(in_tls(context(), b"* OK ready\r\n")) as one:
        text = f"""
        service = "imap"
        source = "RFC 9051"
        hears = ["greeting"]
        tls_ports = [{one.port}]
        match = [{{ pattern = "^\\\\* OK" }}]
        """
        catalog = Catalog({"imap": text})
        finding = look(
            one.port, banner=True, tls_info=True, cafile=certificates.trusted(tmp_path), catalog=catalog
        ).only
    assert finding.banner == b"* OK ready\r\n"
    assert finding.tls is not None
    assert one.connections == 1


def test_each_port_is_connected_to_once_for_its_session(tmp_path: Path) -> None:
    """Also where the chain is not trusted: the judgement needs no second handshake."""
    server = certificates.server_context(certificates.leaf("localhost", by=certificates.stranger()))
    with peer(in_tls(server)) as one:
        finding = look(one.port, tls_info=True).only
    assert finding.tls is not None
    assert finding.tls.distrust == "unknown-issuer"
    assert one.connections == 1


def test_many_sessions_at_once_are_each_told_right(tmp_path: Path) -> None:
    known, unknown = in_tls(context()), in_tls(self_signed(tmp_path, [x509.DNSName("localhost")]))
    with peer(known) as one, peer(unknown) as other, peer(saying(b"220 x\r\n")) as plain:
        jobs = [at(each.port, host=number) for number in range(12) for each in (one, other, plain)]
        told = look(*jobs, tls_info=True, cafile=certificates.trusted(tmp_path))
    words = {(port, finding.tls and finding.tls.distrust) for (_, port), finding in told.findings.items()}
    assert words == {(one.port, None), (other.port, "self-signed"), (plain.port, None)}
    assert all((finding.tls is None) == (port == plain.port) for (_, port), finding in told.findings.items())
