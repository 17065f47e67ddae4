"""What probes say reaches the service, and its answer the plan: over TCP, inside TLS, over UDP."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from nettools.core.depth.catalog import Catalog
from nettools.core.scan.finding import Finding
from nettools.core.scan.probe_port import udp
from tests.dns_servers import certificates
from tests.net.depth.peers import at, look, peer, wait

Answer = Callable[[bytes], bytes | None]


def asking(*, ports: str, says: str = "VERSION?\\r\\n", extra: str = "") -> Catalog:
    text = f"""
    service = "tester"
    source = "this test"
    says = "{says}"
    {ports}
    {extra}
    match = [{{ pattern = 'TESTER/(?P<version>[0-9.]+)', product = "Tester" }}]
    """
    return Catalog({"tester": text})


def answered(connection: socket.socket) -> None:
    """Says its version to whoever asks."""
    while data := connection.recv(4096):
        connection.sendall(b"TESTER/1.2\r\n" if data == b"VERSION?\r\n" else b"?\r\n")


def test_a_question_is_answered() -> None:
    with peer(answered) as one:
        finding = look(one.port, probe=True, catalog=asking(ports=f"ports = [{one.port}]")).only
    assert (finding.service, finding.product, finding.version) == ("tester", "Tester", "1.2")


def test_a_question_inside_tls_is_answered_there(tmp_path: Path) -> None:
    context = certificates.server_context(certificates.leaf("localhost"))

    def behave(connection: socket.socket) -> None:
        with context.wrap_socket(connection, server_side=True) as secured:
            answered(secured)

    with peer(behave) as one:
        catalog = asking(ports=f"tls_ports = [{one.port}]")
        job = at(one.port, server_name="localhost")
        finding = look(job, probe=True, catalog=catalog, cafile=certificates.trusted(tmp_path)).only
    assert (finding.product, finding.version) == ("Tester", "1.2")
    assert finding.tls is not None
    assert finding.tls.trusted


def test_a_long_question_reaches_one_who_reads_slowly() -> None:
    said = "x" * 20_000
    heard: list[int] = []

    def behave(connection: socket.socket) -> None:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
        count = 0
        while count < len(said):
            count += len(connection.recv(512))
        heard.append(count)
        connection.sendall(b"TESTER/3\r\n")
        wait(connection)

    with peer(behave) as one:
        finding = look(one.port, probe=True, catalog=asking(ports=f"ports = [{one.port}]", says=said)).only
    assert finding.version == "3"
    assert heard == [len(said)]


def test_one_who_closes_on_a_question_leaves_nothing_behind() -> None:
    def behave(connection: socket.socket) -> None:
        connection.recv(4)

    with peer(behave) as one:
        finding = look(one.port, probe=True, catalog=asking(ports=f"ports = [{one.port}]")).only
    assert finding.product is None


def test_an_answer_without_end_is_read_to_a_bound() -> None:
    sent = [0]

    def behave(connection: socket.socket) -> None:
        connection.recv(4096)
        with suppress(OSError):
            for _ in range(4096):
                connection.sendall(b"x" * 4096)
                sent[0] += 4096

    with peer(behave) as one:
        assert look(one.port, probe=True, catalog=asking(ports=f"ports = [{one.port}]")).only.product is None
    assert sent[0] < 16 << 20


@contextmanager
def datagrams(answer: Answer) -> Iterator[int]:
    """A UDP port that answers each datagram so."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server:
        server.bind(("127.0.0.1", 0))
        server.settimeout(10)

        def serve() -> None:
            while True:
                query, client = server.recvfrom(65_535)
                if query == b"end":
                    return
                reply = answer(query)
                if reply is not None:
                    server.sendto(reply, client)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        try:
            yield server.getsockname()[1]
        finally:
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as ending:
                ending.sendto(b"end", server.getsockname())
            thread.join(10)


def over_udp(answer: Answer) -> Finding:
    with datagrams(answer) as port:
        catalog = asking(ports=f"ports = [{port}]", extra='transports = ["udp"]')
        return look(udp(port), probe=True, catalog=catalog).only


def test_a_datagram_is_answered() -> None:
    assert over_udp(lambda query: b"TESTER/4.5.17" if query == b"VERSION?\r\n" else None).version == "4.5.17"


def test_a_datagram_that_gets_lost_is_sent_again() -> None:
    count = [0]

    def second(_query: bytes) -> bytes | None:
        count[0] += 1
        return b"TESTER/4.5.17" if count[0] == 2 else None

    assert over_udp(second).version == "4.5.17"


def test_an_answer_of_nothing_and_one_of_much_are_no_trouble() -> None:
    assert over_udp(lambda _query: b"").product is None
    assert over_udp(lambda _query: b"x" * 60_000).product is None


def test_a_udp_port_without_a_listener_ends_by_the_icmp_error() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as held:
        held.bind(("127.0.0.1", 0))
        port = held.getsockname()[1]
    finding = look(udp(port), probe=True, catalog=asking(ports=f"ports = [{port}]", extra='transports = ["udp"]')).only
    assert finding == Finding()
