"""Files over HTTP on connections of loopback: plain sockets, and ends that take and give little at a time."""

import errno
import hashlib
import http.client
import json
import os
import queue
import random
import shutil
import socket
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path

import pytest

from nettools.core.serve.access import Access
from nettools.errors import InputError
from nettools.net.interrupts import Interrupts
from nettools.net.loop import Loop
from nettools.net.relay.ends import End, SocketEnd
from nettools.net.serve import handler as serve
from nettools.net.serve.file_parts import FilePart
from nettools.net.serve.handler import ServeHandler
from nettools.net.serve.http_requests import LONGEST_HEAD
from tests.net.served import PATIENCE_S, HoardingEnd, ReluctantEnd, Served, read_all, serving

MakeEnd = Callable[[socket.socket], End]
ENDS: list[MakeEnd] = [SocketEnd, ReluctantEnd, HoardingEnd]
every_end = pytest.mark.parametrize("make_end", ENDS)
LONG_AGO = 1_600_000_000


class Site:
    """A served folder, its server, and what the server told."""

    def __init__(self, root: Path, served: Served, told: "queue.Queue[Access]") -> None:
        self.root = root
        self.served = served
        self._told = told

    def write(self, name: str, octets: bytes) -> Path:
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(octets)
        os.utime(path, (LONG_AGO, LONG_AGO))
        return path

    def client(self) -> http.client.HTTPConnection:
        return http.client.HTTPConnection("127.0.0.1", self.served.port, timeout=PATIENCE_S)

    def get(
        self, target: str, headers: dict[str, str] | None = None, method: str = "GET"
    ) -> tuple[http.client.HTTPResponse, bytes]:
        client = self.client()
        try:
            client.request(method, target, headers=headers or {})
            response = client.getresponse()
            return response, response.read()
        finally:
            client.close()

    def say(self, octets: bytes) -> bytes:
        """Everything that comes back on a connection of its own, which the client half-closes."""
        with self.served.connect() as connection:
            connection.sendall(octets)
            connection.shutdown(socket.SHUT_WR)
            return read_all(connection)

    def access(self) -> Access:
        """The next request that the server told of."""
        return self._told.get(timeout=PATIENCE_S)


@contextmanager
def site(root: Path, *, make_end: MakeEnd = SocketEnd, idle_s: float = 30.0, head_s: float = 30.0) -> Iterator[Site]:
    told: queue.Queue[Access] = queue.Queue()
    root.mkdir(exist_ok=True)

    def make(loop: Loop) -> ServeHandler:
        return ServeHandler(loop, str(root), on_request=told.put, idle_timeout_s=idle_s, head_timeout_s=head_s)

    with serving(make, make_end=make_end) as served:
        try:
            yield Site(root, served, told)
        finally:
            served.in_loop(partial(cut_all, served))
            assert isinstance(served.handler, ServeHandler)
            assert served.handler.in_memory == 0
            served.handler.close()
            served.handler.close()


def cut_all(served: Served) -> None:
    for one in served.clients:
        one.cut("cut", "the test is over")


@every_end
@pytest.mark.parametrize("size", [0, 1, 1000, 16_384, 16_385, 3_000_001])
def test_a_file_arrives_octet_for_octet(tmp_path: Path, make_end: MakeEnd, size: int) -> None:
    octets = random.Random(size).randbytes(size)
    with site(tmp_path / "www", make_end=make_end) as www:
        www.write("sub/file.bin", octets)
        response, body = www.get("/sub/file.bin")
        assert (response.status, len(body)) == (200, size)
        assert hashlib.sha256(body).digest() == hashlib.sha256(octets).digest()
        told = www.access()
        assert (told.method, told.target, told.status) == ("GET", "/sub/file.bin", 200)
        assert (told.body_bytes, told.is_complete) == (size, True)


@every_end
def test_head_says_what_get_would_and_nothing_more(tmp_path: Path, make_end: MakeEnd) -> None:
    with site(tmp_path / "www", make_end=make_end) as www:
        www.write("a.txt", bytes(50_000))
        got, _ = www.get("/a.txt")
        asked, body = www.get("/a.txt", method="HEAD")
        assert body == b""
        assert (asked.status, asked.getheader("Content-Length")) == (200, "50000")
        ours = {name: value for name, value in asked.getheaders() if name != "Date"}
        assert ours == {name: value for name, value in got.getheaders() if name != "Date"}
        answer = www.say(b"HEAD / HTTP/1.1\r\nHost: x\r\n\r\nHEAD /none HTTP/1.1\r\nHost: x\r\n\r\n")
        assert answer.count(b"HTTP/1.1 ") == 2
        assert answer.endswith(b"\r\n\r\n")


