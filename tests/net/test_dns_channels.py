"""One query over one socket, against servers on loopback that behave and servers that do not."""

import errno
import selectors
import socket
import struct
from collections.abc import Callable
from ipaddress import ip_address
from time import monotonic, sleep

import pytest

from nettools.core.resolve.lookup import Ask, Server, Transport
from nettools.errors import LocalFault
from nettools.net.dns_channels import Channel, Event, Failed, Reply, StreamChannel, UdpChannel, failure_of
from tests.dns_servers.datagrams import Client, closed_port, datagram_server
from tests.dns_servers.streams import received_message, silent, stream_server

QUERY = b"\x12\x34 a query of any octets"
LONGEST_WAIT_S = 10.0


def ask(port: int, transport: Transport = "udp", address: str = "127.0.0.1") -> Ask:
    target = Server(address=ip_address(address), port=port, transport=transport)
    return Ask(server=target, transport=transport, wire=QUERY, deadline_s=0.0, is_repeat=False)


def events_of(
    channel: Channel, *, until: Callable[[list[Event]], bool] = bool, wait_s: float = LONGEST_WAIT_S
) -> list[Event]:
    """What happens after the query was sent, until that is enough or the time is over. Closes the channel."""
    events = channel.send(QUERY)
    ends_s = monotonic() + wait_s
    with selectors.DefaultSelector() as selector:
        selector.register(channel, selectors.EVENT_READ)
        while not until(events) and monotonic() < ends_s:
            wanted = selectors.EVENT_READ | (selectors.EVENT_WRITE if channel.wants_write else 0)
            selector.modify(channel, wanted)
            if selector.select(max(0.0, ends_s - monotonic())):
                events += channel.advance()
    channel.close()
    return events


def framed(message: bytes) -> bytes:
    return len(message).to_bytes(2, "big") + message


# UDP


def test_each_datagram_is_a_reply() -> None:
    def handle(bound: socket.socket, query: bytes, client: Client) -> None:
        for reply in (b"one", b"", query):
            bound.sendto(reply, client)

    with datagram_server(handle) as port:
        events = events_of(UdpChannel(ask(port)), until=lambda found: len(found) == 3)
    assert events == [Reply(b"one"), Reply(b""), Reply(QUERY)]


def test_the_largest_datagram_is_a_reply() -> None:
    # 65,507 octets are the most in a datagram of IPv4: 65,535 without the headers of IP and UDP.
    def handle(bound: socket.socket, query: bytes, client: Client) -> None:
        bound.sendto(bytes(65_507), client)

    with datagram_server(handle) as port:
        assert events_of(UdpChannel(ask(port))) == [Reply(bytes(65_507))]


def test_a_closed_port_is_told_at_once() -> None:
    with closed_port(socket.SOCK_DGRAM) as port:
        began_s = monotonic()
        assert events_of(UdpChannel(ask(port))) == [Failed("refused-connection")]
    assert monotonic() - began_s < 1


def test_what_comes_from_elsewhere_does_not_come() -> None:
    def handle(bound: socket.socket, query: bytes, client: Client) -> None:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as forger:
            forger.bind(("127.0.0.1", 0))
            forger.sendto(b"from another port", client)
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as forger:
            forger.bind(("127.0.0.2", 0))
            forger.sendto(b"from another address", client)
        bound.sendto(b"right", client)

    with datagram_server(handle) as port:
        assert events_of(UdpChannel(ask(port))) == [Reply(b"right")]


def test_a_query_may_be_sent_once_more_and_both_answers_count() -> None:
    def echo(bound: socket.socket, query: bytes, client: Client) -> None:
        bound.sendto(query, client)

    with datagram_server(echo) as port:
        channel = UdpChannel(ask(port))
        channel.send(QUERY)
        assert events_of(channel, until=lambda found: len(found) == 2) == [Reply(QUERY), Reply(QUERY)]


def test_of_a_flood_each_turn_takes_a_part() -> None:
    channel = UdpChannel(ask(9))
    channel.close()
    channel._socket = EndlessSocket(b"junk")  # type: ignore[assignment]  # a real sender might be too slow
    events = channel.advance()
    assert 0 < len(events) <= 100
    assert set(events) == {Reply(b"junk")}


class EndlessSocket:
    """A socket from which there is always more to read."""

    def __init__(self, octets: bytes) -> None:
        self._octets = octets

    def recv(self, size: int) -> bytes:
        return self._octets


@pytest.mark.parametrize("kind", [UdpChannel, StreamChannel])
def test_an_address_without_a_route_is_unreachable(kind: type[UdpChannel | StreamChannel]) -> None:
    # The zone of an address that is no interface of this machine.
    events = events_of(kind(ask(53, address="fe80::1%4294967")), wait_s=1.0)
    assert [event.result for event in events if isinstance(event, Failed)] == ["unreachable"]


# TCP


def test_a_message_over_tcp_has_its_length_before_it() -> None:
    got: list[bytes] = []

    def handle(connection: socket.socket) -> None:
        got.append(received_message(connection))
        connection.sendall(framed(b"answer"))
        silent(connection)

    with stream_server(handle) as port:
        assert events_of(StreamChannel(ask(port, "tcp"))) == [Reply(b"answer")]
    assert got == [QUERY]


