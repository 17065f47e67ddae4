"""DNS over QUIC against a server of the tests' own."""

import ssl
from pathlib import Path

import pytest
from aioquic.quic.connection import QuicConnection

from nettools.core.resolve.tls import TlsSettings
from nettools.net.dns_channels import framed
from tests.dns_servers import certificates
from tests.dns_servers.quic import quic_server
from tests.dns_servers.replies import answer_to
from tests.net.dns_asking import Stopwatch, asked, failure, server


@pytest.fixture
def trusting(tmp_path: Path) -> TlsSettings:
    return TlsSettings(cafile=certificates.trusted(tmp_path))


@pytest.fixture
def files(tmp_path: Path) -> tuple[str, str]:
    return certificates.written(certificates.leaf("dns.test"), tmp_path)


def answering(connection: QuicConnection, stream: int, query: bytes) -> None:
    connection.send_stream_data(stream, framed(answer_to(query[2:])), end_stream=True)


def test_an_answer_comes_over_quic_to_a_query_without_an_id(files: tuple[str, str], trusting: TlsSettings) -> None:
    with quic_server(files, answering) as far:
        outcome = asked(server("quic", far.port, name="dns.test"), trusting)
    assert (outcome.status, outcome.transport, outcome.warnings) == ("answered", "quic", ())
    (query,) = far.queries
    assert query[:2] == b"\0\0"


def test_a_long_answer_comes_in_many_datagrams(files: tuple[str, str], trusting: TlsSettings) -> None:
    def behaviour(connection: QuicConnection, stream: int, query: bytes) -> None:
        connection.send_stream_data(stream, framed(answer_to(query[2:], padding=60_000)), end_stream=True)

    with quic_server(files, behaviour) as far:
        outcome = asked(server("quic", far.port, name="dns.test"), trusting)
    assert outcome.message is not None
    assert len(outcome.message.wire) > 60_000


def test_an_answer_without_the_end_of_the_stream_counts(files: tuple[str, str], trusting: TlsSettings) -> None:
    def behaviour(connection: QuicConnection, stream: int, query: bytes) -> None:
        connection.send_stream_data(stream, framed(answer_to(query[2:])))

    with quic_server(files, behaviour) as far:
        assert asked(server("quic", far.port, name="dns.test"), trusting).status == "answered"


def test_a_server_without_a_name_is_verified_by_its_address(tmp_path: Path, trusting: TlsSettings) -> None:
    good = certificates.written(certificates.leaf("127.0.0.1"), tmp_path)
    with quic_server(good, answering) as far:
        assert asked(server("quic", far.port), trusting).status == "answered"


@pytest.mark.parametrize(
    ("names", "is_expired", "why"),
    [
        (("other.test",), False, "its certificate is not for 'dns.test' but for 'other.test'"),
        (("a.test", "b.test"), False, "its certificate is not for 'dns.test' but for 'a.test', 'b.test'"),
        (("192.0.2.1",), False, "its certificate is not for 'dns.test' but for '192.0.2.1'"),
        (("dns.test",), True, "its certificate has expired"),
    ],
)
def test_a_bad_certificate_is_told(
    names: tuple[str, ...],
    is_expired: bool,
    why: str,
    tmp_path: Path,
    trusting: TlsSettings,
    capfd: pytest.CaptureFixture[str],
) -> None:
    bad = certificates.written(certificates.leaf(*names, is_expired=is_expired), tmp_path)
    with quic_server(bad, answering) as far:
        about = server("quic", far.port, name="dns.test")
        outcome = asked(about, trusting)
        insecure = asked(about, TlsSettings(is_verified=False))
    assert failure(outcome) == ("tls-failed", why)
    assert insecure.status == "answered"
    assert insecure.warnings == (f"the certificate of {about} was not verified: anybody may have answered",)
    assert capfd.readouterr() == ("", "")


def test_an_authority_that_the_system_does_not_know_is_told(files: tuple[str, str]) -> None:
    with quic_server(files, answering) as far:
        outcome = asked(server("quic", far.port, name="dns.test"), TlsSettings())
    assert failure(outcome) == ("tls-failed", "nobody who is trusted here has signed its certificate")


def test_another_protocol_over_quic_is_told(files: tuple[str, str], trusting: TlsSettings) -> None:
    with quic_server(files, answering, ("h3",)) as far:
        outcome = asked(server("quic", far.port, name="dns.test"), trusting)
    assert failure(outcome) == ("tls-failed", "it speaks QUIC, but not this protocol over it")


def test_a_silent_server_ends_with_the_deadline(files: tuple[str, str], trusting: TlsSettings) -> None:
    with quic_server(files, lambda connection, stream, query: None) as far:
        watch = Stopwatch()
        outcome = asked(server("quic", far.port, name="dns.test"), trusting, timeout_s=0.5)
    assert outcome.status == "timeout"
    assert 0.5 <= watch.elapsed_s < 1.0


def test_a_closed_port_answers_at_once(trusting: TlsSettings, unused_udp_port: int) -> None:
    outcome = asked(server("quic", unused_udp_port, name="dns.test"), trusting)
    assert [one.result for one in outcome.tries] == ["refused-connection"]


@pytest.fixture
def unused_udp_port() -> int:
    import socket

    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@pytest.mark.parametrize(("sent", "result"), [(0, "closed"), (1, "cut"), (20, "cut")])
def test_a_stream_that_ends_too_early_is_told(
    sent: int, result: str, files: tuple[str, str], trusting: TlsSettings
) -> None:
    def behaviour(connection: QuicConnection, stream: int, query: bytes) -> None:
        connection.send_stream_data(stream, framed(answer_to(query[2:]))[:sent], end_stream=True)

    with quic_server(files, behaviour) as far:
        outcome = asked(server("quic", far.port, name="dns.test"), trusting)
    assert [one.result for one in outcome.tries] == [result]


def test_a_stream_that_is_reset_is_told_by_its_error(files: tuple[str, str], trusting: TlsSettings) -> None:
    with quic_server(files, lambda connection, stream, query: connection.reset_stream(stream, 2)) as far:
        outcome = asked(server("quic", far.port, name="dns.test"), trusting)
    assert failure(outcome) == ("reset", "it reset the stream: a protocol error")


@pytest.mark.parametrize(
    ("code", "reason", "why"),
    [
        (4, "", "it ended the connection: excessive load"),
        (0x7777, "", "it ended the connection: error 0x7777"),
        (4, "too \x1b[31mbusy", "it ended the connection: too \\x1b[31mbusy"),
    ],
)
def test_a_connection_that_is_ended_is_told_with_the_reason_escaped(
    code: int, reason: str, why: str, files: tuple[str, str], trusting: TlsSettings, capfd: pytest.CaptureFixture[str]
) -> None:
    def behaviour(connection: QuicConnection, stream: int, query: bytes) -> None:
        connection.close(error_code=code, reason_phrase=reason)

    with quic_server(files, behaviour) as far:
        outcome = asked(server("quic", far.port, name="dns.test"), trusting)
    assert failure(outcome) == ("closed", why)
    assert capfd.readouterr() == ("", "")


def test_the_systems_authorities_are_there() -> None:
    """Else the tests of unknown authorities would pass with none at all."""
    paths = ssl.get_default_verify_paths()
    assert paths.cafile or paths.capath
