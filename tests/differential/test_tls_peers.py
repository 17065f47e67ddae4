"""TLS against ncat, socat and openssl: octets both ways at once, ends with and without close_notify, keys changed.

Each side sends 64 MiB; ``NETTOOLS_TRANSFER_MB=1024`` sends 1 GiB.
"""

import hashlib
import os
import random
import subprocess
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import IO

import pytest
from cryptography import x509

from nettools.core.tls.certificate import read_certificate
from tests.cli import PROGRAM
from tests.dns_servers import certificates
from tests.peers import require
from tests.relay_peers import (
    OURS,
    Place,
    Started,
    Tool,
    await_server,
    peer,
    place_for,
    started,
    status_of,
)

_MB = int(os.environ.get("NETTOOLS_TRANSFER_MB", "64"))
_SIZE = _MB << 20
_BLOCK = 1 << 20
_LONGEST_S = 60.0 + _MB / 8
NAMES = ("ncat", "socat", "openssl", "nettools")


@pytest.fixture
def place(tmp_path: Path) -> Place:
    chain, key = certificates.written(certificates.leaf("localhost", "127.0.0.1"), tmp_path)
    return place_for("tls", tmp_path, certificate=chain, key=key)


def tool_of(name: str) -> Tool:
    if name == "nettools":
        return OURS
    require(name, reason="to speak TLS with")
    return peer(name)


def octets(seed: int, size: int = _SIZE) -> bytes:
    chance = random.Random(seed)
    return b"".join(chance.randbytes(min(_BLOCK, size - start)) for start in range(0, size, _BLOCK))


class Reading(threading.Thread):
    """Reads so many octets, or all."""

    def __init__(self, stream: IO[bytes] | None, size: int | None = None) -> None:
        super().__init__(daemon=True)
        assert stream is not None
        self._stream = stream
        self._size = size
        self._read = bytearray()
        self.start()

    def run(self) -> None:
        while self._size is None or len(self._read) < self._size:
            more = os.read(self._stream.fileno(), 1 << 16)
            if not more:
                return
            self._read += more

    def read(self) -> bytes:
        self.join(_LONGEST_S)
        assert not self.is_alive(), f"only {len(self._read)} octets within {_LONGEST_S:g} s"
        return bytes(self._read)


def feeding(text: bytes, stream: IO[bytes] | None) -> threading.Thread:
    """Writes the text; the stream stays open."""
    assert stream is not None

    def feed() -> None:
        try:
            stream.write(text)
            stream.flush()
        except BrokenPipeError:
            return  # what arrived will be too short, and that is what the test says

    thread = threading.Thread(target=feed, daemon=True)
    thread.start()
    return thread


def digest(text: bytes) -> str:
    return f"{len(text)} octets, {hashlib.sha256(text).hexdigest()}"


def both(
    processes: Started, server: Sequence[str], client: Sequence[str], place: Place
) -> "tuple[subprocess.Popen[bytes], subprocess.Popen[bytes]]":
    """(server, client), connected or about to be."""
    serving = processes.start(server)
    await_server(place, serving)
    return serving, processes.start(client)


@pytest.mark.parametrize("role", ["client", "server"])
@pytest.mark.parametrize(("name", "version"), [*((name, ()) for name in NAMES), ("openssl", ("-tls1_2",))])
def test_octets_cross_both_ways_at_once(name: str, role: str, version: tuple[str, ...], place: Place) -> None:
    """The inputs stay open until all has arrived, since openssl ends when its peer's side has ended."""
    other = tool_of(name)
    question, answer = octets(1), octets(2)
    with started() as processes:
        if role == "client":
            serving, asking = both(processes, [*other.server(place), *version], OURS.client(place), place)
        else:
            serving, asking = both(processes, OURS.server(place), [*other.client(place), *version], place)
        at_server, at_client = Reading(serving.stdout, len(question)), Reading(asking.stdout, len(answer))
        feeding(question, asking.stdin)
        feeding(answer, serving.stdin)
        assert digest(at_server.read()) == digest(question)
        assert digest(at_client.read()) == digest(answer)
        ours, theirs = (asking, serving) if role == "client" else (serving, asking)
        for process in (ours, theirs):
            assert process.stdin is not None
            process.stdin.close()
        assert status_of(ours) == 0
        assert ours.stdout is not None
        assert ours.stdout.read() == b""


