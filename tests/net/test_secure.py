"""Handshakes: who is taken, who is refused and why, and how long anybody may take."""

import json
import socket
import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import monotonic, process_time

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from nettools.core.record import to_json
from nettools.core.tls.settings import ClientTls, ServerTls
from nettools.net.relay.ends import SocketEnd
from nettools.net.relay.wrapping import UnreadEnd
from nettools.net.tls.contexts import server_context
from tests.dns_servers import certificates
from tests.net.tls_sides import (
    NOW,
    a_loop,
    client_side,
    run_until,
    server_side,
    showing,
    sockets,
    trusting,
    two_sides,
)


def test_a_report_says_what_was_agreed_on_and_with_whom(tmp_path: Path) -> None:
    client = trusting(tmp_path, alpn=("h2", "http/1.1"))
    with two_sides(client, showing(tmp_path, "localhost", "127.0.0.1", alpn=("http/1.1",))) as (_, one, other):
        report = one.told.agreed
        assert (report.version, report.alpn, report.verified) == ("TLSv1.3", "http/1.1", True)
        assert report.cipher.startswith("TLS_")
        assert report.names == ("localhost", "127.0.0.1")
        made = x509.load_pem_x509_certificate(certificates.leaf("localhost", "127.0.0.1").cert_chain_pems[0].bytes())
        assert report.not_after == made.not_valid_after_utc
        assert report.issuer == made.issuer.rfc4514_string()
        assert json.loads(json.dumps(to_json(report)))["spki_sha256"] == report.spki_sha256
        seen = other.told.agreed
        assert (seen.version, seen.alpn, seen.subject, seen.verified) == ("TLSv1.3", "http/1.1", None, False)


@pytest.mark.parametrize("host", ["127.0.0.1", "::1", "localhost", "LOCALHOST."])
def test_a_server_is_known_by_its_name_and_by_its_address(host: str, tmp_path: Path) -> None:
    server = showing(tmp_path, "localhost", "127.0.0.1", "::1")
    with two_sides(trusting(tmp_path, host), server) as (_, one, _other):
        assert one.told.agreed.verified


def heard_names(host: str, tmp_path: Path, **changes: object) -> list[str | None]:
    """What a server hears as the name that is asked for."""
    heard: list[str | None] = []
    near, far = sockets()
    context = server_context(showing(tmp_path, "localhost", "127.0.0.1"), names=(), now=NOW).context
    context.sni_callback = lambda _connection, name, _context: heard.append(name)
    with a_loop() as loop:
        one = client_side(loop, SocketEnd(near), trusting(tmp_path, host, **changes))
        other = server_side(loop, SocketEnd(far), ServerTls(), context=context)
        one.start()
        other.start()
        run_until(loop, lambda: one.told.is_over and other.told.is_over)
        assert one.told.agreed.verified
        one.end.close()
        other.end.close()
    return heard


def test_a_name_is_asked_for_and_an_address_never(tmp_path: Path) -> None:
    assert heard_names("localhost", tmp_path) == ["localhost"]
    assert heard_names("127.0.0.1", tmp_path) == [None]
    assert heard_names("192.0.2.1", tmp_path, servername="localhost") == ["localhost"]


# Certificates that are bad, each in its own way.


def refused(client: ClientTls, server: ServerTls) -> tuple[str, str | None]:
    """(why the client does not go on, what helps), within five seconds."""
    began_s = monotonic()
    with two_sides(client, server) as (_, one, _other):
        assert one.told.report is None
        assert one.told.failure is not None
        assert monotonic() - began_s < 5
        return one.told.why_not, one.told.failure.hint


def self_made(
    folder: Path, names: list[x509.GeneralName], *, key: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey | None = None
) -> tuple[ServerTls, str]:
    """A server with a self-signed certificate, and a file with which it is trusted."""
    key = key or ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(NOW - timedelta(days=1))
        .not_valid_after(NOW + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .sign(key, SHA256())
    )
    return written(folder, made.public_bytes(Encoding.PEM), key)


def written(folder: Path, pem: bytes, key: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey) -> tuple[ServerTls, str]:
    (folder / "cert.pem").write_bytes(pem)
    (folder / "key.pem").write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return ServerTls(cert=str(folder / "cert.pem"), key=str(folder / "key.pem")), str(folder / "cert.pem")


