"""Datagrams through our cat and listen: each is one, none is lost by us, and what peers do with them.

100,000 go in lock step, question and answer, so that no queue of the system overflows. The echo is cat(1) behind each
server, for our own service is rate-limited, as it must be.
"""

import os
import random
import select
import socket
import subprocess
from collections.abc import Sequence

import pytest

from tests.cli import PROGRAM
from tests.peers import require
from tests.relay_peers import PATIENCE_S, await_datagrams, free_port, started, status_of

_SIZES = (0, 1, 1400, 9000, 65_507)
"""Nothing, one octet, a packet of Ethernet, a jumbo packet, the most that IPv4 carries (65,535 - 20 - 8)."""
_LOCK_STEPS = 100_000
_FEWER = 10_000
"""Where the same code has its hundred thousand in another case."""


def payloads(count: int, sizes: Sequence[int]) -> list[bytes]:
    """Octets of these sizes in turn, none like the one before."""
    block = random.Random(count).randbytes(max(sizes) + 256)
    return [block[number % 256 : number % 256 + sizes[number % len(sizes)]] for number in range(count)]


def udp_client(port: int) -> socket.socket:
    client = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    client.settimeout(PATIENCE_S)
    client.connect(("127.0.0.1", port))
    return client


def read_exactly(stream: int, count: int) -> bytes:
    octets = bytearray()
    while len(octets) < count:
        assert select.select([stream], [], [], PATIENCE_S)[0], f"{len(octets)} of {count} octets came, then nothing"
        piece = os.read(stream, count - len(octets))
        assert piece, f"only {len(octets)} of {count} octets came"
        octets += piece
    return bytes(octets)


@pytest.mark.parametrize("keep_open", [False, True], ids=["one peer", "-k"])
def test_datagrams_in_lock_step_come_back_from_a_program_of_our_server(keep_open: bool) -> None:
    port = free_port(socket.SOCK_DGRAM)
    words = [*PROGRAM, "listen", "-u", "-e", "/bin/cat", "127.0.0.1", str(port)]
    with started() as processes:
        server = processes.start([*words, "-k"] if keep_open else words, stderr=subprocess.DEVNULL)
        await_datagrams(port, server)
        with udp_client(port) as client:
            for payload in payloads(_FEWER if keep_open else _LOCK_STEPS, (1, 64, 1400)):
                client.send(payload)
                assert client.recv(65_536) == payload


@pytest.mark.parametrize("size", _SIZES)
def test_a_datagram_of_any_size_stays_one(size: int) -> None:
    port = free_port(socket.SOCK_DGRAM)
    with started() as processes:
        server = processes.start([*PROGRAM, "listen", "-u", "-k", "-e", "/bin/cat", "127.0.0.1", str(port)])
        await_datagrams(port, server)
        with udp_client(port) as client:
            payload = os.urandom(size)
            client.send(payload)
            if size:
                assert client.recv(65_536) == payload
            client.send(b"after it")
            assert client.recv(65_536) == b"after it"


@pytest.mark.parametrize("size", [size for size in _SIZES if size])
def test_what_cat_reads_at_once_is_one_datagram_and_what_comes_is_written_whole(size: int) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server, started() as processes:
        server.bind(("127.0.0.1", 0))
        server.settimeout(PATIENCE_S)
        client = processes.start([*PROGRAM, "cat", "-u", "127.0.0.1", str(server.getsockname()[1])])
        assert client.stdin is not None
        assert client.stdout is not None
        for number in range(20):
            question, answer = os.urandom(size), os.urandom(size)
            os.write(client.stdin.fileno(), question)
            received, address = server.recvfrom(65_536)
            assert received == question
            if number == 10:
                server.sendto(b"", address)
            server.sendto(answer, address)
            assert read_exactly(client.stdout.fileno(), size) == answer
        client.stdin.close()
        assert status_of(client) == 0


@pytest.mark.parametrize("name", ["ncat", "socat", "nettools"])
def test_datagrams_of_cat_in_lock_step_come_back_from_an_echo(name: str) -> None:
    port = free_port(socket.SOCK_DGRAM)
    servers = {
        "ncat": ["ncat", "-l", "-u", "-e", "/bin/cat", "127.0.0.1", str(port)],
        "socat": ["socat", f"UDP-LISTEN:{port},bind=127.0.0.1", "PIPE"],
        "nettools": [*PROGRAM, "listen", "-u", "-e", "/bin/cat", "127.0.0.1", str(port)],
    }
    if name != "nettools":
        require(name, reason="to send datagrams back")
    with started() as processes:
        server = processes.start(servers[name], stderr=subprocess.DEVNULL)
        await_datagrams(port, server)
        client = processes.start([*PROGRAM, "cat", "-u", "127.0.0.1", str(port)])
        assert client.stdin is not None
        assert client.stdout is not None
        for payload in payloads(_LOCK_STEPS if name == "nettools" else _FEWER, (1, 64, 1400)):
            os.write(client.stdin.fileno(), payload)
            assert read_exactly(client.stdout.fileno(), len(payload)) == payload
        client.stdin.close()
        assert status_of(client) == 0


def test_an_answer_that_comes_late_is_still_taken_where_ncat_has_gone() -> None:
    """ncat ends with its input, and loses a reply that comes a moment later."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server, started() as processes:
        server.bind(("127.0.0.1", 0))
        server.settimeout(PATIENCE_S)
        client = processes.start([*PROGRAM, "cat", "-u", "127.0.0.1", str(server.getsockname()[1])])
        assert client.stdin is not None
        client.stdin.write(b"question")
        client.stdin.close()
        client.stdin = None
        question, address = server.recvfrom(100)
        assert question == b"question"
        server.sendto(b"answer", address)
        output, _ = client.communicate(timeout=PATIENCE_S)
        assert (output, client.returncode) == (b"answer", 0)


def test_a_refused_datagram_ends_it_with_1() -> None:
    with started() as processes:
        client = processes.start([*PROGRAM, "cat", "-u", "127.0.0.1", str(free_port(socket.SOCK_DGRAM))])
        assert client.stdin is not None
        client.stdin.write(b"anybody?")
        client.stdin.flush()
        assert status_of(client) == 1
