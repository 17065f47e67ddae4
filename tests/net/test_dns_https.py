"""DNS over HTTPS against servers of the tests' own: what HTTP can do wrong is told, no body is taken for a message."""

import builtins
import socket
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from threading import Event

import pytest

from nettools.core.resolve.lookup import Outcome
from nettools.core.resolve.tls import TlsSettings
from nettools.errors import MissingExtra
from nettools.net.dns_https import authority_of
from tests.core.resolve.lookups import server as lookup_server
from tests.dns_servers import certificates
from tests.dns_servers.http2 import MESSAGE, Exchange, http2_handler
from tests.dns_servers.replies import answer_to
from tests.dns_servers.streams import Handler, received_message, stream_server
from tests.net.dns_asking import TIMEOUT_S, Stopwatch, asked, failure, server


@pytest.fixture
def trusting(tmp_path: Path) -> TlsSettings:
    return TlsSettings(cafile=certificates.trusted(tmp_path))


def over_https(
    settings: TlsSettings, handle: Handler, *, path: str | None = None, timeout_s: float = TIMEOUT_S
) -> Outcome:
    with stream_server(handle, certificates.server_context(certificates.leaf("dns.test"), "h2")) as port:
        return asked(server("https", port, name="dns.test", path=path), settings, timeout_s=timeout_s)


def answering(exchange: Exchange) -> None:
    exchange.head(MESSAGE)
    exchange.data(answer_to(exchange.body), end_stream=True)


def test_an_answer_comes_over_https(trusting: TlsSettings) -> None:
    outcome = over_https(trusting, http2_handler(answering))
    assert (outcome.status, outcome.transport, outcome.warnings) == ("answered", "https", ())
    assert outcome.message is not None
    assert outcome.message.wire[:2] == b"\0\0"


def test_the_request_is_a_post_for_the_servers_path_and_name(trusting: TlsSettings) -> None:
    heard: list[Exchange] = []

    def behaviour(exchange: Exchange) -> None:
        heard.append(exchange)
        answering(exchange)

    with stream_server(
        http2_handler(behaviour), certificates.server_context(certificates.leaf("dns.test"), "h2")
    ) as port:
        asked(server("https", port, name="dns.test", path="/q/dns"), trusting)
    (exchange,) = heard
    assert exchange.fields[":method"] == "POST"
    assert exchange.fields[":path"] == "/q/dns"
    assert exchange.fields[":authority"] == f"dns.test:{port}"
    assert exchange.fields["content-type"] == exchange.fields["accept"] == "application/dns-message"
    assert exchange.fields["content-length"] == str(len(exchange.body))
    assert "user-agent" not in exchange.fields


@pytest.mark.parametrize(
    ("address", "name", "port", "authority"),
    [
        ("192.0.2.53", "dns.test", 443, "dns.test"),
        ("192.0.2.53", "dns.test", 8443, "dns.test:8443"),
        ("192.0.2.53", None, 443, "192.0.2.53"),
        ("2001:db8::53", None, 443, "[2001:db8::53]"),
        ("fe80::53%eth0", None, 8443, "[fe80::53]:8443"),
    ],
)
def test_the_authority_is_that_of_the_url(address: str, name: str | None, port: int, authority: str) -> None:
    assert authority_of(replace(lookup_server(address, transport="https", name=name), port=port)) == authority


@pytest.mark.parametrize(
    ("fields", "result", "words"),
    [
        ([(":status", "404")], "http-404", "HTTP status 404 (Not Found)"),
        ([(":status", "503"), ("retry-after", "1")], "http-503", "HTTP status 503 (Service Unavailable)"),
        ([(":status", "302"), ("location", "https://elsewhere.test/")], "http-302", "not followed"),
        ([(":status", "200"), ("content-type", "text/html")], "http-content-type", "'text/html'"),
        ([*MESSAGE, ("content-encoding", "gzip")], "http-encoding", "'gzip'"),
        ([*MESSAGE, ("content-length", "10000000")], "http-too-large", "10,000,000 octets"),
    ],
)
def test_a_head_that_promises_no_message_is_told_at_once(
    fields: list[tuple[str, str]], result: str, words: str, trusting: TlsSettings
) -> None:
    outcome = over_https(trusting, http2_handler(lambda exchange: exchange.head(fields)))
    assert outcome.status == "malformed"
    found, why = failure(outcome)
    assert found == result
    assert words in why


def test_a_body_of_ten_megabytes_is_not_taken(trusting: TlsSettings) -> None:
    sent: list[int] = []

    def behaviour(exchange: Exchange) -> None:
        exchange.head(MESSAGE)
        window = exchange.http.local_flow_control_window(1)
        exchange.data(bytes(10_000_000))
        sent.append(window - exchange.http.local_flow_control_window(1))

    watch = Stopwatch()
    outcome = over_https(trusting, http2_handler(behaviour), timeout_s=0.5)
    assert outcome.status == "timeout"
    assert watch.elapsed_s < 1.0
    assert sent == [65_535]


def test_a_body_that_breaks_the_window_is_told(trusting: TlsSettings) -> None:
    def behaviour(exchange: Exchange) -> None:
        exchange.head(MESSAGE)
        exchange.http.outbound_flow_control_window = 10_000_000
        exchange.http._get_stream_by_id(1).outbound_flow_control_window = 10_000_000
        exchange.data(bytes(100_000), end_stream=True)

    assert failure(over_https(trusting, http2_handler(behaviour)))[0] == "http-protocol"


