"""Zone transfers over real sockets on loopback: whole ones, cut ones, silent ones, large ones."""

import socket
import tracemalloc
from collections.abc import Iterable
from pathlib import Path
from threading import Event

import pytest
from aioquic.quic.connection import QuicConnection

from nettools.core.dns.message import ResourceRecord
from nettools.core.resolve.lookup import Server, Transport
from nettools.core.resolve.tls import TlsSettings
from nettools.core.resolve.transfer import TransferOutcome, TransferRequest
from nettools.core.resolve.transfer_records import TransferredRecord
from nettools.errors import OptionError
from nettools.net.dns_channels import framed
from nettools.net.dns_open import channel_opener
from nettools.net.transfer import collected, transfer_zone
from tests.core.resolve.transfers import ZONE, host, message, soa
from tests.dns_servers import certificates
from tests.dns_servers.quic import quic_server
from tests.dns_servers.streams import Handler, received_message, silent, stream_server
from tests.net.dns_asking import Stopwatch, server


def zone(count: int) -> list[ResourceRecord]:
    return [soa(7), *map(host, range(count - 2)), soa(7)]


def sending(messages: Iterable[list[ResourceRecord]], *, then: Handler = silent) -> Handler:
    """Answers a query with these groups of records."""

    def handle(connection: socket.socket) -> None:
        query = received_message(connection)
        for records in messages:
            connection.sendall(framed(message(query, records)))
        then(connection)

    return handle


def transferred(
    about: Server, *, timeout_s: float = 10.0, settings: TlsSettings | None = None, serial: int | None = None
) -> tuple[tuple[TransferredRecord, ...], TransferOutcome]:
    request = TransferRequest(zone=ZONE, serial=serial, timeout_s=timeout_s)
    return collected(transfer_zone(request, about, channel_opener(settings or TlsSettings())))


@pytest.mark.parametrize("transport", ["tcp", "udp"])
def test_a_zone_comes_over_tcp_also_from_a_server_that_is_asked_over_udp_else(transport: Transport) -> None:
    whole = zone(40)
    groups = [whole[at : at + 7] for at in range(0, 40, 7)]
    with stream_server(sending(groups)) as port:
        records, outcome = transferred(server(transport, port))
    assert [one.record for one in records] == whole
    assert (outcome.status, outcome.result, outcome.transport) == ("answered", "complete", "tcp")
    assert (outcome.messages, outcome.records) == (6, 40)


def test_a_zone_comes_over_tls(tmp_path: Path) -> None:
    settings = TlsSettings(cafile=certificates.trusted(tmp_path))
    context = certificates.server_context(certificates.leaf("dns.test"), "dot")
    with stream_server(sending([zone(500), [soa(7)]]), context) as port:
        records, outcome = transferred(server("tls", port, name="dns.test"), settings=settings)
    assert (outcome.result, len(records)) == ("complete", 500)


def test_a_wrong_certificate_gets_no_zone_transferred(tmp_path: Path) -> None:
    settings = TlsSettings(cafile=certificates.trusted(tmp_path))
    with stream_server(sending([zone(5)]), certificates.server_context(certificates.leaf("other.test"))) as port:
        records, outcome = transferred(server("tls", port, name="dns.test"), settings=settings)
    assert (records, outcome.status, outcome.result) == ((), "unreachable", "tls-failed")
    assert outcome.warnings == ("its certificate is not for 'dns.test' but for 'other.test'",)


def test_an_unverified_server_is_told(tmp_path: Path) -> None:
    with stream_server(sending([zone(5)]), certificates.server_context(certificates.leaf("other.test"))) as port:
        _, outcome = transferred(server("tls", port), settings=TlsSettings(is_verified=False))
    assert outcome.result == "complete"
    assert "was not verified" in outcome.warnings[0]


def test_a_zone_comes_over_quic(tmp_path: Path) -> None:
    whole = zone(40)

    def behaviour(connection: QuicConnection, stream: int, query: bytes) -> None:
        for at in range(0, 40, 10):
            wire = framed(message(query[2:], whole[at : at + 10]))
            connection.send_stream_data(stream, wire, end_stream=at == 30)

    settings = TlsSettings(cafile=certificates.trusted(tmp_path))
    with quic_server(certificates.written(certificates.leaf("dns.test"), tmp_path), behaviour) as far:
        records, outcome = transferred(server("quic", far.port, name="dns.test"), settings=settings)
    assert [one.record for one in records] == whole
    assert (outcome.result, outcome.transport) == ("complete", "quic")