def sending_only(name: str, place: Place, role: str) -> list[str]:
    """The peer that sends its input and ends, without waiting for anything."""
    tool = tool_of(name)
    words = tool.client(place) if role == "client" else tool.server(place)
    if name == "socat":
        return ["socat", "-u", *words[3:]]
    if name == "openssl":
        return [*words, "-no_ign_eof", "-nocommands"]
    return [*words, "--send-only"]


@pytest.mark.parametrize(
    ("name", "role"),
    # s_server is left out: it never ends with its input.
    [(name, role) for name in NAMES for role in ("client", "server") if (name, role) != ("openssl", "server")],
)
def test_a_stream_that_a_peer_ends_is_whole_and_our_status_is_0(name: str, role: str, place: Place) -> None:
    """With close_notify (socat, openssl, ours) and without (ncat).

    ncat's client resets the connection when a server's tickets still come to it, and loses what was on its way: a
    server of ours sends none.
    """
    text = octets(3)
    with started() as processes:
        if role == "client":
            ours, theirs = both(processes, [*OURS.server(place), "--recv-only"], sending_only(name, place, role), place)
        else:
            theirs, ours = both(processes, sending_only(name, place, role), [*OURS.client(place), "--recv-only"], place)
        arrived = Reading(ours.stdout)
        feeding(text, theirs.stdin).join(_LONGEST_S)
        assert theirs.stdin is not None
        theirs.stdin.close()
        assert digest(arrived.read()) == digest(text)
        assert status_of(ours) == 0


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("role", ["client", "server"])
def test_a_stream_that_we_end_is_whole_at_the_peer(name: str, role: str, place: Place) -> None:
    """Ours sends only: it closes when all has arrived, although a server's tickets may still be on their way to us."""
    text = octets(4)
    other = tool_of(name)
    with started() as processes:
        if role == "client":
            theirs, ours = both(processes, other.server(place), [*OURS.client(place), "--send-only"], place)
        else:
            ours, theirs = both(processes, [*OURS.server(place), "--send-only"], other.client(place), place)
        arrived = Reading(theirs.stdout, len(text))
        feeding(text, ours.stdin).join(_LONGEST_S)
        assert ours.stdin is not None
        ours.stdin.close()
        assert digest(arrived.read()) == digest(text)
        assert status_of(ours) == 0


@pytest.mark.parametrize("name", ["socat", "nettools"])
def test_an_answer_comes_back_after_our_side_has_ended(name: str, place: Place) -> None:
    """Half-close. openssl closes instead; ncat stops sending."""
    question, answer = octets(5, 100_000), octets(6, 3_000_000)
    with started() as processes:
        serving, asking = both(processes, tool_of(name).server(place), OURS.client(place), place)
        feeding(question, asking.stdin).join(_LONGEST_S)
        assert asking.stdin is not None
        asking.stdin.close()
        assert digest(Reading(serving.stdout, len(question)).read()) == digest(question)
        arrived = Reading(asking.stdout)
        feeding(answer, serving.stdin).join(_LONGEST_S)
        assert serving.stdin is not None
        serving.stdin.close()
        assert digest(arrived.read()) == digest(answer)
        assert status_of(asking) == 0


def s_client(place: Place, *more: str) -> list[str]:
    require("openssl", reason="to speak TLS with")
    return ["openssl", "s_client", "-connect", f"127.0.0.1:{place.port}", *more]


def is_told(stream: IO[bytes] | None, wanted: bytes) -> bool:
    """Whether the line comes before the end."""
    assert stream is not None
    return any(line == wanted for line in iter(stream.readline, b""))