def test_an_expired_certificate_is_refused(tmp_path: Path) -> None:
    chain, key = certificates.written(certificates.leaf("localhost", is_expired=True), tmp_path)
    assert refused(trusting(tmp_path), ServerTls(cert=chain, key=key))[0] == "its certificate has expired"


def test_a_certificate_of_the_future_is_refused(tmp_path: Path) -> None:
    tomorrow = datetime.now(UTC) + timedelta(days=1)
    leaf = certificates.authority().issue_cert("localhost", not_before=tomorrow, not_after=tomorrow + timedelta(days=1))
    chain, key = certificates.written(leaf, tmp_path)
    assert refused(trusting(tmp_path), ServerTls(cert=chain, key=key))[0] == "its certificate is not valid yet"


def test_a_wrong_name_is_refused_with_the_names_that_there_are(tmp_path: Path) -> None:
    reason, hint = refused(trusting(tmp_path), showing(tmp_path, "a.test", "*.b.test", "192.0.2.1"))
    assert reason == "its certificate is not for 'localhost' but for 'a.test', '*.b.test', '192.0.2.1'"
    assert hint is not None
    assert "--servername" in hint


def test_a_self_signed_certificate_is_refused(tmp_path: Path) -> None:
    server, _ = self_made(tmp_path, [x509.DNSName("localhost")])
    reason, hint = refused(ClientTls(host="localhost"), server)
    assert reason == "its certificate is self-signed"
    assert hint is not None
    assert "--cafile" in hint
    assert "--pin" in hint


def test_an_unknown_authority_is_refused(tmp_path: Path) -> None:
    chain, key = certificates.written(certificates.leaf("localhost", by=certificates.stranger()), tmp_path)
    reason, _ = refused(trusting(tmp_path), ServerTls(cert=chain, key=key))
    assert reason == "nobody who is trusted here has signed its certificate"


def test_a_self_signed_certificate_can_be_trusted(tmp_path: Path) -> None:
    server, path = self_made(tmp_path, [x509.DNSName("localhost")])
    with two_sides(ClientTls(host="localhost", cafile=path), server) as (_, one, _other):
        assert one.told.agreed.verified


def test_a_certificate_for_clients_is_refused_for_a_server(tmp_path: Path) -> None:
    ca = certificates.authority()
    key = ec.generate_private_key(ec.SECP256R1())
    ca_certificate = x509.load_pem_x509_certificate(ca.cert_pem.bytes())
    from cryptography.hazmat.primitives.serialization import load_pem_private_key
    from cryptography.x509.oid import ExtendedKeyUsageOID

    ca_key = load_pem_private_key(ca.private_key_pem.bytes(), None)
    assert isinstance(ca_key, ec.EllipticCurvePrivateKey)
    made = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([]))
        .issuer_name(ca_certificate.subject)
        .public_key(key.public_key())
        .serial_number(7)
        .not_valid_before(NOW - timedelta(days=1))
        .not_valid_after(NOW + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.CLIENT_AUTH]), critical=False)
        .sign(ca_key, SHA256())
    )
    server, _ = written(tmp_path, made.public_bytes(Encoding.PEM), key)
    assert refused(trusting(tmp_path), server)[0] == "its certificate is not meant for a server"


@pytest.mark.parametrize(
    "name", ["localhost\0.evil.test", "\x1b[2Jlocalhost", "*", "l*", "*.localhost", "xn--localhost-"], ids=repr
)
def test_odd_names_are_not_the_hosts_and_are_shown_escaped(name: str, tmp_path: Path) -> None:
    server, path = self_made(tmp_path, [x509.DNSName(name)])
    reason, _ = refused(ClientTls(host="localhost", cafile=path), server)
    assert reason.startswith("its certificate is not for 'localhost' but for ")
    assert reason.isprintable()


def test_a_certificate_of_ten_thousand_names_is_read_and_shown_in_part(tmp_path: Path) -> None:
    server, path = self_made(tmp_path, [x509.DNSName(f"{number:x}.t") for number in range(10_000)])
    reason, _ = refused(ClientTls(host="localhost", cafile=path), server)
    assert reason.endswith("'7.t' and 9,992 more")


