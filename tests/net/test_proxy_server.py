"""The proxy on loopback: tunnels, exchanges, refusals, with clients that say anything."""

import hashlib
import http.client
import random
import socket
import struct
from base64 import b64encode
from collections.abc import Iterator
from contextlib import suppress
from time import monotonic

import pytest

from nettools.core.proxy.credentials import Credentials
from nettools.core.proxy_server.kinds import ProxyServerType
from nettools.net.proxy_server.handler import ProxyServer
from tests.net.origins import (
    LONGEST_S,
    echo,
    echo_at_the_end,
    exchange,
    free_port,
    hanging_port,
    origin,
    says,
    wait_until_acknowledged,
)
from tests.net.proxy_bed import Bed, made_bed, order_of

JOE = Credentials(user="joe", password="se:cret")
OK = b"HTTP/1.1 200 Connection established\r\n\r\n"


@pytest.fixture
def bed() -> Iterator[Bed]:
    with made_bed() as made:
        yield made


def proxy(
    bed: Bed, kind: ProxyServerType = "http", *, credentials: Credentials | None = None, idle_timeout_s: float = 20.0
) -> int:
    server = ProxyServer(bed.loop, kind, credentials=credentials, order_of=order_of, idle_timeout_s=idle_timeout_s)
    return bed.serve(server)


def connect_to(port: int) -> bytes:
    return f"CONNECT 127.0.0.1:{port} HTTP/1.1\r\nHost: x\r\n\r\n".encode()


def socks_to(port: int) -> bytes:
    return b"\5\1\0" + b"\5\1\0\1\x7f\0\0\1" + port.to_bytes(2, "big")


def test_a_tunnel_begins_with_what_came_behind_the_request_and_half_closes_go_through(bed: Bed) -> None:
    with origin(echo_at_the_end) as target:
        port = proxy(bed)
        said = bed.during(lambda: exchange(port, connect_to(target) + b"hello", shuts=True), until_idle=True)
    assert said == OK + b"hello"
    client = bed.clients[0]
    assert (client.bytes_in, client.bytes_out) == (len(connect_to(target)) + 5, len(OK) + 5)
    assert bed.endings[0].kind == "closed"
    assert bed.endings[0].message.startswith(f"127.0.0.1:{target}: ")


def test_a_socks_tunnel_says_where_it_comes_from(bed: Bed) -> None:
    with origin(echo_at_the_end) as target:
        port = proxy(bed, "socks5")
        said = bed.during(lambda: exchange(port, socks_to(target) + b"hello", shuts=True), until_idle=True)
    assert said[:9] == b"\5\0" + b"\5\0\0\1\x7f\0\0"
    assert said[12:] == b"hello"


@pytest.mark.parametrize("kind", ["http", "socks5"])
def test_eight_megabytes_each_way_through_a_tunnel_are_the_same(bed: Bed, kind: ProxyServerType) -> None:
    octets = random.Random(6).randbytes(8 << 20)

    def talk(port: int, asks: bytes, answer: int) -> str:
        import threading

        with socket.create_connection(("127.0.0.1", port), timeout=LONGEST_S) as client:

            def send() -> None:
                client.sendall(asks + octets)
                client.shutdown(socket.SHUT_WR)

            sender = threading.Thread(target=send)
            sender.start()
            heard = b""
            while len(heard) < answer:
                heard += client.recv(answer - len(heard))
            hashed = hashlib.sha256()
            while piece := client.recv(1 << 18):
                hashed.update(piece)
            sender.join()
            return hashed.hexdigest()

    with origin(echo) as target:
        asks, answer = (connect_to(target), len(OK)) if kind == "http" else (socks_to(target), 12)
        port = proxy(bed, kind)
        heard = bed.during(lambda: talk(port, asks, answer), until_idle=True)
    assert heard == hashlib.sha256(octets).hexdigest()


