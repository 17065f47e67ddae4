"""The driver of lookups over real sockets on loopback: strange servers, many at once, early ends."""

import gc
import itertools
import os
import socket
import struct
import subprocess
import sys
from collections.abc import Callable, Generator, Iterator
from ipaddress import ip_address
from time import monotonic, sleep

import pytest

from nettools.core.resolve.lookup import Ask, Lookup, Outcome, Procedure, Server, Transport
from nettools.errors import LocalFault
from nettools.net.dns_channels import Channel
from nettools.net.resolve import LookupDriver, open_channel
from tests.dns_servers.datagrams import Client, closed_port, datagram_server
from tests.dns_servers.replies import QUESTION, answer_to
from tests.dns_servers.streams import received_message, silent, stream_server

LONG_S = 10.0
"""A timeout that no test comes near."""
AT_ONCE_S = 1.0
"""What is at once on a busy machine."""


def server(port: int, transport: Transport = "udp") -> Server:
    return Server(address=ip_address("127.0.0.1"), port=port, transport=transport)


def lookup(*servers: Server, timeout_s: float = LONG_S, tries: int = 1) -> Lookup:
    return Lookup(question=QUESTION, servers=servers, timeout_s=timeout_s, tries=tries)


def one(about: Lookup) -> Procedure[Outcome]:
    (outcome,) = yield [about]
    return outcome


def ask(*servers: Server, timeout_s: float = LONG_S, tries: int = 1) -> Outcome:
    return LookupDriver().run(one(lookup(*servers, timeout_s=timeout_s, tries=tries)))


def results(outcome: Outcome) -> list[str]:
    return [found.result for found in outcome.tries]


def elapsed_s(began_s: float) -> float:
    return monotonic() - began_s


def answers(bound: socket.socket, query: bytes, client: Client) -> None:
    bound.sendto(answer_to(query), client)


def says_nothing(bound: socket.socket, query: bytes, client: Client) -> None:
    pass


def truncates(bound: socket.socket, query: bytes, client: Client) -> None:
    bound.sendto(query[:2] + b"\x86\x00\x00\x01" + bytes(6) + query[12:26], client)


@pytest.fixture(autouse=True)
def every_descriptor_is_closed() -> Iterator[None]:
    """Holds for each of these tests, whatever it is about."""
    gc.collect()
    before = descriptors()
    yield
    gc.collect()
    assert descriptors() == before


def descriptors() -> int:
    return len(os.listdir("/dev/fd"))


# Strange servers


def test_an_answer_over_udp() -> None:
    with datagram_server(answers) as port:
        outcome = ask(server(port))
    assert (outcome.status, outcome.transport, results(outcome)) == ("answered", "udp", ["NOERROR"])
    assert outcome.query_time_ms is not None
    assert 0 < outcome.query_time_ms < LONG_S * 1000


@pytest.mark.parametrize(("transport", "kind"), [("udp", socket.SOCK_DGRAM), ("tcp", socket.SOCK_STREAM)])
def test_a_closed_port_is_unreachable_at_once(transport: Transport, kind: socket.SocketKind) -> None:
    began_s = monotonic()
    with closed_port(kind) as port:
        outcome = ask(server(port, transport), tries=3)
    assert (outcome.status, results(outcome)) == ("unreachable", ["refused-connection"])
    assert elapsed_s(began_s) < AT_ONCE_S


def test_silence_ends_with_the_time() -> None:
    began_s = monotonic()
    with datagram_server(says_nothing) as port:
        outcome = ask(server(port), timeout_s=0.4, tries=2)
    assert (outcome.status, results(outcome)) == ("timeout", ["timeout", "timeout"])
    assert 0.4 <= elapsed_s(began_s) < 0.4 + AT_ONCE_S