def test_certificates_beyond_what_openssl_takes_are_refused(tmp_path: Path) -> None:
    server, path = self_made(tmp_path, [x509.DNSName(f"{number:060}.test") for number in range(2_000)])
    reason, _ = refused(ClientTls(host="localhost", cafile=path), server)
    assert reason == "its certificates are larger than the 100 KiB that OpenSSL takes"


def test_a_certificate_of_sixty_four_kib_is_read(tmp_path: Path) -> None:
    names: list[x509.GeneralName] = [x509.DNSName(f"{number:055}.test") for number in range(1_000)]
    server, path = self_made(tmp_path, [*names, x509.DNSName("localhost")])
    with two_sides(ClientTls(host="localhost", cafile=path), server) as (_, one, _other):
        assert len(one.told.agreed.names) == 1_001


def test_a_key_of_sixteen_thousand_bits_takes_no_five_seconds() -> None:
    """Key and certificate are in a file, since finding the primes takes minutes. Nothing else is done with them."""
    path = str(Path(__file__).parents[1] / "fixtures" / "rsa-16384.pem")
    began_s = monotonic()
    with two_sides(ClientTls(host="localhost", cafile=path), ServerTls(cert=path)) as (_, one, _other):
        assert one.told.agreed.verified
    assert monotonic() - began_s < 5


# Those who speak no TLS, or stop in the middle.


def client_hears(reply: bytes, *, closes: bool, timeout_s: float = 5.0, folder: Path) -> tuple[str, str | None]:
    """Why a client gives up on one who says this, and what helps."""
    near, far = sockets()
    with a_loop() as loop, far:
        one = client_side(loop, SocketEnd(near), trusting(folder), timeout_s=timeout_s)
        one.start()
        far.recv(65536)
        far.sendall(reply)
        if closes:
            far.shutdown(socket.SHUT_WR)
        run_until(loop, lambda: one.told.is_over)
        assert one.told.failure is not None
        return one.told.why_not, one.told.failure.hint


@pytest.mark.parametrize(
    ("reply", "words"),
    [
        (b"220 mail.test ESMTP\r\n", "it does not speak TLS on this port, but says '220 mail.test ESMTP'"),
        (
            b"HTTP/1.1 400 Bad Request\r\n\r\n",
            "it does not speak TLS on this port, but says 'HTTP/1.1 400 Bad Request'",
        ),
        (b"SSH-2.0-x\x1b[2J\r\n", "it does not speak TLS on this port"),
        (bytes(100), "it does not speak TLS on this port"),
        (b"\x15\x03\x03\x00\x02\x02\x28", "it broke the handshake off: handshake failure"),
        (b"\x15\x03\x03\x00\x02\x02\x46", "it broke the handshake off: protocol version"),
        (b"\x15\x03\x03\x00\x02\x02\x78", "it speaks TLS, but not this protocol over it"),
    ],
)
def test_plain_text_and_alerts_are_told(reply: bytes, words: str, tmp_path: Path) -> None:
    assert client_hears(reply, closes=False, folder=tmp_path)[0] == words


def test_a_close_in_the_handshake_is_told(tmp_path: Path) -> None:
    for reply in (b"", b"\x16\x03\x03\x00\x7a\x02"):
        reason, _ = client_hears(reply, closes=True, folder=tmp_path)
        assert reason == "it closed the connection during the handshake"


def test_silence_ends_with_the_deadline(tmp_path: Path) -> None:
    reason, hint = client_hears(b"", closes=False, timeout_s=0.2, folder=tmp_path)
    assert reason == "it did not finish the TLS handshake in time"
    assert hint is not None
    assert "--starttls" in hint


def test_an_alert_in_the_middle_of_the_stream_is_told(tmp_path: Path) -> None:
    """TLS 1.3: a client is through when the server has not yet looked at its certificate."""
    server = showing(tmp_path, cafile=certificates.trusted(tmp_path))
    with two_sides(trusting(tmp_path), server) as (loop, one, other):
        assert other.told.why_not == "it showed no certificate"
        assert one.told.agreed.version == "TLSv1.3"
        with pytest.raises(Exception, match="certificate required; it may want to see a certificate: --cert FILE"):
            run_until(loop, lambda: one.hear() is None)


# Servers.