def test_a_target_where_nobody_listens_has_its_code(bed: Bed) -> None:
    with free_port() as target:
        port = proxy(bed)
        assert bed.during(lambda: exchange(port, connect_to(target))).startswith(b"HTTP/1.1 502 Bad Gateway\r\n")
        port = proxy(bed, "socks5")
        assert bed.during(lambda: exchange(port, socks_to(target))) == b"\5\0" + b"\5\5\0\1" + bytes(6)


@pytest.mark.parametrize(("kind", "code"), [("http", b"HTTP/1.1 403 Forbidden"), ("socks5", b"\5\0\5\2")])
def test_the_proxy_connects_nobody_to_itself(bed: Bed, kind: ProxyServerType, code: bytes) -> None:
    port = proxy(bed, kind)
    asks = connect_to(port) if kind == "http" else socks_to(port)
    assert bed.during(lambda: exchange(port, asks)).startswith(code)
    assert len(bed.clients) == 1
    unspecified = asks.replace(b"127.0.0.1", b"0.0.0.0").replace(b"\1\x7f\0\0\1", b"\1\0\0\0\0")
    assert bed.during(lambda: exchange(port, unspecified)).startswith(code)


def through_proxy(
    port: int, method: str, url: str, body: bytes | None = None, fields: dict[str, str] | None = None
) -> tuple[int, bytes]:
    """The standard library's client, which speaks to a proxy as RFC 9112 wants it."""
    client = http.client.HTTPConnection("127.0.0.1", port, timeout=LONGEST_S)
    client.request(method, url, body=body, headers=fields or {})
    answer = client.getresponse()
    found = answer.status, answer.read()
    client.close()
    return found


def serve_pages(connection: socket.socket) -> None:
    """Says what it was asked, in the form that the path names."""
    said = b""
    while b"\r\n\r\n" not in said:
        piece = connection.recv(65_536)
        if not piece:
            return
        said += piece
    head, _, body = said.partition(b"\r\n\r\n")
    lines = head.decode().split("\r\n")
    length = next((int(line[16:]) for line in lines if line.lower().startswith("content-length: ")), 0)
    is_chunked = "Transfer-Encoding: chunked" in lines
    while len(body) < length or (is_chunked and not body.endswith(b"0\r\n\r\n")):
        body += connection.recv(65_536)
    page = head + b"\r\n\r\n" + body
    path = lines[0].split()[1]
    if path == "/chunked":
        connection.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nConnection: keep-alive\r\n\r\n")
        for piece in (page[:7], page[7:]):
            connection.sendall(b"%X;x=y\r\n%s\r\n" % (len(piece), piece))
        connection.sendall(b"0\r\nTrailer: x\r\n\r\n")
        connection.recv(1)  # kept open: the end is in the message
    elif path == "/open":
        connection.sendall(b"HTTP/1.0 200 OK\r\nContent-Type: text/plain\r\n\r\n" + page)
    else:
        connection.sendall(b"HTTP/1.1 200 OK\r\nKeep-Alive: max=5\r\nContent-Length: %d\r\n\r\n" % len(page) + page)
        connection.recv(1)


@pytest.mark.parametrize("path", ["/counted?a=b", "/chunked", "/open"])
def test_a_page_is_fetched_for_the_client_with_fields_that_are_for_the_origin_alone(bed: Bed, path: str) -> None:
    with origin(serve_pages) as target:
        port = proxy(bed)
        url = f"http://127.0.0.1:{target}{path}"
        fields = {
            "X-Mine": "a",
            "Connection": "X-Secret",
            "X-Secret": "b",
            "Proxy-Authorization": "Basic xyz",
            "TE": "x",
        }
        status, page = bed.during(lambda: through_proxy(port, "GET", url, None, fields), until_idle=True)
    assert status == 200
    assert page.decode().split("\r\n") == [
        f"GET {path} HTTP/1.1",
        f"Host: 127.0.0.1:{target}",
        "Accept-Encoding: identity",
        "X-Mine: a",
        "Connection: close",
        "",
        "",
    ]
    assert bed.endings[0].kind == "closed"