@every_end
@pytest.mark.parametrize(("start", "stop"), [(0, 1), (5, 999_999), (999_999, 1_000_000), (300_000, 316_384)])
def test_a_part_of_a_file_arrives(tmp_path: Path, make_end: MakeEnd, start: int, stop: int) -> None:
    octets = random.Random(5).randbytes(1_000_000)
    with site(tmp_path / "www", make_end=make_end) as www:
        www.write("file", octets)
        response, body = www.get("/file", {"Range": f"bytes={start}-{stop - 1}"})
        assert response.status == 206
        assert response.getheader("Content-Range") == f"bytes {start}-{stop - 1}/1000000"
        assert body == octets[start:stop]


def test_what_the_client_has_is_not_sent_again(tmp_path: Path) -> None:
    with site(tmp_path / "www") as www:
        www.write("a.txt", b"hello")
        first, _ = www.get("/a.txt")
        tag, date = first.getheader("ETag") or "", first.getheader("Last-Modified") or ""
        for headers in ({"If-None-Match": tag}, {"If-Modified-Since": date}):
            response, body = www.get("/a.txt", headers)
            assert (response.status, body) == (304, b"")
        www.write("a.txt", b"other")
        os.utime(www.root / "a.txt", (LONG_AGO + 5, LONG_AGO + 5))
        response, body = www.get("/a.txt", {"If-None-Match": tag, "If-Modified-Since": date})
        assert (response.status, body) == (200, b"other")
        response, body = www.get("/a.txt", {"Range": "bytes=0-1", "If-Range": tag})
        assert (response.status, body) == (200, b"other")


@every_end
def test_a_connection_is_used_again(tmp_path: Path, make_end: MakeEnd) -> None:
    with site(tmp_path / "www", make_end=make_end) as www:
        for number in range(5):
            www.write(f"{number}", b"%d" % number * 20_000)
        client = www.client()
        for number in [*range(5), *range(5)]:
            client.request("GET", f"/{number}")
            response = client.getresponse()
            assert (response.status, response.read()) == (200, b"%d" % number * 20_000)
            client.request("GET", "/none")
            response = client.getresponse()
            assert (response.status, response.read()[:13]) == (404, b"404 Not Found")
        client.close()
        assert len(www.served.clients) == 1


@every_end
def test_requests_at_once_are_answered_in_their_order(tmp_path: Path, make_end: MakeEnd) -> None:
    with site(tmp_path / "www", make_end=make_end) as www:
        for number in range(40):
            www.write(f"{number:02}", b"<%02d>" % number * (1 + number * 500 * (number % 3)))
        requests = b"".join(b"GET /%02d HTTP/1.1\r\nHost: x\r\n\r\n" % number for number in range(40))
        answer = www.say(requests)
        assert answer.count(b"HTTP/1.1 200 OK\r\n") == 40
        bodies = [part.partition(b"\r\n\r\n")[2] for part in answer.split(b"HTTP/1.1 200 OK\r\n")[1:]]
        assert bodies == [(www.root / f"{number:02}").read_bytes() for number in range(40)]


