"""Echoes: which reply and which error belongs to which, with sockets that the test plays; real ones: integration."""

import errno
import struct
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from ipaddress import ip_address
from time import monotonic

import pytest

from nettools.core.scan.discovery import ECHO_REPLY
from nettools.core.scan.faults import LOCAL_FAULTS
from nettools.core.scan.reason import IPPROTO_ICMP, verdict
from nettools.net.scan import ping as driver
from nettools.net.scan.datagram_socket import Received, Rejection
from nettools.net.scan.ping import PingProber, is_ping_available
from nettools.net.scan.source import ProbeSource
from nettools.net.sockets import IcmpError, SocketAddress
from tests.net.scan.datagram_probing import Notes

TARGET, OTHER, ROUTER = map(ip_address, ("192.0.2.9", "192.0.2.8", "192.0.2.254"))
TARGET6 = ip_address("2001:db8::9")


@dataclass
class PlayedSocket:
    """Takes what is sent, gives what the test put there."""

    version: int = 4
    protocol: int = 0
    sent: list[tuple[bytes, SocketAddress]] = field(default_factory=list)
    incoming: deque[Received] = field(default_factory=deque)
    errors: deque[Rejection] = field(default_factory=deque)
    refusal: int = 0
    lost: int = 0

    def fileno(self) -> int:
        return 1000 + self.version

    def close(self) -> None:
        pass

    def send(self, datagram: bytes, target: SocketAddress, on_rejection: Callable[[Rejection], None]) -> int:
        if not self.refusal:
            self.sent.append((datagram, target))
        return self.refusal

    def received(self) -> Iterator[Received]:
        while self.incoming:
            yield self.incoming.popleft()

    def rejections(self) -> Iterator[Rejection]:
        while self.errors:
            yield self.errors.popleft()


class NoWatcher:
    """Nobody waits here: the test looks by itself."""

    def watch(self, descriptor: int, prober: object) -> None:
        pass

    def forget(self, descriptor: int) -> None:
        pass


class Bench:
    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.sockets: dict[int, PlayedSocket] = {}
        monkeypatch.setattr(driver, "DatagramSocket", self._make)
        self.notes = Notes()
        self.prober = PingProber(self.notes, NoWatcher(), key=b"key")
        self.refusal = 0

    def _make(self, version: int, source: ProbeSource, *, protocol: int) -> PlayedSocket:
        if self.refusal:
            raise OSError(self.refusal, "refused")
        return self.sockets.setdefault(version, PlayedSocket(version, protocol))

    def send(self, probe: int, address: str) -> tuple[bytes, SocketAddress]:
        """Send an echo; returns it and where it went."""
        self.prober.send(probe, ip_address(address), 0, monotonic())
        return self.sockets[ip_address(address).version].sent[-1]

    def comes(self, data: bytes, sender: SocketAddress) -> None:
        version = 4 if len(sender) == 2 else 6
        self.sockets[version].incoming.append(Received(data, sender, 61))
        self.prober.look(1000 + version)

    def fails(self, rejection: Rejection) -> None:
        self.sockets[4].errors.append(rejection)
        self.prober.look(1004)


@pytest.fixture
def one(monkeypatch: pytest.MonkeyPatch) -> Bench:
    return Bench(monkeypatch)


def reply(request: bytes, kind: int = 0) -> bytes:
    """The echo as the target sends it back: another type, and an identifier that the kernel chose."""
    return struct.pack("!BBHH", kind, 0, 0, 4711) + request[6:]


def test_an_echo_is_a_request_with_a_sequence_number_and_a_cookie(one: Bench) -> None:
    request, where = one.send(0, "192.0.2.9")
    assert where == ("192.0.2.9", 0)
    assert request[:2] == b"\x08\0"
    assert len(request) == 8 + 16
    request6, where6 = one.send(1, "2001:db8::9")
    assert where6 == ("2001:db8::9", 0, 0, 0)
    assert request6[:2] == b"\x80\0"
    assert one.notes.sent_probes == [0, 1]