def test_what_is_posted_arrives_whole_in_either_form(bed: Bed) -> None:
    octets = random.Random(7).randbytes(3 << 20)

    def post(port: int, url: str) -> tuple[bytes, bytes]:
        counted = through_proxy(port, "POST", url, octets)[1]
        client = http.client.HTTPConnection("127.0.0.1", port, timeout=LONGEST_S)
        client.request("POST", url, body=iter([octets[:100_000], octets[100_000:]]), encode_chunked=True)
        return counted, client.getresponse().read()

    with origin(serve_pages) as target:
        port = proxy(bed)
        counted, chunked = bed.during(lambda: post(port, f"http://127.0.0.1:{target}/counted"), until_idle=True)
    assert counted.partition(b"\r\n\r\n")[2] == octets
    head, _, body = chunked.partition(b"\r\n\r\n")
    assert b"Transfer-Encoding: chunked" in head
    assert body.replace(b"186a0\r\n", b"", 1).startswith(octets[:1000])
    assert len(body) == len(octets) + len(b"186a0\r\n\r\n2e7960\r\n\r\n0\r\n\r\n")


def test_head_has_no_content_and_the_answer_is_over_at_once(bed: Bed) -> None:
    answer = b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n"

    def serve(connection: socket.socket) -> None:
        connection.recv(65_536)
        connection.sendall(answer)
        connection.recv(1)

    with origin(serve) as target:
        port = proxy(bed)
        asks = f"HEAD http://127.0.0.1:{target}/ HTTP/1.1\r\nHost: x\r\n\r\n".encode()
        said = bed.during(lambda: exchange(port, asks), until_idle=True)
    assert said == b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\nConnection: close\r\n\r\n"


def test_a_second_request_behind_the_first_never_reaches_the_origin(bed: Bed) -> None:
    heard: list[bytes] = []

    def serve(connection: socket.socket) -> None:
        heard.append(connection.recv(65_536))
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nokHTTP/1.1 200 OK\r\n\r\n")
        heard.append(connection.recv(65_536))

    with origin(serve) as target:
        port = proxy(bed)
        asks = f"GET http://127.0.0.1:{target}/ HTTP/1.1\r\nHost: x\r\n\r\n".encode()
        said = bed.during(lambda: exchange(port, asks + b"GET /secret HTTP/1.1\r\n\r\n"), until_idle=True)
    assert said.endswith(b"\r\n\r\nok")
    assert b"secret" not in b"".join(heard)
    assert heard[1] == b""


