"""DNS over TLS against servers of the tests' own: good certificates, bad ones, and no TLS at all."""

import socket
import ssl
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest
import trustme

from nettools.core.resolve.lookup import Outcome, Transport
from nettools.core.resolve.tls import TlsSettings
from nettools.core.tls.names import carries_name
from nettools.errors import HostNameError, InputError
from nettools.net.dns_channels import framed
from nettools.net.dns_open import channel_opener
from tests.dns_servers import certificates
from tests.dns_servers.replies import answer_to
from tests.dns_servers.streams import Handler, received, received_message, silent, stream_server
from tests.net.dns_asking import Stopwatch, asked, failure, server

Certificate = Callable[[], trustme.LeafCert]


@pytest.fixture
def trusting(tmp_path: Path) -> TlsSettings:
    return TlsSettings(cafile=certificates.trusted(tmp_path))


def answering(connection: socket.socket) -> None:
    query = received_message(connection)
    connection.sendall(framed(answer_to(query)))


def over_tls(
    certificate: trustme.LeafCert, settings: TlsSettings, *, name: str | None = "dns.test", handle: Handler = answering
) -> Outcome:
    with stream_server(handle, certificates.server_context(certificate, "dot")) as port:
        return asked(server("tls", port, name=name), settings)


def test_a_server_whose_certificate_carries_its_name_answers(trusting: TlsSettings) -> None:
    outcome = over_tls(certificates.leaf("dns.test"), trusting)
    assert (outcome.status, outcome.transport, outcome.warnings) == ("answered", "tls", ())


def test_a_server_without_a_name_is_verified_by_its_address(trusting: TlsSettings) -> None:
    outcome = over_tls(certificates.leaf("127.0.0.1"), trusting, name=None)
    assert (outcome.status, outcome.warnings) == ("answered", ())
    assert failure(over_tls(certificates.leaf("dns.test"), trusting, name=None)) == (
        "tls-failed",
        "its certificate is not for '127.0.0.1' but for 'dns.test'",
    )


def test_tls_name_is_what_is_verified_and_what_is_sent(trusting: TlsSettings) -> None:
    heard: list[str] = []
    context = certificates.server_context(certificates.leaf("other.test"), "dot")
    context.sni_callback = lambda _connection, name, _context: heard.append(name)
    settings = TlsSettings(cafile=trusting.cafile, name="other.test")
    with stream_server(answering, context) as port:
        assert asked(server("tls", port, name="dns.test"), settings).status == "answered"
    assert heard == ["other.test"]


def test_the_protocol_is_offered_by_its_name(trusting: TlsSettings) -> None:
    chosen: list[str | None] = []

    def handle(connection: socket.socket) -> None:
        assert isinstance(connection, ssl.SSLSocket)
        chosen.append(connection.selected_alpn_protocol())
        answering(connection)

    assert over_tls(certificates.leaf("dns.test"), trusting, handle=handle).status == "answered"
    assert chosen == ["dot"]


@pytest.mark.parametrize(
    ("certificate", "why"),
    [
        (lambda: certificates.leaf("dns.test", is_expired=True), "its certificate has expired"),
        (
            lambda: certificates.leaf("a.test", "b.test"),
            "its certificate is not for 'dns.test' but for 'a.test', 'b.test'",
        ),
        (
            lambda: certificates.leaf("dns.test", by=certificates.stranger()),
            "nobody who is trusted here has signed its certificate",
        ),
    ],
    ids=["expired", "wrong name", "unknown authority"],
)
def test_a_bad_certificate_is_told_and_gets_no_query(certificate: Certificate, why: str, trusting: TlsSettings) -> None:
    queries: list[bytes] = []

    def handle(connection: socket.socket) -> None:
        queries.append(received(connection, 1))

    outcome = over_tls(certificate(), trusting, handle=handle)
    assert failure(outcome) == ("tls-failed", why)
    assert outcome.status == "unreachable"
    assert queries == []