@pytest.mark.parametrize(("address", "kind"), [("192.0.2.9", 0), ("2001:db8::9", 129)])
def test_a_reply_settles_its_echo(one: Bench, address: str, kind: int) -> None:
    request, where = one.send(3, address)
    one.comes(reply(request, kind), where)
    assert one.notes.verdicts == {3: ECHO_REPLY}
    assert one.notes.ttls == {3: 61}
    one.comes(reply(request, kind), where)  # a duplicate is not told again


def test_what_only_looks_like_the_reply_is_not_told(one: Bench) -> None:
    request, where = one.send(0, "192.0.2.9")
    one.comes(reply(request), ("192.0.2.8", 0))
    one.comes(reply(request)[:-1] + b"?", where)
    one.comes(reply(request)[:6] + b"\xff\xff" + request[8:], where)
    one.comes(reply(request, kind=8), where)
    one.comes(b"short", where)
    assert one.notes.verdicts == {}
    one.comes(reply(request), where)
    assert one.notes.verdicts == {0: ECHO_REPLY}


def test_echoes_on_their_way_have_different_sequence_numbers(one: Bench) -> None:
    requests = [one.send(probe, "192.0.2.9")[0] for probe in range(300)]
    assert len({request[6:8] for request in requests}) == 300
    for probe in (7, 200):
        one.comes(reply(requests[probe]), ("192.0.2.9", 0))
    assert set(one.notes.verdicts) == {7, 200}


def test_sequence_numbers_begin_again_and_pass_over_those_in_use(one: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(driver, "_SEQUENCES", 4)
    requests = [one.send(probe, "192.0.2.9")[0] for probe in range(4)]
    one.prober.send(4, TARGET, 0, 0.0)
    assert one.notes.held_back == [4]
    one.comes(reply(requests[2]), ("192.0.2.9", 0))
    again, _ = one.send(4, "192.0.2.9")
    assert again[6:8] == requests[2][6:8]


def test_an_echo_that_was_given_up_is_forgotten(one: Bench) -> None:
    request, where = one.send(0, "192.0.2.9")
    one.prober.give_up(0)
    one.prober.give_up(0)
    one.comes(reply(request), where)
    assert one.notes.verdicts == {}


def test_an_error_is_told_of_the_echo_that_it_quotes(one: Bench) -> None:
    one.send(0, "192.0.2.9")
    request, where = one.send(1, "192.0.2.9")
    error = IcmpError(IPPROTO_ICMP, 3, 13, ROUTER)
    one.fails(Rejection(("192.0.2.8", 0), request, error, 64))  # of another target
    one.fails(Rejection(where, request[:7], error, 64))  # too short to tell
    one.fails(Rejection(where, request, IcmpError(IPPROTO_ICMP, 3, 4, ROUTER), 64))  # of its size
    assert one.notes.verdicts == {}
    one.fails(Rejection(where, request, error, 63))
    assert one.notes.verdicts == {1: verdict("filtered", "admin-prohibited", ROUTER, is_from_here=False)}
    assert one.notes.ttls == {1: 63}


def test_without_permission_there_are_no_echoes(one: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(driver, "is_ping_available", lambda version: False)
    one.refusal = errno.EACCES
    one.prober.send(0, TARGET, 0, 0.0)
    assert one.notes.faults == {0: "no-ping-socket"}
    assert "no-ping-socket" in LOCAL_FAULTS
    assert not one.prober.is_available(4)


def test_a_refusal_to_send_is_told_as_for_any_datagram(one: Bench) -> None:
    one.send(0, "192.0.2.9")
    one.sockets[4].refusal = errno.ENETUNREACH
    one.prober.send(1, TARGET, 0, 0.0)
    assert one.notes.faults == {1: "no-route"}


@pytest.mark.parametrize("address", ["224.0.0.1", "ff02::1"])
def test_nobody_in_particular_gets_no_echo(one: Bench, address: str) -> None:
    one.prober.send(0, ip_address(address), 0, 0.0)
    assert one.notes.faults == {0: "no-host"}
    assert one.sockets == {}


def test_being_available_is_what_the_system_says() -> None:
    import socket

    try:
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM, socket.IPPROTO_ICMP).close()
    except OSError:
        assert not is_ping_available(4)
    else:
        assert is_ping_available(4)
