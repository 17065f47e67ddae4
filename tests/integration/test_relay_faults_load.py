"""``nettools listen`` under clients that never read, break, flood: memory stays flat, nothing is kept, nobody waits.

Every load is bounded in time and number; the figures are those of docs/cat.md.
"""

import signal
import socket
import struct
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from time import monotonic, sleep
from typing import Final

import pytest

from nettools.net.sockets import close_with_reset
from tests.integration.listen_process import Listening, echo_target, listening

MOST_GROWTH: Final = 16 << 20
MOST_CPU: Final = 0.05
SERVED_WITHIN_S: Final = 1.0
NEVER_READING: Final = 40
_BIG: Final = 1 << 28

MODES: Final = (
    "all", "broker", "chat", "echo", "discard", "chargen", "serve", "forward", "http", "socks5", "exec", "receive",
)  # fmt: skip
FLOODED: Final = ("all", "chat", "echo", "serve", "forward", "http", "exec", "receive")
SHORT_OF_DESCRIPTORS: Final = ("all", "broker", "serve", "forward", "socks5", "exec")


@pytest.fixture(scope="module")
def target() -> Iterator[int]:
    with echo_target() as port:
        yield port


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("served")
    (made / "small").write_bytes(b"small")
    with (made / "big").open("wb") as big:
        big.truncate(_BIG)
    return made


def options_of(mode: str, target: int, folder: Path) -> list[str]:
    return {
        "all": ["-k"],
        "broker": ["--broker"],
        "chat": ["--chat"],
        "serve": ["--serve", str(folder)],
        "forward": ["-k", "--forward", f"127.0.0.1:{target}"],
        "http": ["--proxy-server", "http"],
        "socks5": ["--proxy-server", "socks5"],
        "exec": ["-k", "--exec", "/bin/cat"],
        "receive": ["-k", "--receive", str(folder)],
    }.get(mode, ["-k", "--service", mode])


def hello(mode: str, target: int) -> bytes:
    """What a client says before its octets go through."""
    return {
        "serve": b"GET /big HTTP/1.1\r\nHost: x\r\n\r\n",
        "http": b"CONNECT 127.0.0.1:%d HTTP/1.1\r\nHost: x\r\n\r\n" % target,
        "socks5": b"\5\1\0\5\1\0\1\x7f\0\0\1" + struct.pack(">H", target),
    }.get(mode, b"")


def heard_until(client: socket.socket, word: bytes) -> bytes:
    heard = b""
    while word not in heard:
        more = client.recv(1 << 16)
        assert more, f"it ended after {heard!r}"
        heard += more
    return heard


def serves_a_good_client(server: Listening, mode: str, target: int) -> float:
    """How long that takes, with the connection."""
    began_s = monotonic()
    with server.connect() as client:
        match mode:
            case "echo" | "forward" | "exec":
                client.sendall(b"hello")
                heard_until(client, b"hello")
            case "chargen":
                assert client.recv(10)
            case "serve":
                client.sendall(b"GET /small HTTP/1.1\r\nHost: x\r\n\r\n")
                heard_until(client, b"small")
            case "http":
                client.sendall(hello(mode, target))
                heard_until(client, b"\r\n\r\n")
                client.sendall(b"hello")
                heard_until(client, b"hello")
            case "socks5":
                client.sendall(hello(mode, target))
                heard_until(client, b"\5\0\5\0")
                client.sendall(b"hello")
                heard_until(client, b"hello")
            case _:
                client.sendall(b"hello")
    return monotonic() - began_s


def ends_at_once(server: Listening) -> None:
    status, took_s = server.end(signal.SIGTERM)
    assert status == 128 + signal.SIGTERM
    assert took_s < 1.0


def push(clients: list[socket.socket], seconds: float) -> None:
    """Send from all as much as they take, and read nothing."""
    until_s, block = monotonic() + seconds, b"y" * 65_535 + b"\n"
    for client in clients:
        client.setblocking(False)
    while monotonic() < until_s:
        is_moving = False
        for client in clients:
            with suppress(OSError):  # it takes no more, or was closed as too slow
                is_moving = client.send(block) > 0 or is_moving
        if not is_moving:
            sleep(0.02)