def test_a_body_that_drips_ends_with_the_deadline(trusting: TlsSettings) -> None:
    is_over = Event()

    def behaviour(exchange: Exchange) -> None:
        exchange.head(MESSAGE)
        while not is_over.wait(0.02):
            exchange.data(b"\0")

    watch = Stopwatch()
    try:
        outcome = over_https(trusting, http2_handler(behaviour), timeout_s=0.5)
    finally:
        is_over.set()
    assert outcome.status == "timeout"
    assert 0.5 <= watch.elapsed_s < 1.0


def test_the_longest_message_crosses(trusting: TlsSettings) -> None:
    def behaviour(exchange: Exchange) -> None:
        exchange.head(MESSAGE)
        exchange.data(answer_to(exchange.body, padding=65_000), end_stream=True)

    outcome = over_https(trusting, http2_handler(behaviour))
    assert outcome.message is not None
    assert len(outcome.message.wire) > 65_000


def test_a_body_that_is_no_message_is_put_aside(trusting: TlsSettings) -> None:
    def behaviour(exchange: Exchange) -> None:
        exchange.head(MESSAGE)
        exchange.data(b"<html>", end_stream=True)

    outcome = over_https(trusting, http2_handler(behaviour))
    assert outcome.status == "malformed"
    assert [(one.reason, one.size) for one in outcome.discarded] == [("short", 6)]


def test_an_answer_to_another_question_is_put_aside(trusting: TlsSettings) -> None:
    def behaviour(exchange: Exchange) -> None:
        exchange.head(MESSAGE)
        exchange.data(answer_to(exchange.body).replace(b"\x03www", b"\x03xxx"), end_stream=True)

    outcome = over_https(trusting, http2_handler(behaviour))
    assert [one.reason for one in outcome.discarded] == ["wrong-question"]


@pytest.mark.parametrize(
    ("break_off", "words"),
    [
        (lambda exchange: exchange.http.reset_stream(1, 2), "it ended the exchange with the HTTP/2 error "),
        (lambda exchange: exchange.http.close_connection(11), "it ended the exchange with the HTTP/2 error "),
    ],
    ids=["stream", "connection"],
)
def test_an_error_of_http2_is_told(break_off: Callable[[Exchange], None], words: str, trusting: TlsSettings) -> None:
    def behaviour(exchange: Exchange) -> None:
        break_off(exchange)
        exchange.flush()

    result, why = failure(over_https(trusting, http2_handler(behaviour)))
    assert result == "http-reset"
    assert why.startswith(words)


def test_octets_that_are_no_http2_are_told(trusting: TlsSettings) -> None:
    def handle(connection: socket.socket) -> None:
        connection.recv(65_536)
        connection.sendall(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")
        connection.recv(65_536)

    found = failure(over_https(trusting, handle))
    assert found == ("http-protocol", "it does not speak HTTP/2, though it said so")


def test_a_frame_that_promises_megabytes_is_not_waited_for(trusting: TlsSettings) -> None:
    def handle(connection: socket.socket) -> None:
        connection.recv(65_536)
        connection.sendall(b"\xff\xff\xff\x04\x00\x00\x00\x00\x00" + bytes(10_000_000))

    assert failure(over_https(trusting, handle))[0] == "http-too-large"


def test_a_server_without_http2_is_told(trusting: TlsSettings) -> None:
    def handle(connection: socket.socket) -> None:
        received_message(connection)

    context = certificates.server_context(certificates.leaf("dns.test"), "http/1.1")
    with stream_server(handle, context) as port:
        outcome = asked(server("https", port, name="dns.test"), trusting)
    assert failure(outcome) == ("http-version", "it does not speak HTTP/2, which RFC 8484 recommends as the least")


@pytest.mark.parametrize("has_head", [True, False])
def test_a_connection_that_ends_before_the_body_is_told(has_head: bool, trusting: TlsSettings) -> None:
    def behaviour(exchange: Exchange) -> None:
        if has_head:
            exchange.head(MESSAGE)
        exchange.hang_up()

    outcome = over_https(trusting, http2_handler(behaviour))
    assert [one.result for one in outcome.tries] == ["cut" if has_head else "closed"]


def test_a_wrong_certificate_gets_no_request(trusting: TlsSettings) -> None:
    heard: list[Exchange] = []
    context = certificates.server_context(certificates.leaf("other.test"), "h2")
    with stream_server(http2_handler(heard.append), context) as port:
        about = server("https", port, name="dns.test")
        outcome = asked(about, trusting)
        insecure = asked(about, TlsSettings(is_verified=False), timeout_s=0.2)
    assert failure(outcome) == ("tls-failed", "its certificate is not for 'dns.test' but for 'other.test'")
    assert insecure.status == "timeout"
    assert insecure.warnings == (f"the certificate of {about} was not verified: anybody may have answered",)
    assert len(heard) == 1


@pytest.mark.parametrize(
    ("transport", "package", "extra"), [("https", "h2", "doh"), ("quic", "aioquic", "doq")], ids=["https", "quic"]
)
def test_a_missing_package_names_its_extra(
    transport: str, package: str, extra: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As if the package were not installed."""
    real = builtins.__import__

    def without(name: str, *rest: object) -> object:
        if name.partition(".")[0] == package:
            raise ImportError(name)
        return real(name, *rest)  # type: ignore[arg-type]

    for name in [name for name in sys.modules if name.partition(".")[0] == package]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setattr(builtins, "__import__", without)
    about = server("https" if transport == "https" else "quic", 1, name="dns.test")
    with pytest.raises(MissingExtra) as caught:
        asked(about, TlsSettings())
    assert caught.value.hint is not None
    assert extra in caught.value.hint
