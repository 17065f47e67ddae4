"""The driver of netlink: with a socket that answers as a test wants it, and with the kernel's own about loopback."""

import errno
import socket
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial

import pytest

from nettools.core.netlink import request
from nettools.core.netlink.dump import MOST_ATTEMPTS, Dump
from nettools.core.netlink.link import RTM_NEWLINK
from nettools.core.netlink.machine import link_names
from nettools.core.netlink.wire import messages
from nettools.errors import LocalFault
from nettools.net.netlink import NetlinkSocket
from tests.core.netlink.compose import header, nest, s32, words

only_linux = pytest.mark.skipif(sys.platform != "linux", reason="needed for this: Linux, whose netlink it is")

ERROR, DONE, NEWROUTE = 2, 3, 24  # NLMSG_*, RTM_NEWROUTE
MULTI, INTERRUPTED, ACK_TLVS = 0x2, 0x10, 0x200  # NLM_F_*

Step = Callable[[int], bytes] | OSError
"""What a call of recv gives for the sequence number of the last request, or raises."""


def record(body: bytes, flags: int = MULTI) -> Step:
    return lambda sequence: header(NEWROUTE, flags, sequence, body)


def torn(body: bytes) -> Step:
    return record(body, MULTI | INTERRUPTED)


def done(code: int = 0) -> Step:
    return lambda sequence: header(DONE, MULTI, sequence, s32(code))


def refusal(code: int) -> Step:
    return lambda sequence: header(ERROR, 0, sequence, s32(-code) + header(26, 1, sequence, b""))


def stale(step: Step) -> Step:
    """The answer to the request before."""
    assert not isinstance(step, OSError)
    return lambda sequence: step(sequence - 1)


@dataclass
class FakeSocket:
    """Gives its steps one after the other; no more than one request is open at a time."""

    steps: list[Step]
    sent: list[int] = field(default_factory=list)
    closed: int = 0
    refuses_options: bool = False

    def send(self, data: bytes) -> int:
        assert not self.closed
        [message] = messages(data)
        self.sent.append(message.sequence)
        return len(data)

    def recv(self, _size: int) -> bytes:
        assert not self.closed
        step = self.steps.pop(0)
        if isinstance(step, OSError):
            raise step
        return step(self.sent[-1])

    def settimeout(self, seconds: float) -> None:
        assert seconds > 0

    def setsockopt(self, _level: int, _option: int, _value: int) -> None:
        if self.refuses_options:
            raise OSError(errno.ENOPROTOOPT, "")

    def close(self) -> None:
        self.closed += 1


Opened = Callable[..., tuple[NetlinkSocket, list[FakeSocket]]]


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> Opened:
    """A NetlinkSocket on sockets with these steps; each list is for a socket of its own."""

    def make(*scripts: list[Step] | OSError, refuses_options: bool = False) -> tuple[NetlinkSocket, list[FakeSocket]]:
        left = list(scripts)
        made: list[FakeSocket] = []

        def open_next(family: int, kind: int, protocol: int) -> FakeSocket:
            assert (family, protocol) == (16, 0)  # AF_NETLINK, NETLINK_ROUTE
            script = left.pop(0)
            if isinstance(script, OSError):
                raise script
            made.append(FakeSocket(list(script), refuses_options=refuses_options))
            return made[-1]

        monkeypatch.setattr(socket, "socket", open_next)
        return NetlinkSocket(), made

    return make


def dumped(driver: NetlinkSocket) -> Dump:
    return driver.dump(partial(request.dump_routes, family="inet"))


def asked(driver: NetlinkSocket) -> Dump:
    return driver.ask(partial(request.get_namespace_id, descriptor=0))


def bodies(dump: Dump) -> list[bytes]:
    return [one.body for one in dump.records()]


def test_a_dump_is_read_until_it_is_whole(opened: Opened) -> None:
    driver, [fake] = opened([record(b"aaaa"), record(b"bbbb"), done()])
    dump = dumped(driver)
    assert (bodies(dump), dump.is_torn, dump.errno, fake.sent) == ([b"aaaa", b"bbbb"], False, 0, [1])


def test_every_request_has_a_number_of_its_own_and_late_answers_are_passed_over(opened: Opened) -> None:
    driver, [fake] = opened([done(), stale(record(b"late")), record(b"mine"), stale(done()), done()])
    assert bodies(dumped(driver)) == []
    assert bodies(dumped(driver)) == [b"mine"]
    assert fake.sent == [1, 2]


def test_a_torn_dump_is_asked_for_again_and_what_was_read_of_it_is_forgotten(opened: Opened) -> None:
    driver, [fake] = opened([torn(b"old1"), record(b"old2"), done(), record(b"new!"), done()])
    dump = dumped(driver)
    assert (bodies(dump), dump.is_torn, fake.sent) == ([b"new!"], False, [1, 2])


def test_a_table_that_changes_each_time_is_given_as_it_was_read_the_last_time(opened: Opened) -> None:
    steps = [step for attempt in range(MOST_ATTEMPTS) for step in (torn(b"%04d" % attempt), done())]
    driver, [fake] = opened(steps)
    dump = dumped(driver)
    assert (bodies(dump), dump.is_torn) == ([b"%04d" % (MOST_ATTEMPTS - 1)], True)
    assert fake.sent == list(range(1, MOST_ATTEMPTS + 1))
    assert fake.steps == []