@pytest.mark.parametrize(
    ("serve", "status"),
    [
        (says(b"", after=b"\r\n\r\n"), b"502 Bad Gateway"),
        (says(b"SSH-2.0-x\r\n\r\n", after=b"\r\n\r\n"), b"502 Bad Gateway"),
        (
            says(b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n", after=b"\r\n\r\n"),
            b"502 Bad",
        ),
        (says(b"HTTP/1.1 200 OK\r\nNot a field\r\n\r\n", after=b"\r\n\r\n"), b"502 Bad Gateway"),
        (says(b"HTTP/1.1 101 Switching\r\n\r\n", after=b"\r\n\r\n"), b"502 Bad Gateway"),
        (lambda connection: connection.recv(65_536) and connection.recv(1) and None, b"504 Gateway Timeout"),
    ],
)
def test_an_origin_that_does_not_answer_is_told_of(bed: Bed, serve: object, status: bytes) -> None:
    assert callable(serve)
    with origin(serve) as target:
        port = proxy(bed, idle_timeout_s=0.3)
        asks = f"GET http://127.0.0.1:{target}/ HTTP/1.1\r\nHost: x\r\n\r\n".encode()
        said = bed.during(lambda: exchange(port, asks), until_idle=True)
    assert said.startswith(b"HTTP/1.1 " + status)


def test_an_origin_that_answers_before_it_has_heard_all_is_heard(bed: Bed) -> None:
    page = random.Random(3).randbytes(1 << 20)

    def serve(connection: socket.socket) -> None:
        connection.recv(1000)
        connection.sendall(b"HTTP/1.1 413 Too much\r\nContent-Length: %d\r\n\r\n" % len(page) + page)
        wait_until_acknowledged(connection)

    def ask(port: int, target: int) -> bytes:
        import threading

        with socket.create_connection(("127.0.0.1", port), timeout=LONGEST_S) as client:
            asks = f"POST http://127.0.0.1:{target}/ HTTP/1.1\r\nHost: x\r\nContent-Length: 30000000\r\n\r\n"

            def send() -> None:
                with suppress(OSError):
                    client.sendall(asks.encode() + bytes(30_000_000))

            sender = threading.Thread(target=send)
            sender.start()
            said = b""
            while piece := client.recv(1 << 18):
                said += piece
            with suppress(OSError):
                client.shutdown(socket.SHUT_RDWR)
            sender.join()
            return said

    with origin(serve) as target:
        port = proxy(bed)
        said = bed.during(lambda: ask(port, target), until_idle=True)
    head, _, told = said.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 413 Too much")
    assert told == page
    assert bed.endings[0].kind == "closed"


def test_half_an_answer_ends_in_a_reset(bed: Bed) -> None:
    with origin(says(b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf", after=b"\r\n\r\n")) as target:
        port = proxy(bed)
        asks = f"GET http://127.0.0.1:{target}/ HTTP/1.1\r\nHost: x\r\n\r\n".encode()
        with pytest.raises(ConnectionResetError):
            bed.during(lambda: exchange(port, asks), until_idle=True)
    assert "4" not in bed.endings[0].kind
    assert "closed 6 bytes before the end" in bed.endings[0].message


def test_a_refusal_arrives_although_the_client_still_sends(bed: Bed) -> None:
    port = proxy(bed, credentials=JOE)
    asks = b"POST http://127.0.0.1:1/ HTTP/1.1\r\nHost: x\r\nContent-Length: 3000000\r\n\r\n" + bytes(3_000_000)
    said = bed.during(lambda: exchange(port, asks, shuts=True), until_idle=True)
    assert said.startswith(b"HTTP/1.1 407 Proxy Authentication Required\r\n")
    assert b"Connection: close\r\n" in said


def test_basic_authentication_opens_the_door_and_nothing_else_does(bed: Bed) -> None:
    def ask(port: int, url: str, said: bytes) -> int:
        return through_proxy(port, "GET", url, None, {"Proxy-Authorization": f"Basic {b64encode(said).decode()}"})[0]

    with origin(serve_pages) as target:
        port = proxy(bed, credentials=JOE)
        url = f"http://127.0.0.1:{target}/"
        assert bed.during(lambda: ask(port, url, b"joe:se:cret")) == 200
        assert bed.during(lambda: ask(port, url, b"joe:se")) == 407
        assert bed.during(lambda: through_proxy(port, "GET", url))[0] == 407


def test_a_socks_user_needs_the_password(bed: Bed) -> None:
    with origin(echo_at_the_end) as target:
        port = proxy(bed, "socks5", credentials=JOE)
        place = socks_to(target)[3:]
        right = b"\5\1\2" + b"\1\3joe\7se:cret" + place + b"hi"
        assert bed.during(lambda: exchange(port, right, shuts=True)).startswith(b"\5\2\1\0\5\0")
        assert bed.during(lambda: exchange(port, b"\5\1\2" + b"\1\3joe\3bad" + place)) == b"\5\2\1\1"
        assert bed.during(lambda: exchange(port, b"\5\1\0" + place)) == b"\5\xff"


def test_a_client_that_says_nothing_is_let_go(bed: Bed) -> None:
    port = proxy(bed, idle_timeout_s=0.05)
    assert bed.during(lambda: exchange(port, b"GET http://"), until_idle=True) == b""
    assert bed.endings[0].kind == "idle-timeout"


def test_a_silent_tunnel_ends(bed: Bed) -> None:
    with origin(echo) as target:
        port = proxy(bed, idle_timeout_s=0.1)
        assert bed.during(lambda: exchange(port, connect_to(target)), until_idle=True) == OK
    assert bed.endings[0].kind == "idle-timeout"


def test_a_client_that_leaves_while_we_connect_takes_the_dial_with_it(bed: Bed) -> None:
    with hanging_port() as target:
        port = proxy(bed)

        def leave() -> None:
            client = socket.create_connection(("127.0.0.1", port), timeout=LONGEST_S)
            client.sendall(connect_to(target))
            until_s = monotonic() + 2
            while bed.loop._interest.get(_descriptor(bed), 1) & 1 and monotonic() < until_s:
                pass
            client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            client.close()

        bed.during(leave, until_idle=True, longest_s=3.0)
    assert "while we connected" in bed.endings[0].message


def _descriptor(bed: Bed) -> int:
    """Where the loop waits for the first client."""
    descriptor = bed.clients[0].end.read_descriptor if bed.clients else None
    return -1 if descriptor is None else descriptor


@pytest.mark.parametrize("moment", ["talking", "connecting", "tunnel", "farewell"])
def test_a_client_can_be_cut_at_any_moment(bed: Bed, moment: str) -> None:
    with origin(echo) as target, hanging_port() as hanging:
        port = proxy(bed)
        says_first = {
            "talking": b"CONN",
            "connecting": connect_to(hanging),
            "tunnel": connect_to(target),
            "farewell": b"\0\r\n\r\n",
        }[moment]

        def talk() -> bytes:
            with socket.create_connection(("127.0.0.1", port), timeout=LONGEST_S) as client:
                client.sendall(says_first)
                if moment in ("tunnel", "farewell"):
                    assert client.recv(4) == b"HTTP"
                else:
                    until_s = monotonic() + 2
                    while not bed.clients and monotonic() < until_s:
                        pass
                bed.soon(lambda: bed.clients[0].cut("cut", "enough"))
                said = b""
                while piece := client.recv(1000):
                    said += piece
                return said

        bed.during(talk, until_idle=True, longest_s=5.0)
    assert len(bed.closed) == 1
    if moment != "farewell":
        assert "enough" in bed.endings[0].message


@pytest.mark.parametrize("kind", ["http", "socks5"])
def test_clients_that_have_gone_leave_nothing_for_the_collector(bed: Bed, kind: ProxyServerType) -> None:
    with origin(echo_at_the_end) as target, origin(serve_pages) as pages, free_port() as nobody:
        port = proxy(bed, kind)
        asks = connect_to if kind == "http" else socks_to

        def work() -> None:
            for _ in range(20):
                exchange(port, asks(target) + b"hello", shuts=True)
                exchange(port, asks(nobody))
                exchange(port, b"\0\r\n")
                if kind == "http":
                    through_proxy(port, "GET", f"http://127.0.0.1:{pages}/counted")
                with socket.create_connection(("127.0.0.1", port)) as client:
                    client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))

        assert bed.left_behind_by(work) < 20


def test_a_thousand_silent_clients_cost_little_and_a_good_one_is_served(bed: Bed) -> None:
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft < 4096:
        resource.setrlimit(resource.RLIMIT_NOFILE, (min(4096, hard), hard))

    def resident() -> int:
        with open("/proc/self/statm") as file:
            return int(file.read().split()[1]) * 4096

    with origin(echo_at_the_end) as target:
        port = proxy(bed)

        def crowd() -> tuple[bytes, float]:
            silent = [socket.create_connection(("127.0.0.1", port)) for _ in range(1000)]
            began_s = monotonic()
            said = exchange(port, connect_to(target) + b"hello", shuts=True)
            took_s = monotonic() - began_s
            for one in silent:
                one.close()
            return said, took_s

        before = resident()
        said, took_s = bed.during(crowd, until_idle=True)
        grown = resident() - before
    assert said == OK + b"hello"
    assert took_s < 1.0
    assert grown < 16 << 20
