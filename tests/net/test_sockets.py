"""Sockets for probing, on loopback; and the error queue's bytes as the kernel's headers lay them out."""

import errno
import os
import resource
import select
import socket
import struct
from collections.abc import Iterator
from ipaddress import IPv4Address, IPv6Address

import pytest

from nettools.errors import AddressError
from nettools.net.sockets import (
    HAS_ERROR_QUEUE,
    REFUSALS,
    SHORTAGES,
    IcmpError,
    close_with_reset,
    local_endpoint,
    open_probe_socket,
    raise_descriptor_limit,
    socket_address,
    source_address,
    take_icmp_error,
)

LOOPBACK = {4: "127.0.0.1", 6: "::1"}
FAMILY = {4: socket.AF_INET, 6: socket.AF_INET6}

SO_EE_ORIGIN_LOCAL, SO_EE_ORIGIN_ICMP, SO_EE_ORIGIN_ICMP6 = 1, 2, 3  # linux/errqueue.h

needs_error_queue = pytest.mark.skipif(not HAS_ERROR_QUEUE, reason="needed for this: Linux, which has the error queue")


@pytest.fixture(params=[4, 6], ids=["v4", "v6"])
def version(request: pytest.FixtureRequest) -> int:
    number: int = request.param
    return number


@pytest.fixture
def listener(version: int) -> Iterator[socket.socket]:
    with socket.create_server((LOOPBACK[version], 0), family=FAMILY[version]) as server:
        yield server


# --- making and closing ---------------------------------------------------------------------------


def test_a_probe_socket_does_not_block(version: int) -> None:
    with open_probe_socket(version) as probe:
        assert probe.family == FAMILY[version]
        assert probe.type == socket.SOCK_STREAM
        assert not probe.getblocking()
        assert not probe.get_inheritable()


@needs_error_queue
def test_a_probe_socket_queues_icmp_errors(version: int) -> None:
    option = {4: (socket.IPPROTO_IP, 11), 6: (socket.IPPROTO_IPV6, 25)}[version]  # IP_RECVERR, IPV6_RECVERR
    with open_probe_socket(version) as probe:
        assert probe.getsockopt(*option) == 1


def test_a_connection_closed_with_a_reset_leaves_no_time_wait(version: int, listener: socket.socket) -> None:
    probe = open_probe_socket(version)
    probe.connect_ex(listener.getsockname())
    accepted, _ = listener.accept()
    with accepted:
        close_with_reset(probe)
        assert probe.fileno() == -1
        with pytest.raises(ConnectionResetError):
            accepted.recv(1)


def test_a_connection_that_the_peer_has_reset_is_closed_all_the_same(version: int, listener: socket.socket) -> None:
    probe = open_probe_socket(version)
    probe.connect_ex(listener.getsockname())
    close_with_reset(listener.accept()[0])
    close_with_reset(probe)
    assert probe.fileno() == -1


def test_a_system_that_refuses_to_reset_closes_all_the_same() -> None:
    """BSD systems say EINVAL for a socket whose connection is gone."""

    class Gone(socket.socket):
        def setsockopt(self, *_: object) -> None:
            raise OSError(errno.EINVAL, os.strerror(errno.EINVAL))

    probe = Gone()
    close_with_reset(probe)
    assert probe.fileno() == -1


# --- addresses ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        (IPv4Address("127.0.0.1"), ("127.0.0.1", 80)),
        (IPv6Address("::1"), ("::1", 80, 0, 0)),
        (IPv6Address("::ffff:192.0.2.1"), ("::ffff:192.0.2.1", 80, 0, 0)),
        (IPv6Address("fe80::1%7"), ("fe80::1", 80, 0, 7)),
    ],
)
def test_what_connect_takes(address: IPv4Address | IPv6Address, expected: tuple[object, ...]) -> None:
    assert socket_address(address, 80) == expected


def test_a_zone_is_the_index_of_its_interface() -> None:
    index, name = socket.if_nameindex()[0]
    assert socket_address(IPv6Address(f"fe80::1%{name}"), 80) == ("fe80::1", 80, 0, index)


@pytest.mark.parametrize("zone", ["nosuch", "lo\x1b", "x" * 40])
def test_a_zone_that_is_no_interface_is_said_to_be_none(zone: str) -> None:
    with pytest.raises(AddressError, match="there is no interface"):
        socket_address(IPv6Address(f"fe80::1%{zone}"), 80)


@pytest.mark.parametrize("zone", ["4294967297", "99999999999999999999"])
def test_a_zone_above_32_bits_is_no_interface(zone: str) -> None:
    """The socket layer would cut 4294967297 to 1, another interface."""
    with pytest.raises(AddressError):
        socket_address(IPv6Address(f"fe80::1%{zone}"), 80)


def test_the_local_end_of_a_connection_is_told(version: int, listener: socket.socket) -> None:
    with open_probe_socket(version) as probe:
        probe.connect_ex(listener.getsockname())
        accepted, peer = listener.accept()
        accepted.close()
        address, port = local_endpoint(probe)
        assert (str(address), port) == peer[:2]


def test_a_socket_that_is_gone_has_no_local_end() -> None:
    probe = open_probe_socket(4)
    probe.close()
    assert local_endpoint(probe) == (None, 0)


