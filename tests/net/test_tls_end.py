"""TLS as an end: what is said on one side is heard on the other, and each may end when it likes."""

import os
import socket
import ssl
from hashlib import sha256
from pathlib import Path

import pytest

from nettools.core.tls.closing import CUT
from nettools.core.tls.settings import ClientTls
from nettools.net.loop import Loop
from nettools.net.relay.ends import EndFailed, SocketEnd
from nettools.net.sockets import close_with_reset
from nettools.net.tls.end import TlsEnd
from tests.dns_servers import certificates
from tests.net.tls_sides import (
    Side,
    a_loop,
    client_side,
    run_until,
    server_side,
    showing,
    sockets,
    trusting,
    two_sides,
)

VERSIONS = [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3]


@pytest.fixture(params=VERSIONS, ids=["TLS 1.2", "TLS 1.3"])
def version(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> ssl.TLSVersion:
    """The one version that both sides speak."""
    wanted: ssl.TLSVersion = request.param

    def limited(
        inner: SocketEnd, context: ssl.SSLContext, *, server_side: bool = False, server_hostname: str | None = None
    ) -> TlsEnd:
        context.maximum_version = wanted
        return TlsEnd(inner, context, server_side=server_side, server_hostname=server_hostname)

    monkeypatch.setattr("tests.net.tls_sides.TlsEnd", limited)
    return wanted


class Pump:
    """Says all of it on one side, and hears what comes there, as far as each goes at a time."""

    def __init__(self, side: Side, text: bytes) -> None:
        self.side = side
        self.left = memoryview(text)
        self.heard = sha256()
        self.count = 0
        self.has_ended = False
        self.is_shut = False
        self._buffer = memoryview(bytearray(1 << 18))

    def turn(self) -> None:
        while self.left and (count := self.side.end.write(self.left[: 1 << 18])):
            self.left = self.left[count:]
        if self.side.end.backlog:
            self.side.end.flush()
        if not self.left and not self.side.end.backlog and not self.is_shut:
            self.is_shut = True
            self.side.end.shut()
        if not self.has_ended:
            self._hear()

    def _hear(self) -> None:
        while (count := self.side.end.read_into(self._buffer)) is not None:
            if not count:
                self.has_ended = True
                break
            self.heard.update(self._buffer[:count])
            self.count += count

    @property
    def is_over(self) -> bool:
        return self.has_ended and self.is_shut and not self.side.end.backlog


def pump(loop: Loop, *pumps: Pump) -> None:
    def turn() -> bool:
        for one in pumps:
            one.turn()
        return all(one.is_over for one in pumps)

    run_until(loop, turn)


def test_what_is_said_is_heard(tmp_path: Path, version: ssl.TLSVersion) -> None:
    with two_sides(trusting(tmp_path), showing(tmp_path)) as (loop, client, server):
        assert client.told.agreed.version == version.name.replace("_", ".")
        assert client.end.write(memoryview(b"question")) == 8
        heard = b""

        def is_heard() -> bool:
            nonlocal heard
            heard += server.hear() or b""
            return heard == b"question"

        run_until(loop, is_heard)


@pytest.mark.parametrize("sizes", [(0, 0), (1, 300_000), (1 << 24, 1 << 24), (1 << 24, 1)])
def test_both_sides_end_by_themselves_and_lose_nothing(
    sizes: tuple[int, int], tmp_path: Path, version: ssl.TLSVersion
) -> None:
    there, back = (os.urandom(size) for size in sizes)
    with two_sides(trusting(tmp_path), showing(tmp_path)) as (loop, client, server):
        one, other = Pump(client, there), Pump(server, back)
        pump(loop, one, other)
        assert (one.count, other.count) == (len(back), len(there))
        assert one.heard.digest() == sha256(back).digest()
        assert other.heard.digest() == sha256(there).digest()
        assert not client.end.is_unannounced
        assert not server.end.is_unannounced


def test_a_side_that_has_ended_still_hears_what_lay_in_openssls_memory(tmp_path: Path, version: ssl.TLSVersion) -> None:
    """Octets that came before the end was said are decrypted before it is, and handed out behind it."""
    with two_sides(trusting(tmp_path), showing(tmp_path)) as (loop, client, server):
        text = os.urandom(60_000)
        assert server.end.write(memoryview(text)) == len(text)
        heard = bytearray()
        little = memoryview(bytearray(10))

        def begins() -> bool:
            count = client.end.read_into(little)
            heard.extend(little[: count or 0])
            return bool(count)

        run_until(loop, begins)
        client.end.shut()
        run_until(loop, lambda: heard.extend(client.hear() or b"") or len(heard) == len(text))  # type: ignore[func-returns-value]
        assert heard == text
        run_until(loop, lambda: server.hear() is None)
        assert server.end.write(memoryview(b"still")) == 5
        run_until(loop, lambda: client.hear() == b"still")
        server.end.shut()
        run_until(loop, lambda: client.hear() is None)


def test_one_who_does_not_read_costs_a_bounded_memory(tmp_path: Path, version: ssl.TLSVersion) -> None:
    with two_sides(trusting(tmp_path), showing(tmp_path)) as (_loop, client, _server):
        block = memoryview(bytes(1 << 20))
        taken = 0
        while (count := client.end.write(block)) is not None:
            taken += count
        assert 0 < client.end.backlog <= 1 << 18
        assert client.end.write(block) is None
        assert taken < 1 << 27


def test_close_says_goodbye(tmp_path: Path, version: ssl.TLSVersion) -> None:
    with two_sides(trusting(tmp_path), showing(tmp_path)) as (loop, client, server):
        client.end.close()
        client.end.close()
        run_until(loop, lambda: server.hear() is None)
        assert not server.end.is_unannounced


def test_a_close_without_goodbye_is_taken_and_noted(tmp_path: Path, version: ssl.TLSVersion) -> None:
    """As ncat does it. The other side may be told more: it has only ended its own side."""
    with two_sides(trusting(tmp_path), showing(tmp_path)) as (loop, client, server):
        assert client.end.write(memoryview(b"all")) == 3
        client.end.inner.shut()
        run_until(loop, lambda: server.hear() == b"all")
        run_until(loop, lambda: server.hear() is None)
        assert server.end.is_unannounced
        assert server.end.write(memoryview(b"answer")) == 6
        run_until(loop, lambda: client.hear() == b"answer")


def test_an_end_within_a_record_is_a_failure(tmp_path: Path, version: ssl.TLSVersion) -> None:
    near, far = sockets()
    inner = TruncatingEnd(near)
    with a_loop() as loop:
        client = client_side(loop, inner, trusting(tmp_path))
        server = server_side(loop, SocketEnd(far), showing(tmp_path))
        client.start()
        server.start()
        run_until(loop, lambda: client.told.is_over and server.told.is_over)
        inner.left = 100
        assert client.end.write(memoryview(bytes(1000))) == 1000
        inner.shut()
        with pytest.raises(EndFailed) as failure:
            run_until(loop, lambda: server.hear() is None)
        assert (failure.value.kind, failure.value.message) == ("tls-failed", CUT)
        server.end.close()
        client.end.close()


class TruncatingEnd(SocketEnd):
    """Sends so many octets, and swallows the rest."""

    left: int | None = None

    def write(self, octets: memoryview) -> int | None:
        if self.left is None:
            return super().write(octets)
        sent = octets[: self.left]
        if sent:
            super().write(sent)
        self.left -= len(sent)
        return len(octets)


def test_damage_on_the_way_is_a_failure(tmp_path: Path, version: ssl.TLSVersion) -> None:
    near, far = sockets()
    inner = DamagingEnd(near)
    with a_loop() as loop:
        client = client_side(loop, inner, trusting(tmp_path))
        server = server_side(loop, SocketEnd(far), showing(tmp_path))
        client.start()
        server.start()
        run_until(loop, lambda: client.told.is_over and server.told.is_over)
        inner.is_on = True
        client.end.write(memoryview(b"payment"))
        with pytest.raises(EndFailed, match="bad record mac") as failure:
            run_until(loop, lambda: server.hear() is None)
        assert failure.value.kind == "tls-failed"
        with pytest.raises(EndFailed, match="bad record mac"):
            server.hear()
        inner.is_on = False
        with pytest.raises(EndFailed, match="bad record mac"):  # the alert
            run_until(loop, lambda: client.hear() is None)
        server.end.close()
        client.end.close()


class DamagingEnd(SocketEnd):
    is_on = False

    def write(self, octets: memoryview) -> int | None:
        return super().write(memoryview(bytes(octets[:-1]) + bytes([octets[-1] ^ 1])) if self.is_on else octets)


def test_tls_goes_through_tls(tmp_path: Path, version: ssl.TLSVersion) -> None:
    with two_sides(trusting(tmp_path), showing(tmp_path)) as (loop, outer_client, outer_server):
        client = client_side(loop, outer_client.end, trusting(tmp_path))
        server = server_side(loop, outer_server.end, showing(tmp_path))
        client.start()
        server.start()
        run_until(loop, lambda: client.told.is_over and server.told.is_over)
        assert client.told.agreed.subject == server_subject()
        there, back = os.urandom(3_000_000), os.urandom(2_000_000)
        one, other = Pump(client, there), Pump(server, back)
        pump(loop, one, other)
        assert one.heard.digest() == sha256(back).digest()
        assert other.heard.digest() == sha256(there).digest()


def server_subject() -> str:
    subject = certificates.leaf("localhost").cert_chain_pems[0].bytes()
    from cryptography import x509

    return x509.load_pem_x509_certificate(subject).subject.rfc4514_string()


def test_a_small_message_waits_for_no_acknowledgement(tmp_path: Path) -> None:
    with two_sides(trusting(tmp_path), showing(tmp_path)) as (_loop, client, server):
        for side in (client, server):
            assert isinstance(side.end.inner, SocketEnd)
            assert side.end.inner.socket.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)


