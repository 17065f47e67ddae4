"""Proxies with the programs that people use: ncat's proxy and our handshake; curl, ncat and nc with our proxy."""

import hashlib
import random
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from ipaddress import IPv4Address
from pathlib import Path
from time import monotonic, sleep

import pytest

from nettools.core.connect.target import Target
from nettools.core.proxy.credentials import Credentials
from nettools.core.proxy.digest import basic_authorization
from nettools.core.proxy_server.kinds import ProxyServerType
from nettools.net.proxy_server.handler import ProxyServer
from tests import peers
from tests.net.origins import echo_at_the_end, exchange, free_port, origin
from tests.net.proxy_bed import Bed, made_bed, order_of
from tests.net.through_proxy import settings_of, talk_through

LONGEST_S = 30
JOE = Credentials(user="joe", password="se:cret")
OCTETS = random.Random(9).randbytes(8 << 20)


@pytest.fixture
def bed() -> Iterator[Bed]:
    with made_bed() as made:
        yield made


@contextmanager
def ncat_proxy(*options: str) -> Iterator[int]:
    """The port of ncat as an HTTP proxy."""
    peers.require("ncat", reason="as a proxy that is not ours")
    with free_port() as found:
        port = found
    program = shutil.which("ncat")
    assert program is not None
    ncat = subprocess.Popen(
        [program, "-l", "127.0.0.1", str(port), "--proxy-type", "http", *options],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        until_s = monotonic() + LONGEST_S
        while monotonic() < until_s:
            try:
                socket.create_connection(("127.0.0.1", port)).close()
                break
            except ConnectionRefusedError:
                sleep(0.01)
        yield port
    finally:
        ncat.send_signal(signal.SIGTERM)
        ncat.wait(LONGEST_S)


def to(port: int, host: str | None = None) -> Target:
    return Target(transport="tcp", host=host or IPv4Address("127.0.0.1"), port=port)


@pytest.mark.parametrize("host", [None, "localhost"])
def test_ncat_lets_us_through(bed: Bed, host: str | None) -> None:
    with ncat_proxy() as port, origin(lambda one: one.sendall(OCTETS)) as target:
        # ncat's proxy ends a tunnel as soon as one side ends, so ours does not.
        through = talk_through(bed.loop, settings_of(port, "http"), to(target, host), None)
    assert through.failure is None
    assert through.heard == OCTETS


def test_ncat_takes_our_digest_over_a_second_connection(bed: Bed) -> None:
    with ncat_proxy("--proxy-auth", "joe:se:cret") as port, origin(lambda one: one.sendall(OCTETS)) as target:
        through = talk_through(bed.loop, settings_of(port, "http", JOE), to(target), None)
    assert through.failure is None
    assert (through.connections, through.heard) == (2, OCTETS)


def test_cat_answers_ncats_challenge_over_a_second_connection() -> None:
    with ncat_proxy("--proxy-auth", "joe:se:cret") as port, origin(lambda one: one.sendall(OCTETS)) as target:
        words = [sys.executable, "-m", "nettools", "cat", "127.0.0.1", str(target), "--recv-only"]
        ended = run(*words, "--proxy", f"127.0.0.1:{port}", "--proxy-auth", "joe:se:cret")
    assert (ended.returncode, ended.stderr) == (0, b"")
    assert ended.stdout == OCTETS


def test_ncat_takes_our_basic(bed: Bed) -> None:
    with ncat_proxy("--proxy-auth", "joe:se:cret") as port, origin(lambda one: one.sendall(b"hello")) as target:
        asks = f"CONNECT 127.0.0.1:{target} HTTP/1.1\r\nProxy-Authorization: {basic_authorization(JOE)}\r\n\r\n"
        assert exchange(port, asks.encode()).endswith(b"\r\n\r\nhello")


def test_ncat_and_we_agree_on_who_stays_outside(bed: Bed) -> None:
    wrong = Credentials(user="joe", password="secret")
    with ncat_proxy("--proxy-auth", "joe:se:cret") as port:
        through = talk_through(bed.loop, settings_of(port, "http", wrong), to(1), b"")
        assert "did not accept" in str(through.failure)
        through = talk_through(bed.loop, settings_of(port, "http"), to(1), b"")
        assert "wants a user and a password" in str(through.failure)
    with ncat_proxy() as port, free_port() as nobody:
        through = talk_through(bed.loop, settings_of(port, "http"), to(nobody), b"")
        assert through.failure == "the proxy refused: 504 Gateway Timeout"


def run(*words: str, stdin: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(words, input=stdin, capture_output=True, timeout=LONGEST_S, check=False)


def our_proxy(bed: Bed, kind: ProxyServerType, *, is_closed: bool) -> int:
    credentials = JOE if is_closed else None
    return bed.serve(ProxyServer(bed.loop, kind, credentials=credentials, order_of=order_of))


@pytest.mark.parametrize("is_closed", [False, True], ids=["open", "password"])
@pytest.mark.parametrize("kind", ["http", "socks5"])
def test_ncat_goes_through_our_proxy(bed: Bed, kind: ProxyServerType, is_closed: bool) -> None:
    peers.require("ncat", reason="as a client of our proxy")
    with origin(echo_at_the_end) as target:
        port = our_proxy(bed, kind, is_closed=is_closed)
        words = ["ncat", "--proxy", f"127.0.0.1:{port}", "--proxy-type", kind]
        words += ["--proxy-auth", "joe:se:cret"] if is_closed else []
        ended = bed.during(lambda: run(*words, "127.0.0.1", str(target), stdin=OCTETS))
    assert ended.stderr == b""
    assert hashlib.sha256(ended.stdout).digest() == hashlib.sha256(OCTETS).digest()


@pytest.mark.parametrize(("kind", "word"), [("http", "connect"), ("socks5", "5")])
def test_nc_goes_through_our_proxy(bed: Bed, kind: ProxyServerType, word: str) -> None:
    peers.require("nc", reason="as a client of our proxy")
    with origin(echo_at_the_end) as target:
        port = our_proxy(bed, kind, is_closed=False)
        words = ["nc", "-N", "-X", word, "-x", f"127.0.0.1:{port}", "127.0.0.1", str(target)]
        ended = bed.during(lambda: run(*words, stdin=OCTETS))
    assert hashlib.sha256(ended.stdout).digest() == hashlib.sha256(OCTETS).digest()


@pytest.fixture
def pages(tmp_path: Path) -> Iterator[str]:
    """The address of a folder of files, as Python's server has them."""
    import functools
    import http.server
    import threading

    (tmp_path / "file").write_bytes(OCTETS)

    class Quiet(http.server.SimpleHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, format: str, *words: object) -> None:
            """Nobody reads it."""

        def do_POST(self) -> None:
            said = self.rfile.read(int(self.headers["Content-Length"]))
            answer = hashlib.sha256(said).hexdigest().encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=str(tmp_path)))
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()


