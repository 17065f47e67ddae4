"""Where probes come from, on loopback."""

import errno
import os
import socket
import sys
from ipaddress import IPv4Address, IPv6Address

import pytest

from nettools.errors import LocalFault
from nettools.net.scan.source import ANY_SOURCE, ProbeSource
from nettools.net.scan.tcp_info import tcp_info
from tests.net.scan.test_connect import V4, closed_port, open_port, scan, stack  # noqa: F401

SECOND = IPv4Address("127.0.0.2")
on_linux = pytest.mark.skipif(not hasattr(socket, "SO_BINDTODEVICE"), reason="needed for this: Linux")


def free_port() -> int:
    with socket.socket() as held:
        held.bind(("127.0.0.2", 0))
        return int(held.getsockname()[1])


@on_linux
def test_probes_come_from_the_address_and_port(stack) -> None:  # type: ignore[no-untyped-def]  # noqa: F811
    listener = stack.enter_context(socket.create_server(("127.0.0.1", 0)))
    port, source_port = listener.getsockname()[1], free_port()
    found = scan([port], source=ProbeSource(address=SECOND, port=source_port))
    assert found.states() == {port: ("open", "syn-ack")}
    accepted, peer = listener.accept()
    accepted.close()
    assert peer == ("127.0.0.2", source_port)


@on_linux
def test_one_source_port_is_enough_for_many_destinations(stack) -> None:  # type: ignore[no-untyped-def]  # noqa: F811
    expected = {open_port(stack): ("open", "syn-ack") for _ in range(20)}
    expected |= {closed_port(stack): ("closed", "conn-refused") for _ in range(80)}
    found = scan(sorted(expected), source=ProbeSource(address=SECOND, port=free_port()))
    assert found.states() == expected


@on_linux
def test_an_interface_needs_no_privilege(stack) -> None:  # type: ignore[no-untyped-def]  # noqa: F811
    port = open_port(stack)
    assert scan([port], source=ProbeSource(interface="lo")).states() == {port: ("open", "syn-ack")}


def test_an_address_of_the_other_ip_version_is_no_state_of_the_target(stack) -> None:  # type: ignore[no-untyped-def]  # noqa: F811
    port = open_port(stack)
    found = scan([port], source=ProbeSource(address=IPv6Address("::1")))
    assert found.verdicts == {}
    assert found.unsent == {(V4, port): "no-source-address"}


@on_linux
def test_an_interface_that_is_not_there_is_named() -> None:
    with pytest.raises(LocalFault, match="there is no interface 'nosuch0'"):
        ProbeSource(interface="nosuch0").check()


def test_an_address_of_somebody_else_is_refused() -> None:
    with pytest.raises(LocalFault, match=r"192\.0\.2\.1 is no address of this machine"):
        ProbeSource(address=IPv4Address("192.0.2.1")).check()


def test_a_port_with_a_listener_is_taken() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        with pytest.raises(LocalFault, match=f"port {port} of 127.0.0.1 is taken"):
            ProbeSource(address=V4, port=port).check()


@pytest.mark.parametrize(
    ("refusal", "words"),
    [
        (errno.EACCES, "binding port 53 needs privilege"),
        (errno.EPERM, "binding port 53 needs privilege"),
        (errno.EINVAL, "cannot send from this machine port 53"),
    ],
)
def test_what_bind_says_has_words(refusal: int, words: str) -> None:
    class Refused(socket.socket):
        def bind(self, _address: object) -> None:
            raise OSError(refusal, os.strerror(refusal))

    with Refused() as made, pytest.raises(LocalFault, match=words):
        ProbeSource(port=53).prepare(made)


@on_linux
@pytest.mark.parametrize(
    ("refusal", "words"), [(errno.EPERM, "no permission to use the interface"), (errno.EINVAL, "cannot use the interf")]
)
def test_what_a_refused_interface_says_has_words(refusal: int, words: str) -> None:
    class Refused(socket.socket):
        def setsockopt(self, *_arguments: object) -> None:
            raise OSError(refusal, os.strerror(refusal))

    with Refused() as made, pytest.raises(LocalFault, match=words):
        ProbeSource(interface="eth0").prepare(made)


def test_a_lack_of_memory_is_no_word_about_the_source() -> None:
    class Short(socket.socket):
        def bind(self, _address: object) -> None:
            raise OSError(errno.ENOBUFS, os.strerror(errno.ENOBUFS))

    with Short() as made, pytest.raises(OSError, match=os.strerror(errno.ENOBUFS)):
        ProbeSource(port=5000).prepare(made)


def test_any_source_needs_no_check() -> None:
    ANY_SOURCE.check()
    assert ANY_SOURCE.suits(4)
    assert ANY_SOURCE.suits(6)
    assert not ProbeSource(address=V4).suits(6)


def test_this_machines_address_towards_itself_is_the_one_asked_for() -> None:
    assert ANY_SOURCE.address_towards(("127.0.0.1", 9)) == V4
    assert ProbeSource(address=SECOND).address_towards(("127.0.0.1", 9)) == SECOND
    assert ProbeSource(address=IPv4Address("192.0.2.1")).address_towards(("127.0.0.1", 9)) is None


# --- what the kernel knows of a connection --------------------------------------------------------


@pytest.mark.skipif(not hasattr(socket, "TCP_INFO"), reason="needed for this: TCP_INFO")
def test_the_kernel_tells_the_window_and_that_nothing_was_repeated() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener, socket.create_connection(listener.getsockname()) as one:
        told = tcp_info(one)
    assert told.retransmissions == 0
    assert told.window is None or told.window > 10_000


@pytest.mark.parametrize(
    ("length", "expected"), [(0, (None, None)), (103, (None, None)), (104, (7, None)), (231, (7, None)), (232, (7, 9))]
)
def test_a_shorter_structure_says_less(monkeypatch: pytest.MonkeyPatch, length: int, expected: object) -> None:
    told = bytes(100) + (7).to_bytes(4, sys.byteorder) + bytes(124) + (9).to_bytes(4, sys.byteorder)

    class Older(socket.socket):
        def getsockopt(self, *_arguments: int) -> bytes:  # type: ignore[override]
            return told[:length]

    monkeypatch.setattr(socket, "TCP_INFO", 11, raising=False)
    with Older() as one:
        assert tcp_info(one) == expected


def test_a_socket_of_another_kind_says_nothing() -> None:
    one, other = socket.socketpair()
    with one, other:
        assert tcp_info(one) == (None, None)