def test_behind_a_dead_server_the_next_is_asked() -> None:
    with closed_port(socket.SOCK_DGRAM) as dead, datagram_server(answers) as living:
        outcome = ask(server(dead), server(living))
    assert (outcome.status, results(outcome)) == ("answered", ["refused-connection", "NOERROR"])


def test_forged_datagrams_before_the_right_one_are_put_aside() -> None:
    def forges(bound: socket.socket, query: bytes, client: Client) -> None:
        right = answer_to(query)
        forged = answer_to(query, address=b"\xc0\x00\x02\x42")
        for _ in range(50):
            bound.sendto(bytes([query[0] ^ 0xFF]) + forged[1:], client)
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as elsewhere:
            elsewhere.bind(("127.0.0.1", 0))
            elsewhere.sendto(forged, client)
        bound.sendto(forged[:7], client)
        bound.sendto(right, client)

    with datagram_server(forges) as port:
        outcome = ask(server(port))
    assert outcome.status == "answered"
    assert outcome.message is not None
    assert outcome.message.answer[0].rdata == b"\xc0\x00\x02\x01"
    assert [found.reason for found in outcome.discarded] == ["wrong-id"] * 50 + ["short"]


def test_an_answer_to_the_first_query_counts_after_the_second() -> None:
    queries: list[bytes] = []

    def answers_the_second(bound: socket.socket, query: bytes, client: Client) -> None:
        queries.append(query)
        if len(queries) == 2:
            bound.sendto(answer_to(queries[0]), client)

    with datagram_server(answers_the_second) as port:
        outcome = ask(server(port), timeout_s=1.0, tries=2)
    assert queries[0] == queries[1]
    assert (outcome.status, results(outcome)) == ("answered", ["timeout", "NOERROR"])


def test_what_is_too_long_for_udp_comes_over_tcp() -> None:
    def answers_at_length(connection: socket.socket) -> None:
        query = received_message(connection)
        wire = answer_to(query, padding=65_000)
        connection.sendall(len(wire).to_bytes(2, "big") + wire)
        silent(connection)

    with stream_server(answers_at_length) as port, datagram_server(truncates, port=port):
        outcome = ask(server(port))
    assert (outcome.status, outcome.transport, results(outcome)) == ("answered", "tcp", ["truncated", "NOERROR"])
    assert outcome.message is not None
    assert 65_000 <= len(outcome.message.wire) <= 65_535


def test_an_answer_that_trickles_over_tcp_is_waited_for() -> None:
    def trickles(connection: socket.socket) -> None:
        wire = answer_to(received_message(connection))
        for octet in len(wire).to_bytes(2, "big") + wire:
            connection.sendall(bytes([octet]))
            sleep(0.002)
        silent(connection)

    with stream_server(trickles) as port:
        assert ask(server(port, "tcp")).status == "answered"


def test_a_trickle_that_never_ends_is_left_in_time() -> None:
    def trickles_on(connection: socket.socket) -> None:
        received_message(connection)
        while True:
            connection.sendall(b"\xff")
            sleep(0.01)

    began_s = monotonic()
    with stream_server(trickles_on) as port:
        outcome = ask(server(port, "tcp"), timeout_s=0.5)
    assert outcome.status == "timeout"
    assert 0.5 <= elapsed_s(began_s) < 0.5 + AT_ONCE_S


def closes(connection: socket.socket) -> None:
    received_message(connection)


def cuts(connection: socket.socket) -> None:
    wire = answer_to(received_message(connection))
    connection.sendall(len(wire).to_bytes(2, "big") + wire[:12])


def resets(connection: socket.socket) -> None:
    received_message(connection)
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()


@pytest.mark.parametrize(
    ("handle", "status", "result"),
    [(closes, "unreachable", "closed"), (cuts, "malformed", "cut"), (resets, "unreachable", "reset")],
)
def test_a_connection_that_ends_early_ends_its_try_at_once(
    handle: Callable[[socket.socket], None], status: str, result: str
) -> None:
    began_s = monotonic()
    with stream_server(handle) as port:
        outcome = ask(server(port, "tcp"))
    assert (outcome.status, results(outcome)) == (status, [result])
    assert elapsed_s(began_s) < AT_ONCE_S