def test_a_self_signed_certificate_is_told(tmp_path: Path) -> None:
    """The authority's own certificate, of which the system knows nothing."""
    authority = certificates.stranger()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    chain = tmp_path / "self-signed.pem"
    chain.write_bytes(authority.private_key_pem.bytes() + authority.cert_pem.bytes())
    context.load_cert_chain(chain)
    with stream_server(answering, context) as port:
        outcome = asked(server("tls", port, name="dns.test"), TlsSettings())
    assert failure(outcome) == ("tls-failed", "its certificate is self-signed")


@pytest.mark.parametrize(
    "certificate",
    [lambda: certificates.leaf("dns.test", is_expired=True), lambda: certificates.leaf("a.test")],
    ids=["expired", "wrong name"],
)
def test_insecure_takes_any_certificate_and_says_so(certificate: Certificate) -> None:
    with stream_server(answering, certificates.server_context(certificate())) as port:
        about = server("tls", port, name="dns.test")
        outcome = asked(about, TlsSettings(is_verified=False))
    assert outcome.status == "answered"
    assert outcome.warnings == (f"the certificate of {about} was not verified: anybody may have answered",)


def test_the_system_trusts_no_authority_of_the_tests() -> None:
    outcome = over_tls(certificates.leaf("dns.test"), TlsSettings())
    assert failure(outcome) == ("tls-failed", "nobody who is trusted here has signed its certificate")


def test_plain_text_on_the_port_is_told(trusting: TlsSettings) -> None:
    def banner(connection: socket.socket) -> None:
        connection.sendall(b"220 mail.test ESMTP\r\n")
        silent(connection)

    with stream_server(banner) as port:
        outcome = asked(server("tls", port), trusting)
    assert failure(outcome) == ("tls-failed", "it does not speak TLS on this port")


def test_an_alert_is_told(trusting: TlsSettings) -> None:
    def alert(connection: socket.socket) -> None:
        connection.recv(4096)
        connection.sendall(b"\x15\x03\x03\x00\x02\x02\x28")  # RFC 8446 §6: fatal, handshake_failure
        silent(connection)

    with stream_server(alert) as port:
        outcome = asked(server("tls", port), trusting)
    result, why = failure(outcome)
    assert result == "tls-failed"
    assert "handshake failure" in why


def test_a_server_that_knows_the_protocol_by_no_name_is_asked_all_the_same(trusting: TlsSettings) -> None:
    """RFC 7858 asks for none."""
    with stream_server(answering, certificates.server_context(certificates.leaf("dns.test"), "http/1.1")) as port:
        assert asked(server("tls", port, name="dns.test"), trusting).status == "answered"


def test_a_connection_that_closes_within_the_handshake_is_told(trusting: TlsSettings) -> None:
    def hang_up(connection: socket.socket) -> None:
        header = received(connection, 5)  # RFC 8446 §5.1: type, version, length
        received(connection, int.from_bytes(header[3:], "big"))

    with stream_server(hang_up) as port:
        outcome = asked(server("tls", port), trusting)
    assert failure(outcome) == ("tls-failed", "it closed the connection during the handshake")


def test_a_silent_handshake_ends_with_the_deadline(trusting: TlsSettings) -> None:
    with stream_server(silent) as port:
        watch = Stopwatch()
        outcome = asked(server("tls", port), trusting, timeout_s=0.5)
    assert outcome.status == "timeout"
    assert 0.5 <= watch.elapsed_s < 1.0


@pytest.mark.parametrize(
    ("sent", "result"), [(b"", "closed"), (b"\x00", "cut"), (b"\x01\x00half", "cut")], ids=["nothing", "length", "half"]
)
def test_an_answer_that_ends_too_early_is_told(sent: bytes, result: str, trusting: TlsSettings) -> None:
    def handle(connection: socket.socket) -> None:
        received_message(connection)
        connection.sendall(sent)
        assert isinstance(connection, ssl.SSLSocket)
        connection.unwrap()

    outcome = over_tls(certificates.leaf("dns.test"), trusting, handle=handle)
    assert [one.result for one in outcome.tries] == [result]