def test_keys_may_change_in_the_middle(place: Place) -> None:
    """``K`` asks for new keys on both sides (s_client(1), connected commands; RFC 8446 §4.6.3)."""
    with started() as processes:
        ours, theirs = both(processes, OURS.server(place), s_client(place, "-tls1_3"), place)
        assert theirs.stdin is not None
        for line in (b"before\n", b"K\n", b"after\n"):
            theirs.stdin.write(line)
            theirs.stdin.flush()
            if line == b"K\n":
                assert is_told(theirs.stderr, b"KEYUPDATE\n")
            else:
                assert Reading(ours.stdout, len(line)).read() == line
        assert ours.stdin is not None
        ours.stdin.write(b"answer under new keys\n")
        ours.stdin.flush()
        assert is_told(theirs.stdout, b"answer under new keys\n")
        theirs.stdin.close()
        assert status_of(ours) == 0


def test_a_handshake_anew_is_refused(place: Place) -> None:
    """``R`` begins one (s_client(1)). OpenSSL refuses with a warning, upon which s_client gives up."""
    with started() as processes:
        ours, theirs = both(processes, OURS.server(place), s_client(place, "-tls1_2"), place)
        assert theirs.stdin is not None
        theirs.stdin.write(b"hello\n")
        theirs.stdin.flush()
        assert Reading(ours.stdout, 6).read() == b"hello\n"
        theirs.stdin.write(b"R\n")
        theirs.stdin.flush()
        assert status_of(theirs) != 0
        assert theirs.stderr is not None
        assert b"no renegotiation" in theirs.stderr.read().lower()
        assert status_of(ours) in (0, 1)


def test_everything_at_once_between_two_of_ours(place: Place, tmp_path: Path) -> None:
    """Verified both ways, pinned, with ALPN, TLS 1.3 alone and the keys logged."""
    (tmp_path / "client").mkdir()
    chain, key = certificates.written(certificates.leaf("someone@mail.test"), tmp_path / "client")
    cafile = certificates.trusted(tmp_path)
    der = x509.load_pem_x509_certificates(Path(place.certificate).read_bytes())[0]
    from cryptography.hazmat.primitives.serialization import Encoding

    pin = read_certificate(der.public_bytes(Encoding.DER)).spki_sha256
    log = tmp_path / "keys"
    server = [*OURS.server(place), "--cafile", cafile, "--alpn", "x/2,x/1", "--tls-min", "1.3"]
    client = [
        *(*PROGRAM, "cat", "--tls", "127.0.0.1", str(place.port), "--cafile", cafile, "--servername", "localhost"),
        *("--cert", chain, "--key", key, "--alpn", "x/1", "--pin", pin, "--keylog", str(log), "--timeline"),
    ]
    text = octets(7, 1_000_000)
    with started() as processes:
        serving, asking = both(processes, server, client, place)
        arrived = Reading(serving.stdout)
        feeding(text, asking.stdin).join(_LONGEST_S)
        for process in (asking, serving):
            assert process.stdin is not None
            process.stdin.close()
        assert digest(arrived.read()) == digest(text)
        assert (status_of(asking), status_of(serving)) == (0, 0)
        assert asking.stderr is not None
        told = asking.stderr.read().decode()
        assert "TLS 1.3" in told
        assert "x/1" in told
    assert all(len(line.split()) == 3 for line in log.read_text().splitlines() if not line.startswith("#"))


def test_who_is_not_known_is_refused_with_1_and_the_reason(place: Place) -> None:
    client = [*PROGRAM, "cat", "--tls", "127.0.0.1", str(place.port)]
    with started() as processes:
        _serving, asking = both(processes, OURS.server(place), client, place)
        assert status_of(asking) == 1
        assert asking.stderr is not None
        assert "nobody who is trusted here has signed its certificate" in asking.stderr.read().decode()