def test_a_buffer_that_overflows_is_left_with_its_socket_and_the_dump_asked_for_on_another(opened: Opened) -> None:
    driver, made = opened([record(b"lost"), OSError(errno.ENOBUFS, "")], [record(b"aaaa"), done()])
    dump = dumped(driver)
    assert (bodies(dump), dump.is_torn) == ([b"aaaa"], False)
    assert [(fake.closed, fake.sent) for fake in made] == [(1, [1]), (0, [2])]


def test_a_buffer_that_overflows_each_time_ends_after_as_many_attempts(opened: Opened) -> None:
    scripts: list[list[Step]] = [[record(b"part"), OSError(errno.ENOBUFS, "")] for _ in range(MOST_ATTEMPTS)]
    driver, made = opened(*scripts, [])
    dump = dumped(driver)
    assert (bodies(dump), dump.is_torn, dump.errno) == ([b"part"], True, 0)
    assert sum(len(fake.sent) for fake in made) == MOST_ATTEMPTS
    assert [fake.closed for fake in made] == [1] * MOST_ATTEMPTS + [0]


def test_a_socket_that_cannot_be_had_again_is_a_local_fault(opened: Opened) -> None:
    driver, _ = opened([OSError(errno.ENOBUFS, "")], OSError(errno.EMFILE, ""))
    with pytest.raises(LocalFault, match="netlink failed: Too many open files"):
        dumped(driver)


def test_a_kernel_that_does_not_answer_is_a_local_fault(opened: Opened) -> None:
    driver, _ = opened([record(b"aaaa"), TimeoutError()])
    with pytest.raises(LocalFault, match="does not answer"):
        dumped(driver)


def test_another_error_of_the_socket_is_a_local_fault_with_its_reason(opened: Opened) -> None:
    driver, _ = opened([OSError(errno.ENOMEM, "")])
    with pytest.raises(LocalFault, match="netlink failed: Cannot allocate memory"):
        dumped(driver)


@pytest.mark.parametrize("step", [refusal(errno.EPERM), done(-errno.EPERM)])
def test_a_refusal_is_part_of_the_answer_and_not_asked_again(opened: Opened, step: Step) -> None:
    driver, [fake] = opened([step])
    dump = dumped(driver)
    assert (dump.errno, dump.is_torn, fake.sent) == (errno.EPERM, False, [1])


def test_a_question_is_answered_by_one_message_or_by_a_refusal(opened: Opened) -> None:
    driver, [fake] = opened([stale(record(b"late")), record(b"this"), refusal(errno.ENETUNREACH)])
    assert bodies(asked(driver)) == [b"this"]
    assert asked(driver).errno == errno.ENETUNREACH
    assert fake.steps == []


def test_a_question_whose_answer_was_lost_is_asked_again(opened: Opened) -> None:
    driver, made = opened([OSError(errno.ENOBUFS, "")], [record(b"this")])
    assert bodies(asked(driver)) == [b"this"]
    assert [fake.sent for fake in made] == [[1], [2]]


def test_a_kernel_without_the_options_is_asked_all_the_same(opened: Opened) -> None:
    """Extended acknowledgements came with Linux 4.12, strict checks with 4.20."""
    driver, _ = opened([record(b"aaaa"), done()], refuses_options=True)
    assert bodies(dumped(driver)) == [b"aaaa"]


def test_no_socket_at_all_is_the_systems_own_error(opened: Opened) -> None:
    with pytest.raises(PermissionError):
        opened(PermissionError(errno.EPERM, ""))


def test_a_socket_is_closed_with_its_block(opened: Opened) -> None:
    driver, [fake] = opened([])
    with driver as same:
        assert same is driver
        assert fake.closed == 0
    assert fake.closed == 1


# -- The kernel's own -----------------------------------------------------------------------------------


@only_linux
def test_the_kernel_tells_of_loopback() -> None:
    with NetlinkSocket() as driver:
        links = driver.dump(request.dump_links)
        addresses = driver.dump(request.dump_addresses)
    assert (links.is_torn, links.errno, addresses.errno) == (False, 0, 0)
    assert "lo" in link_names(one.body for one in links.records() if one.type == RTM_NEWLINK).values()


@only_linux
def test_the_kernel_says_in_words_why_it_refuses() -> None:
    """A dump of links that does not fit its strict checks, and a table that is not there."""
    with NetlinkSocket() as driver:
        wrong = driver.ask(lambda sequence: header(18, 0x301, sequence, b"\0" * 16 + nest((5000, words("?")))))
        absent = driver.dump(partial(request.dump_routes, family="inet", table=4_000_000_000))
    if not wrong.errno:
        pytest.skip("needed for this: Linux 4.20, which checks requests strictly")
    assert wrong.errno == errno.EINVAL
    assert wrong.reason
    assert (absent.errno, absent.reason) == (errno.ENOENT, "ipv4: FIB table does not exist")


@only_linux
def test_a_subscription_has_nothing_to_read_where_nothing_happens() -> None:
    with NetlinkSocket() as driver:
        driver.subscribe([33])  # RTNLGRP_MCTP_IFADDR: nobody changes those
        assert driver.receive() is None
        assert driver.fileno() >= 0


@only_linux
def test_a_closed_socket_has_no_descriptor_left() -> None:
    driver = NetlinkSocket()
    driver.close()
    assert driver.fileno() == -1