FLOOD = """
import socket, sys
with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as bound:
    bound.bind(("127.0.0.1", 0))
    print(bound.getsockname()[1], flush=True)
    query, client = bound.recvfrom(4096)
    junk = query[:2] + bytes(40)
    bound.settimeout(10)
    while True:
        try:
            bound.sendto(junk, client)
        except OSError:
            pass
"""


def test_a_flood_of_junk_does_not_move_the_deadline() -> None:
    with subprocess.Popen([sys.executable, "-c", FLOOD], stdout=subprocess.PIPE) as flooder:
        assert flooder.stdout is not None
        port = int(flooder.stdout.readline())
        began_s = monotonic()
        outcome = ask(server(port), timeout_s=2.0)
        took_s = elapsed_s(began_s)
        flooder.kill()
    assert outcome.status == "timeout"
    assert 2.0 <= took_s <= 2.2
    assert len(outcome.discarded) == 100
    assert any(warning.endswith("more replies were discarded") for warning in outcome.warnings)


# Many at once


def test_each_of_many_procedures_gets_its_own_result() -> None:
    def delayed(number: int, port: int) -> Procedure[tuple[int, str]]:
        for _ in range(1 + number % 3):
            outcomes = yield [lookup(server(port))] * (number % 4)
        return number, " ".join(outcome.status for outcome in outcomes)

    with datagram_server(answers) as port:
        found = dict(LookupDriver().run_all((number, delayed(number, port)) for number in range(300)))
    assert found == {number: (number, " ".join(["answered"] * (number % 4))) for number in range(300)}


def test_slow_servers_are_waited_for_together() -> None:
    began_s = monotonic()
    with datagram_server(says_nothing) as port:
        run = LookupDriver().run_all((n, one(lookup(server(port), timeout_s=0.5))) for n in range(60))
        assert {outcome.status for _, outcome in run} == {"timeout"}
    assert elapsed_s(began_s) < 0.5 + AT_ONCE_S


def test_a_fast_one_is_told_before_a_slow_one() -> None:
    with datagram_server(says_nothing) as slow, datagram_server(answers) as fast:
        procedures = {"slow": one(lookup(server(slow), timeout_s=0.3)), "fast": one(lookup(server(fast)))}
        assert [name for name, _ in LookupDriver().run_all(procedures.items())] == ["fast", "slow"]


def test_no_more_run_at_the_same_time_than_were_allowed() -> None:
    counted = Counted()
    taken: list[int] = []

    def procedures(port: int) -> Iterator[tuple[int, Procedure[Outcome]]]:
        for number in range(40):
            taken.append(number)
            yield number, one(lookup(server(port)))

    with datagram_server(answers) as port:
        driver = LookupDriver(counted.open, most_at_once=5)
        for done, _ in enumerate(driver.run_all(procedures(port)), 1):
            assert len(taken) <= done + 5
    assert len(taken) == 40
    assert counted.most <= 5


def test_input_without_end_is_taken_as_results_are() -> None:
    def answered_at_once() -> Procedure[int]:
        yield []
        return 1

    run = LookupDriver(most_at_once=5).run_all((number, answered_at_once()) for number in itertools.count())
    assert [number for number, _ in itertools.islice(run, 20)] == list(range(20))


def test_who_waits_is_served_while_others_end_at_once() -> None:
    """The server is in this thread, among the others: a busy thread would leave one of its own too little time."""

    def answered_at_once() -> Procedure[None]:
        yield []

    def procedures(held: socket.socket) -> Iterator[tuple[int, Procedure[Outcome | None]]]:
        yield -1, one(lookup(server(held.getsockname()[1])))
        for number in range(10_000):
            if number == 1_000:
                answers(held, *held.recvfrom(65_535))
            yield number, answered_at_once()

    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as held:
        held.bind(("127.0.0.1", 0))
        ended = [number for number, _ in LookupDriver().run_all(procedures(held))]
    assert sorted(ended) == [-1, *range(10_000)]
    assert ended.index(-1) < 2_000