def server_hears(said: bytes, *, folder: Path, timeout_s: float = 5.0) -> str:
    near, far = sockets()
    with a_loop() as loop, near:
        other = server_side(loop, SocketEnd(far), showing(folder), timeout_s=timeout_s)
        other.start()
        near.sendall(said)
        near.shutdown(socket.SHUT_WR)
        run_until(loop, lambda: other.told.is_over)
        return other.told.why_not


@pytest.mark.parametrize(
    ("said", "words"),
    [
        (b"GET / HTTP/1.1\r\nHost: x\r\n\r\n", "it does not speak TLS on this port, but says 'GET / HTTP/1.1'"),
        (b"\x16\x03\x01\xff\xff" + bytes(100), "it does not speak TLS on this port"),
    ],
)
def test_a_client_that_speaks_no_tls_is_told(said: bytes, words: str, tmp_path: Path) -> None:
    assert server_hears(said, folder=tmp_path) == words


def test_a_client_of_an_old_version_is_refused(tmp_path: Path) -> None:
    hello = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    hello.check_hostname, hello.verify_mode = False, ssl.CERT_NONE
    hello.set_ciphers("ALL:@SECLEVEL=0")
    with pytest.warns(DeprecationWarning, match="TLSv1_1"):
        hello.minimum_version = hello.maximum_version = ssl.TLSVersion.TLSv1_1
    out = ssl.MemoryBIO()
    with pytest.raises(ssl.SSLWantReadError):
        hello.wrap_bio(ssl.MemoryBIO(), out).do_handshake()
    assert server_hears(out.read(), folder=tmp_path) == "it speaks only versions of TLS that are refused here"