def test_an_answer_that_drips_in_is_whole_in_the_end(trusting: TlsSettings) -> None:
    def handle(connection: socket.socket) -> None:
        query = received_message(connection)
        for octet in framed(answer_to(query)):
            connection.sendall(bytes([octet]))

    assert over_tls(certificates.leaf("dns.test"), trusting, handle=handle).status == "answered"


def test_the_longest_message_crosses(trusting: TlsSettings) -> None:
    def handle(connection: socket.socket) -> None:
        query = received_message(connection)
        connection.sendall(framed(answer_to(query, padding=65_000)))

    outcome = over_tls(certificates.leaf("dns.test"), trusting, handle=handle)
    assert outcome.message is not None
    assert len(outcome.message.wire) > 65_000


def test_a_cafile_that_cannot_be_read_is_an_error_of_the_request(tmp_path: Path) -> None:
    empty = tmp_path / "empty.pem"
    empty.write_text("nothing in it\n")
    for path, words in ((empty, "has no certificate in PEM form"), (tmp_path / "none", "No such file or directory")):
        with stream_server(answering) as port, pytest.raises(InputError) as caught:
            asked(server("tls", port), TlsSettings(cafile=str(path)))
        assert words in caught.value.message


@pytest.mark.parametrize("transport", ["tls", "https", "quic"])
def test_what_the_servers_need_is_looked_at_before_any_is_asked(transport: Transport, tmp_path: Path) -> None:
    settings = TlsSettings(cafile=str(tmp_path / "none"))
    with pytest.raises(InputError):
        channel_opener(settings, [server(transport, 1)])
    channel_opener(settings, [server("udp", 1), server("tcp", 1)])


def test_a_tls_name_that_is_none_is_an_error_of_the_request() -> None:
    with pytest.raises(HostNameError):
        channel_opener(TlsSettings(name="no name"))


@pytest.mark.parametrize(
    ("held", "wanted"),
    [
        (("dns.test",), "dns.test"),
        (("dns.test",), "DNS.TEST"),
        (("dns.test",), "a.dns.test"),
        (("*.dns.test",), "a.dns.test"),
        (("*.dns.test",), "a.b.dns.test"),
        (("*.dns.test",), "dns.test"),
        (("*.test",), "dns.test"),
        (("a.test", "dns.test"), "dns.test"),
        (("127.0.0.1",), "127.0.0.1"),
        (("127.0.0.1",), "127.0.0.2"),
        (("::1",), "0:0:0:0:0:0:0:1"),
        (("127.0.0.1",), "dns.test"),
        (("dns.test",), "127.0.0.1"),
    ],
)
def test_names_are_carried_as_openssl_thinks(held: tuple[str, ...], wanted: str, tmp_path: Path) -> None:
    context = ssl.create_default_context(cafile=certificates.trusted(tmp_path))
    ours, theirs = ssl.MemoryBIO(), ssl.MemoryBIO()
    client = context.wrap_bio(ours, theirs, server_hostname=wanted)
    far = certificates.server_context(certificates.leaf(*held)).wrap_bio(theirs, ours, server_side=True)
    assert carries_name(_entries(held), wanted) is _is_taken(client, far)


def _is_taken(client: ssl.SSLObject, far: ssl.SSLObject) -> bool:
    """Whether OpenSSL's own check of the name lets the handshake end."""
    for _ in range(4):
        try:
            client.do_handshake()
        except ssl.SSLWantReadError:
            pass
        except ssl.SSLCertVerificationError:
            return False
        else:
            return True
        with suppress(ssl.SSLWantReadError):
            far.do_handshake()
    raise AssertionError("a handshake ends within four turns")


def _entries(names: tuple[str, ...]) -> list[tuple[str, str]]:
    return [("IP Address" if ":" in one or one[0].isdigit() else "DNS", one) for one in names]