def test_the_source_towards_this_machine_is_this_machine(version: int) -> None:
    target = socket_address(IPv4Address("127.0.0.1") if version == 4 else IPv6Address("::1"), 9)
    assert str(source_address(target)) == LOOPBACK[version]


def test_towards_an_address_that_cannot_be_reached_there_is_no_source() -> None:
    """A multicast address on an interface that does not exist."""
    assert source_address(("ff02::1", 9, 0, 0x7FFFFFFF)) is None


# --- why a connection failed ----------------------------------------------------------------------


def test_an_errno_is_either_a_shortage_or_a_refusal() -> None:
    assert not SHORTAGES & REFUSALS.keys()
    assert errno.ECONNREFUSED not in SHORTAGES | REFUSALS.keys()
    assert errno.ETIMEDOUT not in SHORTAGES | REFUSALS.keys()


def test_a_reset_leaves_no_icmp_error(version: int) -> None:
    with socket.socket(FAMILY[version]) as held, open_probe_socket(version) as probe:
        held.bind((LOOPBACK[version], 0))
        probe.connect_ex(held.getsockname())
        select.select([], [probe], [])
        assert probe.connect_ex(held.getsockname()) == errno.ECONNREFUSED
        assert take_icmp_error(probe) is None


def test_a_socket_that_was_never_connected_has_no_icmp_error(version: int) -> None:
    with open_probe_socket(version) as probe:
        assert take_icmp_error(probe) is None


def test_a_closed_socket_has_no_icmp_error() -> None:
    probe = open_probe_socket(4)
    probe.close()
    assert take_icmp_error(probe) is None


class QueuedError(socket.socket):
    """A socket whose error queue holds these bytes."""

    def __init__(self, *queue: bytes) -> None:
        super().__init__()
        self._queue = list(queue)

    def recvmsg(self, *_: object) -> tuple[bytes, list[tuple[int, int, bytes]], int, object]:
        if not self._queue:
            raise BlockingIOError(errno.EAGAIN, os.strerror(errno.EAGAIN))
        return b"", [(socket.IPPROTO_IP, 11, self._queue.pop(0))], socket.MSG_ERRQUEUE, None


def extended_error(origin: int, icmp_type: int, code: int, sender: str | None) -> bytes:
    """struct sock_extended_err and the sockaddr of the sender behind it."""
    header = struct.pack("=IBBBBII", errno.ECONNREFUSED, origin, icmp_type, code, 0, 0, 0)
    if sender is None:
        return header + struct.pack("=H14x", socket.AF_UNSPEC)
    if ":" in sender:
        address = socket.inet_pton(socket.AF_INET6, sender)
        return header + struct.pack("=HHI16sI", socket.AF_INET6, 0, 0, address, 0)
    return header + struct.pack("=HH4s8x", socket.AF_INET, 0, socket.inet_aton(sender))


@needs_error_queue
@pytest.mark.parametrize(
    ("queued", "expected"),
    [
        (
            extended_error(SO_EE_ORIGIN_ICMP, 3, 13, "192.0.2.254"),
            IcmpError(1, 3, 13, IPv4Address("192.0.2.254")),
        ),
        (
            extended_error(SO_EE_ORIGIN_ICMP6, 1, 4, "2001:db8::254"),
            IcmpError(58, 1, 4, IPv6Address("2001:db8::254")),
        ),
        (extended_error(SO_EE_ORIGIN_LOCAL, 0, 0, "192.0.2.254"), None),
        (extended_error(SO_EE_ORIGIN_ICMP, 3, 1, None), None),
    ],
    ids=["icmp", "icmpv6", "an error of this machine itself", "an error without a sender"],
)
def test_an_error_in_the_queue_is_read_with_its_sender(queued: bytes, expected: IcmpError | None) -> None:
    with QueuedError(queued) as probe:
        assert take_icmp_error(probe) == expected
        assert take_icmp_error(probe) is None


# --- the limit of descriptors ---------------------------------------------------------------------


@pytest.fixture
def descriptor_limit() -> Iterator[tuple[int, int]]:
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    yield before
    resource.setrlimit(resource.RLIMIT_NOFILE, before)


def test_the_limit_is_raised_to_what_is_wanted(descriptor_limit: tuple[int, int]) -> None:
    resource.setrlimit(resource.RLIMIT_NOFILE, (256, descriptor_limit[1]))
    assert raise_descriptor_limit(300) == 300
    assert resource.getrlimit(resource.RLIMIT_NOFILE) == (300, descriptor_limit[1])


def test_a_limit_that_is_high_enough_stays(descriptor_limit: tuple[int, int]) -> None:
    resource.setrlimit(resource.RLIMIT_NOFILE, (256, descriptor_limit[1]))
    assert raise_descriptor_limit(100) == 256
    assert resource.getrlimit(resource.RLIMIT_NOFILE)[0] == 256


def test_the_limit_is_raised_no_further_than_it_may_be(descriptor_limit: tuple[int, int]) -> None:
    hard = descriptor_limit[1]
    if hard == resource.RLIM_INFINITY:
        pytest.skip("needed for this: a hard limit of descriptors")
    assert raise_descriptor_limit(hard + 1) == hard
    assert resource.getrlimit(resource.RLIMIT_NOFILE) == (hard, hard)