HTTP_WAYS = [[], ["--proxytunnel"]]
SOCKS_WAYS = ["--socks5", "--socks5-hostname"]


@pytest.mark.parametrize("way", HTTP_WAYS, ids=["page", "tunnel"])
@pytest.mark.parametrize(
    "password",
    [None, ["--proxy-basic"], ["--proxy-digest"], ["--proxy-anyauth"]],
    ids=["open", "basic", "digest", "anyauth"],
)
def test_curl_fetches_through_our_http_proxy(bed: Bed, pages: str, way: list[str], password: list[str] | None) -> None:
    peers.require("curl", reason="as a client of our proxy")
    port = our_proxy(bed, "http", is_closed=password is not None)
    words = ["curl", "-sS", "--noproxy", "", "--proxy", f"http://127.0.0.1:{port}", *way]
    words += [] if password is None else [*password, "--proxy-user", "joe:se:cret"]
    ended = bed.during(lambda: run(*words, f"{pages}/file"))
    assert ended.stderr == b""
    assert hashlib.sha256(ended.stdout).digest() == hashlib.sha256(OCTETS).digest()
    posted = bed.during(lambda: run(*words, "--data-binary", "@-", pages, stdin=OCTETS))
    assert posted.stdout.decode() == hashlib.sha256(OCTETS).hexdigest()
    status = bed.during(lambda: run(*words, "-I", "-w", "%{http_code}", "-o", "/dev/null", f"{pages}/none"))
    assert status.stdout == b"404"


@pytest.mark.parametrize("way", SOCKS_WAYS)
@pytest.mark.parametrize("is_closed", [False, True], ids=["open", "password"])
def test_curl_fetches_through_our_socks_proxy(bed: Bed, pages: str, way: str, is_closed: bool) -> None:
    peers.require("curl", reason="as a client of our proxy")
    port = our_proxy(bed, "socks5", is_closed=is_closed)
    words = ["curl", "-sS", "--noproxy", "", way, f"127.0.0.1:{port}"]
    words += ["--proxy-user", "joe:se:cret"] if is_closed else []
    ended = bed.during(lambda: run(*words, f"{pages.replace('127.0.0.1', 'localhost')}/file"))
    assert ended.stderr == b""
    assert hashlib.sha256(ended.stdout).digest() == hashlib.sha256(OCTETS).digest()


def test_curl_is_told_why_not(bed: Bed) -> None:
    peers.require("curl", reason="as a client of our proxy")
    port = our_proxy(bed, "http", is_closed=True)
    proxied = ["curl", "-sS", "--noproxy", "", "-w", "%{http_code}", "-o", "/dev/null"]
    words = [*proxied, "--proxy", f"http://127.0.0.1:{port}", "--proxy-user"]
    assert bed.during(lambda: run(*words, "joe:wrong", "http://127.0.0.1:1/")).stdout == b"407"
    assert bed.during(lambda: run(*words, "joe:se:cret", "http://127.0.0.1:1/")).stdout == b"502"
    assert bed.during(lambda: run(*words, "joe:se:cret", f"http://127.0.0.1:{port}/")).stdout == b"403"