@pytest.mark.parametrize("mode", FLOODED)
def test_a_flood_of_resets_leaves_memory_flat_and_a_good_client_is_served(mode: str, target: int, folder: Path) -> None:
    with listening(*options_of(mode, target, folder)) as server:
        serves_a_good_client(server, mode, target)
        before, descriptors = server.peak(), server.settled_descriptors()
        assert server.flood(0.6) > 500
        if mode != "exec":  # those that had not been reset when they were taken have started their program
            assert serves_a_good_client(server, mode, target) < SERVED_WITHIN_S
        assert server.becomes(lambda: server.descriptors() <= descriptors)
        assert server.becomes(lambda: server.idle_cpu() <= MOST_CPU)
        assert server.peak() - before < MOST_GROWTH
        ends_at_once(server)
        assert b"Traceback" not in b"".join(server.told)


@pytest.mark.parametrize("mode", MODES)
def test_clients_that_never_read_leave_memory_flat_and_nothing_is_left_of_them(
    mode: str, target: int, folder: Path
) -> None:
    with listening(*options_of(mode, target, folder)) as server:
        serves_a_good_client(server, mode, target)
        before, descriptors = server.peak(), server.settled_descriptors()
        clients = [server.connect(receive_buffer=4096) for _ in range(NEVER_READING)]
        for client in clients:
            client.sendall(hello(mode, target))
        push(clients, 0.8)
        assert server.peak() - before < MOST_GROWTH
        if mode not in ("broker", "chat"):  # where each of them may stop the others for half a second
            assert serves_a_good_client(server, mode, target) < SERVED_WITHIN_S
        for client in clients:
            close_with_reset(client)
        assert server.becomes(lambda: server.descriptors() <= descriptors), "something waits for those who have gone"
        assert server.becomes(lambda: server.idle_cpu() <= MOST_CPU)
        ends_at_once(server)


@pytest.mark.parametrize("mode", ["forward", "exec"])
def test_a_tls_client_that_breaks_while_nothing_moves_is_let_go(mode: str, target: int, folder: Path) -> None:
    with listening(*options_of(mode, target, folder), is_tls=True) as server:
        serves_a_good_client(server, mode, target)
        descriptors = server.settled_descriptors()
        clients = [server.connect(receive_buffer=4096) for _ in range(4)]
        for client in clients:
            client.sendall(hello(mode, target))
        push(clients, 0.8)
        for client in clients:
            close_with_reset(client)
        assert server.becomes(lambda: server.descriptors() <= descriptors)
        assert server.becomes(lambda: server.idle_cpu() <= MOST_CPU)


@pytest.mark.parametrize("mode", SHORT_OF_DESCRIPTORS)
def test_32_descriptors_are_enough_to_live(mode: str, target: int, folder: Path) -> None:
    with listening(*options_of(mode, target, folder), descriptors=32) as server:
        clients = [server.connect() for _ in range(100)]
        for client in clients[:50]:
            with suppress(OSError):
                client.sendall(hello(mode, target))
        assert server.becomes(lambda: server.idle_cpu(over_s=0.3) <= MOST_CPU)
        for client in clients:
            client.close()

        def is_served() -> bool:
            try:
                return serves_a_good_client(server, mode, target) < SERVED_WITHIN_S
            except (AssertionError, OSError):  # those before it are not all let go yet
                return False

        assert server.becomes(is_served, within_s=3.0)


def test_a_chat_of_a_thousand_who_never_read_costs_each_newcomer_a_line() -> None:
    with listening("--chat", "-m", "1010") as server:
        before = server.peak()
        clients = [server.connect() for _ in range(1000)]
        assert server.becomes(lambda: server.descriptors() > 1000)
        with server.connect() as listener, server.connect() as speaker:
            heard_until(listener, b"900 more.\n")
            heard_until(speaker, b"901 more.\n")
            began_s = monotonic()
            speaker.sendall(b"hello\n")
            heard_until(listener, b"> hello\n")
            assert monotonic() - began_s < SERVED_WITHIN_S
        assert server.peak() - before < MOST_GROWTH
        clients[0].settimeout(1)
        heard = 0
        with suppress(TimeoutError):
            while heard < 1 << 20:
                heard += len(clients[0].recv(1 << 16))
        assert heard < 1 << 17, "the names of all for each who came"
        for client in clients:
            client.close()