def test_a_peer_that_begins_the_handshake_anew_is_refused(tmp_path: Path) -> None:
    """OpenSSL answers with no_renegotiation, and goes on."""
    assert ClientTls(host="localhost").minimum == "1.2"
    from nettools.net.tls.contexts import client_context, server_context
    from tests.net.tls_sides import NOW

    for context in (
        client_context(trusting(tmp_path)),
        server_context(showing(tmp_path), names=("localhost",), now=NOW).context,
    ):
        assert context.options & ssl.OP_NO_RENEGOTIATION


@pytest.mark.parametrize("size", [1, 8192, 8193, 16384, 100_000, 131_072, 131_073])
def test_the_last_record_of_a_write_is_small_enough_for_ncat(size: int, tmp_path: Path) -> None:
    near, far = sockets()
    inner = RecordingEnd(near)
    with a_loop() as loop:
        client = client_side(loop, inner, trusting(tmp_path))
        server = server_side(loop, SocketEnd(far), showing(tmp_path))
        client.start()
        server.start()
        run_until(loop, lambda: client.told.is_over and server.told.is_over)
        inner.written.clear()
        assert client.end.write(memoryview(bytes(size))) == size
        assert 0 < record_lengths(bytes(inner.written))[-1] <= 8192 + 17  # the tag and the type within: RFC 8446 §5.2
        server.end.close()
        client.end.close()


class RecordingEnd(SocketEnd):
    """Remembers what was written."""

    def __init__(self, connected: socket.socket) -> None:
        super().__init__(connected)
        self.written = bytearray()

    def write(self, octets: memoryview) -> int | None:
        count = super().write(octets)
        self.written += octets[: count or 0]
        return count


def record_lengths(stream: bytes) -> list[int]:
    lengths = []
    while stream:
        lengths.append(int.from_bytes(stream[3:5], "big"))
        stream = stream[5 + lengths[-1] :]
    return lengths


def test_what_a_broken_connection_owes_is_no_backlog(tmp_path: Path) -> None:
    with two_sides(trusting(tmp_path), showing(tmp_path)) as (loop, client, server):
        while client.end.write(memoryview(bytes(1 << 20))) is not None:
            pass
        assert client.end.backlog
        assert isinstance(server.end.inner, SocketEnd)
        close_with_reset(server.end.inner.socket)
        with pytest.raises(OSError, match=r"reset|[Bb]roken pipe"):
            client.end.flush()
        assert not client.end.backlog, "the relay would wait for room for ever"
        loop.stop()