def test_several_messages_come_one_by_one() -> None:
    def handle(connection: socket.socket) -> None:
        received_message(connection)
        connection.sendall(framed(b"one") + framed(b"") + framed(b"two")[:4])
        connection.sendall(framed(b"two")[4:])
        silent(connection)

    with stream_server(handle) as port:
        events = events_of(StreamChannel(ask(port, "tcp")), until=lambda found: len(found) == 3)
    assert events == [Reply(b"one"), Reply(b""), Reply(b"two")]


def test_a_message_that_trickles_is_put_together() -> None:
    def handle(connection: socket.socket) -> None:
        received_message(connection)
        for octet in framed(b"drip by drip"):
            connection.sendall(bytes([octet]))
            sleep(0.005)
        silent(connection)

    with stream_server(handle) as port:
        assert events_of(StreamChannel(ask(port, "tcp"))) == [Reply(b"drip by drip")]


def test_the_largest_message_comes_over_tcp() -> None:
    largest = bytes(range(256)) * 256

    def handle(connection: socket.socket) -> None:
        received_message(connection)
        connection.sendall(framed(largest[:65_535]))
        silent(connection)

    with stream_server(handle) as port:
        assert events_of(StreamChannel(ask(port, "tcp"))) == [Reply(largest[:65_535])]


def test_a_port_that_is_closed_refuses_the_connection() -> None:
    with closed_port(socket.SOCK_STREAM) as port:
        assert events_of(StreamChannel(ask(port, "tcp"))) == [Failed("refused-connection")]


def reset(connection: socket.socket) -> None:
    """RST: what a linger time of zero does."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()


def closes(connection: socket.socket) -> None:
    received_message(connection)


def cuts(connection: socket.socket) -> None:
    received_message(connection)
    connection.sendall(framed(b"the first half")[:9])


def cuts_the_length(connection: socket.socket) -> None:
    received_message(connection)
    connection.sendall(b"\x00")


def resets(connection: socket.socket) -> None:
    received_message(connection)
    reset(connection)


@pytest.mark.parametrize(
    ("handle", "result"), [(closes, "closed"), (cuts, "cut"), (cuts_the_length, "cut"), (resets, "reset")]
)
def test_a_connection_that_ends_early_says_how(handle: Callable[[socket.socket], None], result: str) -> None:
    with stream_server(handle) as port:
        assert events_of(StreamChannel(ask(port, "tcp"))) == [Failed(result)]


def answers_and_closes(connection: socket.socket) -> None:
    received_message(connection)
    connection.sendall(framed(b"answer"))


def test_an_answer_counts_though_the_connection_ends_behind_it() -> None:
    with stream_server(answers_and_closes) as port:
        events = events_of(
            StreamChannel(ask(port, "tcp")), until=lambda found: any(isinstance(one, Failed) for one in found)
        )
    assert events == [Reply(b"answer"), Failed("closed")]


def test_an_answer_counts_though_the_connection_is_reset_behind_it() -> None:
    channel = StreamChannel(ask(9, "tcp"))
    channel.close()
    channel._socket = AnswerThenReset(framed(b"answer"))  # type: ignore[assignment]  # both at once, without a race
    assert channel.advance() == [Reply(b"answer"), Failed("reset")]


class AnswerThenReset:
    """A connected socket that gives some octets, then ECONNRESET."""

    def __init__(self, octets: bytes) -> None:
        self._octets = [octets]

    def getsockopt(self, level: int, option: int) -> int:
        return 0

    def send(self, octets: bytes) -> int:
        return len(octets)

    def recv(self, size: int) -> bytes:
        if self._octets:
            return self._octets.pop()
        raise ConnectionResetError(errno.ECONNRESET, "reset")


def test_a_query_larger_than_the_kernel_takes_at_once_goes_out_whole() -> None:
    got: list[bytes] = []

    def handle(connection: socket.socket) -> None:
        sleep(0.05)
        got.extend(received_message(connection) for _ in range(80))
        connection.sendall(framed(b"all of them"))
        silent(connection)

    with stream_server(handle) as port:
        channel = StreamChannel(ask(port, "tcp"))
        for _ in range(79):
            channel.send(bytes(65_535))
        assert events_of(channel) == [Reply(b"all of them")]
    assert [len(one) for one in got] == [65_535] * 79 + [len(QUERY)]


# Errors


@pytest.mark.parametrize(
    ("number", "result"),
    [
        (errno.ECONNREFUSED, "refused-connection"),
        (errno.ECONNRESET, "reset"),
        (errno.EPIPE, "reset"),
        (errno.ETIMEDOUT, "timeout"),
        (errno.EHOSTUNREACH, "unreachable"),
        (errno.ENETUNREACH, "unreachable"),
        (errno.EACCES, "unreachable"),
    ],
)
def test_an_error_of_the_socket_is_told_in_our_words(number: int, result: str) -> None:
    assert failure_of(OSError(number, "")).result == result


@pytest.mark.parametrize("number", [errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM, errno.EADDRNOTAVAIL])
def test_a_shortage_of_this_machine_says_nothing_of_the_server(number: int) -> None:
    with pytest.raises(LocalFault):
        failure_of(OSError(number, ""))