def test_https_has_no_transfers() -> None:
    with pytest.raises(OptionError, match="not HTTPS"):
        transferred(server("https", 443, name="dns.test"))


def test_a_transfer_that_is_cut_keeps_its_records() -> None:
    with stream_server(sending([zone(10)[:4], zone(10)[4:8]], then=lambda connection: None)) as port:
        records, outcome = transferred(server("tcp", port))
    assert len(records) == 8
    assert (outcome.status, outcome.result) == ("malformed", "cut")


def test_a_silent_server_ends_with_the_deadline() -> None:
    with stream_server(silent) as port:
        watch = Stopwatch()
        records, outcome = transferred(server("tcp", port), timeout_s=0.3)
    assert (records, outcome.status) == ((), "timeout")
    assert 0.3 <= watch.elapsed_s < 0.8


def test_each_message_gets_the_time_anew() -> None:
    def slowly(connection: socket.socket) -> None:
        query = received_message(connection)
        for record in zone(6):
            connection.sendall(framed(message(query, [record])))
            _pause(connection, 0.2)
        silent(connection)

    with stream_server(slowly) as port:
        watch = Stopwatch()
        _, outcome = transferred(server("tcp", port), timeout_s=0.6)
    assert outcome.result == "complete"
    assert watch.elapsed_s > 0.6


def test_a_message_that_drips_in_ends_with_the_deadline() -> None:
    def dripping(connection: socket.socket) -> None:
        query = received_message(connection)
        for octet in framed(message(query, zone(30))):
            connection.sendall(bytes([octet]))
            _pause(connection, 0.05)

    with stream_server(dripping) as port:
        watch = Stopwatch()
        records, outcome = transferred(server("tcp", port), timeout_s=0.4)
    assert (records, outcome.status) == ((), "timeout")
    assert 0.4 <= watch.elapsed_s < 0.9


def _pause(connection: socket.socket, seconds: float) -> None:
    """Wait, but not for a client that has gone."""
    connection.settimeout(seconds)
    try:
        if not connection.recv(1):
            raise ConnectionError
    except TimeoutError:
        connection.settimeout(None)


def test_a_closed_port_is_told_at_once() -> None:
    with socket.create_server(("127.0.0.1", 0)) as one:
        port = one.getsockname()[1]
    _, outcome = transferred(server("tcp", port))
    assert (outcome.status, outcome.result) == ("unreachable", "refused-connection")


def test_a_server_that_fails_for_edns_is_asked_again_without() -> None:
    queries: list[bytes] = []

    def old(connection: socket.socket) -> None:
        query = received_message(connection)
        queries.append(query)
        has_edns = query[10:12] != b"\0\0"
        connection.sendall(framed(message(query, [] if has_edns else zone(3), flags=0x8001 if has_edns else 0x8400)))
        silent(connection)

    with stream_server(old) as port:
        records, outcome = transferred(server("tcp", port))
    assert len(queries) == 2
    assert (outcome.result, len(records)) == ("complete", 3)
    assert outcome.warnings == (f"tcp://127.0.0.1:{port} answers FORMERR to EDNS: asked again without it",)


def test_who_stops_listening_stops_the_transfer() -> None:
    has_ended = Event()

    def endless(connection: socket.socket) -> None:
        query = received_message(connection)
        connection.sendall(framed(message(query, [soa(7)])))
        try:
            while True:
                connection.sendall(framed(message(query, list(map(host, range(1000))))))
        except OSError:
            has_ended.set()

    with stream_server(endless) as port:
        records = transfer_zone(TransferRequest(zone=ZONE), server("tcp", port))
        assert next(records).record == soa(7)
        assert not has_ended.is_set()
        records.close()
        assert has_ended.wait(5)


def test_memory_stays_flat_for_a_large_zone() -> None:
    block = list(map(host, range(1000)))

    def large(connection: socket.socket) -> None:
        query = received_message(connection)
        connection.sendall(framed(message(query, [soa(7)])))
        wire = framed(message(query, block))
        for _ in range(50):
            connection.sendall(wire)
        connection.sendall(framed(message(query, [soa(7)])))
        silent(connection)

    with stream_server(large) as port:
        tracemalloc.start()
        try:
            count = sum(1 for _ in transfer_zone(TransferRequest(zone=ZONE), server("tcp", port)))
            _, peak = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
    assert count == 50_002
    assert peak < 4_000_000  # a list of these records takes 12 million octets