@pytest.mark.parametrize("pins", [(), ("00" * 32,)], ids=["by its chain", "by its key"])
def test_a_server_that_shows_no_certificate_is_refused(pins: tuple[str, ...], tmp_path: Path) -> None:
    """With a cipher that authenticates nobody OpenSSL verifies nothing, whatever its verify_mode says."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    context.set_ciphers("aNULL:@SECLEVEL=0")
    near, far = sockets()
    with a_loop() as loop:
        client = trusting(tmp_path, ciphers="ALL:@SECLEVEL=0", pins=pins)
        one = client_side(loop, SocketEnd(near), client)
        other = server_side(loop, SocketEnd(far), ServerTls(), context=context)
        one.start()
        other.start()
        run_until(loop, lambda: one.told.is_over)
        assert one.told.why_not == "it showed no certificate"
        other.end.close()


def test_a_client_with_a_certificate_is_known(tmp_path: Path) -> None:
    (tmp_path / "client").mkdir()
    chain, key = certificates.written(certificates.leaf("someone@mail.test"), tmp_path / "client")
    server = showing(tmp_path, cafile=certificates.trusted(tmp_path))
    with two_sides(trusting(tmp_path, cert=chain, key=key), server) as (_, one, other):
        assert one.told.agreed.verified
        seen = other.told.agreed
        assert (seen.verified, seen.names) == (True, ("someone@mail.test",))
        assert seen.subject


def test_a_clients_certificate_by_somebody_else_is_refused(tmp_path: Path) -> None:
    (tmp_path / "client").mkdir()
    leaf = certificates.leaf("someone@mail.test", by=certificates.stranger())
    chain, key = certificates.written(leaf, tmp_path / "client")
    server = showing(tmp_path, cafile=certificates.trusted(tmp_path))
    with two_sides(trusting(tmp_path, cert=chain, key=key), server) as (_, _one, other):
        assert other.told.why_not == "nobody who is trusted here has signed its certificate"


def test_many_silent_clients_cost_little_and_end_with_the_deadline(tmp_path: Path) -> None:
    context = server_context(showing(tmp_path), names=(), now=NOW).context
    pairs = [socket.socketpair() for _ in range(400)]  # within the soft limit of 1,024 descriptors
    with a_loop() as loop:
        began_s = process_time()
        sides = [
            server_side(loop, SocketEnd(far), ServerTls(), context=context, timeout_s=1.0 + number / 1000)
            for number, (_, far) in enumerate(pairs)
        ]
        for side in sides:
            side.start()
        good_near, good_far = sockets()
        good = [
            client_side(loop, SocketEnd(good_near), trusting(tmp_path)),
            server_side(loop, SocketEnd(good_far), ServerTls(), context=context),
        ]
        for side in good:
            side.start()
        run_until(loop, lambda: all(side.told.is_over for side in good), longest_s=1.0)
        assert good[0].told.agreed.verified
        assert not any(side.told.is_over for side in sides)
        assert process_time() - began_s < 1.0
        for near, _ in pairs[:200]:
            near.close()
        run_until(loop, lambda: all(side.told.is_over for side in sides))
        assert {side.told.why_not for side in sides[:200]} == {"it closed the connection during the handshake"}
        assert {side.told.why_not for side in sides[200:]} == {"it did not finish the TLS handshake in time"}
        for near, _ in pairs[200:]:
            near.close()
        for side in good:
            side.end.close()


def test_a_handshake_that_was_cut_tells_nobody(tmp_path: Path) -> None:
    near, far = sockets()
    with a_loop() as loop, far:
        one = client_side(loop, SocketEnd(near), trusting(tmp_path), timeout_s=0.05)
        one.start()
        one.secure.cut()
        one.secure.cut()
        loop.run()
        assert not one.told.is_over
        assert near.fileno() == -1


def test_octets_that_came_behind_another_handshake_are_the_first_of_tls(tmp_path: Path) -> None:
    """A proxy's answer and the server's first record may come in one segment; here a client is early."""
    near, far = sockets()
    with a_loop() as loop:
        one = client_side(loop, SocketEnd(near), trusting(tmp_path))
        one.start()
        unread = far.recv(65536)
        other = server_side(loop, UnreadEnd(SocketEnd(far), unread), showing(tmp_path))
        other.start()
        run_until(loop, lambda: one.told.is_over and other.told.is_over)
        assert one.told.agreed.verified
        one.end.close()
        other.end.close()


# Pins, versions, key logs, certificates made on the spot.


def test_a_certificate_made_on_the_spot_is_pinned(tmp_path: Path) -> None:
    identity = server_context(ServerTls(), names=("localhost", "127.0.0.1"), now=NOW)
    assert identity.is_self_signed
    assert identity.spki_sha256 is not None
    for pins, is_taken in (((identity.spki_sha256,), True), (("00" * 32,), False)):
        near, far = sockets()
        with a_loop() as loop:
            settings = ClientTls(host="127.0.0.1", is_verified=False, pins=pins)
            one = client_side(loop, SocketEnd(near), settings)
            other = server_side(loop, SocketEnd(far), ServerTls(), context=identity.context)
            one.start()
            other.start()
            run_until(loop, lambda one=one: one.told.is_over)  # type: ignore[misc]
            assert (one.told.report is not None) is is_taken
            if is_taken:
                assert one.told.agreed.verified
                assert one.told.agreed.names == ("localhost", "127.0.0.1")
            else:
                assert f"its SHA-256 is {identity.spki_sha256}" in one.told.why_not
            one.end.close()
            other.end.close()


def test_insecure_takes_anybody_and_does_not_call_that_verified(tmp_path: Path) -> None:
    with two_sides(ClientTls(host="b.test", is_verified=False), showing(tmp_path, "a.test")) as (_, one, _other):
        assert not one.told.agreed.verified
        assert one.told.agreed.names == ("a.test",)


def test_the_oldest_version_holds_on_both_sides(tmp_path: Path) -> None:
    server = showing(tmp_path, minimum="1.3")
    with two_sides(trusting(tmp_path), server) as (_, one, _other):
        assert one.told.agreed.version == "TLSv1.3"


def test_the_key_log_has_the_secrets_of_the_session(tmp_path: Path) -> None:
    """The format: developer.mozilla.org, "NSS Key Log Format"."""
    path = tmp_path / "keys.log"
    with two_sides(trusting(tmp_path, keylog=str(path)), showing(tmp_path)) as (_, one, _other):
        assert one.told.agreed
    lines = [line.split() for line in path.read_text().splitlines() if not line.startswith("#")]
    assert {label for label, _, _ in lines} >= {
        "CLIENT_HANDSHAKE_TRAFFIC_SECRET",
        "SERVER_HANDSHAKE_TRAFFIC_SECRET",
        "CLIENT_TRAFFIC_SECRET_0",
        "SERVER_TRAFFIC_SECRET_0",
    }
    assert {len(bytes.fromhex(random)) for _, random, _ in lines} == {32}
    assert all(len(bytes.fromhex(secret)) in (32, 48) for _, _, secret in lines)
    assert path.stat().st_mode & 0o077 == 0
