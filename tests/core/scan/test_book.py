"""The book of a scan: who is told of what, what is kept, and what is only counted."""

from ipaddress import IPv4Address, IPv6Address

import pytest

from nettools.core.address import Address
from nettools.core.scan.book import ScanBook
from nettools.core.scan.probe_port import ProbePort, udp
from nettools.core.scan.reason import CLOSED, IPPROTO_ICMP, OPEN, SILENT, Verdict, icmp_verdict
from nettools.core.scan.sink import HostEnd

DONE = HostEnd(complete=True)
ROUTER = IPv4Address("192.0.2.254")


def address_of(host: int) -> Address:
    return IPv4Address(int(IPv4Address("198.51.100.0")) + host)


def test_an_open_port_is_told_at_once_and_no_other() -> None:
    told: list[tuple[int, ProbePort]] = []
    book = ScanBook(address_of, on_open=lambda host, port, _found, _rtt_s, _ttl: told.append((host, port)))
    book.settled(3, 22, OPEN, 0.01)
    book.settled(3, 23, CLOSED, 0.01)
    book.settled_many(4, OPEN, [80, udp(53)])
    book.settled_many(4, SILENT, [81, 82])
    assert told == [(3, 22), (4, 80), (4, udp(53))]
    assert (book.open_count, book.settled_count) == (3, 6)


def test_a_host_is_told_after_the_last_of_its_passes() -> None:
    told: list[int] = []
    book = ScanBook(address_of, passes=2, on_host=told.append)
    book.settled(1, 22, OPEN, None)
    book.host_done(1, DONE)
    assert told == []
    book.host_done(1, DONE)
    assert told == [1]


def test_a_host_is_complete_when_each_pass_was() -> None:
    book = ScanBook(address_of, passes=2)
    for host, ends in enumerate(((True, True), (False, True), (True, False))):
        for complete in ends:
            book.host_done(host, HostEnd(complete=complete))
    assert [book.tally(host).is_complete for host in range(3)] == [True, False, False]


def test_notes_are_kept_once_each_in_their_order() -> None:
    book = ScanBook(address_of, passes=2)
    book.host_done(0, HostEnd(complete=True, notes=("answers on every port",)))
    book.host_done(0, HostEnd(complete=True, notes=("answers on every port", "resets are limited")))
    assert book.tally(0).notes == ("answers on every port", "resets are limited")


def test_silent_hosts_are_counted_and_forgotten_where_that_was_asked_for() -> None:
    told: list[int] = []
    book = ScanBook(address_of, forgets_silent=True, on_host=told.append)
    own_error: Verdict = icmp_verdict(IPPROTO_ICMP, 3, 1, IPv4Address("198.51.100.77"), is_from_here=True)
    prohibited: Verdict = icmp_verdict(IPPROTO_ICMP, 3, 13, ROUTER)
    for host, found in enumerate((SILENT, own_error, prohibited, CLOSED)):
        book.settled(host, 80, found, None)
        book.host_done(host, DONE)
    assert list(book.hosts()) == [2, 3] == told
    assert (book.count("up"), book.count("down"), book.count("assumed-up", "unknown")) == (1, 1, 2)


def test_a_host_that_was_seen_is_up_whatever_its_ports_say() -> None:
    book = ScanBook(address_of)
    book.seen(0, "echo-reply", 0.004)
    book.settled(0, 80, SILENT, None)
    assert book.status(0) == ("up", "echo-reply")
    assert book.tally(0).best_rtt_s == 0.004


def test_a_host_whose_port_answered_is_up_by_that_answer() -> None:
    book = ScanBook(address_of)
    book.seen(0, "echo-reply", 0.004)
    book.settled(0, 80, OPEN, 0.002)
    assert book.status(0) == ("up", "syn-ack")
    assert book.tally(0).best_rtt_s == 0.002


def test_a_host_that_was_told_can_be_forgotten_and_still_counts() -> None:
    book = ScanBook(lambda _host: IPv6Address("2001:db8::1"))
    book.settled(0, 80, OPEN, None)
    book.host_done(0, DONE)
    book.forget(0)
    assert list(book.hosts()) == []
    assert book.count("up") == 1


def test_an_address_of_no_host_is_done_with_when_that_is_known() -> None:
    book = ScanBook(address_of)
    book.unsent(0, 80, "no-host")
    book.unsent(1, 80, "no-route")
    for host in range(2):
        book.host_done(host, HostEnd(complete=False))
    assert [book.tally(host).is_complete for host in range(2)] == [True, False]
    assert book.incomplete_count == 1


# --- neighbours that do not answer --------------------------------------------------------------------


def test_a_host_that_this_machine_said_is_not_there_is_down() -> None:
    book = ScanBook(address_of)
    book.host_done(0, HostEnd(complete=False, is_absent=True, absent_by="host-unreach"))
    assert book.status(0) == ("down", "host-unreach")
    assert (book.count("down"), book.count("unknown")) == (1, 0)


@pytest.mark.parametrize("address", [IPv4Address("198.51.100.7"), IPv6Address("2001:db8::7")])
@pytest.mark.parametrize("forgets_silent", [False, True])
def test_a_silent_host_for_which_no_neighbour_answers_is_down_with_and_without_discovery(
    address: Address, forgets_silent: bool
) -> None:
    asked: list[Address] = []

    def is_missing(one: Address) -> bool:
        asked.append(one)
        return True

    book = ScanBook(lambda _: address, is_missing=is_missing, forgets_silent=forgets_silent)
    book.settled_many(0, SILENT, [22, 80])
    book.host_done(0, DONE)
    book.host_done(1, HostEnd(complete=False, is_absent=True))
    assert asked == [address, address]
    assert book.count("down") == 2
    if not forgets_silent:
        assert {book.status(host) for host in (0, 1)} == {
            ("down", "host-unreach" if address.version == 4 else "addr-unreach")
        }


def test_of_a_host_that_answered_or_of_which_a_router_spoke_no_neighbour_is_asked() -> None:
    def is_missing(_: Address) -> bool:
        raise AssertionError

    book = ScanBook(address_of, is_missing=is_missing)
    book.settled(0, 22, CLOSED, 0.01)
    book.settled(1, 22, icmp_verdict(IPPROTO_ICMP, 3, 13, ROUTER), 0.01)
    book.seen(2, "echo-reply", 0.01)
    for host in range(3):
        book.settled(host, 80, SILENT, None)
        book.host_done(host, DONE)
    assert [book.status(host)[0] for host in range(3)] == ["up", "assumed-up", "up"]