@pytest.mark.parametrize(
    ("request_line", "status"),
    [
        (b"GET / HTTP/1.0\r\n\r\n", 200),
        (b"GET http://x/ HTTP/1.1\r\nHost: x\r\n\r\n", 200),
        (b"GET / HTTP/1.1\r\n\r\n", 400),  # RFC 9112 §3.2: a Host is necessary
        (b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400),
        (b"nonsense\r\n\r\n", 400),
        (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n", 400),
        (b"GET  / HTTP/1.1\r\nHost: x\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nHost: x\r\nA b: c\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nHost: x\r\nContent-Length: x\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nHo", 400),
        (b"GET / HTTP/2.0\r\nHost: x\r\n\r\n", 505),
        (b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc", 405),
        (b"PUT / HTTP/1.1\r\nHost: x\r\nContent-Length: 9999999\r\nExpect: 100-continue\r\n\r\n", 405),
        (b"DELETE / HTTP/1.1\r\nHost: x\r\n\r\n", 405),
        (b"BREW / HTTP/1.1\r\nHost: x\r\n\r\n", 501),
        (b"GET /../../etc/passwd HTTP/1.1\r\nHost: x\r\n\r\n", 404),
        (b"GET /%2e%2e/%2e%2e/etc/passwd HTTP/1.1\r\nHost: x\r\n\r\n", 404),
        (b"GET /..%2fetc%2fpasswd HTTP/1.1\r\nHost: x\r\n\r\n", 400),
        (b"GET /" + b"a" * 9000 + b" HTTP/1.1\r\nHost: x\r\n\r\n", 414),
        (b"GET /" + b"a" * 100_000, 414),
        (b"GET / HTTP/1.1\r\nHost: x\r\nCookie: " + b"a" * 100_000, 431),
        (b"GET / HTTP/1.1\r\nHost: x\r\n" + b"A: b\r\n" * 20_000, 431),
    ],
)
@every_end
def test_each_request_gets_its_status(tmp_path: Path, make_end: MakeEnd, request_line: bytes, status: int) -> None:
    with site(tmp_path / "www", make_end=make_end) as www, www.served.connect() as connection:

        def send() -> None:
            with suppress(BrokenPipeError, ConnectionResetError):  # a refused flood may be cut
                connection.sendall(request_line)
                connection.shutdown(socket.SHUT_WR)

        sender = threading.Thread(target=send)
        sender.start()
        answer = read_all(connection)
        sender.join()
        assert answer.startswith(b"HTTP/1.1 %d " % status)
        assert answer.count(b"\r\nDate: ") == 1
        assert www.access().status == status


@every_end
def test_a_body_ends_the_connection_after_the_answer(tmp_path: Path, make_end: MakeEnd) -> None:
    with site(tmp_path / "www", make_end=make_end) as www:
        www.write("a", b"hello")
        request = b"GET /a HTTP/1.1\r\nHost: x\r\nContent-Length: 50\r\n\r\nGET /a HTTP/1.1\r\nHost: x\r\n\r\n"
        answer = www.say(request)
        assert answer.count(b"HTTP/1.1 200 OK") == 1
        assert b"Connection: close\r\n" in answer
        assert answer.endswith(b"hello")


def test_the_client_may_ask_for_the_end(tmp_path: Path) -> None:
    with site(tmp_path / "www") as www:
        www.write("a", b"hello")
        for ask in (b"GET /a HTTP/1.0\r\n\r\n", b"GET /a HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"):
            with www.served.connect() as connection:
                connection.sendall(ask)
                assert read_all(connection).endswith(b"\r\n\r\nhello")


def test_a_folder_is_listed_and_its_index_shown(tmp_path: Path) -> None:
    with site(tmp_path / "www") as www:
        www.write("sub/a&b.txt", b"hello")
        www.write("site/index.html", b"<p>index")
        response, body = www.get("/sub/")
        assert response.getheader("Content-Type") == "text/html; charset=utf-8"
        assert b'<a href="./a%26b.txt">a&amp;b.txt</a>' in body
        response, body = www.get("/sub/", {"Accept": "application/json"})
        assert [one["name"] for one in json.loads(body)["entries"]] == ["a&b.txt"]
        response, body = www.get("/site/")
        assert (response.getheader("Content-Type"), body) == ("text/html; charset=utf-8", b"<p>index")
        response, _ = www.get("/site?x=1")
        assert (response.status, response.getheader("Location")) == (301, "/site/?x=1")
        assert www.get("/sub/a%26b.txt/")[0].status == 404


def test_an_index_that_is_a_folder_or_leads_out_is_no_index(tmp_path: Path) -> None:
    with site(tmp_path / "www") as www:
        (www.root / "one/index.html").mkdir(parents=True)
        (www.root / "two").mkdir()
        (www.root / "two/index.html").symlink_to("/etc/passwd")
        assert b'href="./index.html/"' in www.get("/one/")[1]
        assert www.get("/two/")[0].status == 403


def test_fifos_and_hidden_files_and_ways_out_are_refused_at_once(tmp_path: Path) -> None:
    with site(tmp_path / "www") as www:
        os.mkfifo(www.root / "fifo")
        (www.root / "out").symlink_to("../secret")
        (tmp_path / "secret").write_text("secret")
        www.write(".env", b"secret")
        www.write(".well-known/x", b"public")
        assert [www.get(target)[0].status for target in ("/fifo", "/out", "/.env", "/.well-known/x")] == [
            *(403, 403, 404),
            200,
        ]
        assert b"env" not in www.get("/")[1]


@every_end
def test_a_file_that_is_truncated_while_it_is_sent_ends_the_connection(tmp_path: Path, make_end: MakeEnd) -> None:
    with site(tmp_path / "www", make_end=make_end) as www:
        path = www.write("big", b"")
        os.truncate(path, 64 << 20)
        with www.served.connect(receive_buffer=4096) as connection:
            connection.sendall(b"GET /big HTTP/1.1\r\nHost: x\r\n\r\n")
            head = connection.recv(100)
            assert head.startswith(b"HTTP/1.1 200 OK")
            os.truncate(path, 1000)
            received = len(head) + len(read_all(connection))
        assert received < 64 << 20
        told = www.access()
        assert (told.is_complete, told.body_bytes < 64 << 20) == (False, True)
        ending = www.served.ended().ending
        assert ending is not None
        assert ending.message == "the file became shorter while it was sent"


@every_end
def test_a_file_that_grows_while_it_is_sent_arrives_as_long_as_it_was(tmp_path: Path, make_end: MakeEnd) -> None:
    with site(tmp_path / "www", make_end=make_end) as www:
        path = www.write("log", b"a" * 4_000_000)
        with www.served.connect(receive_buffer=4096) as connection:
            connection.sendall(b"GET /log HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
            head = connection.recv(100)
            with path.open("ab") as log:
                log.write(b"b" * 1_000_000)
            body = (head + read_all(connection)).partition(b"\r\n\r\n")[2]
        assert (len(body), set(body)) == (4_000_000, {ord("a")})


def test_a_file_is_replaced_while_it_is_sent_and_the_old_one_arrives(tmp_path: Path) -> None:
    with site(tmp_path / "www") as www:
        path = www.write("file", b"a" * 4_000_000)
        with www.served.connect(receive_buffer=4096) as connection:
            connection.sendall(b"GET /file HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
            head = connection.recv(100)
            (tmp_path / "new").write_bytes(b"b" * 10)
            os.replace(tmp_path / "new", path)
            body = (head + read_all(connection)).partition(b"\r\n\r\n")[2]
        assert (len(body), set(body)) == (4_000_000, {ord("a")})


@every_end
def test_a_huge_file_is_sent_without_being_read_whole(tmp_path: Path, make_end: MakeEnd) -> None:
    with site(tmp_path / "www", make_end=make_end) as www:
        path = www.write("huge", b"")
        os.truncate(path, 5 << 30)
        with path.open("r+b") as file:
            file.seek((5 << 30) - 3)
            file.write(b"end")
        response, body = www.get("/huge", {"Range": f"bytes={(5 << 30) - 2_000_000}-"})
        assert response.status == 206
        assert (len(body), body[-4:]) == (2_000_000, b"\0end")
        before = peak_kb()
        with www.served.connect() as connection:
            connection.sendall(b"GET /huge HTTP/1.1\r\nHost: x\r\n\r\n")
            left = 20 << 20
            while left > 0:
                left -= len(connection.recv(1 << 16))
        assert peak_kb() - before < 4096


def peak_kb() -> int:
    """The most memory that this process had, VmHWM of proc(5)."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1])
    raise AssertionError("the kernel does not say")


def test_a_client_that_takes_nothing_more_is_cut_and_its_file_closed(tmp_path: Path) -> None:
    with site(tmp_path / "www", idle_s=0.3) as www:
        os.truncate(www.write("big", b""), 64 << 20)
        with www.served.connect(receive_buffer=4096) as connection:
            connection.sendall(b"GET /big HTTP/1.1\r\nHost: x\r\n\r\n")
            ending = www.served.ended().ending
            assert ending is not None
            assert ending.kind == "idle-timeout"
        assert www.access().is_complete is False


def test_a_client_that_says_nothing_is_cut(tmp_path: Path) -> None:
    with site(tmp_path / "www", idle_s=0.2) as www, www.served.connect() as connection:
        assert read_all(connection) == b""
        ending = www.served.ended().ending
        assert ending is not None
        assert ending.kind == "idle-timeout"


def test_headers_that_come_too_slowly_are_refused(tmp_path: Path) -> None:
    with site(tmp_path / "www", head_s=0.4) as www, www.served.connect() as connection:
        connection.sendall(b"GET / HTTP/1.1\r\n")
        stop = threading.Event()

        def drip() -> None:
            while not stop.wait(0.05):
                try:
                    connection.send(b"X: y\r\n")
                except OSError:
                    return

        dripper = threading.Thread(target=drip)
        dripper.start()
        answer = read_all(connection)
        stop.set()
        dripper.join()
        assert answer.startswith(b"HTTP/1.1 408 Request Timeout\r\n")
        assert www.access().status == 408


def test_an_idle_client_costs_no_parser(tmp_path: Path) -> None:
    with site(tmp_path / "www") as www:
        client = www.client()
        for _ in range(3):
            client.request("GET", "/")
            client.getresponse().read()
        readers: list[object] = []

        def look() -> None:
            assert isinstance(www.served.handler, ServeHandler)
            readers.extend(one._reader for one in www.served.handler.sweep._members)  # type: ignore[attr-defined]

        www.access(), www.access(), www.access()
        www.served.in_loop(look)
        assert readers == [None]
        client.close()


def test_listings_for_slow_clients_do_not_fill_the_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(serve, "MOST_IN_MEMORY", 100)
    with site(tmp_path / "www") as www:
        www.write("a-name-that-makes-the-listing-long", b"")
        response, body = www.get("/")
        assert (response.status, response.getheader("Retry-After")) == (503, "1")
        assert body.startswith(b"503 Service Unavailable")


def test_when_the_memory_is_used_up_files_are_still_sent(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(serve, "MOST_IN_MEMORY", 100)
    with site(tmp_path / "www") as www:
        content = bytes(range(256)) * 200
        www.write("file", content)
        handler = www.served.handler
        assert isinstance(handler, ServeHandler)
        handler.in_memory = 101  # one more than there may be: the pages of refusals count as well
        assert www.get("/file")[1] == content
        assert www.get("/", method="HEAD")[0].status == 200
        assert www.get("/")[0].status == 503
        www.access(), www.access(), www.access()
        handler.in_memory -= 101


def test_what_cannot_be_served_is_an_error_at_the_start(tmp_path: Path) -> None:
    loop = Loop(Interrupts())
    (tmp_path / "file").touch()
    for name in ("none", "file"):
        with pytest.raises(InputError, match="cannot serve"):
            ServeHandler(loop, str(tmp_path / name))
    loop.close()


def test_a_kernel_that_cannot_send_files_is_helped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def unable(*what: object) -> int:
        raise OSError(errno.EINVAL, "Invalid argument")

    monkeypatch.setattr(os, "sendfile", unable)
    with site(tmp_path / "www") as www:
        octets = random.Random(1).randbytes(2_000_000)
        www.write("file", octets)
        assert www.get("/file")[1] == octets


def test_a_file_that_cannot_be_read_ends_the_connection(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(self: FilePart, buffer: memoryview) -> memoryview:
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(FilePart, "look", broken)
    with site(tmp_path / "www", make_end=ReluctantEnd) as www:
        www.write("file", bytes(100_000))
        assert b"Content-Length: 100000" in www.say(b"GET /file HTTP/1.1\r\nHost: x\r\n\r\n")
        ending = www.served.ended().ending
        assert ending is not None
        assert (ending.kind, ending.message) == ("input-failed", "the file cannot be read: Input/output error")


def test_what_a_request_says_is_told_safely(tmp_path: Path) -> None:
    with site(tmp_path / "www") as www:
        www.say(b"GET /%1b[31m?\xc2\x9b HTTP/1.1\r\nHost: x\r\n\r\n")
        told = www.access()
        assert str(told).isprintable()
        assert "\x9b" not in told.target


def test_no_head_is_longer_than_it_may_be() -> None:
    assert LONGEST_HEAD == 16_384


@pytest.mark.skipif(shutil.which("curl") is None, reason="needed for this: curl")
def test_curl_fetches_resumes_and_lists(tmp_path: Path) -> None:
    octets = random.Random(3).randbytes(700_000)
    with site(tmp_path / "www") as www:
        www.write("dir/file name", octets)
        base = f"http://127.0.0.1:{www.served.port}"
        target = tmp_path / "got"

        def curl(*words: str) -> str:
            ended = subprocess.run(
                ["curl", "-sS", "--noproxy", "*", "-m", "20", *words], capture_output=True, text=True, check=True
            )
            return ended.stdout

        target.write_bytes(octets[:123_456])
        curl("-C", "-", "-o", str(target), f"{base}/dir/file%20name")
        assert target.read_bytes() == octets
        assert "file name" in curl("-L", f"{base}/dir")
        assert curl("-o", "/dev/null", "-w", "%{http_code}", "--path-as-is", f"{base}/../../etc/passwd") == "404"
        assert curl("-I", f"{base}/dir/file%20name").startswith("HTTP/1.1 200 OK")
        assert curl("-o", "/dev/null", "-w", "%{http_code}", "-z", str(target), f"{base}/dir/file%20name") == "304"
        assert curl("--compressed", "-H", "Accept: application/json", f"{base}/").startswith("{")