class Counted:
    """Opens channels and knows how many were open at the same time."""

    def __init__(self) -> None:
        self.now = self.most = 0

    def open(self, ask: Ask) -> Channel:
        channel = open_channel(ask)
        close = channel.close

        def closed() -> None:
            self.now -= 1
            close()

        channel.close = closed  # type: ignore[method-assign]
        self.now += 1
        self.most = max(self.most, self.now)
        return channel


def test_a_procedure_may_ask_for_nothing() -> None:
    def idle() -> Procedure[str]:
        for _ in range(5_000):
            assert (yield []) == []
        return "done"

    assert LookupDriver().run(idle()) == "done"


def test_a_procedure_may_fail_at_once_as_often_as_it_likes() -> None:
    def fails(ask: Ask) -> Channel:
        raise LocalFault("no socket")

    def persistent() -> Procedure[int]:
        count = 0
        for _ in range(2_000):
            (outcome,) = yield [lookup(server(53))]
            count += outcome.status == "local-fault"
        return count

    assert LookupDriver(fails).run(persistent()) == 2_000


def test_a_shortage_of_this_machine_ends_one_lookup_and_no_other() -> None:
    is_first = iter([True])

    def short_at_first(ask: Ask) -> Channel:
        if next(is_first, False):
            raise LocalFault("cannot ask: EMFILE")
        return open_channel(ask)

    with datagram_server(answers) as port:
        run = LookupDriver(short_at_first).run_all((number, one(lookup(server(port)))) for number in range(3))
        found = dict(run)
    assert [found[number].status for number in range(3)] == ["local-fault", "answered", "answered"]
    assert found[0].warnings == (f"127.0.0.1:{port}: cannot ask: EMFILE",)


# Early ends


def test_a_consumer_that_stops_early_leaves_nothing_open() -> None:
    with datagram_server(answers) as fast, datagram_server(says_nothing) as slow:
        ports = [fast] + [slow] * 20
        run = LookupDriver().run_all((number, one(lookup(server(port)))) for number, port in enumerate(ports))
        began_s = monotonic()
        assert next(run)[0] == 0
        open_before = descriptors()
        assert isinstance(run, Generator)
        run.close()
        assert descriptors() <= open_before - 20
    assert elapsed_s(began_s) < AT_ONCE_S


def test_an_exception_of_a_procedure_passes_and_leaves_nothing_open() -> None:
    def breaks(port: int) -> Procedure[Outcome]:
        yield [lookup(server(port))]
        raise KeyError("a bug")

    with datagram_server(answers) as fast, datagram_server(says_nothing) as slow:
        procedures = [one(lookup(server(slow))), breaks(fast)]
        with pytest.raises(KeyError, match="a bug"):
            list(LookupDriver().run_all(enumerate(procedures)))


def test_an_exception_of_the_input_passes_and_leaves_nothing_open() -> None:
    def broken_input(port: int) -> Iterator[tuple[int, Procedure[Outcome]]]:
        yield 0, one(lookup(server(port)))
        raise OSError("the input broke")

    with datagram_server(says_nothing) as slow, pytest.raises(OSError, match="the input broke"):
        list(LookupDriver().run_all(broken_input(slow)))


def test_ctrl_c_passes_and_leaves_nothing_open() -> None:
    def interrupted(port: int) -> Procedure[Outcome]:
        yield [lookup(server(port))]
        raise KeyboardInterrupt

    with datagram_server(answers) as port, pytest.raises(KeyboardInterrupt):
        LookupDriver().run(interrupted(port))
