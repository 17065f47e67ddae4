"""Our handshakes with our own proxy: every type, every way to say who we are, names and addresses."""

import random
from collections.abc import Iterator
from ipaddress import IPv4Address, IPv6Address

import pytest

from nettools.core.address import Address
from nettools.core.connect.target import Target
from nettools.core.proxy.credentials import Credentials
from nettools.core.proxy_server.kinds import ProxyServerType
from nettools.net.proxy_server.handler import ProxyServer
from tests.net.origins import echo, echo_at_the_end, free_port, origin, says
from tests.net.proxy_bed import LOOPBACK, Bed, made_bed, order_of
from tests.net.through_proxy import settings_of, talk_through

JOE = Credentials(user="jürgen", password="se:cret")


@pytest.fixture
def bed() -> Iterator[Bed]:
    with made_bed() as made:
        yield made


def proxy(bed: Bed, kind: ProxyServerType, credentials: Credentials | None = None) -> int:
    return bed.serve(ProxyServer(bed.loop, kind, credentials=credentials, order_of=order_of))


def to(port: int, host: Address | str = LOOPBACK) -> Target:
    return Target(transport="tcp", host=host, port=port)


@pytest.mark.parametrize("kind", ["http", "socks5"])
@pytest.mark.parametrize("credentials", [None, JOE])
@pytest.mark.parametrize("host", [LOOPBACK, "localhost", IPv6Address("::ffff:127.0.0.1")], ids=str)
def test_eight_megabytes_come_back_the_same(
    bed: Bed, kind: ProxyServerType, credentials: Credentials | None, host: Address | str
) -> None:
    octets = random.Random(8).randbytes(8 << 20)
    with origin(echo) as target:
        settings = settings_of(proxy(bed, kind, credentials), kind, credentials)
        through = talk_through(bed.loop, settings, to(target, host), octets)
    assert through.failure is None
    assert through.heard == octets
    assert through.connections == 1  # the answer to a challenge goes over the same connection


@pytest.mark.parametrize("kind", ["http", "socks5"])
def test_what_the_target_says_at_once_is_not_lost(bed: Bed, kind: ProxyServerType) -> None:
    with origin(says(b"220 hello\r\n")) as target:
        through = talk_through(bed.loop, settings_of(proxy(bed, kind), kind), to(target), b"")
    assert through.heard == b"220 hello\r\n"


@pytest.mark.parametrize(
    ("kind", "message"), [("http", "the proxy refused: 502 Bad Gateway"), ("socks5", "SOCKS5: connection refused")]
)
def test_a_refused_target_is_told_as_what_it_is(bed: Bed, kind: ProxyServerType, message: str) -> None:
    with free_port() as target:
        through = talk_through(bed.loop, settings_of(proxy(bed, kind), kind), to(target), b"")
    assert through.failure == message


@pytest.mark.parametrize(
    ("kind", "message"),
    [
        ("http", "the proxy did not accept the user and the password: 407 Proxy Authentication Required"),
        ("socks5", "SOCKS5: the proxy did not accept the user and the password"),
    ],
)
def test_a_wrong_password_is_told_as_what_it_is(bed: Bed, kind: ProxyServerType, message: str) -> None:
    wrong = Credentials(user="jürgen", password="secret")
    through = talk_through(bed.loop, settings_of(proxy(bed, kind, JOE), kind, wrong), to(1), b"")
    assert through.failure == message


@pytest.mark.parametrize("kind", ["http", "socks5"])
def test_who_does_not_say_who_it_is_stays_outside(bed: Bed, kind: ProxyServerType) -> None:
    through = talk_through(bed.loop, settings_of(proxy(bed, kind, JOE), kind), to(1), b"")
    assert through.failure is not None


SOCKS4_GRANTED = b"\0\x5a" + bytes(6)


@pytest.mark.parametrize(
    ("host", "asks"),
    [
        (IPv4Address("192.0.2.9"), b"\4\1\0\x19\xc0\0\2\x09j\xc3\xbcrgen\0"),
        ("h.example", b"\4\1\0\x19\0\0\0\1j\xc3\xbcrgen\0h.example\0"),
    ],
)
def test_socks4_over_a_socket(bed: Bed, host: Address | str, asks: bytes) -> None:
    with origin(says(SOCKS4_GRANTED + b"hello", after=asks)) as port:
        through = talk_through(bed.loop, settings_of(port, "socks4", JOE), to(25, host), b"")
    assert through.heard == b"hello"


def test_a_proxy_that_closes_after_its_challenge_gets_a_second_connection(bed: Bed) -> None:
    said: list[bytes] = []

    def serve(connection: object) -> None:
        import socket

        assert isinstance(connection, socket.socket)
        asked = b""
        while not asked.endswith(b"\r\n\r\n"):
            asked += connection.recv(65_536)
        said.append(asked)
        if len(said) == 1:
            connection.sendall(b'HTTP/1.0 407 Who?\r\nProxy-Authenticate: Basic realm="r"\r\n\r\nplease')
        else:
            connection.sendall(b"HTTP/1.0 200 OK\r\n\r\n")
            echo_at_the_end(connection)

    with origin(serve) as port:
        through = talk_through(bed.loop, settings_of(port, "http", JOE), to(25), b"hello")
    assert through.failure is None
    assert (through.connections, through.heard) == (2, b"hello")
    assert b"Proxy-Authorization: Basic asO8cmdlbjpzZTpjcmV0\r\n" in said[1]
